"""Damage to pictures, as sites, phones and people do it. All randomness comes from the caller."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from bench.attacks import ImageAttack, NotApplicable, Pixels

Random = np.random.Generator
_MOST_PIXELS = 50_000_000  # no attack makes a larger picture: it would measure the machine, not the mark


def none(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture as it is."""
    return pixels


def jpeg(pixels: Pixels, random: Random, *, quality: int) -> Pixels:
    """Return the picture after JPEG at this quality (libjpeg's scale, 4:2:0)."""
    return _saved(pixels, "JPEG", quality=quality)


def webp(pixels: Pixels, random: Random, *, quality: int) -> Pixels:
    """Return the picture after lossy WebP."""
    return _saved(pixels, "WEBP", quality=quality)


def png(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after a PNG re-save."""
    return _saved(pixels, "PNG", compress_level=1)


def scale(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture resized to this percentage of its width and height (Lanczos)."""
    height, width = pixels.shape[:2]
    return _resized(pixels, round(width * percent / 100), round(height * percent / 100))


def fit(pixels: Pixels, random: Random, *, width: int, quality: int) -> Pixels:
    """Return the picture as a site re-publishes it: at most this wide (never enlarged), JPEG."""
    if pixels.shape[1] > width:
        pixels = _resized(pixels, width, round(pixels.shape[0] * width / pixels.shape[1]))
    return jpeg(pixels, random, quality=quality)


def crop(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return a cut-out with this percentage of the area, the same aspect and scale, at a random place."""
    height, width = pixels.shape[:2]
    side = (percent / 100) ** 0.5
    new_height, new_width = max(1, round(height * side)), max(1, round(width * side))
    top = int(random.integers(0, height - new_height + 1))
    left = int(random.integers(0, width - new_width + 1))
    return np.ascontiguousarray(pixels[top : top + new_height, left : left + new_width])


def rotate_180(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture upside down."""
    return np.ascontiguousarray(pixels[::-1, ::-1])


def invert(pixels: Pixels, random: Random) -> Pixels:
    """Return the negative."""
    return 255 - pixels


def gamma(pixels: Pixels, random: Random, *, power: float) -> Pixels:
    """Return the picture with its mid-tones darkened (power above 1) or brightened."""
    return _toned(pixels, 255 * (np.arange(256) / 255) ** power)


def contrast(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with its contrast about middle grey at this percentage."""
    return _toned(pixels, 128 + (np.arange(256) - 128) * percent / 100)


def noise(pixels: Pixels, random: Random, *, deviation: float) -> Pixels:
    """Return the picture with white Gaussian noise of this standard deviation in grey levels."""
    grain = random.standard_normal(pixels.shape, np.float32) * np.float32(deviation)
    return np.clip(np.rint(pixels + grain), 0, 255).astype(np.uint8)


def blur(pixels: Pixels, random: Random, *, sigma: float) -> Pixels:
    """Return the picture under a Gaussian blur."""
    from scipy.ndimage import gaussian_filter1d

    soft = np.empty_like(pixels)
    for channel in range(pixels.shape[2]):
        plane = pixels[:, :, channel].astype(np.float32)
        plane = gaussian_filter1d(gaussian_filter1d(plane, sigma, axis=0), sigma, axis=1)
        soft[:, :, channel] = np.clip(np.rint(plane), 0, 255)
    return soft


def sharpen(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after an unsharp mask (radius 2, 100 %)."""
    return np.asarray(_picture(pixels).filter(ImageFilter.UnsharpMask(radius=2, percent=100, threshold=0)))


def grey(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture in greys: (height, width)."""
    return np.asarray(_picture(pixels).convert("L"))


def border(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture in a frame of one random colour, its width this percentage of the longer side."""
    wide = round(max(pixels.shape[:2]) * percent / 100)
    framed = np.empty((pixels.shape[0] + 2 * wide, pixels.shape[1] + 2 * wide, 3), np.uint8)
    framed[:] = random.integers(0, 256, 3, np.uint8)
    framed[wide:-wide, wide:-wide] = pixels
    return framed


def two_sites(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after two re-publications: 1280 px and JPEG 70, then 1080 px and JPEG 75."""
    return fit(fit(pixels, random, width=1280, quality=70), random, width=1080, quality=75)


def crop_jpeg(pixels: Pixels, random: Random, *, percent: float, quality: int) -> Pixels:
    """Return a cut-out saved as JPEG."""
    return jpeg(crop(pixels, random, percent=percent), random, quality=quality)


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels)


def _saved(pixels: Pixels, kind: str, **options: Any) -> Pixels:
    """Return the picture written in this format and opened again."""
    if kind == "WEBP" and max(pixels.shape[:2]) > 16383:
        raise NotApplicable("WebP holds at most 16383 pixels a side")
    with io.BytesIO() as file:
        _picture(pixels).save(file, kind, **options)
        file.seek(0)
        with Image.open(file) as opened:
            return np.asarray(opened.convert("RGB"))


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    if width * height > _MOST_PIXELS:
        raise NotApplicable("the result would have more than 50 megapixels")
    if min(width, height) < 1:
        raise NotApplicable("nothing would be left")
    return np.asarray(_picture(pixels).resize((width, height), Image.Resampling.LANCZOS))


def _toned(pixels: Pixels, curve: np.ndarray[Any, np.dtype[Any]]) -> Pixels:
    table: Pixels = np.clip(np.rint(curve), 0, 255).astype(np.uint8)
    return np.asarray(table[pixels])


ATTACKS: tuple[ImageAttack, ...] = (
    ImageAttack("none", "untouched, as 8-bit RGB", none),
    ImageAttack("png", "PNG re-save", png),
    ImageAttack("jpeg_70", "JPEG 70", partial(jpeg, quality=70)),
    ImageAttack("jpeg_50", "JPEG 50", partial(jpeg, quality=50)),
    ImageAttack("jpeg_30", "JPEG 30", partial(jpeg, quality=30)),
    ImageAttack("jpeg_20", "JPEG 20", partial(jpeg, quality=20)),
    ImageAttack("jpeg_10", "JPEG 10", partial(jpeg, quality=10)),
    ImageAttack("webp_50", "WebP 50", partial(webp, quality=50)),
    ImageAttack("scale_200", "twice the size", partial(scale, percent=200)),
    ImageAttack("scale_75", "scaled to 75 %", partial(scale, percent=75)),
    ImageAttack("scale_50", "half size", partial(scale, percent=50)),
    ImageAttack("scale_33", "scaled to 33 %", partial(scale, percent=33)),
    ImageAttack("fit_1080_jpeg_75", "fit 1080 px wide, JPEG 75", partial(fit, width=1080, quality=75)),
    ImageAttack("fit_600_jpeg_70", "fit 600 px wide, JPEG 70", partial(fit, width=600, quality=70)),
    ImageAttack("two_sites", "two re-uploads (1280, JPEG 70; 1080, JPEG 75)", two_sites),
    ImageAttack("crop_75", "crop to 75 % of the area", partial(crop, percent=75)),
    ImageAttack("crop_50", "crop to 50 % of the area", partial(crop, percent=50)),
    ImageAttack("crop_33", "crop to 33 % of the area", partial(crop, percent=33)),
    ImageAttack("crop_50_jpeg_70", "crop to 50 %, JPEG 70", partial(crop_jpeg, percent=50, quality=70)),
    ImageAttack("border_5", "a frame added", partial(border, percent=5)),
    ImageAttack("rotate_180", "upside down", rotate_180),
    ImageAttack("invert", "negative", invert),
    ImageAttack("gamma_160", "gamma 1.6", partial(gamma, power=1.6)),
    ImageAttack("contrast_130", "contrast 130 %", partial(contrast, percent=130)),
    ImageAttack("grey", "greys only", grey),
    ImageAttack("noise_10", "noise, 10 grey levels", partial(noise, deviation=10)),
    ImageAttack("blur_1", "blur, sigma 1 px", partial(blur, sigma=1)),
    ImageAttack("sharpen", "sharpened", sharpen),
)
