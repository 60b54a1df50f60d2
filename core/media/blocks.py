"""Sound through libsndfile, in blocks: one large write of Ogg crashes the process,
one large read needs the memory twice.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from core.media.sound import BLOCK, SAMPLE_LIMIT, check_header, damaged, too_long
from core.media.stream import HELD, CodedStream, piece
from core.model import Recording

_STEP = 4096  # frames decoded at once: what comes before damage within one step is lost with it


class Decoded(NamedTuple):
    """What libsndfile made of a file: samples (frames, channels), rate, its names for format and coding.

    `whole` is False where the decoder gave up before the end.
    """

    samples: Recording
    rate: int
    format: str
    subtype: str
    whole: bool


def decode(path: Path, *, content: bytes | None = None, noisy: bool = False) -> Decoded:
    """Return the sound of a file as float32; `content` stands in for what is in the file.

    A long recording is decoded once to see that it is whole, and then stays in its file. UnreadableError where there
    is none or too much.
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
        held = 0 if endless else min(declared, HELD // channels + 1)
        samples = np.empty((held or BLOCK, channels), np.float32)
        block = np.empty((2 * _STEP, channels), samples.dtype)
        frames, whole = 0, True
        while True:
            try:
                wanted = _STEP if endless or frames >= declared else piece(declared - frames, _STEP)
                part = file.read(wanted, out=block[:wanted])
            except (RuntimeError, OSError):
                whole = False
                break
            count = len(part)
            if count == 0:
                break
            if (frames + count) * channels > SAMPLE_LIMIT:
                raise too_long(path, (frames + count) / rate)
            if (frames + count) * channels <= HELD:
                if frames + count > len(samples):
                    samples = np.concatenate([samples, np.empty((max(len(samples), count), channels), samples.dtype)])
                samples[frames : frames + count] = part
            frames += count
        name, subtype = str(file.format), str(file.subtype)
    if frames * channels > HELD:
        return Decoded(CodedStream(path, frames, channels, content=content, noisy=noisy), rate, name, subtype, whole)
    return Decoded(samples[:frames], rate, name, subtype, whole)


def encode(samples: Recording, rate: int, name: str, subtype: str, **options: Any) -> bytes:
    """Return an encoded file; the options are soundfile's `compression_level` and `bitrate_mode`."""
    buffer = io.BytesIO()
    parts = (samples[start : start + BLOCK] for start in range(0, len(samples), BLOCK))
    encode_into(buffer, parts, samples.shape[1], rate, name, subtype, **options)
    return buffer.getvalue()


def encode_into(
    target: BinaryIO,
    parts: Iterable[npt.NDArray[Any]],
    channels: int,
    rate: int,
    name: str,
    subtype: str,
    **options: Any,
) -> None:
    """Encode pieces of a recording (frames, channels), floats or whole numbers, into a seekable file."""
    import soundfile

    with soundfile.SoundFile(target, "w", rate, channels, subtype, format=name, **options) as file:
        for part in parts:
            file.write(np.ascontiguousarray(part))
