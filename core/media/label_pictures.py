"""XMP in JPEG, PNG, TIFF and WebP files: read, exchanged, private data taken out; the picture data stay as they are.

(ISO 16684-3; PNG specification, third edition; WebP container specification.)
"""

from __future__ import annotations

import zlib

from core.errors import RefusedError
from core.media import jpeg, riff
from core.media.png_chunks import Chunk, put_together, take_apart
from core.media.private import Ifds, stripped_exif, stripped_resources
from core.media.tiff_fields import Directory, Tag, directories

_APP0, _APP1, _APP13 = 0xE0, 0xE1, 0xED
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_JPEG_MORE = b"http://ns.adobe.com/xmp/extension/\x00"
_EXIF = b"Exif\x00"
_PHOTOSHOP = b"Photoshop 3.0\x00"
_SEGMENT = 65533  # bytes that one segment holds
_PNG_XMP = b"XML:com.adobe.xmp"
_PNG_LIMIT = 16_000_000  # bytes that a compressed packet may unpack to
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_TIFF_XMP, _BYTE = 700, 1
_WEBP_EXIF, _WEBP_XMP, _WEBP_ALPHA = 0x08, 0x04, 0x10


def jpeg_xmp(data: bytes) -> bytes:
    """Return the XMP packet of a JPEG file, b"" where there is none. ValueError for no JPEG."""
    for segment in jpeg.take_apart(data).segments:
        if segment.marker == _APP1 and segment.payload.startswith(_JPEG_XMP):
            return segment.payload[len(_JPEG_XMP) :]
    return b""


def jpeg_labelled(data: bytes, xmp: bytes | None, *, strip: bool) -> bytes:
    """Return a JPEG file with this packet (None: its own) and, where wanted, without private data."""
    layout = jpeg.take_apart(data)
    segments = []
    for segment in layout.segments:
        own = segment.marker == _APP1 and segment.payload.startswith(_JPEG_XMP)
        more = segment.marker == _APP1 and segment.payload.startswith(_JPEG_MORE)
        if (own and xmp is not None) or (more and strip):
            continue
        payload = segment.payload
        if strip and segment.marker == _APP1 and payload.startswith(_EXIF):
            payload = stripped_exif(payload)
        elif strip and segment.marker == _APP13 and payload.startswith(_PHOTOSHOP):
            resources = stripped_resources(payload[len(_PHOTOSHOP) :])
            payload = _PHOTOSHOP + resources if resources else b""
        elif strip and segment.marker == _APP0 and payload.startswith(b"JFXX\x00"):
            payload = b""
        elif strip and segment.marker == _APP0 and payload.startswith(b"JFIF\x00") and len(payload) > 14:
            payload = payload[:12] + b"\x00\x00"
        if payload:
            segments.append(segment._replace(payload=payload))
    if xmp:
        if len(_JPEG_XMP) + len(xmp) > _SEGMENT:
            raise RefusedError(
                "Its XMP metadata are too long to add to: JPEG holds 64 kB of them in one piece.",
                "Protect it with private data stripped, or save it with fewer metadata.",
            )
        heads = [i for i, s in enumerate(segments) if s.marker == _APP0 or s.payload.startswith(_EXIF)]
        segments.insert(max(heads) + 1 if heads else 0, jpeg.Segment(_APP1, _JPEG_XMP + xmp))
    return jpeg.put_together(segments, layout.scans, layout.trailer)


def png_xmp(data: bytes) -> bytes:
    """Return the XMP packet of a PNG file, b"" where there is none. ValueError for no PNG."""
    chunks, _ = take_apart(data)
    for chunk in chunks:
        if chunk.name == b"iTXt" and chunk.payload.startswith(_PNG_XMP + b"\x00"):
            flags, rest = chunk.payload[len(_PNG_XMP) + 1 :][:2], chunk.payload[len(_PNG_XMP) + 3 :]
            text = rest.split(b"\x00", 2)[-1]
            if flags[:1] != b"\x01":
                return text
            try:
                return zlib.decompressobj().decompress(text, _PNG_LIMIT)
            except zlib.error:
                return b""
    return b""


def png_labelled(data: bytes, xmp: bytes | None, *, strip: bool) -> bytes:
    """Return a PNG file with this packet (None: its own) and, where wanted, without private data."""
    chunks, trailer = take_apart(data)
    made = []
    for chunk in chunks:
        keyword = chunk.payload.split(b"\x00", 1)[0] if chunk.name in _TEXTS else b""
        if keyword == _PNG_XMP and xmp is not None:
            continue
        if strip and keyword.startswith((b"Raw profile type", b"exif:")):
            continue
        if strip and chunk.name == b"eXIf":
            payload = stripped_exif(chunk.payload)
            if payload:
                made.append(Chunk(b"eXIf", payload))
            continue
        made.append(chunk)
    if xmp:
        place = next((i for i, chunk in enumerate(made) if chunk.name == b"IDAT"), len(made))
        made.insert(place, Chunk(b"iTXt", _PNG_XMP + b"\x00\x00\x00\x00\x00" + xmp))
    return put_together(made, trailer or b"")


