"""What the command line writes: sentences, JSON Lines, one line of progress. UTF-8 everywhere, no Qt, no numpy.

Names of files are foreign text: what would move the cursor or break a line is shown escaped.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import time
from collections.abc import Mapping

from core.json_lines import json_line
from core.printable import printable

COMMAND_VARIABLE = "COUNTERMARK_COMMAND"
_PROGRESS_EVERY = 0.1  # seconds


def prepare_streams() -> None:
    """Make both streams UTF-8, also in Windows pipes, and unable to fail on a strange file name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def command(arguments: str) -> str:
    """Return how to call the command line as its user did: "countermark key new", or through the project's do.py."""
    return f"{os.environ.get(COMMAND_VARIABLE) or 'countermark'} {arguments}"


def say(text: str) -> None:
    """Write one line of result to standard output."""
    print(printable(text), flush=True)


def warn(text: str) -> None:
    """Write one line for its reader, which is no result, to standard error."""
    print(printable(text), file=sys.stderr, flush=True)


def emit(record: Mapping[str, object]) -> None:
    """Write one object of JSON Lines to standard output, at once."""
    print(json_line(record), flush=True)


class ProgressLine:
    """One line on standard error that tells which file is at work. Silent where standard error is no terminal."""

    def __init__(self) -> None:
        self._visible = sys.stderr.isatty()
        self._width = 0
        self._text = ""
        self._next = 0.0

    def show(self, text: str, share: float) -> None:
        """Show the text with a percentage: a new text at once, a new percentage at most ten times a second."""
        now = time.monotonic()
        if not self._visible or (text == self._text and now < self._next):
            return
        self._text, self._next = text, now + _PROGRESS_EVERY
        room = shutil.get_terminal_size().columns - 8
        text = printable(text)
        text = text if len(text) <= room else text[: max(room - 1, 0)] + "…"
        self._write(f"{text} {round(100 * min(max(share, 0.0), 1.0)):3d} %")

    def clear(self) -> None:
        """Remove the line, so that a result can stand in its place."""
        if self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
            self._width = 0
        self._text = ""

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)


def discard_output() -> None:
    """Let nothing more be written to a standard output whose reader has gone."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
