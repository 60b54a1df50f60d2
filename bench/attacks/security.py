"""What an attacker without the key computes from marked copies: residues, copied marks, spectra without their peaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.attacks import Pixels
from bench.attacks.images.codecs import resized

_NOISE = 9.0  # variance, in squared grey levels, that the attacker takes for the mark
_WINDOW = 5
_BAND = (0.03, 0.2)  # cycles a pixel of a picture scaled to 0.42 MP: where a template may lie
_AREA = 420_000
_STRENGTH = 1.5
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def residue(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return what a local Wiener filter takes for noise in the luma: float32 (height, width), grey levels."""
    from scipy.ndimage import uniform_filter

    luma = pixels.astype(np.float32) @ _LUMA
    mean = uniform_filter(luma, _WINDOW)
    variance = np.maximum(uniform_filter(luma * luma, _WINDOW) - mean * mean, 0)
    smooth = mean + np.maximum(variance - _NOISE, 0) / np.maximum(variance, _NOISE) * (luma - mean)
    return np.asarray(luma - smooth, np.float32)


def copied(marked: Pixels, victim: Pixels) -> Pixels:
    """Return a victim, as large as the marked picture, with 1.5 times the residue of that laid over it.

    Kutter, Voloshynovskiy and Herrigel, "The watermark copy attack", Proc. SPIE 3971, 2000.
    """
    laid = victim + _STRENGTH * residue(marked)[:, :, None]
    return np.clip(np.rint(laid), 0, 255).astype(np.uint8)


def notched(pixels: Pixels, count: int) -> Pixels:
    """Return the picture without the `count` strongest peaks of its spectrum in the band where a template may lie."""
    luma = pixels.astype(np.float32) @ _LUMA
    strength = np.abs(np.fft.rfft2(luma))
    unit = (_AREA / luma.size) ** 0.5  # pixels of the scaled picture a pixel of this one
    frequencies = np.fft.fftfreq(luma.shape[0])[:, None], np.fft.rfftfreq(luma.shape[1])
    places = _peaks(strength, np.hypot(*frequencies) / unit, count)
    return _without(pixels, luma, places)


def common_frequencies(pictures: Sequence[Pixels], count: int) -> npt.NDArray[np.float64]:
    """Return the frequencies (vertical, horizontal) that stand out in the residues of many works of one creator.

    Cycles a pixel of the pictures scaled to 0.42 MP, float64 (count, 2): the strongest peaks of the mean power of all
    windows of 256 pixels (Welch, 1967). Phases do not matter, so works with different origins add up.
    """
    size = 256
    taper = np.hanning(size)[:, None] * np.hanning(size)
    power, windows = np.zeros((size, size // 2 + 1)), 0
    for pixels in pictures:
        factor = (_AREA / (pixels.shape[0] * pixels.shape[1])) ** 0.5
        noise = residue(resized(pixels, round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)))
        for top in range(0, noise.shape[0] - size + 1, size // 2):
            for left in range(0, noise.shape[1] - size + 1, size // 2):
                window = noise[top : top + size, left : left + size]
                power += np.abs(np.fft.rfft2(taper * window)) ** 2 / max(float(np.mean(window**2)), 1e-6)
                windows += 1
    frequencies = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)
    places = _peaks(power / max(windows, 1), np.hypot(*frequencies), count)
    return np.array([(frequencies[0][y, 0], frequencies[1][x]) for y, x in places])


def without_frequencies(pixels: Pixels, frequencies: npt.NDArray[np.float64]) -> Pixels:
    """Return the picture without these frequencies, given for its copy scaled to 0.42 MP."""
    luma = pixels.astype(np.float32) @ _LUMA
    unit = (_AREA / luma.size) ** 0.5
    rows = np.rint(frequencies[:, 0] * unit * luma.shape[0]).astype(int) % luma.shape[0]
    columns = np.rint(frequencies[:, 1] * unit * luma.shape[1]).astype(int)
    return _without(pixels, luma, list(zip(rows.tolist(), columns.tolist(), strict=True)))


def _peaks(strength: npt.NDArray[Any], radius: npt.NDArray[Any], count: int) -> list[tuple[int, int]]:
    """Return the places of the strongest local maxima in the band, against their surroundings."""
    from scipy.ndimage import maximum_filter, uniform_filter

    evened = strength / (uniform_filter(strength, 25) + 1e-6)
    inside = (radius > _BAND[0]) & (radius < _BAND[1])
    peaks = np.where(inside & (evened == maximum_filter(evened, 3)), evened, 0)
    order = np.argsort(peaks, axis=None)[::-1][:count]
    return [(int(y), int(x)) for y, x in zip(*np.unravel_index(order, peaks.shape), strict=True)]


def _without(pixels: Pixels, luma: npt.NDArray[np.float32], places: Sequence[tuple[int, int]]) -> Pixels:
    """Return the picture with these places of its luma's spectrum and their eight neighbours at zero."""
    spectrum = np.fft.rfft2(luma)
    for y, x in places:
        rows = np.arange(y - 1, y + 2) % spectrum.shape[0]
        spectrum[rows, max(0, x - 1) : x + 2] = 0
    change = np.fft.irfft2(spectrum, luma.shape) - luma
    return np.clip(np.rint(pixels + change[:, :, None]), 0, 255).astype(np.uint8)
