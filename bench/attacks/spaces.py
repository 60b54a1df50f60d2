"""Damage by filters and rooms: missing bands, reverberation, denoising, recording a loudspeaker again."""

from __future__ import annotations

import numpy as np

from bench.attacks import NotApplicable, Samples
from bench.attacks.codecs import resampled, telephone_band
from bench.attacks.levels import noise, unclipped
from bench.attacks.programs import filtered

Random = np.random.Generator
Heard = tuple[Samples, int]
_GATE_FRAME = 0.032  # seconds of the spectral gate's frames
_GATE_FACTOR = 2.0  # over the level of the quiet frames of a bin under which the gate shuts
_GATE_FLOOR = 0.1  # gain of a shut gate


def low_pass(samples: Samples, rate: int, random: Random, *, hertz: float) -> Heard:
    """Return the recording without what lies above this frequency (8th order Butterworth)."""
    if rate <= 2.1 * hertz:
        raise NotApplicable("the recording has nothing above that frequency")
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(8, hertz, fs=rate, output="sos"), samples, axis=0), np.float32), rate


def high_pass(samples: Samples, rate: int, random: Random, *, hertz: float) -> Heard:
    """Return the recording without what lies below this frequency (4th order Butterworth)."""
    from scipy.signal import butter, sosfilt

    sections = butter(4, hertz, "highpass", fs=rate, output="sos")
    return np.asarray(sosfilt(sections, samples, axis=0), np.float32), rate


def reverberate(samples: Samples, rate: int, random: Random, *, seconds: float, decibels: float) -> Heard:
    """Return the recording in a room: a noise tail that falls by 60 dB in `seconds`, `decibels` under the direct sound.

    The tail starts 5 ms after the direct sound and loses its heights as the tails of real rooms do.
    """
    from scipy.signal import butter, fftconvolve, sosfilt

    length = round(seconds * rate)
    time = np.arange(length) / rate
    tail = random.standard_normal(length) * 10 ** (-3 * time / seconds)
    if rate > 8000:
        tail = sosfilt(butter(1, 4000, fs=rate, output="sos"), tail)
    tail[: round(0.005 * rate)] = 0
    tail *= (10 ** (-decibels / 10) / max(float(np.sum(tail**2)), 1e-12)) ** 0.5
    tail[0] = 1.0
    wet = np.stack([fftconvolve(channel, tail)[: len(samples)] for channel in samples.T], axis=1)
    return unclipped(wet), rate


def record_again(samples: Samples, rate: int, random: Random, *, decibels: float = 20.0) -> Heard:
    """Return what a telephone hears of a loudspeaker: a room of 0.5 s at 3 dB, noise, 300 to 3400 Hz at 8 kHz."""
    heard, _ = reverberate(samples, rate, random, seconds=0.5, decibels=3)
    heard, _ = noise(heard, rate, random, decibels=decibels)
    return telephone_band(heard, rate), 8000


def denoise(samples: Samples, rate: int, random: Random, *, strength: float) -> Heard:
    """Return the recording after ffmpeg's denoiser afftdn, which takes away up to `strength` dB."""
    return filtered(samples, rate, f"afftdn=nr={strength:g}:nf=-40"), rate


def gate_spectrum(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording after a spectral gate: each bin under twice its quiet level is taken down by 20 dB."""
    from scipy.signal import istft, stft

    size = max(64, round(_GATE_FRAME * rate))
    out = np.empty_like(samples)
    for number, channel in enumerate(samples.T):
        _, _, bins = stft(channel, rate, nperseg=size, noverlap=3 * size // 4)
        quiet = np.quantile(np.abs(bins), 0.15, axis=1, keepdims=True)
        bins *= np.where(np.abs(bins) > _GATE_FACTOR * quiet, 1.0, _GATE_FLOOR)
        _, back = istft(bins, rate, nperseg=size, noverlap=3 * size // 4)
        out[:, number] = back[: len(samples)]
    return out, rate


def narrow_again(samples: Samples, rate: int, random: Random, *, hertz: int) -> Heard:
    """Return the recording brought down to this rate and back up again."""
    if rate <= hertz:
        raise NotApplicable("the recording has nothing above that frequency")
    down = resampled(samples, rate, hertz)
    return resampled(down, hertz, rate)[: len(samples)], rate
