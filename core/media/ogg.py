"""Ogg Vorbis and Opus: sound encoded anew at about the source's bit rate, with the source's comments and pictures.

(Ogg: RFC 3533. Vorbis I specification, Xiph.Org. Opus in Ogg: RFC 7845.)
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

from core.errors import RefusedError, UnreadableError
from core.media import av_sound, blocks, other_sounds, tracks
from core.media.picture import suffix_note
from core.media.signatures import cannot_open
from core.media.sound import Sound, check_only, damaged, faulty, silent_file, too_long
from core.media.vorbis import MORE, level
from core.model import Recording

_FILE_LIMIT = 600_000_000
_FIRST = 2  # flag of a stream's first page
_FINEST = 400_000  # bit/s from which nothing finer is tried
_OPUS_LEAST, _OPUS_SPAN = 6000, 250_000  # bit/s a channel at the ends of the encoder's scale

Codec = Literal["VORBIS", "OPUS"]


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages of an Ogg file say: the first packet of each stream in it, and how the file ends.

    `streams` counts streams; `whole` is False where the last page is not all there, `gaps` counts places where pages
    are missing or damaged, `body` the bytes of all packets.
    """

    identity: bytes
    streams: int
    whole: bool
    gaps: int
    body: int


def pages(data: bytes) -> Pages | None:
    """Return what the pages of an Ogg file say, None where there is none."""
    place = body = gaps = 0
    identity = b""
    expected: dict[int, int] = {}
    streams = 0
    whole = True
    while place < len(data):
        head = data[place : place + 27]
        segments = head[26] if len(head) == 27 else 0
        lengths = data[place + 27 : place + 27 + segments]
        if head[:4] != b"OggS"[: len(head)]:
            place = data.find(b"OggS", place + 1)
            if place < 0:
                break
            gaps += 1
            continue
        end = place + 27 + segments + sum(lengths)
        if len(head) < 27 or len(lengths) < segments or end > len(data):
            whole = False
            break
        serial, number = int.from_bytes(head[14:18], "little"), int.from_bytes(head[18:22], "little")
        if head[5] & _FIRST:
            streams += 1
            identity = identity or data[place + 27 + segments : end]
        elif expected.get(serial) != number:
            gaps += 1
        expected[serial] = number + 1
        body += sum(lengths)
        place = end
    if not identity:
        return None
    return Pages(identity, streams, whole, gaps, body)


@dataclass(frozen=True, slots=True)
class Coded:
    comments: tuple[tuple[str, str], ...]
    codec: Codec
    rate: int
    bit_rate: float

    def write(self, samples: Recording, file: BinaryIO) -> None:
        channels = samples.shape[1]
        opus = self.codec == "OPUS"
        scale = self._opus_level(channels) if opus else level(self.rate, channels, self.bit_rate)
        made = blocks.encode(samples, self.rate, "OGG", self.codec, compression_level=scale)
        if self.comments:
            buffer = io.BytesIO(made)
            tags = _tagged(buffer, self.codec)
            tags.tags.clear()
            tags.tags.extend(self.comments)
            buffer.seek(0)
            tags.save(buffer)
            made = buffer.getvalue()
        file.write(made)

    def finer(self) -> Coded | None:
        """Return the same with half as much bit rate again."""
        return None if self.bit_rate >= _FINEST else replace(self, bit_rate=1.5 * self.bit_rate)

    def _opus_level(self, channels: int) -> float:
        share = (self.bit_rate / channels - _OPUS_LEAST) / _OPUS_SPAN
        return min(max(1.0 - share, 0.0), 0.999)


def read(path: Path) -> Sound:
    """Return the recording of an Ogg file; of one that is cut off or damaged, what is there."""
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise too_long(path, 4 * 3600)
        data = path.read_bytes()
    except OSError as error:
        raise cannot_open(path, error) from error
    found = pages(data)
    if found is None:
        raise damaged(path)
    codec = _codec(found.identity)
    if codec is None:
        try:
            refusal = check_only(path, "an Ogg file that is neither Vorbis nor Opus")
            return other_sounds.read(path, "Ogg", obstacle=refusal)
        except UnreadableError:
            return tracks.read(path)  # Speex, and what else libsndfile does not know
    sound = _decoded(path)
    first_alone = len(sound.samples)
    if found.streams > 1:
        sound = _chained(path, sound)
    seconds = len(sound.samples) / sound.rate
    if len(sound.samples) == 0:
        raise silent_file(path)
    notes = suffix_note(path, "Ogg")
    obstacle = _obstacle(path, found, chain=len(sound.samples) > first_alone)
    if obstacle is None and not sound.whole:
        obstacle = faulty(path, "is damaged: it cannot be decoded to its end")
    if obstacle is not None:
        notes += (obstacle.message,)
    comments, said = _comments(path, data, codec)
    bit_rate = 8 * found.body / seconds
    if codec == "VORBIS":
        nominal = int.from_bytes(found.identity[20:24], "little", signed=True)
        bit_rate = MORE * (nominal if nominal > 0 else bit_rate)
    kept = Coded(comments, codec, sound.rate, bit_rate)
    return Sound(path, sound.samples, sound.rate, "Ogg", codec, notes + said, obstacle, kept)


def _decoded(path: Path) -> blocks.Decoded:
    """Return the sound of a file; where libsndfile gives up before the end, as FFmpeg decodes it if that gets on.

    libsndfile 1.2 stops within some valid Opus files.
    """
    sound = blocks.decode(path)
    if sound.whole:
        return sound
    try:
        other = av_sound.decode(path, "Ogg", 0)
    except UnreadableError:
        return sound
    if len(other.samples) <= len(sound.samples) or other.rate != sound.rate:
        return sound
    return sound._replace(samples=other.samples, whole=other.faults == 0)


def _chained(path: Path, sound: blocks.Decoded) -> blocks.Decoded:
    """Return the sound of all streams that stand one behind the other, where FFmpeg gets further than libsndfile."""
    try:
        other = av_sound.decode(path, "Ogg", 0)
    except UnreadableError:
        return sound
    more = len(other.samples) > len(sound.samples) and other.rate == sound.rate
    return sound._replace(samples=other.samples) if more else sound


def _codec(identity: bytes) -> Codec | None:
    if identity.startswith(b"\x01vorbis") and len(identity) >= 30:
        return "VORBIS"
    return "OPUS" if identity.startswith(b"OpusHead") and len(identity) >= 19 else None


def _obstacle(path: Path, found: Pages, *, chain: bool) -> RefusedError | None:
    if chain:
        return faulty(path, "holds several recordings one after the other")
    if found.streams > 1:
        return faulty(path, "holds several streams, of which only the first was read")
    if found.gaps:
        return faulty(path, f"is damaged in {found.gaps} places")
    if not found.whole:
        return faulty(path, "is cut off: its last piece is not whole")
    return None


def _tagged(buffer: BinaryIO, codec: Codec) -> Any:
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    return (OggVorbis if codec == "VORBIS" else OggOpus)(buffer)


def _comments(path: Path, data: bytes, codec: Codec) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the comments (pictures among them) of a stream, and a note where they cannot be read."""
    from mutagen import MutagenError

    try:
        tags = _tagged(io.BytesIO(data), codec).tags
    except (MutagenError, ValueError, LookupError):
        return (), (f"The tags of {path.name} are damaged; the copy leaves them out.",)
    return tuple((str(name), str(value)) for name, value in tags or ()), ()
