"""Sharpen candidates of the spectrum search: fit the full 2x2 map to the peaks near the predicted places."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.image.frame import Plane
from core.image.pattern import Pattern
from core.image.spectrum import Matrices, Spectrum

_Floats = npt.NDArray[np.float64]
_ROUNDS = ((3, 2.0), (2, 1.5), (2, 1.0), (2, 1.0))  # reach in bins around the prediction, robust scale in bins


def refined(spectrum: Spectrum, matrices: Matrices, pattern: Pattern) -> tuple[Matrices, npt.NDArray[np.float64]]:
    """Return the refined matrices and their scores."""
    points = pattern.template_points
    for reach, scale in _ROUNDS:
        places, flips = _places(spectrum, matrices, points)
        offsets, weights = _peaks(spectrum, places, reach)
        away = np.hypot(offsets[..., 0], offsets[..., 1])
        weights = weights / (1 + (away / scale) ** 2)
        moved = offsets * spectrum.steps * flips[..., None]
        normal = np.einsum("nk,ki,kj->nij", weights, points, points)
        normal += 0.02 * np.einsum("ki,kj->ij", points, points)
        right = np.einsum("nk,nki,kj->nij", weights, moved, points)
        matrices = matrices + right @ np.linalg.inv(normal)
    places, _ = _places(spectrum, matrices, points)
    return matrices, _interpolated(spectrum.power, places).sum(axis=1)


def _places(spectrum: Spectrum, matrices: Matrices, points: _Floats) -> tuple[_Floats, _Floats]:
    predicted = np.einsum("nij,kj->nki", matrices, points)
    flips = np.where(predicted[..., 1] < 0, -1.0, 1.0)
    return spectrum.bins(predicted * flips[..., None]), flips


def _peaks(spectrum: Spectrum, places: _Floats, reach: int) -> tuple[_Floats, _Floats]:
    height, width = spectrum.power.shape
    base = np.round(places).astype(int)
    y = np.clip(base[..., 0], reach, height - 1 - reach)
    x = np.clip(base[..., 1], reach, width - 1 - reach)
    around = np.arange(-reach, reach + 1)
    patch = spectrum.power[y[..., None, None] + around[:, None], x[..., None, None] + around]
    weight = np.maximum(patch - 1.5, 0) ** 2
    dy = (y - places[..., 0])[..., None, None] + around[:, None]
    dx = (x - places[..., 1])[..., None, None] + around
    total = weight.sum(axis=(2, 3))
    safe = np.maximum(total, 1e-9)
    offsets = np.stack([(weight * dy).sum(axis=(2, 3)) / safe, (weight * dx).sum(axis=(2, 3)) / safe], axis=-1)
    return offsets, np.sqrt(total)


def _interpolated(power: Plane, places: _Floats) -> _Floats:
    height, width = power.shape
    y = np.clip(places[..., 0], 0, height - 1.001)
    x = np.clip(places[..., 1], 0, width - 1.001)
    i, j = y.astype(int), x.astype(int)
    fy, fx = y - i, x - j
    value: _Floats = (
        power[i, j] * (1 - fy) * (1 - fx)
        + power[i + 1, j] * fy * (1 - fx)
        + power[i, j + 1] * (1 - fy) * fx
        + power[i + 1, j + 1] * fy * fx
    )
    return value
