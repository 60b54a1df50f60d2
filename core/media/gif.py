"""GIF: blocks taken apart, and a new file whose frames have palettes of their own.

A frame holds 256 colours at most, so marked pictures are painted with the palette that is nearest to them, without
dithering. Of all ways that were tried it changed the least and kept the mark best. (GIF89a, CompuServe 1990.)
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from core.media.picture import COMPLETE, IncompleteError, Picture, check_size, damaged, decoding, suffix_note
from core.media.pixels import Pixels
from core.media.series import Frame, Frames, Spot, changed, require_moderate, starts

_BLOCK_LIMIT = 200_000
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_ONE_PICTURE, _CLEAR = 1, 2  # what happens to a frame before the next one: it stays, it is cleared
_COLOURS = 256
_OPAQUE = 128  # alpha from which on a pixel counts as there


class Block(NamedTuple):
    """One block: the label of an extension (0 for a picture), its bytes as they stand in the file."""

    label: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """A file taken apart: header with screen and common palette, blocks, what follows; whether its end is there."""

    head: bytes
    blocks: tuple[Block, ...]
    trailer: bytes
    complete: bool


def take_apart(data: bytes) -> Parts:
    """Return the blocks of a GIF file, those before the damage where there is some. ValueError where it is none."""
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 13:
        raise ValueError("no GIF header")
    place = 13 + _palette(data[10])
    head = data[:place]
    blocks: list[Block] = []
    while place < len(data) and len(blocks) < _BLOCK_LIMIT:
        start, kind = place, data[place]
        if kind == _END:
            return Parts(head, tuple(blocks), data[place + 1 :], True)
        if kind == _EXTENSION and place + 2 < len(data):
            place = _behind(data, place + 2)
        elif kind == _IMAGE and place + 10 < len(data):
            place = _behind(data, place + 11 + _palette(data[place + 9]))
        else:
            break
        if place > len(data):
            break
        blocks.append(Block(data[start + 1] if kind == _EXTENSION else 0, data[start:place]))
    return Parts(head, tuple(blocks), b"", False)


def put_together(head: bytes, blocks: Iterator[Block] | list[Block]) -> bytes:
    """Return the file of these blocks."""
    return b"".join([head, *(block.data for block in blocks), bytes([_END])])


def control(hundredths: int, clear: int | None, *, disposal: int, wait: bool = False) -> Block:
    """Return the block that says how long a frame lasts, which colour is transparent, what happens to it then."""
    flags = disposal << 2 | wait << 1 | (clear is not None)
    body = bytes((4, flags)) + min(hundredths, 65535).to_bytes(2, "little") + bytes((clear or 0, 0))
    return Block(_CONTROL, bytes((_EXTENSION, _CONTROL)) + body)


def loops(count: int) -> Block:
    """Return the block that says how often an animation is repeated, 0 for ever."""
    return Block(_APPLICATION, b"!\xff\x0bNETSCAPE2.0\x03\x01" + min(count, 65535).to_bytes(2, "little") + b"\x00")


def painted(pixels: Pixels) -> tuple[Image.Image, int | None]:
    """Return a frame (RGB or RGBA) in its nearest 256 colours, and the number of the transparent one where it has any.

    Frames that have no more colours than that stay exactly as they are.
    """
    colours = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    hidden = pixels[..., 3] < _OPAQUE if pixels.shape[2] == 4 else np.zeros(pixels.shape[:2], bool)
    most = _COLOURS - bool(hidden.any())
    few = _exactly(pixels[..., :3], hidden, most)
    if few is None:
        few = colours.quantize(most, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    if not hidden.any():
        return few, None
    clear = most
    palette = list(few.getpalette() or [])[: 3 * most]
    values = np.array(few)
    values[hidden] = clear
    image = Image.fromarray(values)
    image.putpalette(palette + [0] * (3 * _COLOURS - len(palette)))
    return image, clear


def drawn(image: Image.Image, spot: Spot) -> Block:
    """Return the block of a painted part of a frame, with its palette."""
    buffer = io.BytesIO()
    image.save(buffer, "GIF", interlace=0, optimize=False)
    parts = take_apart(buffer.getvalue())
    made = next(block.data for block in parts.blocks if block.label == 0)
    palette = parts.head[13:]
    size = max(1, (len(palette) // 3 - 1).bit_length())
    place = b"".join(n.to_bytes(2, "little") for n in (spot.x, spot.y, spot.width, spot.height))
    if made[9] & 0x80:  # it has a palette of its own
        return Block(0, made[:1] + place + made[9:])
    return Block(0, made[:1] + place + bytes((0x80 | (size - 1),)) + palette + made[10:])


@dataclass(frozen=True, slots=True)
class Animation:
    """The frames of a GIF file, one or many."""

    data: bytes
    parts: Parts
    clear: bool  # whether frames have an alpha channel
    durations: tuple[int, ...]

    @property
    def moving(self) -> bool:
        return len(self.durations) > 1

    @property
    def times(self) -> tuple[float, ...]:
        return starts(self.durations)

    @property
    def loops(self) -> int:
        """How often it is shown: once more than its block says, for ever where that says 0, once without one."""
        for block in self.parts.blocks:
            if block.label == _APPLICATION and block.data[3:14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0"):
                count = int.from_bytes(block.data[16:18], "little")
                return count + 1 if count else 0
        return 1

    def frames(self) -> Iterator[Frame]:
        with Image.open(io.BytesIO(self.data), formats=["GIF"]) as image:
            for number in range(len(self.durations)):
                image.seek(number)
                yield Frame(np.asarray(image.convert("RGBA" if self.clear else "RGB")), "rgb")

    def encode(self, frames: Frames) -> bytes:
        return put_together(b"GIF89a" + self.parts.head[6:], list(self._blocks(frames)))

    def finer(self) -> None:
        """Return None: nothing is coded more finely than that."""

    def _blocks(self, frames: Frames) -> Iterator[Block]:
        """Yield the source's own blocks in their order, with new pictures in the place of its own."""
        made = marked_frames(frames, [_duration(block.data) for block in _controls(self.parts)])
        for block in self.parts.blocks:
            if block.label == 0:
                yield from next(made)
            elif block.label != _CONTROL:
                yield block


