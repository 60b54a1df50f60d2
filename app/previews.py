"""Small views of suspect files: a picture as it is shown, the outline of a recording. Made beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from core.model import Kind

_SIDE = 640  # pixels: twice what the preview takes, for dense screens
_COLUMNS = 600


@dataclass(frozen=True, slots=True)
class Preview:
    """A view of a file: `image` with the picture's true size, or `peaks` (columns, 2) in -1..1 with its length."""

    path: Path
    image: QImage | None = None
    width: int = 0
    height: int = 0
    peaks: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0


def preview(path: Path, kind: Kind) -> Preview:
    """Return the view of a file. UnreadableError where it cannot be decoded."""
    if kind is Kind.IMAGE:
        from core.media.images import read_image

        picture = read_image(path)
        height, width = picture.pixels.shape[:2]
        return Preview(path, image=_shown(picture.pixels, picture.space), width=width, height=height)
    from core.media.sounds import read_sound

    sound = read_sound(path)
    length = len(sound.samples) / sound.rate if sound.rate else 0.0
    return Preview(path, peaks=_peaks(sound.samples), seconds=length)


def _shown(pixels: npt.NDArray[np.generic], space: str) -> QImage:
    """Return the picture at screen size: averaged over blocks, 8 bits, red green blue."""
    step = max(1, -(-max(pixels.shape[:2]) // _SIDE))
    height, width = pixels.shape[0] // step * step, pixels.shape[1] // step * step
    if not height or not width:  # thinner than one block
        step, height, width = 1, pixels.shape[0], pixels.shape[1]
    planes = pixels[:height, :width].reshape(height // step, step, width // step, step, -1)
    small = planes.mean(axis=(1, 3), dtype=np.float32)
    if np.issubdtype(pixels.dtype, np.integer):
        small /= float(np.iinfo(pixels.dtype).max)  # type: ignore[type-var]
    channels = small.shape[2]
    if space == "cmyk":
        small = (1.0 - small[:, :, :3]) * (1.0 - small[:, :, 3:4])
    else:
        alpha = small[:, :, -1:] if channels in (2, 4) else None
        small = small[:, :, :1].repeat(3, axis=2) if channels < 3 else small[:, :, :3]
        if alpha is not None:
            small = small * alpha + (1.0 - alpha)
    data = np.ascontiguousarray(np.clip(small * 255.0 + 0.5, 0, 255).astype(np.uint8))
    image = QImage(data.data, data.shape[1], data.shape[0], data.shape[1] * 3, QImage.Format.Format_RGB888)
    return image.copy()  # owns its pixels


def _peaks(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return the lowest and highest sample of each column."""
    frames = len(samples)
    if not frames:
        return np.zeros((1, 2), np.float32)
    starts = np.linspace(0, frames, min(_COLUMNS, frames), endpoint=False).astype(np.int64)
    low = np.minimum.reduceat(samples.min(axis=1), starts)
    high = np.maximum.reduceat(samples.max(axis=1), starts)
    return np.stack([low, high], axis=1).astype(np.float32)
