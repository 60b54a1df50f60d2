"""Damage to recordings, as sites, phones and people do it. All randomness comes from the caller."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from bench.attacks import NotApplicable, Samples, SoundAttack
from bench.attacks.codecs import aac, mp3, mulaw, opus, resampled, vorbis

Random = np.random.Generator
Heard = tuple[Samples, int]
_FRAME = 0.02  # seconds of the frames whose level tells sound from pause
ACTIVE_BELOW_LOUD = 35.0  # dB under the loud frames (95 % level) down to which a frame counts as sound
SILENT = -70.0  # dBFS under which nothing counts as sound


def none(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording as it is."""
    return samples, rate


def to_mp3(samples: Samples, rate: int, random: Random, *, kilobits: int) -> Heard:
    """Return the recording after MP3 at a constant bit rate."""
    return mp3(samples, rate, kilobits=kilobits)


def to_opus(samples: Samples, rate: int, random: Random, *, kilobits: int) -> Heard:
    """Return the recording after Opus."""
    return opus(samples, rate, kilobits=kilobits)


def to_vorbis(samples: Samples, rate: int, random: Random, *, quality: float) -> Heard:
    """Return the recording after Ogg Vorbis."""
    return vorbis(samples, rate, quality=quality)


def to_aac(samples: Samples, rate: int, random: Random, *, kilobits: int) -> Heard:
    """Return the recording after AAC."""
    return aac(samples, rate, kilobits=kilobits)


def resample(samples: Samples, rate: int, random: Random, *, to: int) -> Heard:
    """Return the recording at another sampling rate."""
    return resampled(samples, rate, to), to


def gain(samples: Samples, rate: int, random: Random, *, decibels: float) -> Heard:
    """Return the recording quieter or louder; what passes full scale is clipped."""
    return np.clip(samples * np.float32(10 ** (decibels / 20)), -1, 1), rate


def equalise(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording under a random equaliser: up to 6 dB up or down at each octave from 63 Hz to 16 kHz."""
    centres = 62.5 * 2.0 ** np.arange(9)
    steps = random.uniform(-6, 6, len(centres))
    size = len(samples) + rate  # room for the filter to ring out instead of wrapping round
    freq = np.fft.rfftfreq(size, 1 / rate)
    curve = np.interp(np.log2(np.maximum(freq, 20)), np.log2(centres), steps)
    spectrum = np.fft.rfft(samples, size, axis=0) * (10 ** (curve / 20))[:, None]
    return _unclipped(np.fft.irfft(spectrum, size, axis=0)[: len(samples)]), rate


def eight_bit(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording in 8-bit steps."""
    return np.clip(np.rint(samples * 127) / 127, -1, 1).astype(np.float32), rate


def noise(samples: Samples, rate: int, random: Random, *, decibels: float) -> Heard:
    """Return the recording in white noise that lies this many decibels under its active sound."""
    loud = active(samples, rate)
    level = np.repeat(loud, _frame(rate))[: len(samples)]
    power = float(np.mean(np.square(samples[: len(level)][level], dtype=np.float64))) if level.any() else 0.0
    grain = random.standard_normal(samples.shape, np.float32)
    return _unclipped(samples + grain * np.float32((power / 10 ** (decibels / 10)) ** 0.5)), rate


def low_pass(samples: Samples, rate: int, random: Random, *, hertz: float) -> Heard:
    """Return the recording without what lies above this frequency (8th order Butterworth)."""
    if rate <= 2.1 * hertz:
        raise NotApplicable("the recording has nothing above that frequency")
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(8, hertz, fs=rate, output="sos"), samples, axis=0), np.float32), rate


