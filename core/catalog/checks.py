"""Rows of checks: what was examined, when, the marks that were found, and the works that it resembles without them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.catalog import records, works
from core.catalog.changes import Operation
from core.catalog.tables import TABLES
from core.catalog.text import plain
from core.model import Check, Checked, Copy, Finding, Likeness, Match, Recipient, Similar, Verdict

_TABLE = TABLES[Check]


def add(work: Operation, checked: Checked, sha256: str) -> int:
    """Store one examination with all that it found and return its id."""
    number = work.insert(
        _TABLE,
        {
            "file": checked.file.name,
            "path": str(checked.file.absolute()),
            "sha256": sha256,
            "kind": checked.kind,
            "verdict": checked.verdict,
            "message": checked.message,
        },
    )
    work.connection.executemany(
        'INSERT INTO findings ("check", key, serial, copy, verdict, probability, score, level, "where", transform,'
        " candidates, hypotheses, key_probability, shows_work, agreed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_values(number, match) for match in checked.matches],
    )
    work.connection.executemany(
        'INSERT INTO similar ("check", place, work, likeness) VALUES (?, ?, ?, ?)',
        [(number, place, one.work.id, one.likeness.value) for place, one in enumerate(checked.similar, 1)],
    )
    return number


def find(
    connection: sqlite3.Connection, *, copy: int | None, work: int | None, sha256: str | None, limit: int | None
) -> list[Check]:
    """Return stored checks, newest first: all, those that found a copy, a work or its like, or those with this hash."""
    rows = connection.execute(
        f"{records.select(_TABLE)} WHERE t.binned = '' AND (?1 IS NULL OR t.sha256 = ?1) AND (?2 IS NULL OR EXISTS"
        ' (SELECT 1 FROM findings f WHERE f."check" = t.id AND f.copy = ?2)) AND (?3 IS NULL OR t.id IN'
        ' (SELECT f."check" FROM copies c JOIN findings f ON f.copy = c.id WHERE c.work = ?3'
        ' UNION SELECT s."check" FROM similar s WHERE s.work = ?3)) ORDER BY t.id DESC LIMIT ?4',
        (sha256, copy, work, -1 if limit is None else limit),
    ).fetchall()
    return with_findings(connection, records.things(connection, Check, rows))


def with_findings(connection: sqlite3.Connection, checks: Iterable[Check]) -> list[Check]:
    """Return the same checks with what they found."""
    return [
        replace(
            check,
            matches=tuple(
                _match(connection, row)
                for row in connection.execute(
                    'SELECT * FROM findings WHERE "check" = ? ORDER BY id', (check.id,)
                ).fetchall()
            ),
            similar=_similar(connection, check.id),
        )
        for check in checks
    ]


def _similar(connection: sqlite3.Connection, check: int) -> tuple[Similar, ...]:
    rows = connection.execute('SELECT work, likeness FROM similar WHERE "check" = ? ORDER BY place', (check,))
    found = ((works.by_id(connection, row["work"]), Likeness(row["likeness"])) for row in rows.fetchall())
    return tuple(Similar(work, likeness) for work, likeness in found if work is not None)


def _values(check: int, match: Match) -> tuple[object, ...]:
    finding = match.finding
    return (
        check,
        match.key,
        finding.serial,
        None if match.copy is None else match.copy.id,
        finding.verdict.value,
        float(finding.probability),
        float(finding.score),
        finding.level,
        json.dumps(_places(finding)),
        plain(finding.transform),
        int(finding.candidates),
        int(finding.hypotheses),
        None if finding.key_probability is None else float(finding.key_probability),
        match.shows_work,
        plain(match.agreed),
    )


def _places(finding: Finding) -> object:
    """Return where a mark lies as JSON holds it: pairs of numbers; of a film the times or the sound tracks too."""
    where, times = ([[float(number) for number in pair] for pair in pairs] for pairs in (finding.where, finding.times))
    more = {"times": times, "tracks": [int(number) for number in finding.tracks]}
    more = {name: told for name, told in more.items() if told}
    return {"where": where, **more} if more else where


def _pairs(found: Any, name: str) -> tuple[tuple[float, float], ...]:
    """Return what `_places` made of `where` or `times`."""
    pairs = found.get(name, []) if isinstance(found, dict) else found if name == "where" else []
    return tuple(tuple(pair) for pair in pairs)


def _match(connection: sqlite3.Connection, row: sqlite3.Row) -> Match:
    copy = None if row["copy"] is None else records.by_id(connection, Copy, row["copy"])
    places = json.loads(row["where"])
    return Match(
        Finding(
            serial=row["serial"],
            verdict=Verdict(row["verdict"]),
            probability=row["probability"],
            score=row["score"],
            level=row["level"],
            where=_pairs(places, "where"),
            transform=row["transform"],
            candidates=row["candidates"],
            hypotheses=row["hypotheses"],
            key_probability=row["key_probability"],
            times=_pairs(places, "times"),
            tracks=tuple(places.get("tracks", ())) if isinstance(places, dict) else (),
        ),
        work=None if copy is None else works.by_id(connection, copy.work),
        copy=copy,
        recipient=None if copy is None else records.by_id(connection, Recipient, copy.recipient),
        key=row["key"],
        shows_work=None if row["shows_work"] is None else bool(row["shows_work"]),
        agreed=row["agreed"],
    )
