"""Whether a decoded signal is the one that was written: a net below every writer."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import Recording

_BLOCK = 8  # pixels: means of blocks keep what a picture shows, whatever a coarse JPEG does within them
_STRIP = 1 << 22  # values compared at once


def blocks(pixels: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return the means of 8 x 8 blocks of a picture, 0 to 1: float32 (height / 8, width / 8, channels)."""
    full = float(np.iinfo(pixels.dtype).max) if np.issubdtype(pixels.dtype, np.integer) else 1.0
    height, width = (max(1, side // _BLOCK) for side in pixels.shape[:2])
    down, across = (min(_BLOCK, side) for side in pixels.shape[:2])
    whole = pixels[: height * down, : width * across].reshape(height, down, width, across, -1)
    means: npt.NDArray[np.float32] = whole.mean(axis=(1, 3), dtype=np.float32)
    return means / np.float32(full)


def alike(
    read: npt.NDArray[Any] | Recording, written: npt.NDArray[Any] | Recording, *, near: float, share: float
) -> bool:
    """Return whether a decoded signal, full scale 1, is the one that was written, but for what lossy coding does to it.

    A net below every writer: swapped channels, a shifted or scrambled signal are not alike; a coarse JPEG or MP3 is.
    That is so where values differ by no more than `near` on average, or by that share of their own deviation.
    """
    rows = max(1, _STRIP // max(1, read[:1].size))
    apart = power = total = 0.0
    spread = _Spread()
    for start in range(0, len(read), rows):
        other = written[start : start + rows].astype(np.float64)
        spread.add(other)
        other -= read[start : start + rows]
        apart += float(np.abs(other).sum())
        power += float(np.square(other, out=other).sum())
        total += other.size
    if not np.isfinite(power):
        return False
    return total == 0 or apart / total <= near or power <= share**2 * spread.square()


class _Spread:
    """Sum of squared deviations from the mean, of values that come in strips."""

    def __init__(self) -> None:
        self._count = self._sum = self._square = 0.0

    def add(self, values: npt.NDArray[np.float64]) -> None:
        self._count += values.size
        self._sum += float(values.sum())
        self._square += float(np.square(values).sum())

    def square(self) -> float:
        return max(0.0, self._square - self._sum**2 / self._count) if self._count else 0.0
