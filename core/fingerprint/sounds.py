"""The fingerprint of a recording: what finds the work that a recording holds a piece of, without any mark.

Peaks of the spectrogram on a logarithmic axis of frequency, taken in pairs: a code holds the frequencies of both and
the time between them, its place is the time of the first (A. Wang, "An industrial-strength audio search algorithm",
ISMIR 2003). A work is nominated where many pairs agree on one place. Other speeds, tempos and pitches move the peaks
of a suspect before it is asked for.

Two thirds of a million different pairs are too few for the hours of a large catalog: each would stand in hundreds of
works. So works are looked up by triples, a peak with two of its partners (`core.fingerprint.triples`), and the pairs
of the few that come to light are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.fingerprint.index import Codes, Index, Nomination, packed
from core.fingerprint.triples import TripleIndex, triples
from core.model import Recording

HEADER = b"CMs\x01"  # sound, version 1
_HOP, _WINDOW = 0.016, 0.128  # seconds
_LOWEST, _HIGHEST, _PER_OCTAVE = 180.0, 3700.0, 24  # hertz: what a telephone lets through
_BANDS = int(np.log2(_HIGHEST / _LOWEST) * _PER_OCTAVE)
_NEAR_FRAMES, _NEAR_BANDS = 5, 4  # a peak is the loudest of so many to either side
_KEPT_PEAKS, _ASKED_PEAKS = 10, 24  # a second
_KEPT_PAIRS, _ASKED_PAIRS = 4, 10  # of a peak
_FIRST, _LAST, _APART = 3, 62, 40  # frames from a peak to its partner, bands between them
_STEP = 2  # frames to a step of a code's time
_ENOUGH_RATE = 9_000  # hertz: a recording at twice as much or more is reduced first
_AT_ONCE, _MARGIN = 2_000, 24  # frames (32 s) whose peaks are sought together, and those around them that are looked at
_DEEPEST, _STANDS_OUT = 80.0, 3.0  # dB: below the loudest near by, and above what is around a peak
_BLOCK = 30.0  # seconds of a suspect that are asked for together
_LIKELY = 48  # places that are looked at
_COMPARED = 24  # works, each at one change of speed or pitch, whose pairs are counted for a block
_MOST_FRAMES = 4096  # more than a block has at any speed
_AGREE = 4  # frames by which places may differ
_VOTES = 5  # peaks that must agree
CLEAR = 16  # peaks that make a likeness clear: no stranger has as many, see docs/limits.md
_ENOUGH = 24  # peaks that settle at which speed and pitch a recording is
_SURE = 40  # peaks whose triples agree that settle it at once: other speeds are not tried then
_CHANGES = np.log2(1 + np.array([0.03, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25]))  # octaves of speed, tempo or pitch


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of a spectrogram by time: frame and band of each, and how far it stands out (dB)."""

    frame: npt.NDArray[np.float64]
    band: npt.NDArray[np.float64]
    strength: npt.NDArray[np.float32]

    def changed(self, slower: float, higher: float) -> Peaks:
        """Return them slower by so many octaves of time and higher by so many octaves of frequency."""
        return Peaks(self.frame * 2**slower, self.band + higher * _PER_OCTAVE, self.strength)

    def between(self, first: float, last: float) -> Peaks:
        """Return those from one frame to before another."""
        own = (self.frame >= first) & (self.frame < last)
        return Peaks(self.frame[own], self.band[own], self.strength[own])

    def since(self, first: float) -> Peaks:
        """Return them by the frames since another one."""
        return Peaks(self.frame - first, self.band, self.strength)


def fingerprint(samples: Recording, rate: int) -> bytes:
    """Return the fingerprint of a recording, 320 bytes a second at most.

    `samples` is float (frames, channels), full scale 1, at `rate` hertz.
    """
    return fingerprint_of(kept_peaks(samples, rate))


def kept_peaks(samples: Recording, rate: int) -> Peaks:
    """Return the peaks of a work that its fingerprint is made of."""
    return peaks(samples, rate, _KEPT_PEAKS)


def fingerprint_of(kept: Peaks) -> bytes:
    """Return the fingerprint of a work with these peaks."""
    return packed(HEADER, *_pairs(kept, _KEPT_PAIRS))


def index(rows: list[tuple[int, bytes]]) -> TripleIndex:
    """Return an index of works (number, fingerprint) to nominate from."""
    held = dict(rows)
    return TripleIndex(HEADER, rows, fingerprint_of=lambda number: held[number])


def nominate(parts: Sequence[TripleIndex], samples: Recording, rate: int, *, count: int = 6) -> list[Nomination]:
    """Return the works, best first, that a recording may hold a piece of, also at another speed, tempo or pitch.

    `parts` are the indexes that the works are divided into.
    """
    return answered(parts, question(samples, rate), count=count) if any(map(len, parts)) else []


