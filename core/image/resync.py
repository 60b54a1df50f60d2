"""Local re-synchronisation: how far each part of a canvas lies from where the key's pattern says it should.

A linear map that the spectrum gave is right on average; perspective, lenses, paper and the map's own error leave parts
of a suspect some pixels away. Windows of the residual are correlated with what is known without any serial, pilot and
template, and a projective map, then a smooth field, is fitted to the shifts found. What comes of it is judged by the
caller, who keeps it only if pilot and template gain over the whole canvas.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft

from core.image.frame import Plane, Shape
from core.image.pattern import TILE, Offset, Pattern
from core.image.warp import Bend, Matrix, knots

_Floats = npt.NDArray[np.float64]
_ROUNDS = ((1.0, 8.0, False), (0.6, 4.0, False), (0.4, 3.0, True), (0.25, 2.0, True), (0.25, 1.5, True))
_START = 3.0  # deviations from which a window's peak counts
_ENOUGH = 3.0  # deviations above the start from which a window counts in full: a sharp peak is no truer than others
_LINEAR, _PROJECTIVE = 0.05, 0.1  # expected change, of the canvas's half width; a shift is known to a pixel
_NEAR = 80.0  # canvas pixels over which a bend is smoothed
_LEAST_WINDOWS = 6


class Windows(NamedTuple):
    """Correlations of windows: `centres` (n, 2) x and y on the canvas; `surfaces` (n, 2 r + 1, 2 r + 1) for shifts up
    to r pixels (vertical, horizontal), in deviations of chance.
    """

    centres: _Floats
    surfaces: npt.NDArray[np.float32]


def correlated(plane: Plane, offset: Offset, pattern: Pattern, *, side: int, reach: int, polarity: int = 1) -> Windows:
    """Return how windows of `side` pixels agree with the known pattern for shifts up to `reach` pixels.

    `plane` is a whitened canvas, whose pattern starts at `offset`; windows overlap by half and cover it evenly.
    """
    height, width = plane.shape
    starts_y, starts_x = _starts(height, side), _starts(width, side)
    padded = np.pad(plane, reach)
    known = pattern.pilot + pattern.template
    ys = np.arange(height) + round(offset.y)
    xs = np.arange(width) + round(offset.x)
    expected = known[(ys % TILE)[:, None], xs % TILE]
    size = scipy.fft.next_fast_len(side + 2 * reach, real=True)
    tall, wide = min(side, height), min(side, width)
    cuts, parts, centres = [], [], []
    for y in starts_y:
        for x in starts_x:
            cut = padded[y : y + tall + 2 * reach, x : x + wide + 2 * reach]
            if np.count_nonzero(cut) < cut.size // 4:
                continue
            cuts.append(cut)
            parts.append(expected[y : y + tall, x : x + wide])
            centres.append((x + wide / 2, y + tall / 2))
    span = 2 * reach + 1
    if not cuts:
        return Windows(np.zeros((0, 2)), np.zeros((0, span, span), np.float32))
    stacked, known_parts = np.stack(cuts), np.stack(parts)
    product = scipy.fft.rfft2(stacked, (size, size)) * np.conj(scipy.fft.rfft2(known_parts, (size, size)))
    surfaces = scipy.fft.irfft2(product, (size, size))[:, :span, :span]
    energy = np.sqrt(np.mean(stacked * stacked, axis=(1, 2)) * np.sum(known_parts * known_parts, axis=(1, 2)))
    surfaces = surfaces * (polarity / np.maximum(energy, 1e-12))[:, None, None]
    return Windows(np.array(centres), surfaces.astype(np.float32))


def projective(windows: Windows, shape: Shape) -> Matrix | None:
    """Return the map (3x3) from where canvas points should be to where they are, None where nothing can be fitted.

    Each round looks for the windows' peaks around where the last fit expects them, nearer each time, and weighs them
    by how far they stand out and how well they fit (iteratively re-weighted least squares, Cauchy weights).
    """
    if len(windows.centres) < _LEAST_WINDOWS:
        return None
    reach = windows.surfaces.shape[1] // 2
    middle = np.array((shape[1], shape[0])) / 2
    unit = float(max(shape)) / 2
    places = (windows.centres - middle) / unit
    change = np.eye(3)
    for radius, scale, full in _ROUNDS:
        predicted = _apply(change, places) * unit + middle - windows.centres
        shifts, heights = _peaks(windows.surfaces, predicted, max(radius * reach, 2.0))
        weights = _weights(heights)
        if np.count_nonzero(weights) < _LEAST_WINDOWS:
            return None
        away = np.hypot(*(shifts - predicted).T)
        change = _fitted(places, places + shifts / unit, weights / (1 + (away / scale) ** 2), 1 / unit, full)
    scaling = np.array(((unit, 0, middle[0]), (0, unit, middle[1]), (0, 0, 1)))
    return np.asarray(scaling @ change @ np.linalg.inv(scaling))


def bent(windows: Windows, shape: Shape) -> Bend:
    """Return a smooth field of shifts (x, y) at the knots of a bend, as `Warp.bend` takes it."""
    reach = windows.surfaces.shape[1] // 2
    rows, columns = knots(shape)
    predicted = np.zeros_like(windows.centres)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    for radius in (reach, 0.6 * reach, 0.4 * reach):
        shifts, heights = _peaks(windows.surfaces, predicted, max(radius, 1.5))
        weights = _weights(heights) / (1 + np.hypot(*(shifts - predicted).T) ** 2 / 4)
        predicted = _smoothed(windows.centres, shifts, weights, windows.centres)
    field = _smoothed(windows.centres, shifts, weights, grid).reshape(len(rows), len(columns), 2)
    return tuple(tuple((float(x), float(y)) for x, y in row) for row in field)


def _starts(length: int, side: int) -> list[int]:
    count = max(1, round(2 * (length - side) / side) + 1)
    return [round(start) for start in np.linspace(0, max(length - side, 0), count)]


def _peaks(
    surfaces: npt.NDArray[np.float32], predicted: _Floats, radius: float
) -> tuple[_Floats, npt.NDArray[np.float32]]:
    """Return the shift (x, y) of each window's highest place near the predicted one, refined, and its height."""
    reach = surfaces.shape[1] // 2
    steps = np.arange(-reach, reach + 1)
    near = (steps[:, None] - predicted[:, 1, None, None]) ** 2 + (steps - predicted[:, 0, None, None]) ** 2
    masked = np.where(near <= radius * radius, surfaces, -np.inf).reshape(len(surfaces), -1)
    place = masked.argmax(axis=1)
    heights = masked[np.arange(len(masked)), place]
    y, x = np.divmod(place, 2 * reach + 1)
    shifts = np.empty((len(surfaces), 2))
    number = np.arange(len(surfaces))
    for axis, (index, other) in enumerate(((x, y), (y, x))):
        inner = np.clip(index, 1, 2 * reach - 1)
        around = [
            surfaces[number, other, inner + step] if axis == 0 else surfaces[number, inner + step, other]
            for step in (-1, 0, 1)
        ]
        curve = around[0] - 2 * around[1] + around[2]
        part = np.where(curve < 0, 0.5 * (around[0] - around[2]) / np.minimum(curve, -1e-9), 0)
        shifts[:, axis] = index - reach + np.where(index == inner, np.clip(part, -0.5, 0.5), 0)
    return shifts, np.where(np.isfinite(heights), heights, 0)


