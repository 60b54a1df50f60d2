"""Questions to the catalog: "copies sent to Studio A in 2026", "licences that end within 30 days", page by page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Generic

from core.catalog import records, search
from core.catalog.tables import TABLES, T, Table
from core.catalog.text import folded
from core.errors import RefusedError
from core.model import CaseStatus, Copy, Kind, Standing, Verdict, Work

Cursor = tuple[str | int | float, int]


@dataclass(frozen=True, slots=True)
class Query:
    """Which things are wanted, and in which order. Every condition that is set has to hold.

    Numbers are those of the catalog; `since` and `until` are the first and the last day ("2026-12-31") of what was
    made or found. `sort` is one of `sorts(thing)`; "newest" is the order of arrival, last first. RefusedError tells of
    a condition that means nothing for the things asked for.
    """

    text: str = ""  # words that all stand in it
    tags: tuple[str, ...] = ()  # that it all has
    since: str = ""
    until: str = ""
    kind: Kind | None = None  # of works, and of what was checked
    creator: int | None = None
    work: int | None = None
    recipient: int | None = None
    consent: int | None = None  # of payments and documents
    case: int | None = None  # of documents
    terms: int | None = None  # works with these terms of their own
    key: str = ""
    purpose: str = ""  # copies made for this purpose
    copied: bool | None = None  # works that have copies, or have none
    licensed: bool | None = None  # copies that an active agreement covers, or none
    standing: Standing | None = None  # of consents
    ends_within: int | None = None  # active agreements whose last day is at most so many days away
    status: CaseStatus | None = None
    follow_up: str = ""  # cases to be looked at by this day
    verdict: Verdict | None = None
    received: bool | None = None  # payments that came, or are open
    due: str = ""  # payments due by this day
    latest: bool | None = None  # consents that are the last version, or are not
    binned: bool = False  # what lies in the bin, instead of what does not
    sort: str = "newest"
    today: str = ""  # the day that standings are told of; empty for the day it is


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the things a query found, and where the next page begins: None after the last."""

    items: tuple[T, ...]
    next: Cursor | None


_SORTS: Mapping[str, Mapping[str, tuple[str, bool]]] = {  # name -> column, whether the highest comes first
    "works": {"newest": ("id", True), "oldest": ("id", False), "title": ("folded", False)},
    "copies": {"newest": ("created", True), "oldest": ("created", False)},
    "recipients": {"newest": ("id", True), "name": ("folded", False)},
    "creators": {"newest": ("id", True), "name": ("folded", False)},
    "terms": {"newest": ("id", True), "name": ("folded", False)},
    "consents": {"newest": ("id", True), "ends": ("ends", False), "title": ("title", False)},
    "payments": {"newest": ("id", True), "due": ("due", False)},
    "checks": {"newest": ("id", True), "oldest": ("id", False)},
    "cases": {"newest": ("id", True), "follow-up": ("follow_up", False), "title": ("title", False)},
    "documents": {"newest": ("id", True), "name": ("name", False)},
}
_FEW = 2000  # works that match a word: up to here their copies are looked up, beyond all copies are walked through
_PLAIN = {"text", "tags", "since", "until", "binned", "sort", "today"}  # conditions that mean something everywhere


def sorts(thing: type[T]) -> tuple[str, ...]:
    """Return the orders in which such things can be listed."""
    return tuple(_SORTS[TABLES[thing].name])


def page(connection: sqlite3.Connection, thing: type[T], query: Query, *, limit: int, after: Cursor | None) -> Page[T]:
    """Return one page of what a query finds: from the start, or after the `next` of another page."""
    table = TABLES[thing]
    sql, values = _where(connection, table, query)
    column, down = _sort(table, query.sort)
    sign, way = ("<", "DESC") if down else (">", "ASC")
    if after is not None:
        sql.append(f"(t.{column}, t.id) {sign} (?, ?)")
        values += after
    order = f"t.id {way}" if column == "id" else f"t.{column} {way}, t.id {way}"
    rows = connection.execute(
        f"{records.select(table, f't.{column} AS place')} WHERE {' AND '.join(sql)} ORDER BY {order} LIMIT ?",
        [*values, limit + 1],
    ).fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(
        tuple(records.things(connection, thing, rows)), (rows[-1]["place"], rows[-1]["id"]) if more and rows else None
    )


