"""What was done to a copy, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.image.align import Alignment
from core.image.extent import Box, at_origin
from core.image.frame import Shape
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.reading import Reading
from core.image.warp import Matrix
from core.model import Kind, Reference

_TURNED = 0.75  # degrees from which a turn is said
_PARALLEL = 2.0  # degrees
_ALL = 0.93  # of the work's area from which nothing is missing
_STRETCHED = 1.03  # of one direction against the other
_SLANTED = 1.08  # of the scale at one end against the other
_SAME_SIZE = 0.01  # relative: works whose sizes give the same percentage


def transform(
    shape: Shape,
    reading: Reading,
    pattern: Pattern,
    serial: int | None,
    references: Sequence[Reference],
    box: Box | None = None,
) -> str:
    """Return what was done to the copy as far as it is known: "mirrored, turned by 4 degrees clockwise, 62 % of the
    original size, shows 35 % of the work".

    `box` is the part of the canonical plane that carries the mark, None where the mark fills the suspect.
    """
    alignment = reading.alignment
    work_to_copy: Matrix = np.asarray(np.linalg.inv(linear(reading)), np.float64)
    turn = turned(work_to_copy)
    parts = []
    if alignment.warp is not None:
        parts = [turn, *_scaled(work_to_copy, references), *_shown(shape, alignment, box, work_to_copy)]
    elif alignment.works:
        parts = [_part_of_work(shape, alignment), turn]
    elif serial is not None:
        parts = [_size(_upright(shape, reading), references) if at_origin(reading, pattern, serial) else _MOVED, turn]
    else:
        parts = [turn]
    if reading.polarity < 0:
        parts.append("tones inverted")
    return ", ".join(part for part in parts if part)


_MOVED = "shifted or cropped"


def linear(reading: Reading) -> Matrix:
    """Return the map of small displacements (x, y) in the suspect to the work's canonical pixels."""
    turn = reading.placement.turn
    matrix = np.diag((-1.0 if turn.mirrored else 1.0, -1.0 if turn.upside_down else 1.0))
    if turn.transposed:
        matrix = matrix[:, ::-1]
    return np.asarray(matrix @ reading.alignment.local())


def turned(work_to_copy: Matrix) -> str:
    """Return how a copy was mirrored and turned, "" where it was not: 2x2, displacements (x, y) in the work to the
    copy.
    """
    mirrored = float(np.linalg.det(work_to_copy)) < 0
    matrix = work_to_copy @ np.diag((-1.0, 1.0)) if mirrored else work_to_copy
    degrees = math.degrees(math.atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1]))
    if abs(degrees) > 180 - _TURNED:
        return "mirrored top to bottom" if mirrored else "turned by 180 degrees"
    words = ["mirrored"] if mirrored else []
    if abs(degrees) >= _TURNED:
        count = max(1, round(abs(degrees)))
        direction = "clockwise" if degrees > 0 else "anticlockwise"
        words.append(f"turned by {count} degree{'s' if count > 1 else ''} {direction}")
    return ", ".join(words)


def _upright(shape: Shape, reading: Reading) -> Shape:
    return shape[::-1] if reading.placement.turn.transposed else shape


def _scaled(work_to_copy: Matrix, references: Sequence[Reference]) -> list[str]:
    """Return the size of the copy where the works leave no doubt, and how it is stretched."""
    parts = []
    pixels = {r.height * r.width for r in references if r.kind is Kind.IMAGE and r.height > 0 and r.width > 0}
    scale = math.sqrt(abs(float(np.linalg.det(work_to_copy))))
    shares = [100 * scale * math.sqrt(PARAMETERS.area / count) for count in pixels]
    if shares and max(shares) <= (1 + _SAME_SIZE) * min(shares):
        share = round(sum(shares) / len(shares))
        parts.append("unchanged in size" if share == 100 else f"{share} % of the original size")
    long, short = np.linalg.svd(work_to_copy, compute_uv=False)
    if long > _STRETCHED * short:
        parts.append(f"stretched by {100 * (float(long) / float(short) - 1):.0f} % in one direction")
    return parts


def _shown(shape: Shape, alignment: Alignment, box: Box | None, work_to_copy: Matrix) -> list[str]:
    """Return how the copy is cut, pasted and bent: each canonical frame has the same area.

    A share of the work is said only where it is known: not where the mark is seen here and there only, nor of a part
    that lies turned in a larger picture, whose edges need not be parallel to the work's.
    """
    warp = alignment.warp
    if warp is None:
        return []
    parts = []
    inside = warp.inside(shape)
    if box is not None and box.solid:
        top, left, bottom, right = (max(0, round(edge)) for edge in box[:4])
        parts.append("part of a larger picture")
        inside = inside[top:bottom, left:right]
    share = float(inside.sum()) / PARAMETERS.area
    if share < _ALL and (box is None or (box.solid and _upright_lines(work_to_copy))):
        about = "about " if box is not None else ""
        parts.append(f"shows {about}{max(1, round(100 * share))} % of the work")
    rows, columns = warp.shape
    scales = [
        abs(float(np.linalg.det(warp.local(point)))) ** 0.5
        for point in ((0, 0), (columns, 0), (columns, rows), (0, rows))
    ]
    if max(scales) > _SLANTED * min(scales):
        parts.append("seen at an angle")
    return parts


def _upright_lines(work_to_copy: Matrix) -> bool:
    """Say whether the work's rows and columns run along those of the suspect."""
    across = work_to_copy[:, 0] / max(float(np.linalg.norm(work_to_copy[:, 0])), 1e-12)
    return float(np.abs(across).min()) < math.sin(math.radians(_PARALLEL))


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
