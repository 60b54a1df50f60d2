"""Damage to the time of recordings: speed, tempo, pitch, drift, and edits that move what follows them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from bench.attacks import NotApplicable, Samples
from bench.attacks.activity import active, frame_size, start_of_cut
from bench.attacks.codecs import mp3
from bench.attacks.programs import output, program, read_sound_file, sound_file, through_sox

Random = np.random.Generator
Heard = tuple[Samples, int]


def speed(samples: Samples, rate: int, random: Random, *, factor: float) -> Heard:
    """Return the recording played faster (factor above 1) or slower: tempo and pitch change together."""
    from scipy.signal import resample_poly

    ratio = Fraction(factor).limit_denominator(10000)
    return np.asarray(resample_poly(samples, ratio.denominator, ratio.numerator, axis=0), np.float32), rate


def tempo(samples: Samples, rate: int, random: Random, *, factor: float) -> Heard:
    """Return the recording faster or slower at the same pitch, by the program rubberband."""
    return _rubberband(samples, rate, ["--tempo", f"{factor:g}"])


def pitch(samples: Samples, rate: int, random: Random, *, semitones: float) -> Heard:
    """Return the recording higher or lower at the same tempo, by the program rubberband."""
    return _rubberband(samples, rate, ["--pitch", f"{semitones:g}"])


def sox_tempo(samples: Samples, rate: int, random: Random, *, factor: float) -> Heard:
    """Return the recording faster or slower at the same pitch, by the program sox (WSOLA, for speech)."""
    return through_sox(samples, rate, ["tempo", "-s", f"{factor:g}"]), rate


def _rubberband(samples: Samples, rate: int, words: list[str]) -> Heard:
    stretcher = program("rubberband")
    with sound_file(samples, rate) as path:
        heard = path.with_name("heard.wav")
        output([stretcher, "--quiet", *words, str(path), str(heard)])
        return read_sound_file(heard)


def drift(samples: Samples, rate: int, random: Random, *, most: float) -> Heard:
    """Return the recording with a speed that goes from `most` too slow to `most` too fast in even steps."""
    place = np.arange(len(samples), dtype=np.float64)
    middle = len(samples) / 2
    return _warped(samples, place + most * ((place - middle) ** 2 / len(samples) - len(samples) / 4)), rate


def wow(samples: Samples, rate: int, random: Random, *, most: float, hertz: float) -> Heard:
    """Return the recording with a speed that swings by `most` so many times a second, as a worn tape."""
    place = np.arange(len(samples), dtype=np.float64)
    turn = 2 * np.pi * hertz / rate
    return _warped(samples, place + most / turn * np.sin(turn * place + random.uniform(0, 6.28))), rate


def _warped(samples: Samples, places: np.ndarray) -> Samples:
    """Return the samples read at fractional places (cubic spline)."""
    from scipy.ndimage import map_coordinates

    channels = [map_coordinates(channel, places[None], order=3, mode="nearest") for channel in samples.T]
    return np.asarray(np.stack(channels, axis=1), np.float32)


def cut(samples: Samples, rate: int, random: Random, *, seconds: float) -> Heard:
    """Return a piece of this length from a random place that holds at least 2 s of active sound."""
    frames = round(seconds * rate)
    start = start_of_cut(samples, rate, frames, random)
    return samples[start : start + frames].copy(), rate


def cut_mp3(samples: Samples, rate: int, random: Random, *, seconds: float, kilobits: int) -> Heard:
    """Return a piece of the recording as MP3."""
    return mp3(*cut(samples, rate, random, seconds=seconds), kilobits=kilobits)


def delete_pieces(samples: Samples, rate: int, random: Random, *, seconds: float) -> Heard:
    """Return the recording without pieces of this length, one taken out every 1 to 2 s."""
    keep = np.ones(len(samples), bool)
    for start in _moments(len(samples), rate, random, 1.0, 2.0):
        keep[start : start + round(seconds * rate)] = False
    return samples[keep], rate


def insert_pieces(samples: Samples, rate: int, random: Random, *, least: float, most: float) -> Heard:
    """Return the recording with silences of `least` to `most` seconds put in every 2 to 4 s."""
    parts, before = [], 0
    for start in _moments(len(samples), rate, random, 2.0, 4.0):
        gap = np.zeros((round(random.uniform(least, most) * rate), samples.shape[1]), np.float32)
        parts += [samples[before:start], gap]
        before = start
    return np.concatenate([*parts, samples[before:]]), rate


def drop_silence(samples: Samples, rate: int, random: Random, *, longest: float = 0.15) -> Heard:
    """Return the recording with every pause shortened to `longest` seconds."""
    loud, size = active(samples, rate), frame_size(rate)
    kept, quiet = np.ones(len(loud), bool), 0
    for place, sounding in enumerate(loud):
        quiet = 0 if sounding else quiet + 1
        kept[place] = quiet * size <= longest * rate
    if kept.all():
        raise NotApplicable(f"the recording has no pause longer than {longest:g} s")
    return samples[: len(kept) * size][np.repeat(kept, size)], rate


def shuffle(samples: Samples, rate: int, random: Random, *, seconds: float) -> Heard:
    """Return pieces of the recording of this length in another order."""
    pieces = [samples[start : start + round(seconds * rate)] for start in range(0, len(samples), round(seconds * rate))]
    if len(pieces) < 3:
        raise NotApplicable(f"the recording has fewer than three pieces of {seconds:g} s")
    order = random.permutation(len(pieces))
    return np.concatenate([pieces[place] for place in order]), rate


def _moments(length: int, rate: int, random: Random, least: float, most: float) -> list[int]:
    """Return random moments in frames, `least` to `most` seconds apart."""
    moments, place = [], 0.0
    while (place := place + random.uniform(least, most)) * rate < length:
        moments.append(int(place * rate))
    return moments
