"""One creator's open data folder, for the window and the command line alike: settings, keys, catalog. No Qt."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.terminal import command
from core.errors import KeyFileError, WriteError
from core.keys import CreatorKey, read_key_file
from core.settings import Settings, data_folder, keys_folder, load, save, settings_file

if TYPE_CHECKING:
    from core.catalog.store import Catalog

LOG_NAME = "countermark.log"
_LOGGED = ("core", "app")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What can be said of a key without opening it: its public id, where it lies, whether a passphrase protects it."""

    id: str
    path: Path
    protected: bool


Passphrase = Callable[[KeyFile], str | None]
"""Asks for the passphrase of a protected key; None leaves that key closed."""


class Session:
    """The data folder while a front uses it.

    `folder` is its path, `settings` what the user chose, `keys` the opened keys with the active one first,
    `problems` plain sentences about keys that stay closed.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.keys: tuple[CreatorKey, ...] = ()
        self.problems: tuple[str, ...] = ()
        self._catalog: Catalog | None = None
        self._opening = threading.Lock()
        self._log: logging.Handler | None = None

    @classmethod
    def open(cls, passphrase: Passphrase | None = None, *, folder: Path | None = None) -> Self:
        """Return the session of the data folder, which is made where it is missing.

        With `passphrase`, the keys are opened too (see `unlock`); without, none is asked for. WriteError where the
        folder cannot be made, SettingsError and KeyFileError as their files deserve.
        """
        folder = data_folder() if folder is None else folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            keys_folder(folder).mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise WriteError(
                f"The data folder {folder} cannot be made: {error.strerror}.",
                "Choose another place with COUNTERMARK_HOME.",
                path=folder,
            ) from error
        session = cls(folder, load(settings_file(folder)))
        session._keep_log()
        if passphrase is not None and session.has_key:
            session.unlock(passphrase)
        return session

    @property
    def catalog(self) -> Catalog:
        """The catalog, opened at its first use, and backed up then once a day. CatalogError where it cannot be."""
        with self._opening:  # the window's threads may ask at the same moment
            if self._catalog is None:
                from core.catalog.store import Catalog

                self._catalog = Catalog(self.folder)
                self._catalog.back_up_if_due()
            return self._catalog

    @property
    def has_key(self) -> bool:
        """Whether there is any key file, opened or not."""
        return bool(self._key_paths())

    @property
    def key(self) -> CreatorKey:
        """The active key, which marks new copies. KeyFileError while none is open."""
        if not self.keys:
            raise no_key() if not self.has_key else KeyFileError("The key is not open.", "Give its passphrase.")
        return self.keys[0]

    def key_files(self) -> tuple[KeyFile, ...]:
        """Return the key files, the active one first. KeyFileError names the first damaged one."""
        files = [_key_file(path) for path in self._key_paths()]
        return tuple(sorted(files, key=lambda file: file.id != self.settings.key))

    def active_key_file(self) -> KeyFile:
        """Return the file of the key that marks new copies: the one the settings name, or the only one there is.

        KeyFileError where there is none, or several and the settings name none of them.
        """
        paths = self._key_paths()
        if not paths:
            raise no_key()
        readable = []
        for path in paths:
            with contextlib.suppress(KeyFileError):
                readable.append(_key_file(path))
        for file in readable:
            if file.id == self.settings.key:
                return file
        if len(paths) == 1:
            return readable[0] if readable else _key_file(paths[0])
        named = f"the key {self.settings.key}, which is not among them" if self.settings.key else "none of them"
        raise KeyFileError(
            f"There are {len(paths)} keys in {keys_folder(self.folder)}, and the settings name {named}.",
            f'Write the id of the right one into {settings_file(self.folder)}: key = "...".',
        )

    def unlock(self, passphrase: Passphrase) -> None:
        """Open the active key, and every other one that opens without asking again.

        The passphrase is asked for only where the active key has one. The other keys, which only find older marks,
        are tried with it; those that stay closed are told in `problems`. KeyFileError where there is no key, or the
        passphrase is wrong or was not given.
        """
        active = self.active_key_file()
        given = _composed(passphrase(active)) if active.protected else ""
        if given is None:
            raise KeyFileError(f"The key {active.id} stays closed without its passphrase.", "Give the passphrase.")
        opened = [CreatorKey.load(active.path, given)]
        problems = []
        for path in self._key_paths():
            if path == active.path:
                continue
            try:
                other = _key_file(path)
                opened.append(CreatorKey.load(path, given if other.protected else ""))
            except KeyFileError as error:
                problems.append(f"{error.message} Marks of that key are not looked for.")
        self.keys, self.problems = tuple(opened), tuple(problems)

    def make_key(self, passphrase: str) -> CreatorKey:
        """Return a new key, saved under the passphrase (may be empty) and active from now on.

        Keys made before stay where they are and still find their marks. KeyFileError or WriteError: nothing changed.
        """
        return self._adopt(CreatorKey.generate(), passphrase)

    def restore_key(self, words: str, passphrase: str) -> CreatorKey:
        """Return the key of 24 recovery words, saved and active like a new one. KeyFileError for wrong words."""
        return self._adopt(CreatorKey.from_words(words), passphrase)

    def change(self, settings: Settings) -> None:
        """Save other settings and use them. WriteError: the old ones stay."""
        save(settings, settings_file(self.folder))
        self.settings = settings

    def close(self) -> None:
        """Forget the keys and close the catalog."""
        self.keys = ()
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None
        if self._log is not None:
            for name in _LOGGED:
                logging.getLogger(name).removeHandler(self._log)
            self._log.close()
            self._log = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _keep_log(self) -> None:
        """Let unexpected problems be written to a file that its user can send along; there is none before the first."""
        self._log = RotatingFileHandler(
            self.folder / LOG_NAME,
            maxBytes=500_000,
            backupCount=1,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self._log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._log.setLevel(logging.WARNING)
        for name in _LOGGED:
            logging.getLogger(name).addHandler(self._log)

    def _adopt(self, key: CreatorKey, passphrase: str) -> CreatorKey:
        path = keys_folder(self.folder) / f"{key.id}.key"
        key.save(path, _composed(passphrase) or "")
        try:
            self.change(dataclasses.replace(self.settings, key=key.id))
        except WriteError:
            path.unlink(missing_ok=True)
            raise
        self.keys = (key, *(other for other in self.keys if other.id != key.id))
        return key

    def _key_paths(self) -> list[Path]:
        return sorted(keys_folder(self.folder).glob("*.key"))


def no_key() -> KeyFileError:
    """Return the error of an empty data folder."""
    return KeyFileError("There is no key yet.", f"Make one: {command('key new')}")


def _key_file(path: Path) -> KeyFile:
    content = read_key_file(path)
    return KeyFile(id=str(content["id"]), path=path, protected=bool(content["passphrase"]))


def _composed(passphrase: str | None) -> str | None:
    """Return the passphrase in one Unicode form: keyboards of different systems spell é differently."""
    if passphrase is None:
        return None
    try:
        passphrase.encode()
    except UnicodeEncodeError:
        raise KeyFileError("The passphrase is not Unicode text.", "Type it again.") from None
    return unicodedata.normalize("NFC", passphrase)
