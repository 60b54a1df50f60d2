"""Analysis by synthesis: the damage that a suspect shows is done to its work, so that only the mark is left over.

A coarse quantiser or a resampling kernel leaves more of the work than any linear filter describes. Which kernel and
which tables it was is guessed from a bounded list by the energy that the synthesised work leaves in the suspect; the
mark has no say in it. Tables come from the suspect's file where that is a JPEG (ITU-T T.81, 1992), else from a set of
qualities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane
from core.image.overlay import Suspect, View, sampled
from core.image.transfer import inner, toned

_LARGEST = 4_000_000  # pixels of a suspect: beyond, the work at canonical size says too little about its blocks
_SHRUNK = 0.9  # suspect pixels a canonical one, below which a kernel is looked for
_BLURS = (0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # suspect pixels
_QUALITIES = (5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80)
_GAIN = 0.98  # of the energy left: a guess must explain more than this to be believed
_BLOCK = 8
_QUICK = 9  # suspect pixels over which slow light is averaged before energies are compared

# Luminance table of ITU-T T.81, annex K.1: what most encoders scale by a quality.
_TABLE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29),
    *(51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121),
    *(120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)

Kernel = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
Table = npt.NDArray[np.float32]


def synthesised(suspect: Suspect, view: View, jpeg_tables: Sequence[Sequence[int]] | None = None) -> Plane | None:
    """Return the work with the damage of the suspect done to it, on the view's part of the frame: float32.

    None where no guess explains the suspect better than the work as it is.
    """
    if suspect.luma.size > _LARGEST:
        return None
    luma = np.float32(255) - suspect.luma if view.fit.inverted else suspect.luma
    place = _Place.of(suspect, view)
    if place.weight.max() <= 0:
        return None
    plain = place.shown(view.work, luma)
    best, left = plain, place.left(plain, luma)
    first = left
    for plane in _resampled(view, place, luma):
        energy = place.left(plane, luma)
        if energy < _GAIN * left:
            best, left = plane, energy
    curved = place.over(toned(best, luma, place.weight), luma)
    if place.left(curved, luma) < _GAIN * left:
        best, left = curved, place.left(curved, luma)
    smooth = best
    for table in _tables(jpeg_tables):
        plane = quantised(smooth, table)
        energy = place.left(plane, luma)
        if energy < _GAIN * left:
            best, left = plane, energy
    if left >= _GAIN * first:
        return None
    rendered = Suspect(best, suspect.alpha).on(view.work, replace(view.fit, inverted=False))
    return None if rendered is None else rendered.plane


def quantised(plane: Plane, table: Table) -> Plane:
    """Return luma as a JPEG file of this table (8, 8) gives it back, before rounding to whole grey levels."""
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % _BLOCK), (0, -width % _BLOCK)), mode="edge") - np.float32(128)
    rows, columns = padded.shape[0] // _BLOCK, padded.shape[1] // _BLOCK
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).transpose(0, 2, 1, 3)
    values = scipy.fft.dctn(blocks, axes=(2, 3), norm="ortho")
    values = np.rint(values / table) * table
    back = scipy.fft.idctn(values, axes=(2, 3), norm="ortho").transpose(0, 2, 1, 3).reshape(padded.shape)
    return np.asarray(np.clip(back[:height, :width] + np.float32(128), 0, 255), np.float32)


@dataclass(frozen=True, eq=False)
class _Place:
    """Where the suspect's pixels lie in the view, and how much each counts."""

    xs: npt.NDArray[np.float32]
    ys: npt.NDArray[np.float32]
    weight: Plane

    @classmethod
    def of(cls, suspect: Suspect, view: View) -> _Place:
        xs, ys = view.fit.back(suspect.shape)
        xs, ys = xs - np.float32(view.left + 0.5), ys - np.float32(view.top + 0.5)
        height, width = view.work.shape
        inside = (xs > -0.5) & (xs < width - 0.5) & (ys > -0.5) & (ys < height - 0.5)
        weight = inside.astype(np.float32)
        if suspect.alpha is not None:
            weight *= suspect.alpha
        return cls(xs, ys, inner(weight))

    def shown(self, work: Plane, luma: Plane) -> Plane:
        """Return the work in the suspect's pixels, the suspect's own luma around it."""
        return self.over(sampled(work, self.xs, self.ys), luma)

    def over(self, plane: Plane, luma: Plane) -> Plane:
        return np.asarray(np.where(self.weight > 0, plane, luma), np.float32)

    def left(self, plane: Plane, luma: Plane) -> float:
        """Return the energy of what a synthesised plane leaves in the suspect, slow light left out."""
        rest = (luma - plane) * self.weight
        rest = rest - ndimage.uniform_filter(rest, _QUICK)
        return float(np.mean(rest * rest))


def _resampled(view: View, place: _Place, luma: Plane) -> Iterator[Plane]:
    """Yield the work shrunk by each of the usual kernels where it was shrunk, and blurred."""
    if view.fineness < _SHRUNK:
        for kernel, support in _KERNELS:
            yield place.shown(_through(view.work, kernel, support, 1 / view.fineness), luma)
    base = max(1.0, 1 / view.fineness)
    for blur in _BLURS:
        sigma = blur / view.fineness
        if sigma > 0.5 * base:
            yield place.shown(ndimage.gaussian_filter(view.work, sigma), luma)


def _through(work: Plane, kernel: Kernel, support: float, stretch: float) -> Plane:
    reach = math.ceil(support * stretch)
    weight = kernel(np.arange(-reach, reach + 1) / stretch)
    weight = (weight / weight.sum()).astype(np.float32)
    once = ndimage.correlate1d(work, weight, axis=0, mode="nearest")
    return np.asarray(ndimage.correlate1d(once, weight, axis=1, mode="nearest"))


def _tables(given: Sequence[Sequence[int]] | None) -> Iterator[Table]:
    if given:
        yield _table(given[0])
        return
    base = np.array(_TABLE, np.float64)
    for quality in _QUALITIES:
        scale = 5000 / quality if quality < 50 else 200 - 2 * quality
        yield _table(np.clip(np.floor((base * scale + 50) / 100), 1, 255).astype(int).tolist())


def _table(numbers: Sequence[int]) -> Table:
    table = np.asarray(numbers, np.float32)
    if table.shape != (_BLOCK**2,) or not (table >= 1).all():
        raise ValueError("a quantisation table has 64 numbers from 1 on")
    return table.reshape(_BLOCK, _BLOCK)


def _box(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.clip(0.5 - np.abs(x) + 1e-9, 0, 1e-9) * 1e9


def _triangle(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.maximum(1 - np.abs(x), 0))


def _cubic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    d = np.abs(x)
    near = (1.5 * d - 2.5) * d * d + 1
    far = ((-0.5 * d + 2.5) * d - 4) * d + 2
    return np.asarray(np.where(d < 1, near, np.where(d < 2, far, 0.0)))


def _lanczos(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


_KERNELS: tuple[tuple[Kernel, float], ...] = ((_box, 0.5), (_triangle, 1.0), (_cubic, 2.0), (_lanczos, 3.0))
