"""Find marks of a key in a recording and decide whose copy it is.

Two numbers decide, each a proven upper bound (see `core.decide`), corrected for all that was searched:

- *a mark of this key*: the chance that sound without a mark of this key reaches such evidence anywhere in the search;
- *this serial*: the chance that any wrong candidate reaches such a data statistic at any alignment that was read,
  whatever else the recording carries.

`certain` needs the first at most 1e-9 and the second at most 1e-4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.audio.align import (
    CANDIDATES,
    REFINEMENTS,
    Alignment,
    Reading,
    candidates,
    hypotheses,
    read,
    refined,
    same_line,
    trimmed,
)
from core.audio.features import band_levels, cell_readings, pair_features
from core.audio.parameters import PARAMETERS
from core.audio.pattern import Pattern, pattern_of
from core.audio.timeline import Spans, spans, transform
from core.decide import CERTAIN, PROBABLE, false_alarm, verdict
from core.keys import CreatorKey
from core.model import SERIALS, Finding, FloatArray, Recording, Reference

SERIAL_LIMIT = 1e-4  # largest chance of a wrong serial that lets one be named
ROUNDS = 6  # marks, or pieces of an edited copy, that are looked for in one recording
_FIRST = 12  # alignments that are read before the others: they settle a marked recording
_SHARE_OF_PREDICTION = 0.6  # of what the pilot predicts: true serials measured 0.70 and more, wrong ones 0.29 and less
_STATISTICS = 3  # pilot and data, pilot alone, data alone: the best may speak, all are charged
_MANY = 20000  # candidate serials from which fewer alignments are read, so that a check takes seconds
_FIRST_OF_MANY, _MOST_OF_MANY = 2, 64
_SHORTEST_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One alignment with the best serial there: `score` S over pilot and data, `data` t over data cells alone."""

    alignment: Alignment
    serial: int
    score: float
    data: float
    pilot: float
    key_probability: float
    serial_probability: float


def detect(
    samples: Recording,
    rate: int,
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference] = (),
) -> tuple[Finding, ...]:
    """Return the marks of a key that a recording carries, best first; () where nothing reaches `probable`.

    `samples` is float32 or float64 (frames, channels), full scale 1, at `rate` hertz; ValueError for NaN, infinity or
    another shape. `serials` are the candidates (the issued serials), None for all 2^20. `references` are accepted for
    the work's sake and not needed to read a mark.

    `Finding.key_probability` bounds the chance that there is no mark of this key at all. `Finding.probability` bounds
    the chance that the whole statement is a coincidence: for a named serial the sum of both numbers (up to 1e-4 for
    `certain`, in practice far less), for serial None the first number. `score` is S over pilot and data cells.
    Method: Cox et al., 1997 (spread spectrum); keyed gains on band pairs after Tachibana, 2003.
    """
    check_samples(samples, rate)
    wanted = _wanted(serials)
    if samples.shape[0] < _SHORTEST_SECONDS * rate or (wanted is not None and wanted.size == 0):
        return ()
    readings = readings_of(samples, rate)
    return findings(readings, key=key, serials=wanted, references=references)


def check_samples(samples: Recording, rate: int) -> None:
    """Raise ValueError unless samples are finite floats of shape (frames, channels) at a positive rate."""
    if len(samples.shape) != 2 or samples.shape[1] < 1 or samples.dtype not in (np.float32, np.float64):
        raise ValueError(f"samples must be float (frames, channels), not {samples.dtype} {samples.shape}")
    if rate < 1:
        raise ValueError(f"a sampling rate is a positive number of hertz, not {rate}")
    for start in range(0, samples.shape[0], 2**20):
        if not np.isfinite(samples[start : start + 2**20]).all():
            raise ValueError("samples must be finite numbers")


def readings_of(samples: Recording, rate: int) -> FloatArray:
    """Return the cell readings of a recording: float32 (frames of 10 ms, pairs)."""
    return cell_readings(pair_features(band_levels(samples, rate)))


def findings(
    readings: FloatArray,
    *,
    key: CreatorKey,
    serials: npt.NDArray[np.int64] | None,
    references: Sequence[Reference] = (),
) -> tuple[Finding, ...]:
    """Return the marks of a key that cell readings show, best first."""
    pattern = pattern_of(key)
    number = SERIALS if serials is None else int(serials.size)
    tried = hypotheses(readings.shape[0] * PARAMETERS.frame_seconds, PARAMETERS)
    rest = candidates(readings, key)
    found: dict[int | None, Finding] = {}
    for turn in range(ROUNDS):
        # Further marks (a reel of several copies, an averaged or re-marked copy) stand out as the first one did.
        best = _best(
            readings,
            rest if turn == 0 else rest[: _FIRST_OF_MANY if number >= _MANY else _FIRST],
            pattern,
            serials,
            number,
            tried,
        )
        finding = None if best is None else _finding(readings, best, pattern, number, tried)
        if best is None or finding is None:
            break
        known = found.get(finding.serial)
        found[finding.serial] = finding if known is None else replace(known, where=_union(known.where, finding.where))
        rest = [a for a in rest if not same_line(a, best.alignment, PARAMETERS)]
    return tuple(sorted(found.values(), key=lambda f: (f.serial is None, f.key_probability, f.probability)))


