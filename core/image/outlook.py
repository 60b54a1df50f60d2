"""What a weak copy will and will not survive: tried on the copy itself, and said before it is sent."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from core import decide
from core.image.detection import find
from core.image.frame import Plane, resample
from core.image.marking import Canvas, Marked
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.model import Finding

_SURE_PIXELS = 4_000_000  # above, every picture tried kept its mark through JPEG 50 and half size
_SURE_SCORE = 30.0  # and no photo with this score and a canonical size of its own failed either
MOSTLY = 0.5  # of a picture's opacity: less is mostly transparent
_CANDIDATES = 1_000
_QUALITIES = (90, 75, 50)


def notes(marked: Marked, canvas: Canvas, pattern: Pattern, serial: int, expected: Finding) -> tuple[str, ...]:
    """Return plain sentences on what this copy's mark does not survive; () for a copy that carries it well.

    JPEG compression and halving the size are tried on the marked luma, with a thousand candidates in mind.
    """
    size = marked.luma.size
    busy = canvas.busy >= PARAMETERS.busy_share
    if size > _SURE_PIXELS or (busy and size >= PARAMETERS.area and expected.score > _SURE_SCORE):
        return ()

    def survives(luma: Plane) -> bool:
        found = find(luma, None, pattern, np.array([serial]), thorough=False)
        return bool(found) and _still_certain(found[0], serial)

    # JPEG has no transparency: white shows.
    seen = marked.luma if canvas.alpha is None else over_white(marked.luma, canvas.alpha)
    height, width = seen.shape
    lost = []
    # From the best quality down: a white page, whose mark hangs on how one value rounds, can fail at 75 and hold at 50.
    quality = 0
    for lower in _QUALITIES:
        if not survives(_compressed(seen, lower)):
            break
        quality = lower
    if not quality:
        lost.append("saved as JPEG, even at high quality")
    elif quality > _QUALITIES[-1]:
        lost.append(f"saved as JPEG below quality {quality}")
    if not survives(resample(seen, (max(8, height // 2), max(8, width // 2)))):
        lost.append("made half as large")
    if not lost:
        return ()
    said = f"This picture carries its mark weakly: it can be lost when the copy is {' or '.join(lost)}."
    if canvas.alpha is not None and float(canvas.alpha.mean()) < MOSTLY:
        said += " Most of it is transparent and carries nothing: on a ground of its own it would hold far more."
    return (said,)


def over_white(luma: Plane, alpha: Plane) -> Plane:
    """Return what a cut-out's luma looks like on a white page."""
    return (luma - np.float32(255)) * alpha + np.float32(255)


def _still_certain(finding: Finding, serial: int) -> bool:
    among = decide.false_alarm(finding.score, candidates=_CANDIDATES, hypotheses=PARAMETERS.hypotheses)
    return finding.serial == serial and among <= decide.CERTAIN


def _compressed(luma: Plane, quality: int) -> Plane:
    grey = Image.fromarray(np.clip(np.rint(luma), 0, 255).astype(np.uint8))
    data = io.BytesIO()
    grey.save(data, "JPEG", quality=quality)
    return np.asarray(Image.open(data), np.float32)
