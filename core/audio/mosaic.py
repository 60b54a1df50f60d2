"""Where short pieces of a recording lie, each by itself: cuts in any order, from anywhere in the copy.

Windows of 1.2 s are correlated with the known signs at every offset of the superperiod; those that stand out become the
pieces of a path. Alone none of them proves a serial; what they say is summed as if they had never been cut.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.align import Alignment, Path, at_speed, evened
from core.audio.parameters import Parameters
from core.model import FloatArray

PILOT_LEAST = 4.4  # deviations that a window must show with the pilot alone: noise does once in 30 windows
KNOWN_LEAST = 5.5  # and with the data of a serial that was found: noise does once in three hours
_HOP, _HOPS = 60, 2  # frames between windows, and hops in a window
_SAME = 1.5  # frames between the lines of one piece


def mosaic(
    readings: FloatArray,
    chips: npt.NDArray[np.int8],
    parameters: Parameters,
    *,
    least: float,
    speed: float = 1.0,
    pitch: float = 1.0,
) -> Path:
    """Return the pieces that stand out, in the order of the recording: () where none does.

    `readings` are float32 (frames, pairs) of the frequency scale `pitch`; `chips` int8 (time cells, pairs) the signs
    that are known: the pilot's, with 0 in data cells, or all of a serial.
    """
    steps = evened(readings.shape[0], speed) // _HOP
    if steps < _HOPS:
        return ()
    scores, origins = _windows(readings, speed, steps, chips, parameters)
    pieces: list[tuple[int, int, float, float]] = []  # first step, past last, origin, score
    for step in range(steps):
        around = range(max(0, step - _HOPS + 1), min(step + 1, scores.size))
        best = max(around, key=lambda window: scores[window])
        if scores[best] < least:
            continue
        origin, score = float(origins[best]), float(scores[best])
        if pieces and pieces[-1][1] == step and abs(pieces[-1][2] - origin) <= _SAME:
            first, _, before, top = pieces[-1]
            pieces[-1] = (first, step + 1, before if top >= score else origin, max(top, score))
        else:
            pieces.append((step, step + 1, origin, score))
    return tuple(_piece(*piece, speed, pitch) for piece in pieces)


def _windows(
    readings: FloatArray, speed: float, steps: int, chips: npt.NDArray[np.int8], parameters: Parameters
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the best score of each window and where frame 0 of the recording would lie by it."""
    period = parameters.period_frames
    impulses = np.zeros((parameters.pairs, period), np.float32)
    impulses[:, :: parameters.frames_per_cell] = chips.T
    spectrum = fft.rfft(impulses, axis=1)
    known = float((chips != 0).mean()) / parameters.frames_per_cell
    count = steps - _HOPS + 1
    scores, origins = np.zeros(count), np.zeros(count)
    for window in range(count):
        piece = at_speed(readings, speed, window * _HOP, (window + _HOPS) * _HOP)
        energy = float(np.einsum("ij,ij->", piece, piece)) * known
        if energy <= 1e-6:
            continue
        values = fft.irfft(np.einsum("ij,ij->j", fft.rfft(piece.T, n=period, axis=1).conj(), spectrum), n=period)
        place = int(values.argmax())
        scores[window], origins[window] = values[place] / energy**0.5, place - window * _HOP
    return scores, origins


def _piece(first: int, last: int, origin: float, score: float, speed: float, pitch: float) -> Alignment:
    begin, end = round(first * _HOP / speed), round(last * _HOP / speed)
    return Alignment(score, begin, end, origin + speed * (begin + end) / 2, speed, pitch)
