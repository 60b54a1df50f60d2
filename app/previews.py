"""Small views of suspect files, as the window draws them. Made beside the window, of a file that is read apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from core.apart import viewed
from core.errors import CancelledError, CountermarkError
from core.model import Work
from core.progress import Progress, silent
from core.view import Part

_COLUMNS = 600
_WINDOW, _DEEP = 1024, 80.0  # samples and decibels of a spectrogram


@dataclass(frozen=True, slots=True)
class Preview:
    """A view of a file: `image` with the picture's true size, or `peaks` (columns, 2) in -1..1 with its length."""

    path: Path
    image: QImage | None = None
    width: int = 0
    height: int = 0
    peaks: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0


def preview(path: Path, time: float | None = None, progress: Progress = silent) -> Preview:
    """Return the view of a file, of a film its picture at a time in seconds, or else the outline of its sound.

    UnreadableError where it cannot be decoded; CancelledError out of `progress`.
    """
    view = viewed(path, time, beat=lambda: progress(0.0, ""))
    if view.peaks is None:
        return Preview(path, image=QImage.fromData(view.png), width=view.width, height=view.height)
    return Preview(path, peaks=view.peaks, seconds=view.seconds)


def preview_of_original(work: Work, progress: Progress = silent) -> Preview | None:
    """Return a view of a work's original; None where it does not lie, unchanged, where the catalog knows it."""
    from core.media.files import sha256_of

    try:
        if sha256_of(Path(work.path)) != work.sha256:
            return None
        return preview(Path(work.path), progress=progress)
    except CancelledError:
        raise
    except CountermarkError:
        return None


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
