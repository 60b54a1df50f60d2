"""Small views of suspect files: a picture as it is shown, the outline of a recording. Made beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from core.model import Kind, Recording

_SIDE = 640  # pixels: twice what the preview takes, for dense screens
_COLUMNS = 600
_LOOKED_AT = 48_000  # frames of a column


@dataclass(frozen=True, slots=True)
class Preview:
    """A view of a file: `image` with the picture's true size, or `peaks` (columns, 2) in -1..1 with its length."""

    path: Path
    image: QImage | None = None
    width: int = 0
    height: int = 0
    peaks: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0


def preview(path: Path, kind: Kind, time: float | None = None) -> Preview:
    """Return the view of a file, of a film its picture at a time in seconds, or else the outline of its sound.

    UnreadableError where it cannot be decoded.
    """
    if kind is Kind.VIDEO and time is not None:
        from core.media.frames import frame_at
        from core.media.thumbnail import thumbnail

        shown = frame_at(path, time).pixels
        image = QImage.fromData(thumbnail(shown, cmyk=False, side=_SIDE))
        return Preview(path, image=image, width=shown.shape[1], height=shown.shape[0])
    if kind is Kind.IMAGE:
        from core.media.images import read_image
        from core.media.thumbnail import thumbnail

        picture = read_image(path)
        height, width = picture.pixels.shape[:2]
        small = thumbnail(picture.pixels, cmyk=picture.space == "cmyk", side=_SIDE)
        return Preview(path, image=QImage.fromData(small), width=width, height=height)
    from core.media.sounds import read_sound

    sound = read_sound(path)
    length = len(sound.samples) / sound.rate if sound.rate else 0.0
    peaks = _peaks(sound.samples)
    if sound.start > 0:  # a sound track that begins later than its film
        silence = round(len(peaks) * sound.start / max(length, 1e-9))
        peaks = np.concatenate([np.zeros((min(silence, _COLUMNS), 2), np.float32), peaks])
    return Preview(path, peaks=peaks, seconds=length + max(sound.start, 0.0))


def _peaks(samples: Recording) -> npt.NDArray[np.float32]:
    """Return the lowest and highest sample of each column; of a long recording, of a part of each."""
    frames = len(samples)
    if not frames:
        return np.zeros((1, 2), np.float32)
    starts = np.linspace(0, frames, min(_COLUMNS, frames), endpoint=False).astype(np.int64)
    ends = np.minimum(np.append(starts[1:], frames), starts + _LOOKED_AT)
    peaks = [(part.min(), part.max()) for part in (samples[a:b] for a, b in zip(starts, ends, strict=True))]
    return np.array(peaks, np.float32)
