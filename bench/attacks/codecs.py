"""Sound through lossy codecs: soundfile for MP3, Vorbis and Opus; programs, where they are at hand, for the others."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.attacks import NotApplicable, Samples
from bench.attacks.programs import decoded, encoder, output, program, read_sound_file, sound_file, through_ffmpeg

_BLOCK = 4096  # frames a write: libsndfile's Ogg encoders crash on one large block
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_LEAST, _OPUS_MOST = 6_000, 256_000  # bit/s a channel at compression 1 and 0 in libsndfile 1.2
_ADTS_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)


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


def opusenc(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    """Return the recording after Opus as the program opusenc codes speech, and opusdec plays it."""
    coder, player = program("opusenc"), program("opusdec")
    mono = np.clip(samples.mean(axis=1, keepdims=True, dtype=np.float32), -1, 1)
    with sound_file(mono, rate, "PCM_16") as path:
        coded, heard = path.with_suffix(".opus"), path.with_name("heard.wav")
        output([coder, "--quiet", "--speech", "--bitrate", str(kilobits), "--serial", "1", str(path), str(coded)])
        output([player, "--quiet", "--rate", "48000", "--no-dither", str(coded), str(heard)])
        return read_sound_file(heard)


def aac(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    """Return the recording after AAC in MPEG-4 by ffmpeg's own encoder."""
    if rate not in _ADTS_RATES:
        samples, rate = resampled(samples, rate, 48000), 48000
    words = ["-c:a", encoder("aac"), "-b:a", f"{kilobits}k"]
    return through_ffmpeg(_two_at_most(samples), rate, words, "adts"), rate  # ADTS needs no seeking: pipes will do


def coded(
    samples: Samples, rate: int, *, codec: str, form: str, at: int = 0, mono: bool = True, words: Sequence[str] = ()
) -> tuple[Samples, int]:
    """Return the recording after another encoder of ffmpeg, in the container `form`, at the rate `at` (0: its own)."""
    at = at or rate
    narrow = resampled(_mono(samples) if mono else _two_at_most(samples), rate, at)
    return through_ffmpeg(narrow, at, ["-c:a", encoder(codec), *words], form), at


def amr(samples: Samples, rate: int, *, mode: int) -> tuple[Samples, int]:
    """Return the recording after AMR as mobile phones have it (8 kHz), by sox: mode 7 is 12.2 kbit/s, 2 is 5.9."""
    sox = program("sox")
    if "amr-nb" not in output([sox, "--help"]).decode("utf-8", "replace").split():
        raise NotApplicable("the sox that is installed here has no format amr-nb")
    with sound_file(np.clip(resampled(_mono(samples), rate, 8000), -1, 1), 8000, "PCM_16") as path:
        small, heard = path.with_suffix(".amr"), path.with_name("heard.wav")
        output([sox, "-V1", "-D", str(path), "-t", "amr-nb", "-C", str(mode), str(small)])
        output([sox, "-V1", "-D", "-t", "amr-nb", str(small), str(heard)])
        return read_sound_file(heard)


def amr_wide(samples: Samples, rate: int, *, mode: int) -> tuple[Samples, int]:
    """Return the recording after AMR wide band (16 kHz), by the library vo-amrwbenc and ffmpeg: mode 2 is 12.65 kbit/s.

    No ffmpeg or sox of Debian has this encoder, so the library is called itself.
    """
    import ctypes

    try:
        library = ctypes.CDLL("libvo-amrwbenc.so.0")
    except OSError as missing:
        raise NotApplicable("the library vo-amrwbenc is not installed here") from missing
    library.E_IF_init.restype = ctypes.c_void_p
    wide = np.clip(resampled(_mono(samples), rate, 16000)[:, 0], -1, 1)
    whole = np.zeros(-(-len(wide) // 320) * 320, "<i2")
    whole[: len(wide)] = np.rint(wide * 32767)
    state, room = ctypes.c_void_p(library.E_IF_init()), ctypes.create_string_buffer(128)
    parts = [b"#!AMR-WB\n"]
    for frame in whole.reshape(-1, 320):
        size = library.E_IF_encode(state, mode, frame.ctypes.data_as(ctypes.c_void_p), room, 0)
        parts.append(room.raw[:size])
    library.E_IF_exit(state)
    return decoded(b"".join(parts), "amr", 16000, 1), 16000


def codec2(samples: Samples, rate: int, *, bits: int) -> tuple[Samples, int]:
    """Return the recording after Codec 2, a vocoder of 3.2 kbit/s and less, by the programs c2enc and c2dec."""
    coder, player = program("c2enc"), program("c2dec")
    narrow = np.clip(resampled(_mono(samples), rate, 8000), -1, 1)
    raw = np.rint(narrow * 32767).astype("<i2").tobytes()
    heard = output([player, str(bits), "-", "-"], output([coder, str(bits), "-", "-"], raw))
    return (np.frombuffer(heard, "<i2").astype(np.float32) / 32768)[:, None], 8000


def in_video(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Return the sound track, AAC 128, of a film in MP4 that was made of moving colours and the recording."""
    ffmpeg = program("ffmpeg")
    encoder("aac")
    quiet = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin"]
    seconds = len(samples) / rate
    with sound_file(np.clip(_two_at_most(samples), -1, 1), rate, "PCM_16") as path:
        film, heard = path.with_suffix(".mp4"), path.with_name("heard.wav")
        picture = ["-f", "lavfi", "-i", f"testsrc=size=160x120:rate=10:duration={seconds:.3f}"]
        sound = ["-c:v", "mpeg4", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-shortest"]
        output([*quiet, *picture, "-i", str(path), *sound, str(film)])
        output([*quiet, "-i", str(film), "-vn", str(heard)])
        return read_sound_file(Path(heard))


def mulaw(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Return the recording after a telephone: mono, 8 kHz, 300 to 3400 Hz, 8-bit mu-law (ITU-T G.711)."""
    narrow = np.clip(telephone_band(samples, rate), -1, 1)
    squeezed = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / math.log(256)
    squeezed = np.rint(squeezed * 127) / 127
    return np.asarray(np.sign(squeezed) * (np.exp(np.abs(squeezed) * math.log(256)) - 1) / 255, np.float32), 8000


def telephone_band(samples: Samples, rate: int) -> Samples:
    """Return the mix at 8 kHz between 300 and 3400 Hz."""
    from scipy.signal import butter, sosfiltfilt

    narrow = resampled(_mono(samples), rate, 8000)
    if len(narrow) < 64:
        raise NotApplicable("too short for a telephone")
    sections = butter(4, (300, 3400), "bandpass", fs=8000, output="sos")
    return np.asarray(sosfiltfilt(sections, narrow, axis=0), np.float32)


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


def _mono(samples: Samples) -> Samples:
    return samples.mean(axis=1, keepdims=True, dtype=np.float32)


def _two_at_most(samples: Samples) -> Samples:
    return samples if samples.shape[1] <= 2 else _mono(samples)
