"""Warps: where the pixels of a canonical canvas lie in the suspect.

All coordinates are those of pixel edges: pixel number i reaches from i to i + 1, its centre is i + 0.5. A picture that
is scaled by s thus maps x to s x on both axes, and canvas = scale * suspect holds without any half pixels. Points are
(x, y); sizes of arrays are (height, width).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from core.image.frame import Plane, Shape, resample, visible

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
Bend = tuple[tuple[tuple[float, float], ...], ...]
_EDGE = 12  # pixels by which a plane is continued before it is warped, so that its border is no edge
_INSET = 1.5  # canvas pixels beside the border that do not count as covered
_CELL = 32  # canvas pixels between the knots of a bend
_SPARE = 1.25  # finer than the canvas: how far a large suspect is shrunk before it is warped


@dataclass(frozen=True)
class Warp:
    """A canvas of `shape` (height, width); canvas pixel (x, y, 1) times `matrix` (3 rows) is the suspect's, projective.

    `bend` are displacements (x, y) in canvas pixels at knots 32 pixels apart, rows first, that come before the matrix;
    () for none.
    """

    shape: Shape
    rows: tuple[tuple[float, float, float], ...]
    bend: Bend = ()

    @classmethod
    def of(cls, matrix: npt.ArrayLike, shape: Shape) -> Warp:
        """Return the warp of a 3x3 matrix."""
        values = np.asarray(matrix, np.float64)
        values = values / values[2, 2]
        return cls(shape, tuple((float(a), float(b), float(c)) for a, b, c in values))

    @classmethod
    def linear(
        cls, linear: npt.ArrayLike, shape: Shape, *, limit: int, region: tuple[float, float, float, float] | None = None
    ) -> Warp | None:
        """Return the warp for a map of displacements (dy, dx) in suspect pixels to those in canonical pixels.

        The canvas holds the suspect of `shape`, or its `region` (top, left, bottom, right), and where that would be
        more than `limit` pixels the middle of it. None for a map that no suspect can have.
        """
        forward = np.asarray(linear, np.float64)[::-1, ::-1]
        if not np.isfinite(forward).all() or abs(np.linalg.det(forward)) < 1e-6:
            return None
        top, left, bottom, right = region or (0.0, 0.0, float(shape[0]), float(shape[1]))
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) @ forward.T
        low, high = corners.min(axis=0), corners.max(axis=0)
        size = high - low
        if size.prod() > limit:
            # A square of the same area, as far as the canvas has it, holds most of the neighbourhood.
            longest = math.sqrt(limit)
            wide, tall = size
            wide = max(min(wide, longest), min(wide, limit / min(tall, longest)))
            tall = min(tall, limit / wide)
            low, size = (low + high - (wide, tall)) / 2, np.array((wide, tall))
        width, height = (max(1, math.ceil(side - 1e-6)) for side in size)
        inverse = np.linalg.inv(forward)
        matrix = np.eye(3)
        matrix[:2, :2] = inverse
        matrix[:2, 2] = inverse @ low
        return cls.of(matrix, (height, width))

    @cached_property
    def matrix(self) -> Matrix:
        """The 3x3 matrix from canvas to suspect."""
        return np.array(self.rows)

    def suspect(self, points: npt.ArrayLike) -> Points:
        """Return where canvas points (n, 2) lie in the suspect."""
        canvas: Points = np.asarray(points, np.float64).reshape(-1, 2)
        return _projected(self.matrix, canvas + self._bent(canvas))

    def canvas(self, points: npt.ArrayLike) -> Points:
        """Return where suspect points (n, 2) lie on the canvas (two rounds against the bend)."""
        straight = _projected(np.asarray(np.linalg.inv(self.matrix)), np.asarray(points, np.float64).reshape(-1, 2))
        canvas = straight
        for _ in range(2 if self.bend else 0):
            canvas = straight - self._bent(canvas)
        return canvas

    def local(self, point: npt.ArrayLike | None = None) -> Matrix:
        """Return the map of small displacements (x, y) in the suspect to the canvas, at a canvas point."""
        x, y = (self.shape[1] / 2, self.shape[0] / 2) if point is None else np.asarray(point, np.float64)
        a, b, c = self.matrix @ (x, y, 1.0)
        backward = (self.matrix[:2, :2] - np.outer((a / c, b / c), self.matrix[2, :2])) / c
        return np.asarray(np.linalg.inv(backward))

    def after(self, change: npt.ArrayLike) -> Warp:
        """Return the warp whose canvas point p shows what this one shows at `change` (3x3) times p."""
        return replace(Warp.of(self.matrix @ np.asarray(change, np.float64), self.shape), bend=self.bend)

    def bowed(self, bend: Bend) -> Warp:
        """Return the warp with a field of shifts before those that it has."""
        if self.bend:
            bend = tuple(
                tuple((x + u, y + v) for (x, y), (u, v) in zip(row, other, strict=True))
                for row, other in zip(bend, self.bend, strict=True)
            )
        return replace(self, bend=bend)

    def turned(self) -> Warp:
        """Return the warp turned by 180 degrees about the canvas's middle."""
        return self.after(((-1, 0, self.shape[1]), (0, -1, self.shape[0]), (0, 0, 1)))

    def grown(self, shape: Shape, *, limit: int, reach: int) -> tuple[Warp, int, int]:
        """Return the warp with a canvas for all of the suspect of `shape`, and the column and row of the old canvas
        at which it starts.

        It grows by at most `reach` pixels on each side, and not at all where it would exceed `limit` pixels.
        """
        height, width = shape
        inverse = np.linalg.inv(self.matrix)
        corners = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)]) @ inverse.T
        rows, columns = self.shape
        before = self.matrix[2] @ (columns / 2, rows / 2, 1.0)  # the sign of points before the eye, not behind it
        if (corners[:, 2] * before <= 0).any():
            low, high = np.array((-reach, -reach)), np.array((columns + reach, rows + reach))
        else:
            points = corners[:, :2] / corners[:, 2:]
            low = np.maximum(np.floor(points.min(axis=0) + 1e-6), -reach).astype(int)
            high = np.minimum(np.ceil(points.max(axis=0) - 1e-6), (columns + reach, rows + reach)).astype(int)
        across, down = (int(side) for side in high - low)
        if across * down > limit or across < 1 or down < 1:
            return self, 0, 0
        left, top = int(low[0]), int(low[1])
        moved = self.after(((1, 0, left), (0, 1, top), (0, 0, 1)))
        return replace(moved, shape=(down, across)), left, top

    def apply(self, plane: Plane, scales: tuple[float, float] = (1.0, 1.0), *, fine: bool = False) -> Plane:
        """Return the canvas filled from a plane whose pixels are suspect pixels times `scales` (vertical, horizontal).

        Bilinear, or bicubic where `fine`; 0 outside the plane.
        """
        return self._filled(plane, np.diag((scales[1], scales[0], 1.0)), fine)

    def luma(self, luma: Plane, alpha: Plane | None = None) -> tuple[Plane, Plane]:
        """Return the suspect's visible luma on the canvas, continued a little beyond its border, and its opacity.

        A suspect that is much larger than the canvas shows it is shrunk first, so that nothing aliases.
        """
        height, width = luma.shape
        finest = float(np.linalg.norm(self.local(), 2))
        shrink = min(1.0, finest * _SPARE)
        shape = max(1, round(height * shrink)), max(1, round(width * shrink))
        cover: Plane | None = None
        if alpha is not None:
            luma, cover = visible(luma, alpha, shape)
        elif shape != luma.shape:
            luma = resample(luma, shape)
        to_plane = np.diag((shape[1] / width, shape[0] / height, 1.0))
        shifted = to_plane.copy()
        shifted[:2, 2] += _EDGE
        filled = self._filled(np.pad(luma, _EDGE, mode="edge"), shifted, fine=True)
        inside = self.inside((height, width))
        if cover is not None:
            inside = inside * np.clip(self._filled(cover, to_plane, fine=False), 0, 1)
        return filled, inside

    def inside(self, shape: Shape) -> Plane:
        """Return 1 where the canvas shows the suspect of `shape`, else 0: float32 (height, width)."""
        height, width = shape
        corners = self.canvas([(0, 0), (width, 0), (width, height), (0, height)])
        middle = corners.mean(axis=0)
        reach = np.maximum(np.linalg.norm(corners - middle, axis=1, keepdims=True), 1e-9)
        corners = middle + (corners - middle) * np.maximum(1 - _INSET * math.sqrt(2) / reach, 0)
        image = Image.new("L", (self.shape[1], self.shape[0]))
        ImageDraw.Draw(image).polygon([(float(x) - 0.5, float(y) - 0.5) for x, y in corners], fill=1)
        return np.asarray(image, np.float32)

    def _filled(self, plane: Plane, to_plane: Matrix, fine: bool) -> Plane:
        source = Image.fromarray(np.ascontiguousarray(plane, np.float32))
        size = self.shape[1], self.shape[0]
        kind = Image.Resampling.BICUBIC if fine else Image.Resampling.BILINEAR
        if not self.bend:
            matrix = to_plane @ self.matrix
            values = (matrix / matrix[2, 2]).ravel()[:8]
            return np.asarray(source.transform(size, Image.Transform.PERSPECTIVE, tuple(map(float, values)), kind))
        return np.asarray(source.transform(size, Image.Transform.MESH, self._mesh(to_plane), kind))

    def _mesh(self, to_plane: Matrix) -> Sequence[tuple[tuple[int, int, int, int], tuple[float, ...]]]:
        xs = np.append(np.arange(0, self.shape[1], _CELL), self.shape[1])
        ys = np.append(np.arange(0, self.shape[0], _CELL), self.shape[0])
        knots = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(np.float64)
        places = _projected(to_plane, self.suspect(knots)).reshape(len(ys), len(xs), 2)
        return [
            (
                (int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1])),
                tuple(
                    float(value)
                    for corner in (places[j, i], places[j + 1, i], places[j + 1, i + 1], places[j, i + 1])
                    for value in corner
                ),
            )
            for j in range(len(ys) - 1)
            for i in range(len(xs) - 1)
        ]

    def _bent(self, canvas: Points) -> Points:
        if not self.bend:
            return np.zeros_like(canvas)
        field = np.array(self.bend)
        last = np.array((field.shape[1] - 1, field.shape[0] - 1), np.float64)
        place = np.clip(canvas / _CELL, 0, last)
        first = np.minimum(place.astype(np.int64), np.maximum(last.astype(np.int64) - 1, 0))
        part = place - first
        (x, y), (u, v) = first.T, part.T[..., None]
        right, below = np.minimum(x + 1, field.shape[1] - 1), np.minimum(y + 1, field.shape[0] - 1)
        upper = field[y, x] * (1 - u) + field[y, right] * u
        lower = field[below, x] * (1 - u) + field[below, right] * u
        return np.asarray(upper * (1 - v) + lower * v)


def knots(shape: Shape) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the canvas rows and columns at which a bend of a canvas of `shape` has its knots."""
    height, width = shape
    return np.arange(0.0, height + _CELL, _CELL), np.arange(0.0, width + _CELL, _CELL)


def _projected(matrix: Matrix, points: Points) -> Points:
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
