"""A recording as it was read, with all that its writer needs to give it back as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

import numpy as np

from core.errors import RefusedError, UnreadableError
from core.media.picture import fitting_suffix
from core.media.stream import Stream
from core.model import Recording

SAMPLE_LIMIT = 2_000_000_000  # of all channels: nearly six hours of stereo at 48 kHz; long ones stay in their file
EXTRA_LIMIT = 64_000_000  # bytes of tags, pictures and the like, which are held in memory
RATES = (1000, 768_000)  # Hz: outside of these a header is wrong
BLOCK = 65536  # frames that are decoded or encoded at once

COMPLETE = "Ask for a complete file."
SAVE_AGAIN = "Open it in an audio editor, save it anew and protect that file."
DECODING_ERRORS = (OSError, ValueError, RuntimeError, LookupError, TypeError, ArithmeticError)


class Kept(Protocol):
    """What a format keeps of a recording beside its samples."""

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the whole file with these samples in place of the read ones."""


@runtime_checkable
class KeptTracks(Kept, Protocol):
    """What is kept of a file with several sound tracks."""

    voices: tuple[Any, ...]

    def write_all(self, samples: Sequence[Recording], file: BinaryIO) -> None:
        """Write the whole file with these recordings as its sound tracks."""


@runtime_checkable
class Beside(Protocol):
    """What is kept of a file that holds more than one recording: pictures, texts, chapters."""

    def faithful(self, copy: Path) -> bool:
        """Return whether a written copy holds all that beside the sound unchanged."""


class DamagedError(RefusedError):
    """A recording of which a part is missing or damaged: no copy of any kind would be whole."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording read from a file.

    `samples` are float32 (float64 where 32-bit integers or double floats need it) of shape (frames, channels), full
    scale -1 to 1: an array, or of a long recording a `core.media.stream.Stream`. `rate` is in Hz. `subtype` names the
    coding in the words of libsndfile ("PCM_24", "FLOAT", "VORBIS"). `notes` are plain sentences about what was found
    in the file and what a copy will not carry over.
    `obstacle` says why no copy can be written, None where one can. `start` is the time in a film at which it begins, in
    seconds. `others` are the further sound tracks of the file, whose copy it is that holds them all.
    """

    path: Path
    samples: Recording
    rate: int
    format: str
    subtype: str
    notes: tuple[str, ...] = ()
    obstacle: RefusedError | None = None
    _kept: Kept | None = field(default=None, repr=False)
    start: float = 0.0
    others: tuple[Sound, ...] = ()

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])

    @property
    def suffix(self) -> str:
        """The file name suffix of a copy: the source's own where it fits the format."""
        suffix = fitting_suffix(self.path, self.format)
        return ".opus" if self.subtype == "OPUS" and suffix == ".ogg" != self.path.suffix.lower() else suffix


def check_header(path: Path, rate: int, channels: int, frames: int) -> None:
    """Raise UnreadableError for a rate, a number of channels or a length that cannot be handled, before decoding."""
    if not RATES[0] <= rate <= RATES[1]:
        raise UnreadableError(
            f"{path.name} says that it holds {rate} samples a second, which no recording does: its header is damaged.",
            "Ask for the file again.",
            path=path,
        )
    if not 1 <= channels <= 1024:
        raise damaged(path)
    if frames * channels > SAMPLE_LIMIT:
        raise too_long(path, frames / rate)


def too_long(path: Path, seconds: float) -> UnreadableError:
    """Return the sentence for a recording that is longer than anybody's."""
    return UnreadableError(
        f"{path.name} lasts {seconds / 60:.0f} minutes or more, which is more than can be handled at once.",
        "Cut it into parts, and check or protect them one by one.",
        path=path,
    )


def damaged(path: Path) -> UnreadableError:
    """Return the sentence for a recording of which nothing can be decoded."""
    return UnreadableError(f"{path.name} is damaged: no sound can be read from it.", COMPLETE, path=path)


def silent_file(path: Path) -> UnreadableError:
    """Return the sentence for a file with a header and no sound."""
    return UnreadableError(f"{path.name} holds no sound, only a header.", "Ask for the file again.", path=path)


def cut(path: Path, have: float, promised: float) -> RefusedError:
    """Return the refusal of a recording that ends too early; lengths in seconds."""
    return DamagedError(
        f"{path.name} is cut off: {have:.1f} of {promised:.1f} seconds are there.",
        f"{COMPLETE} If this is all there is, save it anew in an audio editor.",
        path=path,
    )


def faulty(path: Path, what: str) -> RefusedError:
    """Return the refusal of a recording that decodes, but not cleanly."""
    return DamagedError(f"{path.name} {what}.", SAVE_AGAIN, path=path)


def check_only(path: Path, what: str, instead: str = "WAV or FLAC") -> RefusedError:
    """Return the refusal of a coding that is read but not written."""
    return RefusedError(
        f"{path.name} is {what}, which can be checked but not protected.",
        f"Save it as {instead} and protect that file.",
        path=path,
    )


def made_finite(path: Path, samples: Recording) -> tuple[RefusedError | None, tuple[str, ...]]:
    """Replace what is no number by silence, in place; return the refusal and the note, where there was any."""
    count = 0
    for start in range(0, len(samples), BLOCK):
        part = samples[start : start + BLOCK]
        bad = ~np.isfinite(part)
        count += int(np.count_nonzero(bad))
        part[bad] = 0.0  # of a stream this is a copy: it is told to do the same each time
    if count and isinstance(samples, Stream):
        samples.finite = True
    if not count:
        return None, ()
    sentence = f"{path.name} holds {count} samples that are no numbers (NaN or infinite)"
    return faulty(path, sentence.removeprefix(f"{path.name} ")), (f"{sentence}; they were taken as silence.",)


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
