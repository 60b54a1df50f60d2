"""XMP in files made of boxes: HEIC and AVIF pictures (an item beside the picture), MP4 and M4A (a box of its own).

Coded pictures and sound are not touched; where the description before them grows, the places it names are moved along.
(ISO/IEC 14496-12 and 23008-12; XMP specification, part 3.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from core.media.private import stripped_exif

_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_XMP_TYPE = b"application/rdf+xml"
_BOXES = 10_000  # more than any real file has in one place
_ITEMS = 65_535
_PACKET = 16_000_000  # bytes of a packet at most


class Box(NamedTuple):
    """One box: its type, where it starts, where its content starts, where it ends."""

    name: bytes
    start: int
    content: int
    end: int


@dataclass(slots=True)
class _Item:
    id: int
    type: bytes = b""
    content_type: bytes = b""
    method: int = 0  # 0: places in the file, 1: places in the "idat" box, 2: in another item
    reference: int = 0
    extents: list[tuple[int, int, int]] = field(default_factory=list)  # index, place, length


def boxes(data: bytes | bytearray, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes between two places. ValueError where they do not fit in."""
    end = len(data) if end is None else end
    for _ in range(_BOXES):
        if start + 8 > end:
            return
        size, content = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1:
            size, content = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        stop = end if size == 0 else start + size
        if stop > end or stop < content:
            raise ValueError("a box beyond the end")
        yield Box(bytes(data[start + 4 : start + 8]), start, content, stop)
        start = stop


def film_xmp(file: BinaryIO) -> bytes:
    """Return the XMP packet of an open MP4 or M4A file, b"" where there is none. ValueError for no such file."""
    for start, size in _film_packets(file):
        file.seek(start)
        return file.read(min(size, _PACKET))
    return b""


def label_film(file: BinaryIO, xmp: bytes) -> None:
    """Put this packet at the end of an MP4 or M4A file that is open for changing; older ones become free space.

    Films can be long, so nothing but the heads of the outer boxes is read.
    """
    for start, size in list(_film_packets(file)):
        file.seek(start - 20)
        file.write(b"free" + bytes(16 + size))
    last, size, end = list(_outer(file))[-1][:3]
    if size == 0:  # "until the end of the file"
        file.seek(last)
        file.write((end - last).to_bytes(4, "big"))
    if xmp:
        file.seek(0, 2)
        file.write((24 + len(xmp)).to_bytes(4, "big") + b"uuid" + _XMP_BOX + xmp)


def _outer(file: BinaryIO) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield start, declared size, end and type of the outer boxes of a file. ValueError where they do not fit in."""
    length = file.seek(0, 2)
    start = 0
    for _ in range(_BOXES):
        if start + 8 > length:
            return
        file.seek(start)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        whole = int.from_bytes(head[8:16], "big") if size == 1 else size
        end = length if size == 0 else start + whole
        if end > length or end < start + 8:
            raise ValueError("a box beyond the end")
        yield start, size, end, head[4:8]
        start = end


def _film_packets(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield start and size of each XMP packet in a box of its own."""
    for start, _, end, name in list(_outer(file)):
        if name == b"uuid" and end - start <= _PACKET:
            file.seek(start + 8)
            if file.read(16) == _XMP_BOX:
                yield start + 24, end - start - 24


def picture_xmp(data: bytes) -> bytes:
    """Return the XMP packet of a HEIC or AVIF file, b"" where there is none. ValueError for no such file."""
    meta = _meta(data)
    item = next((item for item in meta.items.values() if item.content_type == _XMP_TYPE), None)
    return b"" if item is None else b"".join(data[start:end] for start, end in meta.places(item))


def picture_labelled(data: bytes, xmp: bytes | None, *, strip: bool) -> bytes:
    """Return a HEIC or AVIF file with this packet (None: its own) and, where wanted, without private data."""
    meta = _meta(data)
    made = bytearray(data)
    old = [item for item in meta.items.values() if item.content_type == _XMP_TYPE]
    for item in [item for item in meta.items.values() if strip and item.type == b"Exif"]:
        for start, end in meta.places(item)[:1]:
            offset = 4 + int.from_bytes(data[start : start + 4], "big")
            block = stripped_exif(data[start + offset : end])
            made[start + offset : end] = block.ljust(end - start - offset, b"\x00")
    if xmp is None:
        return bytes(made)
    for item in old:
        for start, end in meta.places(item):
            made[start:end] = bytes(end - start)
    item = old[0] if old else _Item(max(meta.items, default=0) + 1, b"mime", _XMP_TYPE)
    if item.id > _ITEMS:
        raise ValueError("too many items")
    meta.items[item.id] = item
    item.method, item.extents = 0, [(0, 0, len(xmp))]
    grown = len(meta.packed(made, item, new=not old, moved=0, place=0)) - (meta.box.end - meta.box.start)
    place = len(made) + grown + 8
    replaced = meta.packed(made, item, new=not old, moved=grown, place=place)
    made[meta.box.start : meta.box.end] = replaced
    last = list(boxes(made))[-1]
    if int.from_bytes(made[last.start : last.start + 4], "big") == 0:
        made[last.start : last.start + 4] = (last.end - last.start).to_bytes(4, "big")
    made += (8 + len(xmp)).to_bytes(4, "big") + b"mdat" + xmp
    return bytes(made)


