"""What is heard of a work in a room: its direct sound, echoes that die away, and steady noise, each band by itself.

As the work is known, so is how each of its moments would ring on; how strong direct sound, echoes and noise are is
fitted to what is heard, none of them negative (Lawson and Hanson, 1974). Power adds up, as phases in a tail are random.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.audio.reference import WorkLevels
from core.model import FloatArray

_DECAYS = (4, 10, 25, 60)  # frames in which an echo falls to 1/e: rooms of 0.3 to 4 s to silence
_BEFORE = 400  # frames of the work that ring on into the first that is heard
_ROUNDS = 3  # of the fit, each weighed by the one before: a loud moment may not outweigh the rest
_FAR = 4.0  # times what was fitted: more was something else
_LIFT = 1e-14


def echoes(work: WorkLevels, frames: npt.NDArray[np.int64]) -> list[FloatArray]:
    """Return what rings on of a work at its rising frames, for each decay: power, float32 (frames, bands)."""
    from scipy.signal import lfilter

    first = max(0, int(frames[0]) - _BEFORE)
    power = np.power(10.0, work.levels(first, int(frames[-1]) + 1) / 10.0)
    tails = []
    for decay in _DECAYS:
        rest = float(np.exp(-1.0 / decay))
        tail = np.empty((frames.size, power.shape[1]), np.float32)
        for band in range(power.shape[1]):
            tail[:, band] = lfilter([0.0, 1.0 - rest], [1.0, -rest], power[:, band])[frames - first]
        tails.append(tail)
    return tails


def expected(heard: FloatArray, direct: FloatArray, tails: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the power that work, echoes and noise let expect, and the direct sound's share of it.

    All are power, float32 (frames, bands); neighbouring bands are fitted together.
    """
    from scipy.ndimage import uniform_filter

    steady = np.broadcast_to(np.median(heard, axis=0) + np.float32(_LIFT), heard.shape)
    parts = [direct, *tails, steady]
    total = np.maximum(uniform_filter(heard, (9, 3), mode="nearest"), _LIFT)
    share = np.ones_like(total)
    for _ in range(_ROUNDS):
        fitted = np.empty_like(total)
        for band in range(heard.shape[1]):
            beside = slice(max(0, band - 1), band + 2)
            weight = 1.0 / total[:, beside]
            wanted = np.minimum(heard[:, beside] * weight, _FAR).ravel()
            levels = _fitted(np.stack([(part[:, beside] * weight).ravel() for part in parts], axis=1), wanted)
            fitted[:, band] = np.stack([part[:, band] for part in parts], axis=1) @ levels
            share[:, band] = direct[:, band] * levels[0]
        total = np.maximum(fitted, _LIFT)
    return total, np.clip(share / total, 0.0, 1.0)


def _fitted(parts: FloatArray, wanted: FloatArray) -> npt.NDArray[np.float32]:
    """Return the factors, none negative, by which columns (values, parts) come nearest to what is wanted."""
    from scipy.linalg import cholesky, solve_triangular
    from scipy.optimize import nnls

    columns = parts.astype(np.float64)
    size = np.sqrt(np.square(columns).mean(axis=0)) + 1e-30
    columns /= size
    root = cholesky(columns.T @ columns + 1e-6 * len(columns) * np.eye(len(size)))
    factors, _ = nnls(root, solve_triangular(root, columns.T @ wanted, trans="T"))
    return np.asarray(factors / size, np.float32)
