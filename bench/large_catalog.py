"""Makes a large catalog out of nothing: the same rows each time, written straight into its tables."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.catalog import search
from core.catalog.store import FILE_NAME, Catalog
from core.catalog.text import folded
from core.model import SERIALS

KEY = "00112233445566ff"
START = datetime(2024, 1, 1, tzinfo=UTC)
_WORDS = (
    *("portrait", "harbour", "winter", "market", "demo", "reel", "trailer", "advert", "poem", "session", "studio"),
    *("garden", "mountain", "letter", "bridge", "night", "morning", "choir", "violin", "sketch", "cover", "poster"),
)


def make(folder: Path, *, works: int, copies: int, recipients: int = 2000, seed: int = 20261127) -> Path:
    """Return the file of a new catalog with so many works and copies of one key, all else in proportion."""
    with Catalog(folder) as catalog:
        catalog.name_creator(KEY, "Ada Lovelace")
    rng = random.Random(seed)
    path = folder / FILE_NAME
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute("DROP TRIGGER serials_counted")
    names = [f"{word.title()} {place} {number}" for number, word, place in _combined(rng, recipients)]
    connection.executemany(
        "INSERT INTO recipients (id, name, folded, created, email) VALUES (?, ?, ?, ?, ?)",
        ((n, name, folded(name), _moment(0), f"desk{n}@example.com") for n, name in enumerate(names, 1)),
    )
    connection.executemany(
        "INSERT INTO works (id, title, kind, path, sha256, created, width, height, folded, creator)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        _works(rng, works),
    )
    serials = rng.sample(range(SERIALS), copies)
    connection.executemany("INSERT INTO serials VALUES (?, ?, ?)", ((KEY, s, _moment(0)) for s in sorted(serials)))
    connection.execute("UPDATE keys SET issued = ? WHERE id = ?", (copies, KEY))
    connection.executemany(
        "INSERT INTO copies (id, work, recipient, key, serial, path, sha256, created, strength, parameters, quality)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'standard', 4, ?)",
        _copies(rng, works, recipients, serials),
    )
    connection.execute(
        "INSERT INTO operations (id, moment, who, what) VALUES (2, ?, 'ada', 'protected')", (_moment(0),)
    )
    connection.executemany(
        "INSERT INTO changes (operation, thing, item) VALUES (2, 'copies', ?)", ((n,) for n in range(1, copies + 1))
    )
    _agreements(connection, rng, works, recipients)
    connection.execute(
        "CREATE TRIGGER serials_counted AFTER INSERT ON serials BEGIN"
        " INSERT OR IGNORE INTO keys (id, created) VALUES (NEW.key, NEW.issued);"
        " UPDATE keys SET issued = issued + 1 WHERE id = NEW.key; END"
    )
    connection.execute("COMMIT")
    search.rebuild(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def _combined(rng: random.Random, count: int) -> Iterator[tuple[int, str, str]]:
    places = ("Studio", "Gallery", "Agency", "Radio", "Press", "Films")
    for number in range(1, count + 1):
        yield number, rng.choice(_WORDS), rng.choice(places)


def _works(rng: random.Random, count: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, count + 1):
        title = f"{rng.choice(_WORDS)} {rng.choice(_WORDS)} {number}"
        path = f"/masters/{2024 + number % 3}/{rng.choice(_WORDS)}/{title}.tif"
        kind = "image" if number % 2 else "audio"
        yield (
            *(number, title, kind, path, f"{number:064x}", _moment(number / count), 3000, 2000),
            folded(f"{title}\n{path}"),
        )


def _copies(rng: random.Random, works: int, recipients: int, serials: list[int]) -> Iterator[tuple[object, ...]]:
    quality = json.dumps({"psnr": 43.5, "ssim": 0.992})
    for number, serial in enumerate(serials, 1):
        # A tenth of the works was never copied, and a few recipients get most copies.
        work = rng.randrange(works * 9 // 10) + 1
        recipient = min(int(rng.expovariate(8 / recipients)) + 1, recipients)
        path = f"/copies/{number % 400}/copy {number}.tif"
        yield (
            *(number, work, recipient, KEY, serial, path, f"{number:064x}"),
            *(_moment(number / len(serials)), quality),
        )


def _agreements(connection: sqlite3.Connection, rng: random.Random, works: int, recipients: int) -> None:
    count = max(works // 20, 1)
    for number in range(1, count + 1):
        starts = (START + timedelta(days=rng.randrange(1000))).date()
        connection.execute(
            "INSERT INTO consents (id, title, type, series, performer, signed, starts, ends, created)"
            " VALUES (?, ?, 'licence', ?, 'Ada Lovelace', ?, ?, ?, ?)",
            (
                *(number, f"Licence {number} for {rng.choice(_WORDS)}", number, starts.isoformat()),
                *(starts.isoformat(), (starts + timedelta(days=365)).isoformat(), _moment(number / count)),
            ),
        )
        connection.execute("INSERT INTO consent_works VALUES (?, ?)", (number, rng.randrange(works) + 1))
        connection.execute("INSERT INTO consent_recipients VALUES (?, ?)", (number, rng.randrange(recipients) + 1))
    connection.executemany(
        "INSERT INTO cases (id, title, status, found_where, created) VALUES (?, ?, ?, ?, ?)",
        (
            (n, f"Case {n}", rng.choice(("open", "waiting", "closed")), f"https://example.com/{n}", _moment(n / count))
            for n in range(1, count // 10 + 2)
        ),
    )


def _moment(share: float) -> str:
    return (START + timedelta(seconds=int(share * 1060 * 86400))).isoformat(timespec="seconds")