@dataclass(slots=True)
class _Meta:
    """The "meta" box of a picture file: its items and where they lie."""

    box: Box
    parts: list[Box]
    primary: int
    items: dict[int, _Item]
    version: int  # of the "iloc" box
    idat: int  # where the content of the "idat" box starts

    def places(self, item: _Item) -> list[tuple[int, int]]:
        """Return the stretches of the file (start, end) that an item's content fills."""
        base = {0: 0, 1: self.idat}.get(item.method)
        return [] if base is None else [(base + place, base + place + size) for _, place, size in item.extents]

    def packed(self, data: bytearray, own: _Item, *, new: bool, moved: int, place: int) -> bytes:
        """Return the box anew, with one item at another place and everything behind the box moved by so many bytes."""
        parts = [bytes(data[self.box.content : self.box.content + 4])]
        seen = set()
        for part in self.parts:
            content = bytes(data[part.content : part.end])
            seen.add(part.name)
            if part.name == b"iloc":
                content = self._locations(own, moved, place)
            elif part.name == b"iinf" and new:
                content = _with_item(content, own)
            elif part.name == b"iref" and new:
                content += self._reference(own, content[0])
            parts.append(_boxed(part.name, content))
        if new and b"iref" not in seen:
            parts.append(_boxed(b"iref", bytes(4) + self._reference(own, 0)))
        return _boxed(b"meta", b"".join(parts))

    def _locations(self, own: _Item, moved: int, place: int) -> bytes:
        version = max(1, self.version)
        wide = 4 if version == 2 else 2
        indexed = 8 if any(index for item in self.items.values() for index, _, _ in item.extents) else 0
        out = bytearray((version, 0, 0, 0, 0x88, indexed))  # 8-byte places and lengths, no base
        listed = [item for item in self.items.values() if item.extents]
        out += len(listed).to_bytes(wide, "big")
        for item in listed:
            out += item.id.to_bytes(wide, "big") + item.method.to_bytes(2, "big") + item.reference.to_bytes(2, "big")
            out += len(item.extents).to_bytes(2, "big")
            for index, start, size in item.extents:
                if item is own:
                    start = place
                elif item.method == 0 and start >= self.box.end:
                    start += moved
                out += index.to_bytes(indexed, "big") + start.to_bytes(8, "big") + size.to_bytes(8, "big")
        return bytes(out)

    def _reference(self, own: _Item, version: int) -> bytes:
        wide = 4 if version else 2
        content = own.id.to_bytes(wide, "big") + (1).to_bytes(2, "big") + self.primary.to_bytes(wide, "big")
        return _boxed(b"cdsc", content)


def _meta(data: bytes) -> _Meta:
    box = next((box for box in boxes(data) if box.name == b"meta"), None)
    if box is None:
        raise ValueError("no description of items")
    parts = list(boxes(data, box.content + 4, box.end))
    found = {part.name: part for part in reversed(parts)}
    if b"iloc" not in found or b"iinf" not in found or b"pitm" not in found:
        raise ValueError("no items")
    primary = found[b"pitm"]
    wide = 4 if data[primary.content] else 2
    items = _infos(data, found[b"iinf"])
    version = _located(data, found[b"iloc"], items)
    number = int.from_bytes(data[primary.content + 4 : primary.content + 4 + wide], "big")
    idat = found[b"idat"].content if b"idat" in found else 0
    return _Meta(box, parts, number, items, version, idat)


def _infos(data: bytes, box: Box) -> dict[int, _Item]:
    wide = 2 if data[box.content] == 0 else 4
    items = {}
    for entry in boxes(data, box.content + 4 + wide, box.end):
        version = data[entry.content]
        if entry.name != b"infe" or version < 2:
            continue
        at, own = entry.content + 4, 4 if version == 3 else 2
        number = int.from_bytes(data[at : at + own], "big")
        kind = bytes(data[at + own + 2 : at + own + 6])
        texts = data[at + own + 6 : entry.end].split(b"\x00")
        items[number] = _Item(number, kind, texts[1] if kind == b"mime" and len(texts) > 1 else b"")
    return items


def _located(data: bytes, box: Box, items: dict[int, _Item]) -> int:
    """Give the items their places and return the version of the box. ValueError where it is cut off."""
    at = box.content
    version = data[at]
    sizes = data[at + 4] >> 4, data[at + 4] & 15, data[at + 5] >> 4, (data[at + 5] & 15) if version else 0
    wide = 4 if version == 2 else 2
    at += 6

    def number(size: int) -> int:
        nonlocal at
        if at + size > box.end:
            raise ValueError("cut off")
        at += size
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(number(wide)):
        identity = number(wide)
        item = items.setdefault(identity, _Item(identity))
        item.method = number(2) & 15 if version else 0
        item.reference = number(2)
        base = number(sizes[2])
        for _ in range(number(2)):
            index = number(sizes[3])
            start, length = base + number(sizes[0]), number(sizes[1])
            item.extents.append((index, start, length))
    return version


def _with_item(content: bytes, item: _Item) -> bytes:
    wide = 2 if content[0] == 0 else 4
    count = int.from_bytes(content[4 : 4 + wide], "big") + 1
    entry = bytes((2, 0, 0, 1)) + item.id.to_bytes(2, "big") + bytes(2) + b"mime\x00" + _XMP_TYPE + b"\x00"
    return content[:4] + count.to_bytes(wide, "big") + content[4 + wide :] + _boxed(b"infe", entry)


def _boxed(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content
