"""What the change to a recording may not do: be heard before an onset, or carry a peak beyond full scale.

Where it would, the change is faded for a few milliseconds, alike in all channels; the recording stays as it is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

from core.model import FloatArray

_BIN_SECONDS = 0.001
_BINS = 5  # over which sound and change are compared
_LARGEST_SHARE = 0.2  # of the sound's energy: 7 dB down; where nothing is wrong the change lies near 20 dB down
_LARGEST_16_BIT = 1.0 - 2.0**-15
_FADE_BINS = 10  # on either side of a peak
_PLATEAU, _KEPT_ON_PLATEAU = 1e-3, 0.5  # a clipped recording keeps this much change around what is clipped already


REACH = 2 + 2 * (_FADE_BINS + 1)  # bins on either side that decide about one bin


def bin_samples(rate: int) -> int:
    """Return the samples of one bin: sound and change are compared in bins of a millisecond."""
    return max(1, round(_BIN_SECONDS * rate))


def ceiling(peak: float) -> float:
    """Return full scale: the largest 16-bit value, or the recording's own peak (size of its largest sample)."""
    return max(_LARGEST_16_BIT, peak)


def kept_within(samples: FloatArray, change: FloatArray, each: int, limit: float) -> FloatArray:
    """Return samples + change, the change weakened where it outweighs the sound or passes full scale.

    `samples` and `change` are (frames, channels) of a stretch that starts at a bin of `each` samples; at a place
    nearer than `REACH` bins to an end of the stretch the result depends on where it was cut, unless the recording
    itself begins or ends there. A frame that holds an onset spreads its change over its whole 32 ms; before the onset
    nothing would cover it. `limit` is that of `ceiling`.
    """
    if samples.size == 0:
        return samples.copy()
    edges = np.arange(0, len(samples), each)
    sound = np.add.reduceat(np.einsum("ij,ij->i", samples, samples), edges).astype(np.float32)
    added = np.add.reduceat(np.einsum("ij,ij->i", change, change), edges).astype(np.float32)
    room = np.ones(edges.size, np.float32)
    if max(samples.max() + change.max(), -samples.min() - change.min()) > limit:
        room[:] = np.minimum.reduceat(_room(samples, change, limit), edges)
    sound, added = np.maximum(uniform_filter1d(sound, _BINS), 0.0), uniform_filter1d(added, _BINS)
    keep = np.sqrt(np.minimum(1.0, _LARGEST_SHARE * sound / np.maximum(added, np.finfo(np.float32).tiny)))
    # The mean of a minimum over a wider stretch is smooth and nowhere above what it was made from.
    keep *= uniform_filter1d(minimum_filter1d(room, 2 * _FADE_BINS + 3), 2 * _FADE_BINS + 1)
    if keep.min() >= 1.0:
        return np.asarray(samples + change)
    out = np.asarray(samples + change)
    weak = np.flatnonzero(np.repeat(maximum_filter1d(keep < 1.0, 3), each)[: len(samples)])
    factor = np.interp(weak, edges + 0.5 * each, keep).astype(samples.dtype)[:, None]
    out[weak] = samples[weak] + factor * change[weak]
    return np.clip(out, -limit, limit, out=out)


def _room(original: FloatArray, difference: FloatArray, ceiling: float) -> npt.NDArray[np.float64]:
    """Return for each moment the share of the change that fits under the ceiling."""
    size = np.abs(original).astype(np.float64)
    least = np.where(size > (1.0 - _PLATEAU) * ceiling, _KEPT_ON_PLATEAU, 0.0)
    fits = np.maximum((ceiling - size) / np.maximum(np.abs(difference), 1e-12), least)
    share: npt.NDArray[np.float64] = np.where(np.abs(original + difference) > ceiling, fits, 1.0).min(axis=1)
    return np.minimum(share, 1.0)
