"""How loud a recording is heard: integrated loudness after ITU-R BS.1770-4."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from core.model import Recording

_BLOCK, _STEP = 0.4, 0.1  # seconds
_SILENT = -70.0  # LUFS under which a block never counts
_QUIET = -10.0  # LU under the loudness of what counts, under which a block does not count either
_PIECE = 30  # seconds that are filtered at once


def loudness(samples: Recording, rate: int) -> float:
    """Return the integrated loudness of samples (frames, channels) at `rate` Hz in LUFS; -inf for silence.

    All channels weigh alike (mono and stereo, which is what is compared here). Shorter than 0.4 s: one block.
    """
    powers = _block_powers(samples, rate)
    loud = powers[_lufs(powers) > _SILENT]
    if not len(loud):
        return -math.inf
    gate = float(_lufs(np.array([loud.mean()]))[0]) + _QUIET
    counted = loud[_lufs(loud) > gate]
    return float(_lufs(np.array([counted.mean()]))[0])


def _lufs(powers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10.0 * np.log10(powers), np.float64)


def _block_powers(samples: Recording, rate: int) -> npt.NDArray[np.float64]:
    """Return the mean square of the filtered signal in each block of 0.4 s, summed over the channels."""
    from scipy.signal import sosfilt

    step = max(1, round(_STEP * rate))
    filters = _weighting(rate)
    state = np.zeros((len(filters), 2, samples.shape[1]))
    sums: list[npt.NDArray[np.float64]] = []
    piece = step * round(_PIECE / _STEP)
    for start in range(0, len(samples), piece):
        part, state = sosfilt(filters, np.asarray(samples[start : start + piece], np.float64), axis=0, zi=state)
        power = np.square(part).sum(axis=1)
        whole = len(power) // step * step
        sums.append(power[:whole].reshape(-1, step).sum(axis=1))
        if whole < len(power):
            sums.append(power[whole:].sum(keepdims=True))
    steps = np.concatenate(sums) if sums else np.zeros(0)
    across = round(_BLOCK / _STEP)
    if len(steps) < across:
        return np.array([steps.sum() / max(1, len(samples))])
    # The last, shorter step belongs to no whole block.
    whole_steps = len(samples) // step
    totals = np.convolve(steps[:whole_steps], np.ones(across), "valid") if whole_steps >= across else steps[:0]
    return totals / (across * step) if len(totals) else np.array([steps.sum() / max(1, len(samples))])


def _weighting(rate: int) -> npt.NDArray[np.float64]:
    """Return the K weighting as second-order sections: a high shelf for the head, then a high-pass.

    The analogue prototypes behind the standard's 48 kHz coefficients (De Man, 2014), set up for any rate.
    """
    gain, quality, frequency = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = math.tan(math.pi * min(frequency, 0.49 * rate) / rate)
    high = 10.0 ** (gain / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / quality + k * k
    shelf = [
        (high + band * k / quality + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / quality + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / quality + k * k) / a0,
    ]
    quality, frequency = 0.5003270373238773, 38.13547087602444
    k = math.tan(math.pi * frequency / rate)
    a0 = 1.0 + k / quality + k * k
    low_cut = [1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / quality + k * k) / a0]
    return np.array([shelf, low_cut])