@dataclass(frozen=True, slots=True)
class _Kept:
    """A GIF that holds one picture."""

    animation: Animation

    def encode(self, pixels: Pixels) -> bytes:
        return self.animation.encode([pixels])


def marked_frames(frames: Frames, hundredths: list[int]) -> Iterator[list[Block]]:
    """Yield the blocks of each frame: how long it lasts, and what changes; the whole frame where some are transparent.

    (Only a cleared screen can turn a pixel transparent again.)
    """
    whole = any(pixels.shape[2] == 4 and bool((pixels[..., 3] < _OPAQUE).any()) for pixels in frames)
    before: Pixels | None = None
    for pixels, lasts in zip(frames, hundredths, strict=True):
        spot = changed(None if whole else before, pixels)
        image, clear = painted(spot.of(pixels))
        yield [control(lasts, clear, disposal=_CLEAR if whole else _ONE_PICTURE), drawn(image, spot)]
        before = pixels


def read(path: Path, data: bytes) -> Picture:
    """Return the picture of a GIF file, of an animation the first frame with the series of all."""
    try:
        parts = take_apart(data)
    except ValueError as error:
        raise damaged(path) from error
    width, height = (int.from_bytes(data[i : i + 2], "little") for i in (6, 8))
    pictures = [block.data for block in parts.blocks if block.label == 0]
    if not pictures:
        raise damaged(path)
    # The decoder makes the screen larger for frames that reach beyond it, each of which may ask for 4 gigapixels.
    reach = np.array([np.frombuffer(picture[1:9], "<u2") for picture in pictures], np.int64)
    widest, highest = np.maximum((width, height), (reach[:, :2] + reach[:, 2:]).max(axis=0)).tolist()
    check_size(path, widest, highest, 4)
    notes = suffix_note(path, "GIF")
    with decoding(path), Image.open(io.BytesIO(data), formats=["GIF"]) as image:
        count = min(int(getattr(image, "n_frames", 1)), len(pictures))
        maybe = any(_is_clear(block.data) for block in _controls(parts)) or not _covers(pictures[0], *image.size)
        clear = maybe and any(_shows_through(image, number) for number in range(count))
        image.seek(0)
        first = np.asarray(image.convert("RGBA" if clear else "RGB"))
    durations = tuple(10 * _duration(block.data) for block in _controls(parts))[:count]
    animation = Animation(data, parts, clear, durations)
    obstacle = require_moderate(path.name, count, widest * highest)
    if not parts.complete or count != len(pictures) or first.shape[:2] != (height, width):
        return _damaged(path, first, notes)
    if count > 1:
        return Picture(path, first, "rgb", "GIF", notes, obstacle, series=animation)
    return Picture(path, first, "rgb", "GIF", notes, obstacle, _Kept(animation))


def _damaged(path: Path, first: Pixels, notes: tuple[str, ...]) -> Picture:
    sentence = f"{path.name} is cut off or damaged: only part of it is there."
    notes += (f"{sentence} What could be read was examined.",)
    return Picture(path, first, "rgb", "GIF", notes, IncompleteError(sentence, COMPLETE, path=path))


def _exactly(colours: Pixels, hidden: Pixels, most: int) -> Image.Image | None:
    """Return a frame with its own colours as palette, None where there are too many."""
    flat = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    values, places = np.unique(flat[~hidden] if hidden.any() else flat, return_inverse=True)
    if values.size > most:
        return None
    numbers = np.zeros(flat.shape, np.uint8)
    numbers[~hidden] = places.ravel()
    image = Image.fromarray(numbers)
    rows = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.uint8)
    image.putpalette(rows.tobytes().ljust(3 * _COLOURS, b"\x00"))
    return image


def _controls(parts: Parts) -> list[Block]:
    """Return the control block of each picture, one that says nothing where it has none."""
    found: list[Block] = []
    latest = control(0, None, disposal=0)
    for block in parts.blocks:
        if block.label == _CONTROL and len(block.data) >= 8:
            latest = block
        elif block.label == 0:
            found.append(latest)
            latest = control(0, None, disposal=0)
    return found


def _duration(block: bytes) -> int:
    return int.from_bytes(block[4:6], "little")


def _is_clear(block: bytes) -> bool:
    return bool(block[3] & 1)


def _shows_through(image: Image.Image, number: int) -> bool:
    """Return whether a frame, laid over those before it, has transparent pixels: most only leave out what stays."""
    image.seek(number)
    return bool((np.asarray(image.convert("RGBA"))[..., 3] < _OPAQUE).any())


def _covers(picture: bytes, width: int, height: int) -> bool:
    return picture[1:5] == bytes(4) and picture[5:9] == width.to_bytes(2, "little") + height.to_bytes(2, "little")


def _palette(flags: int) -> int:
    """Return how many bytes a palette takes that is described by these flags."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind(data: bytes, place: int) -> int:
    """Return where a chain of sub-blocks ends: beyond the data where it does not."""
    while place < len(data) and data[place]:
        place += 1 + data[place]
    return place + 1
