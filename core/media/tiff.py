"""TIFF: the common kinds decoded exactly, and copies that differ from their source in the picture data alone.

A copy keeps every byte outside the picture data where it was, so that ICC, EXIF with maker notes, XMP, IPTC, resolution
and private fields stay whole. New strips or tiles, in the source's own layout and compression, take the old ones' room.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import RefusedError
from core.media import other_images
from core.media.orientation import stored, upright
from core.media.picture import (
    COMPLETE,
    Picture,
    Pixels,
    check_size,
    damaged,
    decoding,
    suffix_note,
    would_become,
)
from core.media.tiff_fields import Directory, Tag, directory
from core.media.tiff_layout import COLOURS, Layout, layout_of, room_of


@dataclass(frozen=True, slots=True)
class _Kept:
    length: int
    gaps: tuple[tuple[int, bytes], ...]  # everything that is not picture data, with its place
    fields: Directory
    layout: Layout
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    white_is_zero: bool
    passengers: npt.NDArray[np.unsignedinteger] | None  # samples that are neither colour nor alpha
    orientation: int

    def encode(self, pixels: Pixels) -> bytes:
        array = stored(pixels, self.orientation)
        array = array[:, :, None] if array.ndim == 2 else array
        if self.white_is_zero:
            array = np.concatenate([np.iinfo(array.dtype).max - array[..., :1], array[..., 1:]], axis=2)
        if self.passengers is not None:
            array = np.concatenate([array, self.passengers], axis=2)
        made = [self.layout.encoded(array, piece) for piece in self.layout.pieces()]
        places = self._places([len(piece) for piece in made])
        end = max(
            [start + len(data) for start, data in self.gaps]
            + [start + len(data) for start, data in zip(places, made, strict=True)]
        )
        data = bytearray(end)
        for start, part in (*self.gaps, *zip(places, made, strict=True)):
            data[start : start + len(part)] = part
        tiled = self.layout.tiled
        self.fields.set_numbers(data, Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS, places)
        counts = Tag.TILE_COUNTS if tiled else Tag.STRIP_COUNTS
        if counts in self.fields.fields:
            self.fields.set_numbers(data, counts, [len(piece) for piece in made])
        if len(data) >= 2**32 and not self.fields.big:
            raise ValueError("the file would be larger than 4 GB")
        return bytes(data)

    def _places(self, sizes: list[int]) -> list[int]:
        """Return where each piece goes: into its old room, else into the room of all, else behind the file."""
        alone = len(set(self.offsets)) == len(self.offsets)
        if alone and all(size <= count for size, count in zip(sizes, self.counts, strict=True)):
            return list(self.offsets)
        room = _regions(self.offsets, self.counts)
        end = max([self.length, *(stop for _, stop in room)])
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


def read(path: Path, data: bytes) -> Picture:
    """Return the first picture of a TIFF file; of a damaged one, what could be decoded."""
    try:
        fields = directory(data)
    except ValueError as error:
        raise damaged(path) from error
    width, height = fields.number(data, Tag.WIDTH), fields.number(data, Tag.HEIGHT)
    bits = fields.numbers(data, Tag.BITS) or (1,)
    samples = fields.number(data, Tag.SAMPLES, 1)
    check_size(path, width, height, max(1, bits[0] // 8) * min(samples, 64))
    layout = layout_of(data, fields)
    if layout is None:
        return _odd(path, data, fields)
    photometric = fields.number(data, Tag.PHOTOMETRIC)
    colours, space = COLOURS[photometric]
    offsets, counts = room_of(data, fields, layout)
    if len(offsets) != len(layout.pieces()) or len(counts) != len(offsets):
        raise damaged(path)
    array = np.zeros((height, width, samples), layout.dtype.newbyteorder("="))
    missing = 0
    with decoding(path):
        for piece, start, size in zip(layout.pieces(), offsets, counts, strict=True):
            array[piece], whole = layout.decoded(
                data[start : start + min(size, 2 * layout.bytes_of(piece) + 4096)], piece
            )
            missing += not whole
    notes = suffix_note(path, "TIFF")
    obstacle = _obstacle(path, data, fields)
    if missing:
        sentence = f"{path.name} is cut off or damaged: only part of the picture is there."
        obstacle = RefusedError(sentence, COMPLETE, path=path)
        notes += (f"{sentence} What could be read was examined.",)
        if missing == len(offsets) > 1 or not array.any():
            raise damaged(path)
    if fields.pages > 1:
        notes += (f"{path.name} holds {fields.pages} pictures; the first one was examined.",)
    if Tag.CREDENTIALS in fields.fields:
        notes += (f"The content credentials in {path.name} stay in a copy, but will be called invalid there.",)
    photoshop = fields.fields.get(Tag.PHOTOSHOP)
    if photoshop is not None and b"\xff\xd8\xff" in data[photoshop.start : photoshop.start + photoshop.size]:
        notes += (f"The small preview inside {path.name} is kept as it is and carries no mark.",)
    shown = colours + (space != "cmyk" and samples > colours and fields.number(data, Tag.EXTRA) in (1, 2))
    passengers = array[..., shown:].copy() if shown < samples else None
    if photometric == 0:
        array[..., 0] = np.iinfo(array.dtype).max - array[..., 0]
    pixels = array[..., 0] if shown == 1 else array[..., :shown]
    turn = fields.number(data, Tag.ORIENTATION, 1)
    kept = _Kept(
        len(data),
        _gaps(data, _regions(offsets, counts)),
        fields,
        layout,
        offsets,
        counts,
        photometric == 0,
        passengers,
        turn,
    )
    return Picture(path, upright(pixels, turn), space, "TIFF", notes, obstacle, kept)


def _obstacle(path: Path, data: bytes, fields: Directory) -> RefusedError | None:
    if fields.pages > 1 or Tag.SUB_IFDS in fields.fields:
        return RefusedError(
            f"{path.name} holds several pictures (pages or previews), and a mark would reach only one of them.",
            "Save the one that you want to protect as a file of its own.",
            path=path,
        )
    if Tag.LAYERS in fields.fields:
        return RefusedError(
            f"{path.name} holds layers, which a copy would pass on without a mark.",
            "Save a flattened version and protect that file.",
            path=path,
        )
    return None


def _odd(path: Path, data: bytes, fields: Directory) -> Picture:
    """Return the picture of a kind of TIFF that can be checked only."""
    photometric, bits = fields.number(data, Tag.PHOTOMETRIC, -1), fields.number(data, Tag.BITS, 1)
    if bits == 1:
        refusal = would_become(path, "is purely black and white", "a grey picture")
    elif photometric == 3:
        refusal = would_become(path, "has a palette of at most 256 colours", "a truecolour picture")
    else:
        refusal = RefusedError(
            f"{path.name} is a kind of TIFF that can be checked but not protected.",
            "Save it as a TIFF of 8 or 16 bits, without compression or with LZW or ZIP, and protect that file.",
            path=path,
        )
    deep = _deep(data, fields) if bits in (16, 32) and photometric in (1, 2) else None
    if deep is None:
        return other_images.read(path, data, "TIFF", obstacle=refusal)
    pixels = upright(deep, fields.number(data, Tag.ORIENTATION, 1))
    return Picture(path, pixels, "grey" if photometric == 1 else "rgb", "TIFF", suffix_note(path, "TIFF"), refusal)


def _deep(data: bytes, fields: Directory) -> Pixels | None:
    """Return the pixels of an odd TIFF of more than 8 bits as uint16 (floats as 0 to 1), None where that fails."""
    import io

    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            array = file.pages[0].asarray()
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, ArithmeticError, AttributeError):
        return None
    wanted = 1 if fields.number(data, Tag.PHOTOMETRIC) == 1 else 3
    if array.ndim == 3 and array.shape[0] == fields.number(data, Tag.SAMPLES, 1) != array.shape[2]:
        array = np.moveaxis(array, 0, 2)
    array = array[:, :, None] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[2] < wanted or array.dtype.kind not in "uif":
        return None
    if array.dtype.kind == "f":
        array = np.nan_to_num(array.astype(np.float32)) * 65535.0
    elif array.dtype.itemsize == 4:
        array = array / 65536.0
    result = np.clip(np.rint(array), 0, 65535).astype(np.uint16)[..., :wanted]
    return result[..., 0] if wanted == 1 else result


def _regions(offsets: tuple[int, ...], counts: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the stretches (start, end) that pieces fill, joined where they touch."""
    regions: list[tuple[int, int]] = []
    for start, size in sorted(zip(offsets, counts, strict=True)):
        if regions and start <= regions[-1][1] + 1:  # one byte of padding between two pieces is nobody's
            regions[-1] = (regions[-1][0], max(regions[-1][1], start + size))
        else:
            regions.append((start, start + size))
    return regions


def _gaps(data: bytes, regions: list[tuple[int, int]]) -> tuple[tuple[int, bytes], ...]:
    gaps = []
    place = 0
    for start, end in [*regions, (len(data), len(data))]:
        if start > place:
            gaps.append((place, data[place:start]))
        place = max(place, end)
    return tuple(gaps)
