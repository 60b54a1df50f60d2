"""Sound through libsndfile, in blocks: one large write of Ogg crashes the process,
one large read needs the memory twice.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.media.sound import BLOCK, SAMPLE_LIMIT, Samples, check_header, damaged, too_long

_STEP = 4096  # frames decoded at once: what comes before damage within one step is lost with it


class Decoded(NamedTuple):
    """What libsndfile made of a file: samples (frames, channels), rate, its names for format and coding.

    `whole` is False where the decoder gave up before the end.
    """

    samples: Samples
    rate: int
    format: str
    subtype: str
    whole: bool


def decode(path: Path, *, content: bytes | None = None) -> Decoded:
    """Return the sound of a file as float32; `content` stands in for what is in the file.

    UnreadableError where there is none or too much.
    """
    import soundfile

    try:
        file = soundfile.SoundFile(str(path) if content is None else io.BytesIO(content))
    except (RuntimeError, OSError, TypeError) as error:
        raise damaged(path) from error
    with file:
        rate, channels = int(file.samplerate), int(file.channels)
        declared = max(int(file.frames), 0)
        endless = declared >= 2**62  # the length is unknown before the end
        check_header(path, rate, channels, 0 if endless else declared)
        samples = np.empty((declared if not endless else BLOCK, channels), np.float32)
        block = np.empty((_STEP, channels), samples.dtype)
        frames, whole = 0, True
        while True:
            try:
                part = file.read(_STEP, out=block)
            except (RuntimeError, OSError):
                whole = False
                break
            count = len(part)
            if count == 0:
                break
            if (frames + count) * channels > SAMPLE_LIMIT:
                raise too_long(path, (frames + count) / rate)
            if frames + count > len(samples):
                samples = np.concatenate([samples, np.empty((max(len(samples), count), channels), samples.dtype)])
            samples[frames : frames + count] = part
            frames += count
        name, subtype = str(file.format), str(file.subtype)
    return Decoded(samples[:frames], rate, name, subtype, whole)


def encode(samples: npt.NDArray[Any], rate: int, name: str, subtype: str, **options: Any) -> bytes:
    """Return an encoded file; the options are soundfile's `compression_level` and `bitrate_mode`."""
    import soundfile

    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, samples.shape[1], subtype, format=name, **options) as file:
        for start in range(0, len(samples), BLOCK):
            file.write(np.ascontiguousarray(samples[start : start + BLOCK]))
    return buffer.getvalue()
