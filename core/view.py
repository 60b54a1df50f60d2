"""Small views of a file for the window: a picture as it is shown, the outline of a recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import FloatArray, Recording

_SIDE = 640  # pixels: twice what the preview takes, for dense screens
_COLUMNS = 600
_LOOKED_AT = 48_000  # frames of a column
_CHANNELS = 2  # that are played apart
Part = Callable[[int, int], FloatArray]  # frames from, to -> (frames, channels)


@dataclass(frozen=True, slots=True)
class View:
    """A view of a file: a small PNG with the picture's true size, or `peaks` (columns, 2) in -1..1 with its length."""

    png: bytes = b""
    width: int = 0
    height: int = 0
    peaks: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a recording to be heard: float32 `samples` (frames, at most 2 channels) from `start` seconds on."""

    samples: npt.NDArray[np.float32]
    rate: int
    start: float


def of_picture(pixels: npt.NDArray[Any], *, cmyk: bool) -> View:
    """Return the view of a picture."""
    from core.media.thumbnail import thumbnail

    height, width = pixels.shape[:2]
    return View(png=thumbnail(pixels, cmyk=cmyk, side=_SIDE), width=int(width), height=int(height))


def of_sound(samples: Recording, rate: int, *, start: float = 0.0) -> View:
    """Return the view of a recording that begins `start` seconds after its film does."""
    frames = len(samples)
    if not frames or not rate:
        return View(peaks=np.zeros((1, 2), np.float32))
    outline, length = peaks(lambda a, b: samples[a:b], frames), frames / rate
    if start > 0:
        silence = round(len(outline) * start / length)
        outline = np.concatenate([np.zeros((min(silence, _COLUMNS), 2), np.float32), outline])
    return View(peaks=outline, seconds=length + max(start, 0.0))


def stretch(samples: Recording, rate: int, start: float, seconds: float, *, offset: float = 0.0) -> Stretch:
    """Return what is heard from `start` on, for `seconds` at most, of a recording that begins at `offset` seconds.

    More than two channels are mixed down to one.
    """
    first = min(max(0, round((start - offset) * rate)), len(samples))
    part = samples[first : min(len(samples), first + round(seconds * rate))]
    heard = part if part.shape[1] <= _CHANNELS else part.mean(axis=1, keepdims=True)
    return Stretch(np.ascontiguousarray(heard, np.float32), int(rate), offset + first / rate if rate else 0.0)


def peaks(part: Part, frames: int) -> npt.NDArray[np.float32]:
    """Return the lowest and highest sample of each column (columns, 2); of a long recording, of a part of each."""
    if not frames:
        return np.zeros((1, 2), np.float32)
    starts = np.linspace(0, frames, min(_COLUMNS, frames), endpoint=False).astype(np.int64)
    ends = np.minimum(np.append(starts[1:], frames), starts + _LOOKED_AT)
    found = [(seen.min(), seen.max()) for seen in (part(a, b) for a, b in zip(starts, ends, strict=True))]
    return np.array(found, np.float32)