def phone(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording after a telephone line."""
    return mulaw(samples, rate)


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


def cut(samples: Samples, rate: int, random: Random, *, seconds: float) -> Heard:
    """Return a piece of this length from a random place that holds at least 2 s of active sound."""
    frames = round(seconds * rate)
    if len(samples) < frames:
        raise NotApplicable(f"the recording is shorter than {seconds:g} s")
    start = _start_of_cut(samples, rate, frames, random)
    return samples[start : start + frames].copy(), rate


def cut_mp3(samples: Samples, rate: int, random: Random, *, seconds: float, kilobits: int) -> Heard:
    """Return a piece of the recording as MP3."""
    return mp3(*cut(samples, rate, random, seconds=seconds), kilobits=kilobits)


def active(samples: Samples, rate: int) -> npt.NDArray[np.bool_]:
    """Return for each frame of 20 ms whether it holds sound: within 35 dB of the loud frames, above -70 dBFS."""
    size = _frame(rate)
    count = len(samples) // size
    if count == 0:
        return np.zeros(0, np.bool_)
    mixed = samples[: count * size].mean(axis=1, dtype=np.float64).reshape(count, size)
    level = 10 * np.log10(np.mean(mixed**2, axis=1) + 1e-12)
    return np.asarray(level > max(float(np.percentile(level, 95)) - ACTIVE_BELOW_LOUD, SILENT))


def active_seconds(samples: Samples, rate: int) -> float:
    """Return how many seconds of the recording hold sound."""
    return float(active(samples, rate).sum() * _FRAME)


def _start_of_cut(samples: Samples, rate: int, frames: int, random: Random) -> int:
    """Return where a cut starts: the first random place with 2 s of sound (or all that a short cut can hold)."""
    sums = np.concatenate([[0], np.cumsum(active(samples, rate))])
    size, wanted = _frame(rate), min(2.0, 0.9 * frames / rate)
    places = random.integers(0, len(samples) - frames + 1, 200)
    held = (sums[np.minimum((places + frames) // size, len(sums) - 1)] - sums[places // size]) * _FRAME
    enough = np.flatnonzero(held >= wanted)
    if len(enough) == 0:
        raise NotApplicable("no piece of it holds 2 s of sound")
    return int(places[enough[0]])


def _frame(rate: int) -> int:
    return max(1, round(_FRAME * rate))


def _unclipped(samples: npt.NDArray[np.floating]) -> Samples:
    """Return the samples, made quieter as a whole if their peak would pass full scale."""
    peak = float(np.abs(samples).max(initial=0.0))
    return np.asarray(samples / max(peak, 1.0), np.float32)


ATTACKS: tuple[SoundAttack, ...] = (
    SoundAttack("none", "untouched", none),
    SoundAttack("mp3_128", "MP3 128 kbit/s", partial(to_mp3, kilobits=128)),
    SoundAttack("mp3_64", "MP3 64 kbit/s", partial(to_mp3, kilobits=64)),
    SoundAttack("mp3_32", "MP3 32 kbit/s", partial(to_mp3, kilobits=32)),
    SoundAttack("aac_64", "AAC 64 kbit/s", partial(to_aac, kilobits=64)),
    SoundAttack("opus_32", "Opus 32 kbit/s", partial(to_opus, kilobits=32)),
    SoundAttack("opus_16", "Opus 16 kbit/s", partial(to_opus, kilobits=16)),
    SoundAttack("vorbis_30", "Ogg Vorbis, quality 0.3", partial(to_vorbis, quality=0.3)),
    SoundAttack("rate_44100", "resampled to 44.1 kHz", partial(resample, to=44100)),
    SoundAttack("rate_16000", "resampled to 16 kHz", partial(resample, to=16000)),
    SoundAttack("gain_down_10", "10 dB quieter", partial(gain, decibels=-10)),
    SoundAttack("gain_up_6", "6 dB louder, clipped", partial(gain, decibels=6)),
    SoundAttack("equaliser", "equaliser, up to 6 dB an octave band", equalise),
    SoundAttack("eight_bit", "8 bit", eight_bit),
    SoundAttack("noise_20", "white noise 20 dB below", partial(noise, decibels=20)),
    SoundAttack("low_pass_4k", "nothing above 4 kHz", partial(low_pass, hertz=4000)),
    SoundAttack("low_pass_2k", "nothing above 2 kHz", partial(low_pass, hertz=2000)),
    SoundAttack("phone", "telephone (8 kHz, mu-law)", phone),
    SoundAttack("mono", "stereo mixed to mono", mono),
    SoundAttack("stereo", "mono spread to stereo", stereo),
    SoundAttack("cut_10", "10 s cut", partial(cut, seconds=10), cut=True),
    SoundAttack("cut_5", "5 s cut", partial(cut, seconds=5), cut=True),
    SoundAttack("cut_3", "3 s cut", partial(cut, seconds=3), cut=True),
    SoundAttack("cut_10_mp3_64", "10 s cut, MP3 64", partial(cut_mp3, seconds=10, kilobits=64), cut=True),
    SoundAttack("cut_5_mp3_64", "5 s cut, MP3 64", partial(cut_mp3, seconds=5, kilobits=64), cut=True),
)
