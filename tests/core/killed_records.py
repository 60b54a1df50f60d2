"""Kill a process at chosen points of editing a catalog, backing it up or restoring it: a program for test_kill.py.

    python -m tests.core.killed_records FOLDER edits|restore TRIALS SEED

As in killed.py a warm process forks a child for each trial, which kills itself at its point: before or after a call
that can change a disk, or at a line of core/catalog. The points are drawn by the seed, half of them among the calls.
Afterwards the catalog must be in order and hold exactly what it held after some operation: the last one that was told
to be done, or the one after it as a whole. One line of JSON for each trial that left something wrong, then one with
the numbers of trials.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from core.catalog import export
from core.catalog.backup import backups
from core.catalog.store import FILE_NAME, Catalog
from core.errors import CatalogError
from core.model import AgreementType, Case, Consent, Document, Event, Payment, PaymentKind, Recipient, Terms, Work
from tests.core.killed import Points

STORED = Path(__file__).resolve().parents[1] / "data" / "catalog_version_2.sqlite3"
_PASSING = re.compile(  # what is other in each trial: moments, and what is named after them or hashes them
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00|catalog \d{4}-\d\d-\d\dT\d{6}Z|\"(record|sha256)\": \"[0-9a-f]{64}\""
)
State = list[tuple[str, list[tuple[object, ...]]]]


def _event(last: Event | None) -> Event:
    number = 1 if last is None else last.number + 1
    return Event(number, "2026-01-01", "edited", "{}", "" if last is None else last.hash, f"hash {number}")


OPERATIONS: tuple[Callable[[Catalog], object], ...] = (
    lambda c: c.add(Recipient(0, "Studio D", email="d@example.com", tags=("radio", "new"))),
    lambda c: c.add(Terms(0, "Portfolio", rights="All rights reserved.")),
    lambda c: c.edit(Work, [1, 2, 3], note="bulk", terms=1, tags=("a", "b")),
    lambda c: c.add(Consent(0, "Spot", AgreementType.LICENCE, works=(1, 2), copies=(1,), recipients=(1,))),
    lambda c: c.add(Payment(0, 1, PaymentKind.RESIDUAL, "12.50", "EUR", uses=2)),
    lambda c: c.edit(Consent, [1], signed="2026-01-01"),
    lambda c: c.revise(1),
    lambda c: c.add_document(Document(0, "signed.pdf", consent=1), b"%PDF" * 300),
    lambda c: c.tag(Work, [1, 2, 3], add=["late"], remove=["a"]),
    lambda c: c.undo(),
    lambda c: c.redo(),
    lambda c: c.append_event(_event),
    lambda c: c.back_up(),
    lambda c: c.add(Case(0, "Advert", checks=(1,), works=(1,))),
    lambda c: c.bin(Case, [1]),
    lambda c: c.bin(Recipient, [1, 2]),
    lambda c: c.empty_bin(),
    lambda c: c.append_event(_event),
    lambda c: c.edit(Recipient, [3], name="Renamed everywhere"),
    lambda c: c.edit_key("00112233445566ff", label="kept apart", retired="2026-05-05"),
)


def state(home: Path) -> State:
    """Return all rows that a catalog holds, what passes made equal."""
    with sqlite3.connect(home / FILE_NAME) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search!_%' ESCAPE '!'"
            )
        ]
        found = [
            (
                name,
                [
                    tuple(_PASSING.sub("T", value) if isinstance(value, str) else value for value in row)
                    for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2')
                ],
            )
            for name in sorted(names)
        ]
    connection.close()
    return found


class Edits:
    """A catalog of an older version that is opened, which migrates it, and edited in many ways."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        shutil.copyfile(STORED, self.home / FILE_NAME)

    def work(self, told: Callable[[], object], seen: list[State] | None = None) -> None:
        """Do all operations, telling after each that it is done."""
        with Catalog(self.home, who="ada") as catalog:
            told()
            for do in OPERATIONS:
                if seen is not None:
                    seen.append(state(self.home))
                do(catalog)
                told()
            if seen is not None:
                seen.append(state(self.home))

    def wrong(self, done: int, seen: list[State]) -> list[str]:
        """Return what is wrong after the process died when so many operations, the opening first, had been told."""
        found = []
        with Catalog(self.home, who="ada") as catalog:
            found += catalog.problems()
        now = state(self.home)
        allowed = seen[max(done - 1, 0) : done + 1]
        if now not in allowed:
            differing = [name for (name, rows), (_, other) in zip(now, allowed[-1], strict=True) if rows != other]
            found.append(f"after {done} operations the catalog is neither before nor after the next: {differing}")
        for backup in backups(self.home):
            with sqlite3.connect(backup.path) as connection:
                if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                    found.append("a backup is damaged")
            connection.close()
        for version in self.home.glob("catalog version 2*.sqlite3"):
            with sqlite3.connect(version) as connection:
                if connection.execute("SELECT count(*) FROM copies").fetchone()[0] != 4:
                    found.append("the copy of the old version is not whole")
            connection.close()
        return found


