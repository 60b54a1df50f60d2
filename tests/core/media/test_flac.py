"""FLAC: samples exact, metadata blocks byte for byte."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError, UnreadableError
from core.media import flac
from core.media.flac import Block
from core.media.sounds import read_sound, require_writable

from .conftest import Array, copied_sound, tone


def saved(samples: Array, subtype: str = "PCM_16", rate: int = 44100) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, subtype, format="FLAC")
    return buffer.getvalue()


def of(data: bytes, folder: Path, name: str = "take.flac") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [8000, 44100, 96000])
@pytest.mark.parametrize(("subtype", "bits"), [("PCM_S8", 8), ("PCM_16", 16), ("PCM_24", 24)])
def test_samples_are_exact(folder: Path, subtype: str, bits: int, rate: int, channels: int) -> None:
    source = of(saved(tone(5000, channels), subtype, rate), folder)
    other = np.round(tone(5000, channels, seed=2) * 2 ** (bits - 1)) / 2 ** (bits - 1)
    sound, again, target = copied_sound(source, other.astype(np.float32))
    assert (sound.rate, sound.subtype, sound.format) == (rate, subtype, "FLAC")
    assert sound.samples.dtype == np.float32 and np.array_equal(again.samples, other)
    about = soundfile.info(target)
    assert (about.samplerate, about.channels, about.frames, about.subtype) == (rate, channels, 5000, subtype)
    _, untouched, _ = copied_sound(source)
    assert np.array_equal(untouched.samples, sound.samples)


def test_metadata_blocks_are_kept_byte_for_byte(folder: Path) -> None:
    from mutagen.flac import FLAC, Picture

    source = of(saved(tone()), folder)
    tags = FLAC(source)
    tags["title"] = "Stimme Ü"
    tags["license"] = ["one", "two"]
    cover = Picture()
    cover.data, cover.type, cover.mime = b"cover" * 99, 3, "image/jpeg"
    tags.add_picture(cover)
    tags.save()
    before, metadata, start = flac.take_apart(source.read_bytes())
    extra = [Block(2, b"test" + b"an application's own"), Block(3, bytes(18)), Block(2, b"c2pa" + bytes(9))]
    data = flac.put_together(b"ID3\x04\x00\x00\x00\x00\x00\x05hello", [*metadata, *extra], source.read_bytes()[start:])
    source.write_bytes(data + b"TAG" + bytes(125))
    sound, again, target = copied_sound(source, tone(seed=2).astype(np.float32))
    assert "content credentials" in sound.notes[0] and not again.notes and not before
    first, kept, _ = flac.take_apart(target.read_bytes())
    assert first == b"ID3\x04\x00\x00\x00\x00\x00\x05hello"
    assert kept[1:] == [*metadata[1:], extra[0]]  # no seek table, no credentials
    assert target.read_bytes().endswith(b"TAG" + bytes(125))
    read = FLAC(target)
    assert read["license"] == ["one", "two"] and read.pictures[0].data == cover.data


def test_cut_recording_is_examined_and_not_protected(folder: Path) -> None:
    samples = tone(60_000)
    data = saved(samples)
    sound = read_sound(of(data[: len(data) // 2], folder))
    assert 20_000 < len(sound.samples) < 40_000
    assert np.abs(sound.samples - samples[: len(sound.samples)]).max() < 1e-4
    with pytest.raises(RefusedError, match=r"cut off: 0\.\d of 1\.4 seconds"):
        require_writable(sound)


def test_damage_that_decodes_is_found_by_the_check_sum(folder: Path) -> None:
    data = bytearray(saved(tone()))
    data[26] ^= 1  # within the MD5 of the sound
    with pytest.raises(RefusedError, match="does not fit its check sum"):
        require_writable(read_sound(of(bytes(data), folder)))
    data[26:42] = bytes(16)  # an encoder that noted none
    require_writable(read_sound(of(bytes(data), folder)))


def test_impossible_lengths_are_refused_before_decoding(folder: Path) -> None:
    data = bytearray(saved(tone()))
    data[21:26] = b"\xff" * 5
    with pytest.raises(UnreadableError, match=r"take\.flac lasts"):
        read_sound(of(bytes(data), folder))


@pytest.mark.parametrize("length", [5, 30, 50])
def test_nothing_useful_is_one_sentence(folder: Path, length: int) -> None:
    with pytest.raises(UnreadableError, match=r"take\.flac (is damaged|holds no sound)"):
        read_sound(of(saved(tone())[:length], folder))


blocks = st.builds(Block, st.integers(0, 126), st.binary(max_size=90))


@given(st.lists(blocks, min_size=1, max_size=6), st.binary(max_size=40))
@settings(deadline=None)
def test_parts_come_back(metadata: list[Block], frames: bytes) -> None:
    data = flac.put_together(b"", metadata, frames)
    before, found, start = flac.take_apart(data)
    assert (before, found, data[start:]) == (b"", metadata, frames)


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_any_bytes_are_parts_or_a_value_error(data: bytes) -> None:
    try:
        _, metadata, start = flac.take_apart(b"fLaC" + data)
    except ValueError:
        return
    assert metadata and start <= len(data) + 4


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
@settings(deadline=None, max_examples=40)
def test_damage_anywhere_is_a_recording_or_one_sentence(place: int, damage: bytes) -> None:
    data = bytearray(saved(tone(3000)))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as folder:
        try:
            sound = read_sound(of(bytes(data), Path(folder)))
        except UnreadableError:
            return
        assert sound.samples.ndim == 2
