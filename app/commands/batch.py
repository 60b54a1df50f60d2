"""One run over many files: which files, progress, Ctrl-C, and the closing line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from app.terminal import ProgressLine, warn
from core.errors import CancelledError
from core.progress import Progress

_NAMED = 5  # troubled files named in the closing line


@dataclass(frozen=True, slots=True)
class Source:
    """A file to work on. `below` is its sub-folder within the folder that was named, which copies keep."""

    path: Path
    below: Path = Path()


def sources(names: Sequence[str]) -> tuple[list[Source], list[Path]]:
    """Return the files that the arguments name, each once, and the folders that hold no picture or recording.

    A folder stands for the media files in it and its sub-folders; anything else is taken as it is.
    """
    from core.media.files import media_files

    paths = [Path(name) for name in _without_wildcards(names)]
    folders = [path for path in paths if path.is_dir()]
    found = []
    for file in media_files(paths):
        above = next((folder for folder in folders if folder in file.parents), file.parent)
        found.append(Source(file, file.parent.relative_to(above)))
    return found, [folder for folder in folders if next(iter(media_files([folder])), None) is None]


def _without_wildcards(names: Sequence[str], expand: bool = os.name == "nt") -> Iterator[str]:
    """Yield the names with * and ? resolved where the shell does not do so."""
    for name in names:
        path = Path(name)
        matches = []
        if expand and not os.path.lexists(path):
            matches = [str(match) for match in sorted(path.parent.glob(path.name)) if name]
        yield from matches or [name]


class Batch:
    """A running batch: use it as a context, take each file's progress from it.

    The first Ctrl-C ends the work at the next step, so that nothing is left half done; a second one breaks off.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._line = ProgressLine()
        self._stop = False
        self._before: Callable[[int, FrameType | None], Any] | int | None = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)
        self._line.clear()

    def progress(self, place: int, path: Path) -> Progress:
        """Return the progress of the file at this place (from 0) of the batch."""

        def report(share: float, step: str) -> None:
            if self._stop:
                raise CancelledError
            self._line.show(f"{place + 1} of {self._count}  {path.name}  {step}", share)

        return report

    def whole(self) -> Progress:
        """Return the progress of a job that says itself how many files there are."""

        def report(share: float, step: str) -> None:
            if self._stop:
                raise CancelledError
            self._line.show(step, share)

        return report

    def result(self) -> None:
        """Make room for a result."""
        self._line.clear()

    def stopped(self, done: int, word: str) -> None:
        """Say what was done before Ctrl-C."""
        self._line.clear()
        warn(
            f"Stopped. {done} of {files(self._count)} {'was' if done == 1 else 'were'} {word}; the rest was left alone."
        )

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if self._stop:
            raise KeyboardInterrupt
        self._stop = True
        if sys.stderr.isatty():
            self._line.clear()
            warn("Stopping. Press Ctrl-C again to break off.")


def files(count: int) -> str:
    """Return "1 file" or "12 files"."""
    return "1 file" if count == 1 else f"{count:,} files"


def named(paths: Sequence[Path]) -> str:
    """Return the first few names in brackets: " (a.png, b.wav and 3 more)"; empty for none."""
    if not paths:
        return ""
    names = ", ".join(path.name for path in paths[:_NAMED])
    more = len(paths) - _NAMED
    return f" ({names} and {more} more)" if more > 0 else f" ({names})"
