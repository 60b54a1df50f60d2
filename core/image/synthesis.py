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
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage, special

from core.image.frame import Plane
from core.image.overlay import Suspect, View, sampled
from core.image.transfer import inner, subtracted, toned

_LARGEST = 4_000_000  # pixels of a suspect: beyond, the work at canonical size says too little about its blocks
_SHRUNK = 0.9  # suspect pixels a canonical one, below which a kernel is looked for
_BLURS = (0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # suspect pixels
_QUALITIES = (5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80)
_GAIN = 0.98  # of the energy left: a guess must explain more than this to be believed
_BLOCK = 8
_SPREAD = 3.0  # DCT units: deviation of the mark, and of what is not known of the host, in one coefficient
_FAR = 6.0  # deviations beyond which a host is taken to be wrong
_TRIED = 1024  # pixels a side that tell whether a table fits
_COARSE = 6  # steps that rounding to whole grey levels does not blur
_LEAST_STEPS = 20
_ON_STEPS = 0.12  # of a step; 0.25 by chance
_QUICK = 9  # suspect pixels over which slow light is averaged before energies are compared

# Luminance table of ITU-T T.81, annex K.1: what most encoders scale by a quality.
_TABLE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29),
    *(51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121),
    *(120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)

Kernel = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
Table = npt.NDArray[np.float32]


def synthesised(suspect: Suspect, view: View, jpeg_tables: Sequence[Sequence[int]] | None = None) -> tuple[Plane, ...]:
    """Return what the suspect holds beyond its work once the work has met the same damage, best first.

    Each is float32 on the view's part of the frame, 0 unseen. () where no guess explains the suspect better than the
    work as it is, and for suspects above 4 MP.
    """
    if suspect.luma.size > _LARGEST:
        return ()
    luma = np.float32(255) - suspect.luma if view.fit.inverted else suspect.luma
    place = _Place.of(suspect, view)
    if place.weight.max() <= 0:
        return ()
    plain = place.shown(view.work, luma)
    given = None if not jpeg_tables or view.fit.inverted else _table(jpeg_tables[0])
    if given is not None and not _holds(luma, given):
        given = None
    host, left = _host(view, place, luma, plain, given)
    table = given
    if table is None:
        for quality in _QUALITIES:
            guess = _scaled_table(quality)
            if _holds(luma, guess):
                energy = place.left(quantised(host, guess), luma)
                if energy < _GAIN * left:
                    table, left = guess, energy
    straight = replace(view.fit, inverted=False)
    found = []
    if table is not None:
        rest = Suspect(expected(luma, host, table) * place.weight, suspect.alpha).on(view.whole, straight)
        if rest is not None:
            found.append(np.asarray(rest.plane * inner(view.cover), np.float32))
    if left < _GAIN * place.left(plain, luma):
        made = Suspect(host if table is None else quantised(host, table), suspect.alpha).on(view.whole, straight)
        if made is not None:
            found.append(subtracted(view, made.plane))
    return tuple(found)


def expected(luma: Plane, host: Plane, table: Table) -> Plane:
    """Return the mean of what was added to a host before a JPEG file of this table rounded it: float32.

    Each coefficient of the suspect says in which quantisation interval host plus mark lay; the host says where in it
    the host alone would be. The mean of a normal law cut to that interval follows: a host beside the interval's edge
    tells the mark's sign even where the rounded value is the same. Blocks that reach black or white, whose values the
    file does not tell, give the plain difference from the rounded host.
    """
    values, centre = _coefficients(luma), _coefficients(host)
    index = np.rint(values / table)
    low, high = (((index + half) * table - centre) / _SPREAD for half in (-0.5, 0.5))
    low, high = np.clip(low, -_FAR, _FAR - 0.1), np.clip(high, 0.1 - _FAR, _FAR)
    chance = np.maximum(special.ndtr(high) - special.ndtr(low), 1e-12)
    mean = _SPREAD * (np.exp(-0.5 * low * low) - np.exp(-0.5 * high * high)) / (math.sqrt(2 * math.pi) * chance)
    mean = np.clip(mean, _SPREAD * low, _SPREAD * high)
    plain = values - _coefficients(quantised(host, table))
    return _plane(np.where(_clipped(luma)[..., None, None], np.clip(plain, -_SPREAD, _SPREAD), mean), luma.shape)


