"""The spectrum search: linear maps under which the keyed template shows in a picture's spectrum.

Each sinusoid of the template is a peak of the power spectrum, wherever the picture was cropped. The grid of `grid.py`
proposes maps by the power at the keyed points alone, `refine.py` sharpens them and lets the phases decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.image.frame import Plane
from core.image.grid import Matrices, coarse
from core.image.levels import Level
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.power import Spectrum
from core.image.refine import refined

Region = tuple[float, float, float, float]

_COARSE = 400  # places of the grid that are sharpened; a few true maps of dense textures lay behind 500
_SAME = 0.004  # of the largest entry: maps that refinement took to the same place
_SAME_WINDOWED = 0.01  # in windows that overlap
_WINDOWED = 60  # places of the grid a window
_SQUEEZED = 1.6  # canonical areas of a level up to which windows are searched for squeezes: larger ones hold insets
_SIDE = 0.5  # of the level's height and width: a window
_PLACES = 4  # windows along each axis
_LEAST_WINDOW = 96  # pixels


@dataclass(frozen=True, slots=True)
class Candidate:
    """A linear map that the template suggests.

    `linear` takes a displacement (y, x) in suspect pixels to one in canonical pixels, float64 (2, 2), mirrors
    included; a turn by 180 degrees is left open, the likelier sign is given. `score` is the template's sum in phase:
    22 to 26 for the best chance maps, more for true ones. `level` is the index of the level, `region` the window
    (top, left, bottom, right) in suspect pixels that it comes from, None for all.
    """

    linear: Matrices
    score: float
    level: int
    region: Region | None = None


def search(level: Level, number: int, pattern: Pattern, count: int = 14, *, deep: bool = True) -> list[Candidate]:
    """Return the likeliest linear maps at one level, best first; `number` is the level's index.

    Every turn and mirror, every scale within the level's reach; with `deep` also squeezes and shears up to 7.6 %, and
    changes of aspect up to 34 % of pictures that are hardly turned.
    """
    spectrum = _spectrum(level.high[None], level.reach)
    matrices, planes = coarse(spectrum, level.reach, pattern, _COARSE, deep=deep)
    maps, scores, _ = refined(spectrum, matrices, planes, pattern)
    down = np.diag(level.scales)
    return distinct([Candidate(m.T @ down, float(s), number) for m, s in zip(maps, scores, strict=True)], count)


def windows(level: Level, number: int, pattern: Pattern, count: int = 14) -> list[Candidate]:
    """Return the likeliest linear maps in overlapping windows of one level, best first.

    For insets and collages, where the rest of the suspect is only noise, and for a strong perspective, which is
    nearly linear within a window: 4x4 windows of 50 %.
    """
    height, width = level.high.shape
    tall, wide = round(height * _SIDE), round(width * _SIDE)
    if min(tall, wide) < _LEAST_WINDOW:
        return []
    places = [
        (round(i * (height - tall) / (_PLACES - 1)), round(j * (width - wide) / (_PLACES - 1)))
        for i in range(_PLACES)
        for j in range(_PLACES)
    ]
    spectrum = _spectrum(np.stack([level.high[y : y + tall, x : x + wide] for y, x in places]), level.reach)
    matrices, planes = coarse(
        spectrum, level.reach, pattern, _WINDOWED, deep=height * width <= _SQUEEZED * PARAMETERS.area
    )
    maps, scores, planes = refined(spectrum, matrices, planes, pattern)
    down = np.diag(level.scales)
    found = []
    for one, score, plane in zip(maps, scores, planes, strict=True):
        y, x = places[plane]
        region = (
            y / level.scales[0],
            x / level.scales[1],
            (y + tall) / level.scales[0],
            (x + wide) / level.scales[1],
        )
        found.append(Candidate(one.T @ down, float(score), number, region))
    return distinct(found, count)


def distinct(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """Return the first `count` candidates that are not nearly the same as, or the half turn of, an earlier one."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(_alike(candidate, other) for other in kept):
            kept.append(candidate)
            if len(kept) == count:
                break
    return kept


def _alike(one: Candidate, other: Candidate) -> bool:
    if one.region is not None and other.region is not None:
        top, left, bottom, right = one.region
        if top >= other.region[2] or left >= other.region[3] or bottom <= other.region[0] or right <= other.region[1]:
            return False
    elif one.region is not other.region:
        return False
    near = (_SAME if one.region is None else _SAME_WINDOWED) * float(np.abs(one.linear).max())
    return any(bool(np.abs(one.linear - sign * other.linear).max() < near) for sign in (1, -1))


def _spectrum(planes: Plane, reach: tuple[float, float]) -> Spectrum:
    """Return the spectra of planes as far as a template within reach goes."""
    return Spectrum.of(planes, min(PARAMETERS.template_band[1] * reach[1] * 1.15, 0.5))
