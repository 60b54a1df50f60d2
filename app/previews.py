"""Small views of suspect files, as the window draws them. Made beside the window, of a file that is read apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from core.apart import viewed
from core.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Preview:
    """A view of a file: `image` with the picture's true size, or `peaks` (columns, 2) in -1..1 with its length."""

    path: Path
    image: QImage | None = None
    width: int = 0
    height: int = 0
    peaks: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0


def preview(path: Path, progress: Progress = silent) -> Preview:
    """Return the view of a file. UnreadableError where it cannot be decoded; CancelledError out of `progress`."""
    view = viewed(path, beat=lambda: progress(0.0, ""))
    if view.peaks is None:
        return Preview(path, image=QImage.fromData(view.png), width=view.width, height=view.height)
    return Preview(path, peaks=view.peaks, seconds=view.seconds)
