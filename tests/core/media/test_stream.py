"""Long recordings stay in their file: the same samples, read a stretch at a time, and the same copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.samples import sample_recording
from core.audio import detect, embed
from core.errors import UnreadableError
from core.keys import CreatorKey
from core.media import blocks, plain, stream
from core.media.sounds import Sound, read_sound, write_sound
from core.media.stream import CodedStream, PlainStream, Stream
from core.model import FloatArray

KEY = CreatorKey.from_bytes(bytes(range(32)))
KINDS = [
    ("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "FLOAT"), ("aiff", "PCM_16"),
    ("flac", "PCM_24"), ("mp3", None), ("ogg", "VORBIS"), ("opus", "OPUS"),
]  # fmt: skip


@pytest.fixture
def speech() -> FloatArray:
    one, other = sample_recording(7.0, 48000), sample_recording(7.0, 48000, seed=2)
    return 0.8 * np.concatenate([one, 0.7 * one + 0.2 * other], axis=1)


def saved(folder: Path, suffix: str, coding: str | None, samples: FloatArray) -> Path:
    path = folder / f"reel.{suffix}"
    name = "OGG" if suffix in ("ogg", "opus") else suffix.upper()
    soundfile.write(path, samples, 48000, format=name, subtype=coding)
    return path


def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every recording taken for a long one."""
    for module in (stream, blocks, plain):
        monkeypatch.setattr(module, "HELD", 1000)


def streamed(path: Path) -> Sound:
    sound = read_sound(path)
    assert isinstance(sound.samples, Stream)
    return sound


@pytest.mark.parametrize(("suffix", "coding"), KINDS)
def test_a_long_recording_reads_as_a_short_one(
    suffix: str, coding: str | None, speech: FloatArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, suffix, coding, speech)
    held = read_sound(path)
    assert isinstance(held.samples, np.ndarray)
    short_memory(monkeypatch)
    kept = streamed(path)
    assert kept.samples.shape == held.samples.shape and kept.samples.dtype == held.samples.dtype
    assert (kept.subtype, kept.rate, kept.notes) == (held.subtype, held.rate, held.notes)
    assert kept.obstacle is None and held.obstacle is None
    frames = len(held.samples)
    for first, last in ((0, frames), (100_000, 100_010), (5, 300_000), (299_000, 300_050), (frames - 3, frames + 9)):
        assert np.array_equal(kept.samples[first:last], held.samples[first:last])
    assert kept.samples[9:9].shape == (0, 2)


@pytest.mark.parametrize(("suffix", "coding"), [KINDS[0], KINDS[4], KINDS[5], KINDS[7]])
def test_the_copy_of_a_long_recording_is_that_of_a_short_one(
    suffix: str, coding: str | None, speech: FloatArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, suffix, coding, speech)
    held = read_sound(path)
    marked = embed(held.samples, held.rate, key=KEY, serial=7)
    assert marked.samples is not None
    write_sound(held, marked.samples, tmp_path / "held")
    short_memory(monkeypatch)
    kept = streamed(path)
    again = embed(kept.samples, kept.rate, key=KEY, serial=7)
    assert again.samples is not None and not isinstance(again.samples, np.ndarray)
    write_sound(kept, again.samples, tmp_path / "kept")
    if suffix != "opus":  # an Ogg stream has a number drawn by chance
        assert (tmp_path / "held").read_bytes() == (tmp_path / "kept").read_bytes()
    copy = read_sound(tmp_path / "kept")
    assert np.array_equal(copy.samples[:], read_sound(tmp_path / "held").samples[:])
    found = detect(copy.samples, copy.rate, key=KEY, serials=range(100))
    assert found and found[0].serial == 7
    assert [again.expected, again.quality] == [marked.expected, marked.quality]


def test_the_last_frames_are_never_asked_for_alone() -> None:
    """libsndfile decodes the end of an Opus stream wrongly where it is asked for on its own."""
    for left in range(1, 40):
        counts = []
        rest = left
        while rest:
            counts.append(stream.piece(rest, 7))
            rest -= counts[-1]
        assert counts[-1] >= min(left, 7)


def test_what_is_no_number_is_silence_in_a_stream_too(
    speech: FloatArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = speech.astype(np.float32)
    speech[1000, 0] = np.nan
    path = saved(tmp_path, "wav", "FLOAT", speech)
    short_memory(monkeypatch)
    kept = streamed(path)
    assert kept.obstacle is not None and "no numbers" in kept.obstacle.message
    assert kept.samples[999:1002][1, 0] == 0.0


@pytest.mark.parametrize(("suffix", "kind"), [("wav", PlainStream), ("flac", CodedStream)])
def test_a_file_that_changes_meanwhile_is_told(
    suffix: str, kind: type, speech: FloatArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, suffix, "PCM_16", speech)
    short_memory(monkeypatch)
    kept = streamed(path)
    assert isinstance(kept.samples, kind)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(UnreadableError, match=r"reel\.\w+ cannot be read any more"):
        kept.samples[:]
    with pytest.raises(ValueError, match="one piece"):
        kept.samples[0:10:2]
