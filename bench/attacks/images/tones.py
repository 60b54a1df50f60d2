"""Pictures with other tones and colours, softened, sharpened, made noisy. All randomness comes from the caller."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from bench.attacks import Pixels

Random = np.random.Generator
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def invert(pixels: Pixels, random: Random) -> Pixels:
    """Return the negative."""
    return 255 - pixels


def grey(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture in greys: (height, width)."""
    return np.asarray(_picture(pixels).convert("L"))


def sepia(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture in browns, as an old photograph."""
    return np.asarray(np.clip(np.rint(pixels.astype(np.float32) @ _SEPIA.T), 0, 255).astype(np.uint8))


def gamma(pixels: Pixels, random: Random, *, power: float) -> Pixels:
    """Return the picture with its mid-tones darkened (power above 1) or brightened."""
    return _toned(pixels, 255 * (np.arange(256) / 255) ** power)


def contrast(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with its contrast about middle grey at this percentage."""
    return _toned(pixels, 128 + (np.arange(256) - 128) * percent / 100)


def brightness(pixels: Pixels, random: Random, *, levels: float) -> Pixels:
    """Return the picture brighter (or darker) by so many grey levels."""
    return _toned(pixels, np.arange(256) + levels)


def saturation(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with more or less colour."""
    return np.asarray(ImageEnhance.Color(_picture(pixels)).enhance(percent / 100))


def warm(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture under a warm filter: red up by 15 %, blue down by 20 %, the corners darker by 40 %."""
    height, width = pixels.shape[:2]
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    light = 1 - 0.2 * (x * x + y * y)
    toned = pixels * np.array([1.15, 1.0, 0.8], np.float32) * light[:, :, None]
    return np.clip(np.rint(toned), 0, 255).astype(np.uint8)


def equalise(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture with its histogram made even."""
    return np.asarray(ImageOps.equalize(_picture(pixels)))


def stretch(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture with its tones stretched to black and white, 2 % cut off at both ends of each channel."""
    return np.asarray(ImageOps.autocontrast(_picture(pixels), cutoff=2))


def posterise(pixels: Pixels, random: Random, *, bits: int) -> Pixels:
    """Return the picture with so many bits a channel."""
    return np.asarray(ImageOps.posterize(_picture(pixels), bits))


def two_tones(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture in black and white dots (error diffusion, Floyd and Steinberg, 1976)."""
    return np.asarray(_picture(pixels).convert("1").convert("L"))


def noise(pixels: Pixels, random: Random, *, deviation: float) -> Pixels:
    """Return the picture with white Gaussian noise of this standard deviation in grey levels."""
    grain = random.standard_normal(pixels.shape, np.float32) * np.float32(deviation)
    return np.clip(np.rint(pixels + grain), 0, 255).astype(np.uint8)


def salt_pepper(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with this percentage of its pixels black or white."""
    struck = random.random(pixels.shape[:2], np.float32)
    dotted = pixels.copy()
    dotted[struck < percent / 200] = 0
    dotted[struck > 1 - percent / 200] = 255
    return dotted


def blur(pixels: Pixels, random: Random, *, sigma: float) -> Pixels:
    """Return the picture under a Gaussian blur."""
    from scipy.ndimage import gaussian_filter1d

    return _filtered(pixels, lambda plane: gaussian_filter1d(gaussian_filter1d(plane, sigma, axis=0), sigma, axis=1))


def motion(pixels: Pixels, random: Random, *, length: int) -> Pixels:
    """Return the picture blurred along its rows, as a moved camera does it."""
    from scipy.ndimage import uniform_filter1d

    return _filtered(pixels, lambda plane: uniform_filter1d(plane, length, axis=1))


def median(pixels: Pixels, random: Random, *, size: int) -> Pixels:
    """Return the picture under a median filter of this side."""
    return np.asarray(_picture(pixels).filter(ImageFilter.MedianFilter(size)))


def sharpen(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after an unsharp mask (radius 2, 100 %)."""
    return np.asarray(_picture(pixels).filter(ImageFilter.UnsharpMask(radius=2, percent=100, threshold=0)))


def smooth(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after a denoiser: local Wiener filter, 5x5 windows, noise of 5 grey levels assumed."""
    from scipy.ndimage import uniform_filter

    def wiener(plane: Any) -> Any:
        mean = uniform_filter(plane, 5)
        variance = np.maximum(uniform_filter(plane * plane, 5) - mean * mean, 0)
        return mean + np.maximum(variance - 25, 0) / np.maximum(variance, 25) * (plane - mean)

    return _filtered(pixels, wiener)


def _filtered(pixels: Pixels, change: Any) -> Pixels:
    """Return the picture with this change done to each channel as float32."""
    changed = np.empty_like(pixels)
    for channel in range(pixels.shape[2]):
        changed[:, :, channel] = np.clip(np.rint(change(pixels[:, :, channel].astype(np.float32))), 0, 255)
    return changed


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels)


def _toned(pixels: Pixels, curve: np.ndarray[Any, np.dtype[Any]]) -> Pixels:
    table: Pixels = np.clip(np.rint(curve), 0, 255).astype(np.uint8)
    return np.asarray(table[pixels])
