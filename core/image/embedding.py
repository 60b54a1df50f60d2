"""Mark a picture: the pattern of its serial, as strong as the visibility mask allows, added at full resolution.

Mask and mark are made at canonical size; at full resolution there is one pass for luma and one that upsamples the
residual, caps it by the local luma range, adds it and measures what it did. A few bands of rows serve to set the
strength before that pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.errors import RefusedError
from core.image.channels import Layout, backdrop, over
from core.image.detection import find
from core.image.frame import Plane, canonical_shape, resample, resampling
from core.image.mask import Visibility
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.quality import WINDOW, Meter
from core.keys import CreatorKey
from core.model import SERIALS, Embedded, Kind, Reference, Strength, Verdict

_LEAST_SIDE = 48
_ROWS = 9 * WINDOW  # rows of a strip: they stay in the processor's cache
_SAMPLE = 400_000  # pixels of the bands that set the strength
_BANDS = 24
_MARGIN = 0.0004  # of SSIM, for bands that are not the whole picture
_ROUNDS = 5


def embed(
    pixels: npt.NDArray[Any],
    *,
    key: CreatorKey,
    serial: int,
    strength: Strength | str = Strength.STANDARD,
    space: str | None = None,
) -> Embedded:
    """Return the picture with the mark of `serial` in it, what that cost, and its read-back.

    `pixels`: uint8, uint16 or float 0..1; (height, width) or (h, w, 1) grey, (h, w, 2) grey + alpha, (h, w, 3) RGB,
    (h, w, 4) RGBA, or CMYK (0 = no ink) with `space="cmyk"`. The result has the same shape and dtype. Transparency
    stays as it is and fully transparent pixels keep their values. RefusedError for a picture that could not carry the
    mark; ValueError for arguments of another form.

    Spread spectrum under a perceptual mask (Cox, Kilian, Leighton and Shamoon, 1997; Podilchuk and Zeng, 1998).
    """
    layout = Layout.of(pixels, space)
    strength = Strength(strength)
    if not 0 <= serial < SERIALS:
        raise ValueError(f"a serial lies between 0 and {SERIALS - 1}, not {serial}")
    height, width = layout.shape
    if min(height, width) < _LEAST_SIDE:
        raise RefusedError(
            f"A picture of {width} x {height} pixels is too small to carry a mark.",
            "Mark a larger version and make the small one from it.",
        )
    marking = _Marking.of(pixels, layout)
    pattern = Pattern.of(key)
    plane = pattern.plane(serial, canonical_shape(layout.shape))
    out, meter, marked = marking.mark(plane, strength)
    found = find(marked, pattern, np.array([serial]), (Reference(0, Kind.IMAGE, width, height),))
    if not found or found[0].verdict is not Verdict.CERTAIN:
        raise RefusedError("The mark does not survive in this picture: it is too flat, too white or too small.", "")
    return Embedded(
        quality={
            "psnr": meter.psnr,
            "ssim": meter.ssim,
            "ssim_worst": meter.ssim_worst,
            "flat_rms": meter.flat_rms,
        },
        expected=found[0],
        parameters=PARAMETERS.version,
        pixels=out,
    )


@dataclass
class _Marking:
    pixels: npt.NDArray[Any]
    layout: Layout
    luma: Plane
    alpha: Plane | None
    ground: float

    @classmethod
    def of(cls, pixels: npt.NDArray[Any], layout: Layout) -> _Marking:
        luma = layout.luma(pixels)
        alpha = layout.alpha(pixels)
        return cls(pixels, layout, luma, alpha, 0.0 if alpha is None else backdrop(luma, alpha))

    def mark(self, pattern: Plane, strength: Strength) -> tuple[npt.NDArray[Any], Meter, Plane]:
        """Return the marked pixels, their meter and their luma."""
        canonical = resample(self.luma, canonical_shape(self.layout.shape))
        visibility = Visibility(canonical)
        target = 255.0**2 / 10 ** (PARAMETERS.targets[strength] / 10)
        base = PARAMETERS.base * PARAMETERS.bases[strength]
        budget = target
        bands = self._bands()
        for _ in range(_ROUNDS):
            rms, level = _solved(visibility, budget, base)
            spread = self._across(rms * pattern)
            meter = Meter()
            for first, last in bands:
                self._strip(spread, first, last, meter, None)
            excess = [meter.mean_square / target]
            excess.append((1 - meter.ssim) / (1 - PARAMETERS.ssim - _MARGIN))
            worst = max(excess)
            if meter.flat_rms > PARAMETERS.flat_rms * PARAMETERS.bases[strength]:
                base *= 0.97 * PARAMETERS.flat_rms * PARAMETERS.bases[strength] / meter.flat_rms
                continue
            if 0.97 < worst <= 1 or (level >= PARAMETERS.exponent_limit and worst <= 1):
                break
            budget = float(np.mean(rms * rms)) / worst * 0.99
        meter = Meter()
        out = np.empty_like(self.pixels)
        marked = np.empty_like(self.luma)
        for first in range(0, self.luma.shape[0], _ROWS):
            last = min(first + _ROWS, self.luma.shape[0])
            marked[first:last] = self._strip(spread, first, last, meter, out)
        return out, meter, marked

    def _bands(self) -> list[tuple[int, int]]:
        height, width = self.luma.shape
        if height * width <= _SAMPLE:
            return [(first, min(first + _ROWS, height)) for first in range(0, height, _ROWS)]
        rows = max(WINDOW, _SAMPLE // _BANDS // width // WINDOW * WINDOW)
        count = min(max(1, _SAMPLE // rows // width), height // rows)
        starts = np.linspace(0, height - rows, count).astype(int)
        return [(int(first), int(first) + rows) for first in starts]

    def _across(self, residual: Plane) -> Plane:
        """Return the canonical residual resampled along x alone."""
        matrix = resampling(residual.shape[1], self.luma.shape[1])
        return np.ascontiguousarray((matrix @ np.ascontiguousarray(residual.T)).T)

    def _strip(self, spread: Plane, first: int, last: int, meter: Meter, out: npt.NDArray[Any] | None) -> Plane:
        """Mark the rows from first to last (into `out` where given), measure them, return their luma."""
        height = self.luma.shape[0]
        residual = resampling(spread.shape[0], height)[first:last] @ spread
        top, bottom = max(first - 1, 0), min(last + 1, height)
        cap = _range(self.luma[top:bottom])[first - top : last - top]
        cap *= np.float32(PARAMETERS.cap_slope)
        cap += np.float32(PARAMETERS.cap_offset)
        np.clip(residual, -cap, cap, out=residual)
        rows = self.pixels[first:last]
        written = np.empty_like(rows) if out is None else out[first:last]
        self.layout.add(rows, residual, written)
        after = self.layout.luma_rows(written)
        alpha = None if self.alpha is None else self.alpha[first:last]
        if alpha is not None:
            after = over(after, alpha, self.ground)
        before = self.luma[first:last]
        meter.add(before, after - before, alpha)
        return after


def _solved(visibility: Visibility, budget: float, base: float) -> tuple[Plane, float]:
    """Return the mark's local RMS whose mean square meets the budget, and its exponent."""
    low, high = 0.0, PARAMETERS.exponent_limit
    rms = visibility.rms(high, base)
    if float(np.mean(rms * rms)) <= budget:
        return rms, high
    for _ in range(9):
        middle = 0.5 * (low + high)
        rms = visibility.rms(middle, base)
        if float(np.mean(rms * rms)) > budget:
            high = middle
        else:
            low = middle
    rms = visibility.rms(low, base)
    square = float(np.mean(rms * rms))
    if square > budget:
        rms *= np.float32(np.sqrt(budget / square))
    return rms, low


def _range(luma: Plane) -> Plane:
    """Return the largest minus the smallest luma over 3x3 pixels."""
    high = ndimage.maximum_filter(luma, 3)
    high -= ndimage.minimum_filter(luma, 3)
    return high
