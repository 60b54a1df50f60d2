"""Which speed, tempo and pitch a recording has: the pilot correlated at every offset, time scale and frequency scale.

Scales lie on one geometric grid: time scales 0.2 % apart (ends of a 10 s window move by half a cell), frequency scales
1 % apart. Time and frequency scales from 0.88 to 1.12 are combined freely (tempo, pitch, and both), speeds from 0.79 to
1.26 move both alike. A window is transformed once for each frequency scale; the stretched pilots of a key are kept as
spectra, so that each spectral bin takes one complex matrix product of frequency scales by time scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.align import Alignment
from core.audio.features import Analysis
from core.audio.pattern import Pattern, pattern_of
from core.keys import CreatorKey
from core.model import FloatArray

STEP = 1.002  # between neighbouring time scales
_PER_PITCH = 5  # steps between neighbouring frequency scales
_INNER = (-13, 12)  # frequency scales, in steps of five, that meet all time scales of the same range
_OUTER = 23  # and up to here those of the same speed alone
_BLOCK = 25  # time scales that are multiplied at once
_WINDOW = 1000  # frames of a window of a longer recording: 10 s
_LONGEST = 1200  # frames up to which a recording is one window
WINDOWS = 3  # of a longer recording: those with the most sound
_SIZE = 9216  # transform length: the longest pilot (64 s / 0.79) and the longest window fit
_BINS = 3072  # of them are used: modulations up to 33 Hz, beyond which a mark of 20 ms cells shows little
_POINTS = 2 * _BINS  # offsets of a map, 15 ms apart
_STANDS_OUT = 3.5  # deviations over the mean from which an offset is kept
_KEPT = 4000  # alignments that are kept of a recording
MOST_SCALES = 3500  # pairs of time and frequency scale, rounded up
OFFSETS = _POINTS
FASTEST = STEP ** (_OUTER * _PER_PITCH + 2)


@dataclass(frozen=True, slots=True)
class Scales:
    """What the search over scales found: alignments, best first, and the (speed, pitch) that spoke loudest."""

    alignments: list[Alignment]
    loudest: list[tuple[float, float]]


def scale(step: int) -> float:
    """Return a scale of the grid."""
    return float(STEP**step)


def blocks() -> list[tuple[range, range]]:
    """Return (time steps, frequency steps) of each product; steps are exponents of the grid's ratio."""
    inner = range(_INNER[0] * _PER_PITCH, _INNER[1] * _PER_PITCH + 1, _PER_PITCH)
    low, high = _INNER[0] * _PER_PITCH - 2, _INNER[1] * _PER_PITCH + 3
    grid = [(range(first, min(first + _BLOCK, high)), inner) for first in range(low, high, _BLOCK)]
    for first in (*range(-_OUTER, _INNER[0], 5), *range(_INNER[1] + 1, _OUTER + 1, 5)):
        last = min(first + 5, _INNER[0] if first < 0 else _OUTER + 1)
        pitches = range(first * _PER_PITCH, (last - 1) * _PER_PITCH + 1, _PER_PITCH)
        grid.append((range(first * _PER_PITCH - 2, (last - 1) * _PER_PITCH + 3), pitches))
    return grid


def on_grid(speeds: range, pitches: range) -> npt.NDArray[np.bool_]:
    """Return which pairs of a block are searched, (pitches, speeds): beyond the free range only equal ones."""
    if pitches[0] >= _INNER[0] * _PER_PITCH and pitches[-1] <= _INNER[1] * _PER_PITCH:
        return np.ones((len(pitches), len(speeds)), bool)
    return np.abs(np.subtract.outer(np.array(pitches), np.array(speeds))) <= _PER_PITCH // 2


def scales(analysis: Analysis, at_one: FloatArray, key: CreatorKey) -> Scales:
    """Return the alignments over all scales at which the pilot correlates best, best first.

    `at_one` are the readings at frequency scale 1, which tell where there is sound. Of a recording of more than 12 s
    three windows of 10 s are searched; the scales found there are for the caller to try on the whole.
    """
    pattern = pattern_of(key)
    share = pattern.parameters.pilot_share / pattern.parameters.frames_per_cell
    windows = _windows(at_one)
    found: list[npt.NDArray[np.float64]] = []
    votes: dict[tuple[int, int], float] = {}
    spectra: dict[tuple[int, int], tuple[npt.NDArray[np.complex64], float]] = {}
    for number, (speeds, pitches) in enumerate(blocks()):
        wanted = on_grid(speeds, pitches)
        pilots = _pilot_spectra(key, number)
        for first, last in windows:
            for pitch in pitches:
                if (first, pitch) not in spectra:
                    spectra[(first, pitch)] = _spectrum(analysis.readings(scale(pitch), first, last))
            energies = np.array([spectra[(first, pitch)][1] for pitch in pitches])
            left = np.stack([spectra[(first, pitch)][0] for pitch in pitches], axis=1)  # (bins, pitches, pairs)
            product = np.moveaxis(left @ pilots, 0, 2)[wanted]  # (scales, bins)
            maps = fft.irfft(product, n=_POINTS, axis=1)
            which = np.argwhere(wanted)
            # A cell lasts 2 / speed frames, so a window holds fewer or more of them.
            cells = energies[which[:, 0]] * share * np.array([scale(step) for step in speeds])[which[:, 1]]
            maps *= (_POINTS / _SIZE / np.sqrt(np.maximum(cells, 1e-12))).astype(np.float32)[:, None]
            for (row, column), top in zip(which, maps.max(axis=1), strict=True):
                place = (speeds[column], pitches[row])
                votes[place] = votes.get(place, 0.0) + float(top)
            found.append(_standing_out(maps, which, speeds, pitches, (first, last), pattern.parameters.period_frames))
    every = np.concatenate(found) if found else np.zeros((0, 6))
    every = every[np.argsort(-every[:, 0], kind="stable")[:_KEPT]]
    loudest = sorted(votes, key=lambda place: -votes[place])
    return Scales([_alignment(row) for row in every], [(scale(s), scale(p)) for s, p in loudest])


