"""Films with several sound tracks: all are exchanged, or those that are to be; everything else stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import RefusedError, WriteError
from core.media import tracks as tracks_module
from core.media.films import TRACKS, read_film
from core.media.same_streams import same_streams
from core.media.sound_conversion import converted
from core.media.sounds import finer, read_sound, require_writable, write_sound, write_tracks

from .conftest import Array, tone
from .made import ffprobe, film, heard

RATE = 48000
KINDS = [
    ("film.mp4", "aac", "libx264"),
    ("film.mp4", "alac", "libx264"),
    ("film.mov", "pcm_s24le", "mjpeg"),
    ("film.mkv", "aac", "libx264"),
    ("film.mkv", "flac", "libx264"),
    ("film.webm", "libopus", "libvpx-vp9"),
    ("film.webm", "vorbis", "libvpx-vp9"),
    ("film.avi", "libmp3lame", "mpeg4"),
    ("film.mp4", "aac", ""),
]


def voices(*channels: int) -> tuple[Array, ...]:
    """Return recordings that differ, each of 2 seconds and some frames."""
    return tuple(
        np.round(tone(2 * RATE + 117 * seed, width, RATE, seed=seed) * 2**15) / 2**15
        for seed, width in enumerate(channels)
    )


def made(folder: Path, name: str, codec: str, pictures: str, tracks: tuple[Array, ...]) -> Path:
    more = {"picture_codec": pictures} if pictures else {"pictures": None}
    return film(folder / name, seconds=2, tracks=tracks, rate=RATE, codec=codec, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "codec", "pictures"), KINDS)
def test_each_track_is_exchanged_and_keeps_its_length(folder: Path, name: str, codec: str, pictures: str) -> None:
    channels = [2, 2 if codec == "vorbis" else 1, 2]  # FFmpeg's own encoder of Vorbis knows stereo alone
    source = made(folder, name, codec, pictures, voices(*channels))
    sound = read_sound(source)
    require_writable(sound)
    assert len(sound.others) == 2 and [one.samples.shape[1] for one in (sound, *sound.others)] == channels
    assert not pictures or "each of the 3 sound tracks" in sound.notes[-1]
    new = [0.5 * one.samples for one in (sound, *sound.others)]
    target = folder / f"copy-{name}"
    write_tracks(sound, new, target)
    again = read_sound(target)
    for number, (mine, other) in enumerate(zip(new, (again, *again.others), strict=True)):
        assert mine.shape == other.samples.shape and abs(other.start - sound.start) < 0.03
        a, b = mine[6000:80_000, 0], other.samples[6000:80_000, 0]
        assert np.corrcoef(a, b)[0, 1] > 0.97 and 0.9 < np.std(b) / np.std(a) < 1.1
        told = heard(target, number)
        assert len(told) == pytest.approx(len(heard(source, number)), abs=1200)
    assert same_streams(
        source, target, sound.format, {s["index"] for s in _streams(target) if s["codec_type"] == "audio"}
    )
    assert [s["codec_name"] for s in _streams(source)] == [s["codec_name"] for s in _streams(target)]


def _streams(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = ffprobe(path, "streams")["streams"]
    return found


@pytest.mark.parametrize(("name", "pictures"), [("film.mp4", "libx264"), ("film.mkv", "libx264")])
def test_a_track_that_carries_no_mark_stays_packet_for_packet(folder: Path, name: str, pictures: str) -> None:
    source = made(folder, name, "aac", pictures, voices(2, 2))
    sound = read_sound(source)
    target = folder / f"copy-{name}"
    write_tracks(sound, (None, 0.5 * sound.others[0].samples), target)
    again = read_sound(target)
    assert np.array_equal(again.samples, sound.samples)
    assert np.std(again.others[0].samples) == pytest.approx(0.5 * np.std(sound.others[0].samples), rel=0.1)
    with pytest.raises(ValueError, match="shorter"):
        write_sound(sound, sound.samples, folder / "other.mkv")


def test_a_copy_in_which_another_track_changed_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(folder, "film.mkv", "aac", "libx264", voices(1, 1))
    sound = read_sound(source)
    other = made(folder, "other.mkv", "aac", "libx264", voices(1, 1))
    monkeypatch.setattr(type(sound._kept), "write_all", lambda self, samples, file: file.write(other.read_bytes()))
    write_tracks(sound, (sound.samples, sound.others[0].samples), folder / "copy.mkv")
    other.write_bytes(made(folder, "third.mkv", "aac", "libx264", voices(1, 1, 1)).read_bytes())
    with pytest.raises(WriteError, match="did not come out as it should"):
        write_tracks(sound, (sound.samples, sound.others[0].samples), folder / "copy.mkv")


def test_all_tracks_are_written_finer(folder: Path) -> None:
    sound = read_sound(made(folder, "film.mp4", "aac", "libx264", voices(1, 2)))
    better = finer(sound)
    assert better is not None
    rates = [[voice.encoding.bit_rate for voice in one._kept.voices] for one in (sound, better)]  # type: ignore[union-attr]
    assert all(b == a * 3 // 2 for a, b in zip(*rates, strict=True))
    sizes = []
    for number, one in enumerate((sound, better)):
        write_tracks(one, (one.samples, one.others[0].samples), folder / f"{number}.mp4")
        sizes.append((folder / f"{number}.mp4").stat().st_size)
    assert sizes[1] > 1.1 * sizes[0]
    lower = converted(sound, None, 64_000)
    assert {voice.encoding.bit_rate for voice in lower._kept.voices} == {64_000}  # type: ignore[union-attr]


def test_what_cannot_be_written_is_refused_and_the_track_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(folder, "film.mkv", "aac", "libx264", voices(1, 1))
    real = tracks_module.like
    asked: list[int] = []

    def second_unknown(*given: object) -> object:
        asked.append(1)
        return None if len(asked) == 2 else real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(tracks_module, "like", second_unknown)
    with pytest.raises(RefusedError, match=r"with sound in aac \(sound track 2\), which can be checked but not prot"):
        require_writable(read_sound(source))


def test_more_tracks_than_are_marked_together_are_refused(folder: Path) -> None:
    source = made(folder, "film.mkv", "aac", "libx264", voices(*[1] * (TRACKS + 1)))
    found = read_film(source)
    assert len(found.sounds) == TRACKS and "first 4 were examined" in found.notes[0]
    assert not np.array_equal(found.sounds[0].samples, found.sounds[1].samples)
    with pytest.raises(RefusedError, match=r"has 5 sound tracks; more than 4 cannot be marked together\. Export"):
        require_writable(read_sound(source))


def test_several_tracks_go_into_no_other_format(folder: Path) -> None:
    source = made(folder, "voice.m4a", "aac", "", voices(1, 1))
    with pytest.raises(RefusedError, match="has 2 sound tracks, and a copy in MP3 holds one"):
        converted(read_sound(source), "mp3")


def test_a_damaged_track_is_no_reason_to_leave_it_bare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import UnreadableError

    source = made(folder, "film.mkv", "aac", "libx264", voices(1, 1))
    real = tracks_module._read

    def broken(path: Path, found: object, track: object) -> object:
        if track is found.tracks[1]:  # type: ignore[attr-defined]
            raise UnreadableError("nothing")
        return real(path, found, track)  # type: ignore[arg-type]

    monkeypatch.setattr(tracks_module, "_read", broken)
    with pytest.raises(RefusedError, match="is damaged: its sound track 2 cannot be decoded"):
        require_writable(read_sound(source))
    assert replace(read_sound(source), obstacle=None).others == ()
