"""The search over scales: what is on the grid, and that speed, tempo and pitch are found on it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.audio import search_scales
from core.audio.features import Analysis, analyse
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.readings import Readings
from core.audio.search_scales import FASTEST, blocks, on_grid, scale, scales, stretched, windows
from core.model import Embedded, FloatArray
from tests.core.audio.conftest import RATE
from tests.core.audio.made import KEY


def searched() -> set[tuple[int, int]]:
    return {
        (speeds[column], pitches[row])
        for number, (speeds, pitches) in enumerate(blocks())
        for row, column in np.argwhere(on_grid(number))
    }


def nearest(value: float, among: set[int]) -> float:
    return min(abs(value / scale(step) - 1) for step in among)


@pytest.mark.parametrize("speed", [0.8, 0.83, 0.9, 1.0, 1.07, 1.12, 1.2, 1.25])
def test_every_speed_is_near_a_point_of_the_grid(speed: float) -> None:
    points = [p for p in searched() if abs(speed / scale(p[0]) - 1) < 0.0013 and abs(speed / scale(p[1]) - 1) < 0.0064]
    assert points


@pytest.mark.parametrize("tempo", [0.88, 0.95, 1.0, 1.06, 1.12])
@pytest.mark.parametrize("pitch", [0.88, 0.944, 1.0, 1.06, 1.12])
def test_every_tempo_and_pitch_is_near_a_point_of_the_grid(tempo: float, pitch: float) -> None:
    assert nearest(tempo, {s for s, _ in searched()}) < 0.0013
    assert nearest(pitch, {p for s, p in searched() if abs(tempo / scale(s) - 1) < 0.0013}) < 0.0064


def test_no_more_is_searched_than_is_charged() -> None:
    every = [pair for number in range(len(blocks())) for pair in np.argwhere(on_grid(number))]
    assert len(searched()) == len(every) <= search_scales.searched(1000)
    assert max(scale(speed) for speed, _ in searched()) <= FASTEST


def test_a_short_window_keeps_every_second_time_scale() -> None:
    odd = search_scales._odd_blocks()
    kept = {s for number, (speeds, _) in enumerate(blocks()) if number not in odd for s in speeds if abs(s) <= 45}
    assert {s for s in range(-45, 46) if s % 2 == 0} <= kept and odd


def test_a_stretched_pilot_has_each_cell_where_its_reading_is_centred() -> None:
    pattern = pattern_of(KEY)
    same = stretched(pattern, 1.0, 400)
    assert np.array_equal(same[::2], pattern.pilot_chips()[:200]) and not same[1::2].any()
    slow = stretched(pattern, 0.8, 401)
    # Cell c is centred at (2 c + 1) / 0.8 frames; a reading of two frames one frame before that.
    cell = 50
    at = (2 * cell + 1) / 0.8 - 1
    left = int(at)
    assert np.allclose(slow[left] + slow[left + 1], pattern.pilot_chips()[cell], atol=1e-5)


def test_windows_are_the_ones_with_the_most_sound() -> None:
    readings = np.zeros((6000, PARAMETERS.pairs), np.float32)
    readings[1500:2500] = 1.0
    readings[4000:5000] = 2.0
    chosen = search_scales._windows(readings)
    assert len(chosen) == 3 and (1500, 2500) in chosen and (4000, 5000) in chosen
    assert chosen[0] == (4000, 5000) and all(b[0] >= a[1] for a, b in pairwise(sorted(chosen)))
    for frames in (1201, 30_000, 400_000):
        chosen = search_scales._windows(np.ones((frames, 1), np.float32))
        assert len(chosen) <= windows(frames) <= 6
    assert search_scales._windows(readings[:1100]) == [(0, 1100)]


def played(samples: FloatArray, speed: float) -> FloatArray:
    """Return samples played faster or slower, by interpolation."""
    at = np.arange(0, len(samples) - 1, speed)
    return np.interp(at, np.arange(len(samples)), samples[:, 0]).astype(np.float32)[:, None]


@pytest.mark.parametrize("speed", [0.8, 0.93, 1.1, 1.25])
def test_another_speed_is_found(speed: float, copy: Embedded) -> None:
    samples = played(copy.samples[: 8 * RATE], speed)
    analysis = analyse(samples, RATE)
    found = scales(Readings(analysis), KEY)
    best = found.alignments[0]
    assert best.score > 6
    assert best.speed == pytest.approx(speed, rel=0.004) and best.pitch == pytest.approx(speed, rel=0.02)
    assert (best.speed, best.pitch) in found.loudest[:6] and found.covered


def test_silence_has_no_scale() -> None:
    analysis = Analysis(np.zeros((500, 257), np.float16))
    assert scales(Readings(analysis), KEY).alignments == []
