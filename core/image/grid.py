"""The grid of turns, scales, mirrors and squeezes under which the template's power is summed.

On a log-polar map of the power spectrum a turn and a change of scale only shift the keyed points, so the template's
power under all of them is a sum of shifted slices of one map; a mirrored, squeezed or sheared template is another set
of shifts on the same map (Lin, Wu, Bloom, Cox, Miller and Lui, "Rotation, scale, and translation resilient
watermarking for images", IEEE Trans. Image Processing 10(5), 2001).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.power import CLIP, MARGIN, Spectrum, power

Matrices = npt.NDArray[np.float64]
_Map = npt.NDArray[np.uint16]
_Floats = npt.NDArray[np.float64]

_STEP = 0.75  # cycles over the plane: step of turn and scale at the template's outer edge
_FINE = 2  # map cells a step
_STRETCH = 0.018  # least step of anisotropy and shear
_STRETCH_CYCLES = 11.7  # step times cycles over the plane: coarser where the plane is smaller
_MOST_STRETCH = 0.077  # 60 pairs of such steps in a plane of 0.42 MP
_DEEP = 1.4  # canonical pixels a work pixel up to which pairs are tried: what is pasted in is hardly ever squeezed
_ASPECTS = (0.09, 0.104, 0.118, 0.132, 0.146)  # log of aspect changes of 20 to 34 % that are tried nearly unrotated
_UNROTATED = 0.05  # radians
_INDEX = 7  # low bits of a sum that carry the number of its squeeze
_UNIT = np.iinfo(np.uint16).max / (PARAMETERS.sinusoids * CLIP)  # steps of a sum in one local mean of power


def coarse(
    spectrum: Spectrum, reach: tuple[float, float], pattern: Pattern, count: int, *, deep: bool = True
) -> tuple[Matrices, npt.NDArray[np.int64]]:
    """Return the best maps of the grid for each plane, and the number of the plane each belongs to.

    The maps, float64 (n, 2, 2) with n up to `count` a plane, take template points to frequencies of the plane.
    """
    low, high = PARAMETERS.template_band
    step = _STEP / (spectrum.cycles * high * math.sqrt(reach[0] * min(reach[1], 1.5)))
    turns = max(math.ceil(math.pi / step), 16)
    step = math.pi / turns
    sizes = math.ceil(math.log(reach[1] / reach[0]) / step) + 1
    fine = step / _FINE
    squeezes = _squeezes(pattern, max(_STRETCH, _STRETCH_CYCLES / spectrum.cycles), deep=deep)
    first = math.log(low * reach[0] * 0.85)
    rows = math.ceil((math.log(high * reach[1] * 1.18) - first) / fine) + 2 * _FINE
    cells = _cells(spectrum, first, rows, fine, turns * _FINE)
    shifts = [_shifts(bent, first - math.log(reach[0]), fine, turns * _FINE) for _, bent, _ in squeezes]
    deepest = min(sizes, math.ceil(math.log(max(_DEEP / reach[0], 1.0)) / step) + 1)
    narrow = math.ceil(_UNROTATED / step)

    found, planes = [], []
    for number, values in enumerate(spectrum.values):
        planes_of_map = _log_polar(values, cells)
        best = np.zeros((2, sizes, turns), np.uint16)
        for index, ((_, _, whole), both) in enumerate(zip(squeezes, shifts, strict=True)):
            tall = sizes if index == 0 or not whole else deepest
            for mirrored, shift in enumerate(both):
                for start, end in ((0, turns),) if whole else _unrotated(turns, narrow):
                    part = best[mirrored, :tall, start:end]
                    total = _sums(planes_of_map, shift, part.shape, start)
                    total &= np.uint16(0xFFFF << _INDEX & 0xFFFF)
                    total |= np.uint16(index)
                    np.maximum(part, total, out=part)
        peak = ndimage.maximum_filter(best, (1, 3, 3), mode=("nearest", "nearest", "wrap")) == best
        places = np.flatnonzero(peak)
        heights = best.ravel()[places]
        places = places[np.argsort(-heights.astype(np.int32), kind="stable")[:count]]
        flips, taller, turned = np.unravel_index(places, best.shape)
        squeeze = np.array([s for s, _, _ in squeezes])[best.ravel()[places] & ((1 << _INDEX) - 1)]
        found.append(_matrices(reach[0] * np.exp(taller * step), turned.astype(np.float64) * step, flips, squeeze))
        planes.append(np.full(len(places), number))
    return np.concatenate(found), np.concatenate(planes)


def _squeezes(pattern: Pattern, step: float, *, deep: bool) -> list[tuple[Matrices, _Floats, bool]]:
    """Return each squeeze, the template points under it, whether it is tried at every turn; first no squeeze."""
    reach = range(-5, 6) if deep else range(1)
    pairs = [(i, j) for i in reach for j in reach if math.hypot(i, j) * step <= _MOST_STRETCH]
    pairs.sort(key=lambda pair: pair[0] ** 2 + pair[1] ** 2)
    every = [(_stretch(step * i, step * j), True) for i, j in pairs]
    if deep:
        every += [(_stretch(sign * aspect, 0.0), False) for aspect in _ASPECTS for sign in (1, -1)]
    return [(stretch, pattern.template_points @ stretch, whole) for stretch, whole in every]


def _cells(spectrum: Spectrum, first: float, rows: int, step: float, columns: int) -> npt.NDArray[np.int32]:
    """Return the nearest bin of each cell of the map, as an index into one plane; -1 where there is none."""
    radius = np.exp(first + step * np.arange(rows))[:, None]
    angle = -math.pi / 2 + step * np.arange(columns)
    height, width = spectrum.values.shape[1:]
    y = np.round(radius * (np.sin(angle) / spectrum.steps[0])).astype(np.int32) + spectrum.centre
    x = np.round(radius * (np.cos(angle) / spectrum.steps[1])).astype(np.int32) + MARGIN
    inside = (y >= 0) & (y < height) & (x < width)
    return np.where(inside, y * width + x, -1).astype(np.int32)


def _log_polar(values: npt.NDArray[np.complex64], cells: npt.NDArray[np.int32]) -> list[list[_Map]]:
    """Return the log-polar map, split by the remainders of its rows and columns, twice around half a turn."""
    clipped = np.minimum(power(values), np.float32(CLIP)) * np.float32(_UNIT)
    bins = np.append(clipped.ravel(), np.float32(_UNIT)).astype(np.uint16)
    whole = bins[cells]
    around = np.concatenate([whole, whole], axis=1)
    return [[np.ascontiguousarray(around[i::_FINE, j::_FINE]) for j in range(_FINE)] for i in range(_FINE)]


def _shifts(points: _Floats, first: float, step: float, columns: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Return the map rows and columns of the points (n, 2) at least size and no turn, straight and mirrored."""
    rows = np.maximum(np.round((np.log(np.hypot(points[:, 0], points[:, 1])) - first) / step), 0)
    found = []
    for sign in (1, -1):
        angles = np.arctan2(sign * points[:, 0], points[:, 1]) + math.pi / 2
        found.append(np.stack([rows, np.round(angles / step) % columns], axis=1).astype(np.int64))
    return tuple(found)


