"""Matroska, WebM and AVI files with other sound tracks: all other packets are copied as they are.

The packets go into a new container in the order in which they stood, with their time stamps; chapters, attachments,
languages and descriptions go with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from core.media import blocks, vorbis
from core.media.container import opened
from core.media.encoding import Encoding, Voice, finer
from core.media.same_streams import same_streams
from core.media.sound import BLOCK
from core.model import Recording

MUXERS = {"Matroska": "matroska", "WebM": "webm", "AVI": "avi"}
_MP3_DELAY, _MP3_FRAME = 1105, 1152  # frames that a decoder gives before the sound, which AVI cannot tell; of a packet
_OWN_TAGS = ("DURATION", "ENCODER", "encoder")  # that the muxer writes anew


@dataclass(frozen=True, slots=True)
class Remuxed:
    """What is kept of such a file: itself. `voices` are the sound tracks to write."""

    path: Path
    format: str
    voices: tuple[Voice, ...]

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples as its one sound track."""
        self.write_all((samples,), file)

    def write_all(self, samples: Sequence[Recording], file: BinaryIO) -> None:
        """Write the file with these recordings as its sound tracks."""
        import av

        folder = Path(file.name).parent
        with (
            opened(self.path, self.format) as source,
            av.open(file, "w", format=MUXERS[self.format]) as target,
            ExitStack() as stack,
        ):
            _describe(target, source, target)
            sounds = {
                voice.index: (voice.encoding, *stack.enter_context(self._sound(voice, one, folder)))
                for voice, one in zip(self.voices, samples, strict=True)
            }
            streams: dict[int, Any] = {}
            for stream in source.streams:
                made = _stream(target, stream, sounds.get(stream.index))
                if made is not None:
                    _describe(made, stream, target)
                    streams[stream.index] = made
            target.set_chapters(source.chapters())
            new = {index: packets(streams[index]) for index, (_, _, packets) in sounds.items()}
            for index, packet in _interleaved(source, new):
                if index in streams:
                    packet.stream = streams[index]
                    target.mux_one(packet)

    def faithful(self, copy: Path) -> bool:
        """Return whether a written copy holds all other streams unchanged."""
        return same_streams(self.path, copy, self.format, {voice.index for voice in self.voices})

    def finer(self) -> Remuxed | None:
        """Return the same with half as much bit rate again."""
        voices = finer(self.voices)
        return None if voices is None else replace(self, voices=voices)

    @contextmanager
    def _sound(self, voice: Voice, samples: Recording, folder: Path) -> Iterator[tuple[Any, Any]]:
        """Yield a stream to describe the new one by, where there is one, and what makes the packets of a stream."""
        encoding = voice.encoding
        if encoding.encoder != "vorbis":
            yield None, lambda stream: self._encoded(voice, stream, samples)
            return
        import av

        with TemporaryFile(dir=folder) as file:  # FFmpeg's own encoder of Vorbis is a poor one
            parts = (samples[start : start + BLOCK] for start in range(0, len(samples), BLOCK))
            level = vorbis.level(encoding.rate, voice.channels, encoding.bit_rate)
            blocks.encode_into(file, parts, voice.channels, encoding.rate, "OGG", "VORBIS", compression_level=level)
            file.seek(0)
            with av.open(file, "r", format="ogg") as made:
                yield made.streams[0], lambda stream: _moved(made, voice.start)

    def _encoded(self, voice: Voice, stream: Any, samples: Recording) -> Iterator[Any]:
        encoding = voice.encoding
        if self.format != "AVI" or encoding.encoder != "libmp3lame":
            yield from encoding.packets(stream, samples, round(voice.start * encoding.rate))
            return
        count = -(-len(samples) // _MP3_FRAME)
        for number, packet in enumerate(encoding.packets(stream, samples, first=_MP3_DELAY)):
            if number < count:
                packet.pts = packet.dts = number * _MP3_FRAME
                packet.time_base = Fraction(1, encoding.rate)
                yield packet


def _moved(made: Any, begin: float) -> Iterator[Any]:
    """Yield the packets of an encoded file, which begins at a time in seconds."""
    for packet in made.demux(made.streams[0]):
        if packet.size:
            start = round(begin / packet.time_base)
            packet.pts = packet.dts = max(start, packet.pts + start)  # the first makes no sound of its own
            yield packet


def _stream(target: Any, stream: Any, sound: tuple[Encoding, Any, Any] | None) -> Any:
    """Return the stream of the copy for one of the source; None for one that goes as an attachment."""
    if sound is not None:
        encoding, template, _ = sound
        return encoding.add_to(target) if template is None else target.add_stream_from_template(template)
    if stream.type == "attachment":
        target.add_attachment(stream.name or "", stream.mimetype or "", stream.data)
        return None
    made = target.add_stream_from_template(stream)
    made.time_base = stream.time_base
    return made


def _interleaved(source: Any, new: dict[int, Iterator[Any]]) -> Iterator[tuple[int, Any]]:
    """Yield the packets of all streams with their places, those of new sound at the times of the old ones."""
    waiting = {index: next(packets, None) for index, packets in new.items()}
    for packet in source.demux():
        if packet.size == 0 and packet.dts is None:
            continue
        index = packet.stream_index
        if index not in new:
            yield index, packet
            continue
        time = None if packet.pts is None else packet.pts * packet.time_base
        while (one := waiting[index]) is not None and (time is None or one.pts * one.time_base <= time):
            yield index, one
            waiting[index] = next(new[index], None)
            if time is None:
                break
    rest = [(index, one) for index, one in waiting.items() if one is not None]
    while rest:
        index, one = min(rest, key=lambda told: told[1].pts * told[1].time_base)
        yield index, one
        waiting[index] = next(new[index], None)
        rest = [(place, one) for place, one in waiting.items() if one is not None]


def _describe(made: Any, origin: Any, target: Any) -> None:
    """Carry tags and purposes over to a container or a stream."""
    made.metadata.update({name: value for name, value in origin.metadata.items() if name not in _OWN_TAGS})
    if made is not target:
        made.disposition = origin.disposition
