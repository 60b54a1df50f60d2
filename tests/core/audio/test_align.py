"""Alignment: the pilot is found at any offset and small drift, and every alignment is charged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import align
from core.audio.align import Alignment, candidates, cells_at, fold, hypotheses, read, refined, same_line, trimmed
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.keys import CreatorKey
from core.model import FloatArray

KEY = CreatorKey.from_bytes(bytes(range(32)))


def readings_for(frames: int, offset: int, *, strength: float = 0.3, drift: float = 0.0, seed: int = 0) -> FloatArray:
    """Return readings in noise of a pattern that begins at frame `offset` of the superperiod."""
    chips = pattern_of(KEY).chips(5).astype(np.float32)
    noise = np.random.default_rng(seed).standard_normal((frames, PARAMETERS.pairs)).astype(np.float32)
    position = offset + np.arange(frames) + drift * (np.arange(frames) - frames / 2)
    cell = np.floor((position + 0.5) / 2).astype(int)  # readings i and i - 1 both lie mostly in cell i // 2
    return noise + np.float32(strength) * chips[cell % PARAMETERS.time_cells]


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 6399), st.integers(900, 3000))
def test_the_pilot_is_found_at_any_offset(offset: int, frames: int) -> None:
    best = candidates(readings_for(frames, offset), KEY)[0]
    truth = Alignment(0.0, 0, frames, float(offset), 0.0)
    assert best.score > 7 and same_line(best, truth, PARAMETERS)
    assert read(readings_for(frames, offset), best, pattern_of(KEY)).pilot_score > 7


@pytest.mark.parametrize("drift", [-0.002, -0.0007, 0.001, 0.002])
def test_a_small_drift_of_speed_is_followed(drift: float) -> None:
    frames = 9000
    best = candidates(readings_for(frames, 100, strength=0.12, drift=drift), KEY)[0]
    assert best.last - best.first == frames, "the whole recording speaks louder than its parts"
    assert best.drift == pytest.approx(drift, abs=0.0003)


def test_cells_that_come_again_are_summed() -> None:
    frames = 2 * PARAMETERS.period_frames
    values = np.ones((frames, PARAMETERS.pairs), np.float32)
    cells, met = cells_at(values, Alignment(0.0, 0, frames, 0.0, 0.0), PARAMETERS)
    folded = fold(cells, met, PARAMETERS)
    assert folded.sum() == len(cells) * PARAMETERS.pairs
    assert (folded >= 1).all() and folded.max() == 2


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 6399), st.floats(-0.002, 0.002), st.integers(50, 3000))
def test_cells_lie_within_the_window(offset: int, drift: float, frames: int) -> None:
    values = np.arange(frames, dtype=np.float32)[:, None] * np.ones(PARAMETERS.pairs, np.float32)
    cells, met = cells_at(values, Alignment(0.0, 0, frames, float(offset), drift), PARAMETERS)
    assert (np.diff(cells) == 1).all() and abs(len(cells) - frames / 2) <= 3 + abs(
        drift
    ) * frames / 2  # drift moves the end
    assert met.min() >= 0 and met.max() <= frames - 1
    # Each reading comes from the frame that the alignment names.
    again = offset + met[:, 0] + drift * (met[:, 0] - frames / 2)
    assert np.abs(again - 2 * cells).max() < 0.01


def test_every_alignment_that_can_be_tried_is_charged() -> None:
    for seconds in (0.5, 8.0, 64.0, 700.0, 3600.0):
        frames = int(seconds * 100)
        windows = align._windows(-(-frames // 400))
        tried = sum(
            len(align._drifts(min(frames, last * 400) - first * 400)) * PARAMETERS.period_frames
            for first, last in windows
        ) * (1 + align.REFINEMENTS)
        assert hypotheses(seconds, PARAMETERS) >= tried
    one = Alignment(0.0, 0, 800, 0.0, 0.0)
    assert len(refined(one)) + len(trimmed(one)) < align.REFINEMENTS


def test_windows_cover_every_stretch_and_the_whole() -> None:
    for count in (1, 2, 3, 5, 16, 17, 45, 160, 161, 333):
        windows = align._windows(count)
        assert len(set(windows)) == len(windows)
        assert all(0 <= first < last <= count for first, last in windows)
        assert set().union(*(range(*window) for window in windows)) == set(range(count))
        assert count > 160 or (0, count) in windows


def test_trims_stay_on_the_line() -> None:
    one = Alignment(0.0, 400, 1200, 77.0, 0.001)
    assert trimmed(one)
    for shorter in trimmed(one):
        assert same_line(shorter, one, PARAMETERS) and one.first <= shorter.first < shorter.last <= one.last
    assert trimmed(one._replace(last=9000)) == []


def test_silence_and_nothing_give_no_alignment() -> None:
    assert candidates(np.zeros((500, PARAMETERS.pairs), np.float32), KEY) == []
    assert candidates(np.zeros((0, PARAMETERS.pairs), np.float32), KEY) == []
