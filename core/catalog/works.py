"""Rows of works: the originals, their thumbnails, what detectors may use of them, and what finds them again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from core.catalog import query, records
from core.catalog.changes import Operation
from core.catalog.tables import TABLES
from core.catalog.text import column_path
from core.model import Kind, Reference, Work

_TABLE = TABLES[Work]


def find(connection: sqlite3.Connection, text: str, *, thumbnails: bool, limit: int | None) -> list[Work]:
    """Return the works, newest first, in which every word of `text` stands, those in the bin left out."""
    rows = query.rows(connection, Work, query.Query(text=text), limit=limit)
    return _found(connection, rows, thumbnails=thumbnails)


def by_id(connection: sqlite3.Connection, number: int) -> Work | None:
    """Return one work with its thumbnail, or None; also from the bin."""
    return _one(connection, "t.id = ?", number)


def by_sha256(connection: sqlite3.Connection, sha256: str) -> Work | None:
    """Return the work whose file has this hash, with its thumbnail, or None; also from the bin."""
    return _one(connection, "t.sha256 = ?", sha256)


def thumbnails_of(connection: sqlite3.Connection, works: Sequence[Work]) -> list[Work]:
    """Return the same works with their thumbnails."""
    found = {
        row["work"]: row["png"]
        for some in records.at_once(work.id for work in works)
        for row in connection.execute(f"SELECT work, png FROM thumbnails WHERE work IN ({records.marks(some)})", some)
    }
    return [replace(work, thumbnail=found[work.id]) if work.id in found else work for work in works]


def remember(work: Operation, original: Work, *, key: str) -> int:
    """Return the id of the work with this hash, made now where it is new; the path it was last seen at is kept.

    It belongs to the creator who owns the key, unless it belongs to somebody already. It leaves the bin.
    """
    connection = work.connection
    owner = connection.execute("SELECT creator FROM keys WHERE id = ?", (key,)).fetchone()
    creator = original.creator if owner is None else original.creator or owner["creator"]
    row = connection.execute("SELECT id, path, creator FROM works WHERE sha256 = ?", (original.sha256,)).fetchone()
    if row:
        seen: dict[str, object] = {"binned": "", "emptied": ""}
        if column_path(row["path"]) != original.path:
            seen["path"] = original.path
        if row["creator"] is None and creator is not None:
            seen["creator"] = creator
        work.update(_TABLE, row["id"], seen)
        _remember_signal(connection, int(row["id"]), original)
        return int(row["id"])
    fields = {name: getattr(original, name) for name in _TABLE.columns if name not in ("id", "binned")}
    number = work.insert(_TABLE, {**fields, "creator": creator, "tags": original.tags})
    if original.thumbnail:
        connection.execute("INSERT INTO thumbnails (work, png) VALUES (?, ?)", (number, original.thumbnail))
    _remember_signal(connection, number, original)
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


def fingerprints(connection: sqlite3.Connection, kind: Kind) -> list[tuple[int, bytes]]:
    """Return number and fingerprint of all works of a kind, by number."""
    rows = connection.execute("SELECT work, fingerprint FROM fingerprints WHERE kind = ? ORDER BY work", (kind.value,))
    return [(row["work"], row["fingerprint"]) for row in rows]


def fingerprinted(connection: sqlite3.Connection, kind: Kind) -> tuple[int, int]:
    """Return how many works of a kind have a fingerprint, and the highest number among them."""
    row = connection.execute("SELECT count(*), max(work) FROM fingerprints WHERE kind = ?", (kind.value,)).fetchone()
    return row[0], row[1] or 0


def highest(connection: sqlite3.Connection) -> int:
    """Return the highest number of a work; 0 where there is none. No number is ever used again."""
    return connection.execute("SELECT max(id) FROM works").fetchone()[0] or 0


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


def _one(connection: sqlite3.Connection, condition: str, value: object) -> Work | None:
    rows = connection.execute(f"{records.select(_TABLE)} WHERE {condition}", (value,)).fetchall()
    found = _found(connection, rows, thumbnails=True)
    return found[0] if found else None


def _found(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], *, thumbnails: bool) -> list[Work]:
    works = records.things(connection, Work, rows)
    return thumbnails_of(connection, works) if thumbnails else works
