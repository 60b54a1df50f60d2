"""Sound through lossy codecs: soundfile for MP3, Vorbis and Opus, the program ffmpeg, where it is at hand, for AAC."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from fractions import Fraction

import numpy as np

from bench.attacks import NotApplicable, Samples

_BLOCK = 4096  # frames a write: libsndfile's Ogg encoders crash on one large block
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_LEAST, _OPUS_MOST = 6_000, 256_000  # bit/s a channel at compression 1 and 0 in libsndfile 1.2


def resampled(samples: Samples, rate: int, new_rate: int) -> Samples:
    """Return the samples at another rate (polyphase filter)."""
    if rate == new_rate:
        return samples
    from scipy.signal import resample_poly

    ratio = Fraction(new_rate, rate)
    return np.asarray(resample_poly(samples, ratio.numerator, ratio.denominator, axis=0), np.float32)


def mp3(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    """Return the recording after MP3 at a constant bit rate; rates that MP3 lacks are resampled to 44.1 kHz."""
    samples, rate, level = mp3_shape(samples, rate, kilobits=kilobits)
    return _through(samples, rate, "MP3", "MPEG_LAYER_III", level, constant=True)


def mp3_shape(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int, float]:
    """Return the recording in a shape that MP3 takes, its rate, and libsndfile's compression level for the bit rate.

    The level is linear between the largest and the smallest bit rate of the MPEG version (measured: 64 gives 64.3).
    """
    if rate not in _MP3_RATES:
        samples, rate = resampled(samples, rate, 44100), 44100
    most, least = (320, 32) if rate >= 32000 else (160, 8) if rate >= 16000 else (64, 8)
    level = min(max((most - kilobits) / (most - least), 0.0), 0.999)  # LAME takes no 1.0
    return _two_at_most(samples), rate, level


def vorbis(samples: Samples, rate: int, *, quality: float) -> tuple[Samples, int]:
    """Return the recording after Ogg Vorbis, quality 0 (small) to 1."""
    return _through(samples, rate, "OGG", "VORBIS", 1 - quality, constant=False)


def opus(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    """Return the recording after Ogg Opus at about this bit rate in all (it always plays at 48 kHz)."""
    samples = _two_at_most(resampled(samples, rate, 48000))
    each = kilobits * 1000 / samples.shape[1]
    level = min(max((_OPUS_MOST - each) / (_OPUS_MOST - _OPUS_LEAST), 0.0), 1.0)
    return _through(samples, 48000, "OGG", "OPUS", level, constant=False)


def aac(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    """Return the recording after AAC in MPEG-4 by ffmpeg's own encoder."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise NotApplicable("the program ffmpeg is not installed here")
    samples = _two_at_most(samples)
    quiet = [program, "-hide_banner", "-loglevel", "error"]
    shape = ["-f", "f32le", "-ar", str(rate), "-ac", str(samples.shape[1])]
    # ADTS needs no seeking, so both programs can talk through pipes.
    encoded = subprocess.run(
        [*quiet, *shape, "-i", "-", "-c:a", "aac", "-b:a", f"{kilobits}k", "-f", "adts", "-"],
        input=samples.astype("<f4").tobytes(),
        capture_output=True,
        check=True,
        timeout=300,
    ).stdout
    decoded = subprocess.run(
        [*quiet, "-f", "aac", "-i", "-", *shape, "-"], input=encoded, capture_output=True, check=True, timeout=300
    ).stdout
    return np.frombuffer(decoded, "<f4").reshape(-1, samples.shape[1]).astype(np.float32), rate


def mulaw(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Return the recording after a telephone: mono, 8 kHz, 300 to 3400 Hz, 8-bit mu-law (ITU-T G.711)."""
    from scipy.signal import butter, sosfiltfilt

    narrow = resampled(samples.mean(axis=1, keepdims=True, dtype=np.float32), rate, 8000)
    if len(narrow) < 64:
        raise NotApplicable("too short for a telephone")
    narrow = sosfiltfilt(butter(4, (300, 3400), "bandpass", fs=8000, output="sos"), narrow, axis=0)
    narrow = np.clip(narrow, -1, 1)
    squeezed = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / math.log(256)
    squeezed = np.rint(squeezed * 127) / 127
    return np.asarray(np.sign(squeezed) * (np.exp(np.abs(squeezed) * math.log(256)) - 1) / 255, np.float32), 8000


def encoded(samples: Samples, rate: int, kind: str, subtype: str, level: float, *, constant: bool) -> bytes:
    """Return the bytes of a file of this soundfile format at this compression level (0 large, 1 small)."""
    import soundfile

    mode = {"bitrate_mode": "CONSTANT"} if constant else {}
    with io.BytesIO() as file:
        with soundfile.SoundFile(
            file, "w", rate, samples.shape[1], subtype, format=kind, compression_level=level, **mode
        ) as sink:
            for start in range(0, len(samples), _BLOCK):
                sink.write(samples[start : start + _BLOCK])
        return file.getvalue()


def _through(
    samples: Samples, rate: int, kind: str, subtype: str, level: float, *, constant: bool
) -> tuple[Samples, int]:
    import soundfile

    data = encoded(np.clip(samples, -1, 1), rate, kind, subtype, level, constant=constant)
    with io.BytesIO(data) as file:
        heard, heard_rate = soundfile.read(file, dtype="float32", always_2d=True)
    return heard, heard_rate


def _two_at_most(samples: Samples) -> Samples:
    return samples if samples.shape[1] <= 2 else samples.mean(axis=1, keepdims=True, dtype=np.float32)
