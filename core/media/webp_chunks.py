"""The chunks of WebP files, and pictures coded as chunks. (WebP container specification; RFC 9649.)"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from core.media import riff
from core.media.pixels import Pixels

Chunks = list[tuple[bytes, bytes]]  # name, payload
PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
ALPHA_FLAG, MOVING_FLAG = 0x10, 0x02
_METHOD = 4  # the encoder's usual effort


def chunks_of(data: bytes) -> Chunks:
    """Return the chunks of a file. ValueError where it is cut off."""
    form = riff.outline(io.BytesIO(data))
    if any(chunk.size < chunk.declared for chunk in form.chunks):
        raise ValueError("cut off")
    return [(c.name, data[c.start : c.start + c.size]) for c in form.chunks if c.start < form.outer + 8]


def size_of(chunks: dict[bytes, bytes]) -> tuple[int, int] | None:
    """Return width and height that the file declares, None where it declares none."""
    whole, lossy, lossless = (chunks.get(name, b"") for name in (b"VP8X", b"VP8 ", b"VP8L"))
    if len(whole) >= 10:
        return 1 + int.from_bytes(whole[4:7], "little"), 1 + int.from_bytes(whole[7:10], "little")
    if len(lossy) >= 10:
        return int.from_bytes(lossy[6:8], "little") & 0x3FFF, int.from_bytes(lossy[8:10], "little") & 0x3FFF
    if len(lossless) >= 5:
        bits = int.from_bytes(lossless[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def coded(pixels: Pixels, *, lossless: bool, quality: int) -> Chunks:
    """Return the chunks of a picture (RGB or RGBA); of a lossy one the opacity is exact."""
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if lossless:
        image.save(buffer, "WEBP", lossless=True, exact=True, quality=75, method=_METHOD)
    else:
        image.save(buffer, "WEBP", quality=quality, alpha_quality=100, exact=True, method=_METHOD)
    return [(name, payload) for name, payload in chunks_of(buffer.getvalue()) if name in PICTURE]


def header(width: int, height: int, flags: int) -> tuple[bytes, bytes]:
    """Return the chunk that describes a file of several chunks."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes((flags, 0, 0, 0)) + size
