"""Copies in another format: the sound, its tags and its cover, and what is said of the rest."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from core.errors import RefusedError
from core.media import resampled as resampling
from core.media import tags
from core.media.resampled import ResampledStream, resampled
from core.media.sound import Sound
from core.media.sound_conversion import FORMATS, converted
from core.media.sounds import read_sound, write_sound

from .conftest import colours, tone
from .made import ffprobe, film, sound
from .test_foreign_sounds import broadcast

TEXTS = {
    "TITLE": ["Stimme Ü"],
    "ARTIST": ["Ada", "Bob"],
    "ALBUM": ["Reel"],
    "DATE": ["2026"],
    "COPYRIGHT": ["© Ada"],
    "TRACKNUMBER": ["3/12"],
    "PLUS_DATAMINING": ["DMI-PROHIBITED"],
}


def cover() -> tags.Cover:
    buffer = io.BytesIO()
    Image.fromarray(colours(40, 40)).save(buffer, "JPEG")
    return tags.Cover("image/jpeg", 3, "", buffer.getvalue())


def written(of: Sound, name: str) -> tuple[Sound, Path]:
    target = of.path.with_name(f"copy.{name}")
    write_sound(of, of.samples, target)
    return read_sound(target), target


@pytest.fixture
def master(folder: Path) -> Path:
    """A FLAC of 24 bits with tags and a cover."""
    source = folder / "master.flac"
    soundfile.write(source, tone(48_000, 2, 48000), 48000, "PCM_24")
    flac = converted(read_sound(source), "wav")
    tagged = tags.Tags(texts={name: list(values) for name, values in TEXTS.items()}, covers=[cover()])
    real = tags.read_tags
    try:
        tags.read_tags = lambda path, name: tagged
        write_sound(converted(flac, "flac"), flac.samples, folder / "take.flac")
    finally:
        tags.read_tags = real
    return folder / "take.flac"


@pytest.mark.parametrize("name", FORMATS)
def test_a_master_becomes_any_format_with_its_tags_and_cover(master: Path, name: str) -> None:
    source = read_sound(master)
    wanted = converted(source, name)
    if name == "flac":
        assert wanted is source
        return
    assert wanted.notes[0] == f"The copy is {name.upper()}, the original FLAC." and len(wanted.notes) == 1
    assert wanted.suffix == f".{name}"
    again, target = written(wanted, name)
    assert again.samples.shape == source.samples.shape and again.rate == source.rate and again.obstacle is None
    a, b = source.samples[3000:-3000, 0], again.samples[3000:-3000, 0]
    assert np.corrcoef(a, b)[0, 1] > 0.97
    if name == "wav":
        assert np.array_equal(again.samples, source.samples) and again.subtype == "PCM_24"
    found = tags.read_tags(target, again.format)
    assert found.texts == TEXTS
    assert found.covers == [cover()]
    told = str(ffprobe(target, "format", "streams")).lower()
    assert "stimme ü" in told and ("dmi-prohibited" in told or name == "wav")  # ffprobe reads no ID3 in WAV


@pytest.mark.parametrize(
    ("name", "bit_rate"), [("mp3", 128_000), ("mp3", 256_000), ("m4a", 128_000), ("opus", 96_000), ("ogg", 160_000)]
)
def test_bit_rates_are_those_asked_for(master: Path, name: str, bit_rate: int) -> None:
    _, target = written(converted(read_sound(master), name, bit_rate), name)
    stream = next(one for one in ffprobe(target, "streams")["streams"] if one["codec_type"] == "audio")
    if name == "ogg":  # its rate is a quality: that which it tells is the least one not below
        assert bit_rate <= int(stream["bit_rate"]) <= 1.25 * bit_rate
    else:
        assert float(ffprobe(target, "format")["format"]["bit_rate"]) == pytest.approx(bit_rate, rel=0.35)
    if name == "mp3":
        assert int(stream["bit_rate"]) == bit_rate


@pytest.mark.parametrize("name", ["voice.mp3", "voice.m4a", "voice.opus", "voice.aac"])
def test_the_bit_rate_alone_can_be_changed(folder: Path, name: str) -> None:
    path = folder / name
    if name.endswith((".m4a", ".aac")):
        sound(path, tone(96_000, 2, 48000), 48000, bit_rate=64_000)
    else:
        subtype = "OPUS" if name.endswith("opus") else "MPEG_LAYER_III"
        form = "OGG" if name.endswith("opus") else "MP3"
        soundfile.write(path, tone(96_000, 2, 48000), 48000, subtype, format=form, compression_level=0.9)
    first = read_sound(path)
    sizes = []
    for bit_rate in (None, 192_000):
        wanted = converted(first, bit_rate=bit_rate)
        write_sound(wanted, wanted.samples, folder / "copy")
        sizes.append((folder / "copy").stat().st_size)
    assert sizes[1] > 1.5 * sizes[0] and sizes[1] == pytest.approx(192_000 / 8 * 2, rel=0.25)
    soundfile.write(folder / "a.wav", tone(), 44100)
    plain = read_sound(folder / "a.wav")
    assert converted(plain, bit_rate=64_000) is plain and converted(plain) is plain


@pytest.mark.parametrize(
    ("name", "rate", "becomes"),
    [("mp3", 96000, 48000), ("opus", 44100, 48000), ("opus", 22050, 24000), ("m4a", 192000, 96000)],
)
def test_rates_that_a_format_does_not_have_are_changed_and_said(
    folder: Path, name: str, rate: int, becomes: int
) -> None:
    soundfile.write(folder / "master.wav", tone(rate, 1, rate), rate, "PCM_24")
    wanted = converted(read_sound(folder / "master.wav"), name)
    assert wanted.rate == becomes and len(wanted.samples) == becomes
    assert f"cannot have {rate} Hz; the copy has {becomes} Hz." in wanted.notes[1]
    again, _ = written(wanted, name)
    assert (again.rate, len(again.samples)) == (becomes, becomes)
    spectrum = np.abs(np.fft.rfft(again.samples[:, 0]))
    assert spectrum.argmax() == 220


@pytest.mark.parametrize(("rate", "wanted"), [(44100, 48000), (96000, 48000), (8000, 44100)])
def test_resampling_keeps_sound_at_its_time(monkeypatch: pytest.MonkeyPatch, rate: int, wanted: int) -> None:
    samples = tone(2 * rate, 2, rate).astype(np.float32)
    made = resampled(Path("x"), samples, rate, wanted)
    assert made.shape == (2 * wanted, 2)
    from scipy.signal import resample_poly

    other = resample_poly(samples, wanted, rate)
    middle = slice(2000, -2000)
    assert np.abs(made[:][middle] - other[middle]).mean() < 0.01
    assert np.corrcoef(made[:][middle, 1], other[middle, 1])[0, 1] > 0.999
    monkeypatch.setattr(resampling, "HELD", 1000)
    long = resampled(Path("x"), samples, rate, wanted)
    assert isinstance(long, ResampledStream) and np.array_equal(long[5000:9000], made[5000:9000])


@pytest.mark.parametrize(
    ("subtype", "wav", "flac"),
    [("PCM_16", "PCM_16", "PCM_16"), ("PCM_24", "PCM_24", "PCM_24"), ("FLOAT", "FLOAT", "PCM_24")],
)
def test_depths_are_kept_where_the_format_has_them(folder: Path, subtype: str, wav: str, flac: str) -> None:
    soundfile.write(folder / "master.aiff", tone(), 44100, subtype)
    for name, wanted in (("wav", wav), ("flac", flac)):
        again, _ = written(converted(read_sound(folder / "master.aiff"), name), name)
        assert again.subtype == wanted


def test_what_has_no_place_is_left_out_and_said(folder: Path) -> None:
    source = broadcast(folder / "take.wav", "PCM_24")
    wanted = converted(read_sound(source), "mp3")
    assert wanted.notes[1] == ("Left out, since MP3 has no place for it: broadcast data (bext), iXML, cue points.")
    _, target = written(wanted, "mp3")
    assert tags.read_tags(target, "MP3").texts == {"TITLE": ["Stimme 1"], "ARTIST": ["Ada"]}


def test_what_is_only_examined_can_be_converted(folder: Path) -> None:
    source = sound(folder / "note.3gp", tone(40_000, 1, 8000), 8000, codec="libopencore_amrnb", bit_rate=12_200)
    again, _ = written(converted(read_sound(source), "m4a"), "m4a")
    assert again.rate == 8000 and len(again.samples) == len(read_sound(source).samples)


def test_surround_goes_where_it_has_a_place(folder: Path) -> None:
    soundfile.write(folder / "film.wav", tone(48_000, 6, 48000), 48000, "PCM_24", format="WAVEX")
    source = read_sound(folder / "film.wav")
    for name in ("flac", "m4a"):
        again, target = written(converted(source, name), name)
        assert again.channels == 6
        assert ffprobe(target, "streams")["streams"][0]["channel_layout"].startswith("5.1")
        for channel in range(6):
            if channel != 3:  # the one of low tones
                assert np.corrcoef(again.samples[5000:40000, channel], source.samples[5000:40000, channel])[0, 1] > 0.9
    back, target = written(converted(read_sound(folder / "copy.flac"), "wav"), "wav")
    assert np.array_equal(back.samples, source.samples)
    assert ffprobe(target, "streams")["streams"][0]["channel_layout"] == "5.1"
    for name in ("mp3", "opus", "ogg"):
        with pytest.raises(RefusedError, match=f"has 6 channels, more than a copy in {name.upper()} can hold"):
            converted(source, name)


def test_films_and_broken_files_are_not_converted(folder: Path) -> None:
    with pytest.raises(RefusedError, match="is a film, and its copy stays one"):
        converted(read_sound(film(folder / "film.mp4", seconds=1)), "mp3")
    soundfile.write(folder / "cut.wav", tone(20_000), 44100, "PCM_16")
    (folder / "cut.wav").write_bytes((folder / "cut.wav").read_bytes()[:9000])
    with pytest.raises(RefusedError, match="is cut off"):
        converted(read_sound(folder / "cut.wav"), "flac")
    soundfile.write(folder / "a.wav", tone(), 44100)
    with pytest.raises(ValueError, match="the format is one of"):
        converted(read_sound(folder / "a.wav"), "wma")


def test_very_long_wav_files_get_long_sizes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.media import sound_conversion

    soundfile.write(folder / "a.flac", tone(9001), 44100, "PCM_24")
    monkeypatch.setattr(sound_conversion, "_RF64", 1000)
    again, target = written(converted(read_sound(folder / "a.flac"), "wav"), "wav")
    data = target.read_bytes()
    assert data[:4] == b"RF64" and struct.unpack("<Q", data[20:28])[0] == len(data) - 8
    assert np.array_equal(again.samples, read_sound(folder / "a.flac").samples) and not again.notes
    assert soundfile.info(str(target)).frames == 9001


def test_tags_of_every_container_come_back_as_they_were(master: Path) -> None:
    """From FLAC through all others and back."""
    source = read_sound(master)
    for name in ("mp3", "m4a", "opus", "wav", "ogg", "flac"):
        current: Any = converted(source, name)
        target = master.with_name(f"round.{name}")
        write_sound(current, current.samples, target)
        source = read_sound(target)
    assert tags.read_tags(source.path, "FLAC").texts == TEXTS
    assert tags.read_tags(source.path, "FLAC").covers == [cover()]


def test_damaged_tags_are_said(folder: Path) -> None:
    soundfile.write(folder / "a.mp3", tone(), 44100)
    data = (folder / "a.mp3").read_bytes()
    (folder / "a.mp3").write_bytes(b"ID3\x04\x00\x40\x00\x00\x00\x05\xff\xff\xff\xff\x01" + data)
    found = tags.read_tags(folder / "a.mp3", "MP3")
    assert not found.texts and found.left == ["damaged tags"]
