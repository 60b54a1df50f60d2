"""The chunks of PNG files: taken apart and put together. (PNG specification, third edition, W3C 2025.)"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK_LIMIT = 100_000  # more than any real file has


class Chunk(NamedTuple):
    """One chunk: its type, its payload, and whether its check sum is right."""

    name: bytes
    payload: bytes
    sound: bool = True

    def packed(self) -> bytes:
        """Return the chunk as it stands in a file, with a right check sum."""
        sum32 = zlib.crc32(self.payload, zlib.crc32(self.name))
        return len(self.payload).to_bytes(4, "big") + self.name + self.payload + sum32.to_bytes(4, "big")


def take_apart(data: bytes) -> tuple[list[Chunk], bytes | None]:
    """Return the chunks up to the end chunk and what follows it; None instead where the file ends before.

    A last chunk that is cut off comes with what is there of it, and `sound` False. ValueError where it is no PNG.
    """
    if not data.startswith(SIGNATURE):
        raise ValueError("no PNG signature")
    chunks: list[Chunk] = []
    place = len(SIGNATURE)
    while place + 8 <= len(data) and len(chunks) < _CHUNK_LIMIT:
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        payload = data[place + 8 : place + 8 + length]
        total = data[place + 8 + length : place + 12 + length]
        chunks.append(Chunk(name, payload, zlib.crc32(payload, zlib.crc32(name)).to_bytes(4, "big") == total))
        place += 12 + length
        if name == b"IEND":
            return chunks, data[place:]
    return chunks, None


def put_together(chunks: Iterable[Chunk], trailer: bytes = b"") -> bytes:
    """Return the file that `take_apart` takes apart."""
    return b"".join([SIGNATURE, *(chunk.packed() for chunk in chunks), trailer])
