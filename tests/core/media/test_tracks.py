"""M4A and raw AAC: length to the sample, tags and chapters; what is examined only; damage."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import RefusedError, UnreadableError
from core.media import av_sound, mp4, tracks
from core.media.files import kind_of
from core.media.signatures import format_of
from core.media.sounds import finer, read_sound, require_writable, write_sound
from core.model import Kind

from .conftest import colours, copied_sound, tone
from .made import exiftool, ffprobe, film, heard, rebuilt, sound


def cover() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(colours(40, 40)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2, 6, 8])  # eight is more than PyAV counts in planes
@pytest.mark.parametrize("frames", [2000, 50_001])
def test_rate_channels_and_length_stay_to_the_sample(folder: Path, rate: int, channels: int, frames: int) -> None:
    source = sound(folder / "voice.m4a", tone(frames, channels, rate), rate, bit_rate=48_000 * channels)
    assert kind_of(source) is Kind.AUDIO
    first, again, target = copied_sound(source)
    assert (first.format, first.subtype, first.rate) == ("M4A", "AAC", rate)
    assert first.samples.shape == again.samples.shape == (frames, channels) and not again.notes
    if frames > 10_000:
        a, b = first.samples[3000:-3000].ravel(), again.samples[3000:-3000].ravel()
        assert np.corrcoef(a, b)[0, 1] > 0.97
        assert 0.8 < target.stat().st_size / source.stat().st_size < 1.25


def test_other_readers_hear_the_sound_at_its_time(folder: Path) -> None:
    source = sound(folder / "voice.m4a", tone(50_001, 2), 44100, bit_rate=160_000)
    _, _, target = copied_sound(source)
    mine, other = heard(source), heard(target)
    assert mine.shape == other.shape
    assert np.corrcoef(mine[2000:48000, 0], other[2000:48000, 0])[0, 1] > 0.98
    durations = [ffprobe(path, "streams")["streams"][0]["duration_ts"] for path in (source, target)]
    assert durations[0] == durations[1] and abs(durations[0] - 50_001) < 44  # it counts in the film's milliseconds


@pytest.mark.parametrize("depth", ["s16p", "s32p"])
def test_lossless_sound_is_exact(folder: Path, depth: str) -> None:
    samples = np.round(tone(30_000, 2) * 2**15) / 2**15
    source = sound(folder / "master.m4a", samples, 44100, codec="alac")
    other = np.round(tone(30_000, 2, seed=2) * 2**15) / 2**15
    first, again, target = copied_sound(source, other.astype(np.float32))
    assert (first.format, first.subtype) == ("M4A", "ALAC")
    assert np.array_equal(again.samples, other.astype(np.float32))
    assert np.array_equal(heard(target), other.astype(np.float32))
    assert finer(first) is None


@pytest.mark.parametrize("front", [False, True])
def test_tags_cover_and_chapters_are_kept_byte_for_byte(folder: Path, front: bool) -> None:
    from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

    options = {"movflags": "faststart"} if front else {}
    source = film(
        folder / "book.m4a", tracks=(tone(60_000, 2),), pictures=None, chapters=True, seconds=1.36, options=options
    )
    tags: Any = MP4(source)
    tags["\xa9nam"], tags["\xa9ART"], tags["cprt"] = "Stimme Ü", ["Ada", "Bob"], "© Ada"
    tags["covr"] = [MP4Cover(cover(), MP4Cover.FORMAT_JPEG)]
    tags["----:org.countermark:plus_DataMining"] = MP4FreeForm(b"DMI-PROHIBITED")
    tags["----:com.apple.iTunes:iTunSMPB"] = MP4FreeForm(b" 00000000 00000840 000001CA 0000000000003F31")
    tags.save()
    _, _, target = copied_sound(source)
    mine, other = dict(MP4(source).tags or {}), dict(MP4(target).tags or {})
    del mine["----:com.apple.iTunes:iTunSMPB"]  # the note of the old encoder's delay would be wrong
    assert mine == other and bytes(other["covr"][0]) == cover()
    assert ffprobe(source, "chapters") == ffprobe(target, "chapters")
    assert len(ffprobe(target, "chapters")["chapters"]) == 2
    assert exiftool(source)["ItemList:Title"] == exiftool(target)["ItemList:Title"]
    with source.open("rb") as a, target.open("rb") as b:
        assert [place.name for place in mp4.places(a)] == [place.name for place in mp4.places(b)]


def test_bit_rate_can_be_raised_to_an_end(folder: Path) -> None:
    found: Any = read_sound(sound(folder / "voice.m4a", tone(60_000), 44100, bit_rate=64_000))
    rates = []
    while found is not None:
        rates.append(found._kept.voices[0].encoding.bit_rate)
        found = finer(found)
    assert 3 <= len(rates) < 8 and rates == sorted(rates) and 55_000 < rates[0] < 75_000 and rates[-1] == 288_000


def test_raw_aac_keeps_its_length_and_tags(folder: Path) -> None:
    raw = sound(folder / "plain.aac", tone(60_000, 2), 44100)
    tag = b"ID3\x03\x00\x00\x00\x00\x00\x0aTXXX\x00\x00\x00\x00\x00\x00"
    source = folder / "voice.aac"
    source.write_bytes(tag + raw.read_bytes() + b"TAG" + bytes(125))
    assert format_of(source) == "AAC"
    first, again, target = copied_sound(source)
    assert first.samples.shape == again.samples.shape and first.subtype == "AAC"
    assert target.read_bytes().startswith(tag) and target.read_bytes().endswith(b"TAG" + bytes(125))
    a, b = first.samples[3000:-3000, 0], again.samples[3000:-3000, 0]
    assert np.corrcoef(a, b)[0, 1] > 0.97
    assert heard(source).shape == heard(target).shape


def test_other_kinds_of_aac_are_written_as_the_common_one_and_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = sound(folder / "voice.m4a", tone(30_000), 44100)
    real = tracks.contents
    monkeypatch.setattr(tracks, "contents", lambda path: _with_profile(real(path), "HE-AACv2"))
    assert read_sound(source).notes == ("The sound of voice.m4a is HE-AACv2; the copy has it as AAC-LC.",)


def _with_profile(found: Any, profile: str) -> Any:
    from dataclasses import replace

    return replace(found, tracks=tuple(replace(track, profile=profile) for track in found.tracks))


@pytest.mark.parametrize(
    ("name", "codec", "rate", "word"),
    [
        ("voice.amr", "libopencore_amrnb", 8000, "AMR"),
        ("note.3gp", "libopencore_amrnb", 8000, "3GP"),
        ("song.wma", "wmav2", 44100, "WMA"),
        ("film.ac3", "ac3", 48000, "AC-3"),
        ("film.eac3", "eac3", 48000, "AC-3"),
    ],
)
def test_other_codings_are_examined_and_not_protected(
    folder: Path, name: str, codec: str, rate: int, word: str
) -> None:
    samples = tone(30_000, 1, rate)
    path = sound(folder / name, samples, rate, codec=codec, bit_rate=12_200 if rate == 8000 else 96_000)
    found = read_sound(path)
    assert (found.format, found.rate, kind_of(path)) == (word, rate, Kind.AUDIO)
    assert abs(len(found.samples) - 30_000) < 4000
    assert np.abs(np.fft.rfft(found.samples[4000:20000, 0])).argmax() == pytest.approx(16000 * 220 / rate, abs=1)
    with pytest.raises(RefusedError, match=f"{name} is {word} with sound in .*can be checked but not protected"):
        require_writable(found)


def test_other_codings_in_ogg_are_examined_and_not_protected(folder: Path) -> None:
    path = sound(folder / "voice.ogg", tone(30_000), 44100, codec="flac")
    with pytest.raises(RefusedError, match="can be checked but not protected"):
        require_writable(read_sound(path))


def test_cut_recording_is_examined_and_not_protected(folder: Path) -> None:
    whole = film(
        folder / "whole.m4a", tracks=(tone(200_000),), pictures=None, options={"movflags": "faststart"}
    ).read_bytes()
    path = folder / "voice.m4a"
    path.write_bytes(whole[: len(whole) // 2])
    found = read_sound(path)
    assert 50_000 < len(found.samples) < 150_000 and found.notes
    with pytest.raises(RefusedError, match=r"voice\.m4a is (cut off|damaged)"):
        require_writable(found)


def test_damage_in_the_middle_keeps_the_time(folder: Path) -> None:
    path = sound(folder / "voice.m4a", tone(200_000), 44100)
    data = bytearray(path.read_bytes())
    data[10_000:10_400] = b"\xff" * 400
    path.write_bytes(data)
    found = read_sound(path)
    assert len(found.samples) == 200_000 and "damaged" in " ".join(found.notes)
    with pytest.raises(RefusedError, match="cannot be decoded"):
        require_writable(found)


@pytest.mark.parametrize("length", [30, 100, 2000])
def test_nothing_useful_is_one_sentence(folder: Path, length: int) -> None:
    path = sound(folder / "voice.m4a", tone(30_000), 44100)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(UnreadableError, match=r"voice\.m4a is damaged"):
        read_sound(path)


def test_tables_that_contradict_each_other_are_not_written(folder: Path) -> None:
    path = sound(folder / "voice.m4a", tone(30_000), 44100)

    def lie(movie: mp4.Box) -> None:
        table = movie.find(b"trak", b"mdia", b"minf", b"stbl", b"stsc")
        assert table is not None
        table.payload = table.payload[:8] + (2).to_bytes(4, "big") + table.payload[12:]

    rebuilt(path, lie)
    try:
        found = read_sound(path)
    except UnreadableError:
        return
    with pytest.raises(RefusedError):
        require_writable(found)


def test_a_long_recording_stays_in_its_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sound(folder / "voice.m4a", tone(200_000, 2), 44100)
    held = read_sound(path)
    monkeypatch.setattr(av_sound, "HELD", 50_000)
    long = read_sound(path)
    assert isinstance(long.samples, av_sound.AvStream) and long.samples.shape == held.samples.shape
    for place in (slice(0, 10), slice(150_000, 180_000), slice(140_000, 160_000), slice(0, None), slice(199_990, None)):
        assert np.array_equal(long.samples[place], held.samples[place])
    write_sound(long, long.samples, folder / "copy.m4a")
    assert read_sound(folder / "copy.m4a").samples.shape == held.samples.shape


def test_holes_in_the_time_are_silence(folder: Path) -> None:
    import av

    whole = sound(folder / "whole.mka", tone(132_300), 44100, codec="pcm_s16le")
    path = folder / "voice.mka"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size and not 1.0 <= packet.pts * packet.time_base < 2.0:
                packet.stream = stream
                target.mux(packet)
    found = read_sound(path)
    assert len(found.samples) == pytest.approx(132_300, abs=100)
    assert not found.samples[50_000:80_000].any() and found.samples[95_000:96_000].any()
    original = read_sound(whole).samples[100_000:110_000, 0]
    lags = range(-60, 61)  # Matroska counts in milliseconds, of 44 samples
    like = [np.corrcoef(original, found.samples[100_000 + lag : 110_000 + lag, 0])[0, 1] for lag in lags]
    assert max(like) > 0.99


def test_content_credentials_are_left_out_and_said(folder: Path) -> None:
    path = sound(folder / "voice.m4a", tone(30_000), 44100)
    other = (24).to_bytes(4, "big") + b"uuid" + bytes(range(16))
    credentials = (40).to_bytes(4, "big") + b"uuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(16)
    path.write_bytes(path.read_bytes() + other + credentials)
    first, again, target = copied_sound(path)
    assert "content credentials" in first.notes[0] and not again.notes
    assert target.read_bytes().endswith(other) and credentials not in target.read_bytes()


def test_a_clock_that_is_set_anew_leaves_no_hole(folder: Path) -> None:
    import av

    whole = sound(folder / "whole.mka", tone(132_300), 44100, codec="pcm_s16le")
    path = folder / "voice.mka"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                if packet.pts * packet.time_base >= 1.0:
                    packet.pts += round(5000 / packet.time_base)
                    packet.dts = packet.pts
                packet.stream = stream
                target.mux(packet)
    found = read_sound(path)
    assert len(found.samples) == pytest.approx(132_300, abs=100) and found.start == pytest.approx(0.0, abs=0.01)
