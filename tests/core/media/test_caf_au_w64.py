"""CAF, AU and Wave64: samples exact, every other byte as it was; other codings examined only."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError, UnreadableError
from core.media.sounds import read_sound, require_writable

from .conftest import copied_sound, tone

PLAIN = ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
CASES = [
    *(("CAF", subtype) for subtype in ("PCM_S8", *PLAIN)),
    *(("AU", subtype) for subtype in ("PCM_S8", *PLAIN)),
    *(("W64", subtype) for subtype in ("PCM_U8", *PLAIN)),
]


def saved(folder: Path, name: str, subtype: str, channels: int = 2, endian: str = "FILE") -> Path:
    path = folder / f"reel.{name.lower()}"
    soundfile.write(path, tone(channels=channels), 44100, subtype, format=name, endian=endian)
    return path


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(("name", "subtype"), CASES)
def test_untouched_copies_are_the_same_bytes_and_others_exact(
    folder: Path, name: str, subtype: str, channels: int
) -> None:
    source = saved(folder, name, subtype, channels)
    sound, again, target = copied_sound(source)
    # Of the two zeros of mu-law one is written: the only bytes that may differ.
    assert target.read_bytes() == source.read_bytes() or subtype == "ULAW"
    assert (sound.format, sound.subtype, sound.rate, sound.samples.shape) == (name, subtype, 44100, (9000, channels))
    assert np.array_equal(again.samples, sound.samples) and not again.notes
    theirs, _ = soundfile.read(source, dtype="float64", always_2d=True)
    assert np.abs(theirs - sound.samples).max() < 1e-6
    other = tone(channels=channels, seed=2).astype(sound.samples.dtype)
    _, again, target = copied_sound(source, other)
    theirs, _ = soundfile.read(target, dtype="float64", always_2d=True)
    assert np.abs(theirs - again.samples).max() < 1e-6


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_little_endian_caf_is_read_right(folder: Path, subtype: str) -> None:
    sound, again, _ = copied_sound(saved(folder, "CAF", subtype, endian="LITTLE"))
    theirs, _ = soundfile.read(sound.path, dtype="float32", always_2d=True)
    assert np.array_equal(theirs, sound.samples) and np.array_equal(again.samples, sound.samples)


def test_chunks_before_and_behind_are_kept_byte_for_byte(folder: Path) -> None:
    source = saved(folder, "CAF", "PCM_16")
    data = source.read_bytes()
    info = struct.pack(">4sq", b"info", 4) + b"\0\0\0\0"
    place = data.index(b"data")
    more = struct.pack(">4sq", b"uuid", 20) + bytes(range(20))
    source.write_bytes(data[:place] + info + data[place:] + more)
    _, _, target = copied_sound(source, tone(channels=2, seed=2).astype(np.float32))
    made = target.read_bytes()
    assert made.endswith(more) and info in made and len(made) == len(data) + len(info) + len(more)


def test_sound_to_the_end_of_the_file_is_taken_as_it_is(folder: Path) -> None:
    for name, at, unknown in (("CAF", 4, b"\xff" * 8), ("AU", 8, b"\xff" * 4)):
        source = saved(folder, name, "PCM_16")
        data = bytearray(source.read_bytes())
        place = data.index(b"data") + at if name == "CAF" else at
        data[place : place + len(unknown)] = unknown
        source.write_bytes(data)
        sound, again, target = copied_sound(source)
        assert len(sound.samples) == len(again.samples) == 9000 and target.read_bytes() == data


@pytest.mark.parametrize(("name", "subtype"), [("CAF", "ALAC_16"), ("CAF", "ALAC_24"), ("W64", "MS_ADPCM")])
def test_other_codings_are_examined_and_not_protected(folder: Path, name: str, subtype: str) -> None:
    sound = read_sound(saved(folder, name, subtype))
    assert abs(len(sound.samples) - 9000) < 3000
    with pytest.raises(RefusedError, match="can be checked but not protected"):
        require_writable(sound)


@pytest.mark.parametrize("name", ["CAF", "AU", "W64"])
def test_cut_recording_is_examined_and_not_protected(folder: Path, name: str) -> None:
    source = saved(folder, name, "PCM_24")
    source.write_bytes(source.read_bytes()[:30_000])
    sound = read_sound(source)
    assert 3000 < len(sound.samples) < 6000 and "cut off" in sound.notes[0]
    with pytest.raises(RefusedError, match="is cut off"):
        require_writable(sound)


@pytest.mark.parametrize("name", ["CAF", "AU", "W64"])
def test_nothing_useful_is_one_sentence(folder: Path, name: str) -> None:
    source = saved(folder, name, "PCM_16")
    data = source.read_bytes()
    for length in (12, 20, 26):
        source.write_bytes(data[:length])
        with pytest.raises(UnreadableError, match=rf"reel\.{name.lower()} (is damaged|holds no sound)"):
            read_sound(source)


@given(st.sampled_from(["CAF", "AU", "W64"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_a_recording_or_one_sentence(name: str, place: int, damage: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = saved(Path(folder), name, "PCM_16")
        data = bytearray(source.read_bytes())
        data[place : place + len(damage)] = damage
        source.write_bytes(data)
        try:
            sound = read_sound(source)
        except UnreadableError as error:
            assert source.name in error.message
            return
        assert sound.samples.ndim == 2
