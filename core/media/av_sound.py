"""Sound through FFmpeg: a track of a container, laid out on its own time, as floats.

Where the time stamps leave a gap there is silence, so that a place in the samples is a place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.media.av_frames import Opened
from core.media.container import errors, opened
from core.media.pcm import Samples
from core.media.sound import BLOCK, SAMPLE_LIMIT, check_header, damaged, silent_file, too_long
from core.media.stream import HELD, OrderedStream
from core.model import Recording

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.resampler import AudioResampler

_GAP = 0.015  # seconds between a time stamp and the time reached: a lost piece of Opus lasts 0.02, rounding 0.001
_BACK = 0.1  # seconds by which a time stamp goes back where the clock was set anew
_LONGEST_GAP = 600.0  # seconds; beyond that the time stamps are taken for wrong
_PADDED = 8192  # frames that coders add behind the sound at most
_FAULTS = 10_000  # pieces that fail one after the other: then nothing more will come
_WIDE = ("pcm_s32le", "pcm_s32be", "pcm_f64le", "pcm_f64be")
_FULL = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A track: samples (frames, channels), rate, and its layout in FFmpeg's words ("stereo", "5.1").

    `start` is the time in seconds, on the file's own clock, at which its sound begins. `declared` is the length in
    frames that the file promises, None where it promises none. `faults` counts pieces that could not be decoded,
    `gaps` the frames of silence that fill holes in the time; `bit_rate` is what the track's own bytes come to.
    """

    samples: Recording
    rate: int
    layout: str
    start: float
    declared: int | None
    faults: int
    gaps: int
    bit_rate: int


@dataclass(slots=True)
class _Shape:
    """What the first piece of a track is, to which all others are brought, and what was counted on the way."""

    rate: int = 0
    layout: str = ""
    channels: int = 0
    start: float = 0.0
    origin: float = 0.0  # the time of the first frame by the clock as it is now
    declared: int | None = None
    faults: int = 0
    gaps: int = 0
    bytes: int = 0
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float32))


def decode(path: Path, name: str, index: int, seconds: Fraction | None = None) -> Decoded:
    """Return the sound of one stream of a container of the format `name`; `seconds` is its length where that is known.

    A long recording is decoded once to see that it is whole, and then stays in its file. UnreadableError where there
    is none or too much.
    """
    shape = _Shape()
    held: list[Samples] = []
    frames = 0
    for part in _parts(path, name, index, shape):
        frames += len(part)
        if frames * shape.channels > SAMPLE_LIMIT:
            raise too_long(path, frames / shape.rate)
        if frames * shape.channels <= HELD:
            held.append(part)
        else:
            held.clear()
    if frames == 0:
        raise damaged(path) if shape.faults else silent_file(path)
    told = shape.declared if seconds is None else round(seconds * shape.rate)
    if told is not None and 0 < told < frames <= told + _PADDED:
        frames = told  # what the coder added to fill its last piece
    bit_rate = round(8 * shape.bytes * shape.rate / frames)
    samples: Recording
    if held:
        samples = np.concatenate(held)[:frames]
    else:
        samples = AvStream(path, name, index, (frames, shape.channels), shape.dtype)
    return Decoded(samples, shape.rate, shape.layout, shape.start, told, shape.faults, shape.gaps, bit_rate)


class AvStream(OrderedStream):
    """Samples of one stream of a container, decoded by FFmpeg."""

    def __init__(self, path: Path, name: str, index: int, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        super().__init__(path, shape, dtype)
        self._name, self._index = name, index
        self._parts: Iterator[Samples] = iter(())

    def _begin(self) -> None:
        self._parts = _parts(self.path, self._name, self._index, _Shape())

    def _following(self, at: int) -> Samples:
        joined: list[Samples] = []
        while sum(map(len, joined)) < BLOCK and (part := next(self._parts, None)) is not None:
            joined.append(part)
        if not joined:
            return np.empty((0, self.shape[1]), self.dtype)
        return np.concatenate(joined)[: len(self) - at]

    def _end(self) -> None:
        self._parts = iter(())


def _parts(path: Path, name: str, index: int, shape: _Shape) -> Iterator[Samples]:
    """Yield the samples of a stream, pieces in order with silence in the gaps; `shape` tells more and more of them."""
    at, made = 0, Opened()
    for frame in _frames(path, name, index, shape):
        part = _floats(made.values(frame), frame.format.name, shape)
        gap = _gap(frame, at, shape)
        if gap > 0:
            shape.gaps += gap
            at += gap
            for begin in range(0, gap, BLOCK):
                yield np.zeros((min(BLOCK, gap - begin), shape.channels), shape.dtype)
        at += len(part)
        yield part


def _frames(path: Path, name: str, index: int, shape: _Shape) -> Iterator[AudioFrame]:
    """Yield the decoded frames of a stream, all of the rate and layout of the first."""
    changed: tuple[Any, AudioResampler | None] = (None, None)
    in_a_row = 0
    with opened(path, name) as container:
        stream: Any = container.streams[index]
        for other in container.streams:
            if other.index != index:
                other.discard = type(other.discard).all
        shape.dtype = np.dtype(np.float64 if stream.codec_context.name in _WIDE else np.float32)
        bad = errors()
        packets = container.demux(stream)
        while True:
            try:
                packet: Any = next(packets)
                shape.bytes += packet.size
                decoded = packet.decode()
            except StopIteration:
                break
            except bad:
                shape.faults += 1
                in_a_row += 1
                if in_a_row > _FAULTS:
                    break
                continue
            in_a_row = 0
            for frame in decoded:
                if not shape.rate:
                    _begun(path, name, stream, frame, shape)
                if (frame.sample_rate, len(frame.layout.channels)) == (shape.rate, shape.channels):
                    yield frame
                    continue
                kind = (frame.sample_rate, frame.layout.name, frame.format.name)
                if kind != changed[0]:
                    changed = (kind, _resampler(shape))
                if changed[1] is not None:
                    yield from changed[1].resample(frame)


def _begun(path: Path, name: str, stream: Any, frame: AudioFrame, shape: _Shape) -> None:
    shape.rate, shape.channels, shape.layout = frame.sample_rate, len(frame.layout.channels), frame.layout.name
    check_header(path, shape.rate, shape.channels, 0)
    shape.start = shape.origin = frame.time or 0.0
    if stream.duration and stream.time_base and name not in ("AAC", "AC-3"):  # raw streams: only a guess
        shape.declared = round(float(stream.duration * stream.time_base) * shape.rate)


def _resampler(shape: _Shape) -> AudioResampler:
    from av.audio.resampler import AudioResampler

    return AudioResampler(format="flt", layout=shape.layout, rate=shape.rate)


def _gap(frame: AudioFrame, at: int, shape: _Shape) -> int:
    """Return how many frames of silence stand before this one, by its time stamp."""
    if frame.time is None:
        return 0
    late = frame.time - shape.origin - at / shape.rate
    if late > _LONGEST_GAP or late < -_BACK:  # the clock was set anew: from here on it is taken as it is
        shape.origin = frame.time - at / shape.rate
        return 0
    return round(late * shape.rate) if late > _GAP else 0


def _floats(values: npt.NDArray[Any], kind: str, shape: _Shape) -> Samples:
    """Return decoded samples (frames, channels) of a sample format as floats."""
    kind = kind.rstrip("p")
    samples: Samples = np.ascontiguousarray(values, dtype=shape.dtype)
    if kind == "u8":
        samples -= 128.0
    if kind in _FULL:
        samples /= _FULL[kind]
    return samples
