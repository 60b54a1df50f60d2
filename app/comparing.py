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
_PADDING = 0.1  # seconds by which codecs may lengthen a recording


@dataclass(frozen=True, slots=True)
class Pictures:
    """An original and its copy as a screen shows them: uint8 (height, width, 3), both of one size.

    `halved` says that they are shown at half their size, for want of memory; `scaled` is the size (width, height) of
    an original that is shown in the size of its smaller copy.
    """

    name: str
    original: Pixels
    copy: Pixels
    halved: bool = False
    scaled: tuple[int, int] | None = None

    def difference(self, left: int, top: int, right: int, bottom: int, step: int = 1) -> Pixels:
        """Return the amplified difference of a part, mid-grey where there is none, every `step`-th pixel of it."""
        place = np.s_[top:bottom:step, left:right:step]
        apart = self.copy[place].astype(np.int16) - self.original[place]
        return np.asarray(np.clip(apart * AMPLIFIED + 128, 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Sounds:
    """An original and its copy to be heard at one loudness: recordings of one length and rate.

    `gain` brings the copy to the loudness of the original; `resampled` is the rate of an original that is heard at the
    other rate of its copy.
    """

    name: str
    original: Recording
    copy: Recording
    rate: int
    gain: float = 1.0
    resampled: int | None = None

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

    first, second = read_image(original), read_image(copy)
    before, after = first.pixels, second.pixels
    (tall, wide), size = before.shape[:2], after.shape[:2]
    halved = size[0] * size[1] > _LIMIT
    scaled = (tall, wide) != size
    if scaled and not _is_smaller((tall, wide), size):
        raise _unlike(original, copy)
    if halved:
        after = after[::2, ::2]
    if halved or (tall * wide > _LIMIT and tall >= 2 * size[0] and wide >= 2 * size[1]):
        before = before[::2, ::2]
    seen, marked = shown(before, first.space), shown(after, second.space)
    if scaled:
        seen = _resized(seen, marked.shape[1], marked.shape[0])
    return Pictures(copy.name, seen, marked, halved, (wide, tall) if scaled else None)


def _sounds(original: Path, copy: Path) -> Sounds:
    from core.audio.loudness import loudness
    from core.media.resampled import resampled
    from core.media.sounds import read_sound

    first, second = read_sound(original), read_sound(copy)
    before, rate = first.samples, int(second.rate)
    if first.rate != second.rate:
        before = resampled(original, before, int(first.rate), rate)
    lengths = len(before), len(second.samples)
    if before.shape[1] != second.samples.shape[1] or max(lengths) - min(lengths) > _PADDING * rate:
        raise _unlike(original, copy)
    apart = loudness(before, rate) - loudness(second.samples, rate)
    gain = 10.0 ** (apart / 20.0) if math.isfinite(apart) else 1.0
    told = int(first.rate) if first.rate != second.rate else None
    return Sounds(copy.name, before, second.samples, rate, gain, told)


def _is_smaller(original: tuple[int, int], copy: tuple[int, int]) -> bool:
    """Return whether a copy (height, width) can be its original made smaller, sides rounded as they may be."""
    scale = max(copy) / max(original)
    return scale < 1.0 and all(abs(side * scale - made) <= 1.0 for side, made in zip(original, copy, strict=True))


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return a picture in another size, by the filter that copies are made smaller with."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def _unlike(original: Path, copy: Path) -> CountermarkError:
    return CountermarkError(
        f"{copy.name} cannot be laid beside {original.name}: they have different sizes or kinds.",
        "One of them was changed since the copy was made.",
        path=copy,
    )
