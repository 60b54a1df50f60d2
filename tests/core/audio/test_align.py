"""Alignments: lines over the superperiod, the cells they meet, and what those say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio.align import (
    REFINEMENTS,
    Alignment,
    at_speed,
    cells_at,
    distinct,
    fold,
    read,
    read_path,
    refined,
    same_line,
    trimmed,
)
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.keys import CreatorKey

KEY = CreatorKey.from_bytes(bytes(range(32)))
PERIOD = PARAMETERS.period_frames


def at_start(frames: int, start: float, speed: float = 1.0) -> Alignment:
    """Return the alignment of a recording whose first frame meets pattern frame `start`."""
    return Alignment(0.0, 0, frames, start + speed * frames / 2, speed)


def test_cells_that_come_again_are_summed() -> None:
    frames = 2 * PERIOD
    values = np.ones((frames, PARAMETERS.pairs), np.float32)
    cells, met = cells_at(values, at_start(frames, 0.0), PARAMETERS)
    folded = fold(cells, met, PARAMETERS)
    assert folded.sum() == len(cells) * PARAMETERS.pairs
    assert (folded >= 1).all() and folded.max() == 2


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 6399), st.floats(0.79, 1.26), st.integers(50, 3000))
def test_cells_lie_within_the_window(start: int, speed: float, frames: int) -> None:
    values = np.arange(frames, dtype=np.float32)[:, None] * np.ones(PARAMETERS.pairs, np.float32)
    one = at_start(frames, float(start), speed)
    cells, met = cells_at(values, one, PARAMETERS)
    assert (np.diff(cells) == 1).all() and abs(len(cells) - speed * frames / 2) <= 2
    assert met.min() >= 0 and met.max() <= frames - 1
    # A reading of two frames has its centre where the cell has its own.
    inside = (met[:, 0] > 0) & (met[:, 0] < frames - 1)
    centres = start + speed * (met[inside, 0] + 1.0)
    assert np.abs(centres - 2 * (cells[inside] + 0.5)).max() < 0.01


@settings(deadline=None, max_examples=20)
@given(st.floats(0.8, 1.25), st.integers(0, 500))
def test_a_moved_alignment_is_the_same_line(speed: float, first: int) -> None:
    one = at_start(1000, 77.0, speed)
    other = one.moved(first, first + 300)
    assert other.at(500.0) == pytest.approx(one.at(500.0))
    assert same_line(other, one, PARAMETERS)
    assert not same_line(other._replace(place=other.place + 5), one, PARAMETERS)


def test_readings_evened_to_another_speed_keep_their_place() -> None:
    values = np.arange(1000, dtype=np.float32)[:, None]
    even = at_speed(values, 0.9)
    assert abs(len(even) - 900) <= 1
    assert np.allclose((even[10:-10, 0] + 1.0) * 0.9, np.arange(len(even))[10:-10] + 1.0, atol=1e-3)
    assert np.shares_memory(at_speed(values, 1.0), values) and np.array_equal(at_speed(values, 1.0), values)
    assert np.array_equal(at_speed(values, 0.9, 300, 420), even[300:420]) and len(at_speed(values, 0.9, 850, 990)) == 50


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 6399), st.integers(100, 8000), st.integers(0, 1000))
def test_reading_in_slices_equals_reading_the_folded_whole(start: int, frames: int, seed: int) -> None:
    pattern = pattern_of(KEY)
    readings = np.random.default_rng(seed).standard_normal((frames, PARAMETERS.pairs)).astype(np.float32)
    one = at_start(frames, float(start))
    said = read(readings, one, pattern)
    folded = fold(*cells_at(readings, one, PARAMETERS), PARAMETERS)
    pilot = folded.reshape(-1)[pattern.pilot].astype(np.float64)
    assert said.pilot == pytest.approx(float(pilot @ pattern.pilot_signs), rel=1e-4, abs=1e-2)
    assert said.pilot_energy == pytest.approx(float(pilot @ pilot), rel=1e-4)
    assert np.allclose(said.soft, pattern.soft(folded), atol=1e-3)
    along = read_path(readings, (one,), pattern)
    assert np.allclose(along.soft, said.soft, atol=1e-3) and along.pilot == pytest.approx(said.pilot, abs=1e-2)


def test_pieces_of_a_path_add_up() -> None:
    pattern = pattern_of(KEY)
    readings = np.random.default_rng(1).standard_normal((1000, PARAMETERS.pairs)).astype(np.float32)
    one, two = at_start(1000, 10.0).moved(0, 400), at_start(1000, 10.0).moved(400, 1000)
    whole = read(readings, at_start(1000, 10.0), pattern)
    assert np.allclose(read_path(readings, (one, two), pattern).soft, whole.soft, atol=1e-3)


def test_nothing_is_read_from_a_window_without_a_cell() -> None:
    readings = np.ones((100, PARAMETERS.pairs), np.float32)
    said = read(readings, Alignment(0.0, 50, 51, 0.5), pattern_of(KEY))
    assert said.pilot_score == 0.0 and not said.soft.any()


def test_neighbours_are_fewer_than_are_charged_and_stay_on_the_line() -> None:
    one = Alignment(0.0, 400, 1200, 77.0, 1.001)
    assert len(refined(one)) + len(trimmed(one)) <= REFINEMENTS
    assert len(set(refined(one))) == len(refined(one)) and one not in refined(one)
    for shorter in trimmed(one):
        assert same_line(shorter, one, PARAMETERS) and one.first <= shorter.first < shorter.last <= one.last
    assert trimmed(one._replace(last=9000)) == []


def test_distinct_alignments_keep_their_order_and_their_number() -> None:
    line = [Alignment(9.0 - n / 10, 0, 800, 1000.0 + n % 2) for n in range(9)]
    others = [Alignment(5.0 - n / 10, 0, 800, 2000.0 + 50 * n) for n in range(20)]
    kept = distinct([*line, *others], 12, PARAMETERS)
    assert kept == [*line[:3], *others[:9]]
    assert distinct([], 5, PARAMETERS) == []
