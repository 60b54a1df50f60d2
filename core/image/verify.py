"""Verify maps that the spectrum suggests: is the pilot there, and where does the pattern start?

The template's spectrum says how a suspect is turned, scaled and squeezed, not where it was cropped, and chance maps
look much like true ones. Each map is therefore tried out: the level's whitened residual is warped to the canonical
frame, folded, and correlated with pilot and template in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.image.align import TURNS, UPRIGHT, Alignment, Placement, Turn, placements
from core.image.frame import Plane, Shape
from core.image.frontend import folded, whitened
from core.image.levels import Level
from core.image.parameters import PARAMETERS
from core.image.pattern import Offset, Pattern
from core.image.resync import correlated, projective
from core.image.spectrum import Candidate
from core.image.warp import Warp

CANVAS = round(1.5 * PARAMETERS.area)  # canonical pixels that are verified at most: 0.63 MP
LARGEST = round(2.4 * PARAMETERS.area)  # to which it grows: 1 MP
_LEAST_SIDE = 32
_GROWTH = 256  # canvas pixels a round
_GAIN = 0.25  # deviations by which pilot and template must gain
_WINDOWS = ((192, 12), (192, 12), (128, 6), (128, 6), (96, 4))  # side and reach in canvas pixels, round by round


@dataclass(frozen=True, slots=True)
class Verified:
    """A map with its best place: `tile` is the folded residual of its level on the canonical frame."""

    alignment: Alignment
    placement: Placement
    level: int
    tile: Plane


class Evened:
    """The levels of a suspect, each whitened once when it is first asked for."""

    def __init__(self, levels: Sequence[Level], shape: Shape) -> None:
        """`shape` is the suspect's (height, width)."""
        self.levels = levels
        self.shape = shape
        self._whitened: dict[int, Plane] = {}

    def canvas(self, warp: Warp, level: int) -> Plane:
        """Return the whitened residual of a level on the canvas of a warp."""
        if level not in self._whitened:
            self._whitened[level] = whitened(self.levels[level].high)
        return warp.apply(self._whitened[level], self.levels[level].scales)

    def verified(self, candidates: Sequence[Candidate], pattern: Pattern) -> list[Verified]:
        """Return the candidates with their places, best first; those that no suspect can have are left out."""
        found = []
        for candidate in candidates:
            warp = Warp.linear(candidate.linear, self.shape, limit=CANVAS, region=candidate.region)
            if warp is not None and min(warp.shape) >= _LEAST_SIDE:
                found.append(self._placed(warp, candidate.level, pattern, TURNS, key_only=True))
        found.sort(key=lambda item: -item.placement.excess)
        return found

    def resynchronised(self, start: Verified, pattern: Pattern) -> Verified:
        """Return a verified map after local re-synchronisation, the same one where that gains nothing.

        The canvas grows meanwhile, so that a map that fits one part of a suspect leads on to its neighbours.
        """
        warp = start.alignment.warp
        if warp is None:
            return start
        best = start
        if start.placement.turn != UPRIGHT:
            warp = warp.turned()
            best = self._placed(warp, start.level, pattern, (UPRIGHT,), key_only=False)
        for side, reach in _WINDOWS:
            better = self._refitted(best, pattern, side, reach)
            if better is None and best is start:
                continue  # smaller windows may still show what larger ones do not
            if better is None:
                break
            best = better
        return best

    def _refitted(self, now: Verified, pattern: Pattern, side: int, reach: int) -> Verified | None:
        assert now.alignment.warp is not None
        warp, left, top = now.alignment.warp.grown(self.shape, limit=LARGEST, reach=_GROWTH)
        offset = Offset(now.placement.offset.y + top, now.placement.offset.x + left)
        windows = correlated(self.canvas(warp, now.level), offset, pattern, side=side, reach=reach)
        change = projective(windows, warp.shape)
        if change is None:
            return None
        new = self._placed(warp.after(change), now.level, pattern, (UPRIGHT,), key_only=False)
        return new if new.placement.excess > now.placement.excess + _GAIN else None

    def _placed(self, warp: Warp, level: int, pattern: Pattern, turns: Sequence[Turn], *, key_only: bool) -> Verified:
        alignment = Alignment.warped(warp, key_only=key_only)
        tile = folded(self.canvas(warp, level))
        return Verified(alignment, placements(tile, alignment, pattern, None, turns)[0], level, tile)
