"""The boxes and items of HEIC and AVIF files: taken apart, and a file put together around a newly coded picture.

Such a file is a list of sized, named boxes. One of them, "meta", names the items: coded pictures, EXIF, XMP, and which
item describes or completes which. (ISO/IEC 14496-12 and 23008-12; AV1 Image File Format, AOM 2022.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_BOX_LIMIT = 100_000
_ITEM_LIMIT = 20_000  # a large photo is cut into some hundred tiles


class Box(NamedTuple):
    """One box: its name and its payload."""

    name: bytes
    payload: bytes

    def packed(self) -> bytes:
        """Return the box as it stands in a file."""
        return (len(self.payload) + 8).to_bytes(4, "big") + self.name + self.payload


class Property(NamedTuple):
    """What is said of an item, and whether a reader must understand it."""

    box: Box
    essential: bool


class Item(NamedTuple):
    """One item: number, type, the rest of its entry (name, content type), data, properties in order."""

    number: int
    type: bytes
    entry: bytes
    data: bytes
    properties: tuple[Property, ...]

    def find(self, name: bytes) -> bytes | None:
        """Return the payload of its first property of this name, None where it has none."""
        return next((found.box.payload for found in self.properties if found.box.name == name), None)


class Reference(NamedTuple):
    """How one item belongs to others: "auxl" completes, "cdsc" describes, "thmb" is a preview of, "dimg" is made of."""

    type: bytes
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A file's items. `others` names the boxes outside, "moov" among them where it is a film."""

    primary: int
    items: dict[int, Item]
    references: tuple[Reference, ...]
    others: tuple[bytes, ...]

    def of(self, type: bytes, target: int) -> list[Item]:
        """Return the items that belong to another one in this way."""
        found = (r.source for r in self.references if r.type == type and target in r.targets)
        return [self.items[number] for number in found if number in self.items]

    def parts(self, number: int) -> list[Item]:
        """Return the items that another one is made of."""
        found = (t for r in self.references if r.type == b"dimg" and r.source == number for t in r.targets)
        return [self.items[target] for target in found if target in self.items]


def take_apart(data: bytes) -> Items:
    """Return the items of a file. ValueError where there is none, or where their places lie outside the file."""
    top = list(boxes(data))
    meta = next((box.payload for box in top if box.name == b"meta"), None)
    if meta is None:
        raise ValueError("no items")
    parts = {box.name: box.payload for box in reversed(list(boxes(meta[4:])))}
    entries = _entries(parts.get(b"iinf", b""))
    places = _places(parts.get(b"iloc", b""), data, parts.get(b"idat", b""))
    properties = _properties(parts.get(b"iprp", b""))
    pitm = parts.get(b"pitm", b"")
    primary = int.from_bytes(pitm[4:6] if pitm[:1] == b"\x00" else pitm[4:8], "big")
    items = {
        number: Item(number, kind, entry, places.get(number, b""), properties.get(number, ()))
        for number, (kind, entry) in entries.items()
    }
    if primary not in items:
        raise ValueError("no primary item")
    return Items(primary, items, tuple(_references(parts.get(b"iref", b""))), tuple(box.name for box in top))


def put_together(brands: bytes, items: Sequence[Item], references: Sequence[Reference], primary: int) -> bytes:
    """Return a file of these items; `brands` is the payload of its "ftyp"."""
    pool: list[bytes] = []
    links = []
    for item in items:
        links.append(item.number.to_bytes(2, "big") + len(item.properties).to_bytes(1, "big"))
        for box, essential in item.properties:
            packed = box.packed()
            if packed not in pool:
                pool.append(packed)
            links.append(((pool.index(packed) + 1) | (0x8000 if essential else 0)).to_bytes(2, "big"))
    wide = b"\x00\x00\x00\x01"  # property numbers of 15 bits
    iprp = Box(b"ipco", b"".join(pool)).packed()
    iprp += Box(b"ipma", wide + len(items).to_bytes(4, "big") + b"".join(links)).packed()
    iinf = b"".join(
        Box(
            b"infe", b"\x02\x00\x00\x00" + item.number.to_bytes(2, "big") + b"\x00\x00" + item.type + item.entry
        ).packed()
        for item in items
    )
    iref = b"".join(
        Box(
            r.type,
            b"".join(number.to_bytes(2, "big") for number in (r.source, len(r.targets), *r.targets)),
        ).packed()
        for r in references
    )
    nothing = b"\x00\x00\x00\x00"

    def meta(offset: int) -> bytes:
        places = []
        for item in items:
            places.append(item.number.to_bytes(2, "big") + b"\x00\x00\x00\x01")
            places.append(offset.to_bytes(4, "big") + len(item.data).to_bytes(4, "big"))
            offset += len(item.data)
        parts = [
            Box(b"hdlr", nothing * 2 + b"pict" + nothing * 3 + b"\x00"),
            Box(b"pitm", nothing + primary.to_bytes(2, "big")),
            Box(b"iloc", nothing + b"\x44\x00" + len(items).to_bytes(2, "big") + b"".join(places)),
            Box(b"iinf", nothing + len(items).to_bytes(2, "big") + iinf),
            *((Box(b"iref", nothing + iref),) if references else ()),
            Box(b"iprp", iprp),
        ]
        return Box(b"meta", nothing + b"".join(part.packed() for part in parts)).packed()

    head = Box(b"ftyp", brands).packed()
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + Box(b"mdat", b"".join(item.data for item in items)).packed()


