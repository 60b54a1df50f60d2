"""At which place of a work a recording may lie, at which speed and pitch: probes of 4 s correlated with all of it.

Related to audio matching by chroma features (Mueller, Kurth and Clausen, 2005), here with band levels because the
work itself is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import fft

from core.audio.parameters import PARAMETERS, band_shares
from core.audio.reference import WorkLevels
from core.audio.suspect import Suspect, contrast, live_bands
from core.model import FloatArray

DECISIVE = 12.0  # deviations of a correlation from which no other scale is tried
SPEEDS = np.round(np.arange(0.80, 1.2501, 0.0125), 4)
_GROUP = 4  # bands that make one of a probe
_GROUPS = PARAMETERS.bands // _GROUP
_PROBE = 200  # steps of 20 ms: 4 s
_PROBES = 6
_SCALED_PROBES = 2
_TEMPOS = np.round(np.arange(0.88, 1.1201, 0.0125), 4)
_PITCHES = np.round(np.arange(0.88, 1.1201, 0.02), 4)
_AT_ONCE = 20000  # frames
_LONG_FRAMES = 60000  # of a work (10 minutes): in longer ones tempo and pitch are not searched apart from speed


@dataclass(frozen=True, slots=True)
class Scale:
    """How a recording runs: its frequencies over the work's, and seconds of the work that pass in one of its seconds.

    `shift` is the time in the work (seconds) at which it starts, `start` that of the probe in the recording, `score`
    how far the correlation stands out.
    """

    pitch: float
    speed: float
    shift: float
    start: float
    score: float


def scales(suspect: Suspect, work: WorkLevels) -> list[Scale]:
    """Return the likeliest scales and places of a recording in a work, best first: three at most."""
    search = _Search(suspect, work)
    if not search.probes:
        return []
    found = search.at(search.probes, [(1.0, 1.0)])
    few = search.probes[:_SCALED_PROBES]
    if found[0].score < DECISIVE:
        found += search.at(few, [(float(s), float(s)) for s in SPEEDS if s != 1.0])
    if max(s.score for s in found) < DECISIVE and work.frames <= _LONG_FRAMES:
        found += search.at(few, [(float(p), float(t)) for p in _PITCHES for t in _TEMPOS])
    best: list[Scale] = []
    for scale in sorted(found, key=lambda s: -s.score):
        if all(abs(scale.shift - o.shift) > 0.5 or abs(scale.speed - o.speed) > 0.03 for o in best):
            best.append(scale)
        if len(best) == 3 or (best and best[0].score >= DECISIVE):
            break
    return best


class _Search:
    """Probes of a recording met with a whole work."""

    def __init__(self, suspect: Suspect, work: WorkLevels) -> None:
        self._suspect = suspect
        starts = range(0, work.frames, _AT_ONCE)
        reference = _groups(np.power(10.0, work.levels(start, start + _AT_ONCE) / 10.0) for start in starts)
        even = reference.shape[0] // 2 * 2
        self._work = contrast(reference[:even].reshape(-1, 2, reference.shape[1]).mean(axis=1))
        self._size = fft.next_fast_len(self._work.shape[0] + 2 * _PROBE, real=True)
        self._spectrum = fft.rfft(self._work, self._size, axis=0)
        energy = np.square(self._work)
        self._energy = np.concatenate([np.zeros((1, energy.shape[1])), np.cumsum(energy, axis=0, dtype=np.float64)])
        self._last: tuple[tuple[float, float, float], FloatArray] | None = None  # (pitch, start, end), its groups
        self.probes = self._chosen()

    def _chosen(self) -> list[tuple[float, float]]:
        """Return (start, end) seconds of the probes, the liveliest first."""
        whole = self._suspect.seconds
        length = _PROBE * 0.02
        if whole <= length:
            return [(0.0, whole)] if whole > 0.3 else []
        levels = self._levels(1.0, 1.0, 0.0, whole)
        starts = np.arange(0.0, whole - length + 1e-9, length / 2)
        live = [float(np.square(levels[int(s * 50) : int((s + length) * 50)]).sum()) for s in starts]
        chosen: list[tuple[float, float]] = []
        for number in np.argsort(live)[::-1]:
            start = float(starts[number])
            if all(abs(start - other) >= length - 1e-9 for other, _ in chosen):
                chosen.append((start, start + length))
        return chosen[:_PROBES]

    def _levels(self, pitch: float, speed: float, start: float, end: float) -> FloatArray:
        """Return what a stretch of the recording says every 20 ms of the work's time."""
        if self._last is None or self._last[0] != (pitch, start, end):
            shares = band_shares(PARAMETERS, self._suspect.rate / 512, 257, scale=pitch).T
            first, last = int(start * 100), int(end * 100) + 1
            starts = range(first, last, _AT_ONCE)
            power = (self._suspect.power(begin, min(begin + _AT_ONCE, last)) for begin in starts)
            self._last = (pitch, start, end), _groups(part @ shares for part in power)
        wide = self._last[1]
        count = max(1, int((end - start) * speed / 0.02))
        at = (np.arange(count) + 0.5) * (2.0 / speed) - 0.5
        index = np.arange(wide.shape[0])
        return contrast(np.stack([np.interp(at, index, band) for band in wide.T], axis=1).astype(np.float32))

    def at(self, probes: list[tuple[float, float]], grid: list[tuple[float, float]]) -> list[Scale]:
        """Return the best place of each probe at each (pitch, speed), best first."""
        found = []
        for start, end in probes:
            for pitch, speed in grid:
                levels = self._levels(pitch, speed, start, end)
                live = live_bands(levels)
                levels *= live
                product = np.einsum("ij,ij->i", fft.rfft(levels, self._size, axis=0).conj(), self._spectrum)
                sums = fft.irfft(product, self._size)
                count, lags = levels.shape[0], np.arange(self._size)
                lags = np.where(lags > self._size - _PROBE * 1.3, lags - self._size, lags)
                ends = np.clip(np.stack([lags, lags + count]), 0, self._work.shape[0])
                sums_of_work = self._energy @ live
                energy = sums_of_work[ends[1]] - sums_of_work[ends[0]]
                own = float(np.square(levels).sum())
                least = 0.3 * sums_of_work[-1] / max(1, self._work.shape[0]) * count + 1e-9
                match = sums / np.sqrt(np.maximum(energy, least) * max(own, 1e-9))
                top = int(match.argmax())
                spread = 1.4826 * float(np.median(np.abs(match))) + 1e-9
                shift = float(lags[top]) * 0.02 - start * speed
                found.append(Scale(pitch, speed, shift, start, float(match[top]) / max(spread, 0.02)))
        return sorted(found, key=lambda s: -s.score)


def _groups(power: Iterable[FloatArray]) -> FloatArray:
    """Return the levels in dB of groups of bands, of consecutive pieces of power: an hour's bands are 75 MB."""
    return np.concatenate([np.zeros((0, _GROUPS), np.float32), *map(_wide, power)])


def _wide(power: FloatArray) -> FloatArray:
    """Return the levels in dB of groups of bands: float32 (frames, groups)."""
    grouped = power.reshape(power.shape[0], power.shape[1] // _GROUP, _GROUP).sum(axis=2)
    levels: FloatArray = 10.0 * np.log10(grouped + np.float32(1e-12))
    return levels.astype(np.float32, copy=False)
