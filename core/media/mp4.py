"""The boxes of MP4, M4A and QuickTime files, and where the samples of a track lie (ISO/IEC 14496-12).

A file is a list of named, sized boxes, some of which hold boxes again. "moov" describes the tracks: tables in each
track's "stbl" say how long and how large each sample is, how many make a chunk, and where in the file each chunk lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_HOLDERS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex"))
_DEPTH = 8
_BOXES = 100_000  # more than any real file has


class Place(NamedTuple):
    """A box of the file itself: its name, where it starts, the length of its header, its whole length."""

    name: bytes
    start: int
    header: int
    size: int


@dataclass(slots=True)
class Box:
    """A box in memory: its payload, or the boxes in it with what stands behind them."""

    name: bytes
    payload: bytes = b""
    boxes: list[Box] | None = None

    def find(self, *path: bytes) -> Box | None:
        """Return the first box on a path of names, None where there is none."""
        found: Box | None = self
        for name in path:
            found = next((box for box in (found.boxes if found else None) or () if box.name == name), None)
        return found

    def all(self, name: bytes) -> list[Box]:
        """Return the boxes of a name in this one."""
        return [box for box in self.boxes or () if box.name == name]

    def packed(self) -> bytes:
        """Return the box as it stands in a file. ValueError where it is too long for one."""
        body = b"".join(box.packed() for box in self.boxes or ()) + self.payload
        return (len(body) + 8).to_bytes(4, "big") + self.name + body if len(body) < 2**32 - 8 else _too_long()


def places(file: BinaryIO) -> list[Place]:
    """Return the boxes of an open file in order. ValueError where they do not fill it."""
    length = file.seek(0, 2)
    found: list[Place] = []
    at = 0
    while at < length:
        file.seek(at)
        head = file.read(16)
        size, header = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = length - at
        if len(head) < 8 or size < header or at + size > length or len(found) == _BOXES:
            raise ValueError("boxes that do not fit the file")
        found.append(Place(head[4:8], at, header, size))
        at += size
    return found


def parsed(data: bytes, depth: int = 0) -> tuple[list[Box], bytes]:
    """Return the boxes of a payload, and what stands behind them. ValueError where they do not fit."""
    boxes: list[Box] = []
    at = 0
    while at + 8 <= len(data):
        size, name, header = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size == 0 and not any(data[at:]):
            break  # the zeros with which QuickTime closes a list
        if size < header or at + size > len(data) or depth > _DEPTH or len(boxes) == _BOXES:
            raise ValueError("boxes that do not fit")
        payload = data[at + header : at + size]
        if name in _HOLDERS:
            inner, rest = parsed(payload, depth + 1)
            boxes.append(Box(name, rest, inner))
        else:
            boxes.append(Box(name, payload))
        at += size
    return boxes, data[at:]


def movie(file: BinaryIO) -> Box:
    """Return the "moov" box of an open file. ValueError where it has none, or several."""
    (place,) = [place for place in places(file) if place.name == b"moov"]
    file.seek(place.start + place.header)
    boxes, rest = parsed(file.read(place.size - place.header))
    return Box(b"moov", rest, boxes)


@dataclass(frozen=True, slots=True)
class Table:
    """Where the samples of a track lie: the place of each chunk in the file, and the number of its first sample.

    `scale` is the number of units of time in a second, `count` that of all samples. Samples of one size and duration,
    as those of uncompressed sound, are not told one by one.
    """

    scale: int
    count: int
    offsets: Numbers
    firsts: Numbers
    _durations: Numbers  # rows of a number of samples and the units that each of them lasts
    _edges: Numbers | int  # the bytes before each sample and behind the last, or the size of all

    def bytes_before(self, numbers: Numbers) -> Numbers:
        """Return how many bytes the samples before these take."""
        return numbers * self._edges if isinstance(self._edges, int) else self._edges[numbers]

    def lengths(self) -> Numbers:
        """Return the bytes of each chunk."""
        return np.diff(self.bytes_before(np.append(self.firsts, self.count)))

    def times(self) -> Numbers:
        """Return the time of each chunk's first sample, in the track's own units."""
        numbers, times = self._rows()
        row = np.searchsorted(numbers, self.firsts, "right") - 1
        found: Numbers = times[row] + (self.firsts - numbers[row]) * self._durations[row, 1]
        return found

    def numbers_at(self, times: Numbers) -> Numbers:
        """Return the number of the first sample that begins at these times or later."""
        begins, starts = self._rows()
        row = np.maximum(np.searchsorted(starts, times, "right") - 1, 0)
        each = np.maximum(self._durations[row, 1], 1)
        steps = np.clip(-(-(times - starts[row]) // each), 0, self._durations[row, 0])
        found: Numbers = np.minimum(begins[row] + steps, self.count)
        return found

    def _rows(self) -> tuple[Numbers, Numbers]:
        """Return the number of the first sample of each row of durations, and its time."""
        counts, lasts = self._durations[:, 0], self._durations[:, 0] * self._durations[:, 1]
        return np.cumsum(counts) - counts, np.cumsum(lasts) - lasts


def table(track: Box) -> Table:
    """Return the table of a track. ValueError where it contradicts itself."""
    stbl, mdhd = track.find(b"mdia", b"minf", b"stbl"), track.find(b"mdia", b"mdhd")
    if stbl is None or mdhd is None:
        raise ValueError("a track without its tables")
    offsets = _offsets(stbl)
    counts = _counts(rows(stbl.find(b"stsc"), 3), len(offsets))
    count = int(counts.sum())
    durations = rows(stbl.find(b"stts"), 2)
    durations = durations[durations[:, 0] > 0]
    stsz = stbl.find(b"stsz")
    if stsz is None or len(stsz.payload) < 12 or int(durations[:, 0].sum()) < count:
        raise ValueError("tables that do not fit")  # "stz2" of tiny samples is written by nothing of today
    each, told = (int.from_bytes(stsz.payload[at : at + 4], "big") for at in (4, 8))
    edges: Numbers | int = each
    if not each:
        edges = np.concatenate([[0], np.cumsum(_numbers(stsz.payload[12 : 12 + 4 * told], ">u4"))])
    if told != count or (not isinstance(edges, int) and len(edges) != count + 1):
        raise ValueError("chunks and samples that do not fit")
    return Table(scale_of(mdhd), count, offsets, np.cumsum(counts) - counts, durations, edges)


def scale_of(mdhd: Box) -> int:
    """Return the units in a second of a media or movie header. ValueError where it tells none."""
    at = 20 if mdhd.payload[:1] == b"\x01" else 12
    scale = int.from_bytes(mdhd.payload[at : at + 4], "big")
    if not scale:
        raise ValueError("no time scale")
    return scale


def set_offsets(track: Box, offsets: Numbers, wide: bool) -> None:
    """Write the places of a track's chunks, with eight bytes each where they are `wide`."""
    stbl = track.find(b"mdia", b"minf", b"stbl")
    if stbl is None or stbl.boxes is None:
        raise ValueError("a track without its tables")
    name, kind = (b"co64", ">u8") if wide else (b"stco", ">u4")
    made = Box(name, bytes(4) + len(offsets).to_bytes(4, "big") + offsets.astype(kind).tobytes())
    stbl.boxes = [made if box.name in (b"stco", b"co64") else box for box in stbl.boxes]


