"""The detector's front end: from canonical luma to one folded tile of whitened residual.

The host is noise to the detector. High-pass and division by the local RMS even it out in space, a Wiener-like
division by the smoothed spectrum in frequency: measured on photos after JPEG 50, z = 24 without local normalisation,
25 without high-pass, 35 without whitening, 38 with all.

A plain high-pass spreads each edge over its neighbourhood. Where much of a suspect is plain (flat art, line art,
cut-outs, pixel art), the mean of the similar pixels around each is taken away instead (Tomasi and Manduchi, "Bilateral
filtering for gray and color images", ICCV 1998): edges stay in that mean, and the faint mark beside them is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane
from core.image.mask import Visibility
from core.image.opencv import opencv
from core.image.parameters import PARAMETERS
from core.image.pattern import TILE
from core.image.whitening import locally_whitened

_SMOOTH = 25  # spectrum bins over which the whitening averages
_BAND = (0.06, 0.20)  # cycles a pixel: where the mark lives
_SIMILAR = 9  # pixels across which similar ones are averaged
_SHOWN = 0.5  # opacity from which a pixel is more than ground
_EXPONENT = 0.5  # of the mask, guessed by the detector: what busy pictures end at


@dataclass(frozen=True, slots=True)
class Residual:
    """What the front ends start from, made once for an alignment: high-passed luma, its local RMS, the mask's guess."""

    high: Plane
    rms: Plane
    expected: Plane
    beside_edges: tuple[Plane, Plane] | None = None  # the same two without edges, of a picture with plain parts

    @classmethod
    def of(cls, luma: Plane, cover: Plane | None = None, *, straight: bool = True) -> Residual:
        """Return it for canonical luma in grey levels and its opacity, float32 (height, width).

        `straight` says that the luma fills its plane, so that plain parts are the picture's own.
        """
        high = luma - ndimage.uniform_filter(luma, 7)
        rms = _local_rms(high)
        beside = None
        if straight and _plain(luma, rms, cover):
            calm = luma - opencv().bilateralFilter(luma, _SIMILAR, PARAMETERS.similar, _SIMILAR / 2)
            beside = calm, _local_rms(calm)
        if cover is not None:
            high *= cover
            if beside is not None:
                beside[0][...] *= cover
        return cls(high, rms, Visibility(luma).rms(_EXPONENT), beside)

    def whitened(self, front_end: int) -> Plane:
        """Return the normalised and whitened residual of one front end: float32 (height, width)."""
        power, floor, by_blocks, with_edges = PARAMETERS.front_ends[front_end]
        high, rms = (self.high, self.rms) if with_edges or self.beside_edges is None else self.beside_edges
        scale = rms + np.float32(floor)
        evened = np.clip(high / scale, -PARAMETERS.clip, PARAMETERS.clip)
        if by_blocks:
            evened = locally_whitened(evened, PARAMETERS.block_floor)
        if power:
            evened *= (self.expected / scale) ** np.float32(power)
        return evened if by_blocks else whitened(evened)


def _plain(luma: Plane, rms: Plane, cover: Plane | None) -> bool:
    """Say whether much of a picture is even, or of one tone, as the ground of a drawing or a cut-out."""
    even, tones = rms < PARAMETERS.plain_rms, np.clip(np.rint(luma), 0, 255).astype(np.int64)
    if cover is not None:
        hidden = cover < _SHOWN
        even |= hidden
        tones[hidden] = 255
    most = float(np.bincount(tones.ravel(), minlength=256).max()) / luma.size
    return most > PARAMETERS.ground_share or float(even.mean()) > PARAMETERS.plain_share


def _local_rms(high: Plane) -> Plane:
    return np.asarray(np.sqrt(np.maximum(ndimage.uniform_filter(high * high, 9), 0)))


def folded(plane: Plane) -> Plane:
    """Return the sum of a plane over the repeats of the tile: float32 (512, 512), starting at the plane's corner."""
    height, width = plane.shape
    rows, columns = -(-height // TILE) * TILE, -(-width // TILE) * TILE
    padded = np.zeros((rows, columns), np.float32)
    padded[:height, :width] = plane
    return np.asarray(padded.reshape(rows // TILE, TILE, columns // TILE, TILE).sum(axis=(0, 2)))


def whitened(plane: Plane) -> Plane:
    """Return the plane divided by its smoothed spectrum, in Wiener form: float32 (height, width)."""
    shape = tuple(scipy.fft.next_fast_len(length + 8, real=True) for length in plane.shape)
    spectrum = scipy.fft.rfft2(plane, shape)
    size = np.abs(spectrum)
    smooth = ndimage.uniform_filter(size, _SMOOTH, mode=("wrap", "nearest"))
    radius = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1]))
    band = smooth[(radius > _BAND[0]) & (radius < _BAND[1])]
    level = float(np.median(band)) if band.size else float(smooth.mean())
    if level <= 0:
        return np.zeros_like(plane)
    weight: npt.NDArray[np.float32] = 1.0 / (smooth + np.float32(PARAMETERS.whitening_floor * level))
    return np.asarray(scipy.fft.irfft2(spectrum * weight, shape)[: plane.shape[0], : plane.shape[1]], np.float32)
