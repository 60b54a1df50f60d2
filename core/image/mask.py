"""The visibility mask: how strong the mark may be at each place before it is seen.

A compressive law of the local contrast, after an erosion that keeps the mark out of flat areas beside edges. At a
fixed PSNR it spends less of the budget where the host is noisiest: flattening a linear contrast mask raised the
payload's z by 2 to 3.3 dB at equal SSIM.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.image.frame import Plane
from core.image.parameters import PARAMETERS

_STEP = 1.5  # |dx| + |dy| of luma above which a pixel is busy
_BUSY = 0.55  # share of such pixels in 9x9 above which the place is


class Visibility:
    """What one picture hides, at canonical size: `contrast` and `luminance`, float32 planes."""

    def __init__(self, luma: Plane) -> None:
        """`luma` is canonical luma in grey levels 0..255."""
        self.contrast = local_contrast(luma)
        self.luminance = _luminance(luma, self.contrast)

    def rms(self, exponent: float, base: float = PARAMETERS.base) -> Plane:
        """Return the mark's local RMS in grey levels: float32 (height, width)."""
        growth = np.maximum(self.contrast - np.float32(PARAMETERS.contrast_start), 0)
        growth *= np.float32(1 / PARAMETERS.contrast_unit)
        np.log1p(growth, out=growth)
        growth *= np.float32(exponent)
        np.exp(growth, out=growth)
        growth *= self.luminance
        growth *= np.float32(base)
        return np.asarray(np.minimum(growth, np.float32(PARAMETERS.rms_limit)))


def local_contrast(luma: Plane) -> Plane:
    """Return the local standard deviation of the high-passed luma, eroded and smoothed, in grey levels."""
    high = luma - ndimage.uniform_filter(luma, 7)
    deviation = np.sqrt(np.maximum(ndimage.uniform_filter(high * high, 5), 0.0))
    return np.asarray(ndimage.uniform_filter(ndimage.minimum_filter(deviation, 7), 7), np.float32)


def _luminance(luma: Plane, contrast: Plane) -> npt.NDArray[np.float32]:
    """Return the factor for brightness: the eye tells mid grey best, and flat areas better than busy ones."""
    factor = np.float32(0.85) + np.float32(0.3 / 110) * np.abs(luma - np.float32(110))
    factor += np.float32(0.01) * np.maximum(np.float32(40) - luma, 0)
    limit = np.float32(PARAMETERS.flat_luminance) + np.float32(0.25) * np.clip(contrast - np.float32(0.5), 0, 1)
    return np.asarray(np.minimum(factor, limit))


def busy_share(luma: Plane) -> float:
    """Return the share of a canonical picture that is full of detail: below 0.3 it is flat art, lines or text."""
    step = np.zeros_like(luma)
    step[:, 1:] += np.abs(np.diff(luma, axis=1))
    step[1:] += np.abs(np.diff(luma, axis=0))
    share = ndimage.uniform_filter((step > _STEP).astype(np.float32), 9)
    return float(np.mean(share > _BUSY))