def _union(one: Spans, other: Spans) -> Spans:
    """Return the spans of both, overlapping ones joined, in order."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((*one, *other)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _wanted(serials: npt.ArrayLike | None) -> npt.NDArray[np.int64] | None:
    return None if serials is None else np.unique(np.asarray(serials, np.int64).ravel())


def _best(
    readings: FloatArray,
    alignments: Sequence[Alignment],
    pattern: Pattern,
    serials: npt.NDArray[np.int64] | None,
    number: int,
    tried: int,
) -> Evidence | None:
    """Return the strongest evidence at these alignments: a few are read first, all if they do not settle it."""
    few, most = (_FIRST_OF_MANY, _MOST_OF_MANY) if number >= _MANY else (_FIRST, CANDIDATES)
    best: Evidence | None = None
    for part in (alignments[:few], alignments[few:most]):
        if not part:
            continue
        evidence = _evidence(readings, part, pattern, serials, number, tried)
        top = max(evidence, key=lambda e: e.score)
        for neighbours in (refined, trimmed):
            near = neighbours(top.alignment)
            if near:
                closer = _evidence(readings, near, pattern, np.array([top.serial]), number, tried)
                top = max(top, *closer, key=lambda e: e.score)
        if best is None or top.score > best.score:
            best = top
        if best.key_probability <= CERTAIN:
            break
    return best


def _evidence(
    readings: FloatArray,
    alignments: Sequence[Alignment],
    pattern: Pattern,
    serials: npt.NDArray[np.int64] | None,
    number: int,
    tried: int,
) -> list[Evidence]:
    """Return the evidence at each alignment, by the best of the candidate serials there."""
    reads = [read(readings, alignment, pattern) for alignment in alignments]
    matches = pattern.codebook.best(np.stack([reading.soft for reading in reads]), serials)
    return [
        _weighed(alignment, reading, match.serial, match.score, number, tried)
        for alignment, reading, match in zip(alignments, reads, matches, strict=True)
    ]


def _weighed(alignment: Alignment, reading: Reading, serial: int, data: float, number: int, tried: int) -> Evidence:
    """Return the evidence of the best serial at one alignment with both proven bounds."""
    soft_energy = float(reading.soft @ reading.soft)
    norm = math.sqrt(reading.pilot_energy + soft_energy)
    score = (reading.pilot + data * math.sqrt(soft_energy)) / norm if norm > 0 else 0.0
    pilot = reading.pilot_score
    serial_p = false_alarm(data, candidates=number, hypotheses=CANDIDATES * (1 + REFINEMENTS) * ROUNDS)
    both_p = false_alarm(score, candidates=number, hypotheses=tried)
    pilot_p = false_alarm(pilot, candidates=1, hypotheses=tried)
    key_p = min(1.0, _STATISTICS * min(both_p, pilot_p, serial_p))
    return Evidence(alignment, serial, score, data, pilot, key_p, serial_p)


def _finding(readings: FloatArray, evidence: Evidence, pattern: Pattern, number: int, tried: int) -> Finding | None:
    if evidence.key_probability > PROBABLE:
        return None
    share = pattern.parameters.pilot_share
    predicted = evidence.pilot * math.sqrt((1.0 - share) / share)
    predicted /= math.sqrt(1.0 + predicted**2 / pattern.parameters.code_length)  # t cannot exceed sqrt(1024)
    named = evidence.serial_probability <= SERIAL_LIMIT and evidence.data >= _SHARE_OF_PREDICTION * predicted
    serial = evidence.serial if named else None
    probability = min(1.0, evidence.key_probability + (evidence.serial_probability if named else 0.0))
    where = spans(readings, evidence.alignment, pattern, serial)
    return Finding(
        serial=serial,
        verdict=verdict(evidence.key_probability),
        probability=probability,
        score=evidence.score if named else max(evidence.score, evidence.pilot),
        where=where,
        transform=transform(evidence.alignment, pattern, serial, where),
        candidates=number,
        hypotheses=tried,
        key_probability=evidence.key_probability,
    )