def _sums(planes: list[list[_Map]], shifts: npt.NDArray[np.int64], shape: tuple[int, ...], start: int) -> _Map:
    total = np.zeros(shape, np.uint16)
    for row, column in shifts.tolist():
        y, x = row // _FINE, column // _FINE + start
        part = planes[row % _FINE][column % _FINE][y : y + shape[0], x : x + shape[1]]
        if part.shape == total.shape:
            total += part
        else:
            total[: part.shape[0], : part.shape[1]] += part
    return total


def _unrotated(turns: int, narrow: int) -> list[tuple[int, int]]:
    """Return the stretches of turns close to 0, 90 and 180 degrees."""
    half = turns // 2
    return [(0, narrow + 1), (half - narrow, half + narrow + 1), (turns - narrow, turns)]


def _stretch(a: float, b: float) -> Matrices:
    """Return the symmetric matrix of determinant 1 that stretches y by exp(a), x by exp(-a) and shears by b."""
    size = math.hypot(a, b)
    if size == 0:
        return np.eye(2)
    return math.cosh(size) * np.eye(2) + math.sinh(size) / size * np.array([[a, b], [b, -a]])


def _matrices(size: _Floats, angle: _Floats, mirrored: npt.NDArray[np.integer], squeeze: Matrices) -> Matrices:
    """Return size * rotation * mirror * squeeze; the rotation adds `angle` to atan2(y, x) of a vector (y, x)."""
    cosine, sine = size * np.cos(angle), size * np.sin(angle)
    flip = 1.0 - 2.0 * mirrored
    turned = np.stack([np.stack([cosine * flip, sine], axis=-1), np.stack([-sine * flip, cosine], axis=-1)], axis=-2)
    result: Matrices = turned @ squeeze
    return result
