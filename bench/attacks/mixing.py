"""Damage by other sound and by several steps in a row: music beds, other voices, social sites, a vocoder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from bench import apart, material
from bench.attacks import NotApplicable, Samples
from bench.attacks.activity import active_power
from bench.attacks.codecs import aac, coded, mp3, opus, resampled, vorbis
from bench.attacks.levels import compress, equalise, unclipped
from bench.attacks.timing import cut, pitch, speed

Random = np.random.Generator
Heard = tuple[Samples, int]
PIECE_AT, PIECE_SECONDS, AROUND_SECONDS = 80.0, 5.0, 180.0
BEDS = {
    "jazz": "audio/music_jazz_44k_stereo_35s.flac",
    "electronic": "audio/music_electronic_48k_60s.mp3",
    "strings": "audio/music_strings_44k_stereo24_5s.wav",
    "voice": "audio/voice_fr_asterisk_16k_60s.flac",
    "radio": "negatives_audio/neg_speech_uk_ktub.opus",
}


def bed(samples: Samples, rate: int, random: Random, *, music: str, decibels: float) -> Heard:
    """Return the recording with other sound under it that lies so many decibels under its active sound."""
    under = _under(music, len(samples), rate, random)
    level = float(np.mean(np.square(under, dtype=np.float64)))
    factor = (active_power(samples, rate) / 10 ** (decibels / 10) / max(level, 1e-12)) ** 0.5
    return unclipped(samples + under * np.float32(factor)), rate


def piece_in_other_sound(samples: Samples, rate: int, random: Random) -> Heard:
    """Return 3 minutes of another voice in which 5 s of the recording stand from 80 s on."""
    piece, _ = cut(samples, rate, random, seconds=PIECE_SECONDS)
    whole = np.repeat(_under("radio", round(AROUND_SECONDS * rate), rate, random, start=0), piece.shape[1], axis=1)
    loud = (active_power(piece, rate) / max(active_power(whole, rate), 1e-12)) ** 0.5
    whole = np.clip(whole * np.float32(loud), -1, 1)
    start = round(PIECE_AT * rate)
    whole[start : start + len(piece)] = piece
    return whole, rate


def social(samples: Samples, rate: int, random: Random) -> Heard:
    """Return what a social site makes of a clip: jazz at 10 dB, compressor, equaliser, AAC 48, Opus 24."""
    heard, _ = bed(samples, rate, random, music="jazz", decibels=10)
    heard, _ = compress(heard, rate, random, ratio=4)
    heard, _ = equalise(heard, rate, random, most=3)
    heard, rate = aac(heard, rate, kilobits=48)
    return opus(heard, rate, kilobits=24)


def two_codecs(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording after MP3 96 and then AAC 64."""
    heard, rate = mp3(samples, rate, kilobits=96)
    return aac(heard, rate, kilobits=64)


def three_codecs(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording after Ogg Vorbis, MP3 64 and Opus 32, at another rate each time."""
    heard, rate = vorbis(resampled(samples, rate, 44100), 44100, quality=0.2)
    heard, rate = mp3(resampled(heard, rate, 22050), 22050, kilobits=64)
    return opus(heard, rate, kilobits=32)


def short_video(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording as short videos have it: 1.1 times as fast, jazz at 10 dB, AAC 64."""
    heard, _ = speed(samples, rate, random, factor=1.1)
    heard, _ = bed(heard, rate, random, music="jazz", decibels=10)
    return aac(heard, rate, kilobits=64)


def disguised(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording a semitone higher, 5 % faster, and as MP3 64."""
    heard, _ = pitch(samples, rate, random, semitones=1)
    heard, _ = speed(heard, rate, random, factor=1.05)
    return mp3(heard, rate, kilobits=64)


def voice_message(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording as a messenger sends it: mono at 16 kHz, compressed, Opus 16."""
    heard, _ = compress(samples.mean(axis=1, keepdims=True, dtype=np.float32), rate, random, ratio=3)
    return opus(resampled(heard, rate, 16000), 16000, kilobits=16)


def wireless(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the recording after the codec of wireless headphones (SBC, 200 kbit/s)."""
    heard = resampled(samples, rate, 44100)
    return coded(heard, 44100, codec="sbc", form="sbc", words=("-b:a", "200k"), mono=False)


def vocode(samples: Samples, rate: int, random: Random) -> Heard:
    """Return the mix at 16 kHz taken apart and made anew by the vocoder WORLD."""
    mixed = resampled(samples.mean(axis=1, keepdims=True, dtype=np.float32), rate, 16000)
    made = apart.run("world", "pyworld", [mixed[:, 0]], 16000)
    return np.clip(made, -1, 1)[:, None], 16000


def _under(name: str, frames: int, rate: int, random: Random, *, start: int | None = None) -> Samples:
    """Return so many frames of other sound in one channel, from a random place on, over and over where it is short."""
    whole = _other(name, rate)
    first = int(random.integers(len(whole))) if start is None else start
    return whole[(first + np.arange(frames)) % len(whole)]


@lru_cache(maxsize=8)
def _other(name: str, rate: int) -> Samples:
    from core.media.sounds import read_sound

    try:
        path = material.folder(None) / BEDS[name]
    except FileNotFoundError as missing:
        raise NotApplicable("no trial files to mix with are here") from missing
    if not Path(path).is_file():
        raise NotApplicable(f"the trial file {path.name} to mix with is not here")
    sound = read_sound(path)
    mixed = np.asarray(sound.samples, np.float32).mean(axis=1, keepdims=True, dtype=np.float32)
    return resampled(mixed, sound.rate, rate)
