"""Ogg Vorbis and Opus: length to the sample, comments and pictures, about the bit rate."""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError, UnreadableError
from core.media import ogg
from core.media.sounds import read_sound, require_writable

from .conftest import Array, copied_sound, tone


def saved(samples: Array, rate: int, subtype: str = "VORBIS", level: float = 0.6) -> bytes:
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", rate, samples.shape[1], subtype, format="OGG", compression_level=level
    ) as file:
        for start in range(0, len(samples), 16384):
            file.write(samples[start : start + 16384])
    return buffer.getvalue()


def of(data: bytes, folder: Path, name: str = "voice.ogg") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("subtype", "rate"),
    [("VORBIS", 8000), ("VORBIS", 44100), ("VORBIS", 48000), ("OPUS", 16000), ("OPUS", 48000)],
)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [3, 50_001])
def test_rate_and_length_stay_to_the_sample(folder: Path, subtype: str, rate: int, channels: int, frames: int) -> None:
    source = of(saved(tone(frames, channels, rate), rate, subtype), folder)
    sound, again, target = copied_sound(source)
    assert (sound.rate, sound.subtype, sound.samples.shape) == (rate, subtype, (frames, channels))
    assert again.samples.shape == (frames, channels) and not again.notes
    if frames > 10_000:
        a, b = sound.samples[1000:-1000].ravel(), again.samples[1000:-1000].ravel()
        assert np.corrcoef(a, b)[0, 1] > 0.95
        assert 0.75 < target.stat().st_size / source.stat().st_size < 1.4


@pytest.mark.parametrize("level", [0.9, 0.6, 0.2])
def test_vorbis_quality_is_not_below_the_sources(folder: Path, level: float) -> None:
    source = of(saved(tone(30_000, 2), 44100, level=level), folder)
    _, _, target = copied_sound(source)
    rates = []
    for path in (source, target):
        found = ogg.pages(path.read_bytes())
        assert found is not None
        rates.append(int.from_bytes(found.identity[20:24], "little"))
    assert rates[0] <= rates[1] <= 1.25 * rates[0]


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_comments_and_pictures_are_kept(folder: Path, subtype: str) -> None:
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    opened: Any = OggVorbis if subtype == "VORBIS" else OggOpus
    source = of(saved(tone(40_000, rate=48000), 48000, subtype), folder)
    cover = Picture()
    cover.data, cover.type, cover.mime = b"cover" * 30_000, 3, "image/png"
    tags = opened(source)
    tags["TITLE"] = "Stimme Ü"
    tags["LICENSE"] = ["one", "two"]
    tags["METADATA_BLOCK_PICTURE"] = base64.b64encode(cover.write()).decode()
    tags.save()
    sound, again, target = copied_sound(source)
    read = opened(target)
    assert dict(read.tags) == dict(opened(source).tags) and read["license"] == ["one", "two"]
    assert Picture(base64.b64decode(read["metadata_block_picture"][0])).data == cover.data
    assert again.samples.shape == sound.samples.shape and soundfile.info(target).frames == 40_000


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_cut_recording_is_examined_and_not_protected(folder: Path, subtype: str) -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal((200_000, 1))
    data = saved(noise, 48000, subtype, 0.3)
    sound = read_sound(of(data[: len(data) // 2], folder))
    assert 50_000 < len(sound.samples) < 150_000
    with pytest.raises(RefusedError, match="cut off"):
        require_writable(sound)


def test_missing_page_is_seen(folder: Path) -> None:
    data = saved(0.1 * np.random.default_rng(1).standard_normal((200_000, 1)), 48000)
    starts = [i for i in range(len(data)) if data.startswith(b"OggS", i)]
    gone = data[: starts[4]] + data[starts[5] :]
    with pytest.raises(RefusedError, match="damaged in 1 places"):
        require_writable(read_sound(of(gone, folder)))


@pytest.mark.parametrize(("subtype", "rate"), [("VORBIS", 44100), ("OPUS", 48000)])
def test_recordings_one_after_the_other_are_examined_and_not_protected(folder: Path, subtype: str, rate: int) -> None:
    one, two = (saved(tone(frames, 1, rate, seed=frames), rate, subtype) for frames in (40_000, 60_000))
    alone = [read_sound(of(data, folder)).samples for data in (one, two)]
    sound = read_sound(of(one + two, folder))
    assert len(sound.samples) == pytest.approx(sum(map(len, alone)), abs=2000)
    assert np.corrcoef(sound.samples[-50_000:-5_000, 0], alone[1][-50_000:-5_000, 0])[0, 1] > 0.95
    assert "holds several recordings one after the other" in sound.notes[-1]
    with pytest.raises(RefusedError, match="several recordings"):
        require_writable(sound)


def test_streams_of_which_one_is_read_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(tone(20_000), 44100)

    def fails(*_: object) -> None:
        raise UnreadableError("no", "no")

    monkeypatch.setattr("core.media.av_sound.decode", fails)
    with pytest.raises(RefusedError, match="several streams, of which only the first was read"):
        require_writable(read_sound(of(data + data, folder)))


def test_other_codecs_are_one_sentence(folder: Path) -> None:
    page = b"OggS\x00\x02" + bytes(8) + b"\x01\x00\x00\x00" + bytes(8) + b"\x01\x08" + b"Speex   "
    with pytest.raises(UnreadableError, match=r"voice\.ogg is damaged"):
        read_sound(of(page, folder))


@pytest.mark.parametrize("length", [4, 40, 200])
def test_nothing_useful_is_one_sentence(folder: Path, length: int) -> None:
    with pytest.raises(UnreadableError, match=r"voice\.ogg is damaged"):
        read_sound(of(saved(tone(9000), 44100)[:length], folder))


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_have_pages_or_none(data: bytes) -> None:
    for head in (b"", b"OggS\x00\x02"):
        found = ogg.pages(head + data)
        assert found is None or found.body <= len(data)


@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=6), st.sampled_from(["VORBIS", "OPUS"]))
@settings(deadline=None, max_examples=40)
def test_damage_anywhere_is_a_recording_or_one_sentence(place: int, damage: bytes, subtype: str) -> None:
    data = bytearray(saved(tone(9000, rate=48000), 48000, subtype))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as folder:
        try:
            sound = read_sound(of(bytes(data), Path(folder)))
        except UnreadableError:
            return
        assert sound.samples.ndim == 2
