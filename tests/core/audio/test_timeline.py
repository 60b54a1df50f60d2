"""Which seconds carry the mark, and what was done to the copy, in words."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.align import Alignment
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.timeline import Course, course, transform, union
from core.model import FloatArray
from tests.core.audio.made import KEY, SERIAL, readings_at, straight

PATTERN = pattern_of(KEY)


def noise(frames: int, seed: int = 9) -> FloatArray:
    return np.random.default_rng(seed).standard_normal((frames, PARAMETERS.pairs)).astype(np.float32)


@pytest.mark.parametrize("serial", [SERIAL, None])
def test_a_marked_piece_is_placed(serial: int | None) -> None:
    readings = noise(4000)
    readings[1300:2100] = readings_at(straight(4000, 0.0), strength=0.4)[1300:2100]
    line = course(readings, (Alignment(9.0, 1200, 2000, 1600.0),), PATTERN, serial)
    assert len(line.where) == 1 and not line.cut
    assert line.where[0] == (pytest.approx(13.0, abs=1.0), pytest.approx(21.0, abs=1.0))


@pytest.mark.parametrize("serial", [SERIAL, None])
def test_long_pauses_carry_nothing(serial: int | None) -> None:
    readings = readings_at(straight(6000, 0.0), strength=0.4)
    readings[:330] = noise(330)  # of another voice, then a pause
    for first, last in ((330, 900), (2500, 2620), (3500, 4000), (5300, 6000)):
        readings[first:last] = 0.0
    line = course(readings, (Alignment(9.0, 1000, 2000, 1500.0),), PATTERN, serial)
    near = [(pytest.approx(start, abs=1.0), pytest.approx(end, abs=1.0)) for start, end in ((9, 35), (40, 53))]
    assert list(line.where) == near and not line.cut


def test_a_cut_copy_is_one_span_and_called_cut() -> None:
    positions = straight(3000, 0.0)
    positions[1000:] += 5.0
    positions[2200:] += 40.0
    line = course(readings_at(positions, strength=0.4), (Alignment(9.0, 0, 800, 400.0),), PATTERN, SERIAL)
    assert line.where == ((0.0, 30.0),) and line.cut
    assert "cut and rejoined" in transform(line, PATTERN, SERIAL)


def test_where_nothing_stands_out_the_window_is_told() -> None:
    line = course(noise(2000), (Alignment(1.0, 400, 1200, 800.0),), PATTERN, SERIAL)
    assert line.where == ((4.0, 12.0),) and not line.cut


@pytest.mark.parametrize(
    ("speed", "pitch", "words"),
    [
        (1.0, 1.0, "unchanged speed"),
        (1.002, 1.0, "0.20% faster"),
        (0.997, 1.0, "0.30% slower"),
        (1.08, 1.0785, "1.08 times the speed"),
        (0.8, 0.804, "0.8 times the speed"),
        (0.9, 1.0, "tempo 0.9"),
        (1.0, 2 ** (2 / 12), "pitch +2 semitones"),
        (1.0, 2 ** (-1.5 / 12), "pitch -1.5 semitones"),
        (1.1, 2 ** (-1 / 12), "tempo 1.1, pitch -1 semitones"),
    ],
)
def test_what_was_done_is_told_in_words(speed: float, pitch: float, words: str) -> None:
    one = Alignment(9.0, 0, 1000, 500.0 * speed, speed, pitch)
    line = Course(((0.0, 10.0),), (one,), one, cut=False)
    assert transform(line, PATTERN, None) == words
    assert transform(line, PATTERN, SERIAL).startswith(words + ", from ")


def test_the_place_in_the_copy_is_told_at_any_speed() -> None:
    start = PATTERN.start(SERIAL)
    one = Alignment(9.0, 0, 1000, start + 800 + 1.25 * 500, 1.25, 1.25)
    line = Course(((2.0, 10.0),), (one,), one, cut=False)
    assert transform(line, PATTERN, SERIAL) == (
        "1.25 times the speed, from 10.5 seconds into the copy (or 64, 128, … seconds later: the mark repeats)"
    )
    late = one._replace(speed=1.0, pitch=1.0, place=start + 500 - 470)  # the copy begins after 4.7 seconds
    assert transform(Course(((4.5, 10.0),), (late,), late, cut=False), PATTERN, SERIAL).startswith(
        "unchanged speed, from the start of the copy (or 64, "
    )
    whole = one._replace(place=start + 1.25 * 500)
    assert "from the start of the copy" in transform(
        Course(((0.0, 10.0),), (whole,), whole, cut=False), PATTERN, SERIAL
    )


def test_pieces_from_far_apart_are_placed_and_those_of_another_copy_are_not() -> None:
    readings = noise(3000)
    readings[200:1000] = readings_at(straight(3000, 0.0), strength=0.5)[200:1000]
    readings[1500:1900] = readings_at(straight(3000, 2000.0), strength=0.5, seed=1)[1500:1900]
    readings[2300:2700] = readings_at(straight(3000, 1100.0), strength=0.5, seed=2, serial=6)[2300:2700]
    line = course(readings, (Alignment(9.0, 200, 1000, 600.0),), PATTERN, SERIAL)
    assert line.cut and len(line.where) == 2
    assert line.where[0] == (pytest.approx(2.0, abs=1.0), pytest.approx(10.0, abs=1.0))
    assert line.where[1] == (pytest.approx(15.0, abs=1.0), pytest.approx(19.0, abs=1.0))


def test_spans_that_touch_are_joined() -> None:
    assert union(((0.0, 2.0), (5.0, 6.0)), ((1.5, 3.0), (6.1, 7.0))) == ((0.0, 3.0), (5.0, 7.0))
