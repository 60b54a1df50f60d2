"""Rows of checks and findings: what was examined, when, and what was found."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from core.catalog import copies, recipients, works
from core.catalog.text import column_path, now, path_column, plain
from core.model import Check, Checked, Finding, Kind, Match, Verdict


def add(connection: sqlite3.Connection, checked: Checked, sha256: str) -> int:
    """Store one examination with its findings and return its id."""
    made = connection.execute(
        "INSERT INTO checks (file, path, sha256, kind, created, verdict, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            plain(checked.file.name),
            path_column(checked.file.absolute()),
            sha256,
            None if checked.kind is None else checked.kind.value,
            now(),
            checked.verdict.value,
            plain(checked.message),
        ),
    )
    number = int(made.lastrowid or 0)
    connection.executemany(
        'INSERT INTO findings ("check", key, serial, copy, verdict, probability, score, level, "where", transform,'
        " candidates, hypotheses, key_probability, shows_work) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_values(number, match) for match in checked.matches],
    )
    return number


def find(connection: sqlite3.Connection, *, copy: int | None, sha256: str | None, limit: int | None) -> list[Check]:
    """Return stored checks, newest first: all, those that found a copy, or those of a file with this hash."""
    rows = connection.execute(
        "SELECT * FROM checks k WHERE (?1 IS NULL OR k.sha256 = ?1) AND (?2 IS NULL OR EXISTS"
        ' (SELECT 1 FROM findings f WHERE f."check" = k.id AND f.copy = ?2)) ORDER BY k.id DESC LIMIT ?3',
        (sha256, copy, -1 if limit is None else limit),
    ).fetchall()
    return [_check(connection, row) for row in rows]


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
    )


def _places(finding: Finding) -> object:
    """Return where a mark lies as JSON holds it: pairs of numbers; of a film's pictures the times too."""
    where, times = ([[float(number) for number in pair] for pair in pairs] for pairs in (finding.where, finding.times))
    return {"where": where, "times": times} if times else where


def _pairs(found: Any, name: str) -> tuple[tuple[float, float], ...]:
    """Return what `_places` made of `where` or `times`."""
    pairs = found.get(name, []) if isinstance(found, dict) else found if name == "where" else []
    return tuple(tuple(pair) for pair in pairs)


def _check(connection: sqlite3.Connection, row: sqlite3.Row) -> Check:
    findings = connection.execute('SELECT * FROM findings WHERE "check" = ? ORDER BY id', (row["id"],)).fetchall()
    return Check(
        id=row["id"],
        file=row["file"],
        path=column_path(row["path"]),
        sha256=row["sha256"],
        created=row["created"],
        verdict=Verdict(row["verdict"]),
        message=row["message"],
        kind=None if row["kind"] is None else Kind(row["kind"]),
        matches=tuple(_match(connection, finding) for finding in findings),
    )


def _match(connection: sqlite3.Connection, row: sqlite3.Row) -> Match:
    copy = None if row["copy"] is None else copies.by_id(connection, row["copy"])
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
        ),
        work=None if copy is None else works.by_id(connection, copy.work),
        copy=copy,
        recipient=None if copy is None else recipients.by_id(connection, copy.recipient),
        key=row["key"],
        shows_work=None if row["shows_work"] is None else bool(row["shows_work"]),
    )
