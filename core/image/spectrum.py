"""The spectrum search: turns, scales, mirrors and squeezes at which the keyed template shows in a picture's spectrum.

Each sinusoid of the template is a peak of the power spectrum, wherever the picture was cropped. On a log-polar map
a turn and a change of scale only shift the keyed points, so the template's power under each pair of them is a sum of
shifted slices of one map; mirrored and squeezed templates are other shifts of the same map (Lin, Wu, Bloom, Cox,
Miller and Lui, "Rotation, scale, and translation resilient watermarking for images", IEEE Trans. Image Processing
10(5), 2001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane
from core.image.levels import Level
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern

Region = tuple[float, float, float, float]
Matrices = npt.NDArray[np.float64]

_PAD = 2.0  # spectrum bins a cycle over the plane: peaks between bins keep their height
_TAPER = 0.08  # of each side, Tukey window
_MEAN = 35  # cycles over the plane that the local mean of the spectrum spans
CLIP = 12.0  # of the power in local means: one strong peak of the host is no template
_STEP = 0.75  # cycles over the plane: step of turn and scale at the template's outer edge
_FINE = 2  # map cells a step
_MARGIN = 4  # bins beyond the axis, taken from the other half
_STRETCH = 0.018  # step of anisotropy and shear
_STRETCHES = 18  # squared radius of the pairs of steps: 60 of them, up to 7.6 %
_COARSE = 600  # places of the grid that are refined
_SAME = 0.004  # of the largest entry: maps that refinement took to the same place
_SQUEEZES = 10  # steps of aspect alone, unrotated


@dataclass(frozen=True, slots=True)
class Candidate:
    """A linear map that the template suggests.

    `linear` takes a displacement (y, x) in suspect pixels to one in canonical pixels, float64 (2, 2), mirrors
    included; its sign (a turn by 180 degrees) is open. `score` grows with the evidence, `level` is the index of the
    level, `region` the window (top, left, bottom, right) in suspect pixels that it comes from, None for all.
    """

    linear: Matrices
    score: float
    level: int
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Half of a plane's spectrum around the origin, phases counted from the plane's centre.

    Bin (row, column) stands for the frequency ((row - centre) * step_y, (column - _MARGIN) * step_x) in cycles a
    pixel. `power` is |values|^2 with local mean 1, clipped.
    """

    values: npt.NDArray[np.complex64]
    power: Plane
    steps: tuple[float, float]
    cycles: float

    @classmethod
    def of(cls, plane: Plane, band: float) -> Spectrum:
        """Return the spectrum up to `band` cycles a pixel along each axis."""
        height, width = plane.shape
        tall = scipy.fft.next_fast_len(round(height * _PAD))
        wide = scipy.fft.next_fast_len(round(width * _PAD), real=True)
        rows = min(math.ceil(band * tall) + 2 * _MARGIN, tall // 2 - 1)
        columns = min(math.ceil(band * wide) + 2 * _MARGIN, wide // 2 - 1)
        tapered = plane * _tukey(height)[:, None] * _tukey(width)
        half = scipy.fft.rfft(tapered, wide, axis=1)[:, : columns + 1]
        full = scipy.fft.fft(half, tall, axis=0)
        v = np.arange(-rows, rows + 1)
        u = np.arange(columns + 1)
        right = full[v]
        right *= np.exp((1j * math.pi * (height - 1) / tall) * v)[:, None].astype(np.complex64)
        right *= np.exp((1j * math.pi * (width - 1) / wide) * u).astype(np.complex64)
        values = np.concatenate([np.conj(right[::-1, _MARGIN:0:-1]), right], axis=1)
        power = values.real**2 + values.imag**2
        size = (round(_MEAN * _PAD) | 1, round(_MEAN * _PAD) | 1)
        mean = ndimage.uniform_filter(power, size)
        mean = ndimage.uniform_filter(np.minimum(power, 4 * mean), size)
        mean += np.float32(1e-12) + np.float32(1e-6) * mean.max()
        power /= mean
        np.minimum(power, CLIP, out=power)
        values /= np.sqrt(mean)
        return cls(values, power, (1 / tall, 1 / wide), math.sqrt(height * width))

    @property
    def centre(self) -> int:
        return int(self.power.shape[0]) // 2

    def bins(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the fractional bins (row, column) of frequencies (..., 2) that lie on the right of the origin."""
        return points / self.steps + (self.centre, _MARGIN)


def search(level: Level, number: int, pattern: Pattern, count: int = 14, *, deep: bool = True) -> list[Candidate]:
    """Return the likeliest linear maps at one level, best first; `number` is the level's index."""
    from core.image.refine import refined

    spectrum = spectrum_of(level.high, level.reach)
    matrices, _ = coarse(spectrum, level.reach, pattern, deep=deep, count=_COARSE)
    maps, scores = refined(spectrum, matrices, pattern)
    down = np.diag(level.scales)
    found = [Candidate(maps[i].T @ down, float(scores[i]), number) for i in np.argsort(-scores)]
    return distinct(found, count)


def spectrum_of(plane: Plane, reach: tuple[float, float]) -> Spectrum:
    """Return the spectrum of a plane as far as a template within reach goes."""
    return Spectrum.of(plane, min(PARAMETERS.template_band[1] * reach[1] * 1.08, 0.5))


def distinct(candidates: list[Candidate], count: int) -> list[Candidate]:
    """Return the first `count` candidates that are not nearly the same as, or the half turn of, an earlier one."""
    kept: list[Candidate] = []
    for candidate in candidates:
        near = _SAME * float(np.abs(candidate.linear).max())
        if not any(
            candidate.region == other.region
            and min(np.abs(candidate.linear - other.linear).max(), np.abs(candidate.linear + other.linear).max()) < near
            for other in kept
        ):
            kept.append(candidate)
            if len(kept) == count:
                break
    return kept


def coarse(
    spectrum: Spectrum, reach: tuple[float, float], pattern: Pattern, *, deep: bool, count: int
) -> tuple[Matrices, npt.NDArray[np.float64]]:
    """Return the best maps of the grid, float64 (count, 2, 2): template points to frequencies of the plane."""
    low, high = PARAMETERS.template_band
    step = _STEP / (spectrum.cycles * high * math.sqrt(reach[0] * min(reach[1], 1.5)))
    turns = math.ceil(math.pi / step)
    step = math.pi / turns
    sizes = math.ceil(math.log(reach[1] / reach[0]) / step) + 1
    slack = 1.2 if deep else 1.0
    first = math.log(low * reach[0] / slack)
    fine = step / _FINE
    rows = math.ceil((math.log(high * reach[1] * slack) - first) / fine) + 2 * _FINE
    planes = _log_polar(spectrum, first, rows, fine, turns * _FINE)

    pairs = _stretches() if deep else np.zeros((1, 2))
    best = np.zeros((2, sizes, turns), np.uint16)
    which = np.zeros((2, sizes, turns), np.uint16)
    for index, (a, b) in enumerate(pairs):
        bent = pattern.template_points @ _stretch(a, b)
        for mirrored in (0, 1):
            score = _sums(planes, bent, bool(mirrored), first, fine, math.log(reach[0]), sizes, turns)
            better = score > best[mirrored]
            best[mirrored][better] = score[better]
            which[mirrored][better] = index
    found: list[tuple[float, Matrices]] = []
    peak = ndimage.maximum_filter(best, (1, 3, 3), mode=("nearest", "nearest", "wrap")) == best
    for place in np.flatnonzero(peak)[np.argsort(-best[peak].astype(np.int32), kind="stable")[:count]]:
        mirrored, size, turn = np.unravel_index(place, best.shape)
        a, b = pairs[which[mirrored, size, turn]]
        angle = turn * step
        flip = np.diag([-1.0 if mirrored else 1.0, 1.0])
        matrix = reach[0] * math.exp(size * step) * _rotation(angle) @ flip @ _stretch(a, b)
        found.append((float(best[mirrored, size, turn]) / _UNIT, matrix))
    return np.array([m for _, m in found]).reshape(-1, 2, 2), np.array([s for s, _ in found])


_UNIT = 200.0  # steps of the map's 16-bit values in one local mean of power


def _log_polar(
    spectrum: Spectrum, first: float, rows: int, step: float, columns: int
) -> list[list[npt.NDArray[np.uint16]]]:
    """Return the log-polar map, split by the remainders of its rows and columns, twice around half a turn."""
    radius = np.exp(first + step * np.arange(rows))[:, None]
    angle = -math.pi / 2 + step * np.arange(columns)
    places = np.empty((2, rows, columns), np.float32)
    places[0] = radius * (np.sin(angle) / spectrum.steps[0]) + spectrum.centre
    places[1] = radius * (np.cos(angle) / spectrum.steps[1]) + _MARGIN
    sampled = ndimage.map_coordinates(spectrum.power, places, order=1, mode="constant", cval=1.0)
    whole = np.round(sampled * _UNIT).astype(np.uint16)
    around = np.concatenate([whole, whole], axis=1)
    return [[np.ascontiguousarray(around[i::_FINE, j::_FINE]) for j in range(_FINE)] for i in range(_FINE)]


def _sums(
    planes: list[list[npt.NDArray[np.uint16]]],
    points: npt.NDArray[np.float64],
    mirrored: bool,
    first: float,
    step: float,
    least: float,
    sizes: int,
    turns: int,
) -> npt.NDArray[np.uint16]:
    v, u = points[:, 0] * (-1 if mirrored else 1), points[:, 1]
    rows = np.maximum(np.round((np.log(np.hypot(v, u)) + least - first) / step).astype(int), 0)
    columns = np.round((np.arctan2(v, u) + math.pi / 2) / step).astype(int) % (turns * _FINE)
    total = np.zeros((sizes, turns), np.uint16)
    for row, column in zip(rows, columns, strict=True):
        plane = planes[row % _FINE][column % _FINE]
        y, x = row // _FINE, column // _FINE
        part = plane[y : y + sizes, x : x + turns]
        total[: part.shape[0]] += part
    return total


def _stretches() -> npt.NDArray[np.float64]:
    reach = range(-5, 6)
    pairs = [(i, j) for i in reach for j in reach if i * i + j * j <= _STRETCHES]
    pairs.sort(key=lambda pair: pair[0] ** 2 + pair[1] ** 2)
    return np.array(pairs) * _STRETCH


def _stretch(a: float, b: float) -> Matrices:
    """Return the symmetric matrix of determinant 1 that stretches y by exp(a), x by exp(-a) and shears by b."""
    size = math.hypot(a, b)
    if size == 0:
        return np.eye(2)
    return math.cosh(size) * np.eye(2) + math.sinh(size) / size * np.array([[a, b], [b, -a]])


def _rotation(angle: float) -> Matrices:
    """Return the matrix that adds `angle` to atan2(y, x) of a vector (y, x)."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]])


def _tukey(length: int) -> npt.NDArray[np.float32]:
    position = (np.arange(length) + 0.5) / length
    edge = np.minimum(position, 1 - position) / (_TAPER / 2)
    return np.where(edge < 1, 0.5 - 0.5 * np.cos(math.pi * np.minimum(edge, 1)), 1.0).astype(np.float32)
