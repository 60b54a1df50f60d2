"""Where in the superperiod a recording lies, found by correlating with the pilot at every offset at once.

Stretches of 4 s are folded onto the 64 s superperiod by FFT. Their correlation maps add up to windows of 8 s, 64 s
and up to 640 s, shifted against each other for small drifts of speed (a clock, a resampler), so that a long recording
gathers all its evidence and a short marked piece within it is not drowned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.parameters import Parameters
from core.audio.pattern import Pattern, pattern_of
from core.keys import CreatorKey
from core.model import FloatArray

DRIFT = 0.002  # largest change of speed that is searched here
CANDIDATES = 400  # alignments that may reach the codebook in one round
REFINEMENTS = 40  # of each of them, at most: 24 shifts and drifts, 15 trims
_STRETCH = 400  # frames of one map: 4 s
_WINDOWS = ((2, 1), (16, 8), (160, 80))  # stretches a window has, and is moved by
_FULL_SCALES = 6000  # (frequency, time) scales of a full search: 25 x 193 and the diagonal of speeds, rounded up
_TRIMS = (0, 100, 200, 300)  # frames that a short window may lose at each end
_TRIMMED_UP_TO = 1200  # frames of a window for which that is tried
_PEAKS = 24  # best offsets kept of each map
_KEPT = 6000  # alignments that are kept of a recording


class Alignment(NamedTuple):
    """A way to lay frames `first` to `last` of a recording onto the superperiod.

    Frame i meets pattern frame `offset` + i + `drift` x (i - middle of the window). `score` is the pilot's.
    """

    score: float
    first: int
    last: int
    offset: float
    drift: float


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


def hypotheses(seconds: float, parameters: Parameters) -> int:
    """Return the number of alignments that is charged to a check of this length.

    It is what a search over all speeds, tempos and pitches tries (coarse and refined), an upper bound of what is
    tried here, so that numbers stay comparable and never too small.
    """
    stretches = max(1, int(np.ceil(seconds / (_STRETCH * parameters.frame_seconds))))
    return stretches * _FULL_SCALES * parameters.period_frames * 2 * REFINEMENTS


@lru_cache(maxsize=4)
def _pilot_spectrum(key: CreatorKey) -> npt.NDArray[np.complex64]:
    pattern = pattern_of(key)
    parameters = pattern.parameters
    impulses = np.zeros((parameters.pairs, parameters.period_frames), np.float32)
    impulses[:, :: parameters.frames_per_cell] = pattern.pilot_chips().T
    spectrum: npt.NDArray[np.complex64] = fft.rfft(impulses, axis=1)
    return spectrum


def candidates(readings: FloatArray, key: CreatorKey) -> list[Alignment]:
    """Return the alignments at which the pilot correlates best, best first: a few thousand at most.

    `readings` is float32 (frames, pairs) from `features.cell_readings`.
    """
    parameters = pattern_of(key).parameters
    frames, period = readings.shape[0], parameters.period_frames
    starts = range(0, frames, _STRETCH)
    maps, energy = _maps(readings, key, parameters)
    found: list[npt.NDArray[np.float64]] = []
    for first, last in _windows(len(starts)):
        total = float(energy[first:last].sum()) * parameters.pilot_share
        if total <= 0:
            continue
        begin, end = first * _STRETCH, min(frames, last * _STRETCH)
        centres = np.array([min(frames, start + _STRETCH) + start for start in starts[first:last]]) / 2
        for drift in _drifts(end - begin):
            combined = np.zeros(period, np.float32)
            for number, shift in enumerate(np.rint(drift * (centres - (begin + end) / 2)).astype(int) % period):
                combined += maps[first + number, shift : shift + period]
            places = _peaks(combined)
            rows = np.empty((places.size, 5))
            rows[:, 0], rows[:, 3] = combined[places] / total**0.5, places
            rows[:, 1], rows[:, 2], rows[:, 4] = begin, end, drift
            found.append(rows)
    if not found:
        return []
    every = np.concatenate(found)
    every = every[np.argsort(-every[:, 0], kind="stable")[:_KEPT]]
    return [Alignment(float(r[0]), int(r[1]), int(r[2]), float(r[3]), float(r[4])) for r in every]


def _maps(
    readings: FloatArray, key: CreatorKey, parameters: Parameters
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return for each stretch the pilot's sum at every offset, twice in a row so that any shift is a slice, and energy.

    The map tells offsets as they stand at frame 0 of the recording.
    """
    period = parameters.period_frames
    starts = range(0, readings.shape[0], _STRETCH)
    spectrum = _pilot_spectrum(key)
    maps = np.empty((len(starts), 2 * period), np.float32)
    energy = np.empty(len(starts))
    for number, start in enumerate(starts):
        piece = readings[start : start + _STRETCH]
        energy[number] = np.einsum("ij,ij->", piece, piece) / parameters.frames_per_cell
        product = np.einsum("ij,ij->j", fft.rfft(piece.T, n=period, axis=1).conj(), spectrum)
        maps[number, :period] = np.roll(fft.irfft(product, n=period), -(start % period))
    maps[:, period:] = maps[:, :period]
    return maps, energy


