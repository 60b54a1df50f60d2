"""Add a pattern to a picture, as strong as its visibility mask allows.

Mask and mark are made at canonical size. At full resolution a strip at a time is worked on: the residual is resampled,
capped by the local luma range, added, and what it did is measured. The strength is set on a few bands of rows before
the one pass over the whole picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.image.channels import Layout
from core.image.frame import Plane, canonical_shape, resampling, visible
from core.image.grain import Grain
from core.image.mask import Visibility, busy_share
from core.image.parameters import PARAMETERS
from core.image.quality import WINDOW, Meter
from core.model import Strength

_STRIP = 150_000  # pixels of a strip: its planes stay in the processor's cache
_ALL_WINDOWS = 6_000_000  # pixels up to which every strip is measured in full; beyond, an even share of them
_SAMPLE = 400_000  # pixels of the bands that set the strength
_BANDS = 24
_ROUNDS = 6  # of setting the strength; two or three are the rule
_CLOSE = 0.97  # of the budget that counts as used
_MARGIN = 0.0003  # of SSIM, since the bands are not the whole picture
_TOLERANCE = 1.04  # of the mean square: 0.17 dB of PSNR, not worth a second pass
_PASSES = 3
_FLAT_SHARE = 0.01  # of the windows: fewer flat ones do not decide about the whole picture


@dataclass(frozen=True, slots=True)
class Marked:
    """Marked pixels, what it cost, and their luma for the read-back."""

    pixels: npt.NDArray[Any]
    luma: Plane
    meter: Meter


class Canvas:
    """A picture prepared for marking: `luma` and `alpha` at full resolution, `visibility` at canonical size,
    `busy` the share of the picture that is full of detail.
    """

    def __init__(self, pixels: npt.NDArray[Any], layout: Layout) -> None:
        self.pixels = pixels
        self.layout = layout
        self.luma = layout.luma(pixels)
        self.alpha = layout.alpha(pixels)
        plane, cover = visible(self.luma, self.alpha, canonical_shape(layout.shape))
        self.visibility = Visibility(plane)
        self.busy = busy_share(plane)
        self.grain = Grain.of(self.luma, self.alpha)
        self._weight = None if cover is None else cover / max(float(cover.mean()), 1e-6)

    def mark(self, pattern: Plane, strength: Strength, *, louder: float = 0.0) -> Marked:
        """Return the picture with `pattern` (canonical size, unit variance) in it; `louder` in dB of PSNR.

        SSIM stays at or above `Parameters.ssim`, flat areas at or below `Parameters.flat_rms` for the strength.
        """
        limits = _Limits.of(strength, louder)
        bands = self._bands()
        budget, base = limits.mean_square, limits.flat_base
        for _ in range(_ROUNDS):
            mark, used, spare = self._mark(pattern, budget, limits.base, base)
            meter = self._measure(mark, bands)
            excess = limits.excess(meter, _MARGIN)
            flat = limits.flat_excess(meter)
            if flat > _CLOSE:
                base *= 0.95 / flat
            elif excess <= 1.0 and (excess > _CLOSE or not spare):
                break
            budget = used / max(excess, 0.5) * (1.0 if excess < 1.0 else 0.99)
        for _ in range(_PASSES):
            marked = self._apply(mark)
            excess = limits.excess(marked.meter, 0.0, _TOLERANCE)
            flat = limits.flat_excess(marked.meter)
            if excess <= 1.0 and flat <= 1.0:
                break
            mark = mark.weaker(0.98 / math.sqrt(max(excess, flat * flat)))
        return marked

    def _mark(self, pattern: Plane, budget: float, base: float, flat_base: float) -> tuple[_Mark, float, bool]:
        """Return the mark within a budget of mean square; what it uses; whether more could be used.

        The exponent of the mask is solved for the budget; below exponent 0 the whole mark is made weaker.
        """
        low, high = 0.0, PARAMETERS.exponent_limit
        rms = self.visibility.rms(high, base)
        spare = self._square(rms) > budget
        if spare:
            for _ in range(8):
                middle = 0.5 * (low + high)
                if self._square(self.visibility.rms(middle, base)) > budget:
                    high = middle
                else:
                    low = middle
            rms = self.visibility.rms(low, base)
        used = self._square(rms)
        if used > budget:
            rms *= np.float32(np.sqrt(budget / used))
            used = budget
        width = self.luma.shape[1]
        return _Mark(_across(rms * pattern, width), _across(rms, width), flat_base), used, spare

    def _square(self, rms: Plane) -> float:
        square = rms * rms
        return float(np.mean(square if self._weight is None else square * self._weight))

    def _bands(self) -> list[tuple[int, int]]:
        height, width = self.luma.shape
        if height * width <= _SAMPLE:
            return self._strips()
        rows = max(WINDOW, _SAMPLE // _BANDS // width // WINDOW * WINDOW)
        count = max(1, min(_SAMPLE // rows // width, height // rows))
        return [(int(first), int(first) + rows) for first in np.linspace(0, height - rows, count)]

    def _strips(self) -> list[tuple[int, int]]:
        height, width = self.luma.shape
        rows = max(1, _STRIP // width // WINDOW) * WINDOW
        return [(first, min(first + rows, height)) for first in range(0, height, rows)]

    def _measure(self, mark: _Mark, bands: list[tuple[int, int]]) -> Meter:
        meter = Meter()
        for first, last in bands:
            self._strip(mark, first, last, np.empty_like(self.pixels[first:last]), meter)
        return meter

    def _apply(self, mark: _Mark) -> Marked:
        pixels, luma, meter = np.empty_like(self.pixels), np.empty_like(self.luma), Meter()
        each = 1 + self.luma.size // _ALL_WINDOWS
        for number, (first, last) in enumerate(self._strips()):
            meter.resting = number % each > 0
            luma[first:last] = self._strip(mark, first, last, pixels[first:last], meter)
        return Marked(pixels, luma, meter)

    def _strip(self, mark: _Mark, first: int, last: int, out: npt.NDArray[Any], meter: Meter) -> Plane:
        """Mark the rows from first to last into `out`, measure them, return their luma."""
        height = self.luma.shape[0]
        rows = resampling(mark.residual.shape[0], height)[first:last]
        residual, rms = rows @ mark.residual, rows @ mark.rms
        room, calm = self._detail(first, last)
        # Beside smooth pixels the mark is no stronger than on a flat area, whatever lies a few pixels further.
        calm += np.float32(mark.base)
        np.maximum(rms, np.float32(mark.base), out=rms)
        calm /= rms
        residual *= np.minimum(calm, 1, out=calm)
        room += np.float32(PARAMETERS.cap_offset)
        np.minimum(residual, room, out=residual)
        np.negative(room, out=room)
        np.maximum(residual, room, out=residual)
        self.layout.add(self.pixels[first:last], residual, out)
        after = self.layout.luma_rows(out)
        change = after - self.luma[first:last]
        alpha = None if self.alpha is None else self.alpha[first:last]
        if alpha is not None:
            change *= alpha
        meter.add(self.luma[first:last], change, alpha)
        return after

    def _detail(self, first: int, last: int) -> tuple[Plane, Plane]:
        """Return the room that the luma range of 3x3 pixels gives in some rows, and the least of it in 3x3 pixels.

        Pixels are those that were drawn: of enlarged pixel art, the squares.
        """
        grain = self.grain
        drawn = grain.rows(first, last)
        luma = self.luma if grain.size == 1 else grain.picked(self.luma)
        top, bottom = max(drawn.start - 2, 0), min(drawn.stop + 2, luma.shape[0])
        detail = _extreme(np.maximum, luma[top:bottom]) - _extreme(np.minimum, luma[top:bottom])
        detail *= np.float32(PARAMETERS.cap_slope)
        inner = slice(drawn.start - top, drawn.stop - top)
        found = detail[inner], _extreme(np.minimum, detail)[inner]
        if grain.size == 1:
            return found
        return tuple(grain.enlarged(plane, first, last, self.luma.shape[1]) for plane in found)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A canonical residual and its local RMS, both resampled along x; `base` is the RMS on flat areas."""

    residual: Plane
    rms: Plane
    base: float

    def weaker(self, factor: float) -> _Mark:
        return _Mark(self.residual * np.float32(factor), self.rms * np.float32(factor), self.base * factor)


