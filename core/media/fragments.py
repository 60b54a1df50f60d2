"""Films in fragments, as for streaming (ISO/IEC 14496-12, 8.8): their samples told in the tables of an ordinary file.

In such a file "moov" describes the tracks, and pieces of their tables stand beside the pieces of their data, in "moof"
boxes. `movie` puts the pieces together, so that the rest of `core/media` knows ordinary files alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from core.media import mp4
from core.media.mp4 import Box, Numbers, Place

PIECES = (b"moof", b"sidx", b"mfra", b"styp", b"ssix", b"prft")  # that mean nothing in an ordinary file
_ENCRYPTED = (b"saio", b"senc", b"saiz")
_OF_SAMPLES = (b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sdtp", b"sbgp", b"csgp")
_BASE, _ENTRY, _DURATION, _SIZE, _FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20  # what a "tfhd" tells
_EMPTY, _FROM_MOOF = 0x10000, 0x20000
_PLACE, _FIRST_FLAGS, _EACH = (
    0x1,
    0x4,
    (0x100, 0x200, 0x400, 0x800),
)  # what a "trun" tells: duration, size, flags, shift
_NO_SYNC = 0x10000
_LATEST = 10  # seconds after which a film may begin on its own clock
_SAMPLES = 20_000_000  # of all tracks: a day of coded sound has 4 million
_Marks = npt.NDArray[np.bool_]


class EncryptedError(ValueError):
    """The samples of a fragment are encrypted."""


@dataclass(slots=True)
class _Room:
    """How many samples more a file may tell of: each takes a byte of it at least, however many its tables promise."""

    left: int

    def take(self, count: int) -> None:
        if count > self.left:
            raise ValueError("too many samples")
        self.left -= count


@dataclass(slots=True)
class _Samples:
    """The samples of a track so far, piece by piece; `at` is the time at which the next one begins, in its units."""

    scale: int
    defaults: tuple[int, int, int]  # duration, size, flags
    at: int = 0
    first: int | None = None
    count: int = 0
    places: list[int] = field(default_factory=list)  # of each piece in the file
    sizes: list[Numbers] = field(default_factory=list)
    durations: list[Numbers] = field(default_factory=list)
    shifts: list[Numbers] = field(default_factory=list)
    sync: list[_Marks] = field(default_factory=list)

    def add(self, place: int, durations: Numbers, sizes: Numbers, shifts: Numbers, sync: _Marks) -> None:
        if not len(sizes):
            return
        self.places.append(place)
        for held, new in ((self.durations, durations), (self.sizes, sizes), (self.shifts, shifts)):
            held.append(new)
        self.sync.append(sync)
        self.count += len(sizes)
        self.at += int(durations.sum())

    def begin_at(self, time: int) -> None:
        """Have the next sample begin at a time; the one before lasts until then."""
        if not self.count:
            self.first = self.at = time
        late = time - self.at
        if late < 0:
            raise ValueError("fragments that overlap")
        if late:
            self.durations[-1] = self.durations[-1].copy()
            self.durations[-1][-1] += late
            self.at = time


def fragmented(places: Sequence[Place]) -> bool:
    """Return whether a file of these boxes is in fragments."""
    return any(place.name == b"moof" for place in places)


def movie(file: BinaryIO) -> Box:
    """Return the "moov" box of an open file, with tables of all its samples where these are told in fragments.

    ValueError where they contradict each other, EncryptedError where they are encrypted.
    """
    found, places = mp4.movie(file), mp4.places(file)
    if not fragmented(places):
        return found
    try:
        return _joined(found, places, file)
    except OverflowError as error:  # of times that no film has
        raise ValueError("numbers that are too large") from error


def _joined(found: Box, places: Sequence[Place], file: BinaryIO) -> Box:
    length = file.seek(0, 2)
    room = _Room(min(length, _SAMPLES))
    held = _begun(found, room)
    for place in places:
        if place.name == b"moof":
            file.seek(place.start + place.header)
            _add(mp4.parsed(file.read(place.size - place.header))[0], place.start, held, length, room)
    found.boxes = [box for box in found.boxes or () if box.name != b"mvex"]
    tracks = {_number(track): track for track in found.all(b"trak")}
    for number, samples in held.items():
        _tabulate(tracks[number], samples)
    _tell_lengths(found, held)
    return found


def _begun(found: Box, room: _Room) -> dict[int, _Samples]:
    """Return what "moov" itself tells of each track, by its number."""
    extends = found.find(b"mvex")
    told = {}
    for box in extends.all(b"trex") if extends else ():
        number, _, *defaults = _words(box.payload[4:], 5)
        told[number] = tuple(defaults)
    held: dict[int, _Samples] = {}
    for track in found.all(b"trak"):
        mdhd = track.find(b"mdia", b"mdhd")
        number = _number(track)
        if mdhd is None or number in held:
            raise ValueError("tracks that cannot be told apart")
        duration, size, flags = told.get(number, (0, 0, 0))
        samples = held[number] = _Samples(mp4.scale_of(mdhd), (duration, size, flags))
        table = mp4.table(track)
        if table.count:
            samples.first = 0
            room.take(table.count)
            _add_ordinary(samples, track, table)
    return held


def _add_ordinary(samples: _Samples, track: Box, table: mp4.Table) -> None:
    stbl = track.find(b"mdia", b"minf", b"stbl")
    if stbl is None:
        raise ValueError("a track without its tables")
    durations = _unrolled(mp4.rows(stbl.find(b"stts"), 2), table.count)
    shifts, sync = _same(0, table.count), np.ones(table.count, bool)
    if (box := stbl.find(b"ctts")) is not None:
        shifts = _unrolled(mp4.rows(box, 2), table.count).astype(np.int32).astype(np.int64)
    if (box := stbl.find(b"stss")) is not None:
        sync[:] = False
        numbers = mp4.rows(box, 1)[:, 0] - 1
        sync[numbers[(numbers >= 0) & (numbers < table.count)]] = True
    ends = np.append(table.firsts[1:], table.count)
    sizes = np.diff(table.bytes_before(np.arange(table.count + 1)))
    for place, a, b in zip(table.offsets.tolist(), table.firsts.tolist(), ends.tolist(), strict=True):
        samples.add(place, durations[a:b], sizes[a:b], shifts[a:b], sync[a:b])


def _add(boxes: Sequence[Box], start: int, held: dict[int, _Samples], length: int, room: _Room) -> None:
    """Add the samples of one "moof" that begins at `start`, in a file of `length` bytes."""
    follows = start
    for traf in boxes:
        if traf.name != b"traf":
            continue
        inner = Box(b"traf", b"", mp4.parsed(traf.payload)[0])
        if any(box.name in _ENCRYPTED for box in inner.boxes or ()):
            raise EncryptedError("encrypted")
        tfhd = inner.find(b"tfhd")
        if tfhd is None:
            raise ValueError("a fragment without its head")
        flags, number = int.from_bytes(tfhd.payload[1:4], "big"), int.from_bytes(tfhd.payload[4:8], "big")
        if number not in held:
            raise ValueError("a fragment of no track")
        samples, at = held[number], 8
        base = start if flags & _FROM_MOOF else follows
        if flags & _BASE:
            base, at = int.from_bytes(tfhd.payload[8:16], "big"), 16
        defaults = list(samples.defaults)
        for bit, which in ((_ENTRY, None), (_DURATION, 0), (_SIZE, 1), (_FLAGS, 2)):
            if flags & bit:
                (word,) = _words(tfhd.payload[at:], 1)
                at += 4
                if which is not None:
                    defaults[which] = word
                elif word != 1:
                    raise ValueError("several kinds of samples in a track")
        if (tfdt := inner.find(b"tfdt")) is not None:
            wide = tfdt.payload[:1] == b"\x01"
            samples.begin_at(int.from_bytes(tfdt.payload[4 : 12 if wide else 8], "big"))
        follows = base
        for trun in inner.all(b"trun"):
            follows = _add_run(trun.payload, base, follows, defaults, samples, room)
            if follows > length:
                raise ValueError("a fragment beyond the end")


def _add_run(data: bytes, base: int, follows: int, defaults: Sequence[int], samples: _Samples, room: _Room) -> int:
    """Add the samples of one "trun", for which there is room, and return where its data end."""
    flags, (count,) = int.from_bytes(data[1:4], "big"), _words(data[4:], 1)
    at = 8
    if flags & _PLACE:
        follows, at = base + int.from_bytes(data[8:12], "big", signed=True), 12
    first = None
    if flags & _FIRST_FLAGS:
        (first,) = _words(data[at:], 1)
        at += 4
    told = [bit for bit in _EACH if flags & bit]
    body = data[at : at + 4 * len(told) * count]
    if len(body) != 4 * len(told) * count or follows < 0:
        raise ValueError("a run that is cut off")
    room.take(count)
    each = np.frombuffer(body, ">u4").astype(np.int64).reshape(count, len(told))
    columns = {bit: each[:, place] for place, bit in enumerate(told)}
    durations, sizes, marks = (
        columns.get(bit, _same(usual, count)) for bit, usual in zip(_EACH[:3], defaults, strict=True)
    )
    if first is not None and _EACH[2] not in columns and count:
        marks = marks.copy()
        marks[0] = first
    shifts = columns[_EACH[3]].astype(np.int32).astype(np.int64) if _EACH[3] in columns else _same(0, count)
    samples.add(follows, durations, sizes, shifts, marks & _NO_SYNC == 0)
    return follows + int(sizes.sum())


def _tabulate(track: Box, samples: _Samples) -> None:
    """Give a track the tables of all its samples."""
    stbl = track.find(b"mdia", b"minf", b"stbl")
    if stbl is None:
        raise ValueError("a track without its tables")
    wide = bool(samples.places) and max(samples.places) >= 2**32
    kept = [box for box in stbl.boxes or () if box.name not in _OF_SAMPLES]
    made = [_full(b"stts", _rolled(_whole(samples.durations)))]
    if any(part.any() for part in samples.shifts):
        made.append(_full(b"ctts", _rolled(_whole(samples.shifts)), version=1))
    if not all(part.all() for part in samples.sync):
        made.append(_full(b"stss", np.flatnonzero(np.concatenate(samples.sync))[:, None] + 1))
    counts = np.array([len(part) for part in samples.sizes], np.int64)
    made.append(mp4.chunked(counts) if len(counts) else Box(b"stsc", bytes(8)))
    sizes = b"".join(part.astype(">u4").tobytes() for part in samples.sizes)
    made.append(Box(b"stsz", bytes(8) + samples.count.to_bytes(4, "big") + sizes))
    places = np.array(samples.places, ">u8" if wide else ">u4")
    made.append(Box(b"co64" if wide else b"stco", bytes(4) + len(places).to_bytes(4, "big") + places.tobytes()))
    stbl.boxes = [*kept[:1], *made, *kept[1:]]


def _tell_lengths(found: Box, held: dict[int, _Samples]) -> None:
    """Set the lengths of the film and its tracks, and when each begins."""
    mvhd = found.find(b"mvhd")
    if mvhd is None:
        raise ValueError("a film without its head")
    film, longest = mp4.scale_of(mvhd), 0
    for track in found.all(b"trak"):
        samples, mdhd, tkhd = held[_number(track)], track.find(b"mdia", b"mdhd"), track.find(b"tkhd")
        if mdhd is None or tkhd is None:
            raise ValueError("a track without its head")
        late = samples.first or 0
        if late > _LATEST * samples.scale:
            raise ValueError("it begins in the middle of a stream")
        length = samples.at - late
        _set_length(mdhd, length, 24, 16)
        rows = mp4.edits(track)
        if late or rows:
            start = max((place for _, place in rows), default=0)
            empty = [(told, place) for told, place in rows if place < 0]
            if late:
                empty.append((round(late * film / samples.scale), -1))
            if sum(place >= 0 for _, place in rows) > 1:
                raise ValueError("several edits")
            rows = [*empty, (max(1, round((length - start) * film / samples.scale)), start)]
            boxes = [box for box in track.boxes or () if box.name != b"edts"]
            track.boxes = [boxes[0], mp4.edit_box(rows), *boxes[1:]]
        whole = sum(told for told, _ in rows) if rows else round(length * film / samples.scale)
        _set_length(tkhd, whole, 28, 20)
        longest = max(longest, whole)
    _set_length(mvhd, longest, 24, 16)


def _set_length(box: Box, length: int, wide: int, narrow: int) -> None:
    """Write a length at the place that it has in a head with long or short fields."""
    at, size = (wide, 8) if box.payload[:1] == b"\x01" else (narrow, 4)
    box.payload = box.payload[:at] + length.to_bytes(size, "big") + box.payload[at + size :]


def _number(track: Box) -> int:
    tkhd = track.find(b"tkhd")
    at = 20 if tkhd is not None and tkhd.payload[:1] == b"\x01" else 12
    return 0 if tkhd is None else int.from_bytes(tkhd.payload[at : at + 4], "big")


def _full(name: bytes, rows: Numbers, version: int = 0) -> Box:
    kind = ">i4" if version else ">u4"
    return Box(name, bytes([version, 0, 0, 0]) + len(rows).to_bytes(4, "big") + rows.astype(kind).tobytes())


def _same(value: int, count: int) -> Numbers:
    """Return a number so many times, in the memory of one."""
    return np.broadcast_to(np.int64(value), count)


def _whole(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _rolled(values: Numbers) -> Numbers:
    """Return rows of how often a value stands and the value."""
    change = np.flatnonzero(np.diff(values, prepend=values[:1] - 1)) if len(values) else np.empty(0, np.int64)
    rows: Numbers = np.stack([np.diff(np.append(change, len(values))), values[change]], axis=1)
    return rows


def _unrolled(rows: Numbers, count: int) -> Numbers:
    if int(rows[:, 0].sum()) < count:
        raise ValueError("tables that do not fit")
    ends = np.minimum(np.cumsum(rows[:, 0]), count)
    values: Numbers = np.repeat(rows[:, 1], np.diff(ends, prepend=0))
    return values


def _words(data: bytes, count: int) -> tuple[int, ...]:
    if len(data) < 4 * count:
        raise ValueError("a box that is cut off")
    return tuple(int.from_bytes(data[4 * i : 4 * i + 4], "big") for i in range(count))