def question(samples: Recording, rate: int) -> Peaks:
    """Return what indexes are asked for a recording: its peaks."""
    return peaks(samples, rate, _ASKED_PEAKS)


def answered(parts: Sequence[TripleIndex], found: Peaks, *, count: int = 6) -> list[Nomination]:
    """Return the works, best first, that a recording may hold a piece of whose `question` this is."""
    if not any(map(len, parts)):
        return []
    votes: dict[int, int] = {}
    variants = list(_variants())
    length = _BLOCK / _HOP
    for block in range(int(found.frame[-1] / length) + 1 if len(found.frame) else 0):
        part = found.between(block * length, (block + 1) * length + _LAST).since(block * length)
        likely = _likely(parts, part, variants)
        best = first = 0
        for place in sorted({one.variant for one in likely}):
            chosen = [one for one in likely if one.variant == place]
            small = Index(HEADER, [(one.work, parts[one.part].fingerprint_of(one.work)) for one in chosen])
            for number, agree in _votes(small, part.changed(*variants[place])).items():
                votes[number] = max(votes.get(number, 0), agree)
                if agree > best:
                    best, first = agree, place
        if best >= _ENOUGH:
            variants.insert(0, variants.pop(first))  # the next block is likely to be like this one
    best_first = sorted(votes, key=lambda number: (-votes[number], number))[:count]
    return [Nomination(number, votes[number]) for number in best_first if votes[number] >= _VOTES]


class _Likely(NamedTuple):
    """A work that triples lead to: how many peaks, at which change of speed or pitch, in which part of the index."""

    agree: int
    variant: int
    part: int
    work: int


def _likely(parts: Sequence[TripleIndex], asked: Peaks, variants: Sequence[tuple[float, float]]) -> list[_Likely]:
    """Return the works, each at one change, that the triples of a block lead to most."""
    found: list[_Likely] = []
    for place, (slower, higher) in enumerate(variants):
        codes, frames = triples(*_pairs(asked.changed(slower, higher), _ASKED_PAIRS), _ASKED_PAIRS)
        for part, works in enumerate(parts):
            found += [_Likely(agree, place, part, work) for work, agree in works.votes(codes, frames).items()]
        if max((one.agree for one in found), default=0) >= _SURE:
            break
    return sorted(found, reverse=True)[:_COMPARED]


def _variants() -> Iterator[tuple[float, float]]:
    """Yield octaves of time and of frequency to undo: nothing, then speed, tempo and pitch, small changes first."""
    yield 0.0, 0.0
    for change in _CHANGES:
        for one in (change, -change):
            yield one, -one
            yield one, 0.0
            if change <= 0.17:
                yield 0.0, -one