def count(connection: sqlite3.Connection, thing: type[T], query: Query) -> int:
    """Return how many things a query finds."""
    table = TABLES[thing]
    sql, values = _where(connection, table, query)
    row = connection.execute(f"SELECT count(*) FROM {table.name} t WHERE {' AND '.join(sql)}", values).fetchone()
    return int(row[0])


def numbers(connection: sqlite3.Connection, thing: type[T], query: Query) -> list[int]:
    """Return the numbers of all things a query finds, in its order."""
    table = TABLES[thing]
    sql, values = _where(connection, table, query)
    column, down = _sort(table, query.sort)
    rows = connection.execute(
        f"SELECT t.id FROM {table.name} t WHERE {' AND '.join(sql)} ORDER BY t.{column} {'DESC' if down else 'ASC'}",
        values,
    )
    return [row[0] for row in rows]


def _sort(table: Table, name: str) -> tuple[str, bool]:
    known = _SORTS[table.name]
    if name not in known:
        raise RefusedError(f"The {table.words} cannot be sorted by {name!r}.", f"Choose one of: {', '.join(known)}.")
    return known[name]


def _where(connection: sqlite3.Connection, table: Table, query: Query) -> tuple[list[str], list[Any]]:
    """Return the conditions of a query and their parameters."""
    sql = ["t.binned <> '' AND t.emptied = ''" if query.binned else "t.binned = ''"]
    values: list[Any] = []
    query = replace(query, today=query.today or date.today().isoformat())
    given = {field.name: getattr(query, field.name) for field in fields(query)}
    for word in search.words(query.text):
        some, more = _text(connection, table, word)
        sql.append(some)
        values += more
    for tag in query.tags:
        sql.append(
            "t.id IN (SELECT x.item FROM tagged x JOIN tags g ON g.id = x.tag WHERE g.folded = ? AND x.thing = ?)"
        )
        values += [folded(tag), table.name]
    if query.since:
        sql.append("t.created >= ?")
        values.append(query.since)
    if query.until:
        sql.append("t.created < ?")
        values.append(_next_day(query.until))
    conditions = _CONDITIONS.get(table.name, {})
    for name in (name for name, value in given.items() if name not in _PLAIN and value is not None and value != ""):
        if name not in conditions:
            raise RefusedError(
                f"The {table.words} cannot be chosen by {name.replace('_', ' ')}.",
                f"They can be by: {', '.join(sorted({*conditions, 'text', 'tags', 'since', 'until'}))}.",
            )
        for some, more in conditions[name](query):
            sql.append(some)
            values += more
    return sql, values


