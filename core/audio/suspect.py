"""A recording as informed detection looks at it: mono, its band levels at any time and any pitch."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import fft
from scipy.ndimage import uniform_filter1d

from core.audio.features import mono_blocks
from core.audio.parameters import PARAMETERS, band_shares
from core.model import FloatArray, Recording

LONGEST_SECONDS = 600.0  # of a recording that are compared
_AT_ONCE = 2000  # frames
_LIVE = 0.25  # of the liveliest band's movement makes a band count
_FLOOR_UNDER_LOUD_DB = 45.0


class Suspect:
    """A recording as informed detection looks at it: mono at the analysis rate, at any pitch."""

    def __init__(self, samples: Recording, rate: int) -> None:
        self.rate = PARAMETERS.analysis_rate
        kept = Stretch(samples, 0, round(LONGEST_SECONDS * rate))
        self._mono = np.concatenate([*mono_blocks(kept, rate), np.zeros(0, np.float32)])
        self._pitched: dict[float, FloatArray] = {1.0: self._mono}
        size = PARAMETERS.analysis_window
        self._window = np.hanning(size + 1)[:-1].astype(np.float32)
        self._window /= self._window.sum() / 2.0

    @property
    def seconds(self) -> float:
        """Its length."""
        return self._mono.size / self.rate

    @property
    def frames(self) -> int:
        """Number of frames of 10 ms."""
        return self._mono.size // PARAMETERS.analysis_hop

    def sounding(self) -> float:
        """Return how many of its seconds hold sound: within 35 dB of the loud ones, and not digital silence."""
        starts = range(0, self.frames, _AT_ONCE)
        power = [self.power(start, min(start + _AT_ONCE, self.frames)).sum(axis=1) for start in starts]
        if not power:
            return 0.0
        level = 10.0 * np.log10(np.concatenate(power) + np.float32(1e-20))
        return float((level > max(float(np.quantile(level, 0.95)) - 35.0, -100.0)).mean()) * self.seconds

    def power(self, first: int, last: int) -> FloatArray:
        """Return its power spectra of frames first to last: float32 (frames, bins)."""
        hop = PARAMETERS.analysis_hop
        centres = (np.arange(first, min(last, self.frames)) + 0.5) * hop
        return np.concatenate(
            [np.zeros((0, self._window.size // 2 + 1), np.float32), *self._spectra(self._mono, centres)]
        )

    def levels(self, pitch: float, seconds: FloatArray) -> FloatArray:
        """Return its band levels in dB at these rising times, its pitch brought back to the work's: float32."""
        mono = self._at_pitch(pitch)
        shares = band_shares(PARAMETERS, self.rate / self._window.size, self._window.size // 2 + 1).T
        centres = np.asarray(seconds) * (self.rate * mono.size / max(1, self._mono.size))
        levels = [10.0 * np.log10(power @ shares + np.float32(1e-20)) for power in self._spectra(mono, centres)]
        return np.concatenate([*levels, np.zeros((0, shares.shape[1]), np.float32)])

    def _at_pitch(self, pitch: float) -> FloatArray:
        """Return the sound played slower by `pitch`, so that its frequencies are the work's."""
        if pitch not in self._pitched:
            from scipy.signal import resample_poly

            ratio = Fraction(pitch).limit_denominator(1000)
            self._pitched = {1.0: self._mono}
            self._pitched[pitch] = resample_poly(self._mono, ratio.numerator, ratio.denominator).astype(np.float32)
        return self._pitched[pitch]

    def _spectra(self, mono: FloatArray, centres: FloatArray) -> Iterator[FloatArray]:
        """Yield the power spectra of frames around these rising samples, some at once: float32 (frames, bins)."""
        size = self._window.size
        starts = np.clip(np.rint(centres).astype(np.int64) - size // 2, -size, mono.size + size)
        for first in range(0, starts.size, _AT_ONCE):
            some = starts[first : first + _AT_ONCE]
            low, high = int(some[0]), int(some[-1]) + size
            piece = np.zeros(high - low, np.float32)
            begin, end = max(low, 0), min(high, mono.size)
            if begin < end:
                piece[begin - low : end - low] = mono[begin:end]
            frames = np.lib.stride_tricks.sliding_window_view(piece, size)[some - low]
            spectrum = fft.rfft(frames * self._window, axis=1)
            yield spectrum.real**2 + spectrum.imag**2


class Stretch:
    """Frames `first` to `last` of a recording, taken as they are asked for: ten minutes of stereo are 230 MB."""

    def __init__(self, samples: Recording, first: int, last: int) -> None:
        self._samples, self._first = samples, min(first, samples.shape[0])
        self.shape, self.dtype = (min(last, samples.shape[0]) - self._first, samples.shape[1]), samples.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> FloatArray:
        first, last, _ = place.indices(len(self))
        return self._samples[self._first + first : self._first + last]


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
