"""The original and its copy side by side, ready to be looked at or listened to. Made beside the window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import CountermarkError
from core.model import FloatArray, Kind, Recording

Pixels = npt.NDArray[np.uint8]
AMPLIFIED = 20  # times that the difference of two pictures is shown enlarged
LOUDER = 20.0  # dB by which the difference of two recordings is played louder
_LIMIT = 50_000_000  # pixels above which both are shown at half their size


@dataclass(frozen=True, slots=True)
class Pictures:
    """An original and its copy as a screen shows them: uint8 (height, width, 3), both of one size.

    `halved` says that they are shown at half their size, for want of memory.
    """

    name: str
    original: Pixels
    copy: Pixels
    halved: bool = False

    def difference(self, left: int, top: int, right: int, bottom: int, step: int = 1) -> Pixels:
        """Return the amplified difference of a part, mid-grey where there is none, every `step`-th pixel of it."""
        place = np.s_[top:bottom:step, left:right:step]
        apart = self.copy[place].astype(np.int16) - self.original[place]
        return np.asarray(np.clip(apart * AMPLIFIED + 128, 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Sounds:
    """An original and its copy to be heard at one loudness: recordings of one length and rate.

    `gain` brings the copy to the loudness of the original.
    """

    name: str
    original: Recording
    copy: Recording
    rate: int
    gain: float = 1.0

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return min(len(self.original), len(self.copy)) / self.rate

    def part(self, which: str, start: int, stop: int) -> FloatArray:
        """Return frames of the "original", the "copy" or their "difference" as they are to be heard."""
        if which == "original":
            return np.asarray(self.original[start:stop])
        copy = np.asarray(self.copy[start:stop])
        if which == "copy":
            return copy * self.gain
        apart = copy - np.asarray(self.original[start : start + len(copy)])
        return np.asarray(np.clip(apart * 10.0 ** (LOUDER / 20.0), -1.0, 1.0))


def comparison(original: Path, copy: Path) -> Pictures | Sounds:
    """Return both files ready to be compared. CountermarkError where one cannot be read, or they do not fit."""
    from core.media.files import kind_of

    kind = kind_of(copy)
    if kind_of(original) is not kind:
        raise _unlike(original, copy)
    return _pictures(original, copy) if kind is Kind.IMAGE else _sounds(original, copy)


def _pictures(original: Path, copy: Path) -> Pictures:
    from core.media.images import read_image
    from core.media.shown import shown

    seen = []
    halved = False
    for path in (original, copy):
        picture = read_image(path)
        pixels = picture.pixels
        if pixels.shape[0] * pixels.shape[1] > _LIMIT:
            pixels, halved = pixels[::2, ::2], True
        seen.append(shown(pixels, picture.space))
    if seen[0].shape != seen[1].shape:
        raise _unlike(original, copy)
    return Pictures(copy.name, seen[0], seen[1], halved)


def _sounds(original: Path, copy: Path) -> Sounds:
    from core.audio.loudness import loudness
    from core.media.sounds import read_sound

    first, second = read_sound(original), read_sound(copy)
    if first.rate != second.rate or first.samples.shape != second.samples.shape:
        raise _unlike(original, copy)
    apart = loudness(first.samples, first.rate) - loudness(second.samples, second.rate)
    gain = 10.0 ** (apart / 20.0) if math.isfinite(apart) else 1.0
    return Sounds(copy.name, first.samples, second.samples, int(first.rate), gain)


def _unlike(original: Path, copy: Path) -> CountermarkError:
    return CountermarkError(
        f"{copy.name} cannot be laid beside {original.name}: they have different sizes or kinds.",
        "One of them was changed since the copy was made.",
        path=copy,
    )
