"""What was done to a copy, in words, and which part of the suspect carries the mark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.image.align import UPRIGHT, Alignment
from core.image.frame import Plane, Shape, canonical_shape
from core.image.pattern import TILE, Pattern
from core.image.reading import Reading
from core.model import Kind, Reference

Quad = tuple[tuple[float, float], ...]
_CELL = 16  # canonical pixels
_AROUND = 5  # cells over which the pattern's presence is averaged
_DEVIATIONS = 3.0  # of the average for a pattern that is not there
_LEAST_CELLS = 12  # connected ones: smaller islands are chance
_COVERS = 0.85  # of a side from which the mark counts as reaching over all of it
_SNAP = 48  # canonical pixels within which a measured edge is taken for the work's own


def where(shape: Shape, reading: Reading, pattern: Pattern, serial: int | None, residual: Plane | None) -> Quad:
    """Return the corners (x, y) of the part that carries the mark, in suspect pixels, clockwise from top left.

    A mark at its own origin fills the whole picture. Else the pattern of the found serial is looked for cell by cell
    in the whitened `residual` that it was read from; a work of known size that is pasted there has known edges.
    """
    height, width = shape
    everything = _quad(0.0, 0.0, float(height), float(width))
    if serial is None or residual is None or at_origin(reading, pattern, serial):
        return everything
    rows, columns = reading.alignment.shape
    if any(height <= h and width <= w for h, w in reading.alignment.works):
        return everything
    top, left, bottom, right = (float(edge) for edge in _extent(reading, pattern, serial, residual))
    if bottom - top >= _COVERS * rows and right - left >= _COVERS * columns:
        return everything
    if reading.alignment.works and not any(reading.placement.turn):
        (top, bottom), (left, right) = _snapped(reading, pattern, serial, (top, bottom), (left, right))
    vertical, horizontal = reading.alignment.scales
    return _quad(
        max(0.0, top / vertical),
        max(0.0, left / horizontal),
        min(float(height), bottom / vertical),
        min(float(width), right / horizontal),
    )


def transform(
    shape: Shape, reading: Reading, pattern: Pattern, serial: int | None, references: Sequence[Reference]
) -> str:
    """Return what was done to the copy as far as it is known: "50 % of the original size, turned by 180 degrees"."""
    parts = []
    if reading.alignment.works:
        parts.append(_part_of_work(shape, reading.alignment))
    elif serial is not None and at_origin(reading, pattern, serial):
        parts.append(_size(shape, references))
    elif serial is not None:
        parts.append("shifted or cropped")
    if reading.placement.turn != UPRIGHT:
        parts.append("turned by 180 degrees")
    if reading.polarity < 0:
        parts.append("tones inverted")
    return ", ".join(part for part in parts if part)


def at_origin(reading: Reading, pattern: Pattern, serial: int) -> bool:
    """Say whether the mark starts exactly where the serial's own origin is: an uncropped picture."""
    if not reading.alignment.whole:
        return False
    origin = pattern.origins(np.array([serial]))[0]
    return all(
        abs((found - own + TILE / 2) % TILE - TILE / 2) <= 1
        for found, own in zip(reading.placement.offset, origin, strict=True)
    )


def _quad(top: float, left: float, bottom: float, right: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _size(shape: Shape, references: Sequence[Reference]) -> str:
    """Return how an uncropped copy compares with the one work of its aspect; "whole picture" where several fit."""
    sizes = {(r.height, r.width) for r in references if r.kind is Kind.IMAGE and r.height > 0 and r.width > 0}
    if shape in sizes:
        return "unchanged in size"
    # Rounding a side to whole pixels changes the aspect by up to half a pixel on each side.
    slack = 0.5 / shape[0] + 0.5 / shape[1]
    fitting = {size for size in sizes if abs(size[0] * shape[1] / (size[1] * shape[0]) - 1) <= slack}
    if len(fitting) != 1:
        return "whole picture"
    size = fitting.pop()
    share = 100 * (shape[0] / size[0] + shape[1] / size[1]) / 2
    return f"{share:.0f} % of the original size"


def _part_of_work(shape: Shape, alignment: Alignment) -> str:
    """Return how much of the work a crop shows, or that it is part of a larger picture."""
    shares = {100 * shape[0] * shape[1] / (h * w) for h, w in alignment.works if shape[0] <= h and shape[1] <= w}
    if not shares:
        return "pasted into a larger picture at its original size"
    if max(shares) - min(shares) > 1:
        return "cropped at its original size"
    return f"shows {max(shares):.0f} % of the work at its original size"


def _extent(reading: Reading, pattern: Pattern, serial: int, residual: Plane) -> tuple[int, int, int, int]:
    """Return top, left, bottom, right of the part of the canonical plane that shows the serial's pattern."""
    turn, offset = reading.placement.turn, reading.placement.offset
    tile = pattern.tile(serial)
    rows = (np.arange(residual.shape[0]) + round(offset.y)) % TILE
    columns = (np.arange(residual.shape[1]) + round(offset.x)) % TILE
    expected = tile[rows[:, None], columns]
    if turn.upside_down:
        expected = expected[::-1]
    if turn.mirrored:
        expected = expected[:, ::-1]
    presence = _presence(residual * expected * reading.polarity)
    chance = _presence(residual * np.roll(expected, (TILE // 3, TILE // 5), axis=(0, 1)))
    labels, count = ndimage.label(presence > _DEVIATIONS * float(chance.std()))
    sizes = ndimage.sum_labels(np.ones_like(presence), labels, np.arange(1, count + 1))
    cells = np.argwhere(np.isin(labels, 1 + np.flatnonzero(sizes >= _LEAST_CELLS)))
    if cells.size == 0:
        return 0, 0, residual.shape[0], residual.shape[1]
    edges = [*cells.min(axis=0), *(cells.max(axis=0) + 1)]
    last = -(-residual.shape[0] // _CELL), -(-residual.shape[1] // _CELL)
    bottom = residual.shape[0] if edges[2] == last[0] else edges[2] * _CELL
    right = residual.shape[1] if edges[3] == last[1] else edges[3] * _CELL
    return int(edges[0]) * _CELL, int(edges[1]) * _CELL, int(bottom), int(right)


def _presence(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the averages over some cells around each cell."""
    sums = np.add.reduceat(plane, np.arange(0, plane.shape[0], _CELL), axis=0)
    cells = np.add.reduceat(sums, np.arange(0, plane.shape[1], _CELL), axis=1)
    return np.asarray(ndimage.uniform_filter(cells, _AROUND, mode="nearest"))


def _snapped(
    reading: Reading, pattern: Pattern, serial: int, rows: tuple[float, float], columns: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the edges of the pasted work: its origin fixes them up to a tile, its size the opposite edge."""
    origin = pattern.origins(np.array([serial]))[0]
    edges = []
    for axis, (first, last) in enumerate((rows, columns)):
        start = (origin[axis] - reading.placement.offset[axis]) % TILE
        start += TILE * round((first - start) / TILE)
        ends = [start + canonical_shape(work)[axis] for work in reading.alignment.works]
        end = min(ends, key=lambda value: abs(value - last))
        near = abs(start - first) <= _SNAP and abs(end - last) <= _SNAP
        edges.append((float(start), float(end)) if near else (float(first), float(last)))
    return edges[0], edges[1]
