"""How a recording runs through a work: eighths of a second laid onto it one by one by the likeliest course.

The course (Viterbi, 1967) follows drift, cuts and insertions; places are told to a fraction of a frame by a parabola.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.audio.probes import Scale
from core.audio.reference import WorkLevels
from core.audio.suspect import Suspect, contrast, live_bands
from core.model import FloatArray

BLOCK = 12  # frames that are laid onto the work together
_REACH = 2000  # frames either side of the first guess that are looked at: 20 s
_JUMP, _STEP = 14.0, 1.5  # log-likelihoods that a jump and a step of a frame cost
_JUMPED = 2
_EFFECTIVE = 30.0  # independent values in a block: what the correlations of wrong places scatter like
_RUN = 64  # blocks that one straight line describes at most: 8 s
_LEAST_EVIDENCE = 12.0  # log-likelihood that a strand must have
_COHERENT = 96  # frames of a strand from which it is no chance likeness


@dataclass(frozen=True, slots=True)
class Strand:
    """An unbroken stretch: frames `first` to `last` (at the work's pace) lie `lag` + `drift` x frame later in the work.

    `evidence` is the log-likelihood that it is the work there.
    """

    first: int
    last: int
    lag: float
    drift: float
    evidence: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A recording laid onto a work: its scale, its strands, how sure that is, and how much of it hangs together.

    `evidence` is that of all strands, `coherent` that of those of a second and more, `share` their share of the
    recording's active blocks. Pieces of any speech resemble pieces of any other; only long strands tell the work.
    """

    scale: Scale
    strands: tuple[Strand, ...]
    evidence: float
    coherent: float
    share: float


def strands(suspect: Suspect, work: WorkLevels, scale: Scale, start: float = 0.0, end: float = np.inf) -> Placed:
    """Return the strands of a recording (or its seconds from start to end) at a scale, by the likeliest course."""
    pace = 100.0 * scale.speed
    begin, count = int(start * pace), int(min(end, suspect.seconds) * pace) - int(start * pace)
    times = (begin + np.arange(count) + 0.5) / pace
    blocks = count // BLOCK
    if blocks < 2:
        return Placed(scale, (), 0.0, 0.0, 0.0)
    guess = round(scale.shift * 100)
    reach = min(_REACH, 100 + count)
    lags = np.arange(guess - reach, guess + reach + 1)
    own = contrast(suspect.levels(scale.pitch, times), 40)[: blocks * BLOCK]
    bands = live_bands(own)
    own *= bands
    low = guess - reach + begin
    first, last = max(0, low), min(work.frames, low + 2 * reach + count)
    around = np.zeros((own.shape[1], 2 * reach + count + 1), np.float32)
    if last > first:
        around[:, first - low : last - low] = (contrast(work.levels(first, last), 40) * bands).T
    energy = np.concatenate([[0.0], np.cumsum(np.square(around).sum(axis=0), dtype=np.float64)])
    sound = np.einsum("ij,ij->i", own, own).reshape(blocks, BLOCK).sum(axis=1).astype(np.float64)
    usual = max(float(sound.mean()), 1e-9)
    match = np.empty((blocks, lags.size), np.float32)
    for block in range(blocks):
        at = block * BLOCK
        met = own[at : at + BLOCK] @ around[:, at : at + BLOCK + lags.size - 1]
        sums = sum(met[i, i : i + lags.size] for i in range(BLOCK))
        there = energy[at + BLOCK : at + BLOCK + lags.size] - energy[at : at + lags.size]
        match[block] = sums / np.sqrt(np.maximum(there, 0.1 * usual) * max(sound[block], 0.1 * usual))
    return _told(scale, begin, _course(match), match, lags, sound > 0.3 * usual)


def _gain(match: FloatArray) -> FloatArray:
    """Return the log-likelihoods of correlations."""
    gain: FloatArray = -0.5 * _EFFECTIVE * np.log1p(-np.square(np.clip(match, 0.0, 0.995)))
    return gain


def _course(match: FloatArray) -> npt.NDArray[np.int64]:
    """Return the likeliest place of each block among the lags: int64 (blocks,)."""
    blocks, lags = match.shape
    came = np.zeros((blocks, lags), np.int8)  # from the same place, the one before, the one behind, or by a jump
    tops = np.zeros(blocks, np.int64)
    total = _gain(match[0])
    for block in range(1, blocks):
        best = total.copy()
        for step in (-1, 1):
            moved = np.full(lags, -np.inf, np.float32)
            if step > 0:
                moved[step:] = total[:-step] - _STEP
            else:
                moved[:step] = total[-step:] - _STEP
            better = moved > best
            best[better], came[block, better] = moved[better], -step
        top = int(total.argmax())
        jump = float(total[top]) - _JUMP
        better = best < jump
        best[better], came[block, better], tops[block] = jump, _JUMPED, top
        total = best + _gain(match[block])
    course = np.empty(blocks, np.int64)
    course[-1] = int(total.argmax())
    for block in range(blocks - 1, 0, -1):
        step = int(came[block, course[block]])
        course[block - 1] = tops[block] if step == _JUMPED else course[block] + step
    return course


def _told(
    scale: Scale,
    begin: int,
    course: npt.NDArray[np.int64],
    match: FloatArray,
    lags: npt.NDArray[np.int64],
    active: npt.NDArray[np.bool_],
) -> Placed:
    """Return the strands that a course of blocks makes."""
    blocks = np.arange(course.size)
    here = match[blocks, course]
    left, right = match[blocks, np.maximum(course - 1, 0)], match[blocks, np.minimum(course + 1, lags.size - 1)]
    bend = left - 2.0 * here + right
    part = np.where(bend < -1e-4, 0.5 * (left - right) / np.minimum(bend, -1e-4), 0.0)
    exact = lags[course] + np.clip(part, -0.5, 0.5)
    weight = _gain(here)
    breaks = [int(b) + 1 for b in np.flatnonzero(np.abs(np.diff(course)) > 1)]
    strands = []
    for start, end in zip([0, *breaks], [*breaks, course.size], strict=True):
        for first in range(start, end, _RUN):
            last = min(end, first + _RUN)
            if last + 8 >= end:  # no short rest
                last = end
            evidence = float(weight[first:last].sum())
            if evidence >= _LEAST_EVIDENCE:
                lag, drift = _line(begin, blocks[first:last], exact[first:last], weight[first:last])
                strands.append(Strand(begin + first * BLOCK, begin + last * BLOCK, lag, drift, evidence))
            if last == end:
                break
    long = [s for s in strands if s.last - s.first >= _COHERENT]
    inside = np.zeros(course.size, bool)
    for strand in long:
        inside[(strand.first - begin) // BLOCK : (strand.last - begin) // BLOCK] = True
    share = float((inside & active).sum() / active.sum()) if active.any() else 0.0
    return Placed(scale, tuple(strands), sum(s.evidence for s in strands), sum(s.evidence for s in long), share)


def _line(begin: int, blocks: npt.NDArray[np.int64], lags: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Return (lag at frame 0, drift) of the straight line through the lags of blocks; the drift of a short one is 0."""
    frames = begin + (blocks + 0.5) * BLOCK
    sure = weight + 1e-6
    for _ in range(3):
        middle = float(np.average(frames, weights=sure))
        mean = float(np.average(lags, weights=sure))
        drift = 0.0
        if blocks.size >= 8:
            spread = float(np.average((frames - middle) ** 2, weights=sure))
            drift = float(np.average((frames - middle) * (lags - mean), weights=sure)) / spread
        off = np.abs(lags - mean - drift * (frames - middle))
        sure = (weight + 1e-6) / (1.0 + (off / 0.3) ** 2)
    return mean - drift * middle, drift
