"""Pictures cut, turned, mirrored, stretched and bent. All randomness comes from the caller.

Coordinates are (x, y) with pixel centres at half numbers, as Pillow's transforms have them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from bench.attacks import NotApplicable, Pixels

Random = np.random.Generator
_PAPER = (255, 255, 255)
_LEAST = 16  # pixels a side under which a piece is no picture any more
_BEND_SIDE = 768  # the longer side at which bends are given in pixels


def crop(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return a cut-out with this percentage of the area, the same aspect and scale, at a random place."""
    height, width = pixels.shape[:2]
    new_height, new_width = _piece(pixels, percent)
    top = int(random.integers(0, height - new_height + 1))
    left = int(random.integers(0, width - new_width + 1))
    return np.ascontiguousarray(pixels[top : top + new_height, left : left + new_width])


def crop_centre(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the middle of the picture with this percentage of the area."""
    height, width = pixels.shape[:2]
    new_height, new_width = _piece(pixels, percent)
    top, left = (height - new_height) // 2, (width - new_width) // 2
    return np.ascontiguousarray(pixels[top : top + new_height, left : left + new_width])


def crop_corner(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return a corner of the picture with this percentage of the area."""
    new_height, new_width = _piece(pixels, percent)
    piece = pixels[:new_height] if random.integers(2) else pixels[-new_height:]
    return np.ascontiguousarray(piece[:, :new_width] if random.integers(2) else piece[:, -new_width:])


def crop_square(pixels: Pixels, random: Random) -> Pixels:
    """Return the largest square out of the middle; a square picture loses a fifth of its height instead."""
    height, width = pixels.shape[:2]
    if height == width:
        return np.ascontiguousarray(pixels[height // 10 : height - height // 10])
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def trim(pixels: Pixels, random: Random) -> Pixels:
    """Return the picture with another strip of up to 6 % cut off each side."""
    height, width = pixels.shape[:2]
    top, bottom = (random.uniform(0.01, 0.06, 2) * height).astype(int) + 1
    left, right = (random.uniform(0.01, 0.06, 2) * width).astype(int) + 1
    return np.ascontiguousarray(pixels[top : height - bottom, left : width - right])


def border(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture in a frame of one random colour, its width this percentage of the longer side."""
    wide = round(max(pixels.shape[:2]) * percent / 100)
    framed = np.empty((pixels.shape[0] + 2 * wide, pixels.shape[1] + 2 * wide, 3), np.uint8)
    framed[:] = random.integers(0, 256, 3, np.uint8)
    framed[wide:-wide, wide:-wide] = pixels
    return framed


def quarter_turns(pixels: Pixels, random: Random, *, turns: int) -> Pixels:
    """Return the picture turned by so many times 90 degrees against the clock."""
    return np.ascontiguousarray(np.rot90(pixels, turns))


def mirror(pixels: Pixels, random: Random, *, axis: int) -> Pixels:
    """Return the mirror image: axis 1 left and right exchanged, 0 top and bottom."""
    return np.ascontiguousarray(np.flip(pixels, axis))


def rotate_full(pixels: Pixels, random: Random, *, degrees: float) -> Pixels:
    """Return the picture turned against the clock, all of it in a larger white frame (bicubic)."""
    turned = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=_PAPER)
    return np.asarray(turned)


def rotate_cropped(pixels: Pixels, random: Random, *, degrees: float) -> Pixels:
    """Return the picture turned against the clock and cut to the largest upright piece of its own aspect."""
    height, width = pixels.shape[:2]
    turned = np.asarray(Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC))
    sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    share = min(1 / (cosine + sine * height / width), 1 / (cosine + sine * width / height))
    new_height, new_width = max(1, math.floor(height * share) - 2), max(1, math.floor(width * share) - 2)
    top, left = (height - new_height) // 2, (width - new_width) // 2
    return np.ascontiguousarray(turned[top : top + new_height, left : left + new_width])


def shear(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture leaning by this percentage in x and half of it in y, all of it in a white frame."""
    height, width = pixels.shape[:2]
    lean, sink = percent / 100, percent / 200
    size = math.ceil(width + lean * height), math.ceil(height + sink * width)
    inverse = np.linalg.inv(np.array([[1, lean, 0], [sink, 1, 0], [0, 0, 1]]))
    leaning = Image.fromarray(pixels).transform(
        size, Image.Transform.AFFINE, inverse[:2].ravel().tolist(), Image.Resampling.BICUBIC, fillcolor=_PAPER
    )
    return np.asarray(leaning)


def perspective(pixels: Pixels, random: Random, *, percent: float) -> Pixels:
    """Return the picture as seen at a slant: each corner moved by 50 to 100 % of this percentage of the sides."""
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    away = random.uniform(0.5, 1.0, (4, 2)) * random.choice([-1, 1], (4, 2)) * percent / 100
    return seen_at(pixels, corners + away * (width, height))


def seen_at(pixels: Pixels, corners: npt.NDArray[np.float64], paper: tuple[int, int, int] = _PAPER) -> Pixels:
    """Return a frame of the same size in which the picture's corners (clockwise from the left top) lie there."""
    height, width = pixels.shape[:2]
    straight = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    coefficients = _homography(corners, straight)
    seen = Image.fromarray(pixels).transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients.tolist(), Image.Resampling.BICUBIC, fillcolor=paper
    )
    return np.asarray(seen)


def bend(pixels: Pixels, random: Random, *, most: float) -> Pixels:
    """Return the picture bent in one to two waves across it, by up to `most` px for 768 px of its longer side."""
    from scipy.ndimage import map_coordinates

    height, width = pixels.shape[:2]
    size = most * max(height, width) / _BEND_SIDE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves, phases = random.uniform(1.0, 2.0, 2), random.uniform(0, 2 * math.pi, 2)
    down = y + size * np.sin(2 * math.pi * waves[0] * x / width + phases[0]).astype(np.float32)
    along = x + size * np.sin(2 * math.pi * waves[1] * y / height + phases[1]).astype(np.float32)
    bent = np.empty_like(pixels)
    for channel in range(pixels.shape[2]):
        plane = map_coordinates(pixels[:, :, channel].astype(np.float32), (down, along), order=1, mode="nearest")
        bent[:, :, channel] = np.clip(np.rint(plane), 0, 255)
    return bent


def drop_lines(pixels: Pixels, random: Random, *, count: int) -> Pixels:
    """Return the picture without so many random rows and as many random columns."""
    if min(pixels.shape[:2]) < 4 * count:
        raise NotApplicable("hardly anything would be left")
    rows = random.choice(pixels.shape[0], count, replace=False)
    columns = random.choice(pixels.shape[1], count, replace=False)
    return np.ascontiguousarray(np.delete(np.delete(pixels, rows, axis=0), columns, axis=1))


def _piece(pixels: Pixels, percent: float) -> tuple[int, int]:
    height, width = pixels.shape[:2]
    side = (percent / 100) ** 0.5
    piece = round(height * side), round(width * side)
    if min(piece) < _LEAST:
        raise NotApplicable(f"a piece would be smaller than {_LEAST} pixels")
    return piece


def _homography(source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the eight coefficients that take each source corner to its target, as Pillow wants them."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values))
