"""Hypotheses of where the pattern lies: read at most so many of them, judge the best row, keep what was read.

Every vector of soft values that is compared with the codebook counts into the false-alarm bound, whatever it was worth.
The budget is therefore fixed before the search starts, and this is the one place where the codebook is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core import decide
from core.image.align import Alignment, Placement
from core.image.frame import Plane
from core.image.frontend import Residual, folded
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.reading import Reading, read
from core.model import SERIALS

EVENED = -1  # in place of a front end: the residual of a level, as it was verified
_MANY = 100_000  # candidates from which the codebook, not the picture, takes the time


class Hypothesis(NamedTuple):
    """One place of the pattern in one tile."""

    alignment: Alignment
    placement: Placement
    front_end: int


class Row(NamedTuple):
    """The best row of one reading: its score, its serial (-1 where there are no candidates)."""

    score: float
    serial: int
    reading: Reading


@dataclass
class Hypotheses:
    """What was read of one suspect so far: `rows` best first, `count` vectors that reached the codebook."""

    luma: Plane
    alpha: Plane | None
    pattern: Pattern
    candidates: npt.NDArray[np.int64] | None
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    _residuals: dict[Alignment, Residual] = field(default_factory=dict)
    _tiles: dict[tuple[Alignment, int], Plane] = field(default_factory=dict)
    _read: set[tuple[Alignment, tuple[object, ...], int]] = field(default_factory=set)

    @property
    def number(self) -> int:
        """N: the candidates."""
        return SERIALS if self.candidates is None else int(self.candidates.size)

    @property
    def many(self) -> bool:
        """Say whether each reading costs so much that only the best are worth it."""
        return self.number >= _MANY

    def certain(self) -> bool:
        """Say whether a mark was found for certain, which ends the search."""
        return bool(self.rows) and self.probability(self.rows[0].score) <= decide.CERTAIN

    def probability(self, score: float) -> float:
        """Return the proven chance of this score anywhere in the whole check."""
        return decide.false_alarm(score, candidates=max(self.number, 1), hypotheses=PARAMETERS.hypotheses)

    def residual(self, alignment: Alignment) -> Residual:
        """Return what the front ends start from, made once for an alignment."""
        if alignment not in self._residuals:
            plane = alignment.plane(self.luma, self.alpha)
            self._residuals[alignment] = Residual.of(*plane, straight=alignment.warp is None)
        return self._residuals[alignment]

    def tile(self, alignment: Alignment, front_end: int) -> Plane:
        """Return the folded tile of one front end, made once."""
        name = alignment, front_end
        if name not in self._tiles:
            self._tiles[name] = folded(self.residual(alignment).whitened(front_end))
        return self._tiles[name]

    def keep(self, alignment: Alignment, tile: Plane) -> None:
        """Keep the tile that a level gave for an alignment."""
        self._tiles[alignment, EVENED] = tile

    def read(self, hypotheses: Iterable[Hypothesis], most: int) -> None:
        """Read up to `most` hypotheses that were not read before, first ones first, as far as the budget goes."""
        wanted: list[Hypothesis] = []
        for hypothesis in hypotheses:
            if len(wanted) == min(most, PARAMETERS.blind - self.count):
                break
            name = hypothesis.alignment, tuple(hypothesis.placement[:2]), hypothesis.front_end
            if name not in self._read:
                self._read.add(name)
                wanted.append(hypothesis)
        if not wanted:
            return
        self.count += len(wanted)
        new = [
            read(self.tile(where, front_end), where, place, self.pattern, front_end)
            for where, place, front_end in wanted
        ]
        if self.number == 0:
            self.rows += [Row(0.0, -1, reading) for reading in new]
            return
        matches = self.pattern.codebook.best(np.stack([reading.soft for reading in new]), self.candidates)
        self.rows += [Row(row.score, row.serial, reading) for row, reading in zip(matches, new, strict=True)]
        self.rows.sort(key=lambda row: -row.score)