def boxes(data: bytes) -> Iterator[Box]:
    """Yield the boxes of a file or of another box's payload. ValueError where one does not fit."""
    place = 0
    for _ in range(_BOX_LIMIT):
        if place + 8 > len(data):
            return
        size, name, head = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        elif size == 0:
            size = len(data) - place
        if size < head or place + size > len(data):
            raise ValueError("cut off")
        # The picture data are looked up by their places in the file.
        yield Box(name, b"" if name == b"mdat" else data[place + head : place + size])
        place += size


def _entries(iinf: bytes) -> dict[int, tuple[bytes, bytes]]:
    found = {}
    for box in boxes(iinf[6 if iinf[:1] == b"\x00" else 8 :]):
        if box.name != b"infe" or box.payload[:1] not in (b"\x02", b"\x03"):
            continue
        size = 2 if box.payload[0] == 2 else 4
        number = int.from_bytes(box.payload[4 : 4 + size], "big")
        found[number] = (box.payload[6 + size : 10 + size], box.payload[10 + size :])
        if len(found) > _ITEM_LIMIT:
            raise ValueError("too many items")
    return found


def _places(iloc: bytes, data: bytes, idat: bytes) -> dict[int, bytes]:
    """Return the data of each item that lies in the file itself or in "idat"."""
    if len(iloc) < 8 or iloc[0] > 2:
        raise ValueError("no places")
    version = iloc[0]
    sizes = iloc[4] >> 4, iloc[4] & 15, iloc[5] >> 4, iloc[5] & 15 if version else 0  # offset, length, base, index
    take = _Numbers(iloc, 6)
    wide = 4 if version == 2 else 2
    found: dict[int, bytes] = {}
    for _ in range(min(take(wide), _ITEM_LIMIT)):
        number = take(wide)
        method = take(2) & 15 if version else 0
        elsewhere = take(2)
        base = take(sizes[2])
        pieces = []
        for _ in range(min(take(2), _ITEM_LIMIT)):
            take(sizes[3])
            offset, length = base + take(sizes[0]), take(sizes[1])
            source = idat if method == 1 else data
            if offset + length > len(source):
                raise ValueError("cut off")
            pieces.append(source[offset : offset + length] if length else source[offset:])
        if elsewhere == 0 and method < 2:
            found[number] = b"".join(pieces) if len(pieces) != 1 else pieces[0]
    return found


def _properties(iprp: bytes) -> dict[int, tuple[Property, ...]]:
    parts = list(boxes(iprp))
    pool = [box for part in parts if part.name == b"ipco" for box in boxes(part.payload)]
    found: dict[int, tuple[Property, ...]] = {}
    for part in parts:
        if part.name != b"ipma" or len(part.payload) < 8:
            continue
        take = _Numbers(part.payload, 4)
        step = 2 if part.payload[3] & 1 else 1
        for _ in range(min(take(4), _ITEM_LIMIT)):
            number = take(4 if part.payload[0] else 2)
            links = [take(step) for _ in range(take(1))]
            top = 1 << (8 * step - 1)
            found[number] = tuple(
                Property(pool[(link & (top - 1)) - 1], bool(link & top))
                for link in links
                if 0 < link & (top - 1) <= len(pool)
            )
    return found


def _references(iref: bytes) -> Iterator[Reference]:
    wide = 4 if iref[:1] == b"\x01" else 2
    for box in boxes(iref[4:]):
        take = _Numbers(box.payload, 0)
        source = take(wide)
        yield Reference(box.name, source, tuple(take(wide) for _ in range(min(take(2), _ITEM_LIMIT))))


class _Numbers:
    """Whole numbers read one after the other. ValueError beyond the end."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def __call__(self, size: int) -> int:
        end = self._place + size
        if end > len(self._data):
            raise ValueError("cut off")
        value = int.from_bytes(self._data[self._place : end], "big")
        self._place = end
        return value
