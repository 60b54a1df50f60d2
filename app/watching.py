"""The window's watch over folders: looks into each again and again, and hands over what has come.

A look never runs in the window's thread. It has a lane of its own, for a disk that has gone to sleep or a slow network
must not hold up the catalog. What a look has found is looked up in the catalog (copies that were made here are none to
take), and goes to the page that protects or checks it. When that is done, the file is written down; what was stopped
or has failed comes again at the next start, or when it has changed, unless its user took it off the list.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.i18n import counted
from app.jobs import Jobs
from app.session import Session
from app.watched import Watched, WatchedFolders
from core.errors import WriteError
from core.presets import Preset
from core.progress import Progress

if TYPE_CHECKING:
    from app.arrivals import Arrivals
    from app.watched import DoneFiles
    from core.scan.journal import FileState

INTERVAL = 10_000  # milliseconds between two looks
_REST = 9  # times as long as a look takes lie between two at least: the largest folders cost a tenth of the time
_log = logging.getLogger(__name__)


class Standing(Enum):
    """How far a file is that was taken."""

    GOING = "going"  # it waits, for its turn or an answer, or is worked on
    STOPPED = "stopped"  # it was cancelled or failed, and is on the list still
    DONE = "done"


class Taker(Protocol):
    """A page that takes what has come."""

    def take_watched(self, files: list[tuple[Path, str]], wanted: Preset | None) -> Mapping[Path, Sequence[Any]]:
        """Begin to work on files with the icons of their kinds, and return the rows of each."""

    def standing(self, rows: Sequence[Any]) -> Standing:
        """Return how far a file is, by its rows."""


class _Look(NamedTuple):
    """What a look into a folder has found (None: it was not there), and the seconds that it took."""

    arrivals: Arrivals
    fresh: list[FileState] | None
    took: float


class _Taken(NamedTuple):
    """A file that a page works on."""

    state: FileState
    taker: Taker
    rows: Sequence[Any]

    def standing(self) -> Standing:
        return self.taker.standing(self.rows)

    def content(self) -> int | None:
        """Return with which content it is not to be taken again; None: with any."""
        return None if self.standing() is Standing.GOING else self.state.content


class Watching(QObject):
    """The watched folders, looked into from `begin` to `end`. `changed` tells of another list, or of how it stands."""

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs, show_error: Callable[[Exception], object]) -> None:
        super().__init__(jobs)
        self._session, self._jobs, self._show_error = session, jobs, show_error
        self.folders = WatchedFolders(session.folder)
        self.rules: tuple[Watched, ...] = ()
        self._arrivals: dict[str, Arrivals] = {}  # all these by the ids of rules
        self._done: dict[str, DoneFiles] = {}
        self._gone: set[str] = set()
        self._taken: dict[tuple[str, int], _Taken] = {}  # by rule and name
        self._takers: tuple[Taker, Taker] | None = None
        self._looking = False
        self._interval, self._took = INTERVAL, 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    # -- what others ask ---------------------------------------------------------------------------------------

    def begin(self, protects: Taker, checks: Taker) -> None:
        """Watch from now on; the pages take what comes."""
        self._takers = protects, checks
        self._load()

    def end(self) -> None:
        """Watch no more, and write down what is done."""
        self._timer.stop()
        self._settle()
        self._takers = None
        self._taken.clear()

    def look_every(self, milliseconds: int) -> None:
        """Look so often from now on."""
        self._interval = milliseconds

    def is_gone(self, rule: Watched) -> bool:
        """Return whether its folder was not there when it was last looked into."""
        return rule.on and rule.id in self._gone

    def replaced(self, rule: Watched) -> Watched | None:
        """Return the rule whose place another would take: that of the same folder, for the same job."""
        place = self.folders.like(rule).id
        return next((other for other in self.rules if other.id == place), None)

    def words(self) -> str:
        """Return how many folders are watched, for the line at the foot; empty where none is."""
        on = [rule for rule in self.rules if rule.on]
        if not on:
            return ""
        words = counted(len(on), "Watching {count} folder", "Watching {count} folders")
        gone = sum(self.is_gone(rule) for rule in on)
        if not gone:
            return words
        return (
            words + "  ·  " + counted(gone, "{count} is not there at the moment", "{count} are not there at the moment")
        )

    def add(self, rule: Watched, *, present: bool, then: Callable[[Watched, int], object]) -> None:
        """Watch a folder from now on, with the files that are there already or (not `present`) without.

        `then` gets the rule and how many files are left alone. A rule of the same folder for the same job goes.
        """
        rule = self.folders.like(rule)
        folders, data = self.folders, self._session.folder

        def ready(progress: Progress) -> list[tuple[DoneFiles, int]]:
            from app.arrivals import Arrivals
            from app.watched import DoneFiles

            left, done = 0, DoneFiles(folders.ledger(rule))
            arrivals = Arrivals(rule, done, data)
            if present:
                arrivals.require()
                done.clear()
            else:
                left = arrivals.leave_present(progress)
            folders.keep(rule)
            return [(done, left)]

        def kept(result: tuple[DoneFiles, int]) -> None:
            done, left = result
            self._done[rule.id] = done
            self._load()
            then(rule, left)

        self._jobs.start(ready, lane="looks", on_result=kept, on_error=self._show_error)

    def switch(self, rule: Watched, *, on: bool) -> None:
        """Go on with a folder, or leave it alone for a while. SettingsError, WriteError: it stays as it was."""
        self.folders.keep(dataclasses.replace(rule, on=on))
        self._load()

    def remove(self, rule: Watched) -> None:
        """Watch a folder no more; what was taken goes on. SettingsError, WriteError: it is watched still."""
        self.folders.remove(rule)
        self._load()

    # -- looking -----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Go by the rules as they are now."""
        self._settle()
        self.rules = self.folders.all()
        now = {rule.id: rule for rule in self.rules}
        self._arrivals = {name: each for name, each in self._arrivals.items() if now.get(name) == each.rule}
        self._done = {name: each for name, each in self._done.items() if name in now}
        self._taken = {key: taken for key, taken in self._taken.items() if key[0] in now}
        self._gone &= set(now)
        self.changed.emit()
        self._soon()

    def _soon(self) -> None:
        """Look again after a while, where anything is watched."""
        if self._takers is not None and not self._looking and any(rule.on for rule in self.rules):
            self._timer.start(max(self._interval, round(1000 * _REST * self._took)))

    def _look(self) -> None:
        self._settle()
        rules = [rule for rule in self.rules if rule.on]
        taken: dict[str, dict[int, int | None]] = {rule.id: {} for rule in self.rules}
        for (watched, name), each in self._taken.items():
            taken[watched][name] = each.content()
        arrivals, ledgers = dict(self._arrivals), dict(self._done)
        folders, data = self.folders, self._session.folder

        def look(progress: Progress) -> list[list[_Look]]:
            from app.arrivals import Arrivals
            from app.watched import DoneFiles

            looks = []
            for rule in rules:
                known = arrivals.get(rule.id)
                if known is None:
                    known = Arrivals(rule, ledgers.get(rule.id) or DoneFiles(folders.ledger(rule)), data)
                known.taken = taken[rule.id]
                began = time.monotonic()
                looks.append(_Look(known, known.look(progress), time.monotonic() - began))
            return [looks]

        self._looking = True
        found: list[_Look] = []
        job = self._jobs.start(look, lane="looks", on_result=found.extend, on_error=self._show_error)
        job.ended.connect(lambda: self._looked(found))

    def _looked(self, found: list[_Look]) -> None:
        before = set(self._gone)
        fresh = []
        self._took = sum(look.took for look in found)
        for arrivals, states, _ in found:
            rule = arrivals.rule
            if rule not in self.rules or self._takers is None:  # it was changed or removed meanwhile
                continue
            self._arrivals[rule.id], self._done[rule.id] = arrivals, arrivals.done
            (self._gone.add if states is None else self._gone.discard)(rule.id)
            if states:
                fresh.append((arrivals, states))
        if self._gone != before:
            self.changed.emit()
        if not fresh:
            self._looking = False
            self._soon()
            return
        session = self._session
        known: list[tuple[set[str], dict[str, str]]] = []
        job = self._jobs.call(
            lambda: _known(session, [state.path for _, states in fresh for state in states]),
            known.append,
            self._show_error,
        )
        job.ended.connect(lambda: self._hand_over(fresh, known))

    def _hand_over(
        self,
        fresh: list[tuple[Arrivals, list[FileState]]],
        known: list[tuple[set[str], dict[str, str]]],
    ) -> None:
        self._looking = False
        for copies, icons in known:
            for arrivals, states in fresh:
                rule = arrivals.rule
                if rule not in self.rules or self._takers is None:
                    continue
                self._note(rule.id, [state for state in states if state.path in copies])
                new = [state for state in states if state.path not in copies]
                if new:
                    protects, checks = self._takers
                    taker = checks if rule.wanted is None else protects
                    rows = taker.take_watched([(Path(s.path), icons[s.path]) for s in new], rule.wanted)
                    self._taken |= {(rule.id, s.name): _Taken(s, taker, rows[Path(s.path)]) for s in new}
        self._soon()

    def _settle(self) -> None:
        """Write down the files that nothing is to be done for any more."""
        done: dict[str, list[FileState]] = {}
        for (rule, name), taken in list(self._taken.items()):
            if taken.standing() is Standing.DONE:
                done.setdefault(rule, []).append(taken.state)
                del self._taken[rule, name]
        for rule, states in done.items():
            self._note(rule, states)

    def _note(self, rule: str, states: Sequence[FileState]) -> None:
        try:
            self._done[rule].add(states)
        except WriteError as error:  # it costs a question at the next start
            _log.warning("What was taken from a watched folder could not be written down: %s", error)


def _known(session: Session, paths: Sequence[str]) -> tuple[set[str], dict[str, str]]:
    """Return which files are copies that were made here, and the icons of all."""
    from app.desk import icon_of

    real = {path: str(Path(path).resolve()) for path in paths}
    made = session.catalog.copies_at((*real, *real.values()))
    copies = {path for path in paths if path in made or real[path] in made}
    return copies, {path: icon_of(Path(path)) for path in paths}
