"""Films in fragments: read to the sample, written as ordinary ones that hold the same packets and all other boxes."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CountermarkError, RefusedError
from core.media import fragments, mp4
from core.media.films import read_film
from core.media.same_streams import same_streams
from core.media.sounds import read_sound, require_writable, write_tracks

from .conftest import tone
from .made import ffprobe, film, heard

FLAGS = [
    "frag_keyframe+empty_moov",
    "frag_keyframe+empty_moov+default_base_moof",
    "frag_keyframe",  # the first samples in "moov" itself
    "frag_every_frame+empty_moov",
    "frag_keyframe+empty_moov+delay_moov",
    "frag_keyframe+empty_moov+separate_moof",
    "dash",
    "cmaf",
    "frag_keyframe+empty_moov+default_base_moof+global_sidx",
]
FRAMES = 150_001


def made(folder: Path, flags: str, name: str = "film.mp4", tracks: int = 1, **more: Any) -> Path:
    voices = tuple(tone(FRAMES, 2, 44100, seed=seed) for seed in range(tracks))
    options = {"movflags": flags} if flags else {}
    if more.get("pictures", True) is None:
        options["frag_duration"] = "500000"
    return film(folder / name, seconds=3.4, tracks=voices, options=options, **more)


def copied(source: Path) -> tuple[Any, Any, Path]:
    sound = read_sound(source)
    require_writable(sound)
    target = source.with_name(f"copy-{source.name}")
    write_tracks(sound, [one.samples for one in (sound, *sound.others)], target)
    return sound, read_sound(target), target


@pytest.mark.parametrize("flags", FLAGS)
def test_a_film_in_fragments_becomes_an_ordinary_one(folder: Path, flags: str) -> None:
    plain = read_sound(made(folder, "", "plain.mp4"))
    source = made(folder, flags, chapters=False, tags={"title": "Rede ü", "comment": "kept"})
    sound, again, target = copied(source)
    assert f"{source.name} is written in fragments, as for streaming; the copy is an ordinary file." in sound.notes
    primed = len(sound.samples) - FRAMES  # without an edit list, the time for which the pictures wait stands before
    assert primed in (0, 1024, 8820) and sound.samples.shape == again.samples.shape
    if primed != 1024 and "every_frame" not in flags:  # whose times FFmpeg writes a packet too late
        assert np.array_equal(sound.samples[primed:], plain.samples)
    assert np.corrcoef(sound.samples[5000:-5000, 0], again.samples[5000:-5000, 0])[0, 1] > 0.97
    assert sound.start == pytest.approx(again.start, abs=0.002)
    with target.open("rb") as file:
        names = {place.name for place in mp4.places(file)}
        assert not names & {b"moof", b"sidx", b"mfra", b"styp"} and mp4.movie(file).find(b"mvex") is None
    assert not [note for note in again.notes if "fragments" in note]
    audio = {s["index"] for s in ffprobe(source, "streams")["streams"] if s["codec_type"] == "audio"}
    assert same_streams(source, target, "MP4", audio, timed=flags != "cmaf")  # FFmpeg reads shifts below 0 otherwise
    for key in ("nb_read_packets", "duration_ts", "start_time", "width", "height", "avg_frame_rate"):
        a, b = (next(s for s in ffprobe(path, "streams")["streams"] if s["index"] == 0) for path in (source, target))
        if key in a and key in b and "dur" not in key and (flags, key) != ("cmaf", "start_time"):
            assert a[key] == b[key], key
    assert ffprobe(target, "format")["format"]["tags"]["title"] == "Rede ü"
    assert float(ffprobe(target, "format")["format"]["duration"]) == pytest.approx(3.5, abs=0.12)
    told = heard(target)
    assert abs(len(told) - len(sound.samples)) <= 1024
    assert np.corrcoef(sound.samples[9000:140_000, 0], told[9000:140_000, 0])[0, 1] > 0.97


def test_sound_alone_and_several_tracks_in_fragments(folder: Path) -> None:
    sound, again, _ = copied(made(folder, "frag_keyframe+empty_moov", "voice.m4a", pictures=None))
    assert sound.samples.shape == again.samples.shape == (FRAMES + 1024, 2) and sound.format == "M4A"
    source = made(folder, "frag_keyframe+empty_moov", tracks=2)
    sound, again, _ = copied(source)
    assert [len(one.samples) for one in (sound, *sound.others)] == [FRAMES + 8820] * 2
    assert [len(one.samples) for one in (again, *again.others)] == [FRAMES + 8820] * 2
    found = read_film(source)
    assert len(found.sounds) == 2 and len(found.frames) > 1 and not found.notes


@pytest.mark.parametrize("start", [0.4, 2.0])
def test_sound_that_begins_late_stays_late(folder: Path, start: float) -> None:
    sound, again, target = copied(made(folder, "frag_keyframe+empty_moov+delay_moov", start=start))
    assert sound.start == pytest.approx(start, abs=0.03)
    assert again.start == pytest.approx(sound.start, abs=0.003) and again.samples.shape == sound.samples.shape
    told = next(s for s in ffprobe(target, "streams")["streams"] if s["codec_type"] == "audio")
    assert float(told["start_time"]) == pytest.approx(sound.start, abs=0.003)


def _changed(path: Path, name: bytes, change: Any) -> None:
    """Change the payload of each innermost box of a name in all fragments, in place."""
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(name, at)) > 0:
        size = int.from_bytes(data[at - 4 : at], "big")
        data[at + 4 : at - 4 + size] = change(bytes(data[at + 4 : at - 4 + size]))
        at += 4
    path.write_bytes(data)


def test_contradictions_and_encryption_are_refused_in_words(folder: Path) -> None:
    source = made(folder, "frag_keyframe+empty_moov")
    whole = source.read_bytes()
    _changed(source, b"tfdt", lambda payload: payload[:4] + bytes(len(payload) - 4))  # all at the beginning
    with pytest.raises(RefusedError, match="has tables that contradict each other"):
        require_writable(read_sound(source))
    source.write_bytes(whole.replace(b"sdtp", b"senc"))
    with source.open("rb") as file:
        kinds = {box.name for place in mp4.places(file) if place.name == b"moof" for box in _inner(file, place)}
    if b"senc" not in kinds:
        source.write_bytes(whole.replace(b"tfdt", b"senc"))
    with pytest.raises(RefusedError, match="is encrypted"):
        require_writable(read_sound(source))


def _inner(file: Any, place: mp4.Place) -> list[mp4.Box]:
    file.seek(place.start + place.header)
    boxes, _ = mp4.parsed(file.read(place.size - place.header))
    return [inner for box in boxes if box.name == b"traf" for inner in mp4.parsed(box.payload)[0]]


def test_a_stream_from_its_middle_on_is_refused_and_examined(folder: Path) -> None:
    source = made(folder, "frag_keyframe+empty_moov")

    def later(payload: bytes) -> bytes:
        return payload[:4] + (int.from_bytes(payload[4:], "big") + 3600 * 44100).to_bytes(len(payload) - 4, "big")

    _changed(source, b"tfdt", later)
    with pytest.raises(RefusedError):
        require_writable(read_sound(source))
    assert len(read_film(source).sounds) == 1


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("small")
    options = {"movflags": "frag_keyframe+empty_moov"}
    return film(folder / "a.mp4", seconds=1, tracks=(tone(20_000),), options=options).read_bytes()


BOXES = (b"tfhd", b"trun", b"tfdt", b"trex", b"moof", b"traf", b"stsz", b"stsc", b"stts", b"mdhd", b"tkhd")


def _told(path: Path) -> list[mp4.Table] | None:
    """Return the tables of all tracks as a copy tells them, None where the file was refused in order."""
    with path.open("rb") as file:
        try:
            movie = fragments.movie(file)
            tables = [mp4.table(track) for track in movie.all(b"trak")]
        except ValueError:
            return None
    again, rest = mp4.parsed(movie.packed())
    assert len(again) == 1 and not rest  # what is written of it holds together
    assert [mp4.table(track).count for track in again[0].all(b"trak")] == [table.count for table in tables]
    return tables


@settings(max_examples=200, deadline=timedelta(seconds=5))
@given(data=st.data())
def test_damage_in_fragments_is_a_table_or_a_value_error(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.mp4"
    changed = bytearray(small)
    places = [place for place in range(len(small)) if small[place : place + 4] in BOXES]
    assert small.find(b"moof") > 0 and places
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(places)) + data.draw(st.integers(-4, 40))
        changed[at] = data.draw(st.integers(0, 255))
    path.write_bytes(changed[: data.draw(st.just(len(changed)) | st.integers(0, len(changed)))])
    tables = _told(path)
    assert tables is None or sum(table.count for table in tables) <= len(changed)


@settings(max_examples=25, deadline=timedelta(seconds=10))
@given(data=st.data())
def test_a_damaged_film_in_fragments_is_read_or_refused_in_words(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "suspect.mp4"
    changed = bytearray(small)
    for _ in range(data.draw(st.integers(0, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    first = data.draw(st.integers(0, len(changed)))
    piece = changed[first : first + data.draw(st.integers(0, 200))]
    path.write_bytes(data.draw(st.sampled_from([changed, changed[:first], changed + piece, changed[:first] + piece])))
    try:
        sound = read_sound(path)
        require_writable(sound)
    except CountermarkError as error:
        assert path.name in error.message and error.hint
    else:
        assert sound.samples.ndim == 2 and np.isfinite(sound.samples[:]).all()


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4, "big") + name + body


def _table(name: bytes, *words: int) -> bytes:
    return _box(name, bytes(4), *(word.to_bytes(4, "big") for word in words))


def _promising(tracks: int, ordinary: int, fragment: int, data: int) -> bytes:
    """Return a film whose tracks promise samples of a byte each, in "moov" and in one fragment, and so many data."""
    stbl = _table(b"stts", 1, ordinary, 1), _table(b"stsc", 1, 1, ordinary, 1), _table(b"stsz", 1, ordinary)
    minf = _box(b"minf", _box(b"stbl", *stbl, _table(b"stco", 1, 8)))
    mdia = _box(b"mdia", _table(b"mdhd", 0, 0, 48_000, 0, 0), minf)
    traks = (_box(b"trak", _table(b"tkhd", 0, 0, 1 + number, *bytes(17)), mdia) for number in range(tracks))
    mvex = _box(b"mvex", *(_table(b"trex", 1 + number, 1, 1, 1, 0) for number in range(tracks)))
    moov = _box(b"moov", _table(b"mvhd", 0, 0, 1000, *bytes(21)), mvex, *traks)
    trafs = (_box(b"traf", _table(b"tfhd", 1 + number), _table(b"trun", fragment)) for number in range(tracks))
    return moov + _box(b"moof", *trafs) + _box(b"mdat", bytes(data))


@pytest.mark.parametrize(("tracks", "ordinary", "fragment"), [(1, 15_000_000, 0), (9, 2_000_000, 0), (9, 1, 2_000_000)])
def test_many_promised_samples_in_a_small_file_are_refused_unmade(
    tmp_path: Path, tracks: int, ordinary: int, fragment: int
) -> None:
    path = tmp_path / "bomb.mp4"
    path.write_bytes(_promising(tracks, ordinary, fragment, 100))
    tracemalloc.start()
    try:
        with path.open("rb") as file, pytest.raises(ValueError, match="too many samples"):
            fragments.movie(file)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_samples_of_a_byte_take_little_memory(tmp_path: Path) -> None:
    path, count = tmp_path / "pcm.mp4", 500_000
    path.write_bytes(_promising(2, 1, count, 2 * count + 2))
    tracemalloc.start()
    try:
        tables = _told(path)
        assert tables is not None and [table.count for table in tables] == [count + 1] * 2
        assert tables[1].lengths().tolist() == [1, count]
        assert tracemalloc.get_traced_memory()[1] < 2 * count * 40
    finally:
        tracemalloc.stop()


def test_a_promise_of_many_samples_costs_no_memory(small: bytes, tmp_path: Path) -> None:
    at = small.index(b"trun") + 8
    path = tmp_path / "bomb.mp4"
    path.write_bytes(small[: at - 4] + bytes(4) + (19_000_000).to_bytes(4, "big") + small[at + 4 :])
    with path.open("rb") as file, pytest.raises(ValueError, match="too many samples"):
        fragments.movie(file)


def test_times_that_no_film_has_are_a_value_error(small: bytes, tmp_path: Path) -> None:
    start = small.index(b"tfhd") + 4  # of the pictures
    assert small[start + 3] & 0x9 == 0x9  # it tells where its data are, and how long a sample lasts
    at = start + 4 + 4 + 8
    path = tmp_path / "far.mp4"
    path.write_bytes(small[:at] + b"\xff" * 4 + small[at + 4 :])
    with path.open("rb") as file, pytest.raises(ValueError, match="too large"):
        fragments.movie(file)
