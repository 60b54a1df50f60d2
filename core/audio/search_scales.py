"""Which speed, tempo and pitch a recording has: the pilot correlated at every offset, time scale and frequency scale.

Scales lie on one geometric grid: time scales 0.25 % apart (the ends of a 10 s window move by 12 ms at most, the
statistic by 8 %), frequency scales 1.25 % apart (8 %). Time and frequency scales from 0.88 to 1.12 are combined freely
(tempo, pitch, and both), speeds from 0.8 to 1.25 move both alike. A window is transformed once for each frequency
scale; the stretched pilots of a key are kept as spectra, so that each spectral bin takes one complex matrix product of
frequency scales by time scales.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.align import Alignment
from core.audio.parameters import Parameters
from core.audio.pattern import Pattern, pattern_of
from core.audio.readings import Readings
from core.keys import CreatorKey
from core.model import FloatArray

STEP = 1.0025  # between neighbouring time scales
_PER_PITCH = 5  # steps between neighbouring frequency scales
_INNER = (-10, 9)  # frequency scales, in steps of five, that meet all time scales of the same range
_OUTER = 18  # and up to here those of the same speed alone
_BLOCK = 25  # time scales that are multiplied at once
_WINDOW = 1000  # frames of a window of a longer recording: 10 s
_LONGEST = 1200  # frames up to which a recording is one window
_SHORT = 600  # frames up to which every second time scale is enough
_MOST_WINDOWS, _WINDOW_EVERY = 6, 3000  # windows of a longer recording, at most: one in 30 s, those with the most sound
_LEAST_WINDOWS = 3
_SIZE = 9216  # transform length: the longest pilot (64 s / 0.79) and the longest window fit
_BINS = 3073  # of them are used: modulations up to 33 Hz; beyond, a mark of 20 ms cells shows 3 % of its statistic
OFFSETS = 2 * (_BINS - 1)  # of a map, 15 ms apart
_STANDS_OUT = np.float32(3.5)  # deviations over the mean from which an offset is kept
_SETTLES = 8.0  # and from which no other window is searched: chance reaches it once in 10^8 recordings
_KEPT = 4000  # alignments that are kept of a recording
_FIXED = 0.5  # of a pilot's spectrum: its values have a deviation near 40, so whole numbers up to 127 are plenty
_ROWS = 64  # bins that are multiplied at once: what they need fits into a processor's cache
FASTEST = STEP ** (_OUTER * _PER_PITCH + 2)


@dataclass(frozen=True, slots=True)
class Scales:
    """What the search over scales found: alignments, best first, and the (speed, pitch) that spoke loudest, in order.

    `covered` tells whether the whole recording was searched.
    """

    alignments: list[Alignment]
    loudest: list[tuple[float, float]]
    covered: bool


def scale(step: int) -> float:
    """Return a scale of the grid."""
    return float(STEP**step)


@lru_cache(maxsize=1)
def blocks() -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Return (time steps, frequency steps) of each product; steps are exponents of the grid's ratio.

    The first blocks combine both freely, even time steps before odd ones; the others hold speeds beyond.
    """
    inner = tuple(range(_INNER[0] * _PER_PITCH, _INNER[1] * _PER_PITCH + 1, _PER_PITCH))
    every = range(_INNER[0] * _PER_PITCH - 2, _INNER[1] * _PER_PITCH + 3)
    steps = [*every[::2], *every[1::2]]
    grid = [(tuple(steps[first : first + _BLOCK]), inner) for first in range(0, len(steps), _BLOCK)]
    for first in (*range(-_OUTER, _INNER[0], 5), *range(_INNER[1] + 1, _OUTER + 1, 5)):
        last = min(first + 5, _INNER[0] if first < 0 else _OUTER + 1)
        pitches = tuple(range(first * _PER_PITCH, (last - 1) * _PER_PITCH + 1, _PER_PITCH))
        grid.append((tuple(range(pitches[0] - 2, pitches[-1] + 3)), pitches))
    return tuple(grid)


