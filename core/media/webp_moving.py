"""Animated WebP: frames had one by one, and a new file that holds what changes from frame to frame."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from core.media import riff
from core.media.orientation import stored, upright
from core.media.pixels import Pixels
from core.media.series import Frame, Frames, Spot, changed, starts
from core.media.webp_chunks import ALPHA_FLAG, Chunks, chunks_of, coded
from core.media.webp_quality import quality_of

LEAST_QUALITY = 90
_OVER = 0x02  # a frame takes the place of what was there, instead of being blended with it
_BODY = 16  # bytes of a frame's chunk before its picture


@dataclass(frozen=True, slots=True)
class Animation:
    """The frames of an animated WebP file."""

    data: bytes
    chunks: tuple[tuple[bytes, bytes], ...]  # all of the source; those of frames empty
    durations: tuple[int, ...]  # milliseconds
    lossless: tuple[bool, ...]
    quality: int
    clear: bool
    orientation: int

    @classmethod
    def of(cls, data: bytes, chunks: Chunks, orientation: int) -> Animation:
        """Return the animation of these chunks. ValueError where there is no frame."""
        frames = [payload for name, payload in chunks if name == b"ANMF"]
        if not frames:
            raise ValueError("no frame")
        inner = [dict(reversed(_inner(frame))) for frame in frames]
        lossy = [found[b"VP8 "] for found in inner if b"VP8 " in found]
        described = dict(reversed(chunks)).get(b"VP8X", bytes(10))
        return cls(
            data,
            tuple((name, b"" if name == b"ANMF" else payload) for name, payload in chunks),
            tuple(int.from_bytes(frame[12:15], "little") for frame in frames),
            tuple(b"VP8 " not in found for found in inner),
            max([LEAST_QUALITY, *map(quality_of, lossy)]),
            bool(described[0] & ALPHA_FLAG),
            orientation,
        )

    @property
    def moving(self) -> bool:
        return True

    @property
    def times(self) -> tuple[float, ...]:
        return starts(self.durations)

    @property
    def loops(self) -> int:
        return int.from_bytes(dict(self.chunks).get(b"ANIM", bytes(6))[4:6], "little")

    def frames(self) -> Iterator[Frame]:
        with Image.open(io.BytesIO(self.data), formats=["WEBP"]) as image:
            for number in range(len(self.durations)):
                image.seek(number)
                pixels = np.asarray(image.convert("RGBA" if self.clear else "RGB"))
                yield Frame(upright(pixels, self.orientation), "rgb")

    def encode(self, frames: Frames) -> bytes:
        turned = (stored(pixels, self.orientation) for pixels in frames)
        made = marked_frames(turned, self.durations, self.lossless, self.quality)
        chunks = [(name, next(made)) if name == b"ANMF" else (name, payload) for name, payload in self.chunks]
        return riff.put_together((b"RIFF", b"WEBP"), chunks)

    def finer(self) -> Animation | None:
        """Return the same with half the distance to the best quality."""
        if all(self.lossless) or self.quality >= 100:
            return None
        return replace(self, quality=(self.quality + 101) // 2)


def marked_frames(
    frames: Iterator[Pixels], durations: tuple[int, ...], lossless: tuple[bool, ...], quality: int
) -> Iterator[bytes]:
    """Yield the payload of each frame's chunk: where and how long it is shown, and the part that changes."""
    before: Pixels | None = None
    for pixels, lasts, exact in zip(frames, durations, lossless, strict=True):
        spot = changed(before, pixels, even=True)
        picture = coded(spot.of(pixels), lossless=exact, quality=quality)
        yield _placed(spot, lasts) + riff.put_together((b"RIFF", b"WEBP"), picture)[12:]
        before = pixels


def _placed(spot: Spot, milliseconds: int) -> bytes:
    numbers = (spot.x // 2, spot.y // 2, spot.width - 1, spot.height - 1, min(milliseconds, 2**24 - 1))
    return b"".join(number.to_bytes(3, "little") for number in numbers) + bytes((_OVER,))


def _inner(frame: bytes) -> Chunks:
    """Return the chunks within a frame."""
    return chunks_of(b"RIFF" + (len(frame) - _BODY + 4).to_bytes(4, "little") + b"WEBP" + frame[_BODY:])
