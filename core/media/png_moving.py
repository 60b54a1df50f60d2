"""Animated PNG: frames had one by one, and a new file that holds what changes from frame to frame."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.media.orientation import stored, upright
from core.media.pixels import Pixels, Space
from core.media.png_chunks import Chunk, put_together, take_apart
from core.media.series import Frame, Frames, Spot, changed, starts

OF_ANIMATIONS = frozenset({b"acTL", b"fcTL", b"fdAT"})
_LEVEL = 6  # of compression: the usual one
_MODES = {0: "L", 2: "RGB", 3: "RGBA", 4: "LA", 6: "RGBA"}  # by colour type
_CLEAR = _MODES | {0: "LA", 2: "RGBA"}  # where one colour stands for transparent
_CONTROL = 26  # bytes of an fcTL


@dataclass(frozen=True, slots=True)
class Animation:
    """The frames of an animated PNG file, with the picture that it shows elsewhere where that is none of them."""

    data: bytes
    header: bytes
    controls: tuple[bytes, ...]  # the fcTL of each frame
    hidden: bool  # whether the first picture is no frame
    plays: bytes
    before: tuple[Chunk, ...]
    after: tuple[Chunk, ...]
    orientation: int

    @classmethod
    def of(
        cls, data: bytes, chunks: list[Chunk], before: tuple[Chunk, ...], after: tuple[Chunk, ...], orientation: int
    ) -> Animation | None:
        """Return the animation of a whole file, None where its chunks are not in order."""
        names = [chunk.name for chunk in chunks]
        controls = [c.payload for c in chunks if c.name == b"fcTL" and len(c.payload) == _CONTROL]
        plays = next((chunk.payload[4:8] for chunk in chunks if chunk.name == b"acTL"), b"")
        if not controls or b"IDAT" not in names or len(plays) != 4 or not all(chunk.sound for chunk in chunks):
            return None
        hidden = names.index(b"fcTL") > names.index(b"IDAT")
        return cls(data, chunks[0].payload, tuple(controls), hidden, plays, before, after, orientation)

    @property
    def moving(self) -> bool:
        return True

    @property
    def times(self) -> tuple[float, ...]:
        return starts(self.durations)

    @property
    def durations(self) -> tuple[int, ...]:
        shown = tuple(round(1000 * _duration(control)) for control in self.controls)
        return (0, *shown) if self.hidden else shown

    @property
    def loops(self) -> int:
        return int.from_bytes(self.plays, "big")

    @property
    def space(self) -> Space:
        return "grey" if self.header[9] in (0, 4) else "rgb"

    def frames(self) -> Iterator[Frame]:
        clear = any(chunk.name == b"tRNS" for chunk in self.before)
        mode = (_CLEAR if clear else _MODES)[self.header[9]]
        with Image.open(io.BytesIO(self.data), formats=["PNG"]) as image:
            for number in range(len(self.times)):
                image.seek(number)
                pixels = np.asarray(image.convert(mode))
                yield Frame(upright(pixels, self.orientation), self.space)

    def encode(self, frames: Frames) -> bytes:
        turned = (stored(pixels, self.orientation) for pixels in frames)
        made = list(marked_frames(turned, self.controls, hidden=self.hidden))
        count = Chunk(b"acTL", len(self.controls).to_bytes(4, "big") + self.plays)
        head = Chunk(b"IHDR", self.header[:12] + b"\x00")
        return put_together([head, count, *self.before, *made, *self.after, Chunk(b"IEND", b"")])

    def finer(self) -> None:
        """Return None: nothing is coded more finely than that."""


def marked_frames(frames: Iterator[Pixels], controls: tuple[bytes, ...], *, hidden: bool) -> Iterator[Chunk]:
    """Yield the chunks of all frames: where and how long each is shown, and the part that changes."""
    if hidden:
        yield Chunk(b"IDAT", _packed(next(frames)))
    before: Pixels | None = None
    sequence = 0
    for control, pixels in zip(controls, frames, strict=True):
        spot = changed(before, pixels)
        yield Chunk(b"fcTL", sequence.to_bytes(4, "big") + _placed(spot) + control[20:24] + b"\x00\x00")
        sequence += 1
        packed = _packed(spot.of(pixels))
        if before is None and not hidden:
            yield Chunk(b"IDAT", packed)
        else:
            yield Chunk(b"fdAT", sequence.to_bytes(4, "big") + packed)
            sequence += 1
        before = pixels


def control_of(milliseconds: int) -> bytes:
    """Return the fcTL of a frame that lasts so long."""
    return bytes(20) + min(milliseconds, 65535).to_bytes(2, "big") + (1000).to_bytes(2, "big") + b"\x00\x00"


def _packed(pixels: Pixels) -> bytes:
    from imagecodecs import png_encode

    made, _ = take_apart(bytes(png_encode(np.ascontiguousarray(pixels), level=_LEVEL)))
    return b"".join(chunk.payload for chunk in made if chunk.name == b"IDAT")


def _placed(spot: Spot) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in (spot.width, spot.height, spot.x, spot.y))


def _duration(control: bytes) -> float:
    """Return the seconds that a frame lasts; a denominator of 0 stands for hundredths."""
    return int.from_bytes(control[20:22], "big") / (int.from_bytes(control[22:24], "big") or 100)
