"""How a recording lies on the superperiod, and what its cells say there.

An alignment is a line: the pattern frame that a frame of the recording meets, how fast the recording runs through the
pattern, and how far its pitch was moved. A path is several such pieces, one after the other, of a copy that was cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.audio.parameters import Parameters
from core.audio.pattern import Pattern
from core.model import FloatArray

SHIFTS = 5  # alignments that differ by fractions of a frame alone: the one that was searched, and 4 around it
REFINEMENTS = 43  # alignments tried around one, at most: 4 pitches, 24 shifts and speeds, 15 trims
_SHIFTED = (-0.5, -0.25, 0.0, 0.25, 0.5)  # frames
_TRIMS = (0, 100, 200, 300)  # frames that a short window may lose at each end
_EVENED_AT_ONCE = 2000  # frames
_CLEARED = 16  # alignments that are kept between two looks for others that say the same
_TRIMMED_UP_TO = 1200  # frames of a window for which that is tried


class Alignment(NamedTuple):
    """A way to lay frames `first` to `last` of a recording onto the superperiod.

    Frame i meets pattern frame `place` + `speed` x (i - middle), middle = (first + last) / 2. `pitch` is the frequency
    scale of the readings: 1.1 where the sound was raised by a tenth. `score` is the pilot's.

    The others tell what it is charged with: `group` in which part of the search it was found (0 for any but the one at
    the recording's own speed and pitch, see `search_near.groups`), `rank` its place in the order of the pilot's scores
    there, from 1 (0 without one), `fine` that it was turned, trimmed or moved in pitch after it was found.
    """

    score: float
    first: int
    last: int
    place: float
    speed: float = 1.0
    pitch: float = 1.0
    group: int = 0
    rank: int = 0
    fine: bool = False

    def at(self, frame: float) -> float:
        """Return the pattern frame that a frame of the recording meets, not folded."""
        return self.place + self.speed * (frame - (self.first + self.last) / 2)

    def moved(self, first: int, last: int) -> Alignment:
        """Return the same line told for other frames."""
        return self._replace(first=first, last=last, place=self.at((first + last) / 2))


Path = tuple[Alignment, ...]  # pieces in the order of the recording, which do not overlap


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells say at one alignment: pilot sum, pilot energy, soft values of the code word."""

    pilot: float
    pilot_energy: float
    soft: npt.NDArray[np.float64]

    @property
    def pilot_score(self) -> float:
        """The pilot's own statistic."""
        return self.pilot / float(np.sqrt(self.pilot_energy)) if self.pilot_energy > 0 else 0.0


def same_line(one: Alignment, other: Alignment, parameters: Parameters) -> bool:
    """Return whether two alignments lay the recording onto the superperiod alike, as far as `one` can tell."""
    apart = (one.place - other.at((one.first + one.last) / 2)) % parameters.period_frames
    apart = min(apart, parameters.period_frames - apart)
    return apart <= 3.0 + abs(one.speed - other.speed) * (one.last - one.first) / 2


def distinct(alignments: Sequence[Alignment], most: int, parameters: Parameters, *, each: int = 3) -> list[Alignment]:
    """Return the first of alignments that are sorted by score, at most `each` of one line and `most` in all."""
    if not alignments:
        return []
    first, last, place, speed = np.array([(a.first, a.last, a.place, a.speed) for a in alignments]).T
    middle, half = (first + last) / 2, (last - first) / 2
    open_, seen = np.arange(len(alignments)), np.zeros(len(alignments), np.int64)
    kept: list[Alignment] = []
    period = parameters.period_frames
    while open_.size and len(kept) < most:
        number = int(open_[0])
        if seen[number] < each:
            kept.append(alignments[number])
            there = place[number] + speed[number] * (middle[open_] - middle[number])
            apart = place[open_] - there + period / 2
            apart = np.abs(apart - period * np.floor(apart / period) - period / 2)
            seen[open_] += apart <= 3.0 + np.abs(speed[open_] - speed[number]) * half[open_]
        open_ = open_[1:]
        if len(kept) % _CLEARED == 0:
            open_ = open_[seen[open_] < each]
    return kept


def cells_at(
    readings: FloatArray, alignment: Alignment, parameters: Parameters
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return the cell numbers met by a window (not folded) and their values: int64 (cells,), float32 (cells, pairs)."""
    each = parameters.frames_per_cell
    # A cell spans `each` / speed frames; it is met if it lies within the window.
    begin, end = alignment.at(alignment.first) / each, alignment.at(alignment.last) / each - 1.0
    cells = np.arange(int(np.ceil(begin - 1e-9)), int(np.floor(end + 1e-9)) + 1)
    # A reading covers frames i and i + 1, so that of a cell lies half a cell before its centre, less half its own span.
    centre = (cells + 0.5) * each
    frame = (alignment.first + alignment.last) / 2 + (centre - alignment.place) / alignment.speed - each / 2
    frame = np.clip(frame, 0, readings.shape[0] - 1)
    left = frame.astype(np.int64)
    share = (frame - left).astype(np.float32)[:, None]
    values = readings[left].astype(np.float32, copy=False)
    if share.any():
        values = values + share * (readings[np.minimum(left + 1, readings.shape[0] - 1)] - values)
    return cells, values


def at_speed(readings: FloatArray, speed: float, first: int = 0, last: int | None = None) -> FloatArray:
    """Return frames `first` to `last` of the readings as a recording at the pattern's own speed would show them.

    Frame j is frame j / `speed` + (1 / `speed` - 1) of the recording, where a reading of two frames has its centre;
    there are `evened` of them.
    """
    last = evened(readings.shape[0], speed) if last is None else min(last, evened(readings.shape[0], speed))
    if speed == 1.0:
        return readings[first:last].astype(np.float32, copy=False)
    out = np.empty((max(0, last - first), readings.shape[1]), np.float32)
    for start in range(first, last, _EVENED_AT_ONCE):
        wanted = np.arange(start, min(last, start + _EVENED_AT_ONCE)) / speed + (1.0 / speed - 1.0)
        wanted = np.clip(wanted, 0, max(0, readings.shape[0] - 1))
        left = wanted.astype(np.int64)
        share = (wanted - left).astype(np.float32)[:, None]
        values = readings[left].astype(np.float32, copy=False)
        values += share * (readings[np.minimum(left + 1, readings.shape[0] - 1)] - values)
        out[start - first : start - first + len(values)] = values
    return out


def evened(frames: int, speed: float) -> int:
    """Return how many frames a recording of so many has at the pattern's own speed."""
    return int(frames * speed)


def fold(cells: npt.NDArray[np.int64], values: FloatArray, parameters: Parameters) -> FloatArray:
    """Return the values summed at their places in the superperiod: float32 (time cells, pairs).

    Cells that come again carry the same sign, so they are summed before any statistic is made of them.
    """
    folded = np.zeros((parameters.time_cells, parameters.pairs), np.float32)
    _add(folded, cells, values)
    return folded


def _add(folded: FloatArray, cells: npt.NDArray[np.int64], values: FloatArray) -> None:
    """Add the values of consecutive cells to their places in the superperiod."""
    period, start = len(folded), 0
    while start < len(cells):
        place = int(cells[start] % period)
        count = min(period - place, len(cells) - start)
        folded[place : place + count] += values[start : start + count]
        start += count


def read(readings: FloatArray, alignment: Alignment, pattern: Pattern) -> Reading:
    """Return what pilot and data cells say at an alignment."""
    cells, values = cells_at(readings, alignment, pattern.parameters)
    if len(cells) <= pattern.parameters.time_cells:  # no cell comes again
        return _reading(pattern, int(cells[0] % pattern.parameters.time_cells) if len(cells) else 0, values)
    return _reading(pattern, 0, fold(cells, values, pattern.parameters))


def read_path(readings: FloatArray, path: Sequence[Alignment], pattern: Pattern) -> Reading:
    """Return what pilot and data cells say along a path."""
    folded = np.zeros((pattern.parameters.time_cells, pattern.parameters.pairs), np.float32)
    for piece in path:
        _add(folded, *cells_at(readings, piece, pattern.parameters))
    return _reading(pattern, 0, folded)


def _reading(pattern: Pattern, start: int, values: FloatArray) -> Reading:
    """Return what the values of consecutive cells from time cell `start` on say, each cell at most once."""
    parameters = pattern.parameters
    pairs, period = parameters.pairs, parameters.time_cells
    pilot, energy = 0.0, 0.0
    soft = np.zeros(parameters.code_length, np.float64)
    done = 0
    while done < len(values):
        cell = (start + done) % period
        count = min(period - cell, len(values) - done)
        flat = values[done : done + count].reshape(-1)
        first, last = np.searchsorted(pattern.pilot, (cell * pairs, (cell + count) * pairs))
        said = flat[pattern.pilot[first:last] - cell * pairs].astype(np.float64)
        pilot += float(said @ pattern.pilot_signs[first:last])
        energy += float(said @ said)
        first, last = np.searchsorted(pattern.data, (cell * pairs, (cell + count) * pairs))
        signed = flat[pattern.data[first:last] - cell * pairs] * pattern.data_signs[first:last]
        soft += np.bincount(pattern.bits[first:last], weights=signed, minlength=parameters.code_length)
        done += count
    return Reading(pilot, energy, soft)


def repitched(alignment: Alignment) -> list[Alignment]:
    """Return the same line at frequency scales between those of the grid, where the pitch was changed."""
    if alignment.pitch == 1.0:
        return []
    return [alignment._replace(pitch=alignment.pitch * turn, fine=True) for turn in (0.994, 0.997, 1.003, 1.006)]


def refined(alignment: Alignment) -> list[Alignment]:
    """Return the neighbours of an alignment: fractions of a frame and of the speed's step."""
    slope = 0.5 / (alignment.last - alignment.first)
    return [
        alignment._replace(place=alignment.place + shift, speed=alignment.speed + slope * turn, fine=turn != 0.0)
        for shift in _SHIFTED
        for turn in (-2.0, -1.0, 0.0, 1.0, 2.0)
        if shift or turn
    ]


def trimmed(alignment: Alignment) -> list[Alignment]:
    """Return a short window without its first and last seconds, where a marked piece may not fill it."""
    if alignment.last - alignment.first > _TRIMMED_UP_TO:
        return []
    return [
        alignment.moved(alignment.first + start, alignment.last - end)._replace(fine=True)
        for start in _TRIMS
        for end in _TRIMS
        if (start or end) and alignment.last - end - alignment.first - start >= _TRIMS[-1]
    ]
