"""Many files, checked or protected by many processes, with one result each, whatever cuts the scan off.

The journal says what was done. One thread alone, the scan's own, writes there, into the catalog and the files of
results; a few threads each have one process work on one file at a time. Of a check the journal gets the result first,
then the catalog, then the journal again: what was cut off in between is looked up in the catalog by the next start.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import CancelledError
from core.model import Checked, Protected
from core.progress import Progress, silent
from core.scan.journal import FileState, Journal
from core.scan.ledger import TROUBLE
from core.scan.plan import Count, Pace, duration, files_in
from core.scan.sheets import Sheet, json_lines, require_own, table
from core.scan.watch import stable
from core.scan.work import Done, Work

ATTEMPTS = 2  # at a file that cannot be read, or protected: disks and networks have bad moments
INTERVAL = 10.0  # seconds between two looks into folders that are watched
_TOGETHER = 32  # results that are stored at once
_AHEAD = 8  # files that lie ready for the threads, beside two for each
_TICK = 0.1  # seconds
_SKIPPED = 200  # files that were done before, between two reports

Wanted = Iterator[tuple[FileState, int] | None]  # a file and the attempts at it so far; None: nothing at the moment


@dataclass(frozen=True, slots=True)
class Scanned:
    """One file's result in plain values, as it stands in the files of results, and as the job returned it."""

    result: dict[str, Any]
    whole: Checked | Protected | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a thread has finished: the file, the attempts before, its number in the journal, what became of it."""

    state: FileState
    attempts: int
    number: int | None
    done: Done | BaseException


class Scan:
    """A scan with its journal, to be used as a context.

    `totals` counts the files by their verdict or status, those of earlier runs included.
    """

    def __init__(
        self,
        work: Work,
        places: Sequence[Path],
        *,
        journal: Path,
        results: Path | None = None,
        sheet: Path | None = None,
        jobs: int = 0,
        retry: bool = False,
        afresh: bool = False,
    ) -> None:
        """Open or make the journal, and the files of results: `results` as JSON Lines, `sheet` as a table (CSV).

        `places` are files and folders; `jobs` is how many files are worked on at a time (0: as many as is sensible).
        With `retry` files that had no success are tried again; with `afresh` everything is forgotten first.
        RefusedError where the journal is that of another scan or a file of results is not ours, CatalogError where the
        scan is running already, WriteError where a disk refuses.
        """
        self.work, self.places = work, [place.absolute() for place in places]
        self._sheets: list[Sheet] = []
        self._recovered: list[dict[str, Any]] = []  # results of what was at work when the scan ended last
        self._changed = False  # whether a file got another result in the place of an older one
        self._stop = threading.Event()
        self._at_work: set[int] = set()
        self._met = self._finished = 0
        self._count: Count | None = None
        self._progress: Progress = silent
        self._pace = Pace()
        checks = work.job()["what"] == "check"
        self.journal = Journal(journal, work.job(), afresh=afresh)
        try:
            self._jobs = work.start(jobs, self.places)
            self._settle()
            if retry:
                self._forget_failures()
            for path, make in ((results, json_lines), (sheet, table)):
                if path is not None:
                    path = path.absolute()
                    require_own(path, self.journal.sheets)
                    if str(path) not in self.journal.sheets:
                        self.journal.add_sheet(path)
                    self._sheets.append(make(path, self.journal.results(), checks=checks))
        except BaseException:
            self.close()
            raise

    @property
    def totals(self) -> dict[str, int]:
        """How many files have which verdict or status."""
        return {word: number for word, number in self.journal.ledger.totals.items() if number}

    def over(self, progress: Progress = silent) -> Iterator[Scanned]:
        """Yield the result of each file of the places that has none yet, as it is finished.

        What failed is tried once more at the end. CancelledError out of `progress`: what is done stays done, and the
        same scan goes on from there. ClusterError where a cluster is gone, CatalogError, WriteError.
        """
        self._count = Count(files_in(self.places, self.work.passed_over))
        try:
            yield from self._told()
            yield from self._worked(self._new(), progress)
            yield from self._worked(self.journal.unsuccessful(), progress)
        finally:
            self._count.stop()

    def watching(self, progress: Progress = silent, *, interval: float = INTERVAL) -> Iterator[Scanned]:
        """Yield the results of files that come into the places, until `progress` raises: those there already first.

        A file is taken when its size and time stayed the same for `interval` seconds.
        """
        files = stable(lambda: files_in(self.places, self.work.passed_over), self._attempts, interval=interval)
        yield from self._told()
        yield from self._worked(files, progress)

    def close(self) -> None:
        """End all processes, and put the files of results right where a file has changed meanwhile."""
        try:
            self.work.end()
            self._settle()
            if self._changed:
                for sheet in self._sheets:
                    sheet.write(self.journal.results())
        finally:
            for sheet in self._sheets:
                sheet.close()
            self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- which files --------------------------------------------------------------------------------------------

    def _attempts(self, state: FileState) -> int | None:
        """Return how many attempts at a file failed so far; None where there is nothing to do for it."""
        if state.name in self._at_work or self.journal.is_output(state.path):
            return None
        entry = self.journal.ledger.get(state.name)
        if entry is None or entry.content != state.content:
            return 0
        return None if entry.done else entry.number

    def _new(self) -> Wanted:
        """Yield the files of the places that have no result and were not tried."""
        for path in files_in(self.places, self.work.passed_over):
            state = FileState.of(path)
            if self._attempts(state) == 0:
                yield state, 0
                continue
            entry = self.journal.ledger.get(state.name)
            self._met += entry is None or entry.done
            if self._met % _SKIPPED == 0:
                self._report()

    def _settle(self) -> None:
        """Find out what became of what was at work when the scan ended."""
        for begun in list(self.journal.begun.values()):
            result = self.work.recovered(begun)
            if result is None:
                self.journal.drop([begun.number])
            else:
                self.journal.keep([(begun.number, result)])
                self._recovered.append(result)
                for sheet in self._sheets:
                    sheet.add([result])

    def _told(self) -> Iterator[Scanned]:
        """Yield what was finished when nobody could tell it any more."""
        while self._recovered:
            yield Scanned(self._recovered.pop(0))

    def _forget_failures(self) -> None:
        """Let the files that had no success be done again."""
        failed = (one for one in self.journal.results() if one.get("verdict", one.get("status")) in TROUBLE)
        while some := [str(one.get("file") or one.get("source")) for one in islice(failed, 1000)]:
            self.journal.again(some)

    # -- the work -----------------------------------------------------------------------------------------------

    def _worked(self, wanted: Wanted, progress: Progress) -> Iterator[Scanned]:
        self._progress = progress
        ready: queue.SimpleQueue[_Ready] = queue.SimpleQueue()
        threads = ThreadPoolExecutor(self._jobs, thread_name_prefix="countermark-scan")
        try:
            more = True
            while more or self._at_work:
                idle = False
                while more and not idle and len(self._at_work) < 2 * self._jobs + _AHEAD:
                    file = next(wanted, ())
                    more, idle = file != (), file is None
                    if file:
                        self._put(file[0], file[1], threads, ready)
                yield from self._stored(_taken(ready, _TICK, min(_TOGETHER, len(self._at_work) or 1)))
                self._report()
        finally:
            self._stop.set()
            threads.shutdown(wait=True, cancel_futures=True)
            with contextlib.suppress(BaseException):  # what was finished meanwhile; the reason for the end counts
                for _ in self._stored(_taken(ready, 0.0, _TOGETHER * 1000)):
                    pass
            self._stop.clear()
            self._at_work.clear()

    def _put(
        self, state: FileState, attempts: int, threads: ThreadPoolExecutor, ready: queue.SimpleQueue[_Ready]
    ) -> None:
        """Have a thread see to a file."""
        entry = self.journal.ledger.get(state.name)
        if state.name in self._at_work or (attempts and (entry is None or entry.content != state.content)):
            return
        if entry is not None and entry.content != state.content:
            self._changed |= entry.done
            self.journal.again([state.path])
        number = self.journal.begin([(state, None)])[0] if self.work.begun_first else None
        self._at_work.add(state.name)
        threads.submit(self._one, state, attempts, number, ready)

    def _one(self, state: FileState, attempts: int, number: int | None, ready: queue.SimpleQueue[_Ready]) -> None:
        done: Done | BaseException
        try:
            self._beat()
            done = self.work.done(state, self._beat)
        except BaseException as error:  # noqa: BLE001 - the scan's own thread raises it
            done = error
        ready.put(_Ready(state, attempts, number, done))

    def _beat(self) -> None:
        if self._stop.is_set():
            raise CancelledError

    def _stored(self, ready: Sequence[_Ready]) -> Iterator[Scanned]:
        """Store what is finished, journal and catalog in step, and yield it. Raises what a thread could not handle."""
        final: list[tuple[_Ready, Done]] = []
        failed: list[_Ready] = []
        troubles: list[BaseException] = []
        for one in ready:
            self._at_work.discard(one.state.name)
            if isinstance(one.done, BaseException):
                troubles.append(one.done)
            elif one.done.failed and one.attempts + 1 < ATTEMPTS:
                failed.append(one)
            else:
                final.append((one, one.done))
        self.journal.fail((one.state, one.attempts + 1) for one in failed)
        self.journal.drop(one.number for one in failed if one.number is not None)
        results = self._kept(final)
        for sheet in self._sheets:
            sheet.add(results)
        self._met += len(results)
        self._finished += len(results)
        for (_, done), result in zip(final, results, strict=True):
            yield Scanned(result, done.whole)
        for trouble in troubles:
            raise trouble

    def _kept(self, final: Sequence[tuple[_Ready, Done]]) -> list[dict[str, Any]]:
        """Return the results of files that are done, now in the journal and in the catalog."""
        if not final:
            return []
        if self.work.begun_first:
            results = self.work.stored([done for _, done in final])
            self.journal.keep((one.number or 0, result) for (one, _), result in zip(final, results, strict=True))
            return results
        numbers = self.journal.begin((one.state, done.result) for one, done in final)
        results = self.work.stored([done for _, done in final])
        self.journal.keep(
            (number, None if result == done.result else result)
            for number, (_, done), result in zip(numbers, final, results, strict=True)
        )
        return results

    def _report(self) -> None:
        """Say how far the scan is. CancelledError where its user has stopped it."""
        total = None if self._count is None else self._count.number
        if total is None:
            self._progress(0.0, f"{self._met:,} files")
            return
        left = self._pace.left(self._finished, max(total - self._met, 0))
        text = f"{self._met:,} of {total:,} files"
        share = min(self._met / total, 1.0) if total else 1.0
        self._progress(share, text if left is None else f"{text}, {duration(left)} left")


def default_journal(folder: Path, work: Work, places: Sequence[Path]) -> Path:
    """Return where a data folder keeps the journal of a scan: the same for the same work on the same places."""
    said = json.dumps([work.job(), *(str(place.absolute()) for place in places)], sort_keys=True)
    return folder / "scans" / f"{work.job()['what']}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.jsonl"


def _taken(ready: queue.SimpleQueue[_Ready], wait: float, most: int) -> list[_Ready]:
    """Return what is finished within a moment: stored together, it takes the disk one turn."""
    found: list[_Ready] = []
    end = time.monotonic() + wait
    while len(found) < most:
        try:
            found.append(ready.get(timeout=max(end - time.monotonic(), 0.0)))
        except queue.Empty:
            break
    return found