@dataclass(frozen=True, slots=True)
class _Limits:
    mean_square: float
    similarity: float
    flat_rms: float
    base: float
    flat_base: float

    @classmethod
    def of(cls, strength: Strength, louder: float) -> _Limits:
        factor = PARAMETERS.bases[strength]
        target = PARAMETERS.targets[strength] - louder
        return cls(
            255.0**2 / 10 ** (target / 10),
            PARAMETERS.ssim,
            PARAMETERS.flat_rms * factor,
            PARAMETERS.base * factor,
            PARAMETERS.flat_base * factor,
        )

    def excess(self, meter: Meter, margin: float, tolerance: float = 1.0) -> float:
        """Return the larger share of what is allowed: of mean square error, of lost similarity."""
        return max(meter.mean_square / self.mean_square / tolerance, (1 - meter.ssim) / (1 - self.similarity - margin))

    def flat_excess(self, meter: Meter) -> float:
        """Return the share of what is allowed that the noise on flat areas takes."""
        return meter.flat_rms / self.flat_rms if meter.flat_share > _FLAT_SHARE else 0.0


def _across(plane: Plane, width: int) -> Plane:
    matrix = resampling(plane.shape[1], width)
    return np.ascontiguousarray((matrix @ np.ascontiguousarray(plane.T)).T)


def _extreme(choice: np.ufunc, plane: Plane) -> Plane:
    """Return the largest or smallest value over 3x3 pixels, as far as they are inside."""
    out = plane.copy()
    choice(out[1:], plane[:-1], out=out[1:])
    choice(out[:-1], plane[1:], out=out[:-1])
    rows = out.copy()
    choice(out[:, 1:], rows[:, :-1], out=out[:, 1:])
    choice(out[:, :-1], rows[:, 1:], out=out[:, :-1])
    return out
