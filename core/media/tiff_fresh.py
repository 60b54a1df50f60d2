"""A new TIFF file around an EXIF block: such a block is a TIFF file without a picture, so all in it keeps its place."""

from __future__ import annotations

import struct
import zlib
from typing import Literal, NamedTuple

import numpy as np

from core.media.metadata import Metadata
from core.media.pixels import Pixels
from core.media.tiff_fields import Tag, directories

_SHORT, _LONG, _RATIONAL, _BYTE, _UNDEFINED = 3, 4, 5, 1, 7
_SIZES = {_SHORT: 2, _LONG: 4, _RATIONAL: 8, _BYTE: 1, _UNDEFINED: 1}
_DEFLATE, _DIFFERENCES = 8, 2
_STRIP = 1 << 20  # bytes of a strip before it is packed
_LEVEL = 6
_RESOLUTION = (282, 283, 296)
_XMP, _IPTC, _ICC = 700, 33723, 34675


class _Entry(NamedTuple):
    kind: int
    values: int
    data: bytes


def tiff_file(pixels: Pixels, metadata: Metadata, *, cmyk: bool = False) -> bytes:
    """Return a TIFF of upright pixels: grey, grey + alpha, RGB, RGBA, or CMYK.

    Deflate with differences, in strips. ValueError where it would be larger than 4 GB.
    """
    exif = metadata.exif or b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    first = directories(exif)[0] if metadata.exif else None
    order: Literal["little", "big"] = "little" if exif[:2] == b"II" else "big"
    data = bytearray(exif)
    entries: dict[int, bytes] = {}
    if first is not None:  # entries as they stand: what they point to has not moved
        entries = {tag: bytes(exif[one.entry : one.entry + 12]) for tag, one in first.fields.items()}
    for tag, entry in _described(pixels, metadata, data, order, cmyk=cmyk).items():
        entries[tag] = _placed(tag, entry, data, order)
    if metadata.dpi is None:
        for tag in _RESOLUTION:
            entries.setdefault(tag, _placed(tag, _resolution(tag, (72.0, 72.0), order), data, order))
    data += bytes(len(data) & 1)
    data[4:8] = len(data).to_bytes(4, order)
    data += len(entries).to_bytes(2, order) + b"".join(entries[tag] for tag in sorted(entries)) + bytes(4)
    if len(data) >= 2**32:
        raise ValueError("the file would be larger than 4 GB")
    return bytes(data)


def _described(
    pixels: Pixels, metadata: Metadata, data: bytearray, order: Literal["little", "big"], *, cmyk: bool
) -> dict[int, _Entry]:
    """Return the fields of the picture; its strips are put behind `data`."""
    array = pixels[:, :, None] if pixels.ndim == 2 else pixels
    height, width, samples = array.shape
    colours = 4 if cmyk else 1 if samples < 3 else 3
    bits = 8 * array.dtype.itemsize

    def shorts(*values: int) -> _Entry:
        return _Entry(_SHORT, len(values), b"".join(value.to_bytes(2, order) for value in values))

    def longs(*values: int) -> _Entry:
        return _Entry(_LONG, len(values), b"".join(value.to_bytes(4, order) for value in values))

    rows = max(1, _STRIP // max(1, width * samples * array.dtype.itemsize))
    stored = array.dtype.newbyteorder("<" if order == "little" else ">")
    offsets, counts = [], []
    for start in range(0, height, rows):
        strip = array[start : start + rows]
        strip = np.concatenate([strip[:, :1], strip[:, 1:] - strip[:, :-1]], axis=1)
        packed = zlib.compress(np.ascontiguousarray(strip.astype(stored)).tobytes(), _LEVEL)
        data += bytes(len(data) & 1)
        offsets.append(len(data))
        counts.append(len(packed))
        data += packed
    said: dict[int, _Entry] = {
        Tag.WIDTH: longs(width),
        Tag.HEIGHT: longs(height),
        Tag.BITS: shorts(*[bits] * samples),
        Tag.COMPRESSION: shorts(_DEFLATE),
        Tag.PHOTOMETRIC: shorts({1: 1, 3: 2, 4: 5}[colours]),
        Tag.STRIP_OFFSETS: longs(*offsets),
        Tag.ORIENTATION: shorts(1),
        Tag.SAMPLES: shorts(samples),
        Tag.ROWS_PER_STRIP: longs(rows),
        Tag.STRIP_COUNTS: longs(*counts),
        Tag.PLANAR: shorts(1),
        Tag.PREDICTOR: shorts(_DIFFERENCES),
    }
    if samples > colours:
        said[Tag.EXTRA] = shorts(2)  # opacity that is not multiplied in
    for tag, kind, payload in (
        (_XMP, _BYTE, metadata.xmp),
        (_IPTC, _UNDEFINED, metadata.iptc),
        (_ICC, _UNDEFINED, metadata.icc),
    ):
        if payload:
            said[tag] = _Entry(kind, len(payload), payload)
    if metadata.dpi is not None:
        said |= {tag: _resolution(tag, metadata.dpi, order) for tag in _RESOLUTION}
    return said


def _resolution(tag: int, dpi: tuple[float, float], order: Literal["little", "big"]) -> _Entry:
    if tag == _RESOLUTION[2]:
        return _Entry(_SHORT, 1, (2).to_bytes(2, order))  # pixels an inch
    value = dpi[_RESOLUTION.index(tag)]
    return _Entry(_RATIONAL, 1, struct.pack("<2I" if order == "little" else ">2I", round(value * 1000), 1000))


def _placed(tag: int, entry: _Entry, data: bytearray, order: Literal["little", "big"]) -> bytes:
    """Return a field's entry; what does not fit into it goes behind `data`."""
    head = tag.to_bytes(2, order) + entry.kind.to_bytes(2, order) + entry.values.to_bytes(4, order)
    if len(entry.data) <= 4:
        return head + entry.data.ljust(4, b"\x00")
    data += bytes(len(data) & 1)
    place = len(data)
    data += entry.data
    return head + place.to_bytes(4, order)
