"""WebP: still pictures, lossy and lossless, in a new file around the source's own chunks.

A lossy file does not say with which quality it was made. Its base quantiser (RFC 6386) does in part, and the encoder's
own rule from quality to quantiser is undone for it; at least 90 is taken, so that the mark and the picture survive.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import RefusedError
from core.media import riff
from core.media.orientation import orientation_of, stored, upright
from core.media.picture import Picture, Pixels, animated, check_size, damaged, decoding, suffix_note

_LEAST_QUALITY = 90
_METHOD = 4  # the encoder's usual effort
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_ALPHA_FLAG = 0x10


@dataclass(frozen=True, slots=True)
class _Kept:
    chunks: tuple[tuple[bytes, bytes], ...]  # all of the source; picture chunks empty, the first one tells the place
    lossless: bool
    quality: int
    orientation: int

    def encode(self, pixels: Pixels) -> bytes:
        buffer = io.BytesIO()
        image = Image.fromarray(np.ascontiguousarray(stored(pixels, self.orientation)))
        if self.lossless:
            image.save(buffer, "WEBP", lossless=True, exact=True, quality=75, method=_METHOD)
        else:
            image.save(buffer, "WEBP", quality=self.quality, alpha_quality=100, exact=True, method=_METHOD)
        made = [(name, payload) for name, payload in _chunks(buffer.getvalue()) if name in _PICTURE]
        if len(self.chunks) == 1 and len(made) == 1:
            return riff.put_together((b"RIFF", b"WEBP"), made)
        chunks: list[tuple[bytes, bytes]] = []
        if self.chunks[0][0] != b"VP8X":  # a simple file whose alpha needs a chunk of its own
            size = (image.width - 1).to_bytes(3, "little") + (image.height - 1).to_bytes(3, "little")
            flags = _ALPHA_FLAG if any(name == b"ALPH" for name, _ in made) else 0
            chunks.append((b"VP8X", bytes((flags, 0, 0, 0)) + size))
        for name, payload in self.chunks:
            if name not in _PICTURE:
                chunks.append((name, payload))
            elif made:
                chunks += made
                made = []
        return riff.put_together((b"RIFF", b"WEBP"), chunks)

    def finer(self) -> _Kept | None:
        """Return the same with half the distance to the best quality."""
        return None if self.lossless or self.quality >= 100 else replace(self, quality=(self.quality + 101) // 2)


def read(path: Path, data: bytes) -> Picture:
    """Return the picture of a WebP file, of an animation the first frame."""
    try:
        chunks = _chunks(data)
    except ValueError as error:
        raise damaged(path) from error
    found = dict(reversed(chunks))
    moving = b"ANIM" in found or b"ANMF" in found
    size = _size(found)
    if size is None:
        raise damaged(path)
    check_size(path, *size, 4 if not moving else 12)
    with decoding(path), Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
        check_size(path, image.width, image.height, 4)
        pixels = np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGBA"))
    turn = orientation_of(found.get(b"EXIF", b""))
    notes = suffix_note(path, "WebP")
    if moving:
        notes += (f"{path.name} is an animation; its first picture was examined.",)
        return Picture(path, upright(pixels, turn), "rgb", "WebP", notes, animated(path))
    if b"C2PA" in found:
        notes += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
    obstacle: RefusedError | None = None
    lossless = b"VP8L" in found
    if not lossless:
        quality = max(_LEAST_QUALITY, quality_of(found[b"VP8 "]))
    kept = _Kept(
        tuple((name, b"" if name in _PICTURE else payload) for name, payload in chunks if name != b"C2PA"),
        lossless,
        75 if lossless else quality,
        turn,
    )
    return Picture(path, upright(pixels, turn), "rgb", "WebP", notes, obstacle, kept)


def quality_of(frame: bytes) -> int:
    """Return the encoder quality, 0 to 100, that fits the base quantiser of a lossy frame; 0 for a damaged one."""
    if len(frame) < 11 or frame[3:6] != b"\x9d\x01\x2a":
        return 0
    index = _base_quantiser(frame[10:])
    linear = (1.0 - index / 127.0) ** 3
    return min(100, round(100.0 * (1.5 * linear if linear < 0.5 else 0.5 * (linear + 1.0))))


def _base_quantiser(header: bytes) -> int:
    """Return the finest quantiser index, 0 to 127, in a frame header (RFC 6386, sections 9.2 to 9.6)."""
    bits = _BooleanDecoder(header)
    bits.literal(2)  # colour space, clamping
    absolute, segments = False, [0]
    if bits.flag():
        changes_map, changes_data = bits.flag(), bits.flag()
        if changes_data:
            absolute = bits.flag()
            segments = [bits.signed(7) if bits.flag() else 0 for _ in range(4)]
            for _ in range(4):
                if bits.flag():
                    bits.signed(6)
        if changes_map:
            for _ in range(3):
                if bits.flag():
                    bits.literal(8)
    bits.literal(10)  # loop filter: type, level, sharpness
    if bits.flag() and bits.flag():
        for _ in range(8):
            if bits.flag():
                bits.signed(6)
    bits.literal(2)  # number of partitions
    base = bits.literal(7)
    finest = min(segments) if absolute else base + min(segments)
    return min(max(finest, 0), 127)


class _BooleanDecoder:
    """The arithmetic decoder of RFC 6386, section 7, for even chances. Beyond the end it reads zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 2
        self._value = int.from_bytes(data[:2].ljust(2, b"\x00"), "big")
        self._range = 255
        self._shifts = 0

    def flag(self) -> bool:
        split = 1 + (((self._range - 1) * 128) >> 8)
        big = split << 8
        result = self._value >= big
        if result:
            self._range -= split
            self._value -= big
        else:
            self._range = split
        while self._range < 128:
            self._value <<= 1
            self._range <<= 1
            self._shifts += 1
            if self._shifts == 8:
                self._shifts = 0
                self._value |= self._data[self._place] if self._place < len(self._data) else 0
                self._place += 1
        return result

    def literal(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = 2 * value + self.flag()
        return value

    def signed(self, count: int) -> int:
        value = self.literal(count)
        return -value if self.flag() else value


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    form = riff.outline(io.BytesIO(data))
    if any(chunk.size < chunk.declared for chunk in form.chunks):
        raise ValueError("cut off")
    return [(c.name, data[c.start : c.start + c.size]) for c in form.chunks if c.start < form.outer + 8]


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int] | None:
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
