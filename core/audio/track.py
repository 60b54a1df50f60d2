"""Following a copy that was cut: where its pieces lie, told by the pilot alone.

A removed breath or an inserted pause moves all that follows. From an alignment that holds somewhere, the pilot (or,
once the serial is known, the whole pattern) is correlated in blocks of a quarter of a second at all shifts up to 2 s,
and the likeliest course of shifts is followed (Viterbi, 1967): staying is free, 10 ms to either side costs 2, any jump
4 deviations of chance.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.audio.align import Alignment, Path, at_speed, evened
from core.audio.parameters import Parameters
from core.model import FloatArray

BLOCK = 25  # frames at the pattern's speed
_REACH = 200  # frames of shift to either side: 2 s
_COSTS = (2.0, 4.0)  # of a step and of a jump in deviations, while the pilot alone is known
_KNOWN_COSTS = (3.0, 8.0)  # once all signs are
_LEAST = 1.4  # deviations that a block must reach on average to belong to the marked stretch: noise reaches as much
KNOWN_NOISE = 0.85  # and with all signs known: measured on noise, where the path follows whatever agrees
_AT_ONCE = 256  # blocks


def track(
    readings: FloatArray, seed: Alignment, chips: npt.NDArray[np.int8], parameters: Parameters, *, whole: bool = False
) -> Path:
    """Return the pieces of the path that starts from an alignment: () where nothing stands out.

    `readings` are those of the seed's pitch, `chips` int8 (time cells, pairs) the signs that are known: the pilot's,
    with 0 in data cells, or all of a serial. `whole` is for a mark that is known by now: the path covers the whole
    recording and moves less readily.
    """
    count = evened(readings.shape[0], seed.speed) // BLOCK
    if count == 0:
        return ()
    origin = seed.at(0.0)
    start = round(origin)
    gains = _gains(readings, seed.speed, start, chips, parameters)
    shifts = _course(gains, *(_KNOWN_COSTS if whole else _COSTS))
    first, last = (0, count) if whole else _stretch(gains[np.arange(count), shifts])
    return tuple(
        _piece(begin, end, int(shifts[begin]) - _REACH + origin, seed, readings.shape[0])
        for begin, end in _runs(shifts, first, last)
    )


def _piece(begin: int, end: int, origin: float, seed: Alignment, frames: int) -> Alignment:
    """Return blocks `begin` to `end` as an alignment by which the recording's start would lie at `origin`."""
    first = min(frames, round(begin * BLOCK / seed.speed))
    last = min(frames, round(end * BLOCK / seed.speed))
    place = origin + seed.speed * (first + last) / 2
    return Alignment(seed.score, first, last, place, seed.speed, seed.pitch)


def _gains(
    readings: FloatArray, speed: float, start: int, chips: npt.NDArray[np.int8], parameters: Parameters
) -> npt.NDArray[np.float32]:
    """Return how well each block fits at each shift, in deviations of chance: float32 (blocks, shifts)."""
    each, period = parameters.frames_per_cell, parameters.period_frames
    count = evened(readings.shape[0], speed) // BLOCK
    known = float((chips != 0).mean()) / each
    out = np.empty((count, 2 * _REACH + 1), np.float32)
    for first in range(0, count, _AT_ONCE):
        last = min(count, first + _AT_ONCE)
        frames = np.arange(first * BLOCK - _REACH, last * BLOCK + _REACH + 1) + start
        impulses = np.where((frames % each == 0)[:, None], chips[(frames % period) // each], 0).astype(np.float32)
        blocks = at_speed(readings, speed, first * BLOCK, last * BLOCK).reshape(last - first, BLOCK, -1)
        around = np.lib.stride_tricks.sliding_window_view(impulses, 2 * _REACH + BLOCK, axis=0)[::BLOCK]
        met = blocks @ around  # (blocks, frames of the block, pattern frames around it)
        blocks_, rows, columns = met.strides
        lines = np.lib.stride_tricks.as_strided(
            met, (last - first, BLOCK, 2 * _REACH + 1), (blocks_, rows + columns, columns)
        )
        deviation = np.sqrt(np.einsum("ijk,ijk->i", blocks, blocks) * known)
        out[first:last] = lines.sum(axis=1) / np.maximum(deviation, 1e-6)[:, None]
    return out


def _course(gains: FloatArray, step_cost: float, jump_cost: float) -> npt.NDArray[np.int64]:
    """Return the likeliest shift of each block."""
    count, shifts = gains.shape
    come_from = np.empty((count, shifts), np.int16)
    best = np.zeros(shifts, np.float32)
    here = np.arange(shifts, dtype=np.int16)
    for block in range(count):
        top = int(best.argmax())
        origin, value = here.copy(), best.copy()
        for turn in (-1, 1):
            beside = np.full(shifts, -np.inf, np.float32)
            if turn < 0:
                beside[1:] = best[:-1] - step_cost
            else:
                beside[:-1] = best[1:] - step_cost
            better = beside > value
            origin[better], value[better] = here[better] + turn, beside[better]
        jump = best[top] - jump_cost > value
        origin[jump], value[jump] = top, best[top] - jump_cost
        come_from[block] = origin
        best = value + gains[block]
    course = np.empty(count, np.int64)
    state = int(best.argmax())
    for block in range(count - 1, -1, -1):
        course[block] = state
        state = int(come_from[block, state])
    return course


def _stretch(values: FloatArray) -> tuple[int, int]:
    """Return (first, past last) block of the stretch that stands out most."""
    total = np.concatenate([[0.0], np.cumsum(values - _LEAST)])
    before = np.minimum.accumulate(total)
    last = int((total - before).argmax())
    return int(total[: last + 1].argmin()), last


def _runs(shifts: npt.NDArray[np.int64], first: int, last: int) -> list[tuple[int, int]]:
    """Return (first, past last) of each run of equal shifts between two blocks."""
    if last <= first:
        return []
    turns = first + 1 + np.flatnonzero(np.diff(shifts[first:last]))
    edges = [first, *(int(turn) for turn in turns), last]
    return list(pairwise(edges))
