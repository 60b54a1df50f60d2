"""What is kept of a work to find weak marks of it: its band levels, one byte a value, compressed.

52 bands a hundred times a second in steps of 0.4 dB, 102 dB down from the loudest value. Coded as differences in time
and deflated it takes 2 to 4 kB a second. It holds no sound: phases and all detail within the bands are gone.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.audio.features import level_blocks
from core.audio.parameters import PARAMETERS
from core.model import FloatArray, Recording

STEP_DB = 0.4  # rounding adds 0.12 dB of deviation to values that a mark moves by 1 dB and more
_MAGIC = b"CMAR\x01"
_HEAD = struct.Struct("<5sfIHI")  # magic with version, loudest level, frames, bands, checksum of the codes
_LONGEST = 2**31  # codes: a damaged header asks for no memory


@dataclass(frozen=True, slots=True)
class WorkLevels:
    """The band levels of a work: frame i is centred at (i + 1/2) x 10 ms.

    `codes` is uint8 (frames, bands), 255 = `loudest` dB, each step 0.4 dB.
    """

    codes: npt.NDArray[np.uint8]
    loudest: float

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.codes.shape[0])

    def levels(self, first: int, last: int) -> FloatArray:
        """Return the levels of frames first to last in dB: float32 (frames, bands)."""
        return self._decibels(self.codes[first:last])

    def spread(self, most: int) -> FloatArray:
        """Return the levels of all frames, or of so many at the most that lie evenly spread."""
        return self._decibels(self.codes[:: max(1, -(-self.frames // most))])

    def _decibels(self, codes: npt.NDArray[np.uint8]) -> FloatArray:
        levels: FloatArray = codes.astype(np.float32)
        levels -= 255.0
        levels *= np.float32(STEP_DB)
        levels += np.float32(self.loudest)
        return levels


def reference_signal(samples: Recording, rate: int) -> bytes:
    """Return what is to be kept of a recording (the unmarked work): bytes that `work_levels` reads.

    `samples` is float (frames, channels), full scale 1, at `rate` hertz.
    """
    levels = list(level_blocks(samples, rate))
    loudest = max((float(part.max()) for part in levels if part.size), default=-200.0)
    codes = np.empty((sum(map(len, levels)), PARAMETERS.bands), np.uint8)
    done = 0
    while levels:  # an hour's levels are 75 MB: each part goes as it is coded
        part = levels.pop(0)
        codes[done : done + len(part)] = np.clip(np.rint((part - loudest) / STEP_DB + 255.0), 0, 255)
        done += len(part)
    changes = np.diff(codes, axis=0, prepend=np.zeros((1, codes.shape[1]), np.uint8))
    packed = zlib.compress(np.ascontiguousarray(changes.T).tobytes(), 6)
    return _HEAD.pack(_MAGIC, loudest, *codes.shape, zlib.crc32(codes.tobytes())) + packed


def work_levels(signal: bytes) -> WorkLevels:
    """Return the band levels that `reference_signal` kept; ValueError for anything else or anything damaged."""
    if len(signal) < _HEAD.size or not signal.startswith(_MAGIC):
        raise ValueError("this is not the signal of a recording that this version keeps")
    _, loudest, frames, bands, checksum = _HEAD.unpack_from(signal)
    size = frames * bands
    if bands != PARAMETERS.bands or size > _LONGEST or not np.isfinite(loudest):
        raise ValueError("the kept signal of the recording is damaged")
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(signal[_HEAD.size :], size + 1)
    except zlib.error as error:
        raise ValueError("the kept signal of the recording is damaged") from error
    if len(plain) != size:
        raise ValueError("the kept signal of the recording is damaged")
    changes = np.frombuffer(plain, np.uint8).reshape(bands, frames)
    codes = np.ascontiguousarray(np.cumsum(changes, axis=1, dtype=np.uint8).T)
    if zlib.crc32(codes.tobytes()) != checksum:
        raise ValueError("the kept signal of the recording is damaged")
    return WorkLevels(codes, float(loudest))
