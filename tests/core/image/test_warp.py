from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from core.image.warp import Warp, knots

PROJECTIVE = np.array([[0.9, 0.12, 14.0], [-0.1, 1.1, 31.0], [2e-4, -1e-4, 1.0]])
BEND = tuple(tuple((1.5 * math.sin(i), -1.0 * math.cos(j)) for i in range(9)) for j in range(7))


def smooth(height: int, width: int) -> npt.NDArray[np.float32]:
    noise = np.random.default_rng(3).normal(size=(height, width))
    return np.asarray(100 + 400 * ndimage.gaussian_filter(noise, 6), np.float32)


@pytest.mark.parametrize("bend", [(), BEND])
def test_points_and_pixels_agree(bend: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    plane = smooth(300, 400)
    warp = Warp((180, 240), tuple(tuple(row) for row in PROJECTIVE.tolist()), bend)
    canvas = warp.apply(plane)
    points = np.random.default_rng(1).uniform((20, 20), (220, 160), (50, 2))
    places = warp.suspect(np.floor(points) + 0.5)
    inside = ((places > 4) & (places < (396, 296))).all(axis=1)
    expected = ndimage.map_coordinates(plane, (places[:, ::-1] - 0.5).T, order=1)
    shown = canvas[points[:, 1].astype(int), points[:, 0].astype(int)]
    assert inside.sum() > 25
    assert np.abs(shown - expected)[inside].max() < 0.3


@given(
    st.floats(0, 2 * math.pi),
    st.floats(0.3, 3.0),
    st.booleans(),
    st.tuples(st.integers(40, 900), st.integers(40, 900)),
)
@settings(deadline=None, max_examples=40)
def test_a_linear_map_holds_all_of_the_suspect(
    angle: float, scale: float, mirrored: bool, shape: tuple[int, int]
) -> None:
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    linear = scale * turn @ np.diag((1.0, -1.0 if mirrored else 1.0))
    warp = Warp.linear(linear, shape, limit=10**9)
    assert warp is not None
    corners = warp.canvas([(0, 0), (shape[1], 0), (shape[1], shape[0]), (0, shape[0])])
    assert corners.min() > -1e-6
    assert (corners.max(axis=0) <= np.array(warp.shape[::-1]) + 1e-6).all()
    assert np.allclose(warp.local(), linear[::-1, ::-1])
    assert np.allclose(warp.suspect(corners), [(0, 0), (shape[1], 0), (shape[1], shape[0]), (0, shape[0])], atol=1e-6)


def test_a_canvas_stays_within_its_limit() -> None:
    for shape in ((4000, 6000), (100, 90_000), (9000, 300)):
        warp = Warp.linear(np.eye(2), shape, limit=600_000)
        assert warp is not None
        assert warp.shape[0] * warp.shape[1] <= 610_000
        middle = np.mean(warp.suspect([(0, 0), warp.shape[::-1]]), axis=0)
        assert np.allclose(middle, (shape[1] / 2, shape[0] / 2), atol=1)


@pytest.mark.parametrize("linear", [np.zeros((2, 2)), np.full((2, 2), np.nan), np.array([[1.0, 2.0], [2.0, 4.0]])])
def test_impossible_maps_are_none(linear: npt.NDArray[np.float64]) -> None:
    assert Warp.linear(linear, (100, 100), limit=10**6) is None


def test_growing_keeps_every_point() -> None:
    warp = Warp.of(PROJECTIVE, (100, 120))
    grown, left, top = warp.grown((600, 700), limit=10**6, reach=25)
    assert grown.shape == (150, 170)
    assert (left, top) == (-25, -25)
    points = np.array([(10.0, 20.0), (90.0, 70.0)])
    assert np.allclose(grown.suspect(points - (left, top)), warp.suspect(points))
    assert warp.grown((600, 700), limit=1000, reach=60) == (warp, 0, 0)


def test_a_turn_and_a_field_of_shifts() -> None:
    warp = Warp.of(PROJECTIVE, (100, 120))
    assert np.allclose(warp.turned().suspect([(30, 40)]), warp.suspect([(90, 60)]))
    rows, columns = knots(warp.shape)
    bend = tuple(tuple((2.0, -3.0) for _ in columns) for _ in rows)
    assert np.allclose(warp.bowed(bend).bowed(bend).suspect([(30, 40)]), warp.suspect([(34, 34)]))
    assert np.allclose(warp.bowed(bend).canvas(warp.bowed(bend).suspect([(30, 40)])), [(30, 40)])


def test_luma_is_shrunk_without_aliasing_and_covered_where_it_is() -> None:
    lines = np.zeros((400, 600), np.float32)
    lines[::2] = 200
    warp = Warp.linear(0.25 * np.eye(2), lines.shape, limit=10**6)
    assert warp is not None
    luma, cover = warp.luma(lines)
    assert luma.shape == cover.shape == (100, 150)
    assert np.abs(luma[4:-4, 4:-4] - 100).max() < 3
    assert cover[5:-5, 5:-5].min() == 1
    half = np.ones_like(lines)
    half[:, 300:] = 0
    cover = warp.luma(lines, half)[1]
    assert cover[50, 30] == pytest.approx(1)
    assert cover[50, 120] == 0
