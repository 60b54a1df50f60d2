"""What a recording has beyond the work that it was made of: differences of band levels, weighed by how sure they are.

The recording's levels are taken at the very times of the work's frames, so nothing is lost between frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter, uniform_filter, uniform_filter1d

from core.audio import room
from core.audio.gate import gate, opening
from core.audio.parameters import PARAMETERS
from core.audio.reference import WorkLevels
from core.audio.strands import Placed
from core.audio.suspect import Suspect
from core.model import FloatArray, Strength

# Each moved alone around its place over seven voices and 19 kinds of damage: flat optima.
_TREND_FRAMES = 41  # 0.4 s: what varies more slowly is the channel
_MEAN_BANDS = 7
_SPREAD_FLOOR = 0.25  # dB^2
_PLAIN_SPREAD, _PLAIN_CLIP, _PLAIN_POWER = (7, 3), 1.3, 1.3  # frames and bands of the scatter; its power in the weight
_GAIN_FRAMES, _GAIN_BANDS = 61, 3  # over which a channel's gain is taken
_MOST_FRAMES = 60_000  # of a work that tell how loud it is
_ADDED = (5, 3)  # frames and bands over which what was added is taken
_HEARD_SPREAD, _HEARD_CLIP, _HEARD_POWER = (9, 3), 1.5, 0.7
_HEARD_TREND = 31
_ROOM_TREND = 61


@dataclass(frozen=True, slots=True)
class Aligned:
    """Band levels in dB of recording and work at the same frames of the work: float32 (frames, bands) each.

    `frames` are the work's frame numbers, rising; `expected` the gains that a copy may have there, in dB; `tails` what
    rings on of the work there, at several decays (see `core.audio.room`).
    """

    frames: npt.NDArray[np.int64]
    heard: FloatArray
    original: FloatArray
    expected: FloatArray
    tails: list[FloatArray]


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
    opens = opening(work.spread(_MOST_FRAMES))
    gains = np.repeat(PARAMETERS.amplitudes(Strength.STANDARD, dense=False), 2).astype(np.float32)
    original = work.levels(int(every[0]), int(every[-1]) + 1)[every - every[0]] if every.size else work.levels(0, 0)
    heard = suspect.levels(placed.scale.pitch, at)
    return Aligned(every, heard, original, gains * gate(original, opens), room.echoes(work, every))


def differences(lines: Aligned) -> list[FloatArray]:
    """Return what each pair of bands says, one array for each of five readers: float32 (frames, pairs).

    They start at the first frame; frames that the recording lacks are zero. The first reader is best after codecs and
    edits, the second under music, the third in rooms and steady noise; the others are means of two and of three.
    """
    readers = [_spread_out(lines, read(lines)) for read in (_plain, _through_noise, _in_room)]
    plain, through, apart = (part / max(float(np.linalg.norm(part)), 1e-9) for part in readers)
    both = plain + through
    return [*readers, both, both / max(float(np.linalg.norm(both)), 1e-9) + apart]


def _spread_out(lines: Aligned, values: FloatArray) -> FloatArray:
    """Return the pairs' differences of band values at their places from the first frame on."""
    out = np.zeros((int(lines.frames[-1] - lines.frames[0]) + 1, values.shape[1] // 2), np.float32)
    out[lines.frames - lines.frames[0]] = values[:, 0::2] - values[:, 1::2]
    return out


def _plain(lines: Aligned) -> FloatArray:
    """Return the difference of levels without its slow part, over its scatter."""
    change = lines.heard - lines.original
    change = change - median_filter(change, (_TREND_FRAMES, 1), mode="nearest")
    change -= uniform_filter1d(change, _MEAN_BANDS, axis=1, mode="nearest")
    value: FloatArray = _over_scatter(change, _PLAIN_SPREAD, _PLAIN_CLIP, _PLAIN_POWER) * lines.expected
    return value


def _through_noise(lines: Aligned) -> FloatArray:
    """Return the same under added sound: the recording is the work, times a slow gain, plus what was added.

    Cells count by the work's share in them.
    """
    power = np.power(10.0, lines.heard / 10.0)
    loud = lines.original > np.quantile(lines.original, 0.7)
    gain = np.full_like(lines.heard, np.median((lines.heard - lines.original)[loud]) if loud.any() else 0.0)
    share, rest = _explained(lines, power, gain)
    weight = share * share + np.float32(1e-3)
    window = (_GAIN_FRAMES, _GAIN_BANDS)
    correction = uniform_filter(np.clip(rest, -15.0, 15.0) * weight, window, mode="nearest")
    # What was added is taken once, at the first gain: taken again it swallows part of the mark.
    added = _added(lines, power, gain)
    gain = gain + correction / uniform_filter(weight, window, mode="nearest")
    work = np.power(10.0, (lines.original + gain) / 10.0)
    rest = lines.heard - 10.0 * np.log10(work + added)
    rest -= uniform_filter1d(rest, _HEARD_TREND, axis=0, mode="nearest")
    rest -= uniform_filter1d(rest, _MEAN_BANDS, axis=1, mode="nearest")
    value: FloatArray = _over_scatter(rest, _HEARD_SPREAD, _HEARD_CLIP, 1.0) * lines.expected
    value *= np.power(work / (work + added), _HEARD_POWER)
    return value.astype(np.float32, copy=False)


def _in_room(lines: Aligned) -> FloatArray:
    """Return the level over what the work, its echoes and steady noise let expect; cells count by the direct sound."""
    heard, direct = (np.power(10.0, levels / 10.0) for levels in (lines.heard, lines.original))
    total, share = room.expected(heard, direct, lines.tails)
    rest = lines.heard - 10.0 * np.log10(total)
    rest -= uniform_filter1d(rest, _ROOM_TREND, axis=0, mode="nearest")
    rest -= uniform_filter1d(rest, _MEAN_BANDS, axis=1, mode="nearest")
    value: FloatArray = _over_scatter(rest, _HEARD_SPREAD, _HEARD_CLIP, 1.0) * lines.expected * share
    return value


def _explained(lines: Aligned, power: FloatArray, gain: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the work's share in each cell, and the level that work and added sound leave unexplained."""
    work = np.power(10.0, (lines.original + gain) / 10.0)
    total = work + _added(lines, power, gain)
    return work / total, lines.heard - 10.0 * np.log10(total)


def _added(lines: Aligned, power: FloatArray, gain: FloatArray) -> FloatArray:
    """Return the power that stands over the work's, smoothed."""
    work = np.power(10.0, (lines.original + gain) / 10.0)
    over = uniform_filter(np.maximum(power - work, 0.0), _ADDED, mode="nearest")
    # A running sum may end a rounding error below zero.
    added: FloatArray = np.maximum(over, 0.0) + np.float32(1e-14)
    return added


def _over_scatter(change: FloatArray, window: tuple[int, int], clip: float, power: float) -> FloatArray:
    """Return changes over their local scatter, clipped, over the scatter's power again: less where it is unsure."""
    scatter = np.sqrt(uniform_filter(change * change, window, mode="nearest") + np.float32(_SPREAD_FLOOR))
    value: FloatArray = np.clip(change / scatter, -clip, clip) / np.power(scatter, power)
    return value
