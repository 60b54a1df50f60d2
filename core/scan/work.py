"""What a scan does with each file: check it, or protect it. Both in processes of their own, asked by threads."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from core import journal as log
from core.apart import keep
from core.catalog.store import Catalog
from core.catalog.text import now, recipient_name
from core.check import search
from core.days import local_day
from core.errors import CancelledError, CatalogError
from core.keys import CreatorKey
from core.model import Checked, Conversion, Conversions, Protected, Status, Strength, Terms, Verdict
from core.naming import USUAL, Naming
from core.results import check_record, protect_record
from core.scan.cluster import Cluster
from core.scan.hands import Hands, LostHandsError
from core.scan.journal import Begun, FileState

Beat = Callable[[], None]
_NEWEST = 1000  # checks of the catalog that are looked through for one that was stored just before a crash


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one file: the result in plain values, whether another attempt may help, and the result itself."""

    state: FileState
    result: dict[str, Any]
    failed: bool
    whole: Checked | Protected | None = None


class Work(Protocol):
    """What a scan does with files."""

    begun_first: bool  # whether a file is written down before it is worked on, since work leaves something behind

    def job(self) -> dict[str, Any]:
        """Return in plain values what makes two scans the same."""

    def start(self, jobs: int, places: Sequence[Path]) -> int:
        """Make ready for so many files at a time (0: as many as is sensible) of these folders; return how many."""

    def done(self, state: FileState, beat: Beat) -> Done:
        """Return what became of one file. CancelledError out of `beat`. Called by several threads at once."""

    def stored(self, several: Sequence[Done]) -> list[dict[str, Any]]:
        """Return the results of files, now in the catalog. Called by one thread alone."""

    def recovered(self, begun: Begun) -> dict[str, Any] | None:
        """Return the result of a file that was begun when the scan ended, None where nothing came of it."""

    def passed_over(self, path: Path) -> bool:
        """Return whether a file is none to work on."""

    def end(self) -> None:
        """End what `start` made."""


class Checking:
    """Checks files, in processes apart of this computer or on the machines of a cluster."""

    begun_first = False

    def __init__(
        self,
        catalog: Catalog,
        keys: Sequence[CreatorKey],
        *,
        works: Sequence[int] = (),
        widely: Collection[str] = (),
        cluster: str | None = None,
    ) -> None:
        """Arguments as `core.check.check` takes them; `cluster` is the address of a Dask scheduler."""
        self._search = search(catalog, keys, works, widely)
        self._cluster = None if cluster is None else Cluster(cluster)

    def job(self) -> dict[str, Any]:
        one = self._search
        keys = sorted(key.id for key in one.keys)
        return {"what": "check", "keys": keys, "works": list(one.works), "widely": sorted(one.widely)}

    def start(self, jobs: int, places: Sequence[Path]) -> int:
        if self._cluster is not None:
            self._cluster.connect()
            self._search = replace(self._search, examine=self._cluster.examined)
            return jobs or self._cluster.jobs
        keep(jobs or _cores())
        return jobs or _cores()

    def done(self, state: FileState, beat: Beat) -> Done:
        try:
            checked, sha256 = self._search.examined(Path(state.path), lambda share, step: beat())
        except CancelledError:
            if self._cluster is not None and self._cluster.trouble is not None:
                raise self._cluster.trouble from None
            raise
        result = {**check_record(checked), "sha256": sha256}
        return Done(state, result, checked.verdict is Verdict.UNREADABLE, checked)

    def stored(self, several: Sequence[Done]) -> list[dict[str, Any]]:
        found = [(one.whole, str(one.result["sha256"])) for one in several if isinstance(one.whole, Checked)]
        try:
            self._search.catalog.add_checks(found)
        except CatalogError:  # then one by one: those that cannot be stored say so
            kept = [self._search.remembered(checked, sha256) for checked, sha256 in found]
            return [{**one.result, "message": whole.message} for one, whole in zip(several, kept, strict=True)]
        for checked, sha256 in found:
            self._search.note(checked.matches, sha256)
        return [one.result for one in several]

    def recovered(self, begun: Begun) -> dict[str, Any] | None:
        result = begun.result or {}
        sha256, path = str(result.get("sha256", "")), str(Path(begun.state.path).absolute())
        catalog = self._search.catalog
        for check in catalog.checks(sha256=sha256, limit=_NEWEST):
            if check.created < begun.moment:
                break
            if check.path == path:
                events = catalog.events_of(log.FILE_FOUND, part=sha256) if check.matches else []
                if check.matches and not any(event.moment >= begun.moment for event in events):
                    self._search.note(check.matches, sha256)
                return result
        return None

    def passed_over(self, path: Path) -> bool:
        return False

    def end(self) -> None:
        if self._cluster is not None:
            self._cluster.close()
        else:
            keep(0)


