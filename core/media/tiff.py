"""TIFF: the common kinds decoded exactly, and copies that differ from their source in the picture data alone.

A copy keeps every byte outside the picture data where it was, so that ICC, EXIF with maker notes, XMP, IPTC, resolution
and private fields stay whole. New strips or tiles, in the source's own layout and compression, take the room of the old.
"""

from __future__ import annotations

import zlib
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
    Space,
    check_size,
    damaged,
    decoding,
    suffix_note,
    would_become,
)
from core.media.tiff_fields import Directory, directory

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_FILL_ORDER, _STRIP_OFFSETS, _ORIENTATION, _SAMPLES, _ROWS_PER_STRIP, _STRIP_COUNTS = 266, 273, 274, 277, 278, 279
_PLANAR, _PREDICTOR, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS = 284, 317, 322, 323, 324, 325
_SUB_IFDS, _INK_SET, _EXTRA, _SAMPLE_FORMAT = 330, 332, 338, 339
_PHOTOSHOP, _LAYERS, _CREDENTIALS = 34377, 37724, 52545
_NONE, _LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS = 1, 5, 8, 32946, 32773
_COLOURS: dict[int, tuple[int, Space]] = {0: (1, "grey"), 1: (1, "grey"), 2: (3, "rgb"), 5: (4, "cmyk")}
_LEVEL = 6  # of Deflate: the usual one


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the picture data of a file lie: pieces (strips or tiles) of `rows` x `columns` pixels, row by row."""

    height: int
    width: int
    samples: int
    dtype: np.dtype[np.unsignedinteger]
    rows: int
    columns: int
    separate: bool  # one plane for each sample
    compression: int
    differences: bool
    tiled: bool

    def pieces(self) -> list[tuple[slice, slice, slice]]:
        """Return which rows, columns and samples of the picture each piece holds, in the file's order."""
        planes = [slice(s, s + 1) for s in range(self.samples)] if self.separate else [slice(0, self.samples)]
        return [
            (slice(y, min(y + self.rows, self.height)), slice(x, min(x + self.columns, self.width)), plane)
            for plane in planes
            for y in range(0, self.height, self.rows)
            for x in range(0, self.width, self.columns)
        ]

    def shape(self, piece: tuple[slice, slice, slice]) -> tuple[int, int, int]:
        """Return rows, columns and samples as they are stored: tiles are whole even at the edges."""
        rows = self.rows if self.tiled else piece[0].stop - piece[0].start
        return rows, self.columns, piece[2].stop - piece[2].start

    def decoded(self, data: bytes, piece: tuple[slice, slice, slice]) -> tuple[Pixels, bool]:
        """Return the pixels of one piece, and whether all of them were there (the rest is 0)."""
        shape = self.shape(piece)
        need = int(np.prod(shape)) * self.dtype.itemsize
        raw = self._unpacked(data, need)[:need]
        whole = len(raw) == need
        array = np.frombuffer(raw.ljust(need, b"\x00"), self.dtype).reshape(shape).astype(self.dtype.newbyteorder("="))
        if self.differences:
            array = np.cumsum(array, axis=1, dtype=array.dtype)
        return array[: piece[0].stop - piece[0].start, : piece[1].stop - piece[1].start], whole

    def encoded(self, pixels: Pixels, piece: tuple[slice, slice, slice]) -> bytes:
        """Return the bytes of one piece of the stored picture (height, width, samples)."""
        from imagecodecs import lzw_encode, packbits_encode

        part = pixels[piece]
        rows, columns, _ = self.shape(piece)
        if part.shape[:2] != (rows, columns):
            part = np.pad(part, ((0, rows - part.shape[0]), (0, columns - part.shape[1]), (0, 0)), mode="edge")
        if self.differences:
            part = np.concatenate([part[:, :1], part[:, 1:] - part[:, :-1]], axis=1)
        ordered = np.ascontiguousarray(part.astype(self.dtype))
        raw = ordered.tobytes()
        if self.compression == _LZW:
            return bytes(lzw_encode(raw))
        if self.compression in (_DEFLATE, _OLD_DEFLATE):
            return zlib.compress(raw, _LEVEL)
        if self.compression == _PACKBITS:
            return b"".join(bytes(packbits_encode(row.tobytes())) for row in ordered)
        return raw

    def _unpacked(self, data: bytes, need: int) -> bytes:
        """Return what can be unpacked of one piece, about `need` bytes at most."""
        from imagecodecs import lzw_decode, packbits_decode

        try:
            if self.compression == _LZW:
                return bytes(lzw_decode(data, out=need))
            if self.compression == _PACKBITS:
                return bytes(packbits_decode(data, out=need))
            if self.compression in (_DEFLATE, _OLD_DEFLATE):
                return zlib.decompressobj().decompress(data, need)
        except (RuntimeError, ValueError, zlib.error):
            return b""
        return data


