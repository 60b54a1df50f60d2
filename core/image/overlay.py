"""A suspect laid over a work: where each pixel of the work's canonical frame lies in it, and what is seen there.

Coordinates are those of pixel edges: pixel number i reaches from i to i + 1, its centre is i + 0.5. Points are (x, y),
sizes of arrays (height, width). A `Fit` maps canonical points of the work to points of the suspect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.image.frame import Plane, Shape, visible

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
_FINER = 1.1  # times finer than the work's frame: from here a suspect is shrunk before it is sampled
_INSET = 0.5  # suspect pixels beside its border that are not used
_LEAST = 24  # canonical pixels a side below which an overlap says nothing
_BACK = 3  # steps by which a bend is undone
_REACH = 3.0  # frames: points that map farther away than this are not looked at


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a work lies in a suspect: canonical point plus `bend` there, times `matrix` (3x3), is the suspect's point.

    `bend` is float32 (2, height, width), displacements in x and y in canonical pixels, None for none. `inverted` says
    that light and dark are exchanged.
    """

    matrix: Matrix
    inverted: bool = False
    bend: npt.NDArray[np.float32] | None = None

    @property
    def mirrored(self) -> bool:
        """Say whether the suspect shows the work as in a mirror."""
        return bool(np.linalg.det(self.matrix[:2, :2]) < 0)

    def moved(self, correction: Matrix) -> Fit:
        """Return the fit that applies a small correction within the canonical frame first."""
        return replace(self, matrix=self.matrix @ correction)

    def back(self, shape: Shape) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return the canonical point (x and y planes) of each pixel's centre in a suspect of `shape`."""
        y = np.arange(shape[0], dtype=np.float64)[:, None] + 0.5
        x = np.arange(shape[1], dtype=np.float64)[None, :] + 0.5
        m = np.linalg.inv(self.matrix)
        depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
        depth = np.where(np.abs(depth) < 1e-12, 1e-12, depth)
        straight_x = ((m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth).astype(np.float32)
        straight_y = ((m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth).astype(np.float32)
        if self.bend is None:
            return straight_x, straight_y
        xs, ys = straight_x, straight_y
        for _ in range(_BACK):
            places = [ys - np.float32(0.5), xs - np.float32(0.5)]
            moves = [ndimage.map_coordinates(part, places, np.float32, order=1, mode="nearest") for part in self.bend]
            xs, ys = straight_x - moves[0], straight_y - moves[1]
        return xs, ys

    def points(self, points: Points) -> Points:
        """Return the suspect's points of canonical ones, float64 (n, 2), bend left out."""
        return through(self.matrix, points)

    def fineness(self, centre: Points) -> float:
        """Return how many suspect pixels lie along one canonical pixel at a canonical point (1, 2)."""
        steps = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        base, right, down = self.points(centre + steps)
        return float(math.sqrt(max(abs(np.linalg.det(np.stack([right - base, down - base]))), 1e-12)))


@dataclass(frozen=True, eq=False)
class View:
    """The part of a work's frame that a suspect shows: rows from `top`, columns from `left`.

    `plane` is the suspect's luma there (tones turned back where they are inverted), `cover` 1 where it is seen,
    `work` the work's own luma; float32 (height, width). `whole` is the work's luma on all of its frame, `fineness`
    how many suspect pixels lie along one canonical pixel.
    """

    plane: Plane
    cover: Plane
    work: Plane
    whole: Plane
    top: int
    left: int
    fineness: float
    fit: Fit

    @property
    def share(self) -> float:
        """Return how many canonical pixels of the work are seen."""
        return float(self.cover.sum(dtype=np.float64))


@dataclass
class Suspect:
    """A suspect's luma in grey levels, its opacity, and shrunk versions as they are asked for."""

    luma: Plane
    alpha: Plane | None = None
    _shrunk: dict[Shape, tuple[Plane, Plane | None]] = field(default_factory=dict)

    @cached_property
    def shape(self) -> Shape:
        return int(self.luma.shape[0]), int(self.luma.shape[1])

    def shrunk(self, factor: float) -> tuple[Plane, Plane | None]:
        """Return luma and opacity with both sides divided by about `factor` (at least 1)."""
        height, width = self.shape
        shape = max(1, round(height / factor)), max(1, round(width / factor))
        if shape not in self._shrunk:
            same = shape == self.shape and self.alpha is None
            self._shrunk[shape] = (self.luma, None) if same else visible(self.luma, self.alpha, shape)
        return self._shrunk[shape]

    def on(self, work: Plane, fit: Fit) -> View | None:
        """Return what the suspect shows of a work's frame; None where they hardly overlap."""
        height, width = self.shape
        inverse = np.asarray(np.linalg.inv(fit.matrix), np.float64)
        middle = through(inverse, np.array([[width / 2, height / 2]]))
        corners = through(inverse, quad(self.shape))
        limit = _REACH * max(work.shape)
        if not np.isfinite(corners).all() or np.abs(corners).max() > limit or np.abs(middle).max() > limit:
            # The suspect reaches over the horizon of this perspective: the whole frame is looked at.
            corners, middle = quad(work.shape), np.array([[work.shape[1] / 2, work.shape[0] / 2]])
        slack = 0.0 if fit.bend is None else float(np.abs(fit.bend).max())
        left, top = (max(0, math.floor(v - slack)) for v in corners.min(axis=0))
        right = min(work.shape[1], math.ceil(corners[:, 0].max() + slack))
        bottom = min(work.shape[0], math.ceil(corners[:, 1].max() + slack))
        if right - left < _LEAST or bottom - top < _LEAST:
            return None
        centre = np.clip(middle, [[left, top]], [[right, bottom]])
        fineness = fit.fineness(centre)
        plane, alpha = self.shrunk(fineness if fineness > _FINER else 1.0)
        box = slice(top, bottom), slice(left, right)
        xs, ys, seen = coordinates(fit, box, plane.shape, self.shape)
        cover = seen.astype(np.float32)
        if alpha is not None:
            cover *= sampled(alpha, xs, ys, order=1)
        shown = sampled(plane, xs, ys)
        if fit.inverted:
            shown = np.float32(255) - shown
        return View(shown, cover, work[box], work, top, left, fineness, fit)


def through(matrix: Matrix, points: npt.ArrayLike) -> Points:
    """Return points (n, 2) mapped by a 3x3 matrix."""
    mapped = np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(mapped[:, :2] / mapped[:, 2:])


def quad(shape: Shape) -> Points:
    """Return the corners of a plane, clockwise from top left."""
    height, width = float(shape[0]), float(shape[1])
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def coordinates(
    fit: Fit, box: tuple[slice, slice], shape: Shape, full: Shape
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return column and row numbers in a plane of `shape`, the suspect of size `full` resampled, for each pixel of
    `box` in the canonical frame, and which of them lie inside.
    """
    rows, columns = box
    y = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None] + 0.5
    x = np.arange(columns.start, columns.stop, dtype=np.float64)[None, :] + 0.5
    if fit.bend is not None:
        x = x + fit.bend[0][box]
        y = y + fit.bend[1][box]
    m = fit.matrix
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    front = depth > 1e-9 * abs(m[2, 2])
    depth = np.where(front, depth, 1.0)
    u = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
    v = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
    inside = front & (u >= _INSET) & (u <= full[1] - _INSET) & (v >= _INSET) & (v <= full[0] - _INSET)
    u = u * (shape[1] / full[1]) - 0.5
    v = v * (shape[0] / full[0]) - 0.5
    return u.astype(np.float32), v.astype(np.float32), inside


def sampled(plane: Plane, xs: npt.NDArray[np.float32], ys: npt.NDArray[np.float32], *, order: int = 3) -> Plane:
    """Return a plane's values at column and row numbers, by cubic splines (Unser, 1999) or straight lines."""
    values = ndimage.map_coordinates(plane, [ys, xs], np.float32, order=order, mode="nearest")
    return np.asarray(values, np.float32)
