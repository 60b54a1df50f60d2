"""CAF, AU and W64: uncompressed sound is exchanged in place; other codings are left to libsndfile, to be examined.

(Apple, "Core Audio Format Specification 1.0"; Sun, audio(5); Sonic Foundry's Wave64, a RIFF file with identifiers of 16
bytes and sizes of 8.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from core.media import other_sounds, plain, wav
from core.media.pcm import Coding, Family
from core.media.plain import Found
from core.media.signatures import cannot_open
from core.media.sound import Sound, check_header, damaged, decoding, silent_file

_CHUNKS = 10_000  # more than any real file has
_AU: dict[int, tuple[Family, int]] = {  # by the number in the header: family and bytes of a sample
    1: ("ulaw", 1),
    2: ("integer", 1),
    3: ("integer", 2),
    4: ("integer", 3),
    5: ("integer", 4),
    6: ("float", 4),
    7: ("float", 8),
    27: ("alaw", 1),
}
_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")  # behind the four letters of Wave64's own identifiers


def read(path: Path, name: str) -> Sound:
    """Return the recording of a file of this format; of one that is cut off, what is there."""
    find = _FINDERS[name]
    try:
        with path.open("rb") as file, decoding(path):
            length = file.seek(0, 2)
            file.seek(0)
            found = find(path, file, length)
            if found is None:
                return other_sounds.read(path, name)
            return plain.read(path, file, found, length, name)
    except OSError as error:
        raise cannot_open(path, error) from error


def _in_au(path: Path, file: BinaryIO, length: int) -> Found | None:
    head = file.read(24)
    if len(head) < 24:
        raise damaged(path)
    _, start, declared, kind, rate, channels = struct.unpack(">4s5I", head)
    check_header(path, rate, channels, 0)
    if start > length:
        raise silent_file(path)
    if kind not in _AU:
        return None
    family, width = _AU[kind]
    there = length - start
    size = there if declared == 2**32 - 1 else min(declared, there)
    frames = None if declared == 2**32 - 1 else declared // (width * channels)
    return Found(Coding(family, width, 8 * width, ">"), channels, rate, start, frames, size)


def _in_caf(path: Path, file: BinaryIO, length: int) -> Found | None:
    file.seek(8)
    description = b""
    for _ in range(_CHUNKS):
        head = file.read(12)
        if len(head) < 12:
            break
        name, declared, start = head[:4], int.from_bytes(head[4:], "big", signed=True), file.tell()
        endless = declared == -1 and name == b"data"
        if declared < 0 and not endless:
            raise damaged(path)
        size = min(length - start, length if endless else declared)
        if name == b"desc":
            description = file.read(min(size, 32))
        if name == b"data":
            return _caf_sound(path, description, start + 4, None if endless else declared - 4, max(0, size - 4))
        file.seek(start + declared)
    raise silent_file(path)


def _caf_sound(path: Path, description: bytes, start: int, declared: int | None, size: int) -> Found | None:
    if len(description) < 32:
        raise damaged(path)
    rate, kind, flags, packet, each, channels, bits = struct.unpack(">d4s5I", description)
    rate = round(rate) if 0 < rate < 1e9 else 0
    check_header(path, rate, channels, 0)
    order: Literal["<", ">"] = "<" if flags & 2 else ">"
    width = packet // channels
    coding: Coding | None = None
    if kind == b"lpcm" and flags & 1 and width in (4, 8) and bits == 8 * width:
        coding = Coding("float", width, bits, order)
    elif kind == b"lpcm" and not flags & 1 and 1 <= width <= 4 and 8 * width - 8 < bits <= 8 * width:
        coding = Coding("integer", width, bits, order)
    elif kind in (b"ulaw", b"alaw") and width == 1:
        coding = Coding("ulaw" if kind == b"ulaw" else "alaw", 1, 8, ">")
    if coding is None or each != 1 or packet != width * channels:
        return None
    return Found(coding, channels, rate, start, None if declared is None else declared // packet, size)


def _in_w64(path: Path, file: BinaryIO, length: int) -> Found | None:
    place = 40
    shape: tuple[Coding | None, int, int, int] | None = None
    for _ in range(_CHUNKS):
        file.seek(place)
        head = file.read(24)
        if len(head) < 24:
            break
        name, declared, start = head[:4], int.from_bytes(head[16:24], "little") - 24, place + 24
        if declared < 0 or head[4:16] != _W64_TAIL:
            break
        size = min(declared, length - start)
        if name == b"fmt ":
            description = file.read(min(size, 40))
            if len(description) < 16:
                raise damaged(path)
            shape = wav.described(path, description)
        if name == b"data":
            if shape is None:
                raise damaged(path)
            coding, channels, rate, frame = shape
            return None if coding is None else Found(coding, channels, rate, start, declared // frame, size)
        place = start + (declared + 7) // 8 * 8
    raise silent_file(path)


_FINDERS: dict[str, Callable[[Path, BinaryIO, int], Found | None]] = {"CAF": _in_caf, "AU": _in_au, "W64": _in_w64}