@dataclass(frozen=True, slots=True)
class _Kept:
    length: int
    gaps: tuple[tuple[int, bytes], ...]  # everything that is not picture data, with its place
    fields: Directory
    layout: _Layout
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
        self.fields.set_numbers(data, _TILE_OFFSETS if tiled else _STRIP_OFFSETS, places)
        counts = _TILE_COUNTS if tiled else _STRIP_COUNTS
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
    width, height = fields.number(data, _WIDTH), fields.number(data, _HEIGHT)
    bits = fields.numbers(data, _BITS) or (1,)
    samples = fields.number(data, _SAMPLES, 1)
    check_size(path, width, height, max(1, bits[0] // 8) * min(samples, 64))
    layout = _layout(data, fields)
    if layout is None:
        return _odd(path, data, fields)
    photometric = fields.number(data, _PHOTOMETRIC)
    colours, space = _COLOURS[photometric]
    offsets, counts = _room(data, fields, layout)
    if len(offsets) != len(layout.pieces()) or len(counts) != len(offsets):
        raise damaged(path)
    array = np.zeros((height, width, samples), layout.dtype.newbyteorder("="))
    missing = 0
    with decoding(path):
        for piece, start, size in zip(layout.pieces(), offsets, counts, strict=True):
            array[piece], whole = layout.decoded(data[start : start + size], piece)
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
    if _CREDENTIALS in fields.fields:
        notes += (f"The content credentials in {path.name} stay in a copy, but will be called invalid there.",)
    photoshop = fields.fields.get(_PHOTOSHOP)
    if photoshop is not None and b"\xff\xd8\xff" in data[photoshop.start : photoshop.start + photoshop.size]:
        notes += (f"The small preview inside {path.name} is kept as it is and carries no mark.",)
    shown = colours + (space != "cmyk" and samples > colours and fields.number(data, _EXTRA) in (1, 2))
    passengers = array[..., shown:].copy() if shown < samples else None
    if photometric == 0:
        array[..., 0] = np.iinfo(array.dtype).max - array[..., 0]
    pixels = array[..., 0] if shown == 1 else array[..., :shown]
    turn = fields.number(data, _ORIENTATION, 1)
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


def _layout(data: bytes, fields: Directory) -> _Layout | None:
    """Return how the picture data lie, None for kinds of TIFF that other libraries have to read."""
    bits = fields.numbers(data, _BITS)
    samples = fields.number(data, _SAMPLES, 1)
    compression = fields.number(data, _COMPRESSION, _NONE)
    photometric = fields.number(data, _PHOTOMETRIC, -1)
    predictor = fields.number(data, _PREDICTOR, 1)
    tiled = _TILE_OFFSETS in fields.fields
    known = (
        set(bits) in ({8}, {16})
        and len(bits) in (1, samples)
        and photometric in _COLOURS
        and 0 < samples <= 64
        and samples >= _COLOURS[photometric][0]
        and compression in (_NONE, _LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS)
        and set(fields.numbers(data, _SAMPLE_FORMAT)) <= {1}
        and fields.number(data, _FILL_ORDER, 1) == 1
        and predictor in (1, 2)
        and fields.number(data, _INK_SET, 1) == 1
        and (tiled or _STRIP_OFFSETS in fields.fields)
    )
    if not known:
        return None
    height, width = fields.number(data, _HEIGHT), fields.number(data, _WIDTH)
    rows = fields.number(data, _TILE_HEIGHT) if tiled else min(fields.number(data, _ROWS_PER_STRIP, height), height)
    columns = fields.number(data, _TILE_WIDTH) if tiled else width
    pieces = len(fields.numbers(data, _TILE_OFFSETS if tiled else _STRIP_OFFSETS))
    if not (0 < rows <= 65536 or not tiled) or rows < 1 or not 0 < columns <= max(65536, width):
        return None
    separate = fields.number(data, _PLANAR, 1) == 2 and samples > 1
    if pieces != -(-height // rows) * -(-width // columns) * (samples if separate else 1):
        return None
    order = "<" if fields.order == "little" else ">"
    return _Layout(
        height,
        width,
        samples,
        np.dtype(f"{order}u{bits[0] // 8}"),
        rows,
        columns,
        separate,
        compression,
        predictor == 2 and compression not in (_NONE, _PACKBITS),
        tiled,
    )


def _room(data: bytes, fields: Directory, layout: _Layout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return offset and length of each piece; a file without compression need not say the lengths."""
    offsets = fields.numbers(data, _TILE_OFFSETS if layout.tiled else _STRIP_OFFSETS)
    counts = fields.numbers(data, _TILE_COUNTS if layout.tiled else _STRIP_COUNTS)
    if layout.compression == _NONE:
        counts = tuple(int(np.prod(layout.shape(piece))) * layout.dtype.itemsize for piece in layout.pieces())
    return offsets, counts


def _obstacle(path: Path, data: bytes, fields: Directory) -> RefusedError | None:
    if fields.pages > 1 or _SUB_IFDS in fields.fields:
        return RefusedError(
            f"{path.name} holds several pictures (pages or previews), and a mark would reach only one of them.",
            "Save the one that you want to protect as a file of its own.",
            path=path,
        )
    if _LAYERS in fields.fields:
        return RefusedError(
            f"{path.name} holds layers, which a copy would pass on without a mark.",
            "Save a flattened version and protect that file.",
            path=path,
        )
    return None


def _odd(path: Path, data: bytes, fields: Directory) -> Picture:
    """Return the picture of a kind of TIFF that can be checked only."""
    photometric, bits = fields.number(data, _PHOTOMETRIC, -1), fields.number(data, _BITS, 1)
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
    pixels = upright(deep, fields.number(data, _ORIENTATION, 1))
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
    wanted = 1 if fields.number(data, _PHOTOMETRIC) == 1 else 3
    if array.ndim == 3 and array.shape[0] == fields.number(data, _SAMPLES, 1) != array.shape[2]:
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
