"""What an alignment or a path proves: two numbers, each an upper bound corrected for all that was tried.

- *a mark of this key*: the chance that sound without a mark of this key reaches such evidence anywhere in the search;
- *this serial*: the chance that any wrong candidate reaches such a data statistic at any alignment that was read,
  whatever else the recording carries.

Four statistics may speak: pilot and data together, the pilot alone, the data alone at alignments, and the data alone
along paths. Each has a share of the risk (and so have those of the comparison with works, see `core.audio.informed`),
and each deals its share out over all that it is tried on before anything is looked at: what marks are usually found by
gets more of it. A statistic is multiplied by one over what it got, its charge; one over the charge, summed over all
that a statistic may be tried on, is at most 1, and so is the sum of the shares. The pilot depends on no serial, so what
it chose, and in which order, may be charged by its place in that order where the data alone speak.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.audio.align import REFINEMENTS, SHIFTS, Alignment, Path, Reading
from core.audio.parameters import PARAMETERS, Parameters
from core.audio.pattern import Pattern
from core.audio.search_near import FOUND_DRIFT, STRETCH, groups, near_alignments
from core.audio.search_scales import FASTEST, OFFSETS, covered, searched, windows
from core.decide import false_alarm

NEAR_POOL = 1200  # alignments at the recording's own speed, chosen by the pilot, that may reach the codebook
SCALES_POOL = 600  # and over all scales
FOUND_POOL = 600  # and, on the whole recording, at the scales that spoke loudest
PATHS = 20  # paths, chosen by the pilot, that may reach it
SERIAL_LIMIT = 1e-4  # largest chance of a wrong serial that lets one be named
TOGETHER = 3  # one over the share of pilot and data together: a third here, a third in the comparison with works
ALONE = 15  # and of the pilot alone, the data alone, those along paths; with works, of the pilot and the data alone
_COARSE, _FINE = 2 * SHIFTS, 2 * (1 + REFINEMENTS - SHIFTS)  # half to the shifts of an alignment, half to the others
# One over the shares of all alignments that may be read, of the pilot's order in the search at the own speed, and of
# its orders in the two lists of other speeds: 1/4 + 1/2 + 2/8.
_EVEN, _OWN_ORDER, _OTHER_ORDER = 4, 2, 8
FAMILIES = 3  # alignments, paths and the comparison with works, for the serial
_SHARE_OF_PREDICTION = 0.6  # of what the pilot predicts: true serials measured 0.70 and more, wrong ones 0.29 and less
_SHARE_ON_PATHS = 0.4  # the pilot chose the path, so it promises too much


@dataclass(frozen=True, slots=True)
class Evidence:
    """A path with the best serial there: `score` S over pilot and data, `data` t over data cells alone.

    `followed` tells that the pilot followed it through cuts; otherwise it is one alignment.
    """

    path: Path
    serial: int
    score: float
    data: float
    pilot: float
    key_probability: float
    serial_probability: float
    followed: bool

    @property
    def named(self) -> bool:
        """Whether the serial may be named."""
        return self.serial_probability <= SERIAL_LIMIT and self.agrees

    @property
    def agrees(self) -> bool:
        """Whether the data are as strong as the pilot lets expect."""
        return self.data >= self.predicted * (_SHARE_ON_PATHS if self.followed else _SHARE_OF_PREDICTION)

    @property
    def predicted(self) -> float:
        """The data statistic that the pilot predicts for the true serial."""
        share = PARAMETERS.pilot_share
        expected = self.pilot * math.sqrt((1.0 - share) / share)
        return expected / math.sqrt(1.0 + expected**2 / PARAMETERS.code_length)  # t cannot exceed sqrt(1024)


class Charges(NamedTuple):
    """What an alignment is charged with, for each candidate serial: the numbers that bound its share of the risk.

    `groups` holds for those at the recording's own speed and pitch, by `Alignment.group` less 1, `scaled` for all
    others, both before refinement; `tried` counts every alignment of the whole search. One over `of`, summed over
    these, is at most 1, so together they never pass the bound that each is held to.
    """

    groups: tuple[int, ...]
    scaled: int
    tried: int

    def of(self, alignment: Alignment) -> int:
        """Return what an alignment is charged with."""
        found = self.groups[alignment.group - 1] if alignment.group else self.scaled
        return found * (_FINE if alignment.fine else _COARSE)


def charges(frames: int, parameters: Parameters) -> Charges:
    """Return what an alignment is charged with in a check of a recording of so many frames.

    All of the whole search are counted: the windows and drifts at the recording's own speed, the windows of the search
    over scales and, unless these cover the recording, the windows and drifts on the whole of it at every scale that
    they may propose, each at every offset of the superperiod and with every refinement. Two thirds of the risk go to
    the first, where most copies are found (half of them to the longest windows without drift, the rest in equal parts
    to its other groups), a third to the others, a hundred times as many.
    """
    stretches = max(1, -(-frames // STRETCH))
    own = [count * parameters.period_frames for count in groups(stretches)]
    others = sum(count > 0 for count in own[1:])
    scaled = searched(frames) * windows(frames) * OFFSETS
    if not covered(frames):
        found = near_alignments(math.ceil(stretches * FASTEST) + 1, FOUND_DRIFT)
        scaled += searched(frames) * found * parameters.period_frames
    dealt = (3 * own[0], *(3 * others * count for count in own[1:]))
    return Charges(dealt, 3 * scaled, (sum(own) + scaled) * (1 + REFINEMENTS))


def ranked(alignment: Alignment) -> int:
    """Return what the data alone are charged with at an alignment, for each candidate serial.

    A quarter of the risk is dealt evenly to all alignments that may be read. The rest goes by the place that the pilot
    gave them in their list: 1 / (n (n + 1)) of the list's share to the n-th, which sums up to it however long it is.
    """
    even = _EVEN * (NEAR_POOL + SCALES_POOL + FOUND_POOL) * (1 + REFINEMENTS)
    if not alignment.rank:
        return even
    listed = _OWN_ORDER if alignment.group else _OTHER_ORDER
    return min(even, listed * by_place(alignment.rank) * (_FINE if alignment.fine else _COARSE))


def ranked_path(number: int) -> int:
    """Return what the data are charged with on path `number` (from 1): half even, half by its place."""
    return 2 * min(PATHS, by_place(number))


def by_place(place: int) -> int:
    """Return one over the share that goes to a place (from 1) of an order: these shares sum up to 1."""
    return place * (place + 1)


@dataclass(frozen=True, slots=True)
class Codes:
    """The candidate serials of one check and what their number makes of a statistic.

    `serials` are distinct and rising, None for all 2^20; `number` counts them.
    """

    pattern: Pattern
    serials: npt.NDArray[np.int64] | None
    number: int
    charges: Charges

    def evidence(
        self,
        paths: Sequence[Path],
        reads: Sequence[Reading],
        serial: int | None = None,
        *,
        followed: Sequence[int] = (),
    ) -> list[Evidence]:
        """Return what was read along each path proves: of the best candidate there, or of one serial.

        `followed` are the numbers, from 1, of paths that the pilot followed through cuts; without, each is one
        alignment.
        """
        if not reads:
            return []
        candidates = self.serials if serial is None else np.array([serial])
        matches = self.pattern.codebook.best(np.stack([reading.soft for reading in reads]), candidates)
        return [
            self._evidence(path, reading, match.serial, match.score, number)
            for path, reading, match, number in zip(paths, reads, matches, followed or [0] * len(paths), strict=True)
        ]

    def _evidence(self, path: Path, reading: Reading, serial: int, data: float, followed: int) -> Evidence:
        """Return the evidence of the best serial at one place with both proven bounds."""
        soft_energy = float(reading.soft @ reading.soft)
        norm = math.sqrt(reading.pilot_energy + soft_energy)
        score = (reading.pilot + data * math.sqrt(soft_energy)) / norm if norm > 0 else 0.0
        pilot = reading.pilot_score
        read_at = ranked_path(followed) if followed else ranked(path[0])
        data_p = false_alarm(data, candidates=self.number, hypotheses=read_at)
        key_p = ALONE * data_p
        if not followed:  # a path was chosen by the pilot, whose share in the score says nothing any more
            charged = self.charges.of(path[0])
            key_p = min(
                key_p,
                TOGETHER * false_alarm(score, candidates=self.number, hypotheses=charged),
                ALONE * false_alarm(pilot, candidates=1, hypotheses=charged),
            )
        return Evidence(path, serial, score, data, pilot, min(1.0, key_p), min(1.0, FAMILIES * data_p), followed > 0)