def _weights(heights: npt.NDArray[np.float32]) -> _Floats:
    return np.asarray(np.clip((heights - _START) / _ENOUGH, 0, 1) ** 2, np.float64)


def _fitted(places: _Floats, targets: _Floats, weights: _Floats, error: float, full: bool) -> Matrix:
    """Return the weighted least-squares map, affine or projective, of points near -1 .. 1 known to `error`."""
    x, y = places.T
    u, v = targets.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.stack(
        [
            np.stack([x, y, one, zero, zero, zero, -x * u, -y * u], axis=1),
            np.stack([zero, zero, zero, x, y, one, -x * v, -y * v], axis=1),
        ]
    ).reshape(-1, 8)
    right = np.concatenate([u, v])
    twice = np.concatenate([weights, weights])
    start = np.array((1.0, 0, 0, 0, 1.0, 0, 0, 0))
    used = 8 if full else 6
    ridge = np.array(((error / _LINEAR) ** 2,) * 6 + ((error / _PROJECTIVE) ** 2,) * 2)
    normal = (design * twice[:, None]).T @ design + np.diag(ridge)
    gradient = (design * twice[:, None]).T @ (right - design @ start)
    solution = start.copy()
    solution[:used] += np.linalg.solve(normal[:used, :used], gradient[:used])
    return np.append(solution, 1.0).reshape(3, 3)


def _apply(matrix: Matrix, points: _Floats) -> _Floats:
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:])


def _smoothed(centres: _Floats, shifts: _Floats, weights: _Floats, at: _Floats) -> _Floats:
    distance = np.sum((at[:, None] - centres) ** 2, axis=2)
    kernel = np.exp(-0.5 * distance / _NEAR**2) * weights
    total = kernel.sum(axis=1, keepdims=True)
    return np.asarray((kernel @ shifts) / (total + 0.02 * float(weights.max(initial=0.0)) + 1e-9))
