"""Locks of the operating system on small files: they end with their process, however it ends.

A process that protects files holds one while it works; whoever finds its unfinished copies tries the same lock and
learns whether that process still lives.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from core.errors import CatalogError

_SUFFIX = ".lock"
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_held: set[Path] = set()  # by this process: some network file systems grant a process its own lock twice
_guard = threading.Lock()


class FileLock:
    """An exclusive lock on one file, held until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Return the lock, or None where somebody holds it. CatalogError where the disk knows no locks."""
        with _guard:
            if path in _held:
                return None
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise CatalogError(
                    f"The catalog folder {path.parent.parent} cannot be used: {error.strerror}.",
                    "Check that it may be written.",
                    path=path,
                ) from error
            try:
                locked = _lock(descriptor) and _is_still(path, descriptor)
            except OSError as error:
                os.close(descriptor)
                raise CatalogError(
                    f"The disk that holds the catalog folder {path.parent.parent} cannot lock files: {error.strerror}.",
                    "Keep the catalog on a disk of this computer.",
                    path=path,
                ) from error
            if not locked:
                os.close(descriptor)
                return None
            _held.add(path)
            return cls(path, descriptor)

    def release(self, *, remove: bool = True) -> None:
        """Give up the lock and remove its file, unless others are waiting for the same one."""
        with _guard:
            if not remove:
                os.close(self._descriptor)
            elif sys.platform == "win32":  # an open file cannot be removed there
                os.close(self._descriptor)
                with contextlib.suppress(OSError):
                    self.path.unlink(missing_ok=True)
            else:  # removed first: whoever waits for it then notices that it is gone
                with contextlib.suppress(OSError):
                    self.path.unlink(missing_ok=True)
                os.close(self._descriptor)
            _held.discard(self.path)


def owner_lock(folder: Path) -> FileLock:
    """Return a new lock that says "this process is at work"; its file's stem is the owner's name."""
    while True:
        lock = FileLock.take(folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}")
        if lock is not None:
            return lock


def owner_name(lock: FileLock) -> str:
    """Return the name under which unfinished copies say whose they are."""
    return lock.path.name.removesuffix(_SUFFIX)


def dead_owner(folder: Path, owner: str) -> FileLock | None:
    """Return the lock of an owner whose process has ended, or None while it lives (or is being tidied up after)."""
    return FileLock.take(folder / f"{owner}{_SUFFIX}")


def owners(folder: Path) -> list[str]:
    """Return the names of all owners that left a lock file, living or not."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*-*{_SUFFIX}"))


@contextlib.contextmanager
def turn(path: Path, *, patience: float = 60.0) -> Iterator[None]:
    """Hold a lock for a moment, waiting for it up to `patience` seconds: CatalogError when it stays taken."""
    end = time.monotonic() + patience
    while (lock := FileLock.take(path)) is None:
        if time.monotonic() > end:
            raise CatalogError(
                f"The catalog in {path.parent.parent} is in use by another program.", "Try again when it has finished."
            )
        time.sleep(0.01)
    try:
        yield
    finally:
        lock.release(remove=False)


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether the locked file is the one under this name; its former holder may have removed it meanwhile."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    own = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY or isinstance(error, BlockingIOError):
                return False
            raise
        return True
