"""The program of a worker process: it reads the file that it is told, and answers what it is asked about that.

It holds one file at a time. Requests come in on its standard input, replies go out on what was its standard output;
whatever libraries print goes nowhere. It writes no file, and ends with the program that started it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.apart.wire import BrokenWireError, receive_request, send_reply
from core.errors import CountermarkError, RefusedError, UnreadableError

if TYPE_CHECKING:
    from core.medium import Medium

VERBS = {  # of a medium, that only look at it
    *("detect", "detect_informed", "shows_work", "question", "likely", "thumbnail", "signal", "fingerprint", "view"),
    *("statements", "credentials", "stretch"),
}
_GRACE = 60  # seconds of computing beyond what the program itself watches over
_IDLE = 600.0  # seconds without a request after which the worker ends


def main() -> None:
    """Serve until the program closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's to handle
    requests, replies = pipes()
    _load()
    held = _Held()
    with contextlib.suppress(BrokenWireError):
        send_reply(replies, ("ready",))
        while True:
            with _ending_when_idle():
                verb, given, seconds, room = receive_request(requests)
            _limit(seconds, room)
            try:
                reply: tuple[Any, ...] = ("value", held.answer(verb, given))
            except Exception as error:  # noqa: BLE001 - whatever it is, the program says it
                reply = told(error)
            send_reply(replies, reply)
            del reply


class _Held:
    """The file that lies open, if any."""

    def __init__(self) -> None:
        self._medium: Medium | None = None

    def answer(self, verb: str, given: Sequence[Any]) -> Any:
        """Return what is asked about the file."""
        if verb in VERBS and self._medium is not None:
            return getattr(self._medium, verb)(*given)
        if verb == "notes" and self._medium is not None:
            return self._medium.notes
        if verb == "figure" and self._medium is not None:
            from core.figure import figure_of

            return figure_of(self._medium, *given)
        self._medium = None
        if verb == "open":
            self._medium, said = _opened(Path(given[0]))
            return said
        if verb != "close":
            raise ValueError(verb)
        return None


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes to the program, out of reach of libraries that print."""
    requests, replies = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for end in (requests, replies):
            msvcrt.setmode(end, os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb")


def _load() -> None:
    """Load what every examination needs, so that the first file does not wait for it."""
    import core.audio
    import core.image
    import core.media.images
    import core.media.sounds
    import core.medium  # noqa: F401


@contextlib.contextmanager
def _ending_when_idle() -> Iterator[None]:
    """End the process where nothing happens for long; the program then starts another one."""
    timer = threading.Timer(_IDLE, os._exit, (0,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _limit(seconds: float, room: int) -> None:
    """Have the operating system hold the limits, where it can; the program watches over them as well."""
    if sys.platform == "win32":
        return
    import resource

    used = time.process_time()
    for what, most in (
        (resource.RLIMIT_CPU, int(used + seconds) + _GRACE),
        (resource.RLIMIT_AS, room),
        (resource.RLIMIT_FSIZE, 0),  # reading writes no file
        (resource.RLIMIT_CORE, 0),  # keys must not lie in a memory dump
    ):
        with contextlib.suppress(ValueError, OSError):  # beyond what the system allows anyway, or not known to it
            hard = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def _opened(path: Path) -> tuple[Medium, dict[str, Any]]:
    """Return the medium of a file, and all that can be said of it without a search."""
    from core.media.files import sha256_of
    from core.reading import read_medium

    before = _state(path)
    medium = read_medium(path)
    sha256 = sha256_of(path)
    if before != _state(path):
        raise UnreadableError(f"{path.name} was changed while it was read.", "Try again when it is complete.")
    refusal: tuple[str, str] | None = None
    try:
        medium.require_writable()
    except RefusedError as error:
        refusal = error.message, error.hint
    return medium, {
        "kind": medium.kind,
        "sha256": sha256,
        "suffix": medium.suffix,
        "notes": tuple(medium.notes),
        "facts": medium.facts(),
        "size": medium.size(),
        "refusal": refusal,
    }


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what tells one content of a file from another, None where it is not there: reading says so better."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


def told(error: Exception) -> tuple[Any, ...]:
    """Return an error in plain values: its kind, its words, and for one that is a fault of the program its trace."""
    kind = type(error).__name__
    if isinstance(error, CountermarkError):
        return "error", kind, (error.message, error.hint), ""
    if isinstance(error, OSError) and error.errno is not None:
        return "error", kind, (error.errno, error.strerror or kind), ""
    return "error", kind, (str(error),), "".join(traceback.format_exception(error))


if __name__ == "__main__":
    main()
