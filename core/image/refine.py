"""Sharpen the candidates of the spectrum search, and tell true ones by the phases of their sinusoids.

The full 2x2 map is fitted to the peaks near the predicted places. Then the phases decide: under the true map they
agree with the keyed ones up to a translation, which one small FFT finds, since all frequencies lie on one lattice.
The sum in phase of 24 sinusoids separates the true map from thousands of chance ones where their power alone does
not: in 18 hard views whose map was among 400 places of the grid it put every one first, power alone 12.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import scipy.fft

from core.image.grid import Matrices
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.power import CLIP, Spectrum, power

_Floats = npt.NDArray[np.float64]
_Complex = npt.NDArray[np.complex128]
_Indices = npt.NDArray[np.int64]
_BLIND = ((3, 2.0), (2, 1.5), (2, 1.0))  # rounds on power: reach in bins around the prediction, robust scale in bins
_IN_PHASE = ((2, 1.5), (2, 1.0), (2, 1.0))  # rounds on what is in phase
_KEPT = 40  # candidates for those
_DAMPING = 0.02
_RISE = 0.05  # of a peak beyond the clip: among maps of strong templates the sharpest stays first
_COARSE_CELLS = 32  # of the translation, over the lattice's period of 64 pixels, for a first look


def refined(
    spectrum: Spectrum, matrices: Matrices, planes: _Indices, pattern: Pattern
) -> tuple[Matrices, _Floats, _Indices]:
    """Return the best of the maps (n, 2, 2), sharpened, best first, the sum in phase of each, and its plane.

    `planes` says which plane of the spectrum each map belongs to. The sign of a map is the likelier one.
    """
    points = pattern.template_points
    for reach, scale in _BLIND:
        places, flips = _places(spectrum, matrices, points)
        patches, offsets = _patches(spectrum.values, planes, places, reach)
        weight = np.maximum(power(patches) - np.float32(1.5), 0) ** 2
        matrices = _fitted(spectrum, matrices, points, weight, offsets, flips, scale, CLIP)
    sums, _, _ = _coherent(spectrum, matrices, planes, pattern, _COARSE_CELLS)
    kept = np.argsort(-sums, kind="stable")[:_KEPT]
    matrices, planes = matrices[kept], planes[kept]
    for reach, scale in _IN_PHASE:
        sums, signs, expected = _coherent(spectrum, matrices, planes, pattern, PARAMETERS.template_step)
        matrices = matrices * signs[:, None, None]
        places, flips = _places(spectrum, matrices, points)
        expected = np.where(flips < 0, np.conj(expected), expected).astype(np.complex64)
        patches, offsets = _patches(spectrum.values, planes, places, reach)
        along = (patches * np.conj(expected)[..., None, None]).real
        weight = np.maximum(along - np.float32(0.5), 0) ** 2
        matrices = _fitted(spectrum, matrices, points, weight, offsets, flips, scale, math.sqrt(CLIP))
    sums, signs, _ = _coherent(spectrum, matrices, planes, pattern, PARAMETERS.template_step)
    order = np.argsort(-sums, kind="stable")
    return (matrices * signs[:, None, None])[order], sums[order], planes[order]


def _coherent(
    spectrum: Spectrum, matrices: Matrices, planes: _Indices, pattern: Pattern, cells: int
) -> tuple[_Floats, _Floats, _Complex]:
    """Return for each map the largest sum in phase, the sign of the map that gives it, the expected phases there."""
    points, step = pattern.template_points, PARAMETERS.template_step
    places, flips = _places(spectrum, matrices, points)
    values = _interpolated(spectrum.values, planes, places)
    values = np.where(flips < 0, np.conj(values), values)
    size = np.maximum(np.abs(values) / math.sqrt(CLIP), 1.0)
    values *= (1.0 + _RISE * np.log(size)) / size
    lattice = np.round(points * step).astype(int)
    keyed = np.exp(1j * pattern.template_phases)
    best = np.zeros(len(matrices))
    signs = np.ones(len(matrices))
    shifts = np.zeros(len(matrices), np.int64)
    polarity = np.ones(len(matrices))
    for sign in (1.0, -1.0):
        turned = values if sign > 0 else np.conj(values)
        grid = np.zeros((len(matrices), cells, cells // 2 + 1), np.complex64)
        grid[:, lattice[:, 0] % cells, lattice[:, 1]] = np.conj(turned) * keyed
        surface = scipy.fft.irfft2(grid, (cells, cells)).reshape(len(matrices), -1) * (cells * cells / 2)
        size = np.abs(surface)
        place = size.argmax(axis=1)
        height = np.take_along_axis(size, place[:, None], 1)[:, 0]
        better = height > best
        best[better], signs[better], shifts[better] = height[better], sign, place[better]
        polarity[better] = np.sign(np.take_along_axis(surface, place[:, None], 1)[better, 0])
    move = np.stack(np.unravel_index(shifts, (cells, cells)), axis=1) * (step / cells)
    expected = keyed * np.exp(2j * math.pi * (move @ points.T)) * polarity[:, None]
    return best, signs, expected


def _fitted(
    spectrum: Spectrum,
    matrices: Matrices,
    points: _Floats,
    weight: npt.NDArray[np.float32],
    offsets: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]],
    flips: _Floats,
    scale: float,
    most: float,
) -> Matrices:
    """Return the maps moved towards the centroids of the weights around each prediction, by robust least squares.

    No sinusoid counts for more than `most`, the size of a clipped peak.
    """
    total = weight.sum(axis=(2, 3))
    safe = np.maximum(total, np.float32(1e-9))
    down = (weight.sum(axis=3) * offsets[0]).sum(axis=2) / safe
    right = (weight.sum(axis=2) * offsets[1]).sum(axis=2) / safe
    trust = np.minimum(np.sqrt(total), most) / (1 + (down**2 + right**2) / scale**2)
    moved = np.stack([down * spectrum.steps[0], right * spectrum.steps[1]], axis=-1) * (trust * flips)[..., None]
    normal = (trust @ (points[:, :, None] * points[:, None, :]).reshape(len(points), 4)).reshape(-1, 2, 2)
    normal += _DAMPING * (points.T @ points)
    result: Matrices = matrices + (moved.transpose(0, 2, 1) @ points) @ np.linalg.inv(normal)
    return result


def _places(spectrum: Spectrum, matrices: Matrices, points: _Floats) -> tuple[_Floats, _Floats]:
    """Return the bins of the mapped points, and -1 for those that were taken from the other half."""
    predicted = points @ matrices.transpose(0, 2, 1)
    flips = np.where(predicted[..., 1] < 0, -1.0, 1.0)
    return spectrum.bins(predicted * flips[..., None]), flips


def _patches(
    values: npt.NDArray[np.complex64], planes: _Indices, places: _Floats, reach: int
) -> tuple[npt.NDArray[np.complex64], tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """Return the square of bins around each place, and how far its rows and columns lie from the place."""
    _, height, width = values.shape
    base = np.round(places).astype(np.int64)
    y = np.clip(base[..., 0], reach, height - 1 - reach)[..., None] + np.arange(-reach, reach + 1)
    x = np.clip(base[..., 1], reach, width - 1 - reach)[..., None] + np.arange(-reach, reach + 1)
    rows = (planes[:, None, None] * height + y) * width
    patches = values.ravel()[rows[..., :, None] + x[..., None, :]]
    return patches, ((y - places[..., :1]).astype(np.float32), (x - places[..., 1:]).astype(np.float32))


def _interpolated(values: npt.NDArray[np.complex64], planes: _Indices, places: _Floats) -> _Complex:
    """Return the values between bins, by cubic interpolation along both axes."""
    _, height, width = values.shape
    y = np.clip(np.floor(places[..., 0]), 1, height - 3)
    x = np.clip(np.floor(places[..., 1]), 1, width - 3)
    down, across = _cubic(places[..., 0] - y), _cubic(places[..., 1] - x)
    first = (planes[:, None] * height + y.astype(np.int64) - 1) * width + x.astype(np.int64) - 1
    around = np.arange(4)
    patches = values.ravel()[first[..., None, None] + around[:, None] * width + around]
    between: _Complex = ((patches * across[..., None, :]).sum(axis=-1) * down).sum(axis=-1)
    return between


def _cubic(t: _Floats) -> _Floats:
    """Return the weights (..., 4) of the neighbours at fraction t past the second of them (Lagrange)."""
    return np.stack(
        [
            -t * (t - 1) * (t - 2) / 6,
            (t + 1) * (t - 1) * (t - 2) / 2,
            -(t + 1) * t * (t - 2) / 2,
            (t + 1) * t * (t - 1) / 6,
        ],
        axis=-1,
    )
