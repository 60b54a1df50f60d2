"""A picture as it was read, with all that its writer needs to give it back as it was."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

from core.errors import RefusedError, UnreadableError
from core.media.pixels import Pixels, Space
from core.media.series import Series
from core.media.signatures import SUFFIXES

PIXEL_LIMIT = 120_000_000  # with all working copies of a decoder this stays near 1.5 GB
BYTE_LIMIT = 500_000_000  # of decoded samples: 83 megapixels of 16-bit RGB
FILE_LIMIT = 1_000_000_000  # bytes of an encoded picture
LEAST_ROWS = 32  # rows that must be there before the rest of a damaged picture is worth examining

COMPLETE = "Ask for a complete file."
DECODING_ERRORS = (  # what image libraries raise for damaged input
    OSError,
    SyntaxError,
    ValueError,
    RuntimeError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    struct.error,
    zlib.error,
)


class IncompleteError(RefusedError):
    """A picture of which only a part could be read: no kind of copy would be one of it."""


class Kept(Protocol):
    """What a format keeps of a picture beside its pixels."""

    def encode(self, pixels: Pixels) -> bytes:
        """Return the whole file with these upright pixels in place of the read ones."""


@runtime_checkable
class Lossy(Protocol):
    """What a format keeps where its coding loses something, so that there is a finer one."""

    def finer(self) -> Self | None:
        """Return the same to be written with finer coding than its source's, None where it is the finest."""


@runtime_checkable
class Quantised(Protocol):
    """What a format keeps where it quantises blocks of 8 x 8 pixels."""

    @property
    def tables(self) -> tuple[tuple[int, ...], ...]:
        """The quantisation table of each component, 64 steps row by row, brightness first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture read from a file.

    `pixels` are upright: uint8 or uint16, (height, width) grey, (height, width, 2) grey + alpha, 3 RGB, 4 RGBA, or
    4 CMYK with 0 = no ink where `space` is "cmyk". `notes` are plain sentences about what was found in the file and
    what a copy will not carry over. `obstacle` says why no copy can be written, None where one can. Of a file that
    holds several pictures, `series` has them all, and `pixels` is the first.
    """

    path: Path
    pixels: Pixels
    space: Space
    format: str
    notes: tuple[str, ...] = ()
    obstacle: RefusedError | None = None
    _kept: Kept | None = field(default=None, repr=False)
    series: Series | None = field(default=None, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, upright."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    @property
    def suffix(self) -> str:
        """The file name suffix of a copy: the source's own where it fits the format."""
        return fitting_suffix(self.path, self.format)

    @property
    def jpeg_tables(self) -> tuple[tuple[int, ...], ...] | None:
        """The quantisation tables of a JPEG file, brightness first, 64 steps row by row; None for other formats."""
        return self._kept.tables if isinstance(self._kept, Quantised) else None


def fitting_suffix(path: Path, name: str) -> str:
    """Return the path's suffix where it fits the format, else the usual one of the format."""
    usual = SUFFIXES[name]
    return path.suffix if path.suffix.lower() in usual else usual[0]


def suffix_note(path: Path, name: str) -> tuple[str, ...]:
    """Return the note that a file's name does not fit its content, or none."""
    suffix = fitting_suffix(path, name)
    if suffix == path.suffix:
        return ()
    return (f"{path.name} is {name}, whatever its name says; its copy is named {suffix}.",)


def check_size(path: Path, width: int, height: int, bytes_each: int) -> None:
    """Raise UnreadableError for a picture that is too large for the memory, before it is decoded."""
    if width < 1 or height < 1:
        raise damaged(path)
    if width * height > PIXEL_LIMIT or width * height * bytes_each > BYTE_LIMIT:
        raise UnreadableError(
            f"{path.name} says that it is {width} x {height} pixels large, which is more than can be handled"
            f" ({PIXEL_LIMIT // 10**6} megapixels).",
            "Scale it down, or check that the file is what it should be.",
            path=path,
        )


def damaged(path: Path) -> UnreadableError:
    """Return the sentence for a picture of which nothing useful can be decoded."""
    return UnreadableError(f"{path.name} is damaged: no picture can be read from it.", COMPLETE, path=path)


def cut(path: Path) -> UnreadableError:
    """Return the sentence for a picture that ends before anything useful."""
    return UnreadableError(f"{path.name} is cut off: too little of the picture is there.", COMPLETE, path=path)


def partly(path: Path, rows: int, height: int) -> tuple[RefusedError, str]:
    """Return the refusal and the note for a picture of which only a part is there."""
    sentence = f"{path.name} is cut off or damaged: only part of the picture is there."
    note = f"{sentence} The {rows} of {height} rows that could be read were examined."
    return IncompleteError(sentence, COMPLETE, path=path), note


def would_become(path: Path, what: str, instead: str) -> RefusedError:
    """Return the refusal of a picture whose kind of pixels cannot carry a mark."""
    return RefusedError(
        f"{path.name} {what}; a mark would turn it into {instead}.",
        "If that is what you want, have its copies made as PNG (--format png).",
        path=path,
    )


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turn whatever a library raises while it decodes into one sentence."""
    try:
        yield
    except MemoryError:
        raise UnreadableError(
            f"{path.name} needs more memory than there is.", "Close other programs and try again.", path=path
        ) from None
    except DECODING_ERRORS as error:
        raise damaged(path) from error
