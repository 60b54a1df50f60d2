"""What was done to a copy, in words, and which part of the suspect carries the mark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.image.align import UPRIGHT, Alignment
from core.image.frame import Plane, Shape
from core.image.pattern import TILE, Pattern
from core.image.reading import Reading
from core.model import Kind, Reference

Quad = tuple[tuple[float, float], ...]
_ASPECT = 0.004  # relative: what rounding to whole pixels does to small pictures


def where(shape: Shape, reading: Reading, pattern: Pattern, serial: int | None, residual: Plane | None) -> Quad:
    """Return the corners (x, y) of the part that carries the mark, in suspect pixels, clockwise from top left."""
    return _quad(0.0, 0.0, float(shape[0]), float(shape[1]))


def _quad(top: float, left: float, bottom: float, right: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def transform(
    shape: Shape, reading: Reading, pattern: Pattern, serial: int | None, references: Sequence[Reference]
) -> str:
    """Return what was done to the copy as far as it is known: "50 % of the original size, turned by 180 degrees"."""
    return ""
