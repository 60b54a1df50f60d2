"""One creator's open data folder, for the window and the command line alike: settings, keys, catalog. No Qt."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from app.terminal import command
from core.errors import CatalogError, KeyFileError, WriteError
from core.key_files import composed
from core.keyring import KeyEntry, KeyFacts, KeyRing, today, words_of_another
from core.keys import CreatorKey
from core.lanes import Lane, random_lane
from core.settings import Settings, data_folder, keys_folder, load, save, settings_file

if TYPE_CHECKING:
    from core.catalog.export import Restored
    from core.catalog.store import Catalog

LOG_NAME = "countermark.log"
_LOGGED = ("core", "app")
_log = logging.getLogger(__name__)


Passphrase = Callable[[KeyEntry], str | None]
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
        """The catalog, opened at its first use, and backed up from then on once a day. CatalogError: it cannot be."""
        with self._opening:  # the window's threads may ask at the same moment
            if self._catalog is None:
                from core.catalog.store import Catalog

                self._catalog = Catalog(self.folder)
                self._tell_keys(self._catalog)
                self._sign_waiting()
                self._catalog.back_up_soon()
            return self._catalog

    @property
    def ring(self) -> KeyRing:
        """The key files of this folder."""
        return KeyRing(keys_folder(self.folder))

    @property
    def has_key(self) -> bool:
        """Whether there is any key file, opened or not."""
        return bool(self.ring.paths())

    @property
    def key(self) -> CreatorKey:
        """The active key, which marks new copies. KeyFileError while none is open, or the open ones are retired."""
        if not self.keys:
            raise no_key() if not self.has_key else KeyFileError("The key is not open.", "Give its passphrase.")
        if not self.has_key:
            return self.keys[0]  # one that is used without being kept
        active = self.active_key_file()
        if active.facts.retired:
            raise KeyFileError(
                f"The key {active.id} is retired: it finds its marks, and marks no new copies.",
                f"Make a new key: {command('key new --another')}",
            )
        for key in self.keys:
            if key.id == active.id:
                return key
        raise KeyFileError(f"The key {active.id} is not open.", "Give its passphrase.")

    @property
    def copies_elsewhere(self) -> frozenset[str]:
        """The ids of open keys with copies that this catalog may not know: their checks look for all serials."""
        opened = {key.id for key in self.keys}
        return frozenset(file.id for file in self.ring.entries() if file.id in opened and file.facts.copies_elsewhere)

    def key_files(self) -> tuple[KeyEntry, ...]:
        """Return the keys whose files are in order, the active one first; `ring.problems` tells of the others."""
        return tuple(sorted(self.ring.entries(), key=lambda file: file.id != self.settings.key))

    def active_key_file(self) -> KeyEntry:
        """Return the file of the key that marks new copies: the one the settings name, or the only one in use.

        Where all keys are retired, the one that the settings name, or the first: they still find their marks.
        KeyFileError where there is none, or several and the settings name none of them.
        """
        paths = self.ring.paths()
        if not paths:
            raise no_key()
        readable = self.ring.entries()
        for file in readable:
            if file.id == self.settings.key and not file.facts.retired:
                return file
        used = [file for file in readable if not file.facts.retired]
        if not used and len(readable) == len(paths):
            return min(readable, key=lambda file: file.id != self.settings.key)
        if len(used) == 1 and len(readable) == len(paths):
            return used[0]
        if len(paths) == 1:
            return self.ring.entry(paths[0])
        if self.settings.key in self.ring.damaged():
            return self.ring.entry(self.ring.folder / f"{self.settings.key}.key")
        named = f"the key {self.settings.key}, which is not among them" if self.settings.key else "none of them"
        raise KeyFileError(
            f"There are {len(paths)} keys in {keys_folder(self.folder)}, and the settings name {named}.",
            f"Choose the right one: {command('key use ID')} (it writes it into {settings_file(self.folder)}).",
        )

    def unlock(self, passphrase: Passphrase) -> None:
        """Open the active key, and every other one that opens without asking again.

        The passphrase is asked for only where the active key has one. The other keys, which only find older marks,
        are tried with it; those that stay closed are told in `problems`. KeyFileError where there is no key, or the
        passphrase is wrong or was not given.
        """
        active = self.active_key_file()
        given = passphrase(active) if active.protected else ""
        if given is None:
            raise KeyFileError(f"The key {active.id} stays closed without its passphrase.", "Give the passphrase.")
        given = composed(given)
        opened = [CreatorKey.load(active.path, given)]
        problems = []
        for path in self.ring.paths():
            if path == active.path:
                continue
            try:
                other = self.ring.entry(path)
                opened.append(CreatorKey.load(path, given if other.protected else ""))
            except KeyFileError as error:
                problems.append(f"{error.message} Marks of that key are not looked for.")
        self.keys, self.problems = tuple(opened), tuple(problems)
        self._sign_waiting()

    def open_key(self, file: KeyEntry, passphrase: str) -> CreatorKey:
        """Return a key that stayed closed, open from now on. KeyFileError for a wrong passphrase."""
        key = CreatorKey.load(file.path, composed(passphrase))
        self.keys = (*(other for other in self.keys if other.id != key.id), key)
        return key

    def restore(self, source: Path) -> Restored:
        """Return what is in the catalog now that a backup was put in its place.

        The present catalog is closed meanwhile: nobody may be working with it. UnreadableError, CatalogError: nothing
        was changed.
        """
        from core.catalog.export import restore

        with self._opening:
            if self._catalog is not None:
                self._catalog.close()
                self._catalog = None
            return restore(source, self.folder)

    def make_key(self, passphrase: str, *, label: str = "", creator: str = "") -> CreatorKey:
        """Return a new key, saved under the passphrase (may be empty) and active from now on.

        Keys made before stay where they are and still find their marks. KeyFileError or WriteError: nothing changed.
        """
        key = CreatorKey.generate()
        self._adopt(key, self.ring.add(key, passphrase, KeyFacts(label=label, creator=creator)))
        self.tell_log(key.id, "made", protected=bool(passphrase))
        return key

    def restore_key(
        self, words: str, passphrase: str, *, computer: int | None = None, alone: bool = False
    ) -> CreatorKey:
        """Return the key of 24 recovery words, saved and active like a new one. KeyFileError for wrong words.

        `computer` and `alone` as `KeyRing.restore` takes them. One whose file was damaged is active if it was.
        """
        broken, before = self.ring.damaged(), self.ring.entries()
        key, file = self.ring.restore(words, passphrase, computer=computer, alone=alone)
        if key.id in broken and (file.facts.retired or self.settings.key in (key.id, *(other.id for other in before))):
            self._open_too(key)
        else:
            self._adopt(key, file)
        self.tell_log(key.id, "restored from its words", protected=bool(passphrase), damaged=key.id in broken)
        return key

    def mend_key(self, words: str, passphrase: str) -> CreatorKey:
        """Return a key whose damaged file was put anew with its 24 recovery words, under this passphrase.

        KeyFileError: wrong words, those of another key, or its file is whole.
        """
        key, broken = CreatorKey.from_words(words), self.ring.damaged()
        if broken and key.id not in broken:
            raise words_of_another(key.id, ", ".join(broken))
        return self.restore_key(words, passphrase)

    def renew_key(self, file: KeyEntry, words: str, passphrase: str) -> KeyEntry:
        """Return a key whose passphrase was lost, under another one from now on, as its 24 recovery words allow.

        It is not open by that. KeyFileError: wrong words, or those of another key.
        """
        key = self.ring.renew(file, words, passphrase)
        self.tell_log(key.id, "given another passphrase with its words", protected=bool(passphrase))
        return self.ring.entry(file.path)

    def import_key(
        self, source: Path, passphrase: str, *, computer: int | None = None, alone: bool = False
    ) -> CreatorKey:
        """Return the key of an exported file, kept here from now on; active where there was none before."""
        first = not self.has_key
        key, file, issued = self.ring.import_file(source, passphrase, computer=computer, alone=alone)
        if issued:
            self.catalog.note_serials(key.id, issued)
        if first:
            self._adopt(key, file)
        else:
            self._open_too(key)
        self.tell_log(key.id, "imported", protected=bool(passphrase), computer=file.facts.computer)
        return key

    def export_key(
        self,
        file: KeyEntry,
        passphrase: str,
        target: Path,
        *,
        new_passphrase: str | None = None,
        another_computer: bool = False,
    ) -> KeyEntry:
        """Return the key whose backup now lies in a new file. KeyFileError: nothing was written.

        With `another_computer` the file gives the computer that imports it a number of its own, so that it issues
        serials that none here are equal to; this computer keeps to its own from now on.
        """
        if not another_computer:
            self.ring.export(file, passphrase, target, new_passphrase=new_passphrase)
            self.tell_log(file.id, "exported")
            return file
        computer = random_lane((file.facts.computer, *file.facts.given))
        theirs = Lane(computer, alone=False).ranges()[0]
        issued = [serial for serial in self.catalog.serials(file.id).tolist() if serial in theirs]
        # First: a file that is about before this computer keeps to its lane could lead to the same serial twice.
        changed = self.ring.change(file, shared=True, given=(*file.facts.given, computer))
        try:
            self.ring.export(file, passphrase, target, new_passphrase=new_passphrase, computer=computer, issued=issued)
        except BaseException:
            self.ring.change(changed, **dataclasses.asdict(file.facts))
            raise
        self._tell_keys(self._catalog)
        self.tell_log(file.id, "exported", for_computer=computer)
        return changed

    def use_key(self, file: KeyEntry) -> None:
        """Let a key mark new copies from now on. KeyFileError for a retired one."""
        if file.facts.retired:
            raise KeyFileError(
                f"The key {file.id} is retired.", f"Take it back first: {command(f'key retire --undo {file.id}')}"
            )
        self.change(dataclasses.replace(self.settings, key=file.id))
        self.keys = tuple(sorted(self.keys, key=lambda key: key.id != file.id))

    def retire_key(self, file: KeyEntry, *, undo: bool = False) -> KeyEntry:
        """Return a key that marks no new copies from now on and still finds its marks; `undo` takes it back."""
        changed = self.ring.change(file, retired="" if undo else today())
        self.tell_log(file.id, "taken back into use" if undo else "retired")
        return changed

    def change_passphrase(self, file: KeyEntry, old: str, new: str) -> KeyEntry:
        """Return a key that opens with another passphrase from now on. KeyFileError: the old one holds."""
        changed = self.ring.change_passphrase(file, old, new)
        self.tell_log(file.id, "passphrase changed", protected=changed.protected)
        return changed

    def tell_log(self, key: str, how: str, **facts: Any) -> None:
        """Let the signed log tell what was done with a key. Facts hold no secrets.

        It is signed at once where a key is open, else when the next one is.
        """
        try:
            self.catalog.note_key(key, how, **facts)
        except CatalogError as error:  # what was done with the key is done, and matters more
            _log.warning("The signed log does not tell that the key %s was %s: %s", key, how, error)
        self._sign_waiting()

    def change(self, settings: Settings) -> None:
        """Save other settings and use them. WriteError: the old ones stay."""
        save(settings, settings_file(self.folder))
        self.settings = settings

    def close(self) -> None:
        """Sign what the log is still to tell, forget the keys and close the catalog."""
        if self._catalog is not None:
            self._catalog.wait_for_backup()  # the log tells of it
        self._sign_waiting()
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

    def _open_too(self, key: CreatorKey) -> None:
        """Have one more key open, which is active where the settings name it."""
        self.keys = (*(other for other in self.keys if other.id != key.id), key)
        self._tell_keys(self._catalog)

    def _adopt(self, key: CreatorKey, file: KeyEntry) -> CreatorKey:
        try:
            self.change(dataclasses.replace(self.settings, key=key.id))
        except WriteError:
            self.ring.remove(file)
            raise
        self.keys = (key, *(other for other in self.keys if other.id != key.id))
        self._tell_keys(self._catalog)
        return key

    def _tell_keys(self, catalog: Catalog | None) -> None:
        """Let the catalog, where it is open, draw each key's serials where this computer may, and know whose it is."""
        if catalog is not None:
            for file in self.ring.entries():
                catalog.use_lane(file.id, file.facts.lane)
                if file.facts.creator and not catalog.creator(file.id):
                    catalog.name_creator(file.id, file.facts.creator)

    def _sign_waiting(self) -> None:
        """Let the log tell what waits for it, where the catalog and a key are open."""
        if self._catalog is None or not self.keys:
            return
        from core import journal

        try:
            journal.settle(self._catalog, self.keys[0])
        except CatalogError as error:  # it waits for the next time
            _log.warning("The signed log could not be written: %s", error)


def no_key() -> KeyFileError:
    """Return the error of an empty data folder."""
    return KeyFileError("There is no key yet.", f"Make one: {command('key new')}")