def _host(view: View, place: _Place, luma: Plane, plain: Plane, table: Table | None) -> tuple[Plane, float]:
    """Return the work as it was before quantisation, and the energy it leaves: the best of the guesses."""

    def left(plane: Plane) -> float:
        return place.left(plane if table is None else quantised(plane, table), luma)

    best, least = plain, left(plain)
    for planes in _resampled(view, place, luma):
        before = math.inf
        for plane in planes:
            energy = left(plane)
            if energy < _GAIN * least:
                best, least = plane, energy
            if energy > before:
                break  # blurs come in order: beyond the best one it only gets worse
            before = energy
    curved = place.over(toned(best, luma, place.weight), luma)
    energy = left(curved)
    return (curved, energy) if energy < _GAIN * least else (best, least)


def _holds(luma: Plane, table: Table) -> bool:
    """Say whether luma looks like the inside of a JPEG file of this table whose blocks start at its corner."""
    part = luma[:_TRIED, :_TRIED]
    steps = _coefficients(part) / table
    coarse = (table >= _COARSE) & (np.abs(steps) > 0.5) & ~_clipped(part)[..., None, None]
    if int(coarse.sum()) < _LEAST_STEPS:
        return False
    off = np.abs(steps - np.rint(steps))[coarse]
    return float(off.mean()) < _ON_STEPS


def _clipped(luma: Plane) -> npt.NDArray[np.bool_]:
    """Return which blocks (rows, columns) of a JPEG file reach black or white."""
    height, width = luma.shape
    padded = np.pad(luma, ((0, -height % _BLOCK), (0, -width % _BLOCK)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // _BLOCK, _BLOCK, padded.shape[1] // _BLOCK, _BLOCK)
    return np.asarray((blocks.min(axis=(1, 3)) < 1) | (blocks.max(axis=(1, 3)) > 254))


def _coefficients(plane: Plane) -> Plane:
    """Return the DCT of the blocks of a JPEG file: float32 (rows, columns, 8, 8)."""
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % _BLOCK), (0, -width % _BLOCK)), mode="edge") - np.float32(128)
    rows, columns = padded.shape[0] // _BLOCK, padded.shape[1] // _BLOCK
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).transpose(0, 2, 1, 3)
    return np.asarray(scipy.fft.dctn(blocks, axes=(2, 3), norm="ortho"), np.float32)


def _plane(values: npt.NDArray[Any], shape: tuple[int, int]) -> Plane:
    """Return the plane of `shape` whose blocks have these DCT values."""
    blocks = scipy.fft.idctn(values, axes=(2, 3), norm="ortho").transpose(0, 2, 1, 3)
    whole = blocks.reshape(blocks.shape[0] * _BLOCK, blocks.shape[2] * _BLOCK)
    return np.asarray(whole[: shape[0], : shape[1]], np.float32)


def quantised(plane: Plane, table: Table) -> Plane:
    """Return luma as a JPEG file of this table (8, 8) gives it back, before rounding to whole grey levels."""
    back = _plane(np.rint(_coefficients(plane) / table) * table, plane.shape)
    return np.asarray(np.clip(back + np.float32(128), 0, 255), np.float32)


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


def _resampled(view: View, place: _Place, luma: Plane) -> Iterator[Iterator[Plane]]:
    """Yield the work shrunk by each of the usual kernels, where it was shrunk, and blurred more and more."""
    if view.fineness < _SHRUNK:
        for kernel, support in _KERNELS:
            yield iter((place.shown(_through(view.work, kernel, support, 1 / view.fineness), luma),))
    sigmas = (blur / view.fineness for blur in _BLURS)
    least = 0.5 * max(1.0, 1 / view.fineness)
    yield (place.shown(ndimage.gaussian_filter(view.work, sigma), luma) for sigma in sigmas if sigma > least)


def _through(work: Plane, kernel: Kernel, support: float, stretch: float) -> Plane:
    reach = math.ceil(support * stretch)
    weight = kernel(np.arange(-reach, reach + 1) / stretch)
    weight = (weight / weight.sum()).astype(np.float32)
    once = ndimage.correlate1d(work, weight, axis=0, mode="nearest")
    return np.asarray(ndimage.correlate1d(once, weight, axis=1, mode="nearest"))


def _scaled_table(quality: int) -> Table:
    """Return the luminance table that the usual encoders make of a quality from 1 to 100."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return _table(np.clip(np.floor((np.array(_TABLE) * scale + 50) / 100), 1, 255).astype(int).tolist())


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
