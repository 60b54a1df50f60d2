"""The programs that some damage needs, ffmpeg, sox and others: found in PATH, or named as missing."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench.attacks import NotApplicable, Samples

_SECONDS = 300.0  # after which a program counts as stuck
_READERS = {"adts": "aac", "mp2": "mp3"}  # containers that ffmpeg reads under another name than it writes them
_QUIET = ("-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1")


def program(name: str) -> str:
    """Return the path of a program; NotApplicable, with its name, where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise NotApplicable(f"the program {name} is not installed here")
    return found


def output(words: Sequence[str], data: bytes = b"") -> bytes:
    """Return what a program prints when it is given these bytes; RuntimeError with its own words where it fails."""
    ran = subprocess.run(words, input=data, capture_output=True, timeout=_SECONDS, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"{Path(words[0]).name} failed: {ran.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return ran.stdout


@lru_cache
def _encoders() -> str:
    return output([program("ffmpeg"), "-hide_banner", "-encoders"]).decode("utf-8", "replace")


def encoder(name: str) -> str:
    """Return the name of an encoder of the ffmpeg that is here; NotApplicable where it was built without it."""
    if not any(line.split()[1:2] == [name] for line in _encoders().splitlines()):
        raise NotApplicable(f"the ffmpeg that is installed here has no encoder {name}")
    return name


def through_ffmpeg(samples: Samples, rate: int, words: Sequence[str], form: str) -> Samples:
    """Return the samples after ffmpeg encoded them in the container `form`, as `words` say, and decoded them again.

    The recording keeps its rate and number of channels; it may come back some frames longer or shorter.
    """
    ffmpeg, shape = program("ffmpeg"), _shape(samples, rate)
    raw = np.clip(samples, -1, 1).astype("<f4").tobytes()
    coded = output([ffmpeg, *_QUIET, *shape, "-i", "-", *words, "-f", form, "-"], raw)
    return decoded(coded, form, rate, samples.shape[1])


def decoded(data: bytes, form: str, rate: int, channels: int) -> Samples:
    """Return what ffmpeg reads in the container `form`, at this rate, with so many channels."""
    shape = ["-f", "f32le", "-ar", str(rate), "-ac", str(channels)]
    words = [program("ffmpeg"), *_QUIET, "-f", _READERS.get(form, form), "-i", "-", *shape, "-"]
    return _samples(output(words, data), channels)


def played(path: Path, rate: int, channels: int) -> Samples:
    """Return a file as ffmpeg plays it, at this rate, with so many channels."""
    shape = ["-f", "f32le", "-ar", str(rate), "-ac", str(channels)]
    return _samples(output([program("ffmpeg"), *_QUIET, "-i", str(path), *shape, "-"]), channels)


def filtered(samples: Samples, rate: int, graph: str) -> Samples:
    """Return the samples after a filter graph of ffmpeg."""
    shape = _shape(samples, rate)
    words = [program("ffmpeg"), *_QUIET, *shape, "-i", "-", "-af", graph, *shape, "-"]
    return _samples(output(words, samples.astype("<f4").tobytes()), samples.shape[1])


def through_sox(samples: Samples, rate: int, effects: Sequence[str]) -> Samples:
    """Return the samples after effects of sox."""
    raw = ["-t", "f32", "-e", "float", "-b", "32", "-L", "-r", str(rate), "-c", str(samples.shape[1])]
    data = output([program("sox"), "-V1", "-D", *raw, "-", *raw, "-", *effects], samples.astype("<f4").tobytes())
    return _samples(data, samples.shape[1])


@contextmanager
def sound_file(samples: Samples, rate: int, subtype: str = "FLOAT") -> Iterator[Path]:
    """Yield the path of a WAV file that holds the samples, in a folder of its own that vanishes afterwards."""
    import soundfile

    with tempfile.TemporaryDirectory(prefix="countermark-bench-") as folder:
        path = Path(folder) / "sound.wav"
        soundfile.write(path, samples, rate, subtype=subtype)
        yield path


def read_sound_file(path: Path) -> tuple[Samples, int]:
    """Return the samples (frames, channels) and the rate of a sound file that a program made."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, rate


def _shape(samples: Samples, rate: int) -> list[str]:
    return ["-f", "f32le", "-ar", str(rate), "-ac", str(samples.shape[1])]


def _samples(data: bytes, channels: int) -> Samples:
    frames = len(data) // (4 * channels)
    return np.frombuffer(data[: 4 * channels * frames], "<f4").reshape(-1, channels).astype(np.float32)
