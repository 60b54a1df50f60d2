"""Rows of works: the originals, their thumbnails, what detectors may use of them, and what finds them again."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from core.catalog.text import column_path, folded, path_column, plain
from core.model import Kind, Reference, Work

_COLUMNS = "w.id, w.title, w.kind, w.path, w.sha256, w.created, w.width, w.height, w.seconds, w.rate, w.channels"
_WITH = f"SELECT {_COLUMNS}, t.png FROM works w LEFT JOIN thumbnails t ON t.work = w.id"
_WITHOUT = f"SELECT {_COLUMNS}, NULL AS png FROM works w"
_ONE_WORD = """(instr(w.folded, ?) OR EXISTS (
    SELECT 1 FROM copies c JOIN recipients r ON r.id = c.recipient WHERE c.work = w.id AND instr(r.folded, ?)))"""


def find(connection: sqlite3.Connection, search: str, *, thumbnails: bool, limit: int | None) -> list[Work]:
    """Return the works, newest first, in which every word of `search` stands: in title, path or a recipient's name."""
    words = folded(search).split()
    where = f" WHERE {' AND '.join([_ONE_WORD] * len(words))}" if words else ""
    rows = connection.execute(
        f"{_WITH if thumbnails else _WITHOUT}{where} ORDER BY w.id DESC LIMIT ?",
        [*(word for word in words for _ in range(2)), -1 if limit is None else limit],
    )
    return [_work(row) for row in rows]


def by_id(connection: sqlite3.Connection, number: int) -> Work | None:
    """Return one work, or None."""
    row = connection.execute(f"{_WITH} WHERE w.id = ?", (number,)).fetchone()
    return _work(row) if row else None


def by_sha256(connection: sqlite3.Connection, sha256: str) -> Work | None:
    """Return the work whose file has this hash, or None."""
    row = connection.execute(f"{_WITH} WHERE w.sha256 = ?", (sha256,)).fetchone()
    return _work(row) if row else None


def remember(connection: sqlite3.Connection, work: Work) -> int:
    """Return the id of the work with this hash, made now where it is new; the path it was last seen at is kept."""
    row = connection.execute("SELECT id, title, path FROM works WHERE sha256 = ?", (work.sha256,)).fetchone()
    if row:
        if column_path(row["path"]) != work.path:
            connection.execute(
                "UPDATE works SET path = ?, folded = ? WHERE id = ?",
                (path_column(work.path), _folded(row["title"], work.path), row["id"]),
            )
        _remember_signal(connection, int(row["id"]), work)
        return int(row["id"])
    made = connection.execute(
        "INSERT INTO works (title, kind, path, sha256, created, width, height, seconds, rate, channels, folded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plain(work.title),
            work.kind.value,
            path_column(work.path),
            work.sha256,
            work.created,
            work.width,
            work.height,
            work.seconds,
            work.rate,
            work.channels,
            _folded(work.title, work.path),
        ),
    )
    number = int(made.lastrowid or 0)
    if work.thumbnail:
        connection.execute("INSERT INTO thumbnails (work, png) VALUES (?, ?)", (number, work.thumbnail))
    _remember_signal(connection, number, work)
    return number


def reference(connection: sqlite3.Connection, number: int) -> Reference | None:
    """Return what the catalog keeps of one work to help detection, its signal included, or None."""
    row = connection.execute(
        "SELECT w.*, s.signal FROM works w LEFT JOIN signals s ON s.work = w.id WHERE w.id = ?", (number,)
    ).fetchone()
    return replace(_reference(row), signal=row["signal"] or b"") if row else None


def has_signal(connection: sqlite3.Connection, sha256: str) -> bool:
    """Return whether signal and fingerprint of the work with this hash are kept."""
    row = connection.execute(
        "SELECT 1 FROM works w JOIN signals s ON s.work = w.id JOIN fingerprints f ON f.work = w.id WHERE sha256 = ?",
        (sha256,),
    ).fetchone()
    return row is not None


def fingerprints(
    connection: sqlite3.Connection, kind: Kind, *, after: int = 0, limit: int | None = None
) -> list[tuple[int, bytes]]:
    """Return number and fingerprint of the works of a kind with numbers above `after`, by number; `limit` at most."""
    rows = connection.execute(
        "SELECT work, fingerprint FROM fingerprints WHERE kind = ? AND work > ? ORDER BY work LIMIT ?",
        (kind.value, after, -1 if limit is None else limit),
    )
    return [(row["work"], row["fingerprint"]) for row in rows]


def fingerprint(connection: sqlite3.Connection, number: int) -> bytes:
    """Return the fingerprint of a work; empty where there is none."""
    row = connection.execute("SELECT fingerprint FROM fingerprints WHERE work = ?", (number,)).fetchone()
    return row["fingerprint"] if row else b""


def fingerprinted(connection: sqlite3.Connection, kind: Kind, upto: int | None = None) -> tuple[int, int]:
    """Return how many works of a kind, with numbers up to one, have a fingerprint, and the highest number of them."""
    row = connection.execute(
        "SELECT count(*), max(work) FROM fingerprints WHERE kind = ?1 AND (?2 IS NULL OR work <= ?2)",
        (kind.value, upto),
    ).fetchone()
    return row[0], row[1] or 0


def references(connection: sqlite3.Connection, kind: Kind | None) -> tuple[Reference, ...]:
    """Return what the catalog keeps of its works to help detection, all or of one kind."""
    rows = connection.execute(
        "SELECT id, kind, width, height, seconds, rate FROM works WHERE ?1 IS NULL OR kind = ?1 ORDER BY id",
        (None if kind is None else kind.value,),
    )
    return tuple(_reference(row) for row in rows)


def _reference(row: sqlite3.Row) -> Reference:
    return Reference(
        row["id"],
        Kind(row["kind"]),
        width=row["width"],
        height=row["height"],
        seconds=row["seconds"],
        rate=row["rate"],
    )


def _remember_signal(connection: sqlite3.Connection, number: int, work: Work) -> None:
    """Keep what finds a work again, where it was made; works of older catalogs get theirs this way."""
    if work.signal:
        connection.execute("INSERT OR REPLACE INTO signals (work, signal) VALUES (?, ?)", (number, work.signal))
    if work.fingerprint:
        connection.execute(
            "INSERT OR REPLACE INTO fingerprints (work, kind, fingerprint) VALUES (?, ?, ?)",
            (number, work.kind.value, work.fingerprint),
        )


def _folded(title: str, path: str) -> str:
    return folded(f"{title}\n{path}")


def _work(row: sqlite3.Row) -> Work:
    return Work(
        id=row["id"],
        title=row["title"],
        kind=Kind(row["kind"]),
        path=column_path(row["path"]),
        sha256=row["sha256"],
        created=row["created"],
        width=row["width"],
        height=row["height"],
        seconds=row["seconds"],
        rate=row["rate"],
        channels=row["channels"],
        thumbnail=row["png"] or b"",
    )
