"""Keys: derivation, the sealed file, recovery words, and silence about the secret."""

from __future__ import annotations

import copy
import json
import pickle
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import KeyFileError
from core.key_files import read_key_file
from core.keys import CreatorKey
from core.model import Kind


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32))
def test_words_lead_back_to_the_key(secret: bytes) -> None:
    key = CreatorKey.from_bytes(secret)
    assert len(key.words()) == 24
    assert CreatorKey.from_words("  ".join(key.words()).upper()) == key


def test_purposes_media_and_keys_are_apart() -> None:
    one, other = CreatorKey.from_bytes(bytes(32)), CreatorKey.from_bytes(bytes(31) + b"\x01")
    derived = {
        key.derive(purpose, medium, context=context)
        for key in (one, other)
        for purpose in ("codebook", "pilot")
        for medium in (None, Kind.IMAGE, Kind.AUDIO)
        for context in (b"", b"\x01")
    }
    assert len(derived) == 24
    assert one.derive("codebook", Kind.IMAGE) == CreatorKey.from_bytes(bytes(32)).derive("codebook", Kind.IMAGE)


@pytest.mark.parametrize("passphrase", ["", "correct horse", "пароль 🔑"])
def test_a_saved_key_opens_again(tmp_path: Path, passphrase: str) -> None:
    key = CreatorKey.generate()
    path = tmp_path / "creator.key"
    key.save(path, passphrase)
    assert CreatorKey.load(path, passphrase) == key
    assert read_key_file(path)["passphrase"] is bool(passphrase)
    assert [p.name for p in tmp_path.iterdir()] == ["creator.key"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_wrong_passphrase_says_so_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "creator.key"
    CreatorKey.generate().save(path, "right")
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="passphrase does not open") as caught:
        CreatorKey.load(path, "wrong-guess")
    assert "wrong-guess" not in str(caught.value)
    assert path.read_bytes() == before


def test_saving_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "creator.key"
    path.write_text("mine")
    with pytest.raises(KeyFileError, match="already exists"):
        CreatorKey.generate().save(path, "")
    assert path.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(sealed="AAAA"),
        lambda c: c.update(nonce="!"),
        lambda c: c["kdf"].update(n=2**40),
        lambda c: c["kdf"].pop("salt"),
        lambda c: c.pop("kdf"),
        lambda c: c.update(id=7),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, change: object) -> None:
    path = tmp_path / "creator.key"
    CreatorKey.generate().save(path, "")
    content = json.loads(path.read_bytes())
    change(content)  # type: ignore[operator]
    path.write_text(json.dumps(content))
    with pytest.raises(KeyFileError, match=r"creator\.key"):
        CreatorKey.load(path, "")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"format": "countermark key 9", "kdf": {}}'])
def test_what_is_no_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "creator.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match=r"creator\.key"):
        CreatorKey.load(path, "")
    with pytest.raises(KeyFileError, match="no key file"):
        CreatorKey.load(tmp_path / "missing.key", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [("abandon", "24 recovery words; 1"), ("abandon " * 23 + "xyzzy", "Word 24"), ("abandon " * 24, "do not belong")],
)
def test_wrong_words_are_explained(words: str, said: str) -> None:
    with pytest.raises(KeyFileError, match=said):
        CreatorKey.from_words(words)


def test_the_secret_is_never_shown_or_pickled() -> None:
    secret = bytes(range(32))
    key = CreatorKey.from_bytes(secret)
    assert secret.hex() not in repr(key) and repr(key) == f"CreatorKey({key.id})"
    for leak in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not pickled"):
            leak(key)
