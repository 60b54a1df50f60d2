"""FLAC: lossless sound in a new file around the source's own metadata blocks.

Comments, pictures, cue sheets and application blocks are copied byte for byte; the stream's own description is new, and
the seek table, which tells places in the old stream, is left out. (RFC 9639.)
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

import numpy as np

from core.errors import RefusedError
from core.media import blocks, mpeg, other_sounds
from core.media.pcm import Coding, whole
from core.media.picture import suffix_note
from core.media.signatures import cannot_open
from core.media.sound import (
    BLOCK,
    EXTRA_LIMIT,
    Sound,
    check_header,
    check_only,
    cut,
    damaged,
    faulty,
    silent_file,
)
from core.model import Recording

_STREAMINFO, _APPLICATION, _SEEKTABLE = 0, 2, 3
_BITS = {8: "PCM_S8", 16: "PCM_16", 24: "PCM_24"}
_BLOCK_LIMIT = 10_000  # more than any real file has
_LEVEL = 0.625  # of compression: FLAC's own usual level, 5 of 8


class Block(NamedTuple):
    """One metadata block: its type and payload."""

    type: int
    payload: bytes

    def packed(self, last: bool) -> bytes:
        """Return the block as it stands in a file."""
        return bytes((self.type | (0x80 if last else 0),)) + len(self.payload).to_bytes(3, "big") + self.payload


def take_apart(data: bytes) -> tuple[bytes, list[Block], int]:
    """Return what stands before the stream (an ID3 tag), the metadata blocks, and where the sound starts.

    ValueError where the blocks are not whole.
    """
    start = mpeg.id3_size(data)
    if data[start : start + 4] != b"fLaC":
        raise ValueError("no FLAC stream")
    found: list[Block] = []
    place = start + 4
    last = False
    while not last and len(found) < _BLOCK_LIMIT:
        head = data[place : place + 4]
        size = int.from_bytes(head[1:], "big")
        if len(head) < 4 or place + 4 + size > len(data) or head[0] & 0x7F == 0x7F:
            raise ValueError("cut in the metadata")
        last = bool(head[0] & 0x80)
        found.append(Block(head[0] & 0x7F, data[place + 4 : place + 4 + size]))
        place += 4 + size
    return data[:start], found, place


def put_together(before: bytes, metadata: list[Block], frames: bytes) -> bytes:
    """Return the file that `take_apart` takes apart."""
    packed = [block.packed(last=block is metadata[-1]) for block in metadata]
    return b"".join([before, b"fLaC", *packed, frames])


@dataclass(frozen=True, slots=True)
class Flac:
    before: bytes
    metadata: tuple[Block, ...]
    after: bytes
    bits: int
    rate: int

    def write(self, samples: Recording, file: BinaryIO) -> None:
        parts = (
            (whole(samples[start : start + BLOCK].astype(np.float64), self.bits) << (32 - self.bits)).astype(np.int32)
            for start in range(0, len(samples), BLOCK)
        )
        with TemporaryFile(dir=Path(file.name).parent) as made:  # of an hour of sound it is too large for the memory
            coding = _BITS[self.bits]
            blocks.encode_into(made, parts, samples.shape[1], self.rate, "FLAC", coding, compression_level=_LEVEL)
            made.seek(0)
            _, metadata, start = take_apart(made.read(BLOCK))
            description = [block for block in metadata if block.type == _STREAMINFO]
            file.write(put_together(self.before, [*description, *self.metadata], b""))
            made.seek(start)
            shutil.copyfileobj(made, file, BLOCK)
        file.write(self.after)


def read(path: Path) -> Sound:
    """Return the recording of a FLAC file; of one that is cut off or damaged, what is there."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(EXTRA_LIMIT)
            file.seek(max(0, size - 128))
            tail = file.read()
    except OSError as error:
        raise cannot_open(path, error) from error
    try:
        before, metadata, _ = take_apart(head)
    except ValueError as error:
        raise damaged(path) from error
    about = metadata[0].payload
    if metadata[0].type != _STREAMINFO or len(about) != 34:
        raise damaged(path)
    packed = int.from_bytes(about[10:18], "big")
    rate, channels, bits, frames = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1, packed & (2**36 - 1)
    check_header(path, rate, channels, frames)
    if bits not in _BITS:
        return other_sounds.read(path, "FLAC", obstacle=check_only(path, f"FLAC of {bits} bits", "FLAC of 24 bits"))
    after = tail if tail.startswith(b"TAG") else b""
    # The decoder loses the end of a stream between tags, so it gets the stream alone.
    bare = path.read_bytes()[len(before) : size - len(after)] if before or after else None
    sound = blocks.decode(path, content=bare)
    if len(sound.samples) == 0:
        raise silent_file(path) if size < 8192 and sound.whole else damaged(path)
    notes = suffix_note(path, "FLAC")
    obstacle: RefusedError | None = None
    if frames and len(sound.samples) < frames:
        obstacle = cut(path, len(sound.samples) / rate, frames / rate)
    elif not sound.whole or not _fits(about[18:], sound.samples, bits):
        obstacle = faulty(path, "is damaged: its sound does not fit its check sum")
    if obstacle is not None:
        notes += (obstacle.message,)
    if any(block.type == _APPLICATION and block.payload[:4] == b"c2pa" for block in metadata):
        notes += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
    kept = Flac(
        before,
        tuple(
            block
            for block in metadata[1:]
            if block.type not in (_STREAMINFO, _SEEKTABLE)
            and not (block.type == _APPLICATION and block.payload[:4] == b"c2pa")
        ),
        after,
        bits,
        rate,
    )
    return Sound(path, sound.samples, rate, "FLAC", _BITS[bits], notes, obstacle, kept)


def _fits(digest: bytes, samples: Recording, bits: int) -> bool:
    """Return whether the samples are those whose MD5 the encoder noted (all zero: it noted none)."""
    if not any(digest):
        return True
    coding = Coding("integer", bits // 8, bits, "<")
    found = hashlib.md5(usedforsecurity=False)
    for start in range(0, len(samples), BLOCK):
        found.update(coding.encoded(samples[start : start + BLOCK]))
    return found.digest() == digest
