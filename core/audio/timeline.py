"""Which seconds of a recording carry a mark that was found.

With alignment and serial known every cell's sign is known. Steps of half a second are told marked or unmarked by the
likeliest course of a two-state chain (Viterbi, 1967): pauses tell nothing and keep the state. The same line tells the
speed and from where in the copy a piece was taken.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.audio.align import Alignment, cells_at
from core.audio.pattern import Pattern
from core.model import FloatArray

Spans = tuple[tuple[float, float], ...]
_STEP_SECONDS = 0.5
_SWITCH = 6.0  # log-likelihood that a change of state costs: one in 400
_LEAST = 6.0  # log-likelihood that a stretch must have in all
_ROUNDS = 3  # in which the strength of the mark is estimated from the stretches that carry it


def spans(readings: FloatArray, alignment: Alignment, pattern: Pattern, serial: int | None) -> Spans:
    """Return the (start, end) seconds that carry the mark; the window of the alignment where none stands out."""
    parameters = pattern.parameters
    frames, frame = readings.shape[0], parameters.frame_seconds
    middle = (alignment.first + alignment.last) / 2
    # The same line, told from the middle of the whole recording.
    whole = Alignment(0.0, 0, frames, alignment.offset + alignment.drift * (frames / 2 - middle), alignment.drift)
    chips = pattern.pilot_chips() if serial is None else pattern.chips(serial)
    cells, values = cells_at(readings, whole, parameters)
    met = chips[cells % parameters.time_cells]
    each = round(_STEP_SECONDS / parameters.cell_seconds)
    edges = np.arange(0, len(cells), each)
    agree = np.add.reduceat((values * met).sum(axis=1, dtype=np.float64), edges)
    energy = np.add.reduceat(np.where(met != 0, values * values, 0.0).sum(axis=1, dtype=np.float64), edges)
    at = (np.arange(edges.size) + 0.5) * _STEP_SECONDS / frame
    carrying = (at >= alignment.first) & (at < alignment.last)
    for _ in range(_ROUNDS):
        strength = float(agree[carrying].sum() / max(energy[carrying].sum(), 1e-9))
        gain = strength * agree - 0.5 * strength**2 * energy  # log-likelihood of "marked" over "not marked"
        again = _course(gain)
        if strength <= 0.0 or not again.any():
            return ((alignment.first * frame, alignment.last * frame),)
        carrying = again
    found = [(first, last) for first, last in _stretches(carrying) if gain[first:last].sum() >= _LEAST]
    if not found:
        return ((alignment.first * frame, alignment.last * frame),)
    length = frames * frame
    return tuple((first * _STEP_SECONDS, round(min(length, last * _STEP_SECONDS), 2)) for first, last in found)


def _course(gain: FloatArray) -> npt.NDArray[np.bool_]:
    """Return the likeliest states given the log-likelihood of "marked" in each step."""
    stays = np.empty((gain.size, 2), bool)  # whether the best way into (unmarked, marked) comes from the same state
    unmarked, marked = 0.0, 0.0
    for step, value in enumerate(gain):
        stays[step] = unmarked >= marked - _SWITCH, marked >= unmarked - _SWITCH
        unmarked, marked = max(unmarked, marked - _SWITCH), max(marked, unmarked - _SWITCH) + float(value)
    states = np.empty(gain.size, bool)
    state = marked > unmarked
    for step in range(gain.size - 1, -1, -1):
        states[step] = state
        state = state if stays[step, int(state)] else not state
    return states


def _stretches(states: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, past last) of each run of true states."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], states, [False]])))
    return [(int(first), int(last)) for first, last in turns.reshape(-1, 2)]


def transform(alignment: Alignment, pattern: Pattern, serial: int | None, where: Spans) -> str:
    """Return in words how the recording relates to the copy: its speed, and from where in the copy it was taken."""
    seconds = (alignment.last - alignment.first) * pattern.parameters.frame_seconds
    known = max(0.0005, 0.02 / seconds)
    if abs(alignment.drift) < known:
        speed = "unchanged speed"
    else:
        # Frame i meets pattern frame (1 + drift) i: the sound runs through the pattern faster.
        speed = f"{abs(alignment.drift):.2%} {'faster' if alignment.drift > 0 else 'slower'}"
    if serial is None:
        return speed
    parameters = pattern.parameters
    whole = parameters.superperiod_seconds
    middle = (alignment.first + alignment.last) / 2

    def place(seconds: float) -> float:
        frame = seconds / parameters.frame_seconds
        met = alignment.offset + frame + alignment.drift * (frame - middle) - pattern.start(serial)
        return (met % parameters.period_frames) * parameters.frame_seconds

    if min(place(0.0), whole - place(0.0)) < 0.05:
        return f"{speed}, from the start of the copy (or a multiple of {whole:.0f} s into it)"
    return f"{speed}, from {place(where[0][0]):.1f} s into the copy (or a multiple of {whole:.0f} s later)"