def _votes(works: Index, asked: Peaks) -> dict[int, int]:
    """Return, for the works with most, how many peaks, each once, agree on their distance from their places in it."""
    codes, frames = _pairs(asked, _ASKED_PAIRS)
    hits = works.hits(codes[:, None])
    if not hits.asked.size:
        return {}
    shift = hits.place.astype(np.int64) - frames[hits.asked].astype(np.int64)
    shift = (shift - shift.min()) // _AGREE
    # Work, shift and peak in one number: equal ones count once, neighbours of one shift lie together.
    width = int(shift.max()) + 2
    single = np.unique((hits.work * width + shift) * _MOST_FRAMES + frames[hits.asked] % _MOST_FRAMES)
    place, count = np.unique(single // _MOST_FRAMES, return_counts=True)
    both = count.copy()  # with the next step of shift, so that no border divides what agrees
    both[:-1] += np.where(np.diff(place) == 1, count[1:], 0)
    best = np.argsort(-both, kind="stable")[:_LIKELY]
    votes: dict[int, int] = {}
    for work, agree in zip(works.works[place[best] // width], both[best], strict=True):
        votes.setdefault(int(work), int(agree))
    return votes


def peaks(samples: Recording, rate: int, a_second: int) -> Peaks:
    """Return the peaks of a recording that stand out most, so many in each second.

    The recording is read once, from its beginning on: a long one is decoded from its file as it is asked for.
    """
    count = _frames(samples, rate)
    levels, begin = np.empty((0, _BANDS), np.float32), 0
    found = [(np.empty(0), np.empty(0), np.empty(0, np.float32))]
    for first in range(0, count, _AT_ONCE):
        start = max(0, first - _MARGIN)
        more = _levels(samples, rate, begin + len(levels), min(first + _AT_ONCE + _MARGIN, count))
        levels, begin = np.concatenate([levels[start - begin :], more]), start
        found.append(_standing_out(levels, begin, first, a_second))
    frame, band, strength = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Peaks(frame, band, strength)


def _standing_out(
    levels: npt.NDArray[np.float32], begin: int, first: int, a_second: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Return frame, band and strength of the peaks from frame `first` on, in levels that begin at another frame.

    Whole seconds are looked at, so that each has its share.
    """
    from scipy.ndimage import maximum_filter, uniform_filter

    size = (2 * _NEAR_FRAMES + 1, 2 * _NEAR_BANDS + 1)
    top = (levels == maximum_filter(levels, size)) & (levels > levels.max() - _DEEPEST)
    out = levels - uniform_filter(levels, (3 * size[0], 3 * size[1]))
    frame, band = np.nonzero(top & (out > _STANDS_OUT))
    inside = (frame + begin >= first) & (frame + begin < first + _AT_ONCE)
    frame, band = frame[inside], band[inside]
    strength = out[frame, band]
    second = ((frame + begin) * _HOP).astype(np.intp)
    order = np.lexsort((-strength, second))
    rank = np.arange(len(order)) - np.searchsorted(second[order], second[order], "left")
    kept = np.sort(order[rank < a_second])
    return (frame[kept] + begin).astype(np.float64), band[kept].astype(np.float64), strength[kept]


def _frames(samples: Recording, rate: int) -> int:
    """Return the number of frames of a recording."""
    return max(0, int((len(samples) / rate - _WINDOW) / _HOP) + 1)


def _levels(samples: Recording, rate: int, first: int, last: int) -> npt.NDArray[np.float32]:
    """Return the levels of the bands in dB, from one frame to before another: float32 (frames, bands)."""
    from scipy import fft
    from scipy.signal import resample_poly

    if last <= first:
        return np.empty((0, _BANDS), np.float32)
    step = max(1, rate // _ENOUGH_RATE)
    begin = int(first * _HOP * rate) // step * step
    piece = np.asarray(samples[begin : int(((last - 1) * _HOP + _WINDOW) * rate) + step], np.float32)
    mono = piece @ np.full(piece.shape[1], 1 / piece.shape[1], np.float32)
    mono = np.nan_to_num(mono, copy=False, posinf=0.0, neginf=0.0)
    if step > 1:
        mono = resample_poly(mono, 1, step).astype(np.float32)
    size = max(16, round(_WINDOW * rate / step))
    starts = np.rint((np.arange(first, last) * _HOP * rate - begin) / step).astype(np.intp)
    mono = np.pad(mono, (0, max(0, int(starts[-1]) + size - len(mono))))
    window, weights = np.hanning(size).astype(np.float32), _weights(size, rate / step)
    levels = np.empty((last - first, _BANDS), np.float32)
    for some in range(0, len(starts), 256):
        rows = np.lib.stride_tricks.sliding_window_view(mono, size)[starts[some : some + 256]] * window
        spectra = fft.rfft(rows, axis=1)[:, : len(weights)]
        power = np.square(spectra.real) + np.square(spectra.imag)
        levels[some : some + 256] = 10 * np.log10(power @ weights + np.float32(1e-20))
    return levels


def _weights(size: int, rate: float) -> npt.NDArray[np.float32]:
    """Return how much each bin of a spectrum counts in each band, a triangle on the logarithmic axis: (bins, bands)."""
    last = min(int(_HIGHEST * 1.1 * size / rate) + 2, size // 2 + 1)
    bins = np.log2(np.maximum(np.arange(last), 0.5) * rate / size / _LOWEST) * _PER_OCTAVE
    width = np.maximum(1.0, _PER_OCTAVE / np.log(2) / np.maximum(np.arange(last), 1))  # never narrower than a bin
    triangles = np.maximum(0.0, 1 - np.abs(bins[:, None] - np.arange(_BANDS)) / width[:, None])
    return np.asarray(triangles, np.float32)


def _pairs(found: Peaks, each: int) -> tuple[Codes, Codes]:
    """Return the codes of pairs, and the frames of their first peaks: each peak with its `each` best partners."""
    count = len(found.frame)
    if not count:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    reach = int(np.max(np.searchsorted(found.frame, found.frame + _LAST, "right") - np.arange(count)))
    partner = np.arange(count)[:, None] + np.arange(1, max(reach, 2))
    real = partner < count
    partner[~real] = 0
    apart = found.frame[partner] - found.frame[:, None]
    wide = found.band[partner] - found.band[:, None]
    real &= (apart >= _FIRST) & (apart <= _LAST) & (np.abs(wide) <= _APART)
    worth = np.where(real, found.strength[partner] - 0.1 * apart, -np.inf)
    best = np.argsort(-worth, axis=1, kind="stable")[:, :each]
    first, column = np.nonzero(np.take_along_axis(real, best, axis=1))
    chosen = best[first, column]
    low = np.clip(np.rint(found.band[first]) + 32, 0, 255).astype(np.uint32)
    step = np.clip(np.rint(wide[first, chosen]) + 64, 0, 127).astype(np.uint32)
    time = np.clip(np.rint(apart[first, chosen] / _STEP), 0, 63).astype(np.uint32)
    return low | step << 8 | time << 15, np.maximum(np.rint(found.frame[first]), 0).astype(np.uint32)
