"""Find the marks of a key in a picture.

Alignments of the suspect with the canonical frame are tried in order of cost. For each, the pilot suggests
placements, the soft values there are correlated with the rows of all candidate serials, and the best row is judged by
the proven bound of `core.decide`. The number of vectors that reach the codebook never exceeds `Parameters.blind`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from core import decide
from core.image.align import Alignment, Placement, alignments, placements
from core.image.channels import Layout
from core.image.describe import transform, where
from core.image.frame import Plane
from core.image.frontend import Residual, folded
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern, serial_array
from core.image.reading import KEY_HYPOTHESES, KEY_PLACES, Reading, key_false_alarm, read
from core.keys import CreatorKey
from core.model import SERIALS, Finding, Reference, Verdict

_MANY = 100_000  # candidates from which the codebook, not the picture, takes the time
_FEW = 2
_LEAST_PIXELS = 256  # a suspect smaller than this holds nothing to read


def detect(
    pixels: npt.NDArray[Any],
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference] = (),
    space: str | None = None,
) -> tuple[Finding, ...]:
    """Return the marks of this key in a picture, best first; () where nothing reaches `probable`.

    `pixels`, `space`: as in `embed`. `serials`: the candidates (array of int), or None for all 2^20.
    `references`: the stored works; their sizes give the scale of crops and pastes. ValueError for arguments of
    another form. A finding without serial says that the picture carries a mark of this key that no candidate explains.
    """
    layout = Layout.of(pixels, space)
    candidates = serial_array(serials)
    luma = layout.luma(pixels)
    if luma.size < _LEAST_PIXELS or min(luma.shape) < 8:
        return ()
    return find(luma, layout.alpha(pixels), Pattern.of(key), candidates, references)


def find(
    luma: Plane,
    alpha: Plane | None,
    pattern: Pattern,
    candidates: npt.NDArray[np.int64] | None,
    references: Sequence[Reference] = (),
) -> tuple[Finding, ...]:
    """Return the findings in a plane of luma (grey levels) with its opacity, as `detect` does."""
    search = _Search(luma, alpha, pattern, candidates)
    ways = alignments(luma.shape, references)
    search.whole(ways[0])
    if not search.certain:
        search.sized(ways[1:])
    if not search.certain:
        search.refine()
    return search.findings(references)


@dataclass
class _Search:
    luma: Plane
    alpha: Plane | None
    pattern: Pattern
    candidates: npt.NDArray[np.int64] | None
    best: tuple[float, int, Reading] | None = None
    readings: list[tuple[float, int, Reading]] = field(default_factory=list)
    read_count: int = 0
    _residuals: dict[Alignment, Residual] = field(default_factory=dict)
    _tiles: dict[tuple[Alignment, int], Plane] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """N: the candidates."""
        return SERIALS if self.candidates is None else int(self.candidates.size)

    @property
    def _offsets(self) -> int:
        """How many placements of one step are read: fewer where each costs half a second."""
        return PARAMETERS.offsets if self.count < _MANY else _FEW

    @property
    def certain(self) -> bool:
        return bool(self.readings) and self.probability(self.readings[0][0]) <= decide.CERTAIN

    def probability(self, score: float) -> float:
        return decide.false_alarm(score, candidates=max(self.count, 1), hypotheses=PARAMETERS.hypotheses)

    def whole(self, way: Alignment) -> None:
        """Read the suspect as a whole picture; front ends beyond the first only where it is not certain yet."""
        origins = None if self.candidates is None else self.pattern.origins(self.candidates)
        for front_end in range(len(PARAMETERS.front_ends)):
            places = placements(self._tile(way, front_end), way, self.pattern, origins)
            self._read([(way, place, front_end) for place in places[: self._offsets]])
            if self.certain:
                return

    def sized(self, ways: Sequence[Alignment]) -> None:
        """Read the suspect at the scales of stored works, best placements of all of them first."""
        found: list[tuple[Alignment, Placement, int]] = []
        for way in ways:
            tile = self._tile(way, 0)
            found += [(way, place, 0) for place in placements(tile, way, self.pattern, None)]
        found.sort(key=lambda item: -item[1].excess)
        self._read(found[: self._offsets])

    def refine(self) -> None:
        """Read the best hypotheses with the front ends that they were not read with."""
        tried = {(r.alignment, r.placement[:2], r.front_end) for _, _, r in self.readings}
        more = []
        for _, _, reading in self.readings[: PARAMETERS.refined if self._offsets > _FEW else 1]:
            for front_end in range(len(PARAMETERS.front_ends)):
                if (reading.alignment, reading.placement[:2], front_end) not in tried:
                    tried.add((reading.alignment, reading.placement[:2], front_end))
                    more.append((reading.alignment, reading.placement, front_end))
        self._read(more)

    def findings(self, references: Sequence[Reference]) -> tuple[Finding, ...]:
        """Return the best row where it passes, else the pilot's own statement where that is certain."""
        if not self.readings:
            return ()
        score, serial, reading = self.readings[0]
        probability = self.probability(score)
        pilot = max((r for _, _, r in self.readings), key=lambda r: r.pilot)
        by_key = key_false_alarm(pilot.pilot)
        verdict = decide.verdict(probability)
        if self.count == 0 or verdict is Verdict.NOTHING:
            if by_key > decide.CERTAIN:
                return ()
            return (self._finding(None, Verdict.CERTAIN, by_key, pilot.pilot, pilot, by_key, references),)
        return (self._finding(serial, verdict, probability, score, reading, by_key, references),)

    def _finding(
        self,
        serial: int | None,
        verdict: Verdict,
        probability: float,
        score: float,
        reading: Reading,
        by_key: float,
        references: Sequence[Reference],
    ) -> Finding:
        tile = None if serial is None else self._residuals[reading.alignment].whitened(reading.front_end)
        return Finding(
            serial=serial,
            verdict=verdict,
            probability=probability,
            score=score,
            where=where(self.luma.shape, reading, self.pattern, serial, tile),
            transform=transform(self.luma.shape, reading, self.pattern, serial, references),
            candidates=KEY_PLACES if serial is None else self.count,
            hypotheses=KEY_HYPOTHESES if serial is None else PARAMETERS.hypotheses,
            key_probability=by_key,
        )

    def _tile(self, way: Alignment, front_end: int) -> Plane:
        name = way, front_end
        if name not in self._tiles:
            if way not in self._residuals:
                self._residuals[way] = Residual.of(*way.plane(self.luma, self.alpha))
            self._tiles[name] = folded(self._residuals[way].whitened(front_end))
        return self._tiles[name]

    def _read(self, hypotheses: list[tuple[Alignment, Placement, int]]) -> None:
        hypotheses = hypotheses[: PARAMETERS.blind - self.read_count]
        if not hypotheses:
            return
        self.read_count += len(hypotheses)
        new = [read(self._tile(way, front), way, place, self.pattern, front) for way, place, front in hypotheses]
        if self.count == 0:
            self.readings += [(0.0, -1, reading) for reading in new]
            return
        rows = self.pattern.codebook.best(np.stack([reading.soft for reading in new]), self.candidates)
        self.readings += [(row.score, row.serial, reading) for row, reading in zip(rows, new, strict=True)]
        self.readings.sort(key=lambda item: -item[0])