@lru_cache(maxsize=16)
def on_grid(block: int) -> npt.NDArray[np.bool_]:
    """Return which pairs of a block are searched, bool (pitches, speeds): beyond the free range only equal ones."""
    speeds, pitches = blocks()[block]
    apart = np.abs(np.subtract.outer(np.array(pitches), np.array(speeds)))
    free = _INNER[0] * _PER_PITCH <= pitches[0] and pitches[-1] <= _INNER[1] * _PER_PITCH
    return np.asarray((apart <= _PER_PITCH // 2) | free)


def searched(frames: int) -> int:
    """Return how many pairs of time and frequency scale are searched in each window of a recording."""
    chosen = range(len(blocks()))
    return sum(int(on_grid(block).sum()) for block in chosen if frames > _SHORT or block not in _odd_blocks())


def windows(frames: int) -> int:
    """Return how many windows of a recording are searched at most; one is the recording itself."""
    return 1 if covered(frames) else min(_MOST_WINDOWS, max(_LEAST_WINDOWS, frames // _WINDOW_EVERY))


def covered(frames: int) -> bool:
    """Return whether a recording is one window, so that no scale has to be tried on the whole once more."""
    return frames <= _LONGEST


def scales(readings: Readings, key: CreatorKey) -> Scales:
    """Return the alignments over all scales at which the pilot correlates best, best first.

    Of a recording of more than 12 s three to six windows of 10 s with the most sound are searched; the scales found
    there are for the caller to try on the whole.
    """
    chosen = _windows(readings.whole(1.0))
    found: list[npt.NDArray[np.float64]] = []
    votes: dict[tuple[int, int], float] = {}
    for window in chosen:
        for steps, maps in _maps(readings, window, key):
            tops = maps.max(axis=1)
            for (speed, pitch), top in zip(steps.tolist(), tops.tolist(), strict=True):
                votes[(speed, pitch)] = votes.get((speed, pitch), 0.0) + top
            found.append(_standing_out(maps, steps, window, pattern_of(key).parameters.period_frames))
        if max(float(rows[:, 0].max(initial=0.0)) for rows in found) > _SETTLES:
            break
    every = np.concatenate(found)
    every = every[np.argsort(-every[:, 0], kind="stable")[:_KEPT]]
    loudest = sorted(votes, key=lambda place: -votes[place])
    return Scales(
        [_alignment(row) for row in every],
        [(scale(speed), scale(pitch)) for speed, pitch in loudest],
        covered(readings.whole(1.0).shape[0]),
    )


def _maps(
    readings: Readings, window: tuple[int, int], key: CreatorKey
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
    """Yield the (speed, pitch) steps of the scales of each block and the pilot's map at each: (scales, offsets)."""
    parameters = pattern_of(key).parameters
    first, last = window
    spectra: dict[tuple[int, ...], npt.NDArray[np.complex64]] = {}
    for block, (speeds, pitches) in enumerate(blocks()):
        if last - first <= _SHORT and block in _odd_blocks():
            continue
        if pitches not in spectra:
            spectra[pitches] = np.empty((_BINS, len(pitches), parameters.pairs), np.complex64)
            for number, pitch in enumerate(pitches):
                spectra[pitches][:, number] = _spectrum(readings.piece(scale(pitch), first, last), parameters)
        wanted, pilots = on_grid(block), _kept_spectra(key, block)
        lying = np.empty((np.count_nonzero(wanted), _BINS), np.complex64)
        for start in range(0, _BINS, _ROWS):
            some = slice(start, start + _ROWS)
            product = spectra[pitches][some] @ pilots[some].astype(np.float32).view(np.complex64)[..., 0]
            product = product.reshape(len(product), -1)
            lying[:, some] = (product if wanted.all() else product[:, wanted.reshape(-1)]).T
        row, column = np.nonzero(wanted)
        steps = np.column_stack([np.array(speeds)[column], np.array(pitches)[row]])
        yield steps, fft.irfft(lying, n=OFFSETS, axis=1, overwrite_x=True)


def _odd_blocks() -> list[int]:
    """Return the blocks that a short window does without."""
    return [block for block, (speeds, _) in enumerate(blocks()) if speeds[1] - speeds[0] == 2 and speeds[0] % 2]


def _alignment(row: npt.NDArray[np.float64]) -> Alignment:
    score, first, last, frame, speed, pitch = row
    # The window's first frame meets the stretched pilot `frame` frames after its start.
    place = scale(int(speed)) * (frame + (last - first) / 2)
    return Alignment(float(score), int(first), int(last), float(place), scale(int(speed)), scale(int(pitch)))


def _windows(readings: FloatArray) -> list[tuple[int, int]]:
    """Return (first, last) frame of the windows that are searched, apart, that with the most sound first."""
    frames = readings.shape[0]
    if covered(frames):
        return [(0, frames)]
    power = np.einsum("ij,ij->i", readings, readings, dtype=np.float32)
    activity = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    starts = np.arange(0, frames - _WINDOW + 1, 50)
    held = activity[starts + _WINDOW] - activity[starts]
    wanted = windows(frames)
    chosen: list[int] = []
    for place in np.argsort(-held, kind="stable"):
        start = int(starts[place])
        if all(abs(start - other) >= _WINDOW for other in chosen):
            chosen.append(start)
            if len(chosen) == wanted:
                break
    return [(start, start + _WINDOW) for start in chosen]


def _spectrum(readings: FloatArray, parameters: Parameters) -> npt.NDArray[np.complex64]:
    """Return the conjugate spectra of a window's readings, (bins, pairs), so scaled that maps show deviations."""
    energy = float(np.einsum("ij,ij->", readings, readings))
    share = energy * parameters.pilot_share / parameters.frames_per_cell  # that a pilot at normal speed meets
    factor = np.float32(OFFSETS / _SIZE / _FIXED / np.sqrt(max(share, 1e-12)))
    spectrum: npt.NDArray[np.complex64] = fft.rfft(readings.T * factor, n=_SIZE, axis=1)[:, :_BINS].conj()
    return spectrum.T


@lru_cache(maxsize=12)
def _kept_spectra(key: CreatorKey, block: int) -> npt.NDArray[np.int8]:
    """Return half the spectra of the pilot stretched to each time scale of a block, rounded: 30 MB for all of a key.

    int8 (bins, pairs, time scales, 2), the last axis the real and the imaginary part.
    """
    pattern = pattern_of(key)
    speeds, _ = blocks()[block]
    out = np.empty((_BINS, pattern.parameters.pairs, len(speeds), 2), np.int8)
    for column, step in enumerate(speeds):
        # A cell lasts 2 / speed frames, so a window holds fewer or more of them.
        pilot = stretched(pattern, scale(step), _SIZE) / np.float32(scale(step) ** 0.5)
        spectrum = fft.rfft(np.ascontiguousarray(pilot.T), axis=1)[:, :_BINS]
        parts = np.ascontiguousarray(spectrum.T).view(np.float32).reshape(_BINS, -1, 2)
        out[:, :, column] = np.rint(np.clip(parts * _FIXED, -127, 127))
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
    out[left] += (1.0 - share) * signs  # cells lie more than a frame apart, so no place comes twice
    out[left + 1] += share * signs
    return out[:frames]


def _standing_out(
    maps: FloatArray, steps: npt.NDArray[np.int64], window: tuple[int, int], period: int
) -> npt.NDArray[np.float64]:
    """Return (score, first, last, offset, speed step, pitch step) of the local maxima that stand out.

    `steps` are the (speed, pitch) steps of each map, `period` the frames of the superperiod.
    """
    flat = maps.reshape(-1)
    places = np.flatnonzero(flat > _STANDS_OUT)
    values = flat[places]
    top = (values >= flat[places - 1]) & (values >= flat[np.minimum(places + 1, flat.size - 1)])
    places, values = places[top], values[top]
    row, point = np.divmod(places, maps.shape[1])
    out = np.empty((places.size, 6))
    out[:, 0], out[:, 1], out[:, 2] = values, window[0], window[1]
    out[:, 3] = point * (_SIZE / OFFSETS)
    out[:, 4:] = steps[row]
    # Beyond its period the pilot comes again; a window that would reach beyond the transform meets its beginning.
    return out[out[:, 3] < np.minimum(period / STEP ** out[:, 4], _SIZE - (window[1] - window[0]))]
