"""Damage to the level of recordings: gain, equalisers, compression, noise, coarse steps, channels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bench.attacks import NotApplicable, Samples
from bench.attacks.activity import active_power
from bench.attacks.codecs import resampled

Random = np.random.Generator
Heard = tuple[Samples, int]


def none(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording as it is."""
    return samples, rate


def resample(samples: Samples, rate: int, random: Random, *, to: int) -> Heard:
    """Return the recording at another sampling rate."""
    return resampled(samples, rate, to), to


def gain(samples: Samples, rate: int, random: Random, *, decibels: float) -> Heard:
    """Return the recording quieter or louder; what passes full scale is clipped."""
    return np.clip(samples * np.float32(10 ** (decibels / 20)), -1, 1), rate


def equalise(samples: Samples, rate: int, random: Random, *, most: float) -> Heard:
    """Return the recording under a random equaliser: up to `most` dB up or down at each octave from 63 Hz to 16 kHz."""
    centres = 62.5 * 2.0 ** np.arange(9)
    steps = random.uniform(-most, most, len(centres))
    size = len(samples) + rate  # room for the filter to ring out instead of wrapping round
    freq = np.fft.rfftfreq(size, 1 / rate)
    curve = np.interp(np.log2(np.maximum(freq, 20)), np.log2(centres), steps)
    spectrum = np.fft.rfft(samples, size, axis=0) * (10 ** (curve / 20))[:, None]
    return unclipped(np.fft.irfft(spectrum, size, axis=0)[: len(samples)]), rate


def compress(samples: Samples, rate: int, random: Random, *, ratio: float) -> Heard:
    """Return the recording after a compressor: `ratio` to 1 above 20 dB under its peaks, 5 ms up, 80 ms down."""
    step = max(1, round(0.001 * rate))
    count = -(-len(samples) // step)
    padded = np.zeros(count * step, np.float32)
    padded[: len(samples)] = np.abs(samples).max(axis=1)
    level = padded.reshape(count, step).max(axis=1)
    follow, held = np.empty(count), 0.0
    for place, value in enumerate(level):
        held += (value - held) * (0.2 if value > held else 0.0125)
        follow[place] = held
    threshold = max(float(np.percentile(follow, 99.5)) * 0.1, 1e-6)
    turned = np.where(follow > threshold, (np.maximum(follow, threshold) / threshold) ** (1 / ratio - 1), 1.0)
    smooth = np.interp(np.arange(len(samples)), (np.arange(count) + 0.5) * step, turned)[:, None]
    louder = samples * smooth
    peak = float(np.abs(louder).max(initial=0.0))
    return np.asarray(louder * (0.9 / peak if peak > 0 else 1.0), np.float32), rate


def limit(samples: Samples, rate: int, random: Random, *, decibels: float) -> Heard:
    """Return the recording driven so many dB into a soft limiter (hyperbolic tangent)."""
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-6)
    return np.asarray(0.95 * np.tanh(samples / peak * 10 ** (decibels / 20)), np.float32), rate


def steps(samples: Samples, rate: int, random: Random, *, bits: int) -> Heard:
    """Return the recording in steps of so many bits."""
    most = 2 ** (bits - 1) - 1
    return np.clip(np.rint(samples * most) / most, -1, 1).astype(np.float32), rate


def noise(samples: Samples, rate: int, random: Random, *, decibels: float, colour: str = "white") -> Heard:
    """Return the recording in white or pink noise that lies this many decibels under its active sound."""
    grain = random.standard_normal(samples.shape, np.float32)
    if colour == "pink":
        spectrum = np.fft.rfft(grain, axis=0)
        freq = np.fft.rfftfreq(len(samples), 1 / rate)
        spectrum *= (1 / np.sqrt(np.maximum(freq, 20.0)))[:, None]
        grain = np.fft.irfft(spectrum, len(samples), axis=0).astype(np.float32)
        grain /= max(float(grain.std()), 1e-12)
    level = (active_power(samples, rate) / 10 ** (decibels / 10)) ** 0.5
    return unclipped(samples + grain * np.float32(level)), rate


def hum(samples: Samples, rate: int, random: Random, *, decibels: float) -> Heard:
    """Return the recording with mains hum: 50 Hz and its odd overtones, so many dB under its active sound."""
    time = np.arange(len(samples)) / rate
    waves = sum(np.sin(2 * np.pi * 50 * k * time + random.uniform(0, 6.28)) / k for k in (1, 3, 5, 7, 9))
    level = (active_power(samples, rate) / 10 ** (decibels / 10)) ** 0.5 / float(np.std(waves) or 1.0)
    return unclipped(samples + (waves * level)[:, None]), rate


def polarity(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording upside down."""
    return -samples, rate


def mono(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the mix of all channels."""
    if samples.shape[1] == 1:
        raise NotApplicable("the recording is mono already")
    return samples.mean(axis=1, keepdims=True, dtype=np.float32), rate


def stereo(samples: Samples, rate: int, random: Random) -> Heard:
    """Return a mono recording in two channels, one 3 dB quieter."""
    if samples.shape[1] != 1:
        raise NotApplicable("the recording has several channels already")
    return np.concatenate([samples, samples * np.float32(0.708)], axis=1), rate


def one_channel(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the first channel alone."""
    if samples.shape[1] == 1:
        raise NotApplicable("the recording is mono already")
    return samples[:, :1].copy(), rate


def wrong_side(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording in two channels of opposite polarity, whose mix is silence."""
    mixed = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.concatenate([mixed, -mixed], axis=1), rate


def unclipped(samples: npt.NDArray[np.floating]) -> Samples:
    """Return the samples, made quieter as a whole if their peak would pass full scale."""
    peak = float(np.abs(samples).max(initial=0.0))
    return np.asarray(samples / max(peak, 1.0), np.float32)
