"""PNG: chunks taken apart, 8- and 16-bit pixels decoded exactly, a new file around the source's own chunks.

Text, profiles, resolution, EXIF and the like are copied byte for byte in their place; only the header and the picture
data are new. (PNG specification, third edition, W3C 2025.)
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import RefusedError, UnreadableError
from core.media.orientation import orientation_of, stored, upright
from core.media.picture import (
    COMPLETE,
    LEAST_ROWS,
    IncompleteError,
    Picture,
    check_size,
    cut,
    damaged,
    decoding,
    partly,
    suffix_note,
    would_become,
)
from core.media.pixels import Pixels, Space
from core.media.png_chunks import Chunk, put_together, take_apart
from core.media.png_moving import OF_ANIMATIONS, Animation
from core.media.series import require_moderate

_LEVEL = 6  # of compression: the usual one
_LAST_FILTER = 4
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # by colour type
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_KNOWN_UNSAFE = frozenset(  # chunks that editors must understand to copy, and that stay true for other pixels
    {b"PLTE", b"bKGD", b"cHRM", b"cICP", b"cLLI", b"gAMA", b"iCCP", b"mDCV", b"sBIT", b"sPLT", b"sRGB", b"tIME"}
)


@dataclass(frozen=True, slots=True)
class _Kept:
    before: tuple[Chunk, ...]
    after: tuple[Chunk, ...]
    orientation: int

    def encode(self, pixels: Pixels) -> bytes:
        from imagecodecs import png_encode

        made, _ = take_apart(bytes(png_encode(np.ascontiguousarray(stored(pixels, self.orientation)), level=_LEVEL)))
        frame = [chunk for chunk in made if chunk.name == b"IHDR"]
        content = [chunk for chunk in made if chunk.name == b"IDAT"]
        return put_together([*frame, *self.before, *content, *self.after, Chunk(b"IEND", b"")])


def read(path: Path, data: bytes) -> Picture:
    """Return the picture of a PNG file; of a damaged one, the rows that can be decoded."""
    chunks, trailer = take_apart(data)
    if not chunks or chunks[0].name != b"IHDR" or len(chunks[0].payload) != 13:
        raise damaged(path)
    header = chunks[0].payload
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, interlaced = header[8], header[9], header[12]
    if depth not in _DEPTHS.get(colour, ()) or interlaced > 1 or header[10:12] != b"\x00\x00":
        raise damaged(path)
    check_size(path, width, height, _CHANNELS[colour] * (2 if depth == 16 else 1) if colour != 3 else 4)
    names = {chunk.name for chunk in chunks}
    content = b"".join(chunk.payload for chunk in chunks if chunk.name == b"IDAT")
    chunks = [Chunk(b"IDAT", b"", chunk.sound) if chunk.name == b"IDAT" else chunk for chunk in chunks]
    if b"acTL" not in names:
        del data
    palette = [c for c in chunks if c.name == b"PLTE" or (c.name == b"tRNS" and colour == 3)] if colour == 3 else []
    whole = trailer is not None and all(chunk.sound for chunk in chunks if chunk.name in (b"IHDR", b"IDAT", b"PLTE"))
    exif = next((chunk.payload for chunk in chunks if chunk.name == b"eXIf"), b"")
    turn = orientation_of(exif)
    notes = suffix_note(path, "PNG")
    if whole:
        try:
            pixels, space = _decoded(path, header, palette, content)
        except UnreadableError:
            whole = False
        else:
            clear = next((chunk.payload for chunk in chunks if chunk.name == b"tRNS"), b"")
            pixels = _with_alpha(pixels, depth, clear) if clear and colour in (0, 2) else pixels
    if not whole:
        pixels, space, sentence, refusal = _damaged(path, header, palette, content)
        return Picture(path, upright(pixels, turn), space, "PNG", (*notes, sentence), refusal)
    obstacle = _obstacle(path, depth, colour, names)
    before, after, left_out = _worth_keeping(path, chunks, trailer or b"")
    if names & OF_ANIMATIONS:
        series = Animation.of(data, chunks, before, after, turn) if b"acTL" in names else None
        if series is not None and obstacle is None:
            obstacle = _frames_obstacle(path, depth, series)
        if series is None:
            notes += (f"{path.name} is a damaged animation; its first picture was examined.",)
            obstacle = IncompleteError(f"{path.name} is a damaged animation.", COMPLETE, path=path)
        return Picture(path, upright(pixels, turn), space, "PNG", notes + left_out, obstacle, series=series)
    if header[12]:
        notes += (f"{path.name} is interlaced; the copy is not, which shows only while it loads.",)
    kept = _Kept(before, after, turn)
    return Picture(path, upright(pixels, turn), space, "PNG", notes + left_out, obstacle, kept)


def _decoded(path: Path, header: bytes, palette: list[Chunk], content: bytes) -> tuple[Pixels, Space]:
    """Return pixels and colour space of a file made of nothing but header, palette and picture data."""
    bones = put_together([Chunk(b"IHDR", header), *palette, Chunk(b"IDAT", content), Chunk(b"IEND", b"")])
    with decoding(path):
        if header[8] >= 8 and header[9] != 3:  # exact at 16 bits too, and without a copy of four bytes a pixel
            from imagecodecs import png_decode

            pixels = _woven(header, content) if header[12] else np.asarray(png_decode(bones))
        else:
            with Image.open(io.BytesIO(bones), formats=["PNG"]) as image:
                if header[9] == 3:
                    clear = "transparency" in image.info
                    pixels = np.asarray(image.convert("RGBA" if clear else "RGB"))
                else:
                    pixels = np.asarray(image.convert("L") if image.mode == "1" else image)
    return pixels, "grey" if header[9] in (0, 4) else "rgb"


def _with_alpha(pixels: Pixels, depth: int, clear: bytes) -> Pixels:
    """Return pixels (grey or RGB) with an alpha channel in place of the one colour that stands for transparent."""
    planes = pixels[:, :, None] if pixels.ndim == 2 else pixels
    scale = 255 // ((1 << depth) - 1) if depth < 8 else 1  # few shades are decoded to the full range
    values = np.array([int.from_bytes(clear[i : i + 2], "big") * scale for i in range(0, 2 * planes.shape[2], 2)])
    shown = (planes != values.astype(pixels.dtype)).any(axis=2, keepdims=True)
    return np.concatenate([planes, shown * pixels.dtype.type(np.iinfo(pixels.dtype).max)], axis=2)


def _woven(header: bytes, content: bytes) -> Pixels:
    """Return the pixels of an interlaced file, each of whose seven passes is decoded as a picture of its own."""
    from imagecodecs import png_decode

    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    each = _CHANNELS[header[9]] * header[8] // 8
    raw = _inflated(content, (width * each + 2) * height * 2)
    pixels: Pixels | None = None
    place = 0
    for x, y, across, down in _ADAM7:
        columns, rows = -(-(width - x) // across), -(-(height - y) // down)
        if columns < 1 or rows < 1:
            continue
        size = (columns * each + 1) * rows
        head = columns.to_bytes(4, "big") + rows.to_bytes(4, "big") + header[8:12] + b"\x00"
        packed = zlib.compress(raw[place : place + size], 0)
        part = png_decode(put_together([Chunk(b"IHDR", head), Chunk(b"IDAT", packed), Chunk(b"IEND", b"")]))
        place += size
        if pixels is None:
            pixels = np.zeros((height, width, *part.shape[2:]), part.dtype)
        pixels[y::down, x::across] = part
    if pixels is None:
        raise ValueError("no pass")
    return pixels


def _damaged(
    path: Path, header: bytes, palette: list[Chunk], content: bytes
) -> tuple[Pixels, Space, str, RefusedError]:
    """Return what the rows before the damage hold, with the note and the refusal."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    stride = 1 + -(-width * _CHANNELS[header[9]] * header[8] // 8)
    if header[12]:
        raise cut(path)  # interlaced rows are spread over the whole file
    raw = _inflated(content, stride * height)
    rows = len(raw) // stride
    strange = np.frombuffer(raw, np.uint8)[: rows * stride : stride] > _LAST_FILTER  # damage reached this row
    rows = int(strange.argmax()) if strange.any() else rows
    if rows < min(LEAST_ROWS, height):
        raise cut(path)
    fitted = header[:4] + rows.to_bytes(4, "big") + header[8:]
    pixels, space = _decoded(path, fitted, palette, zlib.compress(raw[: rows * stride], 1))
    if rows < height:
        refusal, note = partly(path, rows, height)
        return pixels, space, note, refusal
    sentence = f"{path.name} is damaged: a check sum in it is wrong."
    return (
        pixels,
        space,
        f"{sentence} The picture was examined as far as it can be read.",
        IncompleteError(sentence, COMPLETE, path=path),
    )


