"""What the mark costs: PSNR, SSIM and the noise on flat areas, gathered strip by strip at full resolution.

SSIM is that of Wang, Bovik, Sheikh and Simoncelli ("Image quality assessment: from error visibility to structural
similarity", IEEE Trans. Image Processing 13(4), 2004) on luma with even 7x7 windows, one window every 7 pixels: a
regular sample of the windows that scikit-image averages by default.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from core.image.channels import Layout
from core.image.frame import Plane

WINDOW = 7
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_COLOUR_SAMPLE = 50_000
# sRGB to XYZ over the white point D65; each column sums to 1
_TO_WHITE_RATIOS = np.array(
    [[0.433953, 0.212673, 0.017758], [0.376219, 0.715152, 0.109477], [0.189828, 0.072175, 0.872765]], np.float32
)
_FLAT = 0.25  # variance of luma in a window up to which it is flat


class Meter:
    """Gathers windows of an original and its marked version.

    While `resting`, rows count for the mean square alone: of a large picture a part of the windows is enough.
    """

    def __init__(self) -> None:
        self.resting = False
        self._similarity: list[npt.NDArray[np.float32]] = []
        self._square = 0.0
        self._count = 0.0
        self._flat_square = 0.0
        self._flat_count = 0
        self._count_seen = 0

    def add(self, luma: Plane, change: Plane, weight: Plane | None = None) -> None:
        """Take in some whole rows: luma before the mark, what changed (grey levels), opacity where there is one."""
        self._square += float(np.vdot(change, change))
        self._count += float(change.size if weight is None else weight.sum())
        height, width = (length // WINDOW * WINDOW for length in luma.shape)
        if self.resting or height == 0 or width == 0:
            return
        luma, change = luma[:height, :width], change[:height, :width]
        area = np.float32(WINDOW**2)
        x, d = _sums(luma) / area, _sums(change) / area
        spare = area / (area - 1)
        xx = np.maximum(_sums(luma * luma) / area - x * x, 0) * spare
        dd_mean = _sums(change * change) / area
        dd = np.maximum(dd_mean - d * d, 0) * spare
        xd = (_sums(luma * change) / area - x * d) * spare
        similarity = (2 * x * (x + d) + _C1) / (x * x + (x + d) ** 2 + _C1)
        similarity *= (2 * (xx + xd) + _C2) / (2 * (xx + xd) + dd + _C2)
        share = np.ones_like(x) if weight is None else _sums(weight[:height, :width]) / area
        seen = share > 0.5
        self._similarity.append(similarity[seen])
        self._count_seen += int(seen.sum())
        flat = seen & (xx < _FLAT)
        self._flat_square += float(dd_mean[flat].sum())
        self._flat_count += int(flat.sum())

    @property
    def mean_square(self) -> float:
        """The mean square change of the visible luma."""
        return self._square / self._count if self._count > 0 else 0.0

    @property
    def psnr(self) -> float:
        """The peak signal-to-noise ratio of the visible luma in dB; 99 where nothing changed."""
        return min(99.0, 10 * math.log10(255.0**2 / self.mean_square)) if self.mean_square > 0 else 99.0

    @property
    def ssim(self) -> float:
        """The mean structural similarity; 1 for a picture smaller than a window."""
        values = self._all()
        return float(values.mean(dtype=np.float64)) if values.size else 1.0

    @property
    def ssim_worst(self) -> float:
        """The structural similarity that the worst 1 % of the windows stay below."""
        values = self._all()
        return float(np.quantile(values, 0.01)) if values.size else 1.0

    @property
    def flat_rms(self) -> float:
        """The RMS of the change in grey levels over flat windows; 0 where there are none."""
        return math.sqrt(self._flat_square / self._flat_count) if self._flat_count else 0.0

    @property
    def flat_share(self) -> float:
        """The share of the windows that lie in flat areas."""
        return self._flat_count / self._count_seen if self._count_seen else 0.0

    def _all(self) -> npt.NDArray[np.float32]:
        return np.concatenate(self._similarity) if self._similarity else np.zeros(0, np.float32)


def colour_difference(before: npt.NDArray[Any], after: npt.NDArray[Any], layout: Layout) -> float:
    """Return the mean CIE 1976 colour difference of a picture and its marked version, both taken for sRGB.

    It is the mean over a regular sample of at most some 100,000 pixels, transparent ones left out.
    """
    step = max(1, math.isqrt(before.shape[0] * before.shape[1] // _COLOUR_SAMPLE))
    part = slice(step // 2, None, step), slice(step // 2, None, step)
    alpha = layout.alpha(before[part])
    difference = np.linalg.norm(_lab(layout.rgb(after[part])) - _lab(layout.rgb(before[part])), axis=-1)
    if alpha is not None:
        difference = difference[alpha > 0]
    return float(difference.mean()) if difference.size else 0.0


def _lab(rgb: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return CIE 1976 L*a*b* (D65) of sRGB 0..1 (IEC 61966-2-1)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_WHITE_RATIOS
    curve = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _sums(plane: Plane) -> Plane:
    """Return the sums over windows side by side."""
    height, width = plane.shape
    rows = plane.reshape(height // WINDOW, WINDOW, width).sum(axis=1)
    return np.asarray(rows.reshape(rows.shape[0], width // WINDOW, WINDOW).sum(axis=2))
