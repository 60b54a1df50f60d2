"""A film as a suspect: every part counts, pictures that agree are one finding, each place is on the film's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import film as film_module
from core.errors import RefusedError
from core.film import FilmMedium
from core.fingerprint import images, sounds
from core.fingerprint.index import Nomination
from core.keys import CreatorKey
from core.media.films import Film
from core.media.frames import Frame
from core.media.sound import Sound
from core.medium import ImageMedium, SoundMedium
from core.model import Finding, Kind, Reference, Strength, Verdict

KEY = CreatorKey.from_bytes(bytes(range(32)))
PICTURE, RECORDING = Reference(1, Kind.IMAGE, 8, 8, signal=b"x"), Reference(2, Kind.AUDIO, seconds=9.0, signal=b"y")


def medium(pictures: int = 3, tracks: int = 1) -> FilmMedium:
    """A film whose pictures are as bright as their number."""
    shown = tuple(Frame(2.0 * i, np.full((8, 8, 3), i, np.uint8)) for i in range(pictures))
    path = Path("film.mp4")
    heard = tuple(Sound(path, np.zeros((100, 1), np.float32), 8000, "MP4", "AAC", start=0.5 * i) for i in range(tracks))
    return FilmMedium(Film(path, "MP4", 6.0, heard, shown, ("A note.",)))


def found(serial: int | None, probability: float, **more: Any) -> Finding:
    verdict = Verdict.CERTAIN if probability <= 1e-9 else Verdict.PROBABLE
    return Finding(serial, verdict, probability, 9.0, candidates=4, hypotheses=10, **more)


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> dict[Any, list[Finding]]:
    """What the detectors find: by the number of a picture, or "sound"; and with which works they were asked."""
    table: dict[Any, list[Finding]] = {}
    asked: list[tuple[Any, tuple[int, ...]]] = []
    table["asked"] = asked  # type: ignore[assignment]

    def in_picture(self: ImageMedium, key: Any, serials: Any, works: Sequence[Reference] = ()) -> tuple[Finding, ...]:
        number = int(self.picture.pixels[0, 0, 0])
        asked.append((number, tuple(work.work for work in works)))
        return tuple(table.get(number, ()))

    def in_sound(self: SoundMedium, key: Any, serials: Any, works: Sequence[Reference] = ()) -> tuple[Finding, ...]:
        asked.append(("sound", tuple(work.work for work in works)))
        return tuple(table.get("sound", ()))

    for name in ("detect", "detect_informed"):
        monkeypatch.setattr(ImageMedium, name, in_picture)
        monkeypatch.setattr(SoundMedium, name, in_sound)
    return table


def test_every_part_that_is_tried_counts(marks: dict[Any, list[Finding]]) -> None:
    marks[1] = [found(7, 2e-10, key_probability=1e-20)]
    (one,) = medium(pictures=2, tracks=2).detect(KEY, None)
    assert one.probability == pytest.approx(4 * 2e-10) and one.hypotheses == 40
    assert one.key_probability == pytest.approx(4e-20) and one.verdict is Verdict.CERTAIN
    (one,) = medium(pictures=8, tracks=2).detect(KEY, None)
    assert one.probability == pytest.approx(2e-9) and one.verdict is Verdict.PROBABLE
    marks[1] = [found(7, 5e-5)]
    assert medium(pictures=8).detect(KEY, None) == ()  # no verdict is left of it


def test_pictures_that_agree_are_one_finding_with_all_times(marks: dict[Any, list[Finding]]) -> None:
    corners = ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0))
    marks[0] = [found(7, 1e-12)]
    marks[2] = [found(7, 1e-20, where=corners), found(9, 1e-14)]
    first, second = medium().detect(KEY, None)
    assert (first.serial, first.times, first.where) == (7, ((4.0, 4.0), (0.0, 0.0)), corners)
    assert first.probability == pytest.approx(4e-20)  # that of the best one: agreeing proves no more
    assert (second.serial, second.times) == (9, ((4.0, 4.0),))


def test_places_in_the_sound_are_on_the_clock_of_the_film(
    marks: dict[Any, list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    marks["sound"] = [found(7, 1e-20, where=((1.0, 4.0),))]
    (only,) = medium(tracks=1).detect(KEY, None)
    assert (only.where, only.times, only.tracks) == (((1.0, 4.0),), (), ())
    monkeypatch.setattr(SoundMedium, "detect", lambda self, *_: marks["sound"] if self.sound.start else ())
    (second,) = medium(tracks=2).detect(KEY, None)
    assert second.where == ((1.5, 4.5),) and second.times == ()


def test_sound_tracks_with_the_same_mark_are_one_finding_that_names_them(
    marks: dict[Any, list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_start = {0.0: [found(7, 1e-14)], 0.5: [found(9, 1e-15)], 1.0: [found(7, 1e-20, where=((1.0, 2.0),))]}
    monkeypatch.setattr(SoundMedium, "detect", lambda self, *_: tuple(by_start[self.sound.start]))
    marks[0] = [found(7, 1e-18)]
    first, shown, third = medium(pictures=1, tracks=3).detect(KEY, None)
    assert (first.serial, first.tracks, first.where) == (7, (3, 1), ((2.0, 3.0),))
    assert first.probability == pytest.approx(4e-20)  # of all four parts; agreeing proves no more
    assert (shown.serial, shown.tracks, len(shown.times)) == (7, (), 1)
    assert (third.serial, third.tracks) == (9, (2,))


def test_each_part_is_asked_with_works_of_its_kind(marks: Any) -> None:
    medium(pictures=1).detect(KEY, None, [PICTURE, RECORDING])
    assert marks["asked"] == [("sound", (2,)), (0, (1,))]


def test_few_pictures_are_compared_the_likeliest_ones(marks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    film = medium(pictures=9)
    monkeypatch.setattr(ImageMedium, "question", lambda self: ((Kind.IMAGE, int(self.picture.pixels[0, 0, 0])),))
    monkeypatch.setattr(SoundMedium, "question", lambda self: ((Kind.AUDIO, None),))
    monkeypatch.setattr(images, "answered", lambda _, asked: [Nomination(1, 5)] if asked in (3, 8) else [])
    monkeypatch.setattr(sounds, "answered", lambda _, asked: [Nomination(2, 4)])
    assert film.nominate([]) == [Nomination(2, 4), Nomination(1, 5)]
    film.detect_informed(KEY, None, [PICTURE])
    assert marks["asked"] == [(3, (1,)), (8, (1,))]
    marks["asked"].clear()
    marks[3] = [found(7, 1e-12)]
    (one,) = film.detect_informed(KEY, None, [PICTURE, RECORDING])
    assert one.probability == pytest.approx(1e-11)  # of all ten parts, though two pictures were compared
    assert ("sound", (2,)) in marks["asked"]


def test_without_nominations_the_first_pictures_are_compared(marks: Any) -> None:
    medium(pictures=9).detect_informed(KEY, None, [PICTURE])
    assert marks["asked"] == [(0, (1,)), (1, (1,)), (2, (1,)), (3, (1,))]


def test_a_film_shows_a_work_where_one_of_its_pictures_does(marks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[int, bool | None] = {0: False, 1: None, 5: True}
    monkeypatch.setattr(
        ImageMedium, "shows_work", lambda self, *_: answers.get(int(self.picture.pixels[0, 0, 0]), False)
    )
    film = medium(pictures=6)
    assert film.shows_work(PICTURE) is False
    marks[5] = [found(7, 1e-12)]
    film.detect(KEY, None)
    assert film.shows_work(PICTURE) is True  # the marked picture is looked at first
    monkeypatch.setattr(SoundMedium, "shows_work", lambda *_: None)
    assert film.shows_work(RECORDING) is None


def test_a_film_takes_no_longer_than_people_wait(marks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr(film_module.time, "monotonic", lambda: float(next(clock)))
    film = medium(pictures=9)
    assert film.notes == ("A note.",)
    film.detect(KEY, None)
    assert [number for number, _ in marks["asked"]] == ["sound", 0, 1]
    assert film.notes[1:] == ("Its examination took long, so that 2 of 9 pictures were examined.",)


def test_a_film_is_not_written_itself() -> None:
    film = medium()
    for call in (film.require_writable, lambda: film.embed(KEY, 1, Strength.STANDARD), lambda: film.write(None, None)):  # type: ignore[arg-type]
        with pytest.raises(RefusedError, match=r"film\.mp4 is a film, of which the sound track is protected"):
            call()
    assert film.kind is Kind.VIDEO and film.facts() == {"seconds": 6.0} and film.finer() is None
    assert replace(film.film, frames=()).frames == () and film.suffix == ".mp4" and film.signal() == b""
    assert FilmMedium(replace(film.film, frames=())).thumbnail() == b"" and film.thumbnail()
