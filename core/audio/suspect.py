"""A recording as informed detection looks at it: mono, its band levels at any time and any pitch."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.ndimage import uniform_filter1d

from core.audio.features import mono_blocks
from core.audio.parameters import PARAMETERS, band_shares
from core.model import FloatArray, Recording

LONGEST_SECONDS = 600.0  # of a recording that are compared
_LIVE = 0.25  # of the liveliest band's movement makes a band count
_FLOOR_UNDER_LOUD_DB = 45.0


class Suspect:
    """A recording as informed detection looks at it: mono at the analysis rate, at any pitch."""

    def __init__(self, samples: Recording, rate: int) -> None:
        self.rate = PARAMETERS.analysis_rate
        kept = samples[: round(LONGEST_SECONDS * rate)]
        self._mono = np.concatenate([*mono_blocks(kept, rate), np.zeros(0, np.float32)])
        self._pitched: dict[float, FloatArray] = {1.0: self._mono}
        size = PARAMETERS.analysis_window
        self._window = np.hanning(size + 1)[:-1].astype(np.float32)
        self._window /= self._window.sum() / 2.0
        self._power: FloatArray | None = None

    @property
    def seconds(self) -> float:
        """Its length."""
        return self._mono.size / self.rate

    def sounding(self) -> float:
        """Return how many of its seconds hold sound: within 35 dB of the loud ones, and not digital silence."""
        level = 10.0 * np.log10(self.power().sum(axis=1) + np.float32(1e-20))
        if level.size == 0:
            return 0.0
        return float((level > max(float(np.quantile(level, 0.95)) - 35.0, -100.0)).mean()) * self.seconds

    def power(self) -> FloatArray:
        """Return its power spectra every 10 ms: float32 (frames, bins)."""
        if self._power is None:
            hop = PARAMETERS.analysis_hop
            self._power = self._spectra(self._mono, (np.arange(self._mono.size // hop) + 0.5) * hop)
        return self._power

    def levels(self, pitch: float, seconds: FloatArray) -> FloatArray:
        """Return its band levels in dB at these times, its pitch brought back to the work's: float32 (times, bands)."""
        mono = self._at_pitch(pitch)
        shares = band_shares(PARAMETERS, self.rate / self._window.size, self._window.size // 2 + 1)
        power = self._spectra(mono, np.asarray(seconds) * (self.rate * mono.size / max(1, self._mono.size)))
        levels: FloatArray = 10.0 * np.log10(power @ shares.T + np.float32(1e-20))
        return levels

    def _at_pitch(self, pitch: float) -> FloatArray:
        """Return the sound played slower by `pitch`, so that its frequencies are the work's."""
        if pitch not in self._pitched:
            from scipy.signal import resample_poly

            ratio = Fraction(pitch).limit_denominator(1000)
            self._pitched = {1.0: self._mono}
            self._pitched[pitch] = resample_poly(self._mono, ratio.numerator, ratio.denominator).astype(np.float32)
        return self._pitched[pitch]

    def _spectra(self, mono: FloatArray, centres: FloatArray) -> FloatArray:
        """Return power spectra of frames around these samples: float32 (frames, bins)."""
        size = self._window.size
        padded = np.concatenate([np.zeros(size, np.float32), mono, np.zeros(2 * size, np.float32)])
        starts = np.clip(np.rint(centres).astype(np.int64) + size // 2, 0, padded.size - size)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)
        out = np.empty((starts.size, size // 2 + 1), np.float32)
        for first in range(0, starts.size, 2000):
            spectrum = fft.rfft(frames[starts[first : first + 2000]] * self._window, axis=1)
            out[first : first + 2000] = spectrum.real**2 + spectrum.imag**2
        return out


def contrast(levels: FloatArray, width: int = 25) -> FloatArray:
    """Return levels against their surroundings in time, without the floor of the recording: float32."""
    if levels.shape[0] == 0:
        return levels
    floored = np.maximum(levels, np.quantile(levels, 0.95) - _FLOOR_UNDER_LOUD_DB)
    out = floored - uniform_filter1d(floored, min(width, levels.shape[0]), axis=0, mode="nearest")
    contrast: FloatArray = np.clip(out, -12.0, 12.0)
    return contrast


def live_bands(levels: FloatArray) -> npt.NDArray[np.float32]:
    """Return 1 for bands in which a recording has anything, 0 for those that a telephone, say, took away."""
    moving = np.sqrt(np.square(levels).mean(axis=0))
    counts: npt.NDArray[np.float32] = (moving > _LIVE * moving.max(initial=0.0)).astype(np.float32)
    return counts
