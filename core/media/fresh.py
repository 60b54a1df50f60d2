"""New picture files from pixels and metadata, for copies that are to have another format or size than their source."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from core.media import heif, jpeg, riff
from core.media.boxes import Box, Item, Property
from core.media.metadata import Metadata
from core.media.pixels import Pixels
from core.media.png_chunks import Chunk, put_together, take_apart
from core.media.webp_chunks import ALPHA_FLAG, Chunks, coded, header

QUALITY = 90  # where nobody asks for another one
_FINE = 90  # from which on no colour samples are left out
_LEVEL = 6  # of Deflate: the usual one
_SEGMENT = 65_000  # bytes of metadata that a JPEG takes in one piece
_TOO_LONG = "The {} data are too long for a JPEG; the copy leaves them out."
_ICC_FLAG, _EXIF_FLAG, _XMP_FLAG = 0x20, 0x08, 0x04


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file to be made anew: its format, what is said in it, and its quality where the format loses something."""

    format: str
    metadata: Metadata
    quality: int
    lossless: bool
    bits: int  # of a sample, where the format has a choice
    cmyk: bool = False
    colours: tuple[Property, ...] = ()  # of HEIC and AVIF, where the source tells them by numbers

    def encode(self, pixels: Pixels) -> bytes:
        return _WRITERS[self.format](self, pixels)

    def finer(self) -> Fresh | None:
        """Return the same with half the distance to the best quality."""
        if self.lossless or self.quality >= 100:
            return None
        return replace(self, quality=(self.quality + 101) // 2)


def png_chunks(metadata: Metadata) -> tuple[list[Chunk], list[Chunk]]:
    """Return the chunks of metadata that stand before the picture, and those behind it."""
    before = [Chunk(name, payload) for name, payload in metadata.chunks]
    if metadata.icc:
        before.append(Chunk(b"iCCP", b"ICC profile\x00\x00" + zlib.compress(metadata.icc)))
    if metadata.dpi is not None:
        metres = b"".join(round(dpi / 0.0254).to_bytes(4, "big") for dpi in metadata.dpi)
        before.append(Chunk(b"pHYs", metres + b"\x01"))
    if metadata.exif:
        before.append(Chunk(b"eXIf", metadata.exif))
    if metadata.xmp:
        before.append(Chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + metadata.xmp))
    for name, text in metadata.text:
        keyword = name.encode("latin-1", "replace")[:79]
        before.append(Chunk(b"iTXt", keyword + b"\x00\x00\x00\x00\x00" + text.encode()))
    return before, []


def webp_chunks(metadata: Metadata, picture: Chunks, width: int, height: int, flags: int) -> Chunks:
    """Return the chunks of a file: what is said around the picture's own."""
    flags |= (bool(metadata.icc) * _ICC_FLAG) | (bool(metadata.exif) * _EXIF_FLAG) | (bool(metadata.xmp) * _XMP_FLAG)
    said = ((b"ICCP", metadata.icc),)
    behind = ((b"EXIF", metadata.exif), (b"XMP ", metadata.xmp))
    return [
        header(width, height, flags),
        *((name, payload) for name, payload in said if payload),
        *picture,
        *((name, payload) for name, payload in behind if payload),
    ]


