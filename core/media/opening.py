"""Opening somebody's file: only what holds data of its own, and never so that the program waits for somebody to write.

A named pipe would have its reader wait for ever, a device can be endless: both can lie in a folder of pictures.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from core.errors import UnreadableError

# What to do about the reasons that a system gives; where none fits, its user looks at the permissions.
_HINTS = {
    errno.ELOOP: "It is a link that leads back to itself: choose the file that it was meant for.",
    errno.ENAMETOOLONG: "Shorten its name, or move it to a folder nearer to the top.",
    errno.EIO: "Its disk or network folder does not answer: copy the file to this computer and try again.",
    errno.EMFILE: "Close other programs and try again.",
}
for _name in ("ESTALE", "ENODEV", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENOTCONN", "EREMOTEIO"):
    if hasattr(errno, _name):  # of network folders; not every system has them all
        _HINTS[getattr(errno, _name)] = _HINTS[errno.EIO]
_KINDS = (
    (stat.S_ISFIFO, "a pipe between programs"),
    (stat.S_ISSOCK, "a connection between programs"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a disk"),
)


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Yield a file, open for reading. UnreadableError where it is not there, is none, or cannot be read to the end."""
    try:
        _require_file(path, path.stat().st_mode)  # opening some devices does something already
        with os.fdopen(os.open(path, _flags()), "rb") as file:
            _require_file(path, os.fstat(file.fileno()).st_mode)
            yield file
    except OSError as error:
        raise cannot_open(path, error) from error
    except ValueError as error:
        if "null" not in str(error):  # a name with a zero byte, which no system has
            raise
        raise UnreadableError(f"There is no file of this name: {path.name}.", "Check its name.", path=path) from error


def cannot_open(path: Path, error: OSError) -> UnreadableError:
    """Return the sentence for a file that the operating system does not open."""
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return UnreadableError(
                f"{path.name} is a link to a file that is not there.", "Choose the file itself.", path=path
            )
        return UnreadableError(
            f"There is no file {path.name} in {path.absolute().parent}.", "Check its name.", path=path
        )
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode):
        return _no_file(path, mode)
    reason = error.strerror or type(error).__name__
    hint = _HINTS.get(error.errno or 0, "Check its permissions.")
    return UnreadableError(f"{path.name} cannot be opened: {reason}.", hint, path=path)


def _require_file(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise _no_file(path, mode)


def _no_file(path: Path, mode: int) -> UnreadableError:
    if stat.S_ISDIR(mode):
        return UnreadableError(f"{path.name} is a folder.", "Choose the files in it.", path=path)
    what = next((name for holds, name in _KINDS if holds(mode)), "something else")
    return UnreadableError(f"{path.name} is no file but {what}.", "Choose a picture or a recording.", path=path)


def _flags() -> int:
    """Return how to open: without waiting, without becoming the terminal, with bytes as they are."""
    wanted = ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT", "O_SEQUENTIAL")
    return os.O_RDONLY | sum(getattr(os, name, 0) for name in wanted)
