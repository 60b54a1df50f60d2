"""Which seconds of a recording carry a mark that was found.

With alignment and serial known every cell's sign is known; windows of 5 s slide over the sum of what the cells say.
"""

from __future__ import annotations

import numpy as np

from core.audio.align import Alignment, cells_at
from core.audio.pattern import Pattern
from core.model import FloatArray

_STEP_SECONDS = 0.5
_WINDOW_STEPS = 10  # 5 s
_CARRIES = 4.0  # standard deviations of a window without mark: one in 30,000
_GAP_SECONDS = 8.0  # shorter stretches between two marked ones are pauses or weak passages, not other sound


def spans(
    readings: FloatArray, alignment: Alignment, pattern: Pattern, serial: int | None
) -> tuple[tuple[float, float], ...]:
    """Return the (start, end) seconds that carry the mark; the window of the alignment where none stands out."""
    parameters = pattern.parameters
    middle = (alignment.first + alignment.last) / 2
    offset = alignment.offset
    whole = alignment._replace(first=0, last=readings.shape[0])
    # The same line through (offset, drift), told from the middle of the whole recording.
    whole = whole._replace(offset=offset + alignment.drift * (readings.shape[0] / 2 - middle))
    chips = pattern.pilot_chips() if serial is None else pattern.chips(serial)
    cells, values = cells_at(readings, whole, parameters)
    met = chips[cells % parameters.time_cells]
    agree = (values * met).sum(axis=1, dtype=np.float64)
    energy = np.where(met != 0, values * values, 0.0).sum(axis=1, dtype=np.float64)
    each = round(_STEP_SECONDS / parameters.cell_seconds)
    edges = np.arange(0, len(cells), each)
    window = np.ones(_WINDOW_STEPS)
    sums = np.convolve(np.add.reduceat(agree, edges), window, "full")
    norms = np.convolve(np.add.reduceat(energy, edges), window, "full")
    score = sums / np.sqrt(np.maximum(norms, 1e-9))
    length = readings.shape[0] * parameters.frame_seconds
    frame = parameters.frame_seconds
    if not (score >= _CARRIES).any():
        return ((alignment.first * frame, min(length, alignment.last * frame)),)
    return _merged(score, np.add.reduceat(agree, edges), length)


def _merged(score: FloatArray, agree: FloatArray, length: float) -> tuple[tuple[float, float], ...]:
    """Return spans around windows that carry the mark, drawn in to the steps that speak for it."""
    carrying = np.zeros(agree.size, bool)
    for place in np.flatnonzero(score >= _CARRIES):  # window `place` covers the steps up to `place`
        carrying[max(0, place - _WINDOW_STEPS + 1) : place + 1] = True
    steps = np.flatnonzero(carrying & (agree > 0))
    out: list[tuple[float, float]] = []
    for step in steps:
        start, end = float(step) * _STEP_SECONDS, min(length, float(step + 1) * _STEP_SECONDS)
        if out and start - out[-1][1] <= _GAP_SECONDS:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)
