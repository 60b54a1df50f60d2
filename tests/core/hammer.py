"""Work on a catalog with all one's might for so many seconds, beside others: a program for test_hammer.py.

    python -m tests.core.hammer FOLDER SECONDS NAME

Adds, edits, tags, bins, undoes, issues serials, makes copies, searches, backs up and opens anew, in an order drawn by
the name. Anything that is not in order ends it with an error. Prints one line of JSON: its recipients, its serials and
the counts of what it did.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from pathlib import Path

from core.catalog import copies
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CatalogError
from core.model import Consent, Copy, Kind, Recipient, Strength, Work

KEY = "00112233445566ff"
# What another's undo between two of one's own steps may bring: said clearly, and nothing was changed.
EXPECTED = ("nothing to undo", "nothing to redo", "changed since by something")


def main() -> None:
    folder, seconds, name = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    rng = random.Random(name)
    done: dict[str, int] = {}
    mine: list[str] = []
    serials: list[int] = []
    end = time.monotonic() + seconds
    round_ = 0
    while time.monotonic() < end:
        with Catalog(folder, who=name) as catalog:
            for _ in range(40):
                round_ += 1
                kind = rng.choice(("add", "add", "edit", "tag", "bin", "undo", "serial", "copy", "search", "search"))
                kind = "backup" if rng.random() < 0.01 else kind
                try:
                    _do(catalog, kind, rng, name, round_, mine, serials)
                except CatalogError as error:
                    if not any(text in str(error) for text in EXPECTED):
                        raise
                    kind = f"{kind} refused"
                done[kind] = done.get(kind, 0) + 1
    print(json.dumps({"recipients": mine, "serials": serials, "done": done}))


def _do(
    catalog: Catalog, kind: str, rng: random.Random, name: str, number: int, mine: list[str], serials: list[int]
) -> None:
    if kind == "add":
        mine.append(catalog.add(Recipient(0, f"{name} {number}", note="made by hammering")).name)
        catalog.add(Consent(0, f"Consent {number} of {name}"))
    elif kind in ("edit", "tag", "bin"):
        found = catalog.page(Recipient, Query(text=name), limit=5).items
        numbers = [item.id for item in found]
        if kind == "edit":
            catalog.edit(Recipient, numbers, note=f"edited in round {number}")
        elif kind == "tag":
            catalog.tag(Recipient, numbers, add=[rng.choice("abc")], remove=["c"])
        else:
            catalog.bin(Recipient, numbers[:1])
            catalog.restore(Recipient, numbers[:1])
    elif kind == "undo":
        catalog.undo()
        catalog.redo()
    elif kind == "serial":
        with catalog._database.changing() as connection:
            serials.append(copies.issue(connection, KEY))
    elif kind == "copy":
        serials.append(_copy(catalog, name, number).serial)
    elif kind == "search":
        catalog.works(name)
        catalog.count(Copy, Query(text="hammer"))
        catalog.serials(KEY)
    else:
        catalog.back_up()


def _copy(catalog: Catalog, name: str, number: int) -> Copy:
    folder = catalog.folder.parent / f"copies of {name}"
    folder.mkdir(exist_ok=True)
    final = folder / f"{number}.bin"
    digest = hashlib.sha256(f"{name} {number % 20}".encode()).hexdigest()
    work = Work(0, f"{name} {number % 20}", Kind.IMAGE, f"/masters/{name}", digest, "2026-01-01T00:00:00+00:00")
    with catalog.at_work() as owner:
        intent = catalog.reserve(
            owner=owner,
            key=KEY,
            work=work,
            recipient=f"Hammer {number % 7}",
            strength=Strength.STANDARD,
            temporary=folder / ".x.countermark-part",
            final=final,
        )
        final.write_bytes(b"copy")
        intent = catalog.note_written(
            intent, final=final, sha256=hashlib.sha256(b"copy").hexdigest(), parameters=1, quality={}
        )
        return catalog.complete(intent)


if __name__ == "__main__":
    main()
