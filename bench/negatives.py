"""How marks are looked for where there are none: what negatives_images.py and negatives_sounds.py have in common.

A check hides scores that prove nothing, so the bench listens to the codebook: the largest score that any row
reached in a check is kept, with the number of alignments that were compared with the rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material
from bench.results import outcome
from core.model import Finding
from core.spread import Codebook, Match

WIDELY = 25  # one check of so many looks among all 2^20 serials, too: seconds each

Detect = Callable[[npt.NDArray[np.int64] | None], tuple[Finding, ...]]


@dataclass(slots=True)
class Listened:
    """The largest score that a codebook gave, and how many vectors of soft values it was asked about."""

    score: float = 0.0
    vectors: int = 0


@contextmanager
def listening() -> Iterator[Listened]:
    """Note what every codebook answers while this lasts."""
    heard = Listened()
    answer = Codebook.best

    def best(self: Codebook, soft: npt.ArrayLike, serials: npt.ArrayLike | None = None) -> list[Match]:
        matches = answer(self, soft, serials)
        heard.vectors += len(matches)
        heard.score = max([heard.score, *(match.score for match in matches)])
        return matches

    Codebook.best = best  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        Codebook.best = answer  # type: ignore[method-assign]


def checked(path: Path, part: str, what: str, detect: Detect, number: int) -> dict[str, Any]:
    """Return the row of one check in which nothing may be found; `number` says whether it also looks widely."""
    _, candidates = material.serials_for(f"{path.name} {what}")
    row: dict[str, Any] = {"file": path.name, "part": part, "what": what}
    with listening() as heard:
        started = time.perf_counter()
        row["check"] = outcome(detect(candidates), None)
        row["seconds"] = round(time.perf_counter() - started, 2)
    row |= {"score": round(heard.score, 2), "vectors": heard.vectors}
    if number % WIDELY == 0:
        with listening() as heard:
            row["every"] = outcome(detect(None), None)
        row["every_score"] = round(heard.score, 2)
    return row
