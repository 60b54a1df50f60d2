"""Matroska, WebM and AVI files with another sound track: all other packets are copied as they are.

The packets go into a new container in the order in which they stood, with their time stamps; chapters, attachments,
languages and descriptions go with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from core.media import blocks, vorbis
from core.media.container import opened
from core.media.encoding import Encoding
from core.media.same_streams import same_streams
from core.media.sound import BLOCK
from core.model import Recording

MUXERS = {"Matroska": "matroska", "WebM": "webm", "AVI": "avi"}
_MP3_DELAY, _MP3_FRAME = 1105, 1152  # frames that a decoder gives before the sound, which AVI cannot tell; of a packet
_OWN_TAGS = ("DURATION", "ENCODER", "encoder")  # that the muxer writes anew


@dataclass(frozen=True, slots=True)
class Remuxed:
    """What is kept of such a file: itself. `index` is the place of its sound track, `start` its time in seconds."""

    path: Path
    format: str
    index: int
    start: float
    encoding: Encoding
    channels: int

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples as its sound track."""
        import av

        with opened(self.path, self.format) as source, av.open(file, "w", format=MUXERS[self.format]) as target:
            _describe(target, source, target)
            streams: dict[int, Any] = {}
            with self._sound(samples, Path(file.name).parent) as (template, packets):
                for stream in source.streams:
                    made = self._stream(target, stream, template)
                    if made is not None:
                        _describe(made, stream, target)
                        streams[stream.index] = made
                target.set_chapters(source.chapters())
                for index, packet in self._interleaved(source, packets(streams[self.index])):
                    if index in streams:
                        packet.stream = streams[index]
                        target.mux_one(packet)

    def faithful(self, copy: Path) -> bool:
        """Return whether a written copy holds all other streams unchanged."""
        return same_streams(self.path, copy, self.format, self.index)

    def finer(self) -> Remuxed | None:
        """Return the same with half as much bit rate again."""
        encoding = self.encoding.finer(self.channels)
        return None if encoding is None else replace(self, encoding=encoding)

    def _stream(self, target: Any, stream: Any, template: Any) -> Any:
        """Return the stream of the copy for one of the source; None for one that goes as an attachment."""
        if stream.index == self.index:
            return self.encoding.add_to(target) if template is None else target.add_stream_from_template(template)
        if stream.type == "attachment":
            target.add_attachment(stream.name or "", stream.mimetype or "", stream.data)
            return None
        made = target.add_stream_from_template(stream)
        made.time_base = stream.time_base
        return made

    @contextmanager
    def _sound(self, samples: Recording, folder: Path) -> Iterator[tuple[Any, Any]]:
        """Yield a stream to describe the new one by, where there is one, and what makes the packets of a stream."""
        if self.encoding.encoder != "vorbis":
            yield None, lambda stream: self._encoded(stream, samples)
            return
        import av

        with TemporaryFile(dir=folder) as file:  # FFmpeg's own encoder of Vorbis is a poor one
            parts = (samples[start : start + BLOCK] for start in range(0, len(samples), BLOCK))
            level = vorbis.level(self.encoding.rate, self.channels, self.encoding.bit_rate)
            blocks.encode_into(file, parts, self.channels, self.encoding.rate, "OGG", "VORBIS", compression_level=level)
            file.seek(0)
            with av.open(file, "r", format="ogg") as made:
                yield made.streams[0], lambda stream: self._moved(made)

    def _encoded(self, stream: Any, samples: Recording) -> Iterator[Any]:
        if self.format != "AVI" or self.encoding.encoder != "libmp3lame":
            yield from self.encoding.packets(stream, samples, round(self.start * self.encoding.rate))
            return
        count = -(-len(samples) // _MP3_FRAME)
        for number, packet in enumerate(self.encoding.packets(stream, samples, first=_MP3_DELAY)):
            if number < count:
                packet.pts = packet.dts = number * _MP3_FRAME
                packet.time_base = Fraction(1, self.encoding.rate)
                yield packet

    def _moved(self, made: Any) -> Iterator[Any]:
        for packet in made.demux(made.streams[0]):
            if packet.size:
                start = round(self.start / packet.time_base)
                packet.pts = packet.dts = max(start, packet.pts + start)  # the first makes no sound of its own
                yield packet

    def _interleaved(self, source: Any, packets: Iterator[Any]) -> Iterator[tuple[int, Any]]:
        """Yield the packets of all streams with their places, those of the sound at the times of the old ones."""
        waiting = next(packets, None)
        for packet in source.demux():
            if packet.size == 0 and packet.dts is None:
                continue
            if packet.stream_index != self.index:
                yield packet.stream_index, packet
                continue
            time = None if packet.pts is None else packet.pts * packet.time_base
            while waiting is not None and (time is None or waiting.pts * waiting.time_base <= time):
                yield self.index, waiting
                waiting = next(packets, None)
                if time is None:
                    break
        while waiting is not None:
            yield self.index, waiting
            waiting = next(packets, None)


def _describe(made: Any, origin: Any, target: Any) -> None:
    """Carry tags and purposes over to a container or a stream."""
    made.metadata.update({name: value for name, value in origin.metadata.items() if name not in _OWN_TAGS})
    if made is not target:
        made.disposition = origin.disposition
