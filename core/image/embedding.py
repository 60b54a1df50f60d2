"""Mark a picture with a serial, and read the mark back before anybody relies on it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from core import decide
from core.errors import RefusedError
from core.image.channels import Layout
from core.image.detection import find
from core.image.frame import canonical_shape
from core.image.marking import Canvas, Marked
from core.image.outlook import notes
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.quality import colour_difference
from core.keys import CreatorKey
from core.model import SERIALS, Embedded, Finding, Kind, Reference, Strength

_LEAST_SIDE = 48
_LEAST_PIXELS = 10_000
_LOUDER = 3.0  # dB of visible PSNR that a cut-out may lose, as long as the PSNR of all its pixels keeps the target


def embed(
    pixels: npt.NDArray[Any],
    *,
    key: CreatorKey,
    serial: int,
    strength: Strength | str = Strength.STANDARD,
    space: str | None = None,
    outlook: bool = True,
) -> Embedded:
    """Return the picture with the mark of `serial` in it, what that cost, and its read-back.

    `pixels`: uint8, uint16 or float 0..1; (height, width) or (h, w, 1) grey, (h, w, 2) grey + alpha, (h, w, 3) RGB,
    (h, w, 4) RGBA, or CMYK (0 = no ink) with `space="cmyk"`. The result has the same shape and dtype. Transparency
    stays as it is and fully transparent pixels keep their values. `.quality`: `psnr` (dB), `ssim`, `ssim_worst` (the
    worst 1 % of 7x7 windows), `flat_rms` (grey levels) of luma, `colour_difference` (mean CIE 1976 delta E).
    Without `outlook` the notes on what a copy will survive, which take most of the time, are left out.
    RefusedError for a picture that could not carry the mark; ValueError for arguments of another form.

    Spread spectrum under a perceptual mask (Cox, Kilian, Leighton and Shamoon, 1997; Podilchuk and Zeng,
    "Image-adaptive watermarking using visual models", IEEE J. Selected Areas in Communications 16(4), 1998).
    """
    layout = Layout.of(pixels, space)
    strength = Strength(strength)
    if not 0 <= serial < SERIALS:
        raise ValueError(f"a serial lies between 0 and {SERIALS - 1}, not {serial}")
    height, width = layout.shape
    if min(height, width) < _LEAST_SIDE or height * width < _LEAST_PIXELS:
        raise RefusedError(
            f"A picture of {width} x {height} pixels is too small to carry a mark.",
            "Mark a larger version, then make the small one from it.",
        )
    canvas = Canvas(pixels, layout)
    if canvas.alpha is not None and not canvas.alpha.any():
        raise RefusedError("The picture is fully transparent: nothing in it can carry a mark.", "Choose another file.")
    pattern = Pattern.of(key)
    plane = pattern.plane(serial, canonical_shape(layout.shape))
    for louder in _steps(canvas):
        marked = canvas.mark(plane, strength, louder=louder)
        expected = _read_back(marked, canvas, pattern, serial)
        if expected is not None:
            break
    else:
        raise RefusedError(_reason(canvas), _advice(strength))
    return Embedded(
        quality={
            "psnr": marked.meter.psnr,
            "ssim": marked.meter.ssim,
            "ssim_worst": marked.meter.ssim_worst,
            "flat_rms": marked.meter.flat_rms,
            "colour_difference": colour_difference(pixels, marked.pixels, layout),
        },
        expected=expected,
        parameters=PARAMETERS.version,
        pixels=marked.pixels,
        notes=notes(marked, canvas, pattern, serial, expected) if outlook else (),
    )


def _steps(canvas: Canvas) -> tuple[float, ...]:
    """Return the dB by which the mark may grow if it cannot be read back: few visible pixels need and bear more."""
    if canvas.alpha is None:
        return (0.0,)
    spare = -10 * math.log10(max(float(canvas.alpha.mean(dtype=np.float64)), 1e-3))
    return 0.0, min(spare, _LOUDER)


def _read_back(marked: Marked, canvas: Canvas, pattern: Pattern, serial: int) -> Finding | None:
    """Return what an untouched copy gives, None unless it stays certain among all 2^20 serials."""
    height, width = marked.luma.shape
    reference = Reference(0, Kind.IMAGE, width, height)
    found = find(marked.luma, canvas.alpha, pattern, np.array([serial]), (reference,), thorough=False)
    if not found or found[0].serial != serial:
        return None
    alone = decide.false_alarm(found[0].score, candidates=SERIALS, hypotheses=PARAMETERS.hypotheses)
    return found[0] if alone <= decide.CERTAIN else None


def _reason(canvas: Canvas) -> str:
    height, width = canvas.luma.shape
    if height * width < PARAMETERS.area // 8:
        return f"At {width} x {height} pixels the picture is too small for what it shows: the mark cannot be read back."
    if canvas.busy < PARAMETERS.busy_share:
        return "The picture is too flat or too white: a mark that stays invisible cannot be read back from it."
    return "The picture is so restless that a mark that stays invisible cannot be read back from it."


def _advice(strength: Strength) -> str:
    if strength is Strength.STRONG:
        return "Mark a larger version of it."
    return 'Try the strength "strong", or mark a larger version of it.'
