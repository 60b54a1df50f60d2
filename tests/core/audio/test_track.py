"""Following a copy that was cut: pieces are found where they lie, by the pilot alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio.align import Alignment
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.track import BLOCK, track
from core.model import FloatArray
from tests.core.audio.made import KEY, SERIAL, readings_at, straight

PILOT = pattern_of(KEY).pilot_chips()


def cut(frames: int, start: float, places: dict[int, float], speed: float = 1.0) -> FloatArray:
    """Return the positions of a recording from which `places[frame]` pattern frames were taken out at frames."""
    positions = straight(frames, start, speed)
    for frame, taken in places.items():
        positions[frame:] += taken
    return positions


def errors(path: tuple[Alignment, ...], positions: FloatArray) -> FloatArray:
    """Return for each frame on the path how many pattern frames it is off."""
    off = [np.abs([piece.at(f + 1.0) - positions[f] for f in range(piece.first, piece.last)]) for piece in path]
    return np.concatenate(off)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 6399), st.integers(-150, 150), st.integers(0, 100))
def test_a_cut_is_followed(start: int, taken: int, seed: int) -> None:
    positions = cut(1200, start, {600: taken})
    path = track(
        readings_at(positions, strength=0.35, seed=seed), Alignment(0.0, 0, 1200, start + 600.0), PILOT, PARAMETERS
    )
    assert path and all(a.last == b.first for a, b in pairwise(path))
    off = errors(path, positions)
    assert (off > 1.5).mean() < 0.1  # no more than the blocks at the cut and a stray one


@pytest.mark.parametrize("speed", [0.8, 1.0, 1.2])
def test_many_cuts_at_any_speed(speed: float) -> None:
    positions = cut(2000, 50.0, {300: 5.0, 620: 5.0, 900: -5.0, 1300: 60.0, 1700: 5.0}, speed)
    seed = Alignment(0.0, 0, 2000, 50.0 + speed * 1000, speed, 1.05)
    path = track(readings_at(positions, strength=0.4), seed, PILOT, PARAMETERS)
    assert (errors(path, positions) > 1.5).mean() < 0.12
    assert all(piece.pitch == 1.05 and piece.speed == speed for piece in path)


def test_only_the_marked_stretch_is_kept() -> None:
    readings = np.random.default_rng(3).standard_normal((4000, PARAMETERS.pairs)).astype(np.float32)
    positions = straight(4000, 0.0)
    readings[1500:2300] = readings_at(positions, strength=0.4)[1500:2300]
    path = track(readings, Alignment(0.0, 1500, 2300, 1900.0), PILOT, PARAMETERS)
    assert path[0].first <= 1500 + 2 * BLOCK and path[-1].last >= 2300 - 2 * BLOCK
    assert path[-1].last - path[0].first < 2000  # noise beside it may be taken along, not all of it
    every = track(readings, Alignment(0.0, 1500, 2300, 1900.0), PILOT, PARAMETERS, whole=True)
    assert every[0].first == 0 and every[-1].last == 4000


def test_all_signs_tell_more_than_the_pilot() -> None:
    positions = cut(1500, 9.0, {700: 31.0})
    readings = readings_at(positions, strength=0.2, seed=4)
    seed = Alignment(0.0, 0, 1500, 9.0 + 750)
    known = track(readings, seed, pattern_of(KEY).chips(SERIAL), PARAMETERS, whole=True)
    assert (errors(known, positions) > 1.5).mean() < 0.1


def test_silence_and_short_recordings_have_no_path() -> None:
    seed = Alignment(0.0, 0, 100, 50.0)
    assert track(np.zeros((1000, PARAMETERS.pairs), np.float32), seed, PILOT, PARAMETERS) == ()
    assert track(np.zeros((BLOCK - 1, PARAMETERS.pairs), np.float32), seed, PILOT, PARAMETERS) == ()
