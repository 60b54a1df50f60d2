"""From a folded tile and a placement to soft values of the serial's signs, and how strong the pilot is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core import decide
from core.image.align import OFFSET_STEPS, QUARTERS, TURNS, Alignment, Placement, turned
from core.image.frame import Plane
from core.image.parameters import PARAMETERS
from core.image.pattern import TILE, Offset, Pattern, moved, slots_of

_BLOCKS = PARAMETERS.blocks**2
_KINDS = len(PARAMETERS.coefficients)
# Signs, turns, and offsets that a pilot is sought at.
KEY_PLACES = 2 * (len(TURNS) + len(QUARTERS)) * (TILE * OFFSET_STEPS) ** 2
SEARCHES = 4  # of the whole suspect, then of what lies beside up to three marks
# Alignments that the pilot had no part in finding: the picture, sizes of works, and maps that the template alone gave
# in two stages; each with all front ends, maps also as their level has them.
KEY_HYPOTHESES = SEARCHES * (
    (1 + PARAMETERS.alignments) * len(PARAMETERS.front_ends)
    + 2 * PARAMETERS.verified * (1 + len(PARAMETERS.front_ends))
)
_SHRINK = 0.5  # of each coefficient's gain towards the mean gain: the pilot has 490 signs of each


@dataclass(frozen=True, slots=True)
class Reading:
    """Soft values at one placement. `pilot` is the pilot's z, without any weight fitted to it; `polarity` its sign."""

    alignment: Alignment
    placement: Placement
    front_end: int
    soft: npt.NDArray[np.float64]
    pilot: float
    polarity: int


def read(tile: Plane, alignment: Alignment, placement: Placement, pattern: Pattern, front_end: int) -> Reading:
    """Return what a folded tile says at one placement."""
    straight = turned(tile, alignment.shape, placement.turn)
    soft, z = soft_values(straight, placement.offset, pattern)
    return Reading(alignment, placement, front_end, soft, abs(z), 1 if z >= 0 else -1)


def soft_values(
    tile: Plane, offset: Offset, pattern: Pattern, *, polarity: int | None = None
) -> tuple[npt.NDArray[np.float64], float]:
    """Return the soft values of the serial's signs, float64 (data_signs,), and the pilot's z, in a tile set upright.

    `polarity` is -1 where tones are inverted; by default the sign of the pilot's z is taken for it.
    """
    values = slots_of(moved(tile, offset))
    power = np.maximum(np.mean(values * values, axis=1, dtype=np.float64), 1e-30)
    signed = values.ravel() * pattern.slot_signs

    pilot = signed[pattern.pilot_slots].astype(np.float64)
    kind = pattern.pilot_slots // _BLOCKS
    even = pilot / np.sqrt(power)[kind]
    norm = float(np.sqrt(even @ even))
    z = float(even.sum()) / norm if norm > 0 else 0.0

    if polarity is None:
        polarity = 1 if z >= 0 else -1
    gain = polarity * np.bincount(kind, pilot, _KINDS) / np.maximum(np.bincount(kind, minlength=_KINDS), 1)
    mean = max(float(np.mean(gain)), 1e-12)
    gain = np.maximum(_SHRINK * mean + (1 - _SHRINK) * gain, 0.1 * mean)
    weight = polarity * gain / power
    data = signed[pattern.data_slots] * weight[pattern.data_slots // _BLOCKS]
    return np.bincount(pattern.data_index, data, PARAMETERS.data_signs).astype(np.float64), z


def key_false_alarm(pilot: float) -> float:
    """Return the proven chance that a key's pilot reaches this z somewhere in a picture by coincidence."""
    return decide.false_alarm(pilot, candidates=KEY_PLACES, hypotheses=KEY_HYPOTHESES)