def _jpeg(fresh: Fresh, pixels: Pixels) -> bytes:
    said = fresh.metadata
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        image = Image.frombytes("CMYK", pixels.shape[1::-1], np.ascontiguousarray(pixels).tobytes())
    else:
        image = Image.fromarray(np.ascontiguousarray(pixels))
    made = jpeg.take_apart(jpeg.saved(image, quality=fresh.quality, subsampling=0 if fresh.quality >= _FINE else 2))
    segments = []
    if said.exif:
        segments.append(jpeg.Segment(0xE1, b"Exif\x00\x00" + said.exif))
    if said.xmp:
        segments.append(jpeg.Segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + said.xmp))
    pieces = [said.icc[i : i + _SEGMENT] for i in range(0, len(said.icc), _SEGMENT)]
    for number, piece in enumerate(pieces, 1):
        segments.append(jpeg.Segment(0xE2, b"ICC_PROFILE\x00" + bytes((number, len(pieces))) + piece))
    if said.iptc:
        resource = b"8BIM\x04\x04\x00\x00" + len(said.iptc).to_bytes(4, "big") + said.iptc + bytes(len(said.iptc) & 1)
        segments.append(jpeg.Segment(0xED, b"Photoshop 3.0\x00" + resource))
    head = list(made.segments)
    if said.dpi is not None and head and head[0].payload.startswith(b"JFIF"):
        density = b"\x01" + b"".join(min(round(dpi), 65535).to_bytes(2, "big") for dpi in said.dpi)
        head[0] = head[0]._replace(payload=head[0].payload[:7] + density + head[0].payload[12:])
    at = 1 if head and head[0].payload.startswith(b"JFIF") else 0
    return jpeg.put_together([*head[:at], *segments, *head[at:]], made.scans)


def _png(fresh: Fresh, pixels: Pixels) -> bytes:
    from imagecodecs import png_encode

    made, _ = take_apart(bytes(png_encode(np.ascontiguousarray(pixels), level=_LEVEL)))
    before, after = png_chunks(fresh.metadata)
    return put_together([made[0], *before, *made[1:-1], *after, made[-1]])


def _webp(fresh: Fresh, pixels: Pixels) -> bytes:
    picture = coded(pixels, lossless=fresh.lossless, quality=fresh.quality)
    flags = ALPHA_FLAG if pixels.shape[2] == 4 else 0
    chunks = webp_chunks(fresh.metadata, picture, pixels.shape[1], pixels.shape[0], flags)
    return riff.put_together((b"RIFF", b"WEBP"), chunks)


def _heif(fresh: Fresh, pixels: Pixels) -> bytes:
    said = fresh.metadata
    items = []
    if said.exif:
        items.append(Item(0, b"Exif", b"\x00", b"\x00\x00\x00\x06Exif\x00\x00" + said.exif, ()))
    if said.xmp:
        items.append(Item(0, b"mime", b"\x00application/rdf+xml\x00", said.xmp, ()))
    colour = (Property(Box(b"colr", b"prof" + said.icc), False),) if said.icc else ()
    chroma = "400" if pixels.ndim == 2 else "444" if fresh.quality >= _FINE or fresh.lossless else "420"
    coding = heif.Coding(fresh.bits, chroma)
    name: heif.Format = "AVIF" if fresh.format == "AVIF" else "HEIC"
    return heif.Kept(
        name, tuple(items), (*colour, *fresh.colours), coding, 100 if fresh.lossless else fresh.quality
    ).encode(pixels)


def _tiff(fresh: Fresh, pixels: Pixels) -> bytes:
    from core.media.tiff_fresh import tiff_file

    return tiff_file(pixels, fresh.metadata, cmyk=fresh.cmyk)


_WRITERS: dict[str, Callable[[Fresh, Pixels], bytes]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WebP": _webp,
    "TIFF": _tiff,
    "AVIF": _heif,
    "HEIC": _heif,
}


def without_long_pieces(metadata: Metadata) -> Metadata:
    """Return the metadata without what does not fit a JPEG, with a note for each."""
    found = metadata
    if len(found.exif) > _SEGMENT:
        found = replace(found, exif=b"", notes=(*found.notes, _TOO_LONG.format("EXIF")))
    if len(found.xmp) > _SEGMENT:
        found = replace(found, xmp=b"", notes=(*found.notes, _TOO_LONG.format("XMP")))
    if len(found.iptc) > _SEGMENT:
        found = replace(found, iptc=b"", notes=(*found.notes, _TOO_LONG.format("IPTC")))
    return found
