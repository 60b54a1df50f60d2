"""The catalog as the rest of Countermark sees it: works, copies, recipients, checks; copies on their way."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from core.catalog import backup, checks, copies, integrity, intents, recipients, records, search, unsigned, works
from core.catalog.backup import Backup
from core.catalog.changes import operation
from core.catalog.database import Database
from core.catalog.editing import Records
from core.catalog.intents import Intent
from core.catalog.locks import owner_lock, owner_name
from core.errors import CatalogError
from core.lanes import Lane
from core.model import Check, Checked, Copy, Kind, Recipient, Reference, Strength, Work

FILE_NAME = "catalog.sqlite3"
_Row = TypeVar("_Row")
_log = logging.getLogger(__name__)


class Catalog(Records):
    """The catalog in a folder, usable from several threads and, opened in each, from several processes.

    Every change is one transaction. Opening puts right what a crash left unfinished.
    """

    def __init__(self, folder: Path, *, who: str = "") -> None:
        """Open or make the catalog of a folder (made for its owner alone). CatalogError says why it cannot be.

        `who` is the name under which changes are written down; empty for the user of this computer.
        """
        self.folder = folder
        self.path = folder / FILE_NAME
        self._locks = folder / "locks"
        self._lanes: dict[str, Lane] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(
                f"The catalog folder {folder} cannot be made: {error.strerror}.", "Choose another folder.", path=folder
            ) from error
        self._serials: dict[str, npt.NDArray[np.int64]] = {}
        self._references: dict[Kind | None, tuple[int, tuple[Reference, ...]]] = {}
        self._backup: threading.Thread | None = None
        self._stop = threading.Event()
        self._database = Database(self.path, who)
        try:
            self.repair()
        except BaseException:
            self._database.close()
            raise

    def back_up(self) -> Backup:
        """Return a new dated backup in the data folder, read back; older ones are thinned. CatalogError: none came."""
        made = backup.back_up(self.path, self.folder)
        self._tell(made)
        return made

    def back_up_if_due(self) -> Backup | None:
        """Return a new backup where the last is older than a day and there is anything to keep, else None.

        It is given up where `wait_for_backup` is interrupted.
        """
        with self._database.reading() as connection:
            empty = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM operations)").fetchone()[0]
        made = None if empty else backup.back_up_if_due(self.path, self.folder, stop=self._stop.is_set)
        if made is not None:
            self._tell(made)
        return made

    def back_up_soon(self) -> None:
        """Begin the daily backup, where it is due, on a thread of its own; closing waits for its end.

        It has a connection of its own, so that nobody waits for it: a large catalog takes minutes.
        """
        if self._backup is None:
            self._backup = threading.Thread(target=self._backed_up, name="catalog backup")
            self._backup.start()

    def wait_for_backup(self) -> None:
        """Wait for the daily backup that was begun, if any; Ctrl-C gives it up."""
        if self._backup is None:
            return
        try:
            self._backup.join()
        except BaseException:
            self._stop.set()
            self._backup.join()
            raise

    def _backed_up(self) -> None:
        try:
            self.back_up_if_due()
        except Exception:  # noqa: BLE001 - a thread has nobody above it who could be told
            _log.exception("The daily backup of the catalog failed")

    def _tell(self, made: Backup) -> None:
        """Let the log tell of a backup."""
        facts = {"name": made.path.name, "bytes": made.bytes, "sha256": backup.sha256_of(made.path)}
        try:
            with self._database.changing() as connection:
                unsigned.remember(connection, unsigned.BACKUP_MADE, facts)
        except CatalogError as error:  # the backup is there all the same
            _log.warning("The signed log does not tell of the backup %s: %s", made.path.name, error)

    def problems(self) -> list[str]:
        """Return what is wrong with the catalog, in sentences; empty where all is in order. It takes its time."""
        with self._database.reading() as connection:
            return integrity.problems(connection)

    def totals(self) -> dict[str, int]:
        """Return how many of each thing the catalog holds, by table, the bin included."""
        with self._database.reading() as connection:
            return integrity.counts(connection)

    def rebuild_search(self) -> None:
        """Build what search looks through again, from the things themselves."""
        with self._database.reading() as connection:
            search.rebuild(connection)

    def close(self) -> None:
        """Wait for a backup that is being made and close the catalog; further use is an error."""
        try:
            self.wait_for_backup()
        finally:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Catalog({str(self.folder)!r})"

    # -- looking up --------------------------------------------------------------------------------------------

    def works(self, search: str = "", *, thumbnails: bool = True, limit: int | None = None) -> list[Work]:
        """Return the works, newest first, in which every word of `search` stands, in any case: in the title, the
        path or a recipient's name. Long lists are quicker without thumbnails."""
        with self._database.reading() as connection:
            return works.find(connection, search, thumbnails=thumbnails, limit=limit)

    def work(self, number: int) -> Work:
        """Return one work. CatalogError where there is none of this id."""
        with self._database.reading() as connection:
            return _present(works.by_id(connection, number), "work", number)

    def work_by_sha256(self, sha256: str) -> Work | None:
        """Return the work whose original file has this hash, or None."""
        with self._database.reading() as connection:
            return works.by_sha256(connection, sha256)

    def copies(self, *, work: int | None = None, recipient: int | None = None) -> list[Copy]:
        """Return the copies of a work, for a recipient, or all: newest first."""
        with self._database.reading() as connection:
            return copies.find(connection, work=work, recipient=recipient)

    def copy_counts(self, works: Iterable[int]) -> dict[int, int]:
        """Return how many copies each of these works has; those without any are left out."""
        with self._database.reading() as connection:
            return copies.counts(connection, works)

    def copy_by_serial(self, key: str, serial: int) -> Copy | None:
        """Return the copy that carries this serial of the key with this public id, or None."""
        with self._database.reading() as connection:
            return copies.by_serial(connection, key, serial)

    def copy_by_sha256(self, sha256: str) -> Copy | None:
        """Return the copy whose file had this hash when it was made, or None."""
        with self._database.reading() as connection:
            return copies.by_sha256(connection, sha256)

    def copies_at(self, paths: Iterable[str]) -> set[str]:
        """Return those of these paths under which a copy was saved, whatever lies there now."""
        with self._database.reading() as connection:
            return copies.at(connection, paths)

    def recipients(self) -> list[Recipient]:
        """Return all recipients by name."""
        with self._database.reading() as connection:
            return recipients.everybody(connection)

    def recipient(self, number: int) -> Recipient:
        """Return one recipient. CatalogError where there is none of this id."""
        with self._database.reading() as connection:
            return _present(records.by_id(connection, Recipient, number), "recipient", number)

    def recipient_by_name(self, name: str) -> Recipient | None:
        """Return the recipient of this name, in any case, or None."""
        with self._database.reading() as connection:
            return recipients.by_name(connection, name)

    def serials(self, key: str) -> npt.NDArray[np.int64]:
        """Return all serials ever issued for the key with this public id, ascending, unfinished copies included."""
        with self._database.reading() as connection:
            known, count = self._serials.get(key), copies.issued(connection, key)
            if known is None or known.size != count:  # serials are never freed, so their number tells
                known = self._serials[key] = copies.serials(connection, key)
            return known.copy()

    def use_lane(self, key: str, lane: Lane) -> None:
        """Let serials of the key with this public id be drawn where this computer may, as long as this is open."""
        self._lanes[key] = lane

    def lane(self, key: str) -> Lane | None:
        """Return the lane that `use_lane` set for a key, None where that was not done."""
        return self._lanes.get(key)

    def note_serials(self, key: str, serials: Iterable[int]) -> None:
        """Note serials of a key that another computer issued: looked for from now on, and never issued here."""
        with self._database.changing() as connection:
            copies.note(connection, key, serials)

    def references(self, kind: Kind | None = None) -> tuple[Reference, ...]:
        """Return what the catalog keeps of its works to help detection, all or of one kind, without their signals."""
        with self._database.reading() as connection:
            state = works.highest(connection)
            known = self._references.get(kind)
            if known is None or known[0] != state:  # their sizes never change
                known = self._references[kind] = (state, works.references(connection, kind))
            return known[1]

    def reference(self, work: int) -> Reference:
        """Return what the catalog keeps of one work to help detection, its signal included.

        The signal is empty for a work of an older catalog that was not protected since. CatalogError for no work.
        """
        with self._database.reading() as connection:
            return _present(works.reference(connection, work), "work", work)

    def has_signal(self, sha256: str) -> bool:
        """Return whether the work whose original has this hash is known with its signal and its fingerprint."""
        with self._database.reading() as connection:
            return works.has_signal(connection, sha256)

    def fingerprints(self, kind: Kind, *, after: int = 0, limit: int | None = None) -> list[tuple[int, bytes]]:
        """Return number and fingerprint of the works of a kind with numbers above `after`, by number: some or all."""
        with self._database.reading() as connection:
            return works.fingerprints(connection, kind, after=after, limit=limit)

    def fingerprint(self, work: int) -> bytes:
        """Return the fingerprint of one work; empty where there is none."""
        with self._database.reading() as connection:
            return works.fingerprint(connection, work)

    def fingerprinted(self, kind: Kind, upto: int | None = None) -> tuple[int, int]:
        """Return how many works of a kind (with numbers up to one) have a fingerprint, and the highest number among
        them: quickly."""
        with self._database.reading() as connection:
            return works.fingerprinted(connection, kind, upto)

    def creator(self, key: str) -> str:
        """Return the name of the creator who owns this key; empty where none was given."""
        with self._database.reading() as connection:
            return recipients.creator_name(connection, key)

    def name_creator(self, key: str, name: str) -> None:
        """Set the name of the creator who owns the key with this public id. RefusedError where no name is left."""
        with operation(self._database, "named the creator") as work:
            recipients.name_creator(work, key, name)

    # -- checks ------------------------------------------------------------------------------------------------

    def add_check(self, checked: Checked, *, sha256: str = "") -> int:
        """Store an examination with its findings and return its id; `sha256` is empty for what could not be read."""
        with operation(self._database, "checked") as work:
            return checks.add(work, checked, sha256)

    def add_checks(self, several: Iterable[tuple[Checked, str]]) -> None:
        """Store several examinations with their hashes, as `add_check` does one, in one transaction."""
        with operation(self._database, "checked") as work:
            for checked, sha256 in several:
                checks.add(work, checked, sha256)

    def checks(
        self,
        *,
        copy: int | None = None,
        work: int | None = None,
        sha256: str | None = None,
        limit: int | None = None,
    ) -> list[Check]:
        """Return stored checks, newest first: all, those that found a copy or any copy of a work, or those of a file
        with this hash."""
        with self._database.reading() as connection:
            return checks.find(connection, copy=copy, work=work, sha256=sha256, limit=limit)

    # -- copies on their way -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def at_work(self) -> Iterator[str]:
        """Hold the lock that tells other processes "unfinished copies of this owner are being worked on"."""
        lock = owner_lock(self._locks)
        try:
            yield owner_name(lock)
        finally:
            lock.release()

    def reserve(
        self,
        *,
        owner: str,
        key: str,
        work: Work,
        recipient: str,
        strength: Strength,
        temporary: Path,
        final: Path,
        purpose: str = "",
        terms: int | None = None,
    ) -> Intent:
        """Return a new serial with the written intent to make a copy; `work` describes the original.

        `purpose` says what the copy is for; `terms` is the number of those that are written into it.
        """
        with self._database.changing() as connection:
            intent = intents.reserve(
                connection,
                owner=owner,
                key=key,
                work=work,
                recipient=recipient,
                strength=strength,
                temporary=temporary,
                final=final,
                purpose=purpose,
                terms=terms,
                lane=self._lanes.get(key),
            )
        known = self._serials.get(key)
        if known is not None:
            self._serials[key] = np.insert(known, np.searchsorted(known, intent.serial), intent.serial)
        return intent

    def note_written(
        self,
        intent: Intent,
        *,
        final: Path,
        sha256: str,
        parameters: int,
        quality: Mapping[str, float],
        manifest: bytes = b"",
    ) -> Intent:
        """Write down the hash of the finished temporary file and the name it is about to get.

        `manifest` is the signed manifest of the copy, where it has one.
        """
        with self._database.changing() as connection:
            return intents.note_written(
                connection,
                intent,
                final=final,
                sha256=sha256,
                parameters=parameters,
                quality=quality,
                manifest=manifest,
            )

    def complete(self, intent: Intent) -> Copy:
        """Return the copy whose file is now in place: work, recipient and copy are stored, the intent is gone."""
        with operation(self._database, "protected") as work:
            number = intents.complete(work, intent.id)
            return _present(records.by_id(work.connection, Copy, number), "copy", number)

    def close_intent(self, intent: Intent) -> None:
        """Forget an intent whose files are gone; its serial is never issued again."""
        with self._database.changing() as connection:
            intents.close(connection, intent.id)

    def repair(self) -> int:
        """Put right what ended processes left unfinished; return how many copies were completed or tidied up."""
        return intents.repair(self._database, self._locks)


def _present(found: _Row | None, word: str, number: int) -> _Row:
    if found is None:
        raise CatalogError(f"The catalog has no {word} with the number {number}.", "Look it up in the list again.")
    return found
