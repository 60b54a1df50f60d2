"""What an alignment or a path proves: two numbers, each an upper bound corrected for all that was tried.

- *a mark of this key*: the chance that sound without a mark of this key reaches such evidence anywhere in the search;
- *this serial*: the chance that any wrong candidate reaches such a data statistic at any alignment that was read,
  whatever else the recording carries.

Four statistics may speak: pilot and data together, the pilot alone, the data alone at alignments, and the data alone
along paths. Each is charged with all it was tried on, and all of them with their number (and one for the comparison
with works, see `core.audio.informed`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.audio.align import REFINEMENTS, Path, Reading
from core.audio.parameters import PARAMETERS, Parameters
from core.audio.pattern import Pattern
from core.audio.search_near import FOUND_DRIFT, NEAR_DRIFT, STRETCH, near_alignments
from core.audio.search_scales import FASTEST, OFFSETS, covered, searched, windows
from core.decide import false_alarm

NEAR_POOL = 1200  # alignments at the recording's own speed, chosen by the pilot, that may reach the codebook
SCALES_POOL = 600  # and over all scales
FOUND_POOL = 600  # and, on the whole recording, at the scales that spoke loudest
PATHS = 64  # paths, chosen by the pilot, that may reach it
SERIAL_LIMIT = 1e-4  # largest chance of a wrong serial that lets one be named
_STATISTICS = 5  # three at alignments, one along paths; a fifth of the risk is left to the comparison with works
_FAMILIES = 3  # alignments, paths and the comparison with works, for the serial
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
    """What one alignment is charged with, for each candidate serial: the numbers that bound its share of the risk.

    `own` holds for alignments at the recording's own speed and pitch, `scaled` for all others. One over them, summed
    over every alignment of the whole search, is at most 1, so together they never pass the bound that each is held to.
    """

    own: int
    scaled: int

    @property
    def tried(self) -> int:
        """How many alignments the whole search tries: each half of the risk counts its own twice."""
        return (self.own + self.scaled) // 2


def charges(frames: int, parameters: Parameters) -> Charges:
    """Return what an alignment is charged with in a check of a recording of so many frames.

    All of the whole search are counted: the windows and drifts at the recording's own speed, the windows of the search
    over scales and, unless these cover the recording, the windows and drifts on the whole of it at every scale that
    they may propose, each at every offset of the superperiod and with every refinement. Half of the risk goes to the
    first, where most copies are found, half to the others, a hundred times as many and more: both count twice.
    """
    stretches = max(1, -(-frames // STRETCH))
    own = near_alignments(stretches, NEAR_DRIFT) * parameters.period_frames
    scaled = searched(frames) * windows(frames) * OFFSETS
    if not covered(frames):
        found = near_alignments(math.ceil(stretches * FASTEST) + 1, FOUND_DRIFT)
        scaled += searched(frames) * found * parameters.period_frames
    return Charges(2 * own * (1 + REFINEMENTS), 2 * scaled * (1 + REFINEMENTS))


@dataclass(frozen=True, slots=True)
class Codes:
    """The candidate serials of one check and what their number makes of a statistic.

    `serials` are distinct and rising, None for all 2^20; `number` counts them.
    """

    pattern: Pattern
    serials: npt.NDArray[np.int64] | None
    number: int
    charges: Charges

    def charged(self, path: Path) -> int:
        """Return what an alignment is charged with; `path` is that of a piece of evidence."""
        return self.charges.own if len(path) == 1 and path[0].own else self.charges.scaled

    def evidence(
        self,
        paths: Sequence[Path],
        reads: Sequence[Reading],
        serial: int | None = None,
        *,
        followed: bool = False,
    ) -> list[Evidence]:
        """Return what was read along each path proves: of the best candidate there, or of one serial.

        `followed` tells that the pilot followed the paths through cuts; otherwise each is one alignment.
        """
        if not reads:
            return []
        candidates = self.serials if serial is None else np.array([serial])
        matches = self.pattern.codebook.best(np.stack([reading.soft for reading in reads]), candidates)
        return [
            self._evidence(path, reading, match.serial, match.score, followed)
            for path, reading, match in zip(paths, reads, matches, strict=True)
        ]

    def _evidence(self, path: Path, reading: Reading, serial: int, data: float, followed: bool) -> Evidence:
        """Return the evidence of the best serial at one place with both proven bounds."""
        soft_energy = float(reading.soft @ reading.soft)
        norm = math.sqrt(reading.pilot_energy + soft_energy)
        score = (reading.pilot + data * math.sqrt(soft_energy)) / norm if norm > 0 else 0.0
        pilot = reading.pilot_score
        read_at = PATHS if followed else (NEAR_POOL + SCALES_POOL + FOUND_POOL) * (1 + REFINEMENTS)
        data_p = false_alarm(data, candidates=self.number, hypotheses=read_at)
        key_p = data_p
        if not followed:  # a path was chosen by the pilot, whose share in the score says nothing any more
            charged = self.charged(path)
            key_p = min(
                data_p,
                false_alarm(score, candidates=self.number, hypotheses=charged),
                false_alarm(pilot, candidates=1, hypotheses=charged),
            )
        return Evidence(
            path, serial, score, data, pilot, min(1.0, _STATISTICS * key_p), min(1.0, _FAMILIES * data_p), followed
        )
