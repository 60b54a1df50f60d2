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
from core.image.resync import bent, correlated, projective
from core.image.spectrum import Candidate
from core.image.warp import Warp

CANVAS = round(1.5 * PARAMETERS.area)  # canonical pixels that are verified at most: 0.63 MP
LARGEST = round(2.4 * PARAMETERS.area)  # to which it grows: 1 MP
_LEAST_SIDE = 32
_GROWTHS = (0, 64, 64, 96, 96, 128, 128, 128)  # canvas pixels a round, on each side
_SIDE, _REACH = 128, 8  # windows and their shifts, canvas pixels
_GAIN = 0.25  # deviations by which pilot and template must gain
_IDLE = 2  # rounds without a gain after which it ends
_LOSS = 1.5  # deviations: beyond, a growing canvas has gone astray
_BENDS = 2
_BENDABLE = 1.5  # deviations of excess from which a bend is looked for
_BEND_SIDE, _BEND_REACH = 96, 8


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
        best = now = start
        if start.placement.turn != UPRIGHT:
            best = now = self._placed(warp.turned(), start.level, pattern, (UPRIGHT,), key_only=False)
        idle = 0
        for growth in _GROWTHS:
            new = self._refitted(now, pattern, growth)
            if new is None:
                break
            idle = 0 if new.placement.excess > best.placement.excess + _GAIN else idle + 1
            best, now = max(best, new, key=lambda one: one.placement.excess), new
            if idle == _IDLE or new.placement.excess < best.placement.excess - _LOSS:
                break
        for _ in range(_BENDS if best.placement.excess > _BENDABLE else 0):
            new = self._bent(best, pattern)
            if new is None or new.placement.excess < best.placement.excess + _GAIN:
                break
            best = new
        return best

    def _refitted(self, now: Verified, pattern: Pattern, growth: int) -> Verified | None:
        """Return the map after one projective fit, on a canvas that may have grown; None where nothing fits."""
        assert now.alignment.warp is not None
        warp, left, top = now.alignment.warp.grown(self.shape, limit=LARGEST, reach=growth)
        offset = Offset(now.placement.offset.y + top, now.placement.offset.x + left)
        windows = correlated(self.canvas(warp, now.level), offset, pattern, side=_SIDE, reach=_REACH)
        change = projective(windows, warp.shape)
        if change is None:
            return None
        return self._placed(warp.after(change), now.level, pattern, (UPRIGHT,), key_only=False)

    def _bent(self, now: Verified, pattern: Pattern) -> Verified | None:
        """Return the map with a smooth field of shifts on top, over all of the suspect at once."""
        warp = now.alignment.warp
        assert warp is not None
        offset = now.placement.offset
        if not warp.bend:
            warp, left, top = warp.grown(self.shape, limit=LARGEST, reach=max(self.shape))
            offset = Offset(offset.y + top, offset.x + left)
        windows = correlated(self.canvas(warp, now.level), offset, pattern, side=_BEND_SIDE, reach=_BEND_REACH)
        if not len(windows.centres):
            return None
        return self._placed(warp.bowed(bent(windows, warp.shape)), now.level, pattern, (UPRIGHT,), key_only=False)

    def _placed(self, warp: Warp, level: int, pattern: Pattern, turns: Sequence[Turn], *, key_only: bool) -> Verified:
        alignment = Alignment.warped(warp, key_only=key_only)
        tile = folded(self.canvas(warp, level))
        return Verified(alignment, placements(tile, alignment, pattern, None, turns)[0], level, tile)
