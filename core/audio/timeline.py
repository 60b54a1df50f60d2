"""Which seconds of a recording carry a mark that was found, and how it relates to the copy.

With the serial known every cell's sign is known. The path of the copy through the recording is followed with all of
them; then half seconds are told marked or unmarked by the likeliest course of a two-state chain (Viterbi, 1967): pauses
tell nothing and keep the state, and long ones are left out in the end. The same path tells cuts, the speed, and from
where in the copy a piece was taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.audio.align import Alignment, Path, cells_at
from core.audio.mosaic import KNOWN_LEAST, mosaic
from core.audio.parameters import Parameters
from core.audio.pattern import Pattern
from core.audio.track import BLOCK, KNOWN_NOISE, track
from core.model import FloatArray

Spans = tuple[tuple[float, float], ...]
_STEP_SECONDS = 0.5
_SWITCH = 6.0  # log-likelihood that a change of state costs: one in 400
_LEAST = 6.0  # log-likelihood that a stretch must have in all
_ROUNDS = 3  # in which the strength of the mark is estimated from the stretches that carry it
_PAUSE = 4  # steps from which a pause is long
_QUIET = 0.02  # of the mean energy of steps that carry the mark: below it is a pause
_LASTING = 50  # frames that a piece has at least if its end counts as a cut
_JUMP = 3.0  # frames from which a step of the path is a cut
_SAME = 0.008  # speed and pitch scales closer than this are one: the pitch is known to half a percent


@dataclass(frozen=True, slots=True)
class Course:
    """Where a copy lies in a recording: the spans that carry its mark in seconds, and the pieces of its path.

    `main` is the alignment by which it was found, `cut` whether the marked spans were cut and rejoined.
    """

    where: Spans
    path: Path
    main: Alignment
    cut: bool


def course(readings: FloatArray, found: Path, pattern: Pattern, serial: int | None) -> Course:
    """Return where a copy lies in a recording: where nothing stands out, the frames of the path that was found.

    `readings` are those of the path's pitch; for serial None only the pilot's signs are known.
    """
    parameters = pattern.parameters
    frames, frame = readings.shape[0], parameters.frame_seconds
    chips = pattern.pilot_chips() if serial is None else pattern.chips(serial)
    main = max(found, key=lambda piece: piece.last - piece.first)
    path = track(readings, main, chips, parameters, whole=True) or found
    agree, energy = _agreement(readings, path, chips, parameters)
    if path is not found:  # the path went where the signs agree, so that they agree a little everywhere
        agree -= KNOWN_NOISE * np.sqrt(energy * (_STEP_SECONDS / (BLOCK * frame)))
    at = (np.arange(agree.size) + 0.5) * _STEP_SECONDS / frame
    carrying = np.zeros(agree.size, bool)
    for piece in found:
        carrying |= (at >= piece.first) & (at < piece.last)
    gain = np.zeros(agree.size)
    for _ in range(_ROUNDS):
        strength = float(agree[carrying].sum() / max(energy[carrying].sum(), 1e-9))
        gain = strength * agree - 0.5 * strength**2 * energy  # log-likelihood of "marked" over "not marked"
        again = _states(gain)
        if strength <= 0.0 or not again.any():
            carrying = np.zeros(agree.size, bool)
            break
        carrying = again
    steps = [(first, last) for first, last in _stretches(carrying) if gain[first:last].sum() >= _LEAST]
    if not steps:
        where: Spans = ((found[0].first * frame, found[-1].last * frame),)
        return Course(where, found, main, False)
    length = frames * frame
    where = _seconds(_without_pauses(steps, energy, gain), length)
    if serial is not None:
        # The pilot is the same in every copy of the key, so that only the data tell this one.
        own = np.where(pattern.pilot_chips() == 0, chips, 0).astype(np.int8)
        elsewhere = _elsewhere(readings, main, own, _seconds(steps, length), parameters)
        spans = tuple((round(p.first * frame, 2), round(min(length, p.last * frame), 2)) for p in elsewhere)
        where, path = union(where, spans), (*elsewhere, *path)
    return Course(where, path, main, _is_cut(path, where, frame))


def _elsewhere(
    readings: FloatArray, main: Alignment, chips: npt.NDArray[np.int8], where: Spans, parameters: Parameters
) -> Path:
    """Return short pieces of the same copy beyond the reach of its path: cuts in another order, or from far apart."""
    if where[0][0] <= 0.0 and where[0][1] >= (readings.shape[0] - 1) * parameters.frame_seconds:
        return ()  # the path carries it all
    pieces = mosaic(readings, chips, parameters, least=KNOWN_LEAST, speed=main.speed, pitch=main.pitch)
    middles = [(piece.first + piece.last) / 2 * parameters.frame_seconds for piece in pieces]
    known = [any(start <= middle <= end for start, end in where) for middle in middles]
    return tuple(piece for piece, old in zip(pieces, known, strict=True) if not old)


def _seconds(stretches: Sequence[tuple[int, int]], length: float) -> Spans:
    """Return stretches of steps in seconds, of a recording of this many seconds."""
    return tuple((first * _STEP_SECONDS, round(min(length, last * _STEP_SECONDS), 2)) for first, last in stretches)


def _without_pauses(
    stretches: Sequence[tuple[int, int]], energy: npt.NDArray[np.float64], gain: npt.NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Return stretches of steps without the long pauses in them and at their ends, and what is left beside these."""
    carrying = np.zeros(energy.size, bool)
    for first, last in stretches:
        carrying[first:last] = True
    for first, last in _stretches(carrying & (energy < _QUIET * energy[carrying].mean())):
        if last - first >= _PAUSE:
            carrying[first:last] = False
    pieces = _stretches(carrying)
    return [(first, last) for first, last in pieces if gain[first:last].sum() >= _LEAST] or pieces


