"""Where in a work a recording lies: how its time and pitch run, found by comparing log spectrograms, without any key.

First 4 s probes of the recording are correlated with the whole work at every place, over speeds, tempos and pitches.
Then eighths of a second are laid onto the work one by one by the likeliest course (Viterbi, 1967), which follows
drift, cuts and insertions; places are told to a fraction of a frame by a parabola. Related to audio matching by
chroma features (Mueller, Kurth and Clausen, 2005), here with band levels because the work itself is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.ndimage import uniform_filter1d

from core.audio.features import mono_blocks
from core.audio.parameters import PARAMETERS, band_shares
from core.audio.reference import WorkLevels
from core.model import FloatArray, Recording

LONGEST_SECONDS = 600.0  # of a recording that are compared
DECISIVE = 12.0  # deviations of a correlation from which no other scale is tried
_GROUP = 4  # bands that make one of a probe
_PROBE = 200  # steps of 20 ms: 4 s
_PROBES = 6
_SCALED_PROBES = 2
_SPEEDS = np.round(np.arange(0.80, 1.2501, 0.0125), 4)
_TEMPOS = np.round(np.arange(0.88, 1.1201, 0.0125), 4)
_PITCHES = np.round(np.arange(0.88, 1.1201, 0.02), 4)
_BLOCK = 12  # frames that are laid onto the work together
_REACH = 2000  # frames either side of the first guess that are looked at: 20 s
_JUMP, _STEP = 14.0, 1.5  # log-likelihoods that a jump and a step of a frame cost
_EFFECTIVE = 30.0  # independent values in a block: what the correlations of wrong places scatter like
_RUN = 64  # blocks that one straight line describes at most: 8 s
_LEAST_EVIDENCE = 12.0  # log-likelihood that a strand must have
_LIVE = 0.25  # of the liveliest band's movement makes a band count
_TRIAL_SECONDS = 8.0  # around a probe, on which pitch and speed are settled
_PROMISING = 15.0  # evidence of strands of a second and more there, without which the work is not in it
_PROMISING_A_SECOND = 100.0  # or evidence of many short ones: pauses were cut out
_LONG_FRAMES = 60000  # of a work (10 minutes): in longer ones tempo and pitch are not searched apart from speed
_COHERENT = 96  # frames of a strand from which it is no chance likeness
_FLOOR_UNDER_LOUD_DB = 45.0


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


@dataclass(frozen=True, slots=True)
class Strand:
    """An unbroken stretch: frames `first` to `last` (at the work's pace) lie `lag` + `drift` x frame later in the work.

    `evidence` is the log-likelihood that it is the work there.
    """

    first: int
    last: int
    lag: float
    drift: float
    evidence: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A recording laid onto a work: its scale, its strands, how sure that is, and how much of it hangs together.

    `evidence` is that of all strands, `coherent` that of those of a second and more, `share` their share of the
    recording's active blocks. Pieces of any speech resemble pieces of any other; only long strands tell the work.
    """

    scale: Scale
    strands: tuple[Strand, ...]
    evidence: float
    coherent: float
    share: float


class Suspect:
    """A recording as informed detection looks at it: mono at the analysis rate, at any pitch."""

    def __init__(self, samples: Recording, rate: int) -> None:
        self.rate = PARAMETERS.analysis_rate
        kept = samples[: round(LONGEST_SECONDS * rate)]
        self._mono = np.concatenate([*mono_blocks(kept, rate), np.zeros(0, np.float32)])
        self._pitched: dict[float, FloatArray] = {1.0: self._mono}
        size = PARAMETERS.analysis_window
        self._window = np.hanning(size + 1)[:-1].astype(np.float32)
        self._window /= self._window.sum() / 2.0
        self._power: FloatArray | None = None

    @property
    def seconds(self) -> float:
        """Its length."""
        return self._mono.size / self.rate

    def sounding(self) -> float:
        """Return how many of its seconds hold sound: within 35 dB of the loud ones, and not digital silence."""
        level = 10.0 * np.log10(self.power().sum(axis=1) + np.float32(1e-20))
        if level.size == 0:
            return 0.0
        return float((level > max(float(np.quantile(level, 0.95)) - 35.0, -100.0)).mean()) * self.seconds

    def power(self) -> FloatArray:
        """Return its power spectra every 10 ms: float32 (frames, bins)."""
        if self._power is None:
            hop = PARAMETERS.analysis_hop
            self._power = self._spectra(self._mono, (np.arange(self._mono.size // hop) + 0.5) * hop)
        return self._power

    def levels(self, pitch: float, seconds: FloatArray) -> FloatArray:
        """Return its band levels in dB at these times, its pitch brought back to the work's: float32 (times, bands)."""
        mono = self._at_pitch(pitch)
        shares = band_shares(PARAMETERS, self.rate / self._window.size, self._window.size // 2 + 1)
        power = self._spectra(mono, np.asarray(seconds) * (self.rate * mono.size / max(1, self._mono.size)))
        levels: FloatArray = 10.0 * np.log10(power @ shares.T + np.float32(1e-20))
        return levels

    def _at_pitch(self, pitch: float) -> FloatArray:
        """Return the sound played slower by `pitch`, so that its frequencies are the work's."""
        if pitch not in self._pitched:
            from scipy.signal import resample_poly

            ratio = Fraction(pitch).limit_denominator(1000)
            self._pitched = {1.0: self._mono}
            self._pitched[pitch] = resample_poly(self._mono, ratio.numerator, ratio.denominator).astype(np.float32)
        return self._pitched[pitch]

    def _spectra(self, mono: FloatArray, centres: FloatArray) -> FloatArray:
        """Return power spectra of frames around these samples: float32 (frames, bins)."""
        size = self._window.size
        padded = np.concatenate([np.zeros(size, np.float32), mono, np.zeros(2 * size, np.float32)])
        starts = np.clip(np.rint(centres).astype(np.int64) + size // 2, 0, padded.size - size)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)
        out = np.empty((starts.size, size // 2 + 1), np.float32)
        for first in range(0, starts.size, 2000):
            spectrum = fft.rfft(frames[starts[first : first + 2000]] * self._window, axis=1)
            out[first : first + 2000] = spectrum.real**2 + spectrum.imag**2
        return out


def place(suspect: Suspect, work: WorkLevels) -> list[Placed]:
    """Return the likeliest ways to lay a recording onto a work, best first: three at most, none for silence."""
    placed = [_laid(suspect, work, scale) for scale in scales(suspect, work)]
    return sorted((p for p in placed if p.strands), key=lambda p: -p.evidence)


def scales(suspect: Suspect, work: WorkLevels) -> list[Scale]:
    """Return the likeliest scales and places of a recording in a work, best first: three at most."""
    search = _Search(suspect, work)
    if not search.probes:
        return []
    found = search.at(search.probes, [(1.0, 1.0)])
    few = search.probes[:_SCALED_PROBES]
    if found[0].score < DECISIVE:
        found += search.at(few, [(float(s), float(s)) for s in _SPEEDS if s != 1.0])
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
        reference = _wide(np.power(10.0, work.levels(0, work.frames) / 10.0))
        even = reference.shape[0] // 2 * 2
        self._work = _contrast(reference[:even].reshape(-1, 2, reference.shape[1]).mean(axis=1))
        self._size = fft.next_fast_len(self._work.shape[0] + 2 * _PROBE, real=True)
        self._spectrum = fft.rfft(self._work, self._size, axis=0)
        energy = np.square(self._work)
        self._energy = np.concatenate([np.zeros((1, energy.shape[1])), np.cumsum(energy, axis=0, dtype=np.float64)])
        self._last: tuple[tuple[float, float, float], FloatArray] = (0.0, 0.0, 0.0), reference
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
        if self._last[0] != (pitch, start, end):
            shares = band_shares(PARAMETERS, self._suspect.rate / 512, 257, scale=pitch)
            power = self._suspect.power()[int(start * 100) : int(end * 100) + 1]
            self._last = (pitch, start, end), _wide(power @ shares.T)
        wide = self._last[1]
        count = max(1, int((end - start) * speed / 0.02))
        at = (np.arange(count) + 0.5) * (2.0 / speed) - 0.5
        index = np.arange(wide.shape[0])
        return _contrast(np.stack([np.interp(at, index, band) for band in wide.T], axis=1).astype(np.float32))

    def at(self, probes: list[tuple[float, float]], grid: list[tuple[float, float]]) -> list[Scale]:
        """Return the best place of each probe at each (pitch, speed), best first."""
        found = []
        for start, end in probes:
            for pitch, speed in grid:
                levels = self._levels(pitch, speed, start, end)
                live = _live(levels)
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


def _wide(power: FloatArray) -> FloatArray:
    """Return the levels in dB of groups of bands: float32 (frames, groups)."""
    grouped = power.reshape(power.shape[0], -1, _GROUP).sum(axis=2)
    levels: FloatArray = 10.0 * np.log10(grouped + np.float32(1e-12))
    return levels.astype(np.float32, copy=False)


def _contrast(levels: FloatArray, width: int = 25) -> FloatArray:
    """Return levels against their surroundings in time, without the floor of the recording: float32."""
    if levels.shape[0] == 0:
        return levels
    floored = np.maximum(levels, np.quantile(levels, 0.95) - _FLOOR_UNDER_LOUD_DB)
    out = floored - uniform_filter1d(floored, min(width, levels.shape[0]), axis=0, mode="nearest")
    contrast: FloatArray = np.clip(out, -12.0, 12.0)
    return contrast


def _live(levels: FloatArray) -> npt.NDArray[np.float32]:
    """Return 1 for bands in which a recording has anything, 0 for those that a telephone, say, took away."""
    moving = np.sqrt(np.square(levels).mean(axis=0))
    live: npt.NDArray[np.float32] = (moving > _LIVE * moving.max(initial=0.0)).astype(np.float32)
    return live


def _laid(suspect: Suspect, work: WorkLevels, guess: Scale) -> Placed:
    """Return a recording laid onto a work from a first guess, pitch and speed told exactly."""
    pitch, speed = _refined(suspect, work, guess)
    middle = 0.5 * (guess.start + min(guess.start + 4.0, suspect.seconds))
    there = guess.shift + guess.speed * middle  # the one place that all readings of the guess agree on
    part = max(0.0, middle - _TRIAL_SECONDS / 2), middle + _TRIAL_SECONDS / 2
    tried: list[Placed] = []
    for p, v in dict.fromkeys([(1.0, 1.0), (1.0, speed), (speed, speed), (pitch, 1.0), (pitch, speed)]):
        if abs(v / speed - 1.0) < 0.06:
            tried.append(_strands(suspect, work, replace(guess, pitch=p, speed=v, shift=there - v * middle), *part))
    best = max(tried, key=lambda placed: placed.evidence)
    enough = 0.97 * best.evidence - 10.0
    best = next(placed for placed in tried if placed.evidence >= enough)  # the plainest come first
    seconds = min(part[1], suspect.seconds) - part[0]
    if best.coherent < _PROMISING and best.evidence < _PROMISING_A_SECOND * seconds:
        return replace(best, strands=())
    exact = _exact_speed(best)
    if abs(exact / best.scale.speed - 1.0) >= 2e-4:
        pitch = exact if best.scale.pitch == best.scale.speed != 1.0 else best.scale.pitch
        scale = replace(best.scale, pitch=pitch, speed=exact, shift=there - exact * middle)
        again = _strands(suspect, work, scale, *part)
        if again.evidence >= 0.98 * best.evidence:
            best = again
    return best if part[0] == 0.0 and part[1] >= suspect.seconds else _strands(suspect, work, best.scale)


def _exact_speed(placed: Placed) -> float:
    """Return the speed that the drifts of the longest strands tell; the guess where none is long."""
    strong = [s for s in placed.strands if s.last - s.first >= 8 * _BLOCK]
    if not strong:
        return placed.scale.speed
    weights = np.array([s.evidence * float(s.last - s.first) ** 2 for s in strong])
    drift = float(np.average([s.drift for s in strong], weights=weights))
    return placed.scale.speed * (1.0 + drift)


def _refined(suspect: Suspect, work: WorkLevels, guess: Scale) -> tuple[float, float]:
    """Return (pitch, speed) to half a percent, by the correlation of the probe's middle in 52 bands at its place."""
    end = min(suspect.seconds, guess.start + 4.0)
    power = suspect.power()[int(guess.start * 100) : int(end * 100)]
    if power.shape[0] < 20:
        return guess.pitch, guess.speed
    middle = 0.5 * (guess.start + end)
    there = guess.shift + guess.speed * middle

    def match(pitch: float, speeds: FloatArray) -> tuple[float, float]:
        shares = band_shares(PARAMETERS, suspect.rate / 512, 257, scale=pitch)
        levels = _contrast(10.0 * np.log10(power @ shares.T + np.float32(1e-12)), 40)
        bands = np.flatnonzero(_live(levels))
        levels, met = levels[:, bands], around[:, bands]
        best = (-1.0, 1.0)
        for speed in speeds:
            count = int(power.shape[0] * speed)
            at = (np.arange(count) + 0.5) / speed - 0.5
            left = np.clip(at.astype(np.int64), 0, power.shape[0] - 2)
            share = (at - left).astype(np.float32)[:, None]
            moved = (1 - share) * levels[left] + share * levels[left + 1]
            for lag in range(-6, 7, 2):
                first = round(100 * there - count / 2) + lag - low
                a, b = max(0, -first), min(count, around.shape[0] - first)
                if b - a < 20:
                    continue
                one, other = moved[a:b].ravel(), met[a + first : b + first].ravel()
                value = float(one @ other) / (float(np.linalg.norm(one) * np.linalg.norm(other)) + 1e-9)
                best = max(best, (value, float(speed)))
        return best

    half = 0.75 * (end - guess.start) * guess.speed
    low, high = max(0, round(100 * (there - half)) - 10), min(work.frames, round(100 * (there + half)) + 10)
    if high - low < 20:
        return guess.pitch, guess.speed
    around = _contrast(work.levels(low, high), 40)
    speeds = np.unique(np.append(guess.speed * (1.0 + np.array([-0.012, 0.0, 0.012])), 1.0))
    speeds = speeds[np.abs(speeds / guess.speed - 1.0) < 0.06]
    coarse = [(*match(float(pitch), speeds), float(pitch)) for pitch in np.append(_SPEEDS, 1.0)]
    _, speed, pitch = max(coarse)
    near = [pitch * (1.0 + step) for step in (-0.0075, -0.005, -0.0025, 0.0, 0.0025, 0.005, 0.0075)]
    fine = [(*match(p, speed * (1.0 + np.linspace(-0.008, 0.008, 5))), p) for p in near]
    _, speed, pitch = max(fine)
    return pitch, speed


def _strands(suspect: Suspect, work: WorkLevels, scale: Scale, start: float = 0.0, end: float = np.inf) -> Placed:
    """Return the strands of a recording (or its seconds from start to end) at a scale, by the likeliest course."""
    pace = 100.0 * scale.speed
    begin, count = int(start * pace), int(min(end, suspect.seconds) * pace) - int(start * pace)
    times = (begin + np.arange(count) + 0.5) / pace
    blocks = count // _BLOCK
    if blocks < 2:
        return Placed(scale, (), 0.0, 0.0, 0.0)
    guess = round(scale.shift * 100)
    reach = min(_REACH, 100 + count)
    lags = np.arange(guess - reach, guess + reach + 1)
    own = _contrast(suspect.levels(scale.pitch, times), 40)[: blocks * _BLOCK]
    live_bands = _live(own)
    own *= live_bands
    low = guess - reach + begin
    first, last = max(0, low), min(work.frames, low + 2 * reach + count)
    around = np.zeros((own.shape[1], 2 * reach + count + 1), np.float32)
    if last > first:
        around[:, first - low : last - low] = (_contrast(work.levels(first, last), 40) * live_bands).T
    energy = np.concatenate([[0.0], np.cumsum(np.square(around).sum(axis=0), dtype=np.float64)])
    live = np.einsum("ij,ij->i", own, own).reshape(blocks, _BLOCK).sum(axis=1).astype(np.float64)
    usual = max(float(live.mean()), 1e-9)
    match = np.empty((blocks, lags.size), np.float32)
    for block in range(blocks):
        at = block * _BLOCK
        met = own[at : at + _BLOCK] @ around[:, at : at + _BLOCK + lags.size - 1]
        sums = sum(met[i, i : i + lags.size] for i in range(_BLOCK))
        there = energy[at + _BLOCK : at + _BLOCK + lags.size] - energy[at : at + lags.size]
        match[block] = sums / np.sqrt(np.maximum(there, 0.1 * usual) * max(live[block], 0.1 * usual))
    gain = -0.5 * _EFFECTIVE * np.log1p(-np.square(np.clip(match, 0.0, 0.995)))
    course = _course(gain)
    return _told(scale, begin, course, match, gain, lags, live > 0.3 * usual)


def _course(gain: FloatArray) -> npt.NDArray[np.int64]:
    """Return the likeliest place of each block among the lags: int64 (blocks,)."""
    blocks, lags = gain.shape
    came = np.empty((blocks, lags), np.int32)
    total = gain[0].astype(np.float32)
    places = np.arange(lags, dtype=np.int32)
    for block in range(1, blocks):
        best, source = total.copy(), places.copy()
        for step in (-1, 1):
            moved = np.full(lags, -np.inf, np.float32)
            if step > 0:
                moved[step:] = total[:-step] - _STEP
            else:
                moved[:step] = total[-step:] - _STEP
            better = moved > best
            best[better], source[better] = moved[better], places[better] - step
        top = int(total.argmax())
        jump = float(total[top]) - _JUMP
        better = best < jump
        best[better], source[better] = jump, top
        came[block] = source
        total = best + gain[block]
    course = np.empty(blocks, np.int64)
    course[-1] = int(total.argmax())
    for block in range(blocks - 1, 0, -1):
        course[block - 1] = came[block, course[block]]
    return course


def _told(
    scale: Scale,
    begin: int,
    course: npt.NDArray[np.int64],
    match: FloatArray,
    gain: FloatArray,
    lags: npt.NDArray[np.int64],
    active: npt.NDArray[np.bool_],
) -> Placed:
    """Return the strands that a course of blocks makes."""
    blocks = np.arange(course.size)
    here = match[blocks, course]
    left, right = match[blocks, np.maximum(course - 1, 0)], match[blocks, np.minimum(course + 1, lags.size - 1)]
    bend = left - 2.0 * here + right
    part = np.where(bend < -1e-4, 0.5 * (left - right) / np.minimum(bend, -1e-4), 0.0)
    exact = lags[course] + np.clip(part, -0.5, 0.5)
    weight = gain[blocks, course]
    breaks = [int(b) + 1 for b in np.flatnonzero(np.abs(np.diff(course)) > 1)]
    strands = []
    for start, end in zip([0, *breaks], [*breaks, course.size], strict=True):
        for first in range(start, end, _RUN):
            last = min(end, first + _RUN)
            if last + 8 >= end:  # no short rest
                last = end
            evidence = float(weight[first:last].sum())
            if evidence >= _LEAST_EVIDENCE:
                lag, drift = _line(begin, blocks[first:last], exact[first:last], weight[first:last])
                strands.append(Strand(begin + first * _BLOCK, begin + last * _BLOCK, lag, drift, evidence))
            if last == end:
                break
    long = [s for s in strands if s.last - s.first >= _COHERENT]
    inside = np.zeros(course.size, bool)
    for strand in long:
        inside[(strand.first - begin) // _BLOCK : (strand.last - begin) // _BLOCK] = True
    share = float((inside & active).sum() / active.sum()) if active.any() else 0.0
    return Placed(scale, tuple(strands), sum(s.evidence for s in strands), sum(s.evidence for s in long), share)


def _line(begin: int, blocks: npt.NDArray[np.int64], lags: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Return (lag at frame 0, drift) of the straight line through the lags of blocks; the drift of a short one is 0."""
    frames = begin + (blocks + 0.5) * _BLOCK
    sure = weight + 1e-6
    for _ in range(3):
        middle = float(np.average(frames, weights=sure))
        mean = float(np.average(lags, weights=sure))
        drift = 0.0
        if blocks.size >= 8:
            spread = float(np.average((frames - middle) ** 2, weights=sure))
            drift = float(np.average((frames - middle) * (lags - mean), weights=sure)) / spread
        off = np.abs(lags - mean - drift * (frames - middle))
        sure = (weight + 1e-6) / (1.0 + (off / 0.3) ** 2)
    return mean - drift * middle, drift
