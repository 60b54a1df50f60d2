"""What the change to a recording may not do: be heard before an onset, or carry a peak beyond full scale.

Both work on the change itself, in time and alike in all channels, and leave the recording as it is.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from core.model import FloatArray

_BIN_SECONDS = 0.001
_BINS = 5  # milliseconds over which sound and change are compared
_LARGEST_SHARE = 0.2  # of the sound's energy: 7 dB down; where nothing is wrong the change lies near 20 dB down
_BLOCK_BINS = 2048
_LARGEST_16_BIT = 1.0 - 2.0**-15
_SOFTEN_SECONDS = 0.012  # half width of the dip in the mark around a sample that would pass full scale


def keep_within(samples: FloatArray, out: FloatArray, rate: int) -> None:
    """Weaken the change in `out` where it outweighs the sound around it (frames, channels), in place.

    A frame that holds an onset spreads its change over its whole 32 ms; before the onset nothing would cover it.
    """
    each = max(1, round(_BIN_SECONDS * rate))
    bins = samples.shape[0] // each
    if bins == 0:
        return
    sound, change = np.empty(bins, np.float32), np.empty(bins, np.float32)
    for start in range(0, bins, _BLOCK_BINS):
        end = min(bins, start + _BLOCK_BINS)
        piece = samples[start * each : end * each].reshape(end - start, -1)
        rest = out[start * each : end * each].reshape(end - start, -1) - piece
        sound[start:end] = np.einsum("ij,ij->i", piece, piece)
        change[start:end] = np.einsum("ij,ij->i", rest, rest)
    sound = np.maximum(uniform_filter1d(sound, _BINS), 0.0)
    change = uniform_filter1d(change, _BINS)
    keep = np.sqrt(np.minimum(1.0, _LARGEST_SHARE * sound / np.maximum(change, np.finfo(np.float32).tiny)))
    centres = (np.arange(bins) + 0.5) * each
    for start in range(0, bins, _BLOCK_BINS):
        end = min(bins, start + _BLOCK_BINS)
        if keep[max(0, start - 1) : end + 1].min() >= 1.0:
            continue
        first, last = start * each, samples.shape[0] if end == bins else end * each
        factor = np.interp(np.arange(first, last), centres, keep).astype(samples.dtype)[:, None]
        out[first:last] = samples[first:last] + factor * (out[first:last] - samples[first:last])


def soften_peaks(samples: FloatArray, out: FloatArray, rate: int) -> None:
    """Fade the mark out around samples that it would carry beyond full scale (or beyond the recording's own peak)."""
    if samples.size == 0:
        return
    ceiling = max(_LARGEST_16_BIT, float(np.abs(samples).max()))
    reach = max(1, round(_SOFTEN_SECONDS * rate))
    beyond = np.flatnonzero((np.abs(out) > ceiling).any(axis=1))
    if beyond.size == 0:
        return
    shape = 0.5 + 0.5 * np.cos(np.pi * np.arange(-reach, reach + 1) / (reach + 1))
    groups = np.split(beyond, np.flatnonzero(np.diff(beyond) > 2 * reach) + 1)
    for group in groups:
        first, last = max(0, group[0] - reach), min(len(out), group[-1] + reach + 1)
        original, change = samples[first:last], out[first:last] - samples[first:last]
        keep = np.ones(last - first)
        for place in group - first:
            room = ceiling - np.abs(original[place])
            over = np.abs(original[place] + keep[place] * change[place]) > ceiling
            if not over.any():
                continue
            wanted = float(np.min(room[over] / np.abs(change[place][over]))) / keep[place]
            low, high = max(0, place - reach), min(last - first, place + reach + 1)
            keep[low:high] *= 1.0 - (1.0 - wanted) * shape[low - place + reach : high - place + reach]
        np.clip(original + keep[:, None] * change, -ceiling, ceiling, out=out[first:last])
