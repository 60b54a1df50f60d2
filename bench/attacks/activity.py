"""Which moments of a recording hold sound, and where a cut holds enough of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bench.attacks import NotApplicable, Samples

FRAME = 0.02  # seconds of the frames whose level tells sound from pause
BELOW_LOUD = 35.0  # dB under the loud frames (95 % level) down to which a frame counts as sound
SILENT = -70.0  # dBFS under which nothing counts as sound
DENSE = 2.0 / 3.0  # of a dense cut is sound
_PLACES = 200  # random places that are tried


def active(samples: Samples, rate: int) -> npt.NDArray[np.bool_]:
    """Return for each frame of 20 ms whether it holds sound: within 35 dB of the loud frames, above -70 dBFS."""
    size = frame_size(rate)
    count = len(samples) // size
    if count == 0:
        return np.zeros(0, np.bool_)
    mixed = samples[: count * size].mean(axis=1, dtype=np.float64).reshape(count, size)
    level = 10 * np.log10(np.mean(mixed**2, axis=1) + 1e-12)
    return np.asarray(level > max(float(np.percentile(level, 95)) - BELOW_LOUD, SILENT))


def active_seconds(samples: Samples, rate: int) -> float:
    """Return how many seconds of the recording hold sound."""
    return float(active(samples, rate).sum() * FRAME)


def active_power(samples: Samples, rate: int) -> float:
    """Return the mean square of the moments that hold sound; 0 where there are none."""
    loud = np.repeat(active(samples, rate), frame_size(rate))
    if not loud.any():
        return 0.0
    return float(np.mean(np.square(samples[: len(loud)][loud], dtype=np.float64)))


def start_of_cut(
    samples: Samples, rate: int, frames: int, random: np.random.Generator, *, wanted: float | None = None
) -> int:
    """Return where a cut of so many frames starts: the first random place with `wanted` seconds of sound.

    Without `wanted`, 2 s (or all that a short cut can hold); NotApplicable where no place holds that much.
    """
    if len(samples) < frames:
        raise NotApplicable(f"the recording is shorter than {frames / rate:g} s")
    sums = np.concatenate([[0], np.cumsum(active(samples, rate))])
    size = frame_size(rate)
    least = min(2.0, 0.9 * frames / rate) if wanted is None else wanted
    places = random.integers(0, len(samples) - frames + 1, _PLACES)
    held = (sums[np.minimum((places + frames) // size, len(sums) - 1)] - sums[places // size]) * FRAME
    enough = np.flatnonzero(held >= least)
    if len(enough) == 0:
        raise NotApplicable(f"no piece of it holds {least:g} s of sound")
    return int(places[enough[0]])


def frame_size(rate: int) -> int:
    """Return the samples in a frame."""
    return max(1, round(FRAME * rate))
