"""Sound encoded by FFmpeg as a track of a container was: the same coding, rate and channels, about its bit rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from core.media import vorbis
from core.media.av_frames import frame_of
from core.media.pcm import whole
from core.media.sound import BLOCK
from core.model import Recording

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import OutputContainer

_LOSSY = {  # decoder to encoder; "vorbis" stands for libsndfile's, since FFmpeg's own is a poor one
    "aac": "aac",
    "mp3": "libmp3lame",
    "mp3float": "libmp3lame",
    "opus": "libopus",
    "vorbis": "vorbis",
}
_LEAST = {"aac": 24_000, "libmp3lame": 32_000, "libopus": 6_000, "vorbis": 32_000}  # bit/s a channel
_MOST = {"aac": 288_000, "libmp3lame": 160_000, "libopus": 256_000, "vorbis": 250_000}
_MP3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s
_PCM_BITS = {"u8": 8, "s16": 16, "s24": 24, "s32": 32, "f32": 32, "f64": 64}
_BITS = {"alac": (16, 24), "flac": (16, 24)}
_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a track is encoded: FFmpeg's encoder, rate in Hz, layout in its words, bit rate of lossy ones in bit/s.

    `bits` is the depth of whole numbers, 0 for floats and lossy codings.
    """

    encoder: str
    rate: int
    layout: str
    bit_rate: int
    bits: int

    def finer(self, channels: int) -> Encoding | None:
        """Return the same with half as much bit rate again, None where there is nothing finer."""
        most = _MOST.get(self.encoder, 0) * channels
        return None if self.bit_rate >= most else replace(self, bit_rate=min(most, self.bit_rate * 3 // 2))

    def at(self, bit_rate: int, channels: int) -> Encoding:
        """Return the same at about another bit rate, the nearest that the encoder has; lossless ones have none."""
        return self if self.encoder not in _LEAST else replace(self, bit_rate=_able(self.encoder, bit_rate, channels))

    def add_to(self, container: OutputContainer) -> Any:
        """Return a new stream of a container for this sound."""
        stream: Any = container.add_stream(self.encoder, rate=self.rate, options=self._options())
        stream.layout = self.layout
        stream.format = self._format(stream.codec_context.codec)
        if self.encoder in _LEAST:
            stream.bit_rate = self.bit_rate
        stream.time_base = Fraction(1, self.rate)
        return stream

    def packets(self, stream: Any, samples: Recording, start: int = 0, *, first: int = 0) -> Iterator[Any]:
        """Yield the encoded packets of a recording from the frame `first` on, which gets the time stamp `start`."""
        layout, kind = self.layout, stream.format.name
        for place in range(first, len(samples), BLOCK):
            frame = self._frame(samples[place : place + BLOCK], kind, layout)
            frame.pts = start + place - first
            yield from stream.encode(frame)
        yield from stream.encode(None)

    def _options(self) -> dict[str, str]:
        return {"reservoir": "0"} if self.encoder == "libmp3lame" else {}

    def _format(self, codec: Any) -> str:
        """Return the sample format that the encoder is given."""
        able = {kind.name for kind in codec.audio_formats or ()}
        wanted: tuple[str, ...] = ("s16", "s16p") if self.bits <= 16 else ("s32", "s32p")
        if self.bits in (0, 8):
            wanted = ("u8",) if self.bits else ("flt", "fltp", "dbl")
        return next((kind for kind in wanted if kind in able), wanted[0])

    def _frame(self, samples: Any, kind: str, layout: str) -> AudioFrame:
        if self.bits:
            values = whole(samples.astype(np.float64), self.bits)
            width = 8 if self.bits == 8 else 16 if self.bits <= 16 else 32
            values = values + 128 if width == 8 else values << (width - self.bits)
            array = values.astype({8: np.uint8, 16: np.int16, 32: np.int32}[width])
        else:
            array = samples.astype(np.float64 if kind.startswith("dbl") else np.float32)
        frame = frame_of(array, kind, layout, self.rate)
        frame.time_base = Fraction(1, self.rate)
        return frame


@dataclass(frozen=True, slots=True)
class Voice:
    """A sound track of a film as it is written: its place among the streams, its start in seconds, its encoding."""

    index: int
    start: float
    encoding: Encoding
    channels: int

    def at(self, bit_rate: int) -> Voice:
        """Return the same at about another bit rate."""
        return replace(self, encoding=self.encoding.at(bit_rate, self.channels))


def finer(voices: Sequence[Voice]) -> tuple[Voice, ...] | None:
    """Return all with half as much bit rate again where they have it, None where there is nothing finer for any."""
    better = [voice.encoding.finer(voice.channels) for voice in voices]
    if not any(better):
        return None
    return tuple(replace(voice, encoding=one or voice.encoding) for voice, one in zip(voices, better, strict=True))


def like(context: Any, rate: int, layout: str, channels: int, bit_rate: int) -> Encoding | None:
    """Return the encoding that gives back what a decoder (its FFmpeg context) read, None where there is none.

    `bit_rate` is what the track's bytes come to.
    """
    name = context.name
    if channels > 2 and layout.endswith("channels"):
        return None
    layout = _LAYOUTS.get(channels, layout)
    if name in _LOSSY:
        encoder = _LOSSY[name]
        if encoder == "vorbis":
            bit_rate = round(vorbis.MORE * bit_rate)
        wanted = _able(encoder, bit_rate, channels)
        if encoder == "libopus" and rate != 48000:
            return None
        return Encoding(encoder, rate, layout, wanted, 0)
    if name.startswith("pcm_"):
        kind = name[4:].rstrip("lbe") if name != "pcm_u8" else "u8"
        bits = _PCM_BITS.get(kind)
        return None if bits is None else Encoding(name, rate, layout, bit_rate, 0 if kind[0] == "f" else bits)
    if name in _BITS:
        bits = _depth(name, context.extradata or b"")
        return Encoding(name, rate, layout, bit_rate, bits) if bits in _BITS[name] else None
    return None


def _able(encoder: str, bit_rate: int, channels: int) -> int:
    """Return the bit rate nearest to one that an encoder has."""
    wanted = min(max(bit_rate, _LEAST[encoder] * channels), _MOST[encoder] * channels)
    if encoder == "libmp3lame":
        return 1000 * min(_MP3_RATES, key=lambda kilobits: abs(1000 * kilobits - wanted))
    return wanted


def _depth(name: str, description: bytes) -> int:
    """Return the bits of a sample that a lossless stream's own description tells, 0 where it tells none."""
    if name == "flac" and len(description) >= 14:
        return (int.from_bytes(description[12:14], "big") >> 4 & 31) + 1
    return description[17] if name == "alac" and len(description) >= 18 else 0
