"""The words of Countermark as frozen dataclasses that all else speaks."""

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
class Work:
    """An original file that the creator protects."""

    id: int
    title: str
    kind: Kind
    path: str
    sha256: str
    created: str  # ISO 8601, UTC
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    rate: int = 0
    channels: int = 0
    thumbnail: bytes = b""  # PNG; empty where there is none
    # What informed detection compares with, and what finds it again: empty but in a work that is about to be stored.
    signal: bytes = b""
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got a copy."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One marked output of a work, for one recipient."""

    id: int
    work: int
    serial: int
    recipient: int
    key: str  # the key's public id
    path: str  # where it was saved
    sha256: str
    created: str  # ISO 8601, UTC
    strength: Strength
    parameters: int
    quality: Mapping[str, float] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Match:
    """A finding joined with what the catalog knows: whose copy of which work it is, sent when.

    `work`, `copy` and `recipient` are None where the serial is unknown to the catalog. `key` is the public id of
    the key whose mark it is. `shows_work` says whether the suspect shows the work itself (a mark can be lifted off one
    file and laid over another); None where that could not be compared.
    """

    finding: Finding
    work: Work | None = None
    copy: Copy | None = None
    recipient: Recipient | None = None
    key: str = ""
    shows_work: bool | None = None


class Likeness(StrEnum):
    """How much a file resembles a work: by its fingerprint alone, or as a comparison with the stored original says."""

    LIKELY = "likely"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Similar:
    """A work that a file shows or sounds like, or a part of it, whatever mark it carries: never a finding."""

    work: Work
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Checked:
    """One examined suspect file: its verdict is that of its best finding.

    `similar` are the works that it resembles beside those whose marks were found in it.
    """

    file: Path
    verdict: Verdict
    matches: tuple[Match, ...] = ()
    message: str = ""
    kind: Kind | None = None
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One examination as the catalog keeps it: what was examined, when, and what was found."""

    id: int
    file: str  # its name
    path: str
    sha256: str  # empty where it could not be read
    created: str  # ISO 8601, UTC
    verdict: Verdict
    message: str
    kind: Kind | None = None
    matches: tuple[Match, ...] = ()