def _next_day(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        raise RefusedError(f"{day!r} is no day.", "Write days as 2026-12-31.") from None


def _text(connection: sqlite3.Connection, table: Table, word: str) -> tuple[str, list[Any]]:
    """Return the condition that one word of a search makes: on a thing's own text, and on what it belongs to."""
    if table.thing is Work:
        return search.works_condition(connection, word)
    if table.thing is Copy:
        works, first = _named("works", connection, word)
        people, second = _named("recipients", connection, word)
        few = connection.execute(f"SELECT count(*) FROM ({works} LIMIT {_FEW})", first).fetchone()[0] < _FEW
        column = "t.work" if few else "+t.work"  # the sign keeps SQLite from using the index
        other = "t.recipient" if few else "+t.recipient"
        return f"({column} IN ({works}) OR {other} IN ({people}))", [*first, *second]
    return search.condition(connection, table, word)


def _named(name: str, connection: sqlite3.Connection, word: str) -> tuple[str, list[Any]]:
    """Return the SELECT of the numbers of works or recipients whose text has a word."""
    table = next(table for table in TABLES.values() if table.name == name)
    sql, values = search.condition(connection, table, word)
    return f"SELECT t.id FROM {name} t WHERE {sql}", values


Parts = Iterator[tuple[str, list[Any]]]


def _is(column: str, field: str) -> Callable[[Query], Parts]:
    def parts(query: Query) -> Parts:
        yield f"t.{column} = ?", [getattr(query, field)]

    return parts


def _copied(query: Query) -> Parts:
    yield f"{'' if query.copied else 'NOT '}EXISTS (SELECT 1 FROM copies c WHERE c.work = t.id AND c.binned = '')", []


def _copied_for(query: Query) -> Parts:
    yield "t.id IN (SELECT c.work FROM copies c WHERE c.recipient = ?)", [query.recipient]


def _by_creator(query: Query) -> Parts:
    yield "t.key IN (SELECT k.id FROM keys k WHERE k.creator = ?)", [query.creator]


def _linked(table: str, own: str, other: str, field: str) -> Callable[[Query], Parts]:
    def parts(query: Query) -> Parts:
        yield f'EXISTS (SELECT 1 FROM {table} l WHERE l."{own}" = t.id AND l."{other}" = ?)', [getattr(query, field)]

    return parts


_HOLDS = (
    "a.binned = '' AND a.signed <> '' AND a.signed <= ? AND (a.revoked = '' OR a.revoked > ?)"
    " AND (a.replaced = '' OR a.replaced > ?) AND (a.ends = '' OR a.ends >= ?) AND (a.starts = '' OR a.starts <= ?)"
)


def _licensed(query: Query) -> Parts:
    yield (
        f"{'' if query.licensed else 'NOT '}EXISTS (SELECT 1 FROM consents a WHERE {_HOLDS} AND ("
        " a.id IN (SELECT l.consent FROM consent_copies l WHERE l.copy = t.id) OR (a.id IN"
        " (SELECT l.consent FROM consent_works l WHERE l.work = t.work) AND a.id IN"
        " (SELECT l.consent FROM consent_recipients l WHERE l.recipient = t.recipient))))",
        [query.today] * 5,
    )


def _standing(query: Query) -> Parts:
    day = query.today
    draft = "(t.signed = '' OR t.signed > ?)"
    revoked, replaced, ended = (
        "(t.revoked <> '' AND t.revoked <= ?)",
        "(t.replaced <> '' AND t.replaced <= ?)",
        "(t.ends <> '' AND t.ends < ?)",
    )
    order = {  # as Consent.standing asks
        Standing.DRAFT: draft,
        Standing.REVOKED: revoked,
        Standing.REPLACED: replaced,
        Standing.EXPIRED: ended,
        Standing.UPCOMING: "t.starts > ?",
    }
    for standing, sql in order.items():
        if standing is query.standing:
            yield sql, [day]
            return
        yield f"NOT {sql}", [day]


def _ends_within(query: Query) -> Parts:
    assert query.ends_within is not None
    last = (date.fromisoformat(query.today) + timedelta(days=query.ends_within)).isoformat()
    yield "t.ends BETWEEN ? AND ?", [query.today, last]
    yield from _standing(replace(query, standing=Standing.ACTIVE))


def _latest(query: Query) -> Parts:
    later = "EXISTS (SELECT 1 FROM consents n WHERE n.series = t.series AND n.version > t.version)"
    yield f"NOT {later}" if query.latest else later, []


def _received(query: Query) -> Parts:
    yield f"t.received {'<>' if query.received else '='} ''", []


def _by(column: str, field: str) -> Callable[[Query], Parts]:
    def parts(query: Query) -> Parts:
        yield f"t.{column} <> '' AND t.{column} <= ?", [getattr(query, field)]

    return parts


_CONDITIONS: Mapping[str, Mapping[str, Callable[[Query], Parts]]] = {
    "works": {
        "kind": _is("kind", "kind"),
        "creator": _is("creator", "creator"),
        "terms": _is("terms", "terms"),
        "recipient": _copied_for,
        "copied": _copied,
    },
    "copies": {
        "work": _is("work", "work"),
        "recipient": _is("recipient", "recipient"),
        "key": _is("key", "key"),
        "creator": _by_creator,
        "terms": _is("terms", "terms"),
        "purpose": _is("purpose", "purpose"),
        "licensed": _licensed,
    },
    "consents": {
        "creator": _is("creator", "creator"),
        "work": _linked("consent_works", "consent", "work", "work"),
        "recipient": _linked("consent_recipients", "consent", "recipient", "recipient"),
        "standing": _standing,
        "ends_within": _ends_within,
        "latest": _latest,
    },
    "payments": {"consent": _is("consent", "consent"), "received": _received, "due": _by("due", "due")},
    "checks": {"kind": _is("kind", "kind"), "verdict": _is("verdict", "verdict")},
    "cases": {
        "creator": _is("creator", "creator"),
        "status": _is("status", "status"),
        "work": _linked("case_works", "case", "work", "work"),
        "follow_up": _by("follow_up", "follow_up"),
    },
    "documents": {"consent": _is("consent", "consent"), "case": _is('"case"', "case")},
}
