"""Signals and marks: what embedders make, what detectors find, what becomes of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

SERIALS = 2**20  # a serial is a whole number from 0 to SERIALS - 1
FloatArray = npt.NDArray[np.floating[Any]]


@runtime_checkable
class Recording(Protocol):
    """Samples (frames, channels) that are had a stretch at a time, so that hours of sound need no memory of hours.

    An array is one; `core.media.stream` makes them of files, `core.audio.gains` of a recording and its mark.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames and channels."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32 or float64."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: slice, /) -> FloatArray:
        """Return the frames from `place.start` to `place.stop` as an array (frames, channels)."""


class Kind(StrEnum):
    """What a work is."""

    IMAGE = "image"
    AUDIO = "audio"


class Strength(StrEnum):
    """How strongly a copy is marked."""

    SUBTLE = "subtle"
    STANDARD = "standard"
    STRONG = "strong"


class Verdict(StrEnum):
    """What a check says, in the words shown to people."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    NOTHING = "nothing found"
    UNREADABLE = "could not be read"


class Status(StrEnum):
    """What became of one file that was to be protected."""

    PROTECTED = "protected"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A marked signal as an embedder returns it.

    `pixels` or `samples` holds the marked array (the input's shape and dtype), the other is None. Of a recording that
    was not given as an array `samples` is none either: it makes its stretches when they are asked for.
    `quality` maps measure names to numbers (see `core.image.quality`, `core.audio.quality`).
    `expected` is the read-back of the marked array itself: the finding that an untouched copy gives.
    `parameters` is the version of the mark's parameters, stored with each copy.
    `notes` are plain sentences that its user should read before sending the copy.
    """

    quality: Mapping[str, float]
    expected: Finding
    parameters: int
    pixels: npt.NDArray[Any] | None = None
    samples: Recording | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One mark that a detector found.

    `serial` is None for "a mark of this key, unknown serial". `probability` is the proven upper bound of the
    chance that this finding is a coincidence, corrected for everything that was tried; `score` the statistic t.
    `level` is "blind", "informed" or "synthesised". `where` is the marked region: for pictures the four corners
    ((x, y), ...) in suspect pixels, for sound spans ((start, end), ...) in seconds. `transform` says in words
    what was done to the copy. `candidates` and `hypotheses` are the counts N and H behind the probability.
    `key_probability` is the proven bound for "a mark of this key" alone, where it is known apart.
    """

    serial: int | None
    verdict: Verdict
    probability: float
    score: float
    level: str = "blind"
    where: tuple[tuple[float, float], ...] = ()
    transform: str = ""
    candidates: int = 0
    hypotheses: int = 0
    key_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What the catalog keeps of a work to help detection: its size, and its signal where that was asked for.

    Pictures: `width` and `height` in pixels, upright. Sound: `seconds` and `rate`. `signal` is what informed detection
    compares with, as the `reference_signal` of `core.image` or `core.audio` made it; empty where it was not loaded.
    """

    work: int
    kind: Kind
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    rate: int = 0
    signal: bytes = b""


@dataclass(frozen=True, slots=True)
class Protected:
    """What became of one file that was to be protected.

    `serial` and `output` are None unless it is protected; `expected` is the read-back from disk.
    """

    source: Path
    status: Status
    recipient: str
    message: str
    output: Path | None = None
    serial: int | None = None
    quality: Mapping[str, float] = field(default_factory=dict)
    expected: Finding | None = None
