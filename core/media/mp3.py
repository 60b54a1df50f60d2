"""MP3: sound encoded anew at the source's bit rate, between the source's own tags.

The ID3v2 tags before the sound and the ID3v1, APE and Lyrics3 tags behind it are copied byte for byte. The encoder
notes its delay in the first frame, by which players give back exactly the samples of the source.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from core.errors import RefusedError
from core.media import blocks, mpeg
from core.media.picture import suffix_note
from core.media.signatures import cannot_open
from core.media.sound import EXTRA_LIMIT, Sound, check_header, cut, damaged, faulty, too_long
from core.media.stream import CodedStream, quiet
from core.model import Recording

_FILE_LIMIT = 600_000_000  # bytes: more than four hours at the highest bit rate
_TAGS_BEHIND = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")
_NOTE_OF_DELAY = 208  # bytes that a frame must have for the encoder's note of its delay to fit
_TAGS = 16  # ID3 tags in a row at most
_WARM_UP = 529  # samples of delay that every decoder has
_SLACK = 6  # frames that encoders add before and behind the sound at most, and decoders take away
_ABR_SHORTFALL = 0.94  # share of the asked average that the encoder reached in trials (0.90 to 0.99; of speech 0.7)
_NEAR, _ASKED = 0.95, 3  # share of the source's bit rate with which a copy is content, and how often it is encoded


@dataclass(frozen=True, slots=True)
class Mp3:
    before: bytes
    after: bytes
    rate: int
    bit_rate: int
    constant: bool

    def write(self, samples: Recording, file: BinaryIO) -> None:
        made = self._encoded(samples)
        file.write(self.before)
        file.write(made[mpeg.id3_size(made) :])
        file.write(self.after)

    def finer(self) -> Mp3 | None:
        """Return the same with half as much bit rate again."""
        most = 1000 * self._bounds()[1]
        return None if self.bit_rate >= most else replace(self, bit_rate=min(most, self.bit_rate * 3 // 2))

    def _bounds(self) -> tuple[int, int]:
        """Return the least and the most kilobits a second that the encoder's scale has at this rate."""
        return (32, 320) if self.rate >= 32000 else (8, 160) if self.rate >= 16000 else (8, 64)

    def _encoded(self, samples: Recording) -> bytes:
        """Return the coded sound. Of sound that is easy to code an average falls short: then more is asked for."""
        asked = float(self.bit_rate)
        for _ in range(_ASKED - 1):
            options = self._options(asked)
            made = blocks.encode(samples, self.rate, "MP3", "MPEG_LAYER_III", **options)
            reached = 8 * len(made) * self.rate / len(samples)
            if options["bitrate_mode"] == "CONSTANT" or reached >= _NEAR * self.bit_rate:
                return made
            asked *= min(self.bit_rate / reached, 2.0)
        return blocks.encode(samples, self.rate, "MP3", "MPEG_LAYER_III", **self._options(asked))

    def _options(self, bit_rate: float) -> dict[str, Any]:
        """Return the encoder's settings for about a bit rate."""
        low, high = self._bounds()
        samples = 1152 if self.rate >= 32000 else 576
        roomy = samples // 8 * self.bit_rate // self.rate >= _NOTE_OF_DELAY
        steady = self.constant and roomy
        wanted = bit_rate / 1000 / (1.0 if self.constant else _ABR_SHORTFALL)
        level = min(max((high - wanted) / (high - low), 0.0), 0.999)
        return {"compression_level": level, "bitrate_mode": "CONSTANT" if steady else "AVERAGE"}


def read(path: Path) -> Sound:
    """Return the recording of an MP3 file; of one that is cut off or damaged, what is there."""
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise too_long(path, 4 * 3600)
        data = path.read_bytes()
    except OSError as error:
        raise cannot_open(path, error) from error
    start = 0
    for _ in range(_TAGS):
        start += mpeg.id3_size(data, start)
    stream = mpeg.walk(data, start)
    first = mpeg.frame_at(data, stream.start) if stream is not None else None
    if stream is None or first is None:
        raise damaged(path)
    check_header(path, first.rate, first.channels, stream.frames * first.samples)
    with quiet():
        sound = blocks.decode(path, content=_for_decoder(data, stream), noisy=True)
    if len(sound.samples) == 0:
        raise damaged(path)
    if stream.declared is None and stream.frames * first.samples - len(sound.samples) == _WARM_UP:
        # The decoder left out its own warm-up, as it does where a length is told. Other players do not.
        sound = sound._replace(samples=_warmed_up(sound.samples))
    behind = data[stream.end :]
    notes = suffix_note(path, "MP3")
    obstacle = _obstacle(path, stream, first, behind)
    if obstacle is None and (not sound.whole or len(sound.samples) < (stream.frames - _SLACK) * first.samples):
        obstacle = faulty(path, "is damaged: it cannot be decoded to its end")
    if obstacle is not None:
        notes += (obstacle.message,)
    if not behind.startswith(_TAGS_BEHIND):
        if behind.strip(b"\x00") and not stream.last_cut:
            notes += (f"{path.name} holds more behind the sound; the copy leaves that out.",)
        behind = b""
    before = _without_old_delay(data[:start])
    if len(before) + len(behind) > EXTRA_LIMIT:
        raise damaged(path)
    kept = Mp3(before, behind, first.rate, stream.bit_rate, stream.constant)
    return Sound(path, sound.samples, sound.rate, "MP3", sound.subtype, notes, obstacle, kept)


def _for_decoder(data: bytes, stream: mpeg.Stream) -> bytes | None:
    """Return what is given to the decoder in place of the file, None for the file itself.

    Where the stream does not tell its length, the decoder guesses it from the first bit rate and stops there.
    """
    if stream.declared is None:
        return mpeg.announced(data, stream)
    return mpeg.mended(data, stream) if stream.gaps else None


def _warmed_up(samples: Recording) -> Recording:
    """Return the samples behind the silence of a decoder's warm-up."""
    if isinstance(samples, CodedStream):
        return samples.led(_WARM_UP)
    return np.concatenate([np.zeros((_WARM_UP, samples.shape[1]), samples.dtype), samples[:]])


def _obstacle(path: Path, stream: mpeg.Stream, first: mpeg.Frame, behind: bytes) -> RefusedError | None:
    seconds = first.samples / first.rate
    if stream.gaps:
        return faulty(path, f"is damaged: {sum(end - start for start, end in stream.gaps)} bytes in it are no sound")
    if stream.declared is not None and stream.frames < stream.declared:
        return cut(path, stream.frames * seconds, stream.declared * seconds)
    if stream.last_cut:
        return faulty(path, "is cut off: its last piece is not whole")
    if behind.startswith(b"ID3") and mpeg.first_frame(behind, mpeg.id3_size(behind)) is not None:
        return faulty(path, "holds several recordings one after the other")
    return None


def _without_old_delay(tag: bytes) -> bytes:
    """Return the ID3 tag without iTunes' note of the old encoder's delay, which would be wrong in a copy."""
    if b"iTunSMPB" not in tag:
        return tag
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    buffer = io.BytesIO(tag)
    try:
        tags: Any = ID3(buffer)  # type: ignore[no-untyped-call]
        for name in [key for key, frame in tags.items() if getattr(frame, "desc", "") == "iTunSMPB"]:
            del tags[name]
        tags.save(buffer, v2_version=tags.version[1] if tags.version[1] in (3, 4) else 4)
    except MutagenError:
        return tag
    return buffer.getvalue()
