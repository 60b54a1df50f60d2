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

from core.media import riff
from core.media.orientation import orientation_of, stored, upright
from core.media.picture import Picture, check_size, damaged, decoding, suffix_note
from core.media.pixels import Pixels
from core.media.series import require_moderate
from core.media.webp_chunks import ALPHA_FLAG, PICTURE, chunks_of, coded, header, size_of
from core.media.webp_moving import LEAST_QUALITY, Animation
from core.media.webp_quality import quality_of


@dataclass(frozen=True, slots=True)
class _Kept:
    chunks: tuple[tuple[bytes, bytes], ...]  # all of the source; picture chunks empty, the first one tells the place
    lossless: bool
    quality: int
    orientation: int

    def encode(self, pixels: Pixels) -> bytes:
        array = stored(pixels, self.orientation)
        made = coded(array, lossless=self.lossless, quality=self.quality)
        if len(self.chunks) == 1 and len(made) == 1:
            return riff.put_together((b"RIFF", b"WEBP"), made)
        chunks: list[tuple[bytes, bytes]] = []
        if self.chunks[0][0] != b"VP8X":  # a simple file whose alpha needs a chunk of its own
            flags = ALPHA_FLAG if any(name == b"ALPH" for name, _ in made) else 0
            chunks.append(header(array.shape[1], array.shape[0], flags))
        for name, payload in self.chunks:
            if name not in PICTURE:
                chunks.append((name, payload))
            elif made:
                chunks += made
                made = []
        return riff.put_together((b"RIFF", b"WEBP"), chunks)

    def finer(self) -> _Kept | None:
        """Return the same with half the distance to the best quality."""
        return None if self.lossless or self.quality >= 100 else replace(self, quality=(self.quality + 101) // 2)


def read(path: Path, data: bytes) -> Picture:
    """Return the picture of a WebP file, of an animation the first frame with the series of all."""
    try:
        chunks = chunks_of(data)
    except ValueError as error:
        raise damaged(path) from error
    found = dict(reversed(chunks))
    moving = b"ANIM" in found or b"ANMF" in found
    size = size_of(found)
    if size is None:
        raise damaged(path)
    check_size(path, *size, 4 if not moving else 12)
    with decoding(path), Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
        check_size(path, image.width, image.height, 4)
        pixels = np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGBA"))
    turn = orientation_of(found.get(b"EXIF", b""))
    notes = suffix_note(path, "WebP")
    if b"C2PA" in found:
        notes += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
    chunks = [(name, payload) for name, payload in chunks if name != b"C2PA"]
    if moving:
        with decoding(path):
            series = Animation.of(data, chunks, turn)
            first = next(series.frames()).pixels
        count = len(series.times)
        obstacle = require_moderate(path.name, count, size[0] * size[1])
        return Picture(path, first, "rgb", "WebP", notes, obstacle, series=series)
    lossless = b"VP8L" in found
    quality = 75 if lossless else max(LEAST_QUALITY, quality_of(found[b"VP8 "]))
    kept = _Kept(
        tuple((name, b"" if name in PICTURE else payload) for name, payload in chunks), lossless, quality, turn
    )
    return Picture(path, upright(pixels, turn), "rgb", "WebP", notes, _kept=kept)
