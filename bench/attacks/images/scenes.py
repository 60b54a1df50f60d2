"""Pictures among other things: painted over, on a screen, in a collage, printed, photographed off a screen."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench.attacks import Pixels
from bench.attacks.images.codecs import jpeg, resized
from bench.attacks.images.geometry import rotate_full, seen_at
from bench.attacks.images.tones import blur, contrast, gamma, noise

Random = np.random.Generator
_WORDS = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. "


def overlay(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with one opaque box of a random colour over this percentage of it, at a random place."""
    covered = pixels.copy()
    top, left, height, width = _box(pixels, random, percent)
    covered[top : top + height, left : left + width] = random.integers(0, 256, 3, np.uint8)
    return covered


def soft_patch(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture with this percentage of it blurred beyond recognition, as faces and plates are."""
    hidden = pixels.copy()
    top, left, height, width = _box(pixels, random, percent)
    piece = Image.fromarray(np.ascontiguousarray(pixels[top : top + height, left : left + width]))
    hidden[top : top + height, left : left + width] = np.asarray(piece.filter(ImageFilter.BoxBlur(12)))
    return hidden


def tiled_text(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture with "SAMPLE" in half-clear white, slanted, all over it, as stock agencies do it."""
    height, width = pixels.shape[:2]
    size = max(12, max(height, width) // 24)
    side = 2 * max(height, width)
    layer = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(layer)
    for row, y in enumerate(range(0, side, 3 * size)):
        for x in range(-(row % 2) * 3 * size, side, 6 * size):
            pen.text((x, y), "SAMPLE", 128, _font(size))
    left, top = (side - width) // 2, (side - height) // 2
    layer = layer.rotate(30).crop((left, top, left + width, top + height))
    return np.asarray(Image.composite(Image.new("RGB", (width, height), "white"), Image.fromarray(pixels), layer))


def meme_bars(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture between two white bars with text, each a seventh of its height."""
    height, width = pixels.shape[:2]
    bar = max(24, height // 7)
    meme = Image.new("RGB", (width, height + 2 * bar), "white")
    meme.paste(Image.fromarray(pixels), (0, bar))
    pen = ImageDraw.Draw(meme)
    for y, words in ((bar // 4, "WHEN YOU SEE IT"), (height + bar + bar // 4, "ONE DOES NOT SIMPLY")):
        pen.text((width // 12, y), words, "black", _font(bar // 2))
    return np.asarray(meme)


def screenshot_tight(pixels: Pixels, random: Random) -> Pixels:
    """Return a screenshot of the picture shown at 83 % that catches a thin strip of the window, and loses 2 %."""
    shown = resized(pixels, round(pixels.shape[1] * 0.83), round(pixels.shape[0] * 0.83))
    cut = max(2, shown.shape[0] // 50)
    shot = np.full((shown.shape[0] - cut + 24, shown.shape[1] + 8, 3), 246, np.uint8)
    shot[24:, 4:-4] = shown[cut:]
    return shot


def screenshot_inset(pixels: Pixels, random: Random) -> Pixels:
    """Return a screenshot of a page with text, on which the picture stands at 70 % and fills about half."""
    shown = resized(pixels, round(pixels.shape[1] * 0.7), round(pixels.shape[0] * 0.7))
    height, width = shown.shape[:2]
    page = Image.new("RGB", (round(width * 1.4), round(height * 1.45)), (250, 250, 250))
    pen = ImageDraw.Draw(page)
    size = max(10, height // 40)
    for y in range(0, page.height, round(1.6 * size)):
        pen.text((round(width * 0.02), y), _WORDS * (2 + page.width // (40 * size)), (40, 40, 40), _font(size))
    pen.rectangle((0, 0, page.width, round(height * 0.08)), (60, 90, 160))
    page.paste(Image.fromarray(shown), (round(width * 0.2), round(height * 0.2)))
    return np.asarray(page)


def collage(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return a collage as large as the picture, in which it fills a corner at this percentage of its sides."""
    height, width = pixels.shape[:2]
    page = _neighbours(height, width, random)
    own = resized(pixels, round(width * percent / 100), round(height * percent / 100))
    tall, wide = own.shape[:2]
    top = 0 if random.integers(2) else height - tall
    left = 0 if random.integers(2) else width - wide
    page[top : top + tall, left : left + wide] = own
    return page


def inset(pixels: Pixels, random: Random) -> Pixels:
    """Return a scene 1.6 times as wide and high, in which the picture lies somewhere at its own size."""
    height, width = pixels.shape[:2]
    scene = _neighbours(round(height * 1.6), round(width * 1.6), random)
    top, left = int(random.integers(0, scene.shape[0] - height)), int(random.integers(0, scene.shape[1] - width))
    scene[top : top + height, left : left + width] = pixels
    return scene


def print_scan(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture printed and scanned: a turn of up to 1 degree, blur 0.8, paper tones, noise 4, JPEG 85."""
    scanned = rotate_full(pixels, random, degrees=float(random.uniform(0.4, 1.0) * random.choice([-1, 1])))
    scanned = blur(scanned, random, sigma=0.8)
    scanned = gamma(contrast(scanned, random, percent=85), random, power=0.9)
    return jpeg(noise(scanned, random, deviation=4), random, quality=85)


def screen_photo(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture photographed off a screen: slant of 4 %, moire of 2 %, uneven light, noise 5, JPEG 75."""
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * random.uniform(0.01, 0.04, (4, 2)) * (width, height)
    photo = seen_at(pixels, corners + inwards, paper=(20, 20, 24)).astype(np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = float(random.uniform(0, np.pi))
    moire = 1 + 0.02 * np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / 3.3)
    light = 1 - 0.15 * (x / width) - 0.1 * (y / height)
    photo = np.clip(np.rint(photo * (moire * light)[:, :, None]), 0, 255).astype(np.uint8)
    photo = blur(gamma(photo, random, power=0.85), random, sigma=0.7)
    return jpeg(noise(photo, random, deviation=5), random, quality=75)


def _box(pixels: Pixels, random: Random, percent: float) -> tuple[int, int, int, int]:
    height, width = pixels.shape[:2]
    side = (percent / 100) ** 0.5
    tall, wide = round(height * side), round(width * side)
    return int(random.integers(0, height - tall + 1)), int(random.integers(0, width - wide + 1)), tall, wide


def _neighbours(height: int, width: int, random: Random) -> Pixels:
    """Return a page of this size covered with four other pictures."""
    page = np.empty((height, width, 3), np.uint8)
    order = random.permutation(4)
    middle_y, middle_x = height // 2, width // 2
    for number, (rows, columns) in enumerate(
        (rows, columns)
        for rows in (slice(0, middle_y), slice(middle_y, height))
        for columns in (slice(0, middle_x), slice(middle_x, width))
    ):
        place = page[rows, columns]
        place[:] = resized(_stranger(int(order[number])), place.shape[1], place.shape[0])
    return page


@lru_cache(maxsize=4)
def _stranger(number: int) -> Pixels:
    from app.samples import sample_picture

    return sample_picture(600, 400, seed=900 + number)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
