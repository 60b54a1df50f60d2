"""How quick a catalog of 100,000 works and a million copies is: opening, lists, searches, serials, changes, backup."""

from __future__ import annotations

import hashlib
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import large_catalog
from core.catalog.export import drill
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Case, CaseStatus, Consent, Copy, Kind, Strength, Work

WORKS, COPIES = 100_000, 1_000_000
RUNS = 5
KEY = large_catalog.KEY


def rows(scratch: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row for each thing that is done, in milliseconds: first time, best of further ones, CPU time."""
    works, copies = (WORKS // 20, COPIES // 20) if quick else (WORKS, COPIES)
    folder = scratch / "home"
    shutil.rmtree(scratch, ignore_errors=True)
    started = time.perf_counter()
    path = large_catalog.make(folder, works=works, copies=copies)
    made = time.perf_counter() - started
    yield {"case": "size", "works": works, "copies": copies, "megabytes": path.stat().st_size / 1e6, "making": made}
    for name, job in _opening(folder):
        if only in name:
            yield _timed(name, job)
    with Catalog(folder) as catalog:
        for name, job in (*_looking(catalog), *_changing(catalog, scratch)):
            if only in name:
                yield _timed(name, job)
        for name, job in _keeping(catalog):
            if only in name:
                yield _timed(name, job, further=0)
    shutil.rmtree(scratch, ignore_errors=True)


Job = Callable[[], Any]


def _opening(folder: Path) -> Iterator[tuple[str, Job]]:
    def opening() -> None:
        Catalog(folder).close()

    def serials() -> int:
        with Catalog(folder) as catalog:
            return int(catalog.serials(KEY).size)

    def references() -> int:
        with Catalog(folder) as catalog:
            return len(catalog.references(Kind.IMAGE))

    yield "opening", opening
    yield "opening, and all serials of the key for a check", serials
    yield "opening, and the sizes of all pictures for a check", references


def _looking(catalog: Catalog) -> Iterator[tuple[str, Job]]:
    middle = catalog.page(Work, Query(sort="title"), limit=1, after=("m", 0)).next
    today = (large_catalog.START + timedelta(days=700)).date().isoformat()
    year = Query(recipient=1, since="2026-01-01", until="2026-12-31")
    yield "all serials of the key, again", lambda: catalog.serials(KEY).size
    yield "page of works, newest first", lambda: len(catalog.page(Work).items)
    yield (
        "page of works by title, from the middle",
        lambda: len(catalog.page(Work, Query(sort="title"), after=middle).items),
    )
    yield "page of copies, newest first", lambda: len(catalog.page(Copy).items)
    yield "number of copies", lambda: catalog.count(Copy)
    yield "copies sent to one recipient in 2026", lambda: len(catalog.page(Copy, year).items)
    yield "copies of one work", lambda: len(catalog.page(Copy, Query(work=77)).items)
    yield "copies of one creator's key", lambda: len(catalog.page(Copy, Query(creator=1)).items)
    yield "works never copied", lambda: len(catalog.page(Work, Query(copied=False)).items)
    yield "works never copied, by title", lambda: len(catalog.page(Work, Query(copied=False, sort="title")).items)
    yield "works of one creator", lambda: len(catalog.page(Work, Query(creator=1)).items)
    for text in ("harbour", "77123", "harbour winter", "tif", "agency choir 2025", "zebra", "ab"):
        yield f"search works for “{text}”", lambda text=text: len(catalog.page(Work, Query(text=text)).items)
    for text in ("harbour", "77123", "agency choir 2025"):
        yield f"search copies for “{text}”", lambda text=text: len(catalog.page(Copy, Query(text=text)).items)
    ending = Query(ends_within=30, today=today, sort="ends")
    yield "licences that end within 30 days", lambda: len(catalog.page(Consent, ending).items)
    yield "copies that a licence covers", lambda: len(catalog.page(Copy, Query(licensed=True, today=today)).items)
    yield "open cases", lambda: len(catalog.page(Case, Query(status=CaseStatus.OPEN)).items)
    serials = catalog.serials(KEY)
    serial = int(serials[serials.size // 2])
    yield "whose copy a serial is", lambda: catalog.copy_by_serial(KEY, serial) is not None
    copy = catalog.copy_by_serial(KEY, serial)
    assert copy is not None
    yield "what was agreed about a copy", lambda: len(catalog.agreements_of(copy))


def _changing(catalog: Catalog, scratch: Path) -> Iterator[tuple[str, Job]]:
    days = iter(range(10_000))
    numbers = [work.id for work in catalog.page(Work, limit=1000).items]
    yield "adding a copy, from its serial to its row", lambda: _copy(catalog, scratch / "copy.bin", next(days))
    yield "editing a work", lambda: catalog.edit(Work, numbers[:1], note=f"note {next(days)}")
    yield "tagging 1,000 works", lambda: catalog.tag(Work, numbers, add=[f"tag {next(days)}"])
    yield "undoing that", catalog.undo


def _keeping(catalog: Catalog) -> Iterator[tuple[str, Job]]:
    made: list[Path] = []

    def backing_up() -> float:
        made.append(catalog.back_up().path)
        return made[0].stat().st_size / 1e6

    yield "backup, read back", backing_up
    yield "restoring a backup for trial", lambda: len(drill(made[0], catalog.path).problems)
    yield "looking whether all is in order", lambda: len(catalog.problems())


def _copy(catalog: Catalog, final: Path, number: int) -> int:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    final.write_bytes(b"copy")
    work = Work(0, f"new work {number}", Kind.IMAGE, f"/masters/{number}.tif", digest, f"{date.today()}T00:00:00+00:00")
    with catalog.at_work() as owner:
        intent = catalog.reserve(
            owner=owner,
            key=KEY,
            work=work,
            recipient="Studio A",
            strength=Strength.STANDARD,
            temporary=final.with_name(".x.countermark-part"),
            final=final,
        )
        intent = catalog.note_written(intent, final=final, sha256=digest, parameters=1, quality={"psnr": 42.0})
        return catalog.complete(intent).id


def _timed(name: str, job: Job, *, further: int = RUNS) -> dict[str, Any]:
    walls, works = [], []
    result: Any = None
    for _ in range(1 + further):
        wall, work = time.perf_counter(), time.process_time()
        result = job()
        walls.append(1000 * (time.perf_counter() - wall))
        works.append(1000 * (time.process_time() - work))
    return {
        "case": name,
        "first": walls[0],
        "again": min(walls[1:]) if further else None,
        "cpu": statistics.median(works[1:] or works),
        "result": result if isinstance(result, int | float) else None,
    }
