"""The pages of a TIFF file: told from previews, which a copy leaves out, decoded and packed one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.media.orientation import stored, upright
from core.media.pixels import Pixels, Space
from core.media.series import Frame, Frames
from core.media.tiff_fields import Directory, Tag, directories, directory_at
from core.media.tiff_layout import COLOURS, Layout, layout_of, room_of

Region = tuple[int, int]  # start and end in a file
Passengers = npt.NDArray[np.unsignedinteger]
_REDUCED, _OLD_REDUCED = 1, 2  # what a picture says of itself that is a smaller version of another
_SLACK = 4096  # bytes that a packed piece may be longer than what is in it


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a kind that can be written."""

    fields: Directory
    layout: Layout
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    space: Space
    shown: int  # samples of a pixel that are colour or alpha; others are passengers
    white_is_zero: bool
    orientation: int

    @classmethod
    def of(cls, data: bytes, fields: Directory) -> Page | None:
        """Return the page, None for kinds that other libraries have to read. ValueError where its pieces do not fit."""
        layout = layout_of(data, fields)
        if layout is None:
            return None
        photometric = fields.number(data, Tag.PHOTOMETRIC)
        colours, space = COLOURS[photometric]
        offsets, counts = room_of(data, fields, layout)
        if len(offsets) != len(layout.pieces()) or len(counts) != len(offsets):
            raise ValueError("pieces are missing")
        alpha = space != "cmyk" and layout.samples > colours and fields.number(data, Tag.EXTRA) in (1, 2)
        turn = fields.number(data, Tag.ORIENTATION, 1)
        return cls(fields, layout, offsets, counts, space, colours + alpha, photometric == 0, turn)

    def decoded(self, data: bytes) -> tuple[Pixels, Passengers | None, int]:
        """Return the upright pixels, samples that are neither colour nor alpha, and how many pieces are damaged."""
        layout = self.layout
        array = np.zeros((layout.height, layout.width, layout.samples), layout.dtype.newbyteorder("="))
        missing = 0
        for piece, start, size in zip(layout.pieces(), self.offsets, self.counts, strict=True):
            room = min(size, 2 * layout.bytes_of(piece) + _SLACK)
            array[piece], whole = layout.decoded(data[start : start + room], piece)
            missing += not whole
        passengers = array[..., self.shown :].copy() if self.shown < layout.samples else None
        if self.white_is_zero:
            array[..., 0] = np.iinfo(array.dtype).max - array[..., 0]
        pixels = array[..., 0] if self.shown == 1 else array[..., : self.shown]
        return upright(pixels, self.orientation), passengers, missing

    def packed(self, pixels: Pixels, passengers: Passengers | None) -> list[bytes]:
        """Return the pieces of the page with these upright pixels."""
        array = stored(pixels, self.orientation)
        array = array[:, :, None] if array.ndim == 2 else array
        if self.white_is_zero:
            array = np.concatenate([np.iinfo(array.dtype).max - array[..., :1], array[..., 1:]], axis=2)
        if passengers is not None:
            array = np.concatenate([array, passengers], axis=2)
        return [self.layout.encoded(array, piece) for piece in self.layout.pieces()]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a file that has several, all of kinds that can be written."""

    data: bytes
    pages: tuple[Page, ...]
    free: tuple[Region, ...]  # where previews were

    @property
    def moving(self) -> bool:
        return False

    @property
    def times(self) -> tuple[float, ...]:
        return (0.0,) * len(self.pages)

    @property
    def durations(self) -> tuple[int, ...]:
        return (0,) * len(self.pages)

    @property
    def loops(self) -> int:
        return 1

    def frames(self) -> Iterator[Frame]:
        for page in self.pages:
            pixels, _, missing = page.decoded(self.data)
            if missing:
                raise ValueError("a page is damaged")
            yield Frame(pixels, page.space)

    def encode(self, frames: Frames) -> bytes:
        made = [
            page.packed(pixels, page.decoded(self.data)[1] if page.shown < page.layout.samples else None)
            for page, pixels in zip(self.pages, frames, strict=True)
        ]
        return assembled(len(self.data), gaps(self.data, self.pages, self.free), self.pages, made, self.free)

    def finer(self) -> None:
        """Return None: nothing is coded more finely than that."""


def tidied(data: bytes) -> tuple[bytes, tuple[Directory, ...], tuple[Region, ...]]:
    """Return the file without its previews: the bytes, the directories of its pages, and the room that is free now.

    Previews are smaller versions of pages, in the row of pages or below one (SubIFDs). Where the first picture is
    one itself, or something else lies below a page, nothing is changed. ValueError where it is no TIFF.
    """
    row = directories(data)
    below = [_below(data, one) for one in row]
    if _is_preview(data, row[0], first=True) or not all(_is_preview(data, one) for some in below for one in some):
        return data, row, ()
    pages = [one for number, one in enumerate(row) if not _is_preview(data, one, first=number == 0)]
    previews = [one for one in row if one not in pages] + [one for some in below for one in some]
    if not previews:
        return data, row, ()
    free = tuple(region for one in previews for region in _rooms(data, one))
    changed = bytearray(data)
    inline = 8 if row[0].big else 4
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        place = 0 if following is None else following.place
        changed[page.next : page.next + inline] = place.to_bytes(inline, page.order)
    for page in pages:
        _without(changed, page, Tag.SUB_IFDS)
    tidy = bytes(changed)
    return tidy, directories(tidy), free


def regions(pages: Sequence[Page], free: Sequence[Region] = ()) -> list[Region]:
    """Return the stretches that pieces of pages fill or that are free, joined where they touch."""
    found: list[Region] = []
    taken = [(start, start + size) for page in pages for start, size in zip(page.offsets, page.counts, strict=True)]
    for start, end in sorted([*taken, *free]):
        if found and start <= found[-1][1] + 1:  # one byte of padding between two pieces is nobody's
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def gaps(data: bytes, pages: Sequence[Page], free: Sequence[Region] = ()) -> tuple[tuple[int, bytes], ...]:
    """Return everything that is not picture data, with its place."""
    found = []
    place = 0
    for start, end in [*regions(pages, free), (len(data), len(data))]:
        if start > place:
            found.append((place, data[place:start]))
        place = max(place, end)
    return tuple(found)


def assembled(
    length: int,
    gaps: Sequence[tuple[int, bytes]],
    pages: Sequence[Page],
    made: Sequence[Sequence[bytes]],
    free: Sequence[Region] = (),
) -> bytes:
    """Return the file: all that is no picture data at its place, the new pieces in the room of the old ones."""
    pieces = [piece for some in made for piece in some]
    places = _places([len(piece) for piece in pieces], length, pages, free)
    end = max(
        [start + len(part) for start, part in gaps]
        + [start + len(piece) for start, piece in zip(places, pieces, strict=True)]
    )
    data = bytearray(end)
    for start, part in (*gaps, *zip(places, pieces, strict=True)):
        data[start : start + len(part)] = part
    for page, some in zip(pages, made, strict=True):
        mine, places = places[: len(some)], places[len(some) :]
        tiled = page.layout.tiled
        page.fields.set_numbers(data, Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS, mine)
        counts = Tag.TILE_COUNTS if tiled else Tag.STRIP_COUNTS
        if counts in page.fields.fields:
            page.fields.set_numbers(data, counts, [len(piece) for piece in some])
    if len(data) >= 2**32 and not pages[0].fields.big:
        raise ValueError("the file would be larger than 4 GB")
    return bytes(data)


def _places(sizes: list[int], length: int, pages: Sequence[Page], free: Sequence[Region]) -> list[int]:
    """Return where each piece goes: into its old room, else into the room of all, else behind the file."""
    offsets = [offset for page in pages for offset in page.offsets]
    counts = [count for page in pages for count in page.counts]
    if len(set(offsets)) == len(offsets) and all(size <= count for size, count in zip(sizes, counts, strict=True)):
        return offsets
    room = regions(pages, free)
    end = max([length, *(stop for _, stop in room)])
    places = []
    for size in sizes:
        for number, (start, stop) in enumerate(room):
            start += start & 1
            if start + size <= stop:
                places.append(start)
                room[number] = (start + size, stop)
                break
        else:
            end += end & 1
            places.append(end)
            end += size
    return places


def _is_preview(data: bytes, fields: Directory, *, first: bool = False) -> bool:
    """Return whether a picture is a smaller version of another; cameras do not always say so of a JPEG preview."""
    said = fields.number(data, Tag.NEW_SUBFILE) & _REDUCED or fields.number(data, Tag.SUBFILE) == _OLD_REDUCED
    return bool(said) or (not first and Tag.PREVIEW_OFFSET in fields.fields)


def _below(data: bytes, fields: Directory) -> list[Directory]:
    """Return the directories below a page, with those that follow each."""
    found: list[Directory] = []
    waiting = list(fields.numbers(data, Tag.SUB_IFDS))
    seen: set[int] = set()
    while waiting and len(seen) < 100:
        place = waiting.pop()
        if place in seen or not place:
            continue
        seen.add(place)
        one = directory_at(data, place, fields.order, big=fields.big)
        if one.next:
            found.append(one)
            waiting.append(int.from_bytes(data[one.next : one.next + (8 if fields.big else 4)], fields.order))
            waiting += one.numbers(data, Tag.SUB_IFDS)
    return found


def _rooms(data: bytes, fields: Directory) -> Iterator[Region]:
    """Yield the stretches that hold the data of a preview."""
    for offsets, counts in (
        (Tag.STRIP_OFFSETS, Tag.STRIP_COUNTS),
        (Tag.TILE_OFFSETS, Tag.TILE_COUNTS),
        (Tag.PREVIEW_OFFSET, Tag.PREVIEW_LENGTH),
    ):
        for start, size in zip(fields.numbers(data, offsets), fields.numbers(data, counts), strict=False):
            if 8 <= start < start + size <= len(data):
                yield start, start + size


def _without(data: bytearray, fields: Directory, tag: int) -> None:
    """Take a field out of a directory: those behind it, and the place of the next picture, move up."""
    field = fields.fields.get(tag)
    if field is None:
        return
    head, step, inline = (8, 20, 8) if fields.big else (2, 12, 4)
    count = int.from_bytes(data[fields.place : fields.place + head], fields.order)
    data[fields.place : fields.place + head] = (count - 1).to_bytes(head, fields.order)
    end = fields.next + inline
    data[field.entry : end] = data[field.entry + step : end] + bytes(step)
