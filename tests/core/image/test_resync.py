from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from core.image.align import UPRIGHT, Alignment, Placement
from core.image.levels import Level
from core.image.pattern import TILE, Offset, Pattern
from core.image.resync import bent, correlated, projective
from core.image.spectrum import Candidate
from core.image.verify import Evened
from core.image.warp import Warp
from core.keys import CreatorKey

SHAPE = (400, 560)
CHANGE = np.array([[1.004, -0.006, 2.0], [0.005, 0.996, -1.5], [1e-5, -2e-5, 1.0]])


@pytest.fixture(scope="module")
def pattern(key: CreatorKey) -> Pattern:
    return Pattern.of(key)


@pytest.fixture(scope="module")
def plane(pattern: Pattern) -> npt.NDArray[np.float32]:
    """A residual: the pattern of serial 7 from (30, 200) on, weaker than the noise over it."""
    rows, columns = (np.arange(SHAPE[0]) + 30) % TILE, (np.arange(SHAPE[1]) + 200) % TILE
    noise = np.random.default_rng(5).normal(size=SHAPE)
    return (pattern.tile(7)[rows[:, None], columns] + 3 * noise).astype(np.float32)


def test_windows_show_the_projective_map(plane: npt.NDArray[np.float32], pattern: Pattern) -> None:
    moved = Warp.of(CHANGE, SHAPE).apply(plane)
    windows = correlated(moved, Offset(30, 200), pattern, side=128, reach=8)
    found = projective(windows, SHAPE)
    assert found is not None
    points = np.array([(x, y, 1.0) for x in (60, 280, 500) for y in (60, 200, 340)])
    back = points @ (CHANGE @ found).T
    assert np.abs(back[:, :2] / back[:, 2:] - points[:, :2]).max() < 0.6


def test_windows_show_a_bend(plane: npt.NDArray[np.float32], pattern: Pattern) -> None:
    wave = tuple(tuple((3 * np.sin(i / 4), 2 * np.cos(j / 3)) for i in range(19)) for j in range(14))
    warp = Warp.of(np.eye(3), SHAPE).bowed(wave)
    windows = correlated(warp.apply(plane), Offset(30, 200), pattern, side=96, reach=8)
    field = np.array(bent(windows, SHAPE))
    assert field.shape == (14, 19, 2)
    inner = np.s_[2:11, 2:16]
    assert np.abs(field[inner] + np.array(wave)[inner]).mean() < 0.8


def test_noise_gives_no_large_change(pattern: Pattern) -> None:
    noise = np.random.default_rng(6).normal(size=SHAPE).astype(np.float32)
    windows = correlated(noise, Offset(0, 0), pattern, side=128, reach=8)
    assert windows.surfaces.max() < 6
    found = projective(windows, SHAPE)
    assert found is None or np.abs(found[:2, :2] - np.eye(2)).max() < 0.1
    assert projective(correlated(np.zeros(SHAPE, np.float32), Offset(0, 0), pattern, side=128, reach=8), SHAPE) is None


def evened(plane: npt.NDArray[np.float32]) -> Evened:
    return Evened([Level((1.0, 1.0), plane, (0.5, 2.0))], plane.shape)


def test_the_true_map_is_verified_before_chance_ones(plane: npt.NDArray[np.float32], pattern: Pattern) -> None:
    maps = [np.eye(2), -np.eye(2) * 1.1, np.array([[0.9, 0.2], [-0.2, 0.9]])]
    candidates = [Candidate(linear, 1.0, 0) for linear in (*maps[1:], maps[0], np.zeros((2, 2)))]
    found = evened(plane).verified(candidates, pattern)
    assert len(found) == 3
    assert found[0].placement.excess > 3 > found[1].placement.excess
    assert found[0].placement.turn == UPRIGHT
    assert (found[0].placement.offset.y % TILE, found[0].placement.offset.x % TILE) == (30, 200)
    turned = evened(np.ascontiguousarray(plane[::-1, ::-1])).verified(candidates, pattern)[0]
    assert turned.placement.turn != UPRIGHT
    assert turned.placement.excess == pytest.approx(found[0].placement.excess, abs=0.3)


def test_resynchronising_gains_on_a_map_that_is_a_little_wrong(
    plane: npt.NDArray[np.float32], pattern: Pattern
) -> None:
    wrong = np.array([[1.006, 0.008], [-0.009, 0.994]])
    levels = evened(plane)
    start = levels.verified([Candidate(wrong, 1.0, 0)], pattern)[0]
    better = levels.resynchronised(start, pattern)
    assert better.placement.excess > start.placement.excess + 1
    assert not better.alignment.key_only
    assert better.alignment.warp is not None
    assert np.abs(better.alignment.warp.local() - np.eye(2)).max() < 2e-3


def test_a_tile_without_anything_has_a_place_all_the_same(pattern: Pattern) -> None:
    still = evened(np.zeros(SHAPE, np.float32))
    found = still.verified([Candidate(np.eye(2), 1.0, 0)], pattern)[0]
    assert isinstance(found.placement, Placement)
    assert isinstance(found.alignment, Alignment)
    assert still.resynchronised(found, pattern) is found
