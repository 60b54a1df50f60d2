"""Films: a sound track that is exchanged while all else stays; pictures that are chosen to be examined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import RefusedError, UnreadableError, WriteError
from core.media import frames, mp4, remux, same_streams
from core.media.container import contents
from core.media.files import kind_of, likely_kind
from core.media.films import read_film
from core.media.frames import frame_at
from core.media.sounds import read_sound, require_writable, write_sound
from core.model import Kind

from .conftest import copied_sound, tone
from .made import SCENES, exiftool, ffprobe, film, heard, rebuilt, scene

NAMES = [
    ("film.mp4", "aac", "libx264"),
    ("film.mp4", "libmp3lame", "libx264"),
    ("film.mp4", "libopus", "libx264"),
    ("film.mp4", "flac", "libx264"),
    ("film.mp4", "alac", "libx264"),
    ("film.mov", "aac", "libx264"),
    ("film.3gp", "aac", "libx264"),
    ("film.mov", "pcm_s16le", "mjpeg"),
    ("film.mov", "pcm_s24be", "mjpeg"),
    ("film.mov", "pcm_f32le", "mjpeg"),
    ("film.mkv", "aac", "libx264"),
    ("film.mkv", "libopus", "libx264"),
    ("film.mkv", "flac", "libx264"),
    ("film.mkv", "pcm_s16le", "libx264"),
    ("film.webm", "libopus", "libvpx-vp9"),
    ("film.webm", "vorbis", "libvpx-vp9"),
    ("film.avi", "libmp3lame", "mpeg4"),
    ("film.avi", "pcm_s16le", "mpeg4"),
]
EXACT = ("flac", "alac", "pcm")


def made(path: Path, codec: str, pictures: str, **more: Any) -> Path:
    rate = 48000 if codec == "libopus" else 44100
    options = {"strict": "experimental"} if codec == "flac" else None
    samples = np.round(tone(2 * rate, 2, rate) * 2**15) / 2**15
    return film(
        path, seconds=2, tracks=(samples,), rate=rate, codec=codec, picture_codec=pictures, options=options, **more
    )


@pytest.mark.parametrize(("name", "codec", "pictures"), NAMES)
def test_sound_is_exchanged_and_pictures_stay(folder: Path, name: str, codec: str, pictures: str) -> None:
    source = made(folder / name, codec, pictures)
    assert kind_of(source) is Kind.VIDEO
    original = read_sound(source)
    other = np.round(0.7 * original.samples[:] * 2**15) / 2**15
    first, again, target = copied_sound(source, other.astype(original.samples.dtype))
    assert (again.format, again.subtype, again.start) == (first.format, first.subtype, first.start)
    assert any("in the sound track" in note for note in again.notes)
    if codec.startswith(EXACT):
        assert np.array_equal(again.samples, other)
    else:
        assert np.corrcoef(again.samples[3000:-3000, 0], other[3000:-3000, 0])[0, 1] > 0.97
    track = contents(source).tracks[0].index
    assert same_streams.same_streams(source, target, first.format, {track})
    mine, theirs = heard(source), heard(target)
    assert mine.shape == theirs.shape
    assert np.corrcoef(0.7 * mine[3000:80000, 0], theirs[3000:80000, 0])[0, 1] > 0.97
    size = target.stat().st_size / source.stat().st_size
    assert 0.7 < size < 1.35


@pytest.mark.parametrize(("name", "codec", "pictures"), [NAMES[0], NAMES[5], NAMES[10], NAMES[14]])
def test_sound_that_begins_late_stays_late(folder: Path, name: str, codec: str, pictures: str) -> None:
    source = made(folder / name, codec, pictures, start=0.75)
    first, again, target = copied_sound(source)
    assert first.start == pytest.approx(0.75, abs=0.03) and again.start == pytest.approx(first.start, abs=0.002)
    begins = [
        float(next(one for one in ffprobe(path, "streams")["streams"] if one["codec_type"] == "audio")["start_time"])
        for path in (source, target)
    ]
    assert begins[0] == pytest.approx(begins[1], abs=0.002)


@pytest.mark.parametrize("front", [False, True])
def test_what_else_is_in_an_mp4_stays_byte_for_byte(folder: Path, front: bool) -> None:
    source = film(
        folder / "film.mp4",
        chapters=True,
        tags={"title": "Film Ü", "artist": "Ada", "location": "+48.1+011.5/"},
        options={"movflags": "faststart"} if front else {},
    )
    _, _, target = copied_sound(source)
    for show in (("chapters",), ("format",)):
        mine, other = (ffprobe(path, *show) for path in (source, target))
        for found in (mine, other):
            for name in ("filename", "size", "bit_rate"):
                found.get("format", {}).pop(name, None)
        assert mine == other
    mine, other = exiftool(source), exiftool(target)
    changed = {name for name in mine if mine[name] != other.get(name)}
    assert {name.partition(":")[2] for name in changed} <= {
        "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate", "FileInodeChangeDate",
        "MediaDataSize", "MediaDataOffset", "AvgBitrate", "MediaDuration", "MaxBitrate", "AverageBitrate",
    }  # fmt: skip
    with source.open("rb") as a, target.open("rb") as b:
        assert [place.name for place in mp4.places(a)] == [place.name for place in mp4.places(b)]
        tracks = [mp4.movie(file).all(b"trak") for file in (a, b)]
    for one, another in zip(*tracks, strict=True):
        if mp4.handler(one) != b"soun":
            for place in (one, another):
                mp4.set_offsets(place, np.zeros(len(mp4.table(place).offsets), np.int64), False)
            assert one.packed() == another.packed()


def test_pictures_and_sound_stay_interleaved(folder: Path) -> None:
    source = film(folder / "film.mp4", seconds=6)
    _, _, target = copied_sound(source)
    with target.open("rb") as file:
        movie = mp4.movie(file)
    shown, sounds = (mp4.table(track) for track in movie.all(b"trak")[:2])
    halves = [np.mean(table.offsets[: len(table.offsets) // 2]) for table in (shown, sounds)]
    ends = [np.mean(table.offsets[len(table.offsets) // 2 :]) for table in (shown, sounds)]
    assert max(halves) < min(ends)  # the second half of both lies behind the first half of both


def test_subtitles_attachments_and_languages_stay_in_matroska(folder: Path) -> None:
    import av

    texts = folder / "words.srt"
    texts.write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n\n2\n00:00:02,500 --> 00:00:03,000\nWelt\n")
    plain = film(folder / "plain.mkv", chapters=True, tags={"title": "Film Ü"})
    source = folder / "film.mkv"
    with av.open(str(plain)) as first, av.open(str(texts)) as second, av.open(str(source), "w") as target:
        target.metadata.update(first.metadata)
        target.set_chapters(first.chapters())
        streams = [target.add_stream_from_template(stream) for stream in first.streams]
        streams[1].metadata["language"] = "ger"
        words = target.add_stream_from_template(second.streams[0])
        words.metadata["language"] = "eng"
        target.add_attachment("font ü.ttf", "font/ttf", b"letters" * 100)
        for container, streams_of in ((second, [words]), (first, streams)):
            for packet in container.demux():
                if packet.size:
                    packet.stream = streams_of[packet.stream_index]
                    target.mux(packet)
    _, _, copy = copied_sound(source)
    mine, other = (ffprobe(path, "streams", "chapters") for path in (source, copy))
    assert mine["chapters"] == other["chapters"] and len(mine["chapters"]) == 2
    keys = ("codec_type", "codec_name", "width", "height", "disposition", "channels", "sample_rate")
    assert [[one.get(key) for key in keys] for one in mine["streams"]] == [
        [one.get(key) for key in keys] for one in other["streams"]
    ]
    named = [[(one.get("tags") or {}).get(key) for key in ("language", "filename")] for one in other["streams"]]
    assert named[1][0] == "ger" and named[2][0] == "eng" and named[3][1] == "font ü.ttf"


def test_a_copy_that_lost_a_picture_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = film(folder / "film.mkv")
    sound = read_sound(source)
    real = remux._interleaved

    def lossy(*given: Any) -> Any:
        for number, (index, packet) in enumerate(real(*given)):
            if number != 7:
                yield index, packet

    monkeypatch.setattr(remux, "_interleaved", lossy)
    with pytest.raises(WriteError, match="did not come out as it should"):
        write_sound(sound, sound.samples, folder / "copy.mkv")


def test_at_first_sight_no_container_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a stranger's container was opened")

    film_, voice = (
        film(folder / "film.mkv", seconds=1),
        film(folder / "voice.mp4", tracks=(tone(8_000),), pictures=None),
    )
    monkeypatch.setattr("core.media.container.opened", refuse)
    assert [likely_kind(path) for path in (film_, voice)] == [Kind.VIDEO, Kind.VIDEO]
    with pytest.raises(AssertionError):
        kind_of(film_)
    (folder / "photo.mp4").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    assert likely_kind(folder / "photo.mp4") is Kind.IMAGE


def test_a_film_without_sound_shows_its_pictures(folder: Path) -> None:
    source = film(folder / "film.mp4", tracks=())
    found = read_film(source)
    assert not found.sounds and found.frames and kind_of(source) is Kind.VIDEO
    with pytest.raises(UnreadableError, match=r"film\.mp4 has no sound track"):
        read_sound(source)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.avi", "film.ts", "film.flv", "film.mpg", "film.wmv"])
def test_films_of_any_kind_are_examined(folder: Path, name: str) -> None:
    shown = {"avi": "mpeg4", "mpg": "mpeg2video", "wmv": "wmv2", "flv": "flv"}.get(name[-3:], "libx264")
    codec = {"mpg": "mp2", "wmv": "wmav2", "flv": "libmp3lame"}.get(name[-3:], "aac")
    source = film(folder / name, codec=codec, picture_codec=shown, fps=25)
    found = read_film(source)
    assert kind_of(source) is Kind.VIDEO
    assert len(found.sounds) == 1 and found.sounds[0].seconds == pytest.approx(4.0, abs=0.15)
    assert found.frames and seen(found.frames) == {0, 1}


def seen(shown: tuple[frames.Frame, ...]) -> set[int]:
    """Return which of the scenes are among some pictures, by their colours."""
    colours = np.array([picture.mean(axis=(0, 1)) for picture in SCENES])
    return {int(np.abs(colours - frame.pixels.mean(axis=(0, 1))).sum(axis=1).argmin()) for frame in shown}


@pytest.mark.parametrize("whole", [True, False])
def test_every_scene_is_among_the_pictures(folder: Path, whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    source = film(folder / "film.mp4", seconds=30, tracks=(), gop=10)
    monkeypatch.setattr(frames, "_DECODED", 1e12 if whole else 0)
    found = frames.frames(source, "MP4", 0)
    again = frames.frames(source, "MP4", 0)
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(found, again, strict=True))
    assert 15 <= len(found) <= frames.MOST
    assert len({int(frame.time / 2) for frame in found}) == 15  # each scene lasts two seconds
    for frame in found:
        assert np.abs(frame.pixels.astype(int) - scene(frame.time).astype(int)).mean() < 12
        assert np.array_equal(frame_at(source, frame.time).pixels, frame.pixels)


def test_few_pictures_are_taken_where_nothing_moves(folder: Path) -> None:
    source = film(folder / "film.mp4", seconds=20, tracks=(), pictures=lambda _: SCENES[0])
    assert len(frames.frames(source, "MP4", 0)) == 6
    black = film(folder / "black.mp4", tracks=(), pictures=lambda _: np.zeros((90, 160, 3), np.uint8))
    assert frames.frames(black, "MP4", 0) == ()


def _turned(quarter: list[int]) -> Callable[[mp4.Box], None]:
    def change(movie: mp4.Box) -> None:
        header = movie.find(b"trak", b"tkhd")
        assert header is not None
        matrix = b"".join((value & 0xFFFFFFFF).to_bytes(4, "big") for value in quarter)
        header.payload = header.payload[:40] + matrix + header.payload[76:]

    return change


def test_films_from_phones_are_examined_upright(folder: Path) -> None:
    upright = np.rot90(SCENES[0], 1)  # as the camera saw it, 90 wide and 160 high
    source = film(folder / "film.mp4", seconds=2, pictures=lambda _: np.rot90(upright, -1))
    one = 0x10000
    rebuilt(source, _turned([0, -one, 0, one, 0, 0, 0, 0, 0x40000000]))
    (frame, *_) = read_film(source).frames
    assert frame.pixels.shape == (160, 90, 3)
    assert np.abs(frame.pixels.astype(int) - upright.astype(int)).mean() < 12
    _, _, target = copied_sound(source)
    sides = [
        side.get("rotation")
        for path in (source, target)
        for side in ffprobe(path, "streams")["streams"][0].get("side_data_list", [])
    ]
    assert len(sides) == 2 and sides[0] == sides[1] != 0


def test_a_cut_film_is_examined_as_far_as_it_goes(folder: Path) -> None:
    whole = film(folder / "whole.mp4", seconds=8, options={"movflags": "faststart"}).read_bytes()
    path = folder / "film.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    found = read_film(path)
    assert found.frames and 2 < found.sounds[0].seconds < 6 and found.notes
    assert all(frame.time < 6 for frame in found.frames)
    for length in (40, 400):
        path.write_bytes(whole[:length])
        with pytest.raises(UnreadableError, match=r"film\.mp4 is damaged"):
            read_film(path)


def test_huge_pictures_are_made_smaller(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_SIDE", 80)
    source = film(folder / "film.mp4", tracks=(), seconds=2)
    assert all(frame.pixels.shape == (45, 80, 3) for frame in frames.frames(source, "MP4", 0))


def test_pictures_with_long_pixels_are_shown_in_their_true_shape(folder: Path) -> None:
    import av

    source = film(folder / "film.mkv", tracks=(), seconds=1)
    with av.open(str(source)) as container:
        frame = next(container.decode(video=0))
        assert frames._pixels(frame, 2.0).shape == (90, 320, 3)
        assert frames._pixels(frame, 0.5).shape == (180, 160, 3)


@pytest.mark.parametrize(
    ("name", "pictures", "what"), [("film.ts", "libx264", "a film in MPEG-TS"), ("film.avi", "mpeg4", "a film in AVI")]
)
def test_what_is_not_written_says_as_what_to_save_it(folder: Path, name: str, pictures: str, what: str) -> None:
    source = film(folder / name, fps=25, picture_codec=pictures)
    with pytest.raises(RefusedError, match=f"is {what}, which can be checked but not protected") as refused:
        require_writable(read_sound(source))
    assert "Save it as MP4, MOV or MKV with AAC" in refused.value.hint


def test_a_film_without_an_edit_list_keeps_its_length(folder: Path) -> None:
    source = film(folder / "film.mp4", seconds=3)

    def plain(movie: mp4.Box) -> None:
        for track in movie.all(b"trak"):
            track.boxes = [box for box in track.boxes or () if box.name != b"edts"]

    rebuilt(source, plain)
    first, again, target = copied_sound(source)
    assert first.samples.shape == again.samples.shape
    mine, other = heard(source), heard(target)
    assert abs(len(mine) - len(other)) < 1024
    assert np.corrcoef(mine[5000:100_000, 0], other[5000:100_000, 0])[0, 1] > 0.97


def test_edits_of_an_editor_are_refused(folder: Path) -> None:
    source = film(folder / "film.mp4", seconds=3)

    def cut(movie: mp4.Box) -> None:
        track = movie.all(b"trak")[1]
        edits = mp4.edit_box([(1000, 1024), (1000, 80_000)])
        track.boxes = [edits if box.name == b"edts" else box for box in track.boxes or ()]

    rebuilt(source, cut)
    with pytest.raises(RefusedError, match="has edits in its sound track"):
        require_writable(read_sound(source))
