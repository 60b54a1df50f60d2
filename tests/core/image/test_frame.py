from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.image.frame import canonical_shape, resample, resampling, visible
from core.image.parameters import PARAMETERS

SIDES = st.integers(8, 4000)


@settings(deadline=None, max_examples=50)
@given(SIDES, SIDES)
def test_the_frame_keeps_area_and_aspect(height: int, width: int) -> None:
    rows, columns = canonical_shape((height, width))
    assert rows * columns == pytest.approx(PARAMETERS.area, rel=1.0 / min(rows, columns))
    assert rows / height == pytest.approx(columns / width, rel=1.0 / min(rows, columns))


@settings(deadline=None, max_examples=50)
@given(st.integers(4, 300), st.integers(4, 300))
def test_an_even_line_stays_even(length: int, new_length: int) -> None:
    line = resampling(length, new_length) @ np.full(length, 7.0, np.float32)
    assert np.allclose(line, 7.0, atol=1e-4)


@pytest.mark.parametrize("new_length", [50, 200, 730])
def test_a_ramp_stays_a_ramp_with_pixel_centres_kept(new_length: int) -> None:
    ramp = np.arange(200, dtype=np.float32)
    got = resampling(200, new_length) @ ramp
    wanted = (np.arange(new_length) + 0.5) * 200 / new_length - 0.5
    inner = slice(new_length // 20, -new_length // 20)
    assert np.allclose(got[inner], wanted[inner], atol=0.02)


def test_strips_of_rows_equal_the_whole() -> None:
    plane = np.random.default_rng(1).random((60, 20), np.float32)
    matrix = resampling(60, 333)
    strips = np.concatenate([matrix[first : first + 40] @ plane for first in range(0, 333, 40)])
    assert np.array_equal(strips, matrix @ plane)


def test_down_and_up_again_keeps_a_smooth_plane() -> None:
    y, x = np.mgrid[:300, :400].astype(np.float32)
    plane = 100 + 50 * np.sin(y / 40) * np.cos(x / 50)
    back = resample(resample(plane, (150, 200)), (300, 400))
    assert np.abs(back - plane)[10:-10, 10:-10].max() < 0.5


def test_hidden_pixels_make_no_edge() -> None:
    luma = np.full((120, 120), 200, np.float32)
    luma[:, 60:] = 0
    alpha = np.ones_like(luma)
    alpha[:, 60:] = 0
    plane, cover = visible(luma, alpha, (120, 120))
    assert cover is not None
    assert np.allclose(plane, 200, atol=1.0)
    assert visible(luma, None, (120, 120))[1] is None
