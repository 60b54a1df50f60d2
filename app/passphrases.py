"""Where secrets come from on the command line: a file, or a prompt on a terminal. Never an argument."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.terminal import warn
from core.errors import KeyFileError

if TYPE_CHECKING:
    from app.session import Passphrase
    from core.keyring import KeyEntry

FILE_VARIABLE = "COUNTERMARK_PASSPHRASE_FILE"
NEW_FILE_VARIABLE = "COUNTERMARK_NEW_PASSPHRASE_FILE"
_LONGEST = 4096  # bytes; a larger file is no passphrase but a mistake


def opener(file: str | None) -> Passphrase:
    """Return what answers when a protected key asks for its passphrase. `file` is the --passphrase-file, or None."""

    def ask(key: KeyEntry) -> str:
        given = _from_file(file)
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise KeyFileError(
                f"The key {key.id} needs its passphrase, and there is no terminal to ask on.",
                f"Give it with --passphrase-file FILE or {FILE_VARIABLE}.",
            )
        return getpass.getpass(f"Passphrase of the key {key.id}: ")

    return ask


def for_new_key(file: str | None) -> str:
    """Return the passphrase of a key to be made: from the file, else typed twice. Empty where neither is there."""
    given = _from_file(file)
    if given is None and sys.stdin.isatty():
        warn("Choose a passphrase for the key. It is asked for whenever the key is used. Enter alone: no passphrase.")
        given = getpass.getpass("Passphrase: ")
        if given and getpass.getpass("Again: ") != given:
            raise KeyFileError("The two passphrases differ; no key was made.", "Try again.")
    if not given:
        warn("Warning: the key has no passphrase. Whoever can read its file can use it.")
    return given or ""


def of_file(source: Path, file: str | None) -> str:
    """Return the passphrase of an exported key file: from the file, else typed. KeyFileError where neither is there."""
    given = _from_file(file)
    if given is None and sys.stdin.isatty():
        given = getpass.getpass(f"Passphrase of the key file {source.name}: ")
    if given is None:
        raise KeyFileError(
            f"The key file {source.name} needs its passphrase, and there is no terminal to ask on.",
            f"Give it with --passphrase-file FILE or {FILE_VARIABLE}.",
        )
    return given


def new_for(key: KeyEntry, file: str | None) -> str:
    """Return the passphrase that a key is to have: from the file, else typed twice. KeyFileError where neither is."""
    given = _from_file(file, NEW_FILE_VARIABLE)
    if given is None and sys.stdin.isatty():
        given = getpass.getpass(f"New passphrase of the key {key.id}: ")
        if getpass.getpass("Again: ") != given:
            raise KeyFileError("The two passphrases differ; the old one holds.", "Try again.")
    if given is None:
        raise KeyFileError(
            "There is no new passphrase, and no terminal to ask on.",
            f"Give it with --new-passphrase-file FILE or {NEW_FILE_VARIABLE}.",
        )
    if not given:
        warn("Warning: the key has no passphrase now. Whoever can read its file can use it.")
    return given


def recovery_words(file: str | None) -> str:
    """Return the recovery words that were typed, or stand in a file; "-" is standard input."""
    if file is None and sys.stdin.isatty():
        warn("Type the 24 recovery words, in order, and Enter. They show here: let nobody look.")
        return input("Words: ")
    if file in (None, "-"):
        return sys.stdin.read(_LONGEST)
    path = Path(str(file)).expanduser()
    try:
        return _start_of(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KeyFileError(f"{path} holds no recovery words.", "It must be text.", path=path) from None


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_LONGEST + 1)
    except OSError as error:
        raise KeyFileError(
            f"The file {path} cannot be read: {error.strerror}.", "Name another file.", path=path
        ) from error


def _from_file(file: str | None, variable: str = FILE_VARIABLE) -> str | None:
    """Return the first line of the passphrase file without its line end; None where no file is named."""
    name = file if file is not None else os.environ.get(variable, "")
    if not name:
        return None
    path = Path(name).expanduser()
    data = _start_of(path)
    try:
        line = data.decode("utf-8-sig").split("\n", 1)[0].removesuffix("\r")
    except UnicodeDecodeError:
        line = "\0"
    if len(data) > _LONGEST or "\0" in line:
        raise KeyFileError(
            f"The passphrase file {path} holds no passphrase.", "Its first line must be short UTF-8 text.", path=path
        )
    return line
