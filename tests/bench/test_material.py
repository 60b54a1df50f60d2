"""Which files are measured and what class they are; pictures as other programs pass them on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import material
from core.model import SERIALS, Kind


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("photo_crowd.jpg", Kind.IMAGE, "photo-like"),
        ("kodak_01.png", Kind.IMAGE, "photo-like"),
        ("deep16_rgb_wine.tif", Kind.IMAGE, "photo-like"),
        ("alpha_pixelart_units_sheet.png", Kind.IMAGE, "flat"),
        ("alpha_art_shaman.png", Kind.IMAGE, "odd"),
        ("palette_vector_food.png", Kind.IMAGE, "flat"),
        ("tiny_64.png", Kind.IMAGE, "tiny"),
        ("something.png", Kind.IMAGE, "odd"),
        ("voice_de.flac", Kind.AUDIO, "voice"),
        ("voicemusic_song.ogg", Kind.AUDIO, "voice and music"),
        ("odd_voice_it_8k.wav", Kind.AUDIO, "voice"),
        ("odd_silence.wav", Kind.AUDIO, "odd"),
    ],
)
def test_classes(name: str, kind: Kind, expected: str) -> None:
    assert material.class_of(name, kind) == expected


def test_the_true_serial_is_among_its_candidates() -> None:
    serial, candidates = material.serials_for("a.png")
    assert len(candidates) == material.CANDIDATES == len(np.unique(candidates))
    assert serial in candidates
    assert candidates.min() >= 0 and candidates.max() < SERIALS
    assert material.serials_for("a.png")[0] == serial
    assert material.serials_for("b.png")[0] != serial


def test_keys_are_fixed_and_differ() -> None:
    assert material.bench_key() == material.bench_key()
    assert material.bench_key() != material.bench_key("stranger")


def test_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "images").mkdir()
    for name in "edcba":
        (tmp_path / "images" / f"{name}.png").write_bytes(b"")
    assert material.folder(tmp_path) == tmp_path
    monkeypatch.setenv("COUNTERMARK_DEV_DATA", str(tmp_path))
    assert material.folder(None) == tmp_path
    assert [p.stem for p in material.files(tmp_path, "images")] == list("abcde")
    assert [p.stem for p in material.files(tmp_path, "images", only="c")] == ["c"]
    assert [p.stem for p in material.files(tmp_path, "images", quick=True)] == ["a"]
    with pytest.raises(FileNotFoundError, match="--data"):
        material.folder(tmp_path / "images")


def test_pictures_as_seen() -> None:
    grey16 = np.full((2, 3), 257 * 100, np.uint16)
    assert (material.as_seen(grey16) == 100).all()
    assert material.as_seen(grey16).shape == (2, 3, 3)
    assert (material.as_seen(np.full((2, 3, 3), 0.5, np.float32)) == 128).all()
    clear = np.zeros((2, 3, 4), np.uint8)
    assert (material.as_seen(clear) == 255).all()
    clear[:, :, 3] = 255
    assert (material.as_seen(clear) == 0).all()
    half = np.full((1, 1, 2), 0, np.uint8)
    half[0, 0, 1] = 51
    assert (material.as_seen(half) == 204).all()
    ink = np.zeros((1, 1, 4), np.uint8)
    assert (material.as_seen(ink, "cmyk") == 255).all()
    ink[:, :, 3] = 255
    assert (material.as_seen(ink, "cmyk") == 0).all()
