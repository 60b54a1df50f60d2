"""Where passphrases come from on the command line: a file, or a prompt on a terminal. Never an argument."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.terminal import warn
from core.errors import KeyFileError

if TYPE_CHECKING:
    from app.session import KeyFile, Passphrase

FILE_VARIABLE = "COUNTERMARK_PASSPHRASE_FILE"
_LONGEST = 4096  # bytes; a larger file is no passphrase but a mistake


def opener(file: str | None) -> Passphrase:
    """Return what answers when a protected key asks for its passphrase. `file` is the --passphrase-file, or None."""

    def ask(key: KeyFile) -> str:
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


def _from_file(file: str | None) -> str | None:
    """Return the first line of the passphrase file without its line end; None where no file is named."""
    name = file if file is not None else os.environ.get(FILE_VARIABLE, "")
    if not name:
        return None
    path = Path(name).expanduser()
    try:
        with path.open("rb") as stream:
            data = stream.read(_LONGEST + 1)
    except OSError as error:
        raise KeyFileError(
            f"The passphrase file {path} cannot be read: {error.strerror}.", "Name another file.", path=path
        ) from error
    try:
        line = data.decode("utf-8-sig").split("\n", 1)[0].removesuffix("\r")
    except UnicodeDecodeError:
        line = "\0"
    if len(data) > _LONGEST or "\0" in line:
        raise KeyFileError(
            f"The passphrase file {path} holds no passphrase.", "Its first line must be short UTF-8 text.", path=path
        )
    return line
