"""Films in fragments: read to the sample, written as ordinary ones that hold the same packets and all other boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError
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


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_in_fragments_is_a_table_or_a_value_error(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.mp4"
    changed = bytearray(small)
    first = small.find(b"moof")
    places = [place for place in range(len(small)) if small[place : place + 4] in (b"tfhd", b"trun", b"tfdt", b"trex")]
    assert first > 0 and places
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(places)) + data.draw(st.integers(-4, 40))
        changed[at] = data.draw(st.integers(0, 255))
    path.write_bytes(changed)
    with path.open("rb") as file:
        try:
            movie = fragments.movie(file)
            for track in movie.all(b"trak"):
                mp4.table(track)
        except ValueError:
            return


def test_a_promise_of_many_samples_costs_no_memory(small: bytes, tmp_path: Path) -> None:
    at = small.index(b"trun") + 8
    path = tmp_path / "bomb.mp4"
    path.write_bytes(small[: at - 4] + bytes(4) + (19_000_000).to_bytes(4, "big") + small[at + 4 :])
    with path.open("rb") as file, pytest.raises(ValueError, match="cut off"):
        fragments.movie(file)


def test_times_that_no_film_has_are_a_value_error(small: bytes, tmp_path: Path) -> None:
    start = small.index(b"tfhd") + 4  # of the pictures
    assert small[start + 3] & 0x9 == 0x9  # it tells where its data are, and how long a sample lasts
    at = start + 4 + 4 + 8
    path = tmp_path / "far.mp4"
    path.write_bytes(small[:at] + b"\xff" * 4 + small[at + 4 :])
    with path.open("rb") as file, pytest.raises(ValueError, match="too large"):
        fragments.movie(file)
