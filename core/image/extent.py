"""Which part of a suspect carries the mark."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.image.align import Alignment
from core.image.frame import Plane, Shape, canonical_shape
from core.image.pattern import TILE, Pattern
from core.image.reading import Reading

Quad = tuple[tuple[float, float], ...]
_CELL = 16  # canonical pixels
_AROUND = 5  # cells over which the pattern's presence is averaged
_DEVIATIONS = 3.0  # of the average for a pattern that is not there
_LEAST_CELLS = 12  # connected ones: smaller islands are chance
_COVERS = 0.85  # of a side from which the mark counts as reaching over all of it
_SNAP = 48  # canonical pixels within which a measured edge is taken for the work's own

_SOLID = 0.8  # of a box's cells show the pattern: less says little about what lies outside


class Box(NamedTuple):
    """A part of the canonical plane in its pixels; `solid` says that the pattern was seen nearly all over it, so that
    its absence elsewhere means something.
    """

    top: float
    left: float
    bottom: float
    right: float
    solid: bool = True


def where(shape: Shape, alignment: Alignment, box: Box | None) -> Quad:
    """Return the corners (x, y) of a box of the canonical plane in suspect pixels, without a box those of all of it:
    in the order top left, top right, bottom right, bottom left of the work.
    """
    height, width = shape
    if box is None:
        return (0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))
    top, left, bottom, right, _ = box
    corners = alignment.suspect(((left, top), (right, top), (right, bottom), (left, bottom)))
    return tuple((float(x), float(y)) for x, y in np.clip(corners, 0, (width, height)))


def marked_box(shape: Shape, reading: Reading, pattern: Pattern, serial: int, residual: Plane) -> Box | None:
    """Return the part of the canonical plane that carries the mark, None where the mark fills the suspect of `shape`.

    A mark at its own origin fills the whole picture. Else the pattern of the found serial is looked for cell by cell
    in the whitened `residual` that it was read from; a work of known size that is pasted there has known edges.
    """
    if at_origin(reading, pattern, serial):
        return None
    alignment = reading.alignment
    rows, columns = alignment.shape
    if any(shape[0] <= h and shape[1] <= w for h, w in alignment.works):
        return None
    inside = None if alignment.warp is None else alignment.warp.inside(shape)
    box = _extent(reading, pattern, serial, residual)
    top, left, bottom, right, solid = box
    first, start, last, end = (0, 0, rows, columns) if inside is None else _bounds(inside)
    wide = bottom - top >= _COVERS * (last - first) and right - left >= _COVERS * (end - start)
    # A turned picture fills its frame's corners with something else.
    if wide and (inside is None or float(inside.mean()) >= _COVERS or _fills(box, inside)):
        return None
    if alignment.works and not any(reading.placement.turn):
        (top, bottom), (left, right) = _snapped(reading, pattern, serial, (top, bottom), (left, right))
    return Box(top, left, bottom, right, solid)


def at_origin(reading: Reading, pattern: Pattern, serial: int) -> bool:
    """Say whether the mark starts exactly where the serial's own origin is: an uncropped picture."""
    if not reading.alignment.whole:
        return False
    origin = pattern.origins(np.array([serial]))[0]
    return all(
        abs((found - own + TILE / 2) % TILE - TILE / 2) <= 1
        for found, own in zip(reading.placement.offset, origin, strict=True)
    )


def _bounds(inside: Plane) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if rows.size == 0:
        return 0, 0, inside.shape[0], inside.shape[1]
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _fills(box: Box, inside: Plane) -> bool:
    """Say whether the suspect has little outside the box."""
    top, left, bottom, right = (round(edge) for edge in box[:4])
    return float(inside[max(top, 0) : bottom, max(left, 0) : right].sum()) >= _COVERS * float(inside.sum())


def _extent(reading: Reading, pattern: Pattern, serial: int, residual: Plane) -> Box:
    """Return the box around the part of the canonical plane that shows the serial's pattern."""
    turn, offset = reading.placement.turn, reading.placement.offset
    tile = pattern.tile(serial)
    shape = residual.shape[::-1] if turn.transposed else residual.shape
    rows = (np.arange(shape[0]) + round(offset.y)) % TILE
    columns = (np.arange(shape[1]) + round(offset.x)) % TILE
    expected = tile[rows[:, None], columns]
    if turn.upside_down:
        expected = expected[::-1]
    if turn.mirrored:
        expected = expected[:, ::-1]
    if turn.transposed:
        expected = expected.T
    presence = _presence(residual * expected * reading.polarity)
    chance = _presence(residual * np.roll(expected, (TILE // 3, TILE // 5), axis=(0, 1)))
    labels, count = ndimage.label(presence > _DEVIATIONS * float(chance.std()))
    sizes = ndimage.sum_labels(np.ones_like(presence), labels, np.arange(1, count + 1))
    cells = np.argwhere(np.isin(labels, 1 + np.flatnonzero(sizes >= _LEAST_CELLS)))
    if cells.size == 0:
        return Box(0.0, 0.0, float(residual.shape[0]), float(residual.shape[1]), solid=False)
    edges = [*cells.min(axis=0), *(cells.max(axis=0) + 1)]
    last = -(-residual.shape[0] // _CELL), -(-residual.shape[1] // _CELL)
    bottom = residual.shape[0] if edges[2] == last[0] else edges[2] * _CELL
    right = residual.shape[1] if edges[3] == last[1] else edges[3] * _CELL
    solid = len(cells) >= _SOLID * (edges[2] - edges[0]) * (edges[3] - edges[1])
    return Box(float(edges[0] * _CELL), float(edges[1] * _CELL), float(bottom), float(right), bool(solid))


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
