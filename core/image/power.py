"""The spectrum of a residual around the origin: what the template's peaks are looked for in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane

PAD = 2.0  # spectrum bins a cycle over the plane: peaks between bins keep most of their height
CLIP = 12.0  # of the power in local means: one strong peak of the host is no template
MARGIN = 4  # bins beyond the axis, taken from the other half
_TAPER = 0.08  # of the length, Tukey window: 0.3 loses 0.5 dB of the template
_MEAN = 35  # cycles over the plane that the local mean of the spectrum spans
_ROBUST = 4.0  # local means at which the power is cut before the mean is taken again


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Half of the spectra of some planes of one shape, divided by their local mean size.

    `values` is complex64 (planes, rows, columns): bin (row, column) stands for the frequency ((row - centre) *
    steps[0], (column - MARGIN) * steps[1]) in cycles a pixel, its phase counts from the plane's centre. `cycles` is
    the geometric mean of the planes' sides: cycles over the plane a cycle a pixel.
    """

    values: npt.NDArray[np.complex64]
    steps: tuple[float, float]
    cycles: float

    @classmethod
    def of(cls, planes: Plane, band: float) -> Spectrum:
        """Return the spectra of float32 planes (planes, height, width) up to `band` cycles a pixel along each axis."""
        height, width = planes.shape[1:]
        tall = scipy.fft.next_fast_len(round(height * PAD))
        wide = scipy.fft.next_fast_len(round(width * PAD), real=True)
        rows = min(math.ceil(band * tall) + 2 * MARGIN, tall // 2 - 1)
        columns = min(math.ceil(band * wide) + 2 * MARGIN, wide // 2 - 1)
        v, u = np.arange(-rows, rows + 1), np.arange(columns + 1)
        turn_v = np.exp((1j * math.pi * (height - 1) / tall) * v)[:, None].astype(np.complex64)
        turn_u = np.exp((1j * math.pi * (width - 1) / wide) * u).astype(np.complex64)
        values = np.empty((len(planes), 2 * rows + 1, columns + 1 + MARGIN), np.complex64)
        taper = _tukey(height)[:, None], _tukey(width)
        for plane, out in zip(planes, values, strict=True):
            half = scipy.fft.rfft(plane * taper[0] * taper[1], wide, axis=1)[:, : columns + 1]
            full = scipy.fft.fft(half, tall, axis=0, overwrite_x=True)
            right = out[:, MARGIN:]
            right[:rows], right[rows:] = full[-rows:], full[: rows + 1]
            right *= turn_v
            right *= turn_u
            out[:, :MARGIN] = np.conj(right[::-1, MARGIN:0:-1])
            out /= np.sqrt(_local_mean(power(out), height, width))
        return cls(values, (1 / tall, 1 / wide), math.sqrt(height * width))

    @property
    def centre(self) -> int:
        """The row of frequency zero."""
        return int(self.values.shape[1]) // 2

    def bins(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the fractional bins (row, column) of frequencies (..., 2) that lie on the right of the origin."""
        return points / self.steps + (self.centre, MARGIN)


def power(values: npt.NDArray[np.complex64]) -> Plane:
    """Return the squared size."""
    squared: Plane = values.real**2
    squared += values.imag**2
    return squared


def _local_mean(squared: Plane, height: int, width: int) -> Plane:
    size = round(_MEAN * PAD) | 1
    mean = ndimage.uniform_filter(squared, size)
    mean *= np.float32(_ROBUST)
    mean = ndimage.uniform_filter(np.minimum(squared, mean), size)
    mean += np.float32(1e-6) * mean.max() + np.float32(1e-12 * height * width)
    return np.asarray(mean)


def _tukey(length: int) -> npt.NDArray[np.float32]:
    position = (np.arange(length) + 0.5) / length
    edge = np.minimum(position, 1 - position) / (_TAPER / 2)
    return np.where(edge < 1, 0.5 - 0.5 * np.cos(math.pi * np.minimum(edge, 1)), 1.0).astype(np.float32)
