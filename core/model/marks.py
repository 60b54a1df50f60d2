"""Signals and marks: what embedders make, what detectors find, what becomes of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

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


class Pictures(Protocol):
    """Pictures (height, width[, channels]) that are had one at a time, as often as wanted."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[npt.NDArray[Any]]: ...


class Kind(StrEnum):
    """What a work is, or a checked file. A work is never a film: what is protected of one is its sound track."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class Strength(StrEnum):
    """How strongly a copy is marked."""

    SUBTLE = "subtle"
    STANDARD = "standard"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How copies are to differ from their sources; what is None stays as it is.

    `format` is one of PICTURES, for pictures alone, or of RECORDINGS, for recordings alone. Of pictures, `long_side` is
    the pixels that the longer side has at most, `quality` 1 to 100 for formats that lose something (100 is lossless in
    WebP and AVIF). Of recordings, `bit_rate` is kbit/s for formats that have one. ValueError for anything else.
    """

    PICTURES: ClassVar[tuple[str, ...]] = ("png", "jpeg", "webp", "tiff", "avif")
    RECORDINGS: ClassVar[tuple[str, ...]] = ("wav", "flac", "mp3", "m4a", "ogg", "opus")

    format: str | None = None
    long_side: int | None = None
    quality: int | None = None
    bit_rate: int | None = None

    def __post_init__(self) -> None:
        formats = (*self.PICTURES, *self.RECORDINGS)
        if self.format is not None and self.format not in formats:
            raise ValueError(f"the format is one of {', '.join(formats)}, not {self.format}")
        if self.long_side is not None and self.long_side < 1:
            raise ValueError(f"the longer side has at least one pixel, not {self.long_side}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise ValueError(f"the quality lies between 1 and 100, not {self.quality}")
        if self.bit_rate is not None and not 6 <= self.bit_rate <= 1000:
            raise ValueError(f"the bit rate lies between 6 and 1000 kbit/s, not {self.bit_rate}")

    def __bool__(self) -> bool:
        return self != Conversion()

    def of(self, kind: Kind) -> Conversion:
        """Return what of it concerns pictures, or recordings."""
        formats = self.PICTURES if kind is Kind.IMAGE else self.RECORDINGS
        name = self.format if self.format in formats else None
        if kind is Kind.IMAGE:
            return Conversion(name, self.long_side, self.quality)
        return Conversion(name, bit_rate=self.bit_rate)


Conversions = (
    Conversion | Mapping[Kind, Conversion] | None
)  # one for all files, or one for each kind; None: as they are


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
    `frames` are all marked pictures of a file that holds several, of which `pixels` is the first; `tracks` all sound
    tracks where there are several, None for one that could carry no mark.
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
    frames: Pictures | None = None
    tracks: tuple[Recording | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One mark that a detector found.

    `serial` is None for "a mark of this key, unknown serial". `probability` is the proven upper bound of the
    chance that this finding is a coincidence, corrected for everything that was tried; `score` the statistic t.
    `level` is "blind", "informed" or "synthesised". `where` is the marked region: for pictures the four corners
    ((x, y), ...) in suspect pixels, for sound spans ((start, end), ...) in seconds. Of a film, `times` are the spans
    of its pictures that show the mark, in seconds, and `where` lies in the first of them; without `times` the mark is
    in its sound: of a film with several sound tracks `tracks` are the numbers, from 1, of those that carry it, and
    `where` lies in the first of them. `transform` says in words what was done to the copy.
    `candidates` and `hypotheses` are the counts N and H behind the probability.
    `key_probability` is the proven bound for "a mark of this key" alone, where it is known apart.
    `certain_in` are, of a file with several sound tracks or pictures, the places (from 0) of those in which the mark is
    certain by itself; the catalog does not keep them.
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
    times: tuple[tuple[float, float], ...] = ()
    tracks: tuple[int, ...] = ()
    certain_in: tuple[int, ...] = field(default=(), compare=False)


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

    `serial` and `output` are None unless it is protected; `expected` is the read-back from disk. Of a file that was
    refused until its user decides, `known` are the sentences on what the catalog knows of it, and `there` is the file
    that has the name of its copy.
    """

    source: Path
    status: Status
    recipient: str
    message: str
    output: Path | None = None
    serial: int | None = None
    quality: Mapping[str, float] = field(default_factory=dict)
    expected: Finding | None = None
    known: tuple[str, ...] = ()
    there: Path | None = None