def chunked(counts: Numbers) -> Box:
    """Return the "stsc" box for chunks of so many samples each."""
    change = np.flatnonzero(np.concatenate([[True], counts[1:] != counts[:-1]]))
    rows = np.stack([change + 1, counts[change], np.ones_like(change)], axis=1)
    return Box(b"stsc", bytes(4) + len(rows).to_bytes(4, "big") + rows.astype(">u4").tobytes())


def edits(track: Box) -> list[tuple[int, int]]:
    """Return the edit list of a track: of each edit its length in the movie's units and its place in the track's, -1
    for an empty one. ValueError where it plays at another speed.
    """
    elst = track.find(b"edts", b"elst")
    if elst is None:
        return []
    wide = elst.payload[:1] == b"\x01"
    kind = np.dtype([("length", ">u8" if wide else ">u4"), ("place", ">i8" if wide else ">i4"), ("speed", ">u4")])
    count = int.from_bytes(elst.payload[4:8], "big")
    body = elst.payload[8 : 8 + count * kind.itemsize]
    rows = np.frombuffer(body[: len(body) // kind.itemsize * kind.itemsize], kind)
    if len(rows) != count or any(rows["speed"] != 0x10000):
        raise ValueError("edits at another speed")
    return [(int(row["length"]), int(row["place"])) for row in rows]


def edit_box(rows: list[tuple[int, int]]) -> Box:
    """Return the box of an edit list, long fields throughout."""
    body = b"".join(
        length.to_bytes(8, "big") + place.to_bytes(8, "big", signed=True) + b"\x00\x01\x00\x00"
        for length, place in rows
    )
    return Box(b"edts", b"", [Box(b"elst", b"\x01\x00\x00\x00" + len(rows).to_bytes(4, "big") + body)])


def handler(track: Box) -> bytes:
    """Return the four letters of what a track holds: "vide", "soun", "text" ..."""
    hdlr = track.find(b"mdia", b"hdlr")
    return b"" if hdlr is None else hdlr.payload[8:12]


def _offsets(stbl: Box) -> Numbers:
    for name, kind in ((b"stco", ">u4"), (b"co64", ">u8")):
        box = stbl.find(name)
        if box is not None:
            count = int.from_bytes(box.payload[4:8], "big")
            numbers = _numbers(box.payload[8 : 8 + count * int(kind[-1])], kind)
            if len(numbers) == count:
                return numbers
    raise ValueError("no chunks")


def rows(box: Box | None, columns: int) -> Numbers:
    """Return the table of a box, so many numbers to a row. ValueError where it is missing or cut off."""
    if box is None or len(box.payload) < 8:
        raise ValueError("a table is missing")
    count = int.from_bytes(box.payload[4:8], "big")
    numbers = _numbers(box.payload[8 : 8 + 4 * columns * count], ">u4")
    if len(numbers) != columns * count:
        raise ValueError("a table is cut off")
    return numbers.reshape(count, columns)


def _counts(runs: Numbers, chunks: int) -> Numbers:
    """Return the samples of each chunk, of rows that say from which chunk on how many stand in each."""
    starts = runs[:, 0] - 1
    if chunks and (len(starts) == 0 or starts[0] != 0 or np.any(np.diff(starts) <= 0) or starts[-1] >= chunks):
        raise ValueError("runs of chunks that do not fit")
    return np.repeat(runs[:, 1], np.diff(np.append(starts, chunks))) if chunks else np.empty(0, np.int64)


def _numbers(data: bytes, kind: str) -> Numbers:
    width = int(kind[-1])
    return np.frombuffer(data[: len(data) // width * width], kind).astype(np.int64)


def _too_long() -> Any:
    raise ValueError("a box of more than 4 GB")


def walk(box: Box) -> Iterator[Box]:
    """Yield a box and all boxes in it."""
    yield box
    for inner in box.boxes or ():
        yield from walk(inner)
