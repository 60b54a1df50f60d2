"""The picture that an evidence report shows of a suspect: beside its original, or alone where that is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import CountermarkError
from core.evidence import figures
from core.evidence.figures import Drawing
from core.medium import ImageMedium, Medium, SoundMedium, Suspect
from core.reading import read_work

NOTHING: Drawing = np.zeros((0, 0, 3), np.uint8)


def figure_of(
    medium: Suspect, original: Path, sha256: str, where: tuple[tuple[float, float], ...]
) -> tuple[Drawing, str]:
    """Return the picture for the eye and its caption; no pixels where there is nothing to compare with.

    `original` is the file of the work, shown if it still has this hash; `where` is that of the finding.
    """
    other = _original(original, sha256)
    if isinstance(medium, ImageMedium):
        cmyk = medium.picture.space == "cmyk"
        if not isinstance(other, ImageMedium):
            caption = "The suspect. The original was not there to be shown beside it. Framed: where the work lies."
            return figures.single(medium.picture.pixels, where, cmyk=cmyk), caption
        inks = cmyk, other.picture.space == "cmyk"
        drawing = figures.beside(medium.picture.pixels, other.picture.pixels, where, cmyk=inks)
        return drawing, "Left the suspect, right the registered original. Framed: where the work lies in the suspect."
    if isinstance(medium, SoundMedium) and isinstance(other, SoundMedium):
        one, two = medium.sound, other.sound
        return figures.aligned(one.samples, one.rate, two.samples, two.rate, where)
    return NOTHING, ""


def _original(path: Path, sha256: str) -> Medium | None:
    """Return the original as it lies on the disk, None where it is gone or is another file by now."""
    from core.media.files import sha256_of

    try:
        return read_work(path) if sha256_of(path) == sha256 else None
    except CountermarkError:
        return None
