"""What the change to a recording may not do: be heard before an onset, or carry a peak beyond full scale.

Where it would, the change is faded for a few milliseconds, alike in all channels; the recording stays as it is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from core.model import FloatArray

_BIN_SECONDS = 0.001
_BLOCK_BINS = 2048
_BINS = 5  # over which sound and change are compared
_LARGEST_SHARE = 0.2  # of the sound's energy: 7 dB down; where nothing is wrong the change lies near 20 dB down
_LARGEST_16_BIT = 1.0 - 2.0**-15
_FADE_BINS = 10  # on either side of a peak
_PLATEAU, _KEPT_ON_PLATEAU = 1e-3, 0.5  # a clipped recording keeps this much change around what is clipped already


def keep_within(samples: FloatArray, out: FloatArray, rate: int) -> None:
    """Weaken the change in `out` (frames, channels) where it outweighs the sound or passes full scale, in place.

    A frame that holds an onset spreads its change over its whole 32 ms; before the onset nothing would cover it.
    Full scale is the largest 16-bit value, or the recording's own peak if that is higher.
    """
    if samples.size == 0:
        return
    each = max(1, round(_BIN_SECONDS * rate))
    bins = -(-samples.shape[0] // each)
    ceiling = max(_LARGEST_16_BIT, float(samples.max()), -float(samples.min()))
    sound, change, room = np.zeros(bins, np.float32), np.zeros(bins, np.float32), np.ones(bins, np.float32)
    for start in range(0, bins, _BLOCK_BINS):
        original = samples[start * each : (start + _BLOCK_BINS) * each]
        difference = out[start * each : (start + _BLOCK_BINS) * each] - original
        edges = np.arange(0, len(original), each)
        place = slice(start, start + edges.size)
        sound[place] = np.add.reduceat(np.einsum("ij,ij->i", original, original), edges)
        change[place] = np.add.reduceat(np.einsum("ij,ij->i", difference, difference), edges)
        if max(original.max() + difference.max(), -original.min() - difference.min()) > ceiling:
            room[place] = np.minimum.reduceat(_room(original, difference, ceiling), edges)
    sound, change = np.maximum(uniform_filter1d(sound, _BINS), 0.0), uniform_filter1d(change, _BINS)
    keep = np.sqrt(np.minimum(1.0, _LARGEST_SHARE * sound / np.maximum(change, np.finfo(np.float32).tiny)))
    # The mean of a minimum over a wider stretch is smooth and nowhere above what it was made from.
    keep *= uniform_filter1d(minimum_filter1d(room, 2 * _FADE_BINS + 3), 2 * _FADE_BINS + 1)
    centres = (np.arange(bins) + 0.5) * each
    for start in range(0, bins, _BLOCK_BINS):
        if keep[max(0, start - 1) : start + _BLOCK_BINS + 1].min() >= 1.0:
            continue
        piece = slice(start * each, min(samples.shape[0], (start + _BLOCK_BINS) * each))
        factor = np.interp(np.arange(piece.start, piece.stop), centres, keep).astype(samples.dtype)[:, None]
        weaker = samples[piece] + factor * (out[piece] - samples[piece])
        np.clip(weaker, -ceiling, ceiling, out=out[piece])


def _room(original: FloatArray, difference: FloatArray, ceiling: float) -> npt.NDArray[np.float64]:
    """Return for each moment the share of the change that fits under the ceiling."""
    size = np.abs(original).astype(np.float64)
    least = np.where(size > (1.0 - _PLATEAU) * ceiling, _KEPT_ON_PLATEAU, 0.0)
    fits = np.maximum((ceiling - size) / np.maximum(np.abs(difference), 1e-12), least)
    share: npt.NDArray[np.float64] = np.where(np.abs(original + difference) > ceiling, fits, 1.0).min(axis=1)
    return np.minimum(share, 1.0)
