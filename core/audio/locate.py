"""Where in a work a recording lies: how its time and pitch run, found by comparing log spectrograms, without any key.

Probes of the recording tell where to look (`probes`), and how fast and at which pitch to a per cent. Both are settled
on the seconds around the best probe; then the whole recording is laid onto the work (`strands`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audio.parameters import PARAMETERS, band_shares
from core.audio.probes import SPEEDS, Scale, scales
from core.audio.reference import WorkLevels
from core.audio.strands import BLOCK, Placed, strands
from core.audio.suspect import Suspect, contrast, live_bands
from core.model import FloatArray

_TRIAL_SECONDS = 8.0  # around a probe, on which pitch and speed are settled
_PROMISING = 15.0  # evidence of strands of a second and more there, without which the work is not in it
_PROMISING_A_SECOND = 100.0  # or evidence of many short ones: pauses were cut out


def place(suspect: Suspect, work: WorkLevels) -> list[Placed]:
    """Return the likeliest ways to lay a recording onto a work, best first: three at most, none for silence."""
    placed = [_laid(suspect, work, scale) for scale in scales(suspect, work)]
    return sorted((p for p in placed if p.strands), key=lambda p: -p.evidence)


def _laid(suspect: Suspect, work: WorkLevels, guess: Scale) -> Placed:
    """Return a recording laid onto a work from a first guess, pitch and speed told exactly."""
    pitch, speed = _refined(suspect, work, guess)
    middle = 0.5 * (guess.start + min(guess.start + 4.0, suspect.seconds))
    there = guess.shift + guess.speed * middle  # the one place that all readings of the guess agree on
    part = max(0.0, middle - _TRIAL_SECONDS / 2), middle + _TRIAL_SECONDS / 2
    tried: list[Placed] = []
    for p, v in dict.fromkeys([(1.0, 1.0), (1.0, speed), (speed, speed), (pitch, 1.0), (pitch, speed)]):
        if abs(v / speed - 1.0) < 0.06:
            tried.append(strands(suspect, work, replace(guess, pitch=p, speed=v, shift=there - v * middle), *part))
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
        again = strands(suspect, work, scale, *part)
        if again.evidence >= 0.98 * best.evidence:
            best = again
    return best if part[0] == 0.0 and part[1] >= suspect.seconds else strands(suspect, work, best.scale)


def _exact_speed(placed: Placed) -> float:
    """Return the speed that the drifts of the longest strands tell; the guess where none is long."""
    strong = [s for s in placed.strands if s.last - s.first >= 8 * BLOCK]
    if not strong:
        return placed.scale.speed
    weights = np.array([s.evidence * float(s.last - s.first) ** 2 for s in strong])
    drift = float(np.average([s.drift for s in strong], weights=weights))
    return placed.scale.speed * (1.0 + drift)


def _refined(suspect: Suspect, work: WorkLevels, guess: Scale) -> tuple[float, float]:
    """Return (pitch, speed) to half a percent, by the correlation of the probe's middle in 52 bands at its place."""
    end = min(suspect.seconds, guess.start + 4.0)
    power = suspect.power(int(guess.start * 100), int(end * 100))
    if power.shape[0] < 20:
        return guess.pitch, guess.speed
    middle = 0.5 * (guess.start + end)
    there = guess.shift + guess.speed * middle

    def match(pitch: float, speeds: FloatArray) -> tuple[float, float]:
        shares = band_shares(PARAMETERS, suspect.rate / 512, 257, scale=pitch)
        levels = contrast(10.0 * np.log10(power @ shares.T + np.float32(1e-12)), 40)
        bands = np.flatnonzero(live_bands(levels))
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
    around = contrast(work.levels(low, high), 40)
    speeds = np.unique(np.append(guess.speed * (1.0 + np.array([-0.012, 0.0, 0.012])), 1.0))
    speeds = speeds[np.abs(speeds / guess.speed - 1.0) < 0.06]
    coarse = [(*match(float(pitch), speeds), float(pitch)) for pitch in np.append(SPEEDS, 1.0)]
    _, speed, pitch = max(coarse)
    near = [pitch * (1.0 + step) for step in (-0.0075, -0.005, -0.0025, 0.0, 0.0025, 0.005, 0.0075)]
    fine = [(*match(p, speed * (1.0 + np.linspace(-0.008, 0.008, 5))), p) for p in near]
    _, speed, pitch = max(fine)
    return pitch, speed