def union(one: Spans, other: Spans) -> Spans:
    """Return the spans of both in order, those joined that overlap or nearly touch."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((*one, *other)):
        if joined and start <= joined[-1][1] + _STEP_SECONDS / 2:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _agreement(
    readings: FloatArray, path: Path, chips: npt.NDArray[np.int8], parameters: Parameters
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return for each half second how the cells agree with the known signs, and their energy."""
    frames_each = _STEP_SECONDS / parameters.frame_seconds
    count = math.ceil(readings.shape[0] / frames_each)
    agree, energy = np.zeros(count), np.zeros(count)
    for piece in path:
        cells, values = cells_at(readings, piece, parameters)
        met = chips[cells % parameters.time_cells]
        centre = (cells + 0.5) * parameters.frames_per_cell
        frame = (piece.first + piece.last) / 2 + (centre - piece.place) / piece.speed
        step = np.clip((frame / frames_each).astype(np.int64), 0, count - 1)
        agree += np.bincount(step, (values * met).sum(axis=1), count)
        energy += np.bincount(step, np.where(met != 0, values * values, 0.0).sum(axis=1), count)
    return agree, energy


def _is_cut(path: Path, where: Spans, frame: float) -> bool:
    """Return whether the path jumps between two lasting pieces that both carry the mark."""
    lasting = [
        piece
        for piece in sorted(path, key=lambda piece: piece.first)
        if piece.last - piece.first >= _LASTING
        and any(start <= (piece.first + piece.last) / 2 * frame <= end for start, end in where)
    ]
    return any(abs(two.place - one.at((two.first + two.last) / 2)) >= _JUMP for one, two in pairwise(lasting))


def _states(gain: FloatArray) -> npt.NDArray[np.bool_]:
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


def transform(line: Course, pattern: Pattern, serial: int | None) -> str:
    """Return in words how the recording relates to the copy: its speed, cuts, and from where in the copy it is."""
    parameters = pattern.parameters
    words = _speed(line.main, parameters)
    if line.cut:
        words += ", cut and rejoined"
    if serial is None:
        return words
    whole = parameters.superperiod_seconds
    start = line.where[0][0] / parameters.frame_seconds
    piece = next((piece for piece in line.path if piece.first <= start + 1 < piece.last), line.main)

    once, twice = f"{whole:.0f}", f"{2 * whole:.0f}"

    def place(frame: float) -> float:
        met = piece.at(frame) - pattern.start(serial)
        return float(met % parameters.period_frames) * parameters.frame_seconds

    begins = place(start)  # known to a step: the copy may begin within it
    if min(place(0.0), whole - place(0.0)) < 0.05 or not 0.05 <= begins <= whole - _STEP_SECONDS:
        return f"{words}, from the start of the copy (or {once}, {twice}, … seconds later: the mark repeats)"
    begin = f"{begins:.1f}"
    return f"{words}, from {begin} seconds into the copy (or {once}, {twice}, … seconds later: the mark repeats)"


def _speed(alignment: Alignment, parameters: Parameters) -> str:
    """Return speed, tempo and pitch in words: the sound runs through the pattern `speed` times as fast."""
    speed, pitch = alignment.speed, alignment.pitch
    known = max(0.0005, 0.02 / ((alignment.last - alignment.first) * parameters.frame_seconds))
    if abs(pitch - 1.0) < _SAME:
        if abs(speed - 1.0) < known:
            return "unchanged speed"
        if abs(speed - 1.0) < 2 * _SAME:  # too little to tell speed from tempo
            return f"{abs(speed - 1.0):.2%} {'faster' if speed > 1.0 else 'slower'}"
        return f"tempo {_number(speed)}"
    if abs(speed / pitch - 1.0) < _SAME:
        return f"{_number(speed)} times the speed"
    semitones = f"pitch {12 * math.log2(pitch):+.1f}".removesuffix(".0") + " semitones"
    return semitones if abs(speed - 1.0) < max(known, 0.003) else f"tempo {_number(speed)}, {semitones}"


def _number(scale: float) -> str:
    return f"{scale:.3f}".rstrip("0").rstrip(".")
