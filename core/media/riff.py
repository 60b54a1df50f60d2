"""The chunks of RIFF and IFF files (WAV, AIFF, WebP): where they are, and a file with other chunks in their place.

Both families are a list of named, sized, evenly padded pieces within one outer piece; RIFF counts little-endian, IFF
big-endian. RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088) keep 64-bit sizes in a "ds64" chunk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple

UNKNOWN = 0xFFFFFFFF  # what writers put for a size that they did not know, and RF64 for one that does not fit
_CHUNK_LIMIT = 100_000  # more chunks than any real file has


class Chunk(NamedTuple):
    """One chunk of a file: its name, where its payload starts, how many bytes its header says, how many are there."""

    name: bytes
    start: int
    declared: int
    size: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's chunks in order. `form` names the outer piece and its type, `end` is where the last chunk ends.

    `outer` is the outer size that the file declares, `order` how numbers are written, `wide` whether sizes may be long.
    """

    form: tuple[bytes, bytes]
    outer: int
    chunks: tuple[Chunk, ...]
    end: int
    order: Literal["little", "big"]
    wide: bool

    def find(self, name: bytes) -> Chunk | None:
        """Return the first chunk of this name, None where there is none."""
        return next((chunk for chunk in self.chunks if chunk.name == name), None)


def outline(file: BinaryIO) -> Outline:
    """Return the outline of an open file. ValueError where it is no RIFF or IFF file.

    The walk ends at the end of the file, or where no chunk can stand. Sizes are cut to what is there.
    """
    length = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64", b"BW64", b"FORM"):
        raise ValueError("no RIFF or IFF header")
    order: Literal["little", "big"] = "big" if head[:4] == b"FORM" else "little"
    wide = head[:4] in (b"RF64", b"BW64")
    long_data = 0
    chunks: list[Chunk] = []
    place = 12
    while place + 8 <= length and len(chunks) < _CHUNK_LIMIT:
        file.seek(place)
        name, declared = file.read(4), int.from_bytes(file.read(4), order)
        if not _is_name(name):
            break
        if wide and name == b"data" and declared == UNKNOWN and long_data:
            declared = long_data
        if wide and name == b"ds64":
            long_data = int.from_bytes(file.read(16)[8:], "little")
        size = min(declared, length - place - 8)
        chunks.append(Chunk(name, place + 8, declared, size))
        place += 8 + declared + (declared & 1)
    return Outline(
        (head[:4], head[8:12]), int.from_bytes(head[4:8], order), tuple(chunks), min(place, length), order, wide
    )


def put_together(form: tuple[bytes, bytes], chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return a RIFF or IFF file of these chunks (name, payload), sized and padded."""
    order: Literal["little", "big"] = "big" if form[0] == b"FORM" else "little"
    parts = [form[1]]
    for name, payload in chunks:
        parts += [name, len(payload).to_bytes(4, order), payload, b"\x00" * (len(payload) & 1)]
    body = b"".join(parts)
    return form[0] + len(body).to_bytes(4, order) + body


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)
