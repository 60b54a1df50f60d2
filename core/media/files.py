"""Files of works and copies: their kinds, their hashes, new files put in place without ever replacing one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.errors import UnreadableError, WriteError
from core.media.opening import opened
from core.media.signatures import SUFFIXES, format_of, kind_of_format
from core.model import Kind

_TEMPORARY = re.compile(r"^\..{0,24}-[0-9a-f]{12}\.countermark-part$", re.DOTALL)
_MEDIA_SUFFIXES = frozenset(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r"})


def kind_of(path: Path) -> Kind:
    """Return whether a file is a picture, a recording or a film, by its content. UnreadableError where it is none.

    What could be a film without moving pictures is a recording: to tell, the container is opened. So it is asked where
    files are read: of strangers' files in a worker, of one's own after a worker could read them.
    """
    kind = likely_kind(path)
    if kind is Kind.VIDEO:
        from core.media.container import contents

        return Kind.VIDEO if contents(path).pictures else Kind.AUDIO
    return kind


def likely_kind(path: Path) -> Kind:
    """Return what a file is by its first bytes alone; what could be a film is one. UnreadableError as `kind_of`."""
    return kind_of_format(format_of(path))


def media_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that these files and folders stand for, each one once.

    A named file is yielded whatever it is, so that somebody says what is wrong with it. Folders are searched with all
    below them, sorted by name, for files that look like media by name or content; hidden and temporary ones are left
    out. A folder that cannot be opened is yielded itself. Links that lead in circles do no harm.
    """
    seen_files: set[Path] = set()
    seen_folders: set[tuple[int, int]] = set()
    for path in paths:
        found = _below(path, seen_folders) if path.is_dir() else iter((path,))
        for file in found:
            real = _real(file)
            if real not in seen_files:
                seen_files.add(real)
                yield file


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder as `media_files` does, without remembering them: for millions of files.

    A file that has several names is yielded under each.
    """
    return _below(folder, set())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content as 64 hexadecimal digits. UnreadableError where it cannot be read."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """Yield the name of a temporary file in the target's folder; whatever stands there at the end is removed.

    The name is hidden, cannot be guessed and is known to `is_temporary`, so that a leftover of a killed process can be
    told from everything else.
    """
    stem = re.sub(r"[^\w-]", "_", target.stem, flags=re.ASCII)[:24]
    temporary = target.with_name(f".{stem}-{secrets.token_hex(6)}.countermark-part")
    try:
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def is_temporary(path: Path) -> bool:
    """Return whether this is the name of a temporary file of Countermark."""
    return _TEMPORARY.match(path.name) is not None


def replace_new(temporary: Path, final: Path) -> None:
    """Give a finished temporary file its final name, safe against power loss, never over an existing file.

    WriteError where the name is taken or the folder does not allow it; the temporary file then still stands.
    """
    try:
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        _move_new(temporary, final)
        _sync_folder(final.parent)
    except FileExistsError:
        raise WriteError(
            f"{final.name} already exists in {final.parent} and was left as it is.", "Choose another name.", path=final
        ) from None
    except OSError as error:
        raise cannot_write(final, error) from error


def cannot_write(path: Path, error: OSError) -> WriteError:
    """Return the sentence for a file that the operating system does not let us write."""
    reason = error.strerror or type(error).__name__
    return WriteError(
        f"{path.name} could not be written to {path.parent}: {reason}.",
        "Check that the folder exists, may be written to and has room.",
        path=path,
    )


def free_name(path: Path) -> Path:
    """Return the path itself, or the first of "name 2.ext", "name 3.ext", ... that no file has."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem} {number}{path.suffix}")
    return candidate


def _move_new(temporary: Path, final: Path) -> None:
    if sys.platform == "win32":
        temporary.rename(final)  # refuses an existing name by itself there
        return
    try:
        final.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: looking first leaves a gap of microseconds
        if os.path.lexists(final):
            raise FileExistsError(final) from None
        temporary.rename(final)
    else:
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot; the file's content is safe already
            os.fsync(handle)
    finally:
        os.close(handle)


def _below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        names = sorted(os.listdir(folder), key=lambda name: (name.casefold(), name))  # noqa: PTH208 - paths are large
    except OSError:
        yield folder
        return
    for name in names:
        if name.startswith((".", "~$")) or name.casefold() in _SYSTEM_FILES:
            continue
        entry = folder / name
        if entry.is_dir():
            yield from _below(entry, seen)
        elif entry.is_file() and (entry.suffix.lower() in _MEDIA_SUFFIXES or _is_media(entry)):
            yield entry


def _is_media(path: Path) -> bool:
    try:
        format_of(path)
    except UnreadableError:
        return False
    return True


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a name that no system has
        return path.absolute()
