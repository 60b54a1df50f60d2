"""The search at one speed: the pilot is found at any offset and small drift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import search_near
from core.audio.align import Alignment, read, same_line
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.search_near import near, near_alignments
from tests.core.audio.made import KEY, readings_at, straight


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 6399), st.integers(900, 3000))
def test_the_pilot_is_found_at_any_offset(offset: int, frames: int) -> None:
    readings = readings_at(straight(frames, offset))
    best = near(readings, KEY)[0]
    assert best.score > 7 and same_line(best, Alignment(0.0, 0, frames, offset + frames / 2), PARAMETERS)
    assert read(readings, best, pattern_of(KEY)).pilot_score > 7


@pytest.mark.parametrize("drift", [-0.005, -0.0007, 0.001, 0.004])
def test_a_small_drift_of_speed_is_followed(drift: float) -> None:
    frames = 6400
    best = near(readings_at(straight(frames, 100, 1 + drift), strength=0.12), KEY)[0]
    assert best.last - best.first == frames, "the whole recording speaks louder than its parts"
    assert best.speed == pytest.approx(1 + drift, abs=0.0004)
    assert best.at(0.0) == pytest.approx(100, abs=4)


@pytest.mark.parametrize("speed", [0.8, 0.93, 1.12, 1.25])
def test_a_proposed_speed_is_searched_on_the_whole(speed: float) -> None:
    frames = 2000
    best = near(readings_at(straight(frames, 300, speed * 1.001)), KEY, speed=speed, pitch=1.05, drift=0.002)[0]
    assert best.score > 7 and best.pitch == 1.05
    assert best.speed == pytest.approx(speed * 1.001, abs=0.002) and best.at(0.0) == pytest.approx(300, abs=4)


def test_windows_cover_every_stretch_and_the_whole() -> None:
    for count in (1, 2, 3, 5, 16, 17, 45, 160, 161, 333):
        windows = search_near._windows(count)
        assert len(set(windows)) == len(windows)
        assert all(0 <= first < last <= count for first, last in windows)
        assert set().union(*(range(*window) for window in windows)) == set(range(count))
        assert count > 160 or (0, count) in windows


def test_every_window_and_drift_is_counted() -> None:
    frames = 2000
    readings = readings_at(straight(frames, 0))
    found = near(readings, KEY, drift=0.002)
    pairs = {(a.first, a.last, a.speed) for a in found}
    assert len(pairs) <= near_alignments(5, 0.002)


def test_silence_and_nothing_give_no_alignment() -> None:
    assert near(np.zeros((500, PARAMETERS.pairs), np.float32), KEY) == []
    assert near(np.zeros((0, PARAMETERS.pairs), np.float32), KEY) == []
