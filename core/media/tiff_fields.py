"""The header and fields of a TIFF file: classic and big, of either byte order, one picture after the other.

(TIFF revision 6.0, Adobe 1992; BigTIFF as the libtiff project describes it.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE = frozenset({1, 3, 4, 13, 16, 18})  # types that are whole numbers from 0 on
_SHORT, _LONG, _LONG8 = 3, 4, 16
_PAGES = 100  # more are not counted
_ENTRIES = 4096
_NUMBERS = 1_000_000  # strips or tiles in a picture at most


class Tag(IntEnum):
    """The fields that Countermark reads, by the names of the specification or close to them."""

    NEW_SUBFILE = 254
    SUBFILE = 255
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_COUNTS = 279
    PLANAR = 284
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_COUNTS = 325
    SUB_IFDS = 330
    PREVIEW_OFFSET = 513
    PREVIEW_LENGTH = 514
    INK_SET = 332
    EXTRA = 338
    SAMPLE_FORMAT = 339
    PHOTOSHOP = 34377
    LAYERS = 37724
    CREDENTIALS = 52545


class Field(NamedTuple):
    """One field: its tag, type and number of values, where its entry and its values stand, the length of the values."""

    tag: int
    type: int
    values: int
    entry: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The fields of one picture of a file, where they stand, and where it is told which picture comes next."""

    order: Literal["little", "big"]
    big: bool
    fields: dict[int, Field]
    place: int
    next: int  # where the place of the next directory stands

    def numbers(self, data: bytes, tag: int) -> tuple[int, ...]:
        """Return the whole numbers of a field, () where there is none or they are of another type."""
        field = self.fields.get(tag)
        if field is None or field.type not in _WHOLE or field.values > _NUMBERS:
            return ()
        step = SIZES[field.type]
        return tuple(
            int.from_bytes(data[i : i + step], self.order) for i in range(field.start, field.start + field.size, step)
        )

    def number(self, data: bytes, tag: int, usual: int = 0) -> int:
        """Return the first number of a field, or the usual one."""
        found = self.numbers(data, tag)
        return found[0] if found else usual

    def set_numbers(self, data: bytearray, tag: int, values: Sequence[int]) -> None:
        """Put other numbers (as many as before) into a field; where they need more room, at the end of the file."""
        field = self.fields[tag]
        step = SIZES[field.type]
        inline = 8 if self.big else 4
        kind = field.type
        if max(values) >= 1 << (8 * step):
            kind = _LONG8 if self.big else _LONG
            step = SIZES[kind]
        packed = b"".join(value.to_bytes(step, self.order) for value in values)
        start = field.start
        if kind != field.type:
            data[field.entry + 2 : field.entry + 4] = kind.to_bytes(2, self.order)
            place = field.entry + (12 if self.big else 8)
            if len(packed) <= inline:
                start = place
                packed = packed.ljust(inline, b"\x00")
            else:
                data += b"\x00" * (-len(data) % 8)
                start = len(data)
                data[place : place + inline] = start.to_bytes(inline, self.order)
        data[start : start + len(packed)] = packed


def directories(data: bytes) -> tuple[Directory, ...]:
    """Return the directories of a TIFF file in a row, without fields that lie outside. ValueError where there is none.

    There are a hundred at most, and each one once.
    """
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    version = int.from_bytes(data[2:4], order)
    if data[:2] not in (b"II", b"MM") or version not in (42, 43):
        raise ValueError("no TIFF header")
    big = version == 43
    place = int.from_bytes(data[8:16] if big else data[4:8], order)
    found: dict[int, Directory] = {}
    while place and place not in found and len(found) < _PAGES:
        one = directory_at(data, place, order, big=big)
        if not found and not one.fields:
            raise ValueError("no directory")
        if not one.next:
            break
        found[place] = one
        place = int.from_bytes(data[one.next : one.next + (8 if big else 4)], order)
    if not found:
        raise ValueError("no directory")
    return tuple(found.values())


def directory_at(data: bytes, place: int, order: Literal["little", "big"], *, big: bool) -> Directory:
    """Return the directory at a place: without fields, and with 0 as the place of the next, where there is none."""
    head, step, inline = (8, 20, 8) if big else (2, 12, 4)
    count = int.from_bytes(data[place : place + head], order)
    end = place + head + count * step
    if place < 8 or count > _ENTRIES or end > len(data):
        return Directory(order, big, {}, place, 0)
    fields = {}
    for entry in range(place + head, end, step):
        tag, kind = (int.from_bytes(data[entry + i : entry + i + 2], order) for i in (0, 2))
        number = int.from_bytes(data[entry + 4 : entry + step - inline], order)
        size = number * SIZES.get(kind, 0)
        start = entry + step - inline
        if size > inline:
            start = int.from_bytes(data[start : start + inline], order)
        if size and start + size <= len(data) and tag not in fields:
            fields[tag] = Field(tag, kind, number, entry, start, size)
    return Directory(order, big, fields, place, end)