class Protecting:
    """Protects files for one recipient, each in one of several processes that mark and write."""

    begun_first = True

    def __init__(
        self,
        catalog: Catalog,
        key: CreatorKey,
        *,
        recipient: str,
        out: Path | None = None,
        strength: Strength = Strength.STANDARD,
        conversion: Conversions = None,
        naming: str = USUAL,
        terms: Terms | None = None,
        purpose: str = "",
        **others: Any,
    ) -> None:
        """Arguments as `core.protect.protect` takes them. RefusedError where they name nobody, or no file."""
        self._catalog, self._key = catalog, key
        self._recipient = recipient_name(recipient)
        self._out = None if out is None else out.absolute()
        self._naming, self._purpose = Naming(naming), purpose
        self._options = {
            "recipient": self._recipient,
            "strength": strength,
            "conversion": conversion or None,
            "naming": naming,
            "terms": terms,
            "purpose": purpose,
            **others,
        }
        self._places: list[Path] = []
        self._free: queue.SimpleQueue[Hands] = queue.SimpleQueue()
        self._hands: list[Hands] = []

    def job(self) -> dict[str, Any]:
        said = {name: _said(value) for name, value in self._options.items()}
        return {"what": "protect", "key": self._key.id, "out": None if self._out is None else str(self._out), **said}

    def start(self, jobs: int, places: Sequence[Path]) -> int:
        self._places = list(places)
        for _ in range(jobs or _cores()):
            hands = Hands(self._catalog.folder, self._key, self._options, self._catalog.lane(self._key.id))
            self._hands.append(hands)
            self._free.put(hands)
        return len(self._hands)

    def done(self, state: FileState, beat: Beat) -> Done:
        path, since = Path(state.path), now()
        hands = self._free.get()
        try:
            result = hands.protected(path, self._folder(path), max(state.size, 0), beat)
        except LostHandsError as error:
            self._catalog.repair()
            result = self._made(path, since) or protect_record(
                Protected(
                    path,
                    Status.FAILED,
                    self._recipient,
                    f"{path.name} could not be protected: the process that was at it is no more ({error}). "
                    "Protect it alone to learn more.",
                )
            )
        finally:
            self._free.put(hands)
        return Done(state, result, result["status"] == Status.FAILED)

    def stored(self, several: Sequence[Done]) -> list[dict[str, Any]]:
        return [one.result for one in several]

    def recovered(self, begun: Begun) -> dict[str, Any] | None:
        return self._made(Path(begun.state.path), begun.moment)

    def _made(self, path: Path, since: str) -> dict[str, Any] | None:
        """Return the result of a copy that came into being although nobody was told; None where there is none."""
        from core.media.files import sha256_of

        recipient = self._catalog.recipient_by_name(self._recipient)
        try:
            sha256 = sha256_of(path)
        except Exception:  # noqa: BLE001 - then nothing can be said, and it is tried again
            return None
        work = self._catalog.work_by_sha256(sha256)
        if work is None or recipient is None:
            return None
        above = self._folder(path) or path.absolute().parent
        for copy in self._catalog.copies(work=work.id, recipient=recipient.id):
            made = Path(copy.path)
            days = {local_day(since), local_day(copy.created)}
            wanted = [above / self._naming.path(path.name, self._recipient, purpose=self._purpose, day=d) for d in days]
            if (
                copy.created >= since
                and copy.key == self._key.id
                and any(made.parent == one.parent and made.stem.startswith(one.stem) for one in wanted)
            ):
                said = f"Copy no. {copy.serial} for {self._recipient}."
                whole = Protected(
                    path, Status.PROTECTED, self._recipient, said, made, copy.serial, quality=dict(copy.quality)
                )
                return {**protect_record(whole), "sha256": sha256}
        return None

    def passed_over(self, path: Path) -> bool:
        """Return whether a file lies where the copies are saved: its own output is nothing to protect."""
        return self._out is not None and self._out in path.absolute().parents and self._out not in self._places

    def end(self) -> None:
        for hands in self._hands:
            hands.end()
        self._hands.clear()
        self._free = queue.SimpleQueue()
        self._catalog.repair()  # what was cut off leaves nothing behind

    def _folder(self, path: Path) -> Path | None:
        """Return the folder of a file's copy: in `out`, in the same sub-folder as in the place that is scanned."""
        if self._out is None:
            return None
        folder = path.absolute().parent
        above = next((place for place in self._places if place == folder or place in folder.parents), folder)
        return self._out / folder.relative_to(above)


def _said(value: Any) -> Any:
    """Return an option in plain values."""
    if isinstance(value, Terms):
        return value.id
    if isinstance(value, Mapping):
        return {str(kind): _said(one) for kind, one in value.items()}
    if isinstance(value, Conversion):
        return [value.format, value.long_side, value.quality, value.bit_rate]
    return value


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
