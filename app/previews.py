"""Small views of suspect files: a picture as it is shown, the outline of a recording. Made beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from core.model import FloatArray, Kind

_SIDE = 640  # pixels: twice what the preview takes, for dense screens
_COLUMNS = 600
_LOOKED_AT = 48_000  # frames of a column
_WINDOW, _DEEP = 1024, 80.0  # samples and decibels of a spectrogram
Part = Callable[[int, int], FloatArray]  # frames from, to -> (frames, channels)


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
    samples = sound.samples
    outline = peaks(lambda a, b: samples[a:b], len(samples))
    if sound.start > 0:  # a sound track that begins later than its film
        silence = round(len(outline) * sound.start / max(length, 1e-9))
        outline = np.concatenate([np.zeros((min(silence, _COLUMNS), 2), np.float32), outline])
    return Preview(path, peaks=outline, seconds=length + max(sound.start, 0.0))


def peaks(part: Part, frames: int) -> npt.NDArray[np.float32]:
    """Return the lowest and highest sample of each column (columns, 2); of a long recording, of a part of each."""
    if not frames:
        return np.zeros((1, 2), np.float32)
    starts = np.linspace(0, frames, min(_COLUMNS, frames), endpoint=False).astype(np.int64)
    ends = np.minimum(np.append(starts[1:], frames), starts + _LOOKED_AT)
    found = [(seen.min(), seen.max()) for seen in (part(a, b) for a, b in zip(starts, ends, strict=True))]
    return np.array(found, np.float32)


def spectrogram(part: Part, frames: int) -> QImage:
    """Return time (across) against frequency (upwards, to half the rate): the darker, the louder; 80 dB deep."""
    width = min(_COLUMNS, max(1, frames // 64))
    middles = np.linspace(0, frames, width, endpoint=False).astype(np.int64)
    window = np.hanning(_WINDOW)
    powers = np.empty((_WINDOW // 2, width))
    for column, start in enumerate(middles):
        mono = part(int(start), int(start) + _WINDOW).mean(axis=1)
        mono = np.pad(mono, (0, _WINDOW - len(mono)))
        powers[:, column] = np.abs(np.fft.rfft(mono * window)[:-1]) ** 2
    levels = 10.0 * np.log10(powers + 1e-20)
    shares = np.clip((levels - levels.max()) / _DEEP + 1.0, 0.0, 1.0)[::-1]
    dark = np.ascontiguousarray(np.rint(shares * 255), np.uint8)
    return QImage(dark.data, width, len(dark), width, QImage.Format.Format_Alpha8).copy()
