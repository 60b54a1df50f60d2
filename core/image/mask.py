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


class Visibility:
    """What one picture hides, at canonical size: `contrast` and `luminance`, float32 planes."""

    def __init__(self, luma: Plane, *, suppress: bool = True) -> None:
        """`luma` is canonical luma in grey levels 0..255; `suppress` applies the busy-share factor to flat art."""
        contrast = local_contrast(luma)
        self.busy = 1.0
        if suppress:
            share, self.busy = _busy_share(luma)
            if self.busy < PARAMETERS.busy_share:
                contrast *= share
        self.contrast = contrast
        self.luminance = _luminance(luma, contrast)

    def rms(self, exponent: float, base: float = PARAMETERS.base) -> Plane:
        """Return the mark's local RMS in grey levels: float32 (height, width)."""
        growth = np.log1p(self.contrast / np.float32(PARAMETERS.contrast_unit))
        growth *= np.float32(exponent)
        np.exp(growth, out=growth)
        growth *= self.luminance
        growth *= np.float32(base)
        return np.minimum(growth, np.float32(PARAMETERS.rms_limit))


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
    return np.minimum(factor, limit)


def _busy_share(luma: Plane) -> tuple[Plane, float]:
    """Return a factor 0..1 that is low between lines and text, and the share of the picture that is busy."""
    step = np.zeros_like(luma)
    step[:, 1:] += np.abs(np.diff(luma, axis=1))
    step[1:] += np.abs(np.diff(luma, axis=0))
    share = ndimage.uniform_filter((step > _STEP).astype(np.float32), 9)
    factor = np.clip((share - np.float32(0.35)) / np.float32(0.4), 0, 1)
    factor = ndimage.uniform_filter(ndimage.minimum_filter(factor, 3), 5)
    return factor, float(factor.mean())
