"""Content credentials: whole and trusted as written, invalid after any change, silent about secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.keys import CreatorKey
from core.model import DataMining, Statements
from core.rights import manifests
from core.rights.certificates import credentials, roots

pytest.importorskip("c2pa", reason="c2pa-python, an optional library, is not installed")

KEY = CreatorKey.from_bytes(bytes(range(32)))
SAID = Statements(creator="Zoë Łukasz", copyright="© 2026 Zoë", mining=DataMining.SEARCH_ONLY)
KINDS = ["JPEG", "PNG", "WebP", "TIFF", "AVIF", "WAV", "FLAC", "MP3"]


def made(folder: Path, kind: str) -> Path:
    rng = np.random.default_rng(3)
    path = folder / f"copy.{kind.lower()}"
    if kind in ("WAV", "FLAC", "MP3"):
        import soundfile

        coding = "MPEG_LAYER_III" if kind == "MP3" else "PCM_16"
        soundfile.write(path, 0.1 * rng.standard_normal(22050), 22050, format=kind, subtype=coding)
    else:
        Image.fromarray(rng.integers(0, 255, (60, 80, 3), np.uint8)).save(path, format=kind)
    return path


def signed(path: Path, kind: str, folder: Path, **more: Any) -> bytes:
    original = path.with_name(f"original-{path.name}")
    original.write_bytes(path.read_bytes())
    given: dict[str, Any] = {
        "by": credentials(KEY, "Zoë Łukasz", folder / "certificates"),
        "said": SAID,
        "binding": "e45a300da1b006fb00007",
        "fingerprint": "cd" * 32,
        "registration": {"original_sha256": "ab" * 32},
        "original": original,
        "title": "copy 7",
        "version": "0.1.0",
    }
    return manifests.sign(path, kind, **{**given, **more})


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_signed_is_whole_and_says_what_it_should(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, kind)
    manifest = signed(path, kind, tmp_path)
    known = roots(tmp_path / "certificates")
    found = manifests.read(path, kind, roots=known)
    assert found is not None and found.state == "Trusted", found
    assert found.signer == "Zoë Łukasz" and found.binding == "e45a300da1b006fb00007"
    assert found.fingerprint == "cd" * 32
    assert found.actions == ("c2pa.opened", "c2pa.watermarked.bound") and found.generator == "Countermark"
    assert found.training["cawg.ai_training"] == "notAllowed"
    stranger = manifests.read(path, kind, roots="")
    assert stranger is not None and stranger.state == "Valid"
    assert len(manifest) > 1000 and not path.with_name(f"{path.name}-signed").exists()


@pytest.mark.parametrize("kind", ["JPEG", "WAV"])
def test_a_changed_file_is_called_invalid(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, kind)
    signed(path, kind, tmp_path)
    data = bytearray(path.read_bytes())
    data[-60] ^= 1
    path.write_bytes(data)
    found = manifests.read(path, kind, roots=roots(tmp_path / "certificates"))
    assert found is not None and found.state == "Invalid"


def test_files_without_a_manifest_or_damaged_ones_have_none(tmp_path: Path) -> None:
    path = made(tmp_path, "JPEG")
    assert manifests.read(path, "JPEG", roots="") is None
    path.write_bytes(b"\xff\xd8\xff\xe0 nothing")
    assert manifests.read(path, "JPEG", roots="") is None


def test_a_manifest_is_seen_wherever_it_lies_and_no_file_is_held_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_BLOCK", 16)
    path = tmp_path / "a.wav"
    for before in range(40):
        path.write_bytes(bytes(before) + b"c2pa" + bytes(30))
        assert manifests._names_one(path)
        path.write_bytes(bytes(before) + b"c2p" + bytes(30) + b"a")
        assert not manifests._names_one(path)
    path.write_bytes(b"")
    assert not manifests._names_one(path)


def test_certificates_are_made_once_and_hold_no_secret(tmp_path: Path) -> None:
    first = credentials(KEY, "Zoë", tmp_path)
    again = credentials(KEY, "Another name", tmp_path)
    assert again.chain == first.chain and again.name == "Zoë"
    text = (tmp_path / f"{KEY.id}.pem").read_text()
    assert text.count("BEGIN CERTIFICATE") == 2 and "PRIVATE" not in text
    other = credentials(CreatorKey.from_bytes(bytes(32)), "", tmp_path)
    assert roots(tmp_path).count("BEGIN") == 2 and "Countermark creator" in other.name
    (tmp_path / "broken.pem").write_text("nothing")
    assert roots(tmp_path).count("BEGIN") == 2


def test_both_soft_bindings_have_the_form_of_the_standard(tmp_path: Path) -> None:
    import c2pa

    path = made(tmp_path, "JPEG")
    signed(path, "JPEG", tmp_path)
    with path.open("rb") as source, c2pa.Reader("image/jpeg", source) as reader:
        content = json.loads(reader.json())
    active = content["manifests"][content["active_manifest"]]
    found = [one["data"] for one in active["assertions"] if one["label"].startswith("c2pa.soft-binding")]
    assert [one["alg"] for one in found] == [manifests.MARK, manifests.FINGERPRINT]
    for one in found:
        (block,) = one["blocks"]
        assert set(block) == {"scope", "value"} and block["value"]
    failures = content["validation_results"]["activeManifest"]["failure"]
    assert {one["code"] for one in failures} <= {"signingCredential.untrusted"}


def test_a_work_without_fingerprint_is_bound_to_its_mark_alone(tmp_path: Path) -> None:
    path = made(tmp_path, "PNG")
    signed(path, "PNG", tmp_path, fingerprint="")
    found = manifests.read(path, "PNG", roots="")
    assert found is not None and (found.binding[:6], found.fingerprint) == ("e45a30", "")
