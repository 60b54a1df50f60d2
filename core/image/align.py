"""Alignments: the ways in which a suspect may lie on the canonical frame, and where in it the pattern starts.

An alignment maps suspect pixels to a canonical plane. The whole picture at its own canonical size covers every resize
that keeps the aspect; the size of a stored work gives the scale of a pure crop or of an unscaled paste; a warp that the
search found covers the rest. Within an alignment one FFT finds the pattern's offset among all 2^18, for each turn.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft

from core.image.frame import Plane, Shape, canonical_shape, visible
from core.image.parameters import PARAMETERS
from core.image.pattern import TILE, Offset, Pattern
from core.image.warp import Warp
from core.model import Kind, Reference

_Spectrum = npt.NDArray[np.complexfloating]
_SAME_SCALE = 5e-4  # relative: 0.1 pixel over a canonical frame's half
_LEAST_SIDE = 48  # canonical pixels below which nothing can be read
_LARGEST = 6  # canonical areas: a larger canvas than this is not searched
OFFSET_STEPS = 4  # a pixel: offsets come from a finite set, so that the pilot's false alarms can be counted
_CHIPS = (1 - PARAMETERS.template_share) * PARAMETERS.pilot_share
_PILOT = math.sqrt(_CHIPS / (_CHIPS + PARAMETERS.template_share))  # weights by their share of the mark's energy
_TEMPLATE = math.sqrt(1 - _PILOT**2)
_NEIGHBOUR = 2  # pixels around a peak that belong to it


@dataclass(frozen=True, slots=True)
class Alignment:
    """Suspect pixels times `scales` (vertical, horizontal) give pixels of a canonical plane of `shape`.

    `works` are the sizes (height, width) of the stored works that suggested it; () for the whole picture. Where there
    is a `warp` it takes the place of the scales. `key_only` says that the pilot had no part in finding it, so that the
    pilot's own statement can count on it.
    """

    shape: Shape
    scales: tuple[float, float]
    works: tuple[Shape, ...] = ()
    warp: Warp | None = None
    key_only: bool = True

    @classmethod
    def warped(cls, warp: Warp, *, key_only: bool = True) -> Alignment:
        """Return the alignment of a warp."""
        across, down = warp.local()
        return cls(warp.shape, (float(np.hypot(*down)), float(np.hypot(*across))), (), warp, key_only)

    @property
    def whole(self) -> bool:
        """Say whether the suspect is taken for a whole picture."""
        return not self.works and self.warp is None

    def plane(self, luma: Plane, alpha: Plane | None = None) -> tuple[Plane, Plane | None]:
        """Return the suspect's visible luma on this canonical plane, and its opacity."""
        if self.warp is not None:
            return self.warp.luma(luma, alpha)
        return visible(luma, alpha, self.shape, None if self.whole else self.scales)

    def suspect(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return where points (x, y) of the canonical plane lie in the suspect, float64 (n, 2)."""
        if self.warp is not None:
            return self.warp.suspect(points)
        return np.asarray(points, np.float64).reshape(-1, 2) / self.scales[::-1]

    def local(self) -> npt.NDArray[np.float64]:
        """Return the map of displacements (x, y) in the suspect to the canonical plane, 2x2, at its middle."""
        return np.diag(self.scales[::-1]) if self.warp is None else self.warp.local()


class Turn(NamedTuple):
    """How the suspect is turned back: rows and columns exchanged first, then upside down, mirrored, or both."""

    upside_down: bool
    mirrored: bool
    transposed: bool = False


UPRIGHT = Turn(False, False)
TURNS = (UPRIGHT, Turn(True, True))  # what a sign of the map leaves open
QUARTERS = tuple(Turn(*which) for which in itertools.product((False, True), repeat=3) if Turn(*which) not in TURNS)


class Placement(NamedTuple):
    """A turn and an offset that the pilot suggests; `excess` is how far its peak stands above the expected noise."""

    turn: Turn
    offset: Offset
    excess: float


def alignments(shape: Shape, references: Sequence[Reference]) -> list[Alignment]:
    """Return the alignments to try: the whole picture first, then the works' scales, most frequent size first.

    Works of which the suspect can be a crop come before those that could only lie in it. Scales that agree are tried
    once; at most `Parameters.alignments` are tried.
    """
    height, width = shape
    frame = canonical_shape(shape)
    found = [Alignment(frame, (frame[0] / height, frame[1] / width))]
    sizes = Counter((r.height, r.width) for r in references if r.kind is Kind.IMAGE and r.height > 0 and r.width > 0)
    scaled: dict[tuple[int, int], list[tuple[Shape, tuple[float, float]]]] = {}
    for size, _ in sorted(sizes.most_common(), key=lambda item: height > item[0][0] or width > item[0][1]):
        work = canonical_shape(size)
        scales = work[0] / size[0], work[1] / size[1]
        step = math.log1p(_SAME_SCALE)
        scaled.setdefault((round(math.log(scales[0]) / step), round(math.log(scales[1]) / step)), []).append(
            (size, scales)
        )
    for works in scaled.values():
        scales = works[0][1]
        canvas = math.floor(height * scales[0] + 1e-6), math.floor(width * scales[1] + 1e-6)
        fits = min(canvas) >= _LEAST_SIDE and canvas[0] * canvas[1] <= _LARGEST * PARAMETERS.area
        same = all(abs(a / b - 1) < _SAME_SCALE for a, b in zip(scales, found[0].scales, strict=True))
        if fits and not same:
            found.append(Alignment(canvas, scales, tuple(size for size, _ in works)))
    return found[: 1 + PARAMETERS.alignments]


def turned(tile: Plane, shape: Shape, turn: Turn) -> Plane:
    """Return the tile that folding the turned plane gives, from the tile of the plane of `shape` as it is."""
    if turn.transposed:
        tile, shape = tile.T, shape[::-1]
    if turn.upside_down:
        tile = np.roll(tile[::-1], shape[0], axis=0)
    if turn.mirrored:
        tile = np.roll(tile[:, ::-1], shape[1], axis=1)
    return tile


def placements(
    tile: Plane,
    alignment: Alignment,
    pattern: Pattern,
    origins: npt.NDArray[np.int64] | None,
    turns: Sequence[Turn] = TURNS,
) -> list[Placement]:
    """Return the likeliest placements of the pattern in a folded tile, best first.

    Peaks of either sign count, since tones may be inverted. For a whole picture the origins of the candidates are
    looked at on their own: among a thousand places a much lower peak stands out than among all 2^18.
    """
    found: list[Placement] = []
    for turn in turns:
        spectrum = np.conj(scipy.fft.rfft2(turned(tile, alignment.shape, turn)))
        pilot = _pilot(spectrum, pattern)
        sync = _sync(spectrum, pattern, pilot)
        np.abs(pilot, out=pilot)
        noise = math.sqrt(2 * math.log(sync.size))
        for surface, count in ((sync, 4), (pilot, 2)):
            found += [
                Placement(turn, _refined(surface, y, x, whole=alignment.whole), z - noise)
                for y, x, z in _peaks(surface, count)
            ]
        if alignment.whole and origins is not None and 0 < len(origins) < sync.size // 4:
            heights = sync[origins[:, 0], origins[:, 1]]
            noise = math.sqrt(2 * math.log(2 * len(origins)))
            found += [
                Placement(turn, Offset(float(origins[i, 0]), float(origins[i, 1])), float(heights[i]) - noise)
                for i in np.argsort(heights)[-3:]
            ]
    distinct: dict[tuple[Turn, int, int], Placement] = {}
    for placement in sorted(found, key=lambda p: -p.excess):
        y, x = placement.offset
        distinct.setdefault((placement.turn, round(y) % TILE, round(x) % TILE), placement)
    return list(distinct.values())


def _pilot(spectrum: _Spectrum, pattern: Pattern) -> Plane:
    """Return the pilot's correlation for each offset (y, x), in units of its standard deviation."""
    surface = scipy.fft.irfft2(spectrum * pattern.pilot_spectrum, (TILE, TILE))
    deviation = float(np.sqrt(np.mean(surface * surface)))
    return np.asarray(surface / deviation if deviation > 0 else surface, np.float32)


def _sync(spectrum: _Spectrum, pattern: Pattern, pilot: Plane) -> Plane:
    """Return the size of pilot and template together for each offset, in about the pilot's units.

    The template repeats every 64 pixels, so its own correlation would count its many equal peaks as noise. What counts
    is how far the phases of the sinusoids agree: with random phases the part of their energy that lies in one
    direction, r^2 of 48 real numbers, exceeds a value with a probability of about (1 - r^2)^23.5, which is put as the
    deviation of equal probability. Maps that chance gave strong sinusoids gain nothing thereby.
    """
    step = TILE // PARAMETERS.template_step
    lattice = np.round(pattern.template_points * PARAMETERS.template_step).astype(np.int64)
    rows, columns = lattice[:, 0] % (TILE // step), lattice[:, 1]
    values = spectrum[rows * step, columns * step]
    size = np.abs(values)
    limit = 2 * float(np.median(size))
    if limit <= 0:
        return np.abs(pilot)
    values = values * np.minimum(1, limit / np.maximum(size, 1e-30))
    bins = np.zeros((TILE // step, TILE // step // 2 + 1), np.complex128)
    bins[rows, columns] = values * np.exp(1j * pattern.template_phases)
    along = scipy.fft.irfft2(bins, (TILE // step, TILE // step), norm="forward")
    norm = 2 * float(np.linalg.norm(values)) * math.sqrt(len(values))
    share = along / max(norm, 1e-30)
    degrees = 2 * len(values)
    template = np.sign(share) * np.sqrt(-(degrees - 1) * np.log1p(-np.minimum(share * share, 1 - 1e-9)))
    repeats = np.tile(template.astype(np.float32), (step, step))
    repeats *= np.float32(_TEMPLATE)
    repeats += np.float32(_PILOT) * pilot
    return np.asarray(np.abs(repeats, out=repeats))


def _peaks(surface: Plane, count: int) -> list[tuple[int, int, float]]:
    """Return the highest places (y, x, height), at least some pixels apart."""
    left = surface.copy()
    reach = np.arange(-_NEIGHBOUR, _NEIGHBOUR + 1)
    peaks = []
    for _ in range(count):
        y, x = divmod(int(left.argmax()), TILE)
        peaks.append((y, x, float(left[y, x])))
        left[np.ix_((y + reach) % TILE, (x + reach) % TILE)] = 0
    return peaks


def _refined(surface: Plane, y: int, x: int, *, whole: bool) -> Offset:
    """Return the peak's place in quarters of a pixel by a parabola through its neighbours.

    A whole picture starts at a pixel's corner, as its origin does: nothing is to be refined there.
    """
    if whole:
        return Offset(float(y), float(x))
    top = float(surface[y, x])
    parts = []
    for before, after in (
        (surface[y - 1, x], surface[(y + 1) % TILE, x]),
        (surface[y, x - 1], surface[y, (x + 1) % TILE]),
    ):
        bend = float(before) - 2 * top + float(after)
        shift = 0.5 * (float(before) - float(after)) / bend if bend < 0 else 0.0
        parts.append(round(shift * OFFSET_STEPS) / OFFSET_STEPS)
    return Offset(y + parts[0], x + parts[1])
