from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import RefusedError
from core.image.channels import Layout

FULL = {np.uint8: 255, np.uint16: 65535, np.float32: 1.0, np.float64: 1.0}


def picture(channels: int, dtype: Any, value: float = 0.5) -> npt.NDArray[Any]:
    shape = (20, 30) if channels == 0 else (20, 30, channels)
    return np.full(shape, value * FULL[dtype], dtype)


@pytest.mark.parametrize("dtype", FULL)
@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4])
def test_luma_is_in_grey_levels_whatever_the_depth(channels: int, dtype: Any) -> None:
    pixels = picture(channels, dtype)
    luma = Layout.of(pixels, None).luma(pixels)
    assert luma.dtype == np.float32
    assert np.allclose(luma, 127.5, atol=0.51)


def test_luma_weighs_the_colours() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    for channel, weight in enumerate((0.299, 0.587, 0.114)):
        pixels[...] = 0
        pixels[..., channel] = 255
        assert Layout.of(pixels, None).luma(pixels)[0, 0] == pytest.approx(255 * weight, abs=1e-3)


@pytest.mark.parametrize("dtype", FULL)
@pytest.mark.parametrize(("channels", "space"), [(0, None), (1, None), (2, None), (3, None), (4, None), (4, "cmyk")])
def test_added_residual_is_seen_in_luma(channels: int, space: str | None, dtype: Any) -> None:
    pixels = picture(channels, dtype, 0.25)
    if channels in (2, 4) and space is None:
        pixels[..., -1] = FULL[dtype]
    layout = Layout.of(pixels, space)
    residual = np.tile(np.array([[-6.0, 6.0, 0.0]], np.float32), (20, 10))
    out = np.empty_like(pixels)
    layout.add(pixels, residual.copy(), out)
    assert out.dtype == pixels.dtype
    assert np.allclose(layout.luma(out) - layout.luma(pixels), residual, atol=0.75)
    assert np.array_equal(out[:, 2::3], pixels[:, 2::3])


def test_ink_changes_luma_in_dark_and_saturated_places_too() -> None:
    generator = np.random.default_rng(3)
    pixels = generator.integers(20, 200, (60, 60, 4)).astype(np.uint8)
    layout = Layout.of(pixels, "cmyk")
    residual = generator.normal(0, 3, (60, 60)).astype(np.float32)
    out = np.empty_like(pixels)
    layout.add(pixels, residual.copy(), out)
    change = layout.luma(out) - layout.luma(pixels)
    assert np.corrcoef(change.ravel(), residual.ravel())[0, 1] > 0.97


def test_values_are_clipped_not_wrapped() -> None:
    pixels = np.array([[[0, 128, 255]] * 4] * 4, np.uint8)
    out = np.empty_like(pixels)
    Layout.of(pixels, None).add(pixels, np.full((4, 4), -9, np.float32), out)
    assert out[0, 0].tolist() == [0, 119, 246]


def test_transparency_and_hidden_pixels_stay() -> None:
    pixels = np.full((8, 8, 4), 100, np.uint8)
    pixels[:4, :, 3] = 0
    out = np.empty_like(pixels)
    Layout.of(pixels, None).add(pixels, np.full((8, 8), 5, np.float32), out)
    assert np.array_equal(out[..., 3], pixels[..., 3])
    assert np.array_equal(out[:4], pixels[:4])
    assert (out[4:, :, :3] == 105).all()


@pytest.mark.parametrize(
    ("pixels", "space"),
    [
        (np.zeros((4, 4, 5), np.uint8), None),
        (np.zeros((4,), np.uint8), None),
        (np.zeros((0, 4), np.uint8), None),
        (np.zeros((4, 4), np.int32), None),
        (np.zeros((4, 4, 3), np.uint8), "cmyk"),
        (np.zeros((4, 4, 3), np.uint8), "lab"),
    ],
)
def test_other_arrays_are_errors(pixels: npt.NDArray[Any], space: str | None) -> None:
    with pytest.raises(ValueError, match="must"):
        Layout.of(pixels, space)


def test_values_that_are_no_numbers_are_refused() -> None:
    pixels = np.zeros((4, 4, 3), np.float32)
    pixels[1, 1, 1] = np.nan
    with pytest.raises(RefusedError, match="no numbers"):
        Layout.of(pixels, None)
