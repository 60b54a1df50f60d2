"""Files of several pictures, frames of an animation or pages: had one at a time, so that memory stays that of a few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, Protocol

import numpy as np

from core.errors import RefusedError
from core.media.pixels import Pixels, Space

FRAME_LIMIT = 10_000
TOTAL_LIMIT = 1_000_000_000  # pixels of all frames together that are marked: some twenty minutes of work
_SHOWN = 16  # rows and columns of the small picture by which frames are told apart
_PAGES_SHOWN = 10
_FRAMES_SHOWN = 5


class Frame(NamedTuple):
    """One of several pictures, upright, as `Picture` has its one."""

    pixels: Pixels
    space: Space


class Frames(Protocol):
    """Pictures that can be gone through several times, each made when its turn comes."""

    def __iter__(self) -> Iterator[Pixels]: ...


class Series(Protocol):
    """The pictures of a file that holds several."""

    @property
    def moving(self) -> bool:
        """Whether they are frames of one size that follow each other in time; else they are pages."""

    @property
    def times(self) -> tuple[float, ...]:
        """When each frame begins, in seconds; one number for each, 0.0 for pages."""

    @property
    def durations(self) -> tuple[int, ...]:
        """How long each frame is shown, in milliseconds; zeros for pages."""

    @property
    def loops(self) -> int:
        """How often an animation is shown, 0 for ever."""

    def frames(self) -> Iterator[Frame]:
        """Yield all pictures in order; ValueError and the like where one is damaged."""

    def encode(self, frames: Frames) -> bytes:
        """Return the whole file with these upright pictures in place of the read ones."""

    def finer(self) -> Series | None:
        """Return the same to be written with finer coding than its source's, None where there is none."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The rows and columns of a part of a frame."""

    y: int
    x: int
    height: int
    width: int

    def of(self, pixels: Pixels) -> Pixels:
        """Return that part."""
        return np.ascontiguousarray(pixels[self.y : self.y + self.height, self.x : self.x + self.width])


def changed(before: Pixels | None, pixels: Pixels, *, even: bool = False) -> Spot:
    """Return the smallest part in which a frame differs from the one before: one pixel at least, all without one.

    Where it is to be `even`, it begins at an even row and column.
    """
    height, width = pixels.shape[:2]
    if before is None or before.shape != pixels.shape:
        return Spot(0, 0, height, width)
    other = before != pixels
    other = other.any(axis=2) if other.ndim == 3 else other
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if rows.size == 0:
        return Spot(0, 0, 1, 1)
    y, x = int(rows[0]), int(columns[0])
    if even:
        y, x = y & ~1, x & ~1
    return Spot(y, x, int(rows[-1]) + 1 - y, int(columns[-1]) + 1 - x)


def starts(durations: tuple[int, ...]) -> tuple[float, ...]:
    """Return when each frame begins, in seconds, of how long each is shown, in milliseconds."""
    return tuple(end / 1000 - lasts / 1000 for end, lasts in zip(accumulate(durations), durations, strict=True))


def worth_a_look(series: Series) -> tuple[int, ...]:
    """Return the numbers of a few pictures that stand for all: first, middle, last, and those that differ most.

    At most five frames or ten pages; all are looked through once.
    """
    count = len(series.times)
    most = _FRAMES_SHOWN if series.moving else _PAGES_SHOWN
    if count <= most:
        return tuple(range(count))
    small = [_small(frame.pixels) for frame in series.frames()]
    chosen = [0, count // 2, count - 1]
    while len(chosen) < most:
        apart = np.min([[np.abs(one - small[other]).mean() for other in chosen] for one in small], axis=1)
        apart[chosen] = -1.0
        chosen.append(int(apart.argmax()))
    return tuple(sorted(chosen))


def require_moderate(name: str, count: int, pixels: int) -> RefusedError | None:
    """Return the refusal of a file with too many pictures, of so many pixels each; None where it can be marked."""
    if count <= FRAME_LIMIT and count * pixels <= TOTAL_LIMIT:
        return None
    return RefusedError(
        f"{name} holds {count} pictures of {pixels / 1e6:.1f} megapixels, more than can be marked in one file.",
        "Split it into shorter pieces.",
    )


def _small(pixels: Pixels) -> Pixels:
    """Return a frame as it looks from afar: float32 (16, 16), 0 to 1."""
    full = float(np.iinfo(pixels.dtype).max)
    plane = pixels if pixels.ndim == 2 else pixels[..., : min(3, pixels.shape[2])].mean(axis=2)
    rows, columns = (np.linspace(0, side, _SHOWN, endpoint=False).astype(int) for side in plane.shape)
    steps = [max(1, side // (4 * _SHOWN)) for side in plane.shape]
    total = np.zeros((_SHOWN, _SHOWN), np.float64)
    for number in range(4):  # a few points of each field stand for its mean
        down, across = (
            (lines + number * step) % side
            for lines, step, side in zip((rows, columns), steps, plane.shape, strict=True)
        )
        total += plane[np.ix_(down, across)]
    return (total / (4 * full)).astype(np.float32)
