"""What the mark costs: PSNR, SSIM and the noise on flat areas, gathered strip by strip at full resolution.

SSIM is that of Wang, Bovik, Sheikh and Simoncelli ("Image quality assessment: from error visibility to structural
similarity", IEEE Trans. Image Processing 13(4), 2004) on luma with even 7x7 windows, one window every 7 pixels: a
regular sample of the windows that scikit-image averages by default.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from core.image.frame import Plane

WINDOW = 7
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_FLAT = 0.25  # variance of luma in a window up to which it is flat


class Meter:
    """Gathers windows of an original and its marked version; `weight` is the opacity where there is one."""

    def __init__(self) -> None:
        self._similarity: list[npt.NDArray[np.float32]] = []
        self._windows: list[npt.NDArray[np.float32]] = []
        self._square = 0.0
        self._count = 0.0
        self._flat_square = 0.0
        self._flat_count = 0

    def add(self, luma: Plane, change: Plane, weight: Plane | None = None) -> None:
        """Take in some whole rows: luma before the mark and what the mark changed, in grey levels."""
        self._square += float(np.vdot(change, change))
        self._count += float(change.size if weight is None else weight.sum())
        height, width = (length // WINDOW * WINDOW for length in luma.shape)
        if height == 0 or width == 0:
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
        self._windows.append(share[seen])
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

    def _all(self) -> npt.NDArray[np.float32]:
        return np.concatenate(self._similarity) if self._similarity else np.zeros(0, np.float32)


def _sums(plane: Plane) -> Plane:
    """Return the sums over windows side by side."""
    height, width = plane.shape
    rows = plane.reshape(height // WINDOW, WINDOW, width).sum(axis=1)
    return np.asarray(rows.reshape(rows.shape[0], width // WINDOW, WINDOW).sum(axis=2))
