"""Pictures through other formats, and resized as sites and programs do it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from bench.attacks import NotApplicable, Pixels

Random = np.random.Generator
_MOST_PIXELS = 50_000_000  # no attack makes a larger picture: it would measure the machine, not the mark


def none(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture as it is."""
    return pixels


def png(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after a PNG re-save."""
    return _saved(pixels, "PNG", compress_level=1)


def jpeg(pixels: Pixels, random: Random, *, quality: int) -> Pixels:
    """Return the picture after JPEG at this quality (libjpeg's scale, 4:2:0)."""
    return _saved(pixels, "JPEG", quality=quality)


def webp(pixels: Pixels, random: Random, *, quality: int) -> Pixels:
    """Return the picture after lossy WebP."""
    if max(pixels.shape[:2]) > 16383:
        raise NotApplicable("WebP holds at most 16383 pixels a side")
    return _saved(pixels, "WEBP", quality=quality, method=2)


def avif(pixels: Pixels, random: Random, *, quality: int) -> Pixels:
    """Return the picture after lossy AVIF (4:2:0, a fast encoder setting)."""
    return _saved(pixels, "AVIF", quality=quality, speed=8, max_threads=1)


def jpeg_2000(pixels: Pixels, random: Random, *, ratio: int) -> Pixels:
    """Return the picture after lossy JPEG 2000 at this ratio of raw to coded size."""
    return _saved(pixels, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)


def jpeg_xl(pixels: Pixels, random: Random, *, distance: float) -> Pixels:
    """Return the picture after lossy JPEG XL at this Butteraugli distance."""
    import imagecodecs

    coded = imagecodecs.jpegxl_encode(pixels, distance=distance, effort=3, numthreads=1)
    return np.ascontiguousarray(imagecodecs.jpegxl_decode(coded)[:, :, :3])


def palette(pixels: Pixels, random: Random, *, colours: int, dithered: bool) -> Pixels:
    """Return the picture in so many colours of its own (median cut), as GIF and small PNG files hold them."""
    few = _picture(pixels).quantize(colours, Image.Quantize.MEDIANCUT)
    if dithered:
        few = _picture(pixels).quantize(palette=few, dither=Image.Dither.FLOYDSTEINBERG)
    return np.asarray(few.convert("RGB"))


def scale(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture resized to this percentage of its width and height (Lanczos)."""
    height, width = pixels.shape[:2]
    return resized(pixels, round(width * percent / 100), round(height * percent / 100))


def scale_plainly(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture resized by picking the nearest pixel, as careless programs do."""
    height, width = pixels.shape[:2]
    size = max(1, round(width * percent / 100)), max(1, round(height * percent / 100))
    return np.asarray(_picture(pixels).resize(size, Image.Resampling.NEAREST))


def aspect(pixels: Pixels, random: Random, *, width: float, height: float) -> Pixels:
    """Return the picture stretched to these percentages of its width and height."""
    tall, wide = pixels.shape[:2]
    return resized(pixels, round(wide * width / 100), round(tall * height / 100))


def fit(pixels: Pixels, random: Random, *, width: int, quality: int) -> Pixels:
    """Return the picture as a site re-publishes it: at most this wide (never enlarged), JPEG."""
    if pixels.shape[1] > width:
        pixels = resized(pixels, width, round(pixels.shape[0] * width / pixels.shape[1]))
    return jpeg(pixels, random, quality=quality)


def two_sites(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture after two re-publications: 1280 px and JPEG 70, then 1080 px and JPEG 75."""
    return fit(fit(pixels, random, width=1280, quality=70), random, width=1080, quality=75)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture at this size (Lanczos); NotApplicable where that is absurdly large or nothing."""
    if width * height > _MOST_PIXELS:
        raise NotApplicable("the result would have more than 50 megapixels")
    if min(width, height) < 1:
        raise NotApplicable("nothing would be left")
    return np.asarray(_picture(pixels).resize((width, height), Image.Resampling.LANCZOS))


def tables(quality: int) -> tuple[tuple[int, ...], ...]:
    """Return the quantisation tables that a JPEG file of this quality carries: luma first, 64 numbers each in rows."""
    with io.BytesIO() as file:
        Image.new("RGB", (16, 16)).save(file, "JPEG", quality=quality)
        file.seek(0)
        with Image.open(file) as opened:
            held = opened.quantization  # type: ignore[attr-defined]
            return tuple(tuple(held[number]) for number in sorted(held))


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels)


def _saved(pixels: Pixels, kind: str, **options: Any) -> Pixels:
    """Return the picture written in this format and opened again."""
    with io.BytesIO() as file:
        _picture(pixels).save(file, kind, **options)
        file.seek(0)
        with Image.open(file) as opened:
            return np.asarray(opened.convert("RGB"))
