"""What a recording has beyond the work that it was made of: differences of band levels, weighed by how sure they are.

The recording's levels are taken at the very times of the work's frames, so nothing is lost between frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter, uniform_filter, uniform_filter1d

from core.audio.gate import gate
from core.audio.locate import Placed, Suspect
from core.audio.parameters import PARAMETERS
from core.audio.reference import WorkLevels
from core.model import FloatArray, Strength

_TREND_FRAMES = 31  # 0.3 s: what varies more slowly is the channel
_MEAN_BANDS = 5
_SPREAD = (13, 3)  # frames and bands over which the scatter is taken
_SPREAD_FLOOR = 0.25  # dB^2
_CLIP = 2.0
_LOUD_RANGE_DB = 60.0  # as the gate measures its loud level


@dataclass(frozen=True, slots=True)
class Aligned:
    """Band levels in dB of recording and work at the same frames of the work: float32 (frames, bands) each.

    `frames` are the work's frame numbers, rising; `expected` the gains that a copy may have there, in dB.
    """

    frames: npt.NDArray[np.int64]
    heard: FloatArray
    original: FloatArray
    expected: FloatArray


def aligned(suspect: Suspect, work: WorkLevels, placed: Placed) -> Aligned:
    """Return recording and work at the same frames: those that a strand covers, each once."""
    frames, times = [], []
    for strand in placed.strands:
        ends = [f * (1.0 + strand.drift) + strand.lag for f in (strand.first, strand.last)]
        covered = np.arange(max(0, int(np.ceil(ends[0]))), min(work.frames, int(np.floor(ends[1])) + 1))
        frames.append(covered)
        times.append(((covered - strand.lag) / (1.0 + strand.drift) + 0.5) / (100.0 * placed.scale.speed))
    every, at = np.concatenate(frames), np.concatenate(times)
    every, once = np.unique(every, return_index=True)
    at = at[once]
    inside = (at > 0.0) & (at < suspect.seconds)
    every, at = every[inside], at[inside]
    original = work.levels(0, work.frames)
    loud = float(np.quantile(original[original > original.max(initial=0.0) - _LOUD_RANGE_DB], PARAMETERS.gate_quantile))
    gains = np.repeat(PARAMETERS.amplitudes(Strength.STANDARD, dense=False), 2).astype(np.float32)
    original = original[every]
    return Aligned(every, suspect.levels(placed.scale.pitch, at), original, gains * gate(original, loud))


def differences(lines: Aligned) -> list[FloatArray]:
    """Return what each pair of bands says, one array a reader: float32 (frames, pairs) from the first frame on.

    Frames that the recording lacks are zero.
    """
    return [_spread_out(lines, _plain(lines))]


def _spread_out(lines: Aligned, values: FloatArray) -> FloatArray:
    """Return the pairs' differences of band values at their places from the first frame on."""
    out = np.zeros((int(lines.frames[-1] - lines.frames[0]) + 1, values.shape[1] // 2), np.float32)
    out[lines.frames - lines.frames[0]] = values[:, 0::2] - values[:, 1::2]
    return out


def _plain(lines: Aligned) -> FloatArray:
    """Return the difference of levels without its slow part, over its variance: best after codecs and edits."""
    change = lines.heard - lines.original
    change = change - median_filter(change, (_TREND_FRAMES, 1), mode="nearest")
    change -= uniform_filter1d(change, _MEAN_BANDS, axis=1, mode="nearest")
    spread = np.sqrt(uniform_filter(change * change, _SPREAD, mode="nearest") + np.float32(_SPREAD_FLOOR))
    value: FloatArray = np.clip(change / spread, -_CLIP, _CLIP) / spread * lines.expected
    return value