def _inflated(content: bytes, limit: int) -> bytes:
    """Return what can be unpacked before the data end or make no sense, at most `limit` bytes."""
    engine = zlib.decompressobj()
    parts = []
    left = limit
    try:
        for start in range(0, len(content), 1024):
            piece = engine.decompress(content[start : start + 1024], left)
            parts.append(piece)
            left -= len(piece)
            while left > 0 and engine.unconsumed_tail:
                piece = engine.decompress(engine.unconsumed_tail, left)
                parts.append(piece)
                left -= len(piece)
            if left <= 0 or engine.eof:
                break
    except zlib.error:
        return b"".join(parts)
    return b"".join(parts)


def _obstacle(path: Path, depth: int, colour: int, names: set[bytes]) -> RefusedError | None:
    if colour == 3:
        return would_become(path, "has a palette of at most 256 colours", "a truecolour picture")
    if depth == 1:
        return would_become(path, "is purely black and white", "a grey picture")
    if depth < 8:
        return would_become(path, f"has {2**depth} shades of grey", "a grey picture with 256 shades")
    if b"tRNS" in names:
        return would_become(path, "has one colour that stands for transparent", "a picture with an alpha channel")
    return None


def _frames_obstacle(path: Path, depth: int, series: Animation) -> RefusedError | None:
    if depth == 16:
        return RefusedError(
            f"{path.name} is an animation of 16 bits, which can be checked but not protected.",
            "Save it with 8 bits and protect that file.",
            path=path,
        )
    width, height = (int.from_bytes(series.header[i : i + 4], "big") for i in (0, 4))
    return require_moderate(path.name, len(series.times), width * height)


