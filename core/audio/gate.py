"""How strongly each moment and band may be marked: the gate, and whether a recording is dense.

Gains are multiplied by a factor that is 1 where a band is loud and falls to 0 between 40 and 55 dB under the loud
cells of the recording, so that nothing is written into pauses and into the noise between voiced harmonics.
Music fills time and frequency more evenly than speech and shows a mark sooner; it gets a smaller gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from core.audio.parameters import PARAMETERS, Parameters
from core.model import FloatArray

SILENCE_DB = -115.0  # band levels below this (full scale sine: about 0) count as digital silence
_RANGE_DB = 60.0  # quieter cells than this under the loudest do not count when the loud level is measured


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the gate needs to know of a whole recording.

    `loud_db` is the level of its loud cells, `density` the share of cells in active moments that lie within the
    gate's range of it, `active_seconds` the time in which the mark can be written, `sound` whether there is any.
    """

    loud_db: float
    density: float
    active_seconds: float
    sound: bool


def loudness(levels: FloatArray, seconds_each: float, parameters: Parameters = PARAMETERS) -> Loudness:
    """Return the loudness of a recording from band levels in dB, shape (frames, bands), frames `seconds_each` apart."""
    top = float(levels.max(initial=-np.inf))
    if top < SILENCE_DB:
        return Loudness(SILENCE_DB, 0.0, 0.0, sound=False)
    loud = float(np.quantile(levels[levels > top - _RANGE_DB], parameters.gate_quantile))
    usable = levels > loud - parameters.gate_open_db
    active = usable.mean(axis=1) > 0.1
    density = float(usable[active].mean()) if active.any() else 0.0
    return Loudness(loud, density, float(active.sum()) * seconds_each, sound=True)


def gate(levels: FloatArray, loud_db: float, parameters: Parameters = PARAMETERS) -> FloatArray:
    """Return the factors 0..1 of the gains for band levels in dB (frames, bands), smoothed over neighbouring frames."""
    width = parameters.gate_shut_db - parameters.gate_open_db
    factor = np.clip((levels - (loud_db - parameters.gate_shut_db)) / width, 0.0, 1.0).astype(np.float32)
    smooth: FloatArray = uniform_filter1d(factor, parameters.gate_frames, axis=0, mode="nearest")
    return smooth