def webp_xmp(data: bytes) -> bytes:
    """Return the XMP packet of a WebP file, b"" where there is none. ValueError for no WebP."""
    return next((payload for name, payload in _webp_chunks(data) if name == b"XMP "), b"")


def webp_labelled(data: bytes, xmp: bytes | None, *, strip: bool) -> bytes:
    """Return a WebP file with this packet (None: its own) and, where wanted, without private data."""
    chunks = []
    for name, payload in _webp_chunks(data):
        if name == b"XMP " and xmp is not None:
            continue
        if name == b"EXIF" and strip:
            payload = stripped_exif(payload)
            if not payload:
                continue
        chunks.append((name, payload))
    if xmp:
        chunks.append((b"XMP ", xmp))
    names = {name for name, _ in chunks}
    if b"VP8X" not in names and b"XMP " not in names:
        return riff.put_together((b"RIFF", b"WEBP"), chunks)
    if b"VP8X" not in names:
        chunks.insert(0, (b"VP8X", _webp_header(chunks)))
    flags = chunks[0][1][0] & ~(_WEBP_EXIF | _WEBP_XMP)
    flags |= (_WEBP_EXIF if b"EXIF" in names else 0) | (_WEBP_XMP if b"XMP " in names else 0)
    chunks[0] = (b"VP8X", bytes((flags,)) + chunks[0][1][1:])
    return riff.put_together((b"RIFF", b"WEBP"), chunks)


def _webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    import io

    form = riff.outline(io.BytesIO(data))
    return [(c.name, data[c.start : c.start + c.size]) for c in form.chunks if c.start < form.outer + 8]


def _webp_header(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """Return the header that a simple file of one picture chunk needs before anything can stand beside it."""
    name, payload = chunks[0]
    if name == b"VP8L":
        bits = int.from_bytes(payload[1:5], "little")
        width, height, clear = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bits >> 28 & 1
    else:
        width, height = (int.from_bytes(payload[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        clear = 0
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes((_WEBP_ALPHA if clear else 0, 0, 0, 0)) + size


def tiff_xmp(data: bytes) -> bytes:
    """Return the XMP packet of a TIFF file, b"" where there is none. ValueError for no TIFF."""
    field = directories(data)[0].fields.get(_TIFF_XMP)
    return b"" if field is None else data[field.start : field.start + field.size]


def tiff_labelled(data: bytes, xmp: bytes | None, *, strip: bool) -> bytes:
    """Return a TIFF file with this packet (None: its own) and, where wanted, without private data.

    The directory is written anew behind the file, all else stays in its place. Content credentials of the source, which
    would be wrong in a copy, are left out.
    """
    fields = directories(data)[0]
    made = bytearray(data)
    ifds = Ifds(made, little=fields.order == "little", big=fields.big)
    first = ifds.number(8, 8) if fields.big else ifds.number(4, 4)
    values: dict[int, bytes] = {}
    dropped = {int(Tag.CREDENTIALS)}
    if xmp is not None:
        dropped.add(_TIFF_XMP)
        if xmp:
            values[_TIFF_XMP] = xmp
    if strip:
        ifds.strip(first)
        photoshop = fields.fields.get(Tag.PHOTOSHOP)
        if photoshop is not None:
            dropped.add(int(Tag.PHOTOSHOP))
            kept = stripped_resources(data[photoshop.start : photoshop.start + photoshop.size])
            if kept:
                values[int(Tag.PHOTOSHOP)] = kept
    for tag in dropped & fields.fields.keys():
        field = fields.fields[tag]
        made[field.start : field.start + field.size] = bytes(field.size)
    return _with_directory(made, fields, ifds, first, dropped, values)


def _with_directory(
    made: bytearray, fields: Directory, ifds: Ifds, first: int, dropped: set[int], values: dict[int, bytes]
) -> bytes:
    order, big = fields.order, fields.big
    inline, step, head = (8, 20, 8) if big else (4, 12, 2)
    entries = {}
    for place in ifds.entries(first):
        tag = ifds.number(place, 2)
        if tag not in dropped:
            entries[tag] = bytes(made[place : place + step])
    following = ifds.next_of(first)
    for tag, value in values.items():
        made += b"\x00" * (len(made) & 1)
        packed = tag.to_bytes(2, order) + _BYTE.to_bytes(2, order) + len(value).to_bytes(inline, order)
        if len(value) <= inline:
            entries[tag] = packed + value.ljust(inline, b"\x00")
        else:
            entries[tag] = packed + len(made).to_bytes(inline, order)
            made += value
    made += b"\x00" * (-len(made) % 8)
    start = len(made)
    if start >= 2**32 - 65536 and not big:
        raise RefusedError("With its statements the file would be larger than 4 GB.", "Save it as BigTIFF or PNG.")
    made += len(entries).to_bytes(head, order)
    made += b"".join(entries[tag] for tag in sorted(entries))
    made += following.to_bytes(inline, order)
    pointer = 8 if big else 4
    made[pointer : pointer + inline] = start.to_bytes(inline, order)
    return bytes(made)