def same_line(one: Alignment, other: Alignment, parameters: Parameters) -> bool:
    """Return whether two alignments lay the recording onto the superperiod alike, as far as `one` can tell."""
    middle = (one.first + one.last) / 2
    there = other.offset + other.drift * (middle - (other.first + other.last) / 2)
    apart = (one.offset - there) % parameters.period_frames
    apart = min(apart, parameters.period_frames - apart)
    return apart <= 3.0 + abs(one.drift - other.drift) * (one.last - one.first) / 2


def _windows(stretches: int) -> list[tuple[int, int]]:
    """Return (first, last) stretch of each window: all lengths that fit, and the longest that covers the recording."""
    spans: dict[tuple[int, int], None] = {}
    for length, step in _WINDOWS:
        if stretches <= length:
            spans[(0, stretches)] = None
            break
        for first in range(0, stretches - length + step, step):
            last = min(stretches, first + length)
            spans[(last - length, last)] = None
    return list(spans)


def _drifts(frames: int) -> FloatArray:
    """Return the drifts to try on a window: the ends of neighbouring ones lie at most 2 frames apart."""
    steps = int(np.ceil(DRIFT * frames / 2.0))
    return np.linspace(-DRIFT, DRIFT, 2 * steps + 1)


def _peaks(values: FloatArray) -> npt.NDArray[np.int64]:
    """Return the places of the largest local maxima of a circular map."""
    best = np.argpartition(values, -2 * _PEAKS)[-2 * _PEAKS :]
    peak = (values[best] >= values[best - 1]) & (values[best] >= values[(best + 1) % values.size])
    return best[peak]


def cells_at(
    readings: FloatArray, alignment: Alignment, parameters: Parameters
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return the cell numbers met by a window (not folded) and their values: int64 (cells,), float32 (cells, pairs)."""
    each = parameters.frames_per_cell
    middle = (alignment.first + alignment.last) / 2
    ends = [alignment.offset + i + alignment.drift * (i - middle) for i in (alignment.first, alignment.last - each)]
    cells = np.arange(int(np.ceil(ends[0] / each)), int(np.floor(ends[1] / each)) + 1)
    place = middle + (cells * each - alignment.offset - middle) / (1.0 + alignment.drift)
    place = np.clip(place, 0, readings.shape[0] - 1)
    left = np.minimum(place.astype(np.int64), readings.shape[0] - 1)
    share = (place - left).astype(np.float32)[:, None]
    values = readings[left]
    if share.any():
        values = values + share * (readings[np.minimum(left + 1, readings.shape[0] - 1)] - values)
    return cells, values


def fold(cells: npt.NDArray[np.int64], values: FloatArray, parameters: Parameters) -> FloatArray:
    """Return the values summed at their places in the superperiod: float32 (time cells, pairs).

    Cells that come again carry the same sign, so they are summed before any statistic is made of them.
    """
    period = parameters.time_cells
    folded = np.zeros((period, parameters.pairs), np.float32)
    start = 0
    while start < len(cells):
        place = int(cells[start] % period)
        count = min(period - place, len(cells) - start)
        folded[place : place + count] += values[start : start + count]
        start += count
    return folded


def read(readings: FloatArray, alignment: Alignment, pattern: Pattern) -> Reading:
    """Return what pilot and data cells say at an alignment."""
    folded = fold(*cells_at(readings, alignment, pattern.parameters), pattern.parameters)
    pilot = folded.reshape(-1)[pattern.pilot].astype(np.float64)
    return Reading(float(pilot @ pattern.pilot_signs), float(pilot @ pilot), pattern.soft(folded))


def refined(alignment: Alignment) -> list[Alignment]:
    """Return the neighbours of an alignment: fractions of a frame and of the drift's step, fewer than `REFINEMENTS`."""
    frames = alignment.last - alignment.first
    slope = 0.5 / frames
    return [
        alignment._replace(offset=alignment.offset + shift, drift=alignment.drift + slope * turn)
        for shift in (-0.5, -0.25, 0.0, 0.25, 0.5)
        for turn in (-2.0, -1.0, 0.0, 1.0, 2.0)
        if shift or turn
    ]


def trimmed(alignment: Alignment) -> list[Alignment]:
    """Return a short window without its first and last seconds, where a marked piece may not fill it."""
    if alignment.last - alignment.first > _TRIMMED_UP_TO:
        return []
    middle = (alignment.first + alignment.last) / 2
    windows = [
        (alignment.first + start, alignment.last - end)
        for start in _TRIMS
        for end in _TRIMS
        if (start or end) and alignment.last - end - alignment.first - start >= _TRIMS[-1]
    ]
    # The drift turns about the window's middle, which moves.
    return [
        alignment._replace(
            first=first, last=last, offset=alignment.offset + alignment.drift * ((first + last) / 2 - middle)
        )
        for first, last in windows
    ]
