"""Where in the superperiod a recording lies at one speed and pitch: the pilot correlated at every offset by FFT.

Stretches of 4 s are folded onto the 64 s superperiod. Their correlation maps add up to windows of 8 s, 64 s and up to
640 s, shifted against each other for small drifts of speed (a clock, a resampler), so that a long recording gathers
all its evidence and a short marked piece within it is not drowned.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.align import Alignment, at_speed, evened
from core.audio.parameters import Parameters
from core.audio.pattern import pattern_of
from core.keys import CreatorKey
from core.model import FloatArray

NEAR_DRIFT = 0.005  # largest change of speed that is followed at the recording's own speed
FOUND_DRIFT = 0.002  # and around a speed that the search over scales proposes: half a step and a clock
STRETCH = 400  # frames of one map: 4 s
_WINDOWS = ((2, 1), (16, 8), (160, 80))  # stretches a window has, and is moved by
_PEAKS = 24  # best offsets kept of each map
_KEPT = 6000  # alignments that are kept of a recording


def near_alignments(stretches: int, drift: float = FOUND_DRIFT) -> int:
    """Return how many windows and drifts are tried on a recording, each at every offset."""
    return sum(groups(stretches, drift))


def groups(stretches: int, drift: float = NEAR_DRIFT) -> tuple[int, int, int, int]:
    """Return how many of them there are of four kinds, which `Alignment.group` numbers from 1.

    The longest windows without and with drift, the shorter ones without and with drift.
    """
    counts = [0, 0, 0, 0]
    spans = _windows(stretches)
    for first, last in spans:
        shorter = 2 * _shorter((first, last), spans)
        counts[shorter] += 1
        counts[shorter + 1] += len(_drifts((last - first) * STRETCH, drift)) - 1
    return counts[0], counts[1], counts[2], counts[3]


def _shorter(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    """Return whether a window is not among the longest, of which the last is one."""
    return span[1] - span[0] < spans[-1][1] - spans[-1][0]


def near(
    readings: FloatArray, key: CreatorKey, *, speed: float = 1.0, pitch: float = 1.0, drift: float = NEAR_DRIFT
) -> list[Alignment]:
    """Return the alignments near one speed at which the pilot correlates best, best first: a few thousand at most.

    `readings` is float32 (frames, pairs), those of the frequency scale `pitch`; speeds from `speed` x (1 - `drift`) to
    `speed` x (1 + `drift`) are tried. With the defaults this is the search at the recording's own speed and pitch, and
    its alignments say so.
    """
    parameters = pattern_of(key).parameters
    own = (speed, pitch, drift) == (1.0, 1.0, NEAR_DRIFT)
    frames, period = evened(readings.shape[0], speed), parameters.period_frames
    starts = range(0, frames, STRETCH)
    maps, energy = _maps(readings, speed, key, parameters)
    found, waiting = [np.empty((0, 6))], 0
    spans = _windows(len(starts))
    for first, last in spans:
        total = float(energy[first:last].sum()) * parameters.pilot_share
        if total <= 0:
            continue
        begin, end = first * STRETCH, min(frames, last * STRETCH)
        middle = (begin + end) / 2
        centres = np.array([min(frames, start + STRETCH) + start for start in starts[first:last]]) / 2
        group = 1 + 2 * _shorter((first, last), spans)
        for turn in _drifts(end - begin, drift):
            combined = np.zeros(period, np.float32)
            for number, shift in enumerate(np.rint(turn * (centres - middle)).astype(int) % period):
                combined[: period - shift] += maps[first + number, shift:]
                combined[period - shift :] += maps[first + number, :shift]
            places = _peaks(combined)
            rows = np.empty((places.size, 6))
            rows[:, 0], rows[:, 3] = combined[places] / total**0.5, places + middle
            rows[:, 1], rows[:, 2], rows[:, 4] = begin / speed, end / speed, speed * (1.0 + turn)
            rows[:, 5] = (group + (turn != 0.0)) if own else 0
            found.append(rows)
            waiting += len(rows)
            if waiting > _KEPT:  # hours have hundreds of thousands
                found, waiting = [_best(found)], 0
    return [_alignment(row, pitch) for row in _best(found)]


def _best(found: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Return the rows with the best scores, best first; of equal ones the first."""
    every = np.concatenate(found)
    return every[np.argsort(-every[:, 0], kind="stable")[:_KEPT]]


def _alignment(row: npt.NDArray[np.float64], pitch: float) -> Alignment:
    first, last = round(row[1]), round(row[2])
    # The ends were rounded to whole frames, so the middle moved by a fraction of one.
    place = float(row[3] + row[4] * ((first + last) / 2 - (row[1] + row[2]) / 2))
    return Alignment(float(row[0]), first, last, place, float(row[4]), pitch, int(row[5]))


@lru_cache(maxsize=4)
def _pilot_spectrum(key: CreatorKey) -> npt.NDArray[np.complex64]:
    pattern = pattern_of(key)
    parameters = pattern.parameters
    impulses = np.zeros((parameters.pairs, parameters.period_frames), np.float32)
    impulses[:, :: parameters.frames_per_cell] = pattern.pilot_chips().T
    spectrum: npt.NDArray[np.complex64] = fft.rfft(impulses, axis=1)
    return spectrum


def _maps(
    readings: FloatArray, speed: float, key: CreatorKey, parameters: Parameters
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return for each stretch the pilot's sum at every offset, (stretches, period), and its energy.

    The map tells offsets as they stand at frame 0 of the recording.
    """
    period = parameters.period_frames
    starts = range(0, evened(readings.shape[0], speed), STRETCH)
    spectrum = _pilot_spectrum(key)
    maps = np.empty((len(starts), period), np.float32)
    energy = np.empty(len(starts))
    for number, start in enumerate(starts):
        piece = at_speed(readings, speed, start, start + STRETCH)
        energy[number] = np.einsum("ij,ij->", piece, piece) / parameters.frames_per_cell
        product = np.einsum("ij,ij->j", fft.rfft(piece.T, n=period, axis=1).conj(), spectrum)
        maps[number] = np.roll(fft.irfft(product, n=period), -(start % period))
    return maps, energy


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


def _drifts(frames: int, largest: float) -> FloatArray:
    """Return the drifts to try on a window, 0 among them: the ends of neighbouring ones lie at most 2 frames apart."""
    steps = int(np.ceil(largest * frames / 2.0))
    drifts: FloatArray = largest * np.arange(-steps, steps + 1) / max(1, steps)
    return drifts


def _peaks(values: FloatArray) -> npt.NDArray[np.int64]:
    """Return the places of the largest local maxima of a circular map."""
    best = np.argpartition(values, -2 * _PEAKS)[-2 * _PEAKS :]
    peak = (values[best] >= values[best - 1]) & (values[best] >= values[(best + 1) % values.size])
    return best[peak]
