"""A new file is there whole or not at all, and never in the place of another."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from core.errors import WriteError

PART = ".countermark-part"  # as core.media names what is not finished


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give the path of an empty temporary file beside the target, for its owner alone; it is moved there at the end.

    WriteError where something has the target's name, or where the disk refuses; nothing is left behind then.
    """
    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}{PART}")
    if os.path.lexists(target):
        raise _taken(target)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            move_new(temporary, target)
            sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as error:
        raise WriteError(
            f"{target.name} could not be written: {error.strerror or type(error).__name__}.",
            "Check the folder and its disk; nothing was left behind.",
            path=target,
        ) from error


def _taken(target: Path) -> WriteError:
    return WriteError(
        f"{target.name} already exists in {target.parent} and was left as it is.", "Choose another name.", path=target
    )


def move_new(temporary: Path, target: Path) -> None:
    """Give a file its name unless that is taken: FileExistsError."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        temporary.rename(target)
    else:
        temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder as they are now (a power cut could undo a move otherwise)."""
    if os.name == "nt":  # NTFS keeps a journal of names, and folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:  # some network file systems cannot: their server decides
        pass
    finally:
        os.close(descriptor)
