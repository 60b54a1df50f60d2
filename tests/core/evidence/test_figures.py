"""Pictures for reports: of any kind of pixels, with a frame; wave forms laid where they belong."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.evidence.figures import Drawing, aligned, beside, png, single


def opened(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(png(drawing)))


@pytest.mark.parametrize("channels", [0, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_any_kind_of_pixels(channels: int, dtype: type) -> None:
    shape = (300, 200, channels) if channels else (300, 200)
    pixels = np.full(shape, np.iinfo(dtype).max // 2, dtype)
    with opened(beside(pixels, pixels[:100], ((10, 10), (150, 10), (150, 200), (10, 200)))) as image:
        assert image.mode == "RGB" and image.width > 400 and image.height == 300
        red = np.asarray(image)[9:13, 30:100, 0].max()
        assert red > 180
    with opened(single(pixels)) as alone:
        assert alone.size == (200, 300)


def test_ink_is_shown_as_colour_and_large_pictures_are_scaled() -> None:
    ink = np.zeros((3000, 2000, 4), np.uint8)
    with opened(single(ink, cmyk=True)) as image:
        assert image.height == 720 and image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("speed", [1.0, 1.1])
def test_a_cut_is_laid_where_it_was_taken(speed: float) -> None:
    rng = np.random.default_rng(5)
    rate = 8000
    envelope = np.interp(np.arange(20 * rate), np.arange(0, 20 * rate, rate // 4), rng.uniform(0.01, 1, 80))
    original = (0.3 * envelope * rng.standard_normal(20 * rate))[:, None]
    part = original[6 * rate : 14 * rate]
    place = np.arange(0, len(part) - 1, speed).astype(int)
    data, caption = aligned(part[place], rate, original, rate, ((1.0, 2.0),))
    assert "laid at 6." in caption or "laid at 5.9" in caption
    assert ("1.10 times" in caption) is (speed != 1.0), caption
    with opened(data) as image:
        assert image.width == 1600


def test_silence_is_no_error() -> None:
    drawing, _ = aligned(np.zeros((400, 1)), 8000, np.zeros((9000, 2)), 8000)
    assert png(drawing).startswith(b"\x89PNG")
