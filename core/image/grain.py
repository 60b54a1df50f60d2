"""The grain of pixel art: how large each drawn pixel is in a picture that was enlarged by whole numbers.

Enlarged without smoothing, a picture of bold detail consists of even squares. What they hide is told by their
neighbours, not by the file's pixels, most of which lie inside a square and see nothing but its even colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.image.frame import Plane

_LARGEST = 16  # pixels a square
_ON_GRID = 0.9  # of all steps between neighbours
_STEPPING = 0.02  # of the neighbours that differ, at least: an even plane has no grain
_STEP = 0.5  # grey levels
_LOOKED_AT = 512  # rows and columns at most that tell the grain


@dataclass(frozen=True, slots=True)
class Grain:
    """Squares of `size` pixels (1: the pixels themselves), the first of which end at row `top` and column `left`."""

    size: int = 1
    top: int = 0
    left: int = 0

    @classmethod
    def of(cls, luma: Plane, alpha: Plane | None) -> Grain:
        """Return the grain of a plane of luma in grey levels, of what its opacity shows of it."""
        down = _steps(luma, alpha)
        across = _steps(luma.T, None if alpha is None else alpha.T)
        for size in range(_LARGEST, 1, -1):
            top, left = _phase(down, size), _phase(across, size)
            if top is not None and left is not None:
                return cls(size, top, left)
        return cls()

    def rows(self, first: int, last: int) -> slice:
        """Return which rows of squares the pixel rows from first to last lie in."""
        return slice(self._number(first, self.top), self._number(last - 1, self.top) + 1)

    def picked(self, plane: Plane) -> Plane:
        """Return one pixel of each square: float32."""
        rows, columns = (
            np.minimum(np.arange(self._number(length - 1, start) + 1) * self.size + self._lead(start), length - 1)
            for length, start in zip(plane.shape, (self.top, self.left), strict=True)
        )
        return np.asarray(plane[rows[:, None], columns])

    def enlarged(self, squares: Plane, first: int, last: int, width: int) -> Plane:
        """Return the values of the squares that `rows` names, for each pixel of the rows from first to last."""
        start = self._number(first, self.top)
        rows = np.array([self._number(row, self.top) - start for row in range(first, last)])
        columns = (np.arange(width) + (-self.left) % self.size) // self.size
        return np.asarray(squares[rows[:, None], columns])

    def _number(self, pixel: int, start: int) -> int:
        return (pixel + (-start) % self.size) // self.size

    def _lead(self, start: int) -> int:
        """Return where the first square's last pixel lies: the square may be cut."""
        return (start - 1) % self.size


def _steps(luma: Plane, alpha: Plane | None) -> npt.NDArray[np.int64]:
    """Return how many pixels of each row, from the second on, differ from those above; first how many were seen."""
    columns = slice(None, None, max(1, luma.shape[1] // _LOOKED_AT))
    shown = luma[:, columns]
    differ = np.abs(np.diff(shown, axis=0)) > _STEP
    seen = np.ones_like(differ)
    if alpha is not None:
        opaque = alpha[:, columns] > 0
        seen = opaque[1:] & opaque[:-1]
        differ &= seen
    return np.concatenate([[np.count_nonzero(seen)], np.count_nonzero(differ, axis=1)])


def _phase(steps: npt.NDArray[np.int64], size: int) -> int | None:
    """Return the remainder of the rows that start a square of this size, None where the steps do not say so."""
    total = int(steps[1:].sum())
    if total < _STEPPING * steps[0] or len(steps) < 4 * size:
        return None
    counts = np.bincount(np.arange(1, len(steps)) % size, steps[1:], size)
    best = int(counts.argmax())
    return best if counts[best] > _ON_GRID * total else None
