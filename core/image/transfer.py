"""What a suspect holds beyond its work: the work's luma, as the suspect renders it, subtracted from the suspect.

How the suspect renders the work is estimated from both: a linear filter in averages over 15x15 bins of the spectrum
(blur, sharpening, a codec's losses), a curve of tones, and a local gain. What is left is the mark and noise; none of
the three can follow the mark, which has no relation to the work.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane
from core.image.overlay import View

_BINS = 15
_SLOW = 33  # pixels: light that changes more slowly is taken away first
_LOCAL = 41  # pixels over which the local gain is averaged
_TONES = 48  # knots of the curve of tones
_FEW = 60.0  # pixels that a knot needs to be believed
_BORDER = 3  # pixels beside what is not seen


def subtracted(view: View, rendered: Plane | None = None) -> Plane:
    """Return the suspect less the work in it, on the view's part of the frame: float32 (height, width), 0 unseen.

    `rendered` is the work as the same damage would leave it, where that is known; else the work itself.
    """
    work = view.work if rendered is None else rendered
    weight = inner(view.cover)
    if not weight.any():
        return np.zeros_like(view.plane)
    shown = _quick(view.plane, weight)
    host = _filtered(_quick(work, weight), shown)
    curved = _filtered(_quick(toned(work, view.plane, weight), weight), shown)
    if _power(shown - curved, weight) < _power(shown - host, weight):
        host = curved
    gain = _smooth(shown * host) / (_smooth(host * host) + np.float32(1.0))
    return np.asarray((shown - gain * host) * weight, np.float32)


def inner(cover: Plane) -> Plane:
    """Return the weight of each pixel, 0 to 1: what is seen, its border softened inwards."""
    if cover.min() > 0.99:
        return np.ones_like(cover)
    padded = np.pad(cover, _BORDER, mode="edge")
    soft = ndimage.uniform_filter(ndimage.minimum_filter(padded, 2 * _BORDER + 1), 5)
    return np.asarray(soft[_BORDER:-_BORDER, _BORDER:-_BORDER], np.float32)


def _quick(plane: Plane, weight: Plane) -> Plane:
    """Return the plane without slow light, 0 where nothing is seen."""
    share = np.maximum(ndimage.uniform_filter(weight, _SLOW), np.float32(1e-3))
    slow = ndimage.uniform_filter(plane * weight, _SLOW) / share
    return np.asarray((plane - slow) * weight, np.float32)


def _filtered(work: Plane, shown: Plane) -> Plane:
    """Return the work through the linear filter that makes it most like what is shown."""
    shape = tuple(scipy.fft.next_fast_len(length + 16, real=True) for length in work.shape)
    a, b = scipy.fft.rfft2(work, shape), scipy.fft.rfft2(shown, shape)
    mode = ("wrap", "nearest")
    cross = ndimage.uniform_filter((a.conj() * b).real, _BINS, mode=mode)
    power = ndimage.uniform_filter(a.real**2 + a.imag**2, _BINS, mode=mode)
    gain: npt.NDArray[np.float32] = cross / (power + np.float32(1e-6) * power.mean() + np.float32(1e-12))
    return np.asarray(scipy.fft.irfft2(a * gain, shape)[: work.shape[0], : work.shape[1]], np.float32)


def toned(work: Plane, shown: Plane, weight: Plane) -> Plane:
    """Return the work with the tones that the suspect shows in their place: the mean of each tone, joined by lines."""
    used = weight > 0.5
    tones, seen = work[used].astype(np.float64), shown[used].astype(np.float64)
    edges = np.unique(np.quantile(tones, np.linspace(0, 1, _TONES + 1)))
    if len(edges) < 3:
        return work
    slope, offset = np.polyfit(tones, seen, 1)
    number = np.clip(np.searchsorted(edges, tones, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(number, minlength=len(edges) - 1)
    centre = np.bincount(number, tones, len(edges) - 1) / np.maximum(count, 1)
    off = np.bincount(number, seen - (slope * tones + offset), len(edges) - 1) / (count + _FEW)
    known = count > 0
    curve = np.interp(work, centre[known], off[known])
    return np.asarray(slope * work + offset + curve, np.float32)


def _smooth(plane: Plane) -> Plane:
    return np.asarray(ndimage.uniform_filter(plane, _LOCAL), np.float32)


def _power(plane: Plane, weight: Plane) -> float:
    return float(np.mean((plane * weight) ** 2))
