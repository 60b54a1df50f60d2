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

import numpy as np
import numpy.typing as npt

from core.audio.align import REFINEMENTS, Path, Reading
from core.audio.parameters import PARAMETERS, Parameters
from core.audio.pattern import Pattern
from core.audio.search_near import FOUND_DRIFT, NEAR_DRIFT, STRETCH, near_alignments
from core.audio.search_scales import FASTEST, MOST_SCALES, OFFSETS, WINDOWS
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


def hypotheses(seconds: float, parameters: Parameters) -> int:
    """Return the number of alignments that is charged to a check of this length, for each candidate serial.

    It counts the windows and drifts at the recording's own speed, the windows of the search over scales, and the
    windows and drifts on the whole recording at every scale that the latter may propose, each at every offset of the
    superperiod and with every refinement.
    """
    stretches = max(1, math.ceil(seconds / (STRETCH * parameters.frame_seconds)))
    own = near_alignments(stretches, NEAR_DRIFT)
    found = near_alignments(math.ceil(stretches * FASTEST), FOUND_DRIFT)
    tried = (own + MOST_SCALES * found) * parameters.period_frames + WINDOWS * MOST_SCALES * OFFSETS
    return tried * (1 + REFINEMENTS)


@dataclass(frozen=True, slots=True)
class Codes:
    """The candidate serials of one check and what their number makes of a statistic.

    `serials` are distinct and rising, None for all 2^20; `number` counts them; `tried` is that of `hypotheses`.
    """

    pattern: Pattern
    serials: npt.NDArray[np.int64] | None
    number: int
    tried: int

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
            key_p = min(
                data_p,
                false_alarm(score, candidates=self.number, hypotheses=self.tried),
                false_alarm(pilot, candidates=1, hypotheses=self.tried),
            )
        return Evidence(
            path, serial, score, data, pilot, min(1.0, _STATISTICS * key_p), min(1.0, _FAMILIES * data_p), followed
        )
