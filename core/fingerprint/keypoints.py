"""Keypoints of a picture: blobs that are found again whatever its size, its turn or the part that is left of it.

Extrema of differences of Gaussians over place and size, refined to a fraction of a pixel; those along an edge, which
could slide, are left out (D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60, 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Array = npt.NDArray[np.float32]

STEPS = 3  # sizes looked at in each octave
BLUR = 1.6  # pixels: the blur of an octave's first layer, and the size of a keypoint found there
_CAMERA = 0.5  # pixels of blur that a picture is taken to have
_CONTRAST = 8e-4  # of full scale 1: a fifth of a grey level, as strong responses are taken first anyway
_EDGE = 20.0  # ratio of the two curvatures above which a blob is an edge
_SMALLEST = 16  # pixels: an octave with a shorter side is not looked at
_WINDOWS, _WINDOW = (1, 2, 3), 10.0  # parts along the shorter side, and sizes of a point that make such a part's side
_CELLS = 4  # keypoints are taken from all of these x these parts of a picture, not from its busiest part alone


@dataclass(frozen=True, slots=True)
class Layer:
    """One size of the scale space: the blurred picture, and how many pixels of the picture one of its own is."""

    blurred: Array
    scale: float


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Keypoints: place and size in pixels of the picture, sign of the blob, layer: arrays of one length."""

    x: Array
    y: Array
    size: Array
    bright: npt.NDArray[np.bool_]
    layer: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.x)


def keypoints(picture: Array, count: int) -> tuple[Keypoints, list[Layer]]:
    """Return the `count` best keypoints at most, spread over the picture, and the layers that they lie in.

    `picture`: float32 (height, width), 0 to 1.
    """
    layers: list[Layer] = []
    rows: list[Array] = []
    base = np.asarray(ndimage.gaussian_filter(picture, np.sqrt(BLUR**2 - _CAMERA**2)), np.float32)
    scale = 1.0
    while min(base.shape) >= _SMALLEST:
        stack = _octave(base)
        found = _extrema(np.diff(stack, axis=0))
        # Columns: place in the picture, size, response, layer.
        rows.append(
            np.stack(
                [
                    (found[2] + 0.5) * scale - 0.5,
                    (found[1] + 0.5) * scale - 0.5,
                    BLUR * 2 ** (found[0] / STEPS) * scale,
                    found[3],
                    len(layers) + np.clip(np.rint(found[0]), 1, STEPS) - 1,
                ],
                axis=1,
            )
        )
        layers += [Layer(stack[step], scale) for step in range(1, STEPS + 1)]
        height, width = (side // 2 * 2 for side in base.shape)
        half = stack[STEPS][:height, :width].reshape(height // 2, 2, width // 2, 2)
        base, scale = half.mean(axis=(1, 3)), 2 * scale
    table = np.concatenate(rows) if rows else np.empty((0, 5), np.float32)
    best = np.concatenate([table[_spread(table, picture.shape, count)], _windows(picture.shape, layers)])
    return (
        Keypoints(best[:, 0], best[:, 1], best[:, 2], best[:, 3] < 0, best[:, 4].astype(np.intp)),
        layers,
    )


def _octave(base: Array) -> Array:
    """Return the layers of an octave, each blurred further: (STEPS + 3, height, width)."""
    stack = np.empty((STEPS + 3, *base.shape), np.float32)
    stack[0] = base
    for step in range(1, STEPS + 3):
        before, after = BLUR * 2 ** ((step - 1) / STEPS), BLUR * 2 ** (step / STEPS)
        ndimage.gaussian_filter(stack[step - 1], np.sqrt(after**2 - before**2), output=stack[step], truncate=3.5)
    return stack


def _extrema(space: Array) -> Array:
    """Return step, row, column and response of each refined extremum of an octave: (4, n)."""
    peak = (space == ndimage.maximum_filter(space, 3)) & (space > _CONTRAST)
    peak |= (space == ndimage.minimum_filter(space, 3)) & (space < -_CONTRAST)
    inside = np.zeros_like(peak)
    inside[1:-1, 2:-2, 2:-2] = True
    s, y, x = np.nonzero(peak & inside)
    here = space[s, y, x]
    slope = np.empty((len(s), 3), np.float32)
    curve = np.empty((len(s), 3, 3), np.float32)
    shifts = np.eye(3, dtype=np.intp)
    for i, (a, b, c) in enumerate(shifts):
        after, before = space[s + a, y + b, x + c], space[s - a, y - b, x - c]
        slope[:, i] = (after - before) / 2
        curve[:, i, i] = after + before - 2 * here
        for j in range(i):
            d, e, f = shifts[j]
            same = space[s + a + d, y + b + e, x + c + f] + space[s - a - d, y - b - e, x - c - f]
            across = space[s + a - d, y + b - e, x + c - f] + space[s - a + d, y - b + e, x - c + f]
            curve[:, i, j] = curve[:, j, i] = (same - across) / 4
    trace = curve[:, 1, 1] + curve[:, 2, 2]
    area = curve[:, 1, 1] * curve[:, 2, 2] - curve[:, 1, 2] ** 2
    round_ = (area > 0) & (trace**2 * _EDGE < (_EDGE + 1) ** 2 * area)
    curve -= np.sign(here)[:, None, None] * np.float32(1e-6) * np.eye(3, dtype=np.float32)  # so that it can be inverted
    round_ &= np.abs(np.linalg.det(curve)) > 1e-15
    s, y, x, here = s[round_], y[round_], x[round_], here[round_]
    offset = -np.linalg.solve(curve[round_], slope[round_][:, :, None])[:, :, 0]
    near = (np.abs(offset) < 1.0).all(axis=1)
    places = np.stack([s, y, x], axis=1)[near] + np.clip(offset[near], -0.6, 0.6)
    return np.concatenate([places.T, here[near][None]]).astype(np.float32)


def _windows(shape: tuple[int, ...], layers: list[Layer]) -> Array:
    """Return the rows of points that stand for large parts of a picture: what smooth pictures are known by."""
    height, width = shape
    rows = []
    for parts in _WINDOWS if layers else ():
        size = min(height, width) / parts / _WINDOW
        octave = max(0, min(int(np.log2(size / BLUR)), len(layers) // STEPS - 1))
        layer = octave * STEPS + min(max(round(np.log2(size / BLUR / 2**octave) * STEPS), 1), STEPS) - 1
        # As many as overlap by half.
        down, across = (max(1, round(2 * parts * side / min(shape)) - 1) for side in shape)
        for row in range(down):
            for column in range(across):
                x, y = (column + 1) * width / (across + 1), (row + 1) * height / (down + 1)
                rows.append([x - 0.5, y - 0.5, size, 0.0, layer])
    return np.array(rows, np.float32).reshape(-1, 5)


def _spread(table: Array, shape: tuple[int, ...], count: int) -> npt.NDArray[np.intp]:
    """Return which keypoints to take: strong ones, but the more a part of the picture has given the less of it."""
    height, width = shape
    order = np.argsort(-np.abs(table[:, 3]), kind="stable")
    down = np.clip(table[order, 1] * _CELLS / height, 0, _CELLS - 1).astype(np.intp)
    across = np.clip(table[order, 0] * _CELLS / width, 0, _CELLS - 1).astype(np.intp)
    cell = down * _CELLS + across
    rank = np.zeros(len(order), np.float32)
    for one in np.unique(cell):
        own = cell == one
        rank[own] = np.arange(np.count_nonzero(own))
    worth = np.abs(table[order, 3]) / (1 + rank * _CELLS**2 / count) ** 2
    return order[np.argsort(-worth, kind="stable")[:count]]