class Restore:
    """A data folder whose catalog is replaced by that of an export."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.archive = folder / "other.zip"
        with Catalog(folder / "other") as catalog:
            catalog.add(Recipient(0, "Restored"))
        export.export(folder / "other", self.archive)
        with Catalog(self.home) as catalog:
            catalog.add(Recipient(0, "Present"))

    def work(self, told: Callable[[], object], seen: list[State] | None = None) -> None:
        """Restore the export."""
        export.restore(self.archive, self.home)
        told()

    def wrong(self, done: int, seen: list[State]) -> list[str]:
        """Return what is wrong: one of the two catalogs is there, and the other is not lost."""
        found = []
        with Catalog(self.home) as catalog:
            found += catalog.problems()
            names = [recipient.name for recipient in catalog.recipients()]
        if names not in (["Present"], ["Restored"]) or (done and names != ["Restored"]):
            found.append(f"the catalog holds {names}")
        if names == ["Restored"]:
            aside = [path for path in self.home.glob("set aside*") if (path / FILE_NAME).exists()]
            kept = []
            for folder in aside:
                with sqlite3.connect(folder / FILE_NAME) as connection:
                    kept += connection.execute("SELECT name FROM recipients").fetchall()
                connection.close()
            if ("Present",) not in kept:
                found.append("the catalog that was there is lost")
        return found


def killed_at(trial: Edits | Restore, point: int) -> int | None:
    """Return how many operations a child told before it died at this point, or None where it reached its end."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of threads, which only idle here
        child = os.fork()
    if child == 0:
        try:
            Points(point).run(lambda: trial.work(lambda: os.write(writing, b".")))
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told = len(pipe.read())
    return told if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else None


def main() -> None:
    folder, kind = Path(sys.argv[1]), {"edits": Edits, "restore": Restore}[sys.argv[2]]
    count, seed = int(sys.argv[3]), int(sys.argv[4])
    kind(folder / "warming up").work(lambda: None)  # imports what is imported late
    seen: list[State] = []
    kind(folder / "states").work(lambda: None, seen)
    rehearsal = Points(None)
    trial = kind(folder / "rehearsal")
    rehearsal.run(lambda: trial.work(lambda: None))
    calls = [point for point, label in enumerate(rehearsal.labels) if label.startswith("c_")]
    lines = [point for point, label in enumerate(rehearsal.labels) if label.startswith("line ")]
    rng = random.Random(seed)
    chosen = [*rng.sample(calls, min(count // 2, len(calls))), *rng.sample(lines, min(count - count // 2, len(lines)))]
    for number, point in enumerate(chosen):
        trial = kind(folder / str(number))
        told = killed_at(trial, point)
        try:
            wrong = ["it was not killed"] if told is None else trial.wrong(told, seen)
        except CatalogError as error:
            wrong = [f"the catalog cannot be opened: {error}"]
        if wrong:
            print(json.dumps({"point": point, "label": rehearsal.labels[point], "wrong": wrong}), flush=True)
        shutil.rmtree(folder / str(number))
    print(json.dumps({"trials": len(chosen), "calls": len(calls), "lines": len(lines)}))


if __name__ == "__main__":
    main()
