"""Uncompressed sound in files of any kind: the samples are exchanged in place, every other byte stays as it was.

A copy has as many samples of the same coding as its source, so the sound takes exactly the same room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from core.errors import RefusedError
from core.media.pcm import Coding
from core.media.picture import suffix_note
from core.media.sound import (
    BLOCK,
    COMPLETE,
    EXTRA_LIMIT,
    Sound,
    check_header,
    cut,
    faulty,
    made_finite,
    silent_file,
)
from core.media.stream import HELD, PlainStream
from core.model import Recording


class Found(NamedTuple):
    """Where the sound of a file lies and how it is coded; `declared` counts the frames that the header promises."""

    coding: Coding
    channels: int
    rate: int
    start: int
    declared: int | None
    size: int
    repairs: tuple[tuple[int, bytes], ...] = ()  # header fields that are set right in a copy
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    before: bytes
    after: bytes
    coding: Coding

    def write(self, samples: Recording, file: BinaryIO) -> None:
        file.write(self.before)
        for start in range(0, len(samples), BLOCK):
            file.write(self.coding.encoded(samples[start : start + BLOCK]))
        file.write(self.after)


def read(
    path: Path, file: BinaryIO, found: Found, length: int, name: str, credentials: Iterable[tuple[int, int]] = ()
) -> Sound:
    """Return the recording of an open file of this length; of one that is cut off, what is there.

    `credentials` are the places and sizes of chunks with content credentials, which would not fit a copy.
    """
    frame = found.coding.width * found.channels
    frames = found.size // frame
    check_header(path, found.rate, found.channels, frames)
    if frames == 0:
        raise silent_file(path)
    stream = PlainStream(path, found.start, found.coding, frames, found.channels)
    samples: Recording = stream if frames * found.channels > HELD else stream[:]
    notes = suffix_note(path, name)
    obstacle: RefusedError | None = None
    if found.fault:
        obstacle = faulty(path, found.fault)
        notes += (f"{path.name} {found.fault}.",)
    elif found.repairs:
        notes += (f"The header of {path.name} does not tell its length; all the sound that is there was taken.",)
    elif found.declared is not None and found.declared > frames:
        obstacle = cut(path, frames / found.rate, found.declared / found.rate)
        notes += (obstacle.message,)
    if found.coding.family == "float":
        refusal, said = made_finite(path, samples)
        obstacle, notes = obstacle or refusal, notes + said
    extra = length - frames * frame
    if extra > EXTRA_LIMIT:
        return Sound(path, samples, found.rate, name, found.coding.subtype, notes, obstacle or _heavy(path))
    file.seek(0)
    before = bytearray(file.read(found.start))
    file.seek(found.start + frames * frame)
    after = bytearray(file.read())
    for place, value in found.repairs:
        before[place : place + len(value)] = value
    for start, size in credentials:
        notes += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
        _blank(before, after, found.start + frames * frame, start, size)
    kept = Plain(bytes(before), bytes(after), found.coding)
    return Sound(path, samples, found.rate, name, found.coding.subtype, notes, obstacle, kept)


def _blank(before: bytearray, after: bytearray, end: int, place: int, size: int) -> None:
    """Turn a chunk into one that players pass over, with nothing in it."""
    for part, origin in ((before, 0), (after, end)):
        start = place - 8 - origin
        if start >= 0 and start + 8 + size <= len(part):
            part[start : start + 4] = b"JUNK"
            part[start + 8 : start + 8 + size] = bytes(size)


def _heavy(path: Path) -> RefusedError:
    return RefusedError(
        f"{path.name} holds more than {EXTRA_LIMIT // 10**6} MB beside its sound.",
        f"Take out what does not belong to it. {COMPLETE}",
        path=path,
    )
