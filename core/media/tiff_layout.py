"""How the picture data of a TIFF file lie, and its pieces - strips or tiles - packed and unpacked exactly.

(TIFF revision 6.0, Adobe 1992.)
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np

from core.media.pixels import Pixels, Space
from core.media.tiff_fields import Directory, Tag

_NONE, _LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS = 1, 5, 8, 32946, 32773
COLOURS: dict[int, tuple[int, Space]] = {0: (1, "grey"), 1: (1, "grey"), 2: (3, "rgb"), 5: (4, "cmyk")}
_LEVEL = 6  # of Deflate: the usual one


@dataclass(frozen=True, slots=True)
class Layout:
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

    def bytes_of(self, piece: tuple[slice, slice, slice]) -> int:
        """Return how many bytes a piece has when it is not compressed."""
        return math.prod(self.shape(piece)) * self.dtype.itemsize

    def decoded(self, data: bytes, piece: tuple[slice, slice, slice]) -> tuple[Pixels, bool]:
        """Return the pixels of one piece, and whether all of them were there (the rest is 0)."""
        shape = self.shape(piece)
        need = self.bytes_of(piece)
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


def layout_of(data: bytes, fields: Directory) -> Layout | None:
    """Return how the picture data lie, None for kinds of TIFF that other libraries have to read."""
    bits = fields.numbers(data, Tag.BITS)
    samples = fields.number(data, Tag.SAMPLES, 1)
    compression = fields.number(data, Tag.COMPRESSION, _NONE)
    photometric = fields.number(data, Tag.PHOTOMETRIC, -1)
    predictor = fields.number(data, Tag.PREDICTOR, 1)
    tiled = Tag.TILE_OFFSETS in fields.fields
    known = (
        set(bits) in ({8}, {16})
        and len(bits) in (1, samples)
        and photometric in COLOURS
        and 0 < samples <= 64
        and samples >= COLOURS[photometric][0]
        and compression in (_NONE, _LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS)
        and set(fields.numbers(data, Tag.SAMPLE_FORMAT)) <= {1}
        and fields.number(data, Tag.FILL_ORDER, 1) == 1
        and predictor in (1, 2)
        and fields.number(data, Tag.INK_SET, 1) == 1
        and (tiled or Tag.STRIP_OFFSETS in fields.fields)
    )
    if not known:
        return None
    height, width = fields.number(data, Tag.HEIGHT), fields.number(data, Tag.WIDTH)
    rows = (
        fields.number(data, Tag.TILE_HEIGHT) if tiled else min(fields.number(data, Tag.ROWS_PER_STRIP, height), height)
    )
    columns = fields.number(data, Tag.TILE_WIDTH) if tiled else width
    pieces = len(fields.numbers(data, Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS))
    if not (0 < rows <= 65536 or not tiled) or rows < 1 or not 0 < columns <= max(65536, width):
        return None
    separate = fields.number(data, Tag.PLANAR, 1) == 2 and samples > 1
    if pieces != -(-height // rows) * -(-width // columns) * (samples if separate else 1):
        return None
    order = "<" if fields.order == "little" else ">"
    return Layout(
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


def room_of(data: bytes, fields: Directory, layout: Layout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return offset and length of each piece; a file without compression need not say the lengths."""
    offsets = fields.numbers(data, Tag.TILE_OFFSETS if layout.tiled else Tag.STRIP_OFFSETS)
    counts = fields.numbers(data, Tag.TILE_COUNTS if layout.tiled else Tag.STRIP_COUNTS)
    if layout.compression == _NONE:
        counts = tuple(layout.bytes_of(piece) for piece in layout.pieces())
    return offsets, counts
