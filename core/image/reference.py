"""What the catalog keeps of a picture for informed detection: its luma at canonical size, nearly without loss.

Luma is rounded to half grey levels: the error of 0.14 levels RMS lies 9 dB below the mark on flat areas, and whole
numbers, as the files of drawings hold them, stay exact. Each row is predicted from its left, its upper or both
neighbours (the row filters of PNG, W3C Recommendation, 2003) and deflated: 45 to 390 kB a picture.

A picture with transparency is kept over white, with its opacity beside it: found elsewhere, it lies on some page, and
only with the page's tone behind it does the work's outline match. Its luma is kept beyond black and white as
resampling left it, since the hard edges of cut-outs and pixel art overshoot by more than a mark.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.image.channels import Layout
from core.image.frame import Plane, Shape, canonical_shape, filled, resample
from core.image.parameters import PARAMETERS

_MAGIC = b"CMLUMA"
_VERSION = 1
_WITH_OPACITY = 2  # the version of a picture with transparency
_HEADER = struct.Struct("<6sBBIIHH")  # magic, version, steps a grey level, height, width, rows, columns
_CHECKSUM = struct.Struct("<I")  # of the header and all that follows
_FINENESS = 2  # steps a grey level
_WHITE = np.float32(255)
_HIDDEN, _OPAQUE = 48, 160  # number of opacity 0, steps to opacity 1: hard edges overshoot in both directions
_BEYOND = 128  # grey levels that are kept below black and above white
_LARGEST_SIDE = 65_535
_LEFT, _UP, _BOTH = range(3)


@dataclass(frozen=True, slots=True)
class Original:
    """A work as its reference signal holds it: canonical luma in grey levels, and the work's own size.

    Of a work with transparency `luma` has the hidden parts filled in from around, `on_white` is its luma over white and
    `cover` its opacity as resampling left it, 0..1 but for hard edges; both are None for others.
    """

    luma: Plane
    shape: Shape
    on_white: Plane | None = None
    cover: Plane | None = None

    @property
    def scales(self) -> tuple[float, float]:
        """Return canonical pixels a pixel of the work, vertical and horizontal."""
        return self.luma.shape[0] / self.shape[0], self.luma.shape[1] / self.shape[1]

    def over(self, tone: float) -> Original:
        """Return the work as it looks on a ground of this luma; itself where it has no transparency."""
        if self.on_white is None or self.cover is None:
            return self
        return Original(self.on_white - (1 - self.cover) * (_WHITE - np.float32(tone)), self.shape)


def reference_signal(pixels: npt.NDArray[Any], *, space: str | None = None) -> bytes:
    """Return what the catalog is to keep of an unmarked picture, so that its copies are found after heavy damage.

    `pixels`, `space`: as in `embed`. The bytes hold the luma at canonical size; what lies under fully transparent
    pixels is not kept. ValueError for a picture too narrow to have a canonical size of at most 65,535 pixels a side.
    """
    layout = Layout.of(pixels, space)
    shape = canonical_shape(layout.shape)
    if max(shape) > _LARGEST_SIDE:
        raise ValueError(f"a picture of {layout.shape[1]} x {layout.shape[0]} pixels is too narrow for a reference")
    luma, alpha = layout.luma(pixels), layout.alpha(pixels)
    if alpha is None or alpha.min() >= 1.0:
        luma, cover, version = np.clip(resample(luma, shape), 0, _WHITE), b"", _VERSION
    else:
        luma = resample((luma - _WHITE) * alpha + _WHITE, shape).clip(-_BEYOND, _WHITE + _BEYOND)
        steps = np.clip(np.rint(resample(alpha, shape) * _OPAQUE) + _HIDDEN, 0, 255).astype(np.uint8)
        cover, version = np.diff(steps, axis=1, prepend=np.uint8(0)).tobytes(), _WITH_OPACITY
    levels = np.rint(luma * _FINENESS).astype(np.int16)
    filters, rows = _predicted(levels)
    folded = ((rows << 1) ^ (rows >> 15)).astype(np.uint16)  # small numbers of either sign become small numbers
    body = zlib.compress(
        filters.tobytes() + (folded >> 8).astype(np.uint8).tobytes() + (folded & 255).astype(np.uint8).tobytes() + cover
    )
    header = _HEADER.pack(_MAGIC, version, _FINENESS, *layout.shape, *shape)
    return header + _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(header))) + body


def original(signal: bytes) -> Original:
    """Return the work that a reference signal holds; ValueError for a damaged or foreign one."""
    start = _HEADER.size + _CHECKSUM.size
    if len(signal) < start:
        raise ValueError("the reference of the work is cut off")
    magic, version, fineness, height, width, rows, columns = _HEADER.unpack_from(signal)
    if magic != _MAGIC or version not in (_VERSION, _WITH_OPACITY) or not fineness:
        raise ValueError("this is no reference of a picture that this version can read")
    if not height or not width or (rows, columns) != canonical_shape((height, width)):
        raise ValueError("the reference of the work names an impossible size")
    if rows * columns > 4 * PARAMETERS.area:
        raise ValueError("the reference of the work is too large")
    body = memoryview(signal)[start:]
    if _CHECKSUM.unpack_from(signal, _HEADER.size)[0] != zlib.crc32(body, zlib.crc32(signal[: _HEADER.size])):
        raise ValueError("the reference of the work is damaged")
    size = rows * columns
    wanted = rows + (3 if version == _WITH_OPACITY else 2) * size
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, wanted + 1)
    except zlib.error as error:
        raise ValueError("the reference of the work is damaged") from error
    if len(data) != wanted or data[:rows].translate(None, bytes((_LEFT, _UP, _BOTH))):
        raise ValueError("the reference of the work is damaged")
    parts = np.frombuffer(data, np.uint8)
    high, low, steps = parts[rows:][:size], parts[rows + size :][:size], parts[rows + 2 * size :]
    folded = (high.astype(np.uint16) << 8 | low).reshape(rows, columns)
    residual = (folded >> 1).astype(np.int16) ^ -(folded & 1).astype(np.int16)
    luma = _restored(parts[:rows], residual).astype(np.float32) / np.float32(fineness)
    if version == _VERSION:
        return Original(luma, (height, width))
    numbers = np.cumsum(steps.reshape(rows, columns), axis=1, dtype=np.uint8)
    cover = (numbers.astype(np.float32) - np.float32(_HIDDEN)) / np.float32(_OPAQUE)
    light = luma - (1 - cover) * _WHITE
    return Original(filled(light, np.clip(cover, 0, 1)), (height, width), luma, cover)


def _predicted(levels: npt.NDArray[np.int16]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Return the number of each row's filter, and what it leaves."""
    left, up = levels.copy(), levels.copy()
    left[:, 1:] -= levels[:, :-1]
    up[1:] -= levels[:-1]
    both = up.copy()
    both[:, 1:] -= up[:, :-1]
    rests = (left, up, both)
    filters = np.argmin([np.abs(rest).sum(axis=1, dtype=np.int64) for rest in rests], axis=0).astype(np.uint8)
    return filters, np.choose(filters[:, None], rests).astype(np.int16)


def _restored(filters: npt.NDArray[np.uint8], rests: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    levels = rests.copy()
    above = np.zeros(levels.shape[1], np.int16)
    for row, kind in zip(levels, filters, strict=True):
        if kind != _UP:
            np.cumsum(row, out=row)
        if kind != _LEFT:
            row += above
        above = row
    return levels
