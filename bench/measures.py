"""How much a mark changes a picture or a recording, measured here a second time, apart from what the core reports."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, minimum_filter, uniform_filter

from bench.attacks import Pixels, Samples
from bench.attacks.activity import active

Plane = npt.NDArray[np.float32]
_FLAT_BELOW = 0.5  # grey levels of local deviation under which a place counts as flat


def luma(pixels: Pixels) -> Plane:
    """Return the luma of uint8 (height, width, 3): float32, 0 to 255 (ITU-R BT.601)."""
    return np.asarray(pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32))


def psnr(first: npt.NDArray[Any], second: npt.NDArray[Any], *, peak: float = 255.0) -> float:
    """Return the peak signal-to-noise ratio in dB; infinity for equal arrays."""
    error = float(np.mean(np.square(first.astype(np.float64) - second)))
    return math.inf if error == 0 else 10 * math.log10(peak * peak / error)


def ssim(first: Plane, second: Plane) -> float:
    """Return the structural similarity with a Gaussian window of sigma 1.5 (Wang et al., 2004), 0 to 255 planes."""
    return _similarity(first, second, lambda plane: gaussian_filter(plane, 1.5, truncate=3.5), 1.0)


def ssim_uniform(first: Plane, second: Plane) -> float:
    """Return the structural similarity with a flat 7x7 window and unbiased variances, as scikit-image has it."""
    return _similarity(first, second, lambda plane: uniform_filter(plane, 7), 49 / 48)


def flat_rms(original: Plane, marked: Plane) -> float | None:
    """Return the RMS of the change in grey levels where the picture is flat; None where under 1 % of it is."""
    local = original - uniform_filter(original, 7)
    deviation = np.sqrt(np.maximum(uniform_filter(local * local, 5), 0))
    flat = minimum_filter(-deviation, 7) > -_FLAT_BELOW  # flat with all its surroundings
    if np.count_nonzero(flat) < 0.01 * flat.size:
        return None
    return float(np.sqrt(np.mean(np.square((marked - original)[flat], dtype=np.float64))))


def snr(original: Samples, marked: Samples) -> float:
    """Return the ratio of sound to change in dB over the whole recording."""
    change = float(np.sum(np.square(marked.astype(np.float64) - original)))
    return math.inf if change == 0 else 10 * math.log10(float(np.sum(np.square(original, dtype=np.float64))) / change)


def segmental_snr(original: Samples, marked: Samples, rate: int) -> float | None:
    """Return the mean over active frames of 20 ms of the ratio of sound to change, each held to -10 .. 60 dB."""
    loud = active(original, rate)
    if not loud.any():
        return None
    size = max(1, round(0.02 * rate))
    sound, change = (
        np.sum(np.square(x[: len(loud) * size].astype(np.float64)).reshape(len(loud), -1), axis=1)
        for x in (original, marked - original)
    )
    ratio = 10 * np.log10((sound[loud] + 1e-12) / (change[loud] + 1e-12))
    return float(np.mean(np.clip(ratio, -10, 60)))


def change_in_pauses(original: Samples, marked: Samples, rate: int) -> float | None:
    """Return the level of the change in frames without sound, in dB against full scale; None without pauses."""
    quiet = ~active(original, rate)
    if quiet.sum() < 10:
        return None
    size = max(1, round(0.02 * rate))
    change = (marked - original)[: len(quiet) * size].astype(np.float64).reshape(len(quiet), -1)
    return max(-160.0, 10 * math.log10(float(np.mean(np.square(change[quiet]))) + 1e-16))


def _similarity(first: Plane, second: Plane, mean: Any, unbias: float) -> float:
    first, second = first.astype(np.float64), second.astype(np.float64)
    one, two = mean(first), mean(second)
    vary_one = unbias * (mean(first * first) - one * one)
    vary_two = unbias * (mean(second * second) - two * two)
    together = unbias * (mean(first * second) - one * two)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    share = ((2 * one * two + c1) * (2 * together + c2)) / ((one**2 + two**2 + c1) * (vary_one + vary_two + c2))
    edge = 5 if unbias == 1.0 else 3
    return float(share[edge:-edge, edge:-edge].mean() if min(share.shape) > 2 * edge else share.mean())