def _alignment(row: npt.NDArray[np.float64]) -> Alignment:
    score, first, last, frame, speed, pitch = row
    # The window's first frame meets the stretched pilot `frame` frames after its start.
    place = scale(int(speed)) * (frame + (last - first) / 2)
    return Alignment(float(score), int(first), int(last), float(place), scale(int(speed)), scale(int(pitch)))


def _windows(readings: FloatArray) -> list[tuple[int, int]]:
    """Return (first, last) frame of the windows that are searched: the ones with the most sound, apart."""
    frames = readings.shape[0]
    if frames <= _LONGEST:
        return [(0, frames)]
    activity = np.concatenate([[0.0], np.cumsum(np.einsum("ij,ij->i", readings, readings), dtype=np.float64)])
    starts = np.arange(0, frames - _WINDOW + 1, 50)
    held = activity[starts + _WINDOW] - activity[starts]
    chosen: list[int] = []
    for place in np.argsort(-held, kind="stable"):
        start = int(starts[place])
        if all(abs(start - other) >= _WINDOW for other in chosen):
            chosen.append(start)
            if len(chosen) == WINDOWS:
                break
    return [(start, start + _WINDOW) for start in sorted(chosen)]


def _spectrum(readings: FloatArray) -> tuple[npt.NDArray[np.complex64], float]:
    """Return the conjugate spectra of a window's readings, (bins, pairs), and their energy."""
    spectrum = fft.rfft(readings.T, n=_SIZE, axis=1)[:, :_BINS].conj()
    return np.ascontiguousarray(spectrum.T), float(np.einsum("ij,ij->", readings, readings))


@lru_cache(maxsize=12)
def _pilot_spectra(key: CreatorKey, number: int) -> npt.NDArray[np.complex64]:
    """Return the spectra of the pilot stretched to each time scale of a block: (bins, pairs, time scales)."""
    pattern = pattern_of(key)
    speeds, _ = blocks()[number]
    out = np.empty((_BINS, pattern.parameters.pairs, len(speeds)), np.complex64)
    for column, step in enumerate(speeds):
        out[:, :, column] = fft.rfft(stretched(pattern, scale(step), _SIZE), axis=0)[:_BINS]
    return out


def stretched(pattern: Pattern, speed: float, frames: int) -> FloatArray:
    """Return the pilot as a recording at this speed meets it from pattern frame 0 on: float32 (frames, pairs).

    Each cell is an impulse where its reading is centred, shared by the two frames beside it.
    """
    parameters = pattern.parameters
    each = parameters.frames_per_cell
    chips = pattern.pilot_chips()
    out = np.zeros((frames + 1, parameters.pairs), np.float32)
    cells = np.arange(int(frames * speed / each) + 1)
    at = (cells + 0.5) * each / speed - each / 2
    cells, at = cells[(at >= 0) & (at < frames)], at[(at >= 0) & (at < frames)]
    left = at.astype(np.int64)
    share = (at - left).astype(np.float32)[:, None]
    signs = chips[cells % parameters.time_cells].astype(np.float32)
    np.add.at(out, left, (1.0 - share) * signs)
    np.add.at(out, left + 1, share * signs)
    return out[:frames]


def _standing_out(
    maps: FloatArray,
    which: npt.NDArray[np.int64],
    speeds: range,
    pitches: range,
    window: tuple[int, int],
    pattern_frames: int,
) -> npt.NDArray[np.float64]:
    """Return (score, first, last, offset, speed step, pitch step) of the local maxima that stand out."""
    flat = maps.reshape(-1)
    places = np.flatnonzero(flat > _STANDS_OUT)
    values = flat[places]
    top = (values >= flat[places - 1]) & (values >= flat[np.minimum(places + 1, flat.size - 1)])
    places, values = places[top], values[top]
    row, point = np.divmod(places, maps.shape[1])
    out = np.empty((places.size, 6))
    out[:, 0], out[:, 1], out[:, 2] = values, window[0], window[1]
    out[:, 3] = point * (_SIZE / _POINTS)
    out[:, 4] = np.array(speeds)[which[row, 1]]
    out[:, 5] = np.array(pitches)[which[row, 0]]
    # Beyond its period the pilot comes again; a window that would reach beyond the transform meets its beginning.
    period = pattern_frames / STEP ** out[:, 4]
    return out[out[:, 3] < np.minimum(period, _SIZE - (window[1] - window[0]))]