def _worth_keeping(
    path: Path, chunks: list[Chunk], trailer: bytes
) -> tuple[tuple[Chunk, ...], tuple[Chunk, ...], tuple[str, ...]]:
    """Return the chunks that a copy takes over, before and after the picture data, and notes about the rest."""
    before: list[Chunk] = []
    after: list[Chunk] = []
    unknown: list[str] = []
    notes: list[str] = []
    bad = 0
    side = before
    for chunk in chunks[1:]:
        unsafe = not chunk.name[3:4].islower()  # "do not copy unless you know what it says of the pixels"
        if chunk.name == b"IDAT":
            side = after
        elif chunk.name == b"caBX":
            notes.append(f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.")
        elif chunk.name in (b"IEND", b"iDOT") or chunk.name in OF_ANIMATIONS:  # iDOT: where the old picture data were
            continue
        elif not chunk.sound:
            bad += 1
        elif unsafe and chunk.name not in _KNOWN_UNSAFE:
            unknown.append(chunk.name.decode("latin-1"))
        else:
            side.append(chunk)
    if bad:
        notes.append(f"{path.name} holds {bad} damaged pieces of metadata, which the copy leaves out.")
    if unknown:
        notes.append(f"The copy of {path.name} leaves out data that only its maker understands: {', '.join(unknown)}.")
    if trailer.strip(b"\x00\r\n"):
        notes.append(f"{path.name} holds more behind the picture; the copy leaves that out.")
    return tuple(before), tuple(after), tuple(notes)
