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
from core.model import CaseStatus, Copy, Kind, Standing, Verdict

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
    work: int | None = None  # of consents: the work itself, or a copy of it
    recipient: int | None = None
    sent: str = ""  # works of which copies were made in this year ("2026"), for the recipient where one is given
    consent: int | None = None  # of payments and documents
    series: int | None = None  # all versions of one agreement
    case: int | None = None  # of documents
    terms: int | None = None  # works with these terms of their own
    key: str = ""
    purpose: str = ""  # copies made for this purpose
    copied: bool | None = None  # works that have copies, or have none
    licensed: bool | None = None  # copies that an active agreement covers, or none
    standing: Standing | None = None  # of consents
    ends_within: int | None = None  # active agreements whose last day is at most so many days away; works of such
    status: CaseStatus | None = None
    follow_up: str = ""  # cases to be looked at by this day
    verdict: Verdict | None = None
    received: bool | None = None  # payments that came, or are open
    due: str = ""  # payments due by this day
    latest: bool | None = None  # consents that are the last version, or are not
    binned: bool = False  # what lies in the bin, instead of what does not
    sort: str = "newest"
    backwards: bool = False  # the order turned round
    today: str = ""  # the day that standings are told of; empty for the day it is


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the things a query found, and where the next page begins: None after the last."""

    items: tuple[T, ...]
    next: Cursor | None


_TALLY = (  # how many copies a work has; the index alone gives them where none of them lies in the bin
    "CASE WHEN t.id IN (SELECT c.work FROM copies c WHERE c.binned <> '')"
    " THEN (SELECT count(*) FROM copies c WHERE c.work = t.id AND c.binned = '')"
    " ELSE (SELECT count(*) FROM copies c WHERE c.work = t.id) END"
)
_FIRST_TAG = (  # works without tags come last
    "coalesce((SELECT min(g.folded) FROM tagged x JOIN tags g ON g.id = x.tag"
    " WHERE x.thing = 'works' AND x.item = t.id), char(1114111))"
)
_SORTS: Mapping[str, Mapping[str, tuple[str, bool]]] = {  # name -> column, whether the highest comes first
    "works": {
        "newest": ("t.id", True),
        "oldest": ("t.id", False),
        "title": ("t.folded", False),
        "kind": ("t.kind", False),
        "copies": (_TALLY, True),
        "tags": (_FIRST_TAG, False),
    },
    "copies": {"newest": ("t.created", True), "oldest": ("t.created", False)},
    "recipients": {"newest": ("t.id", True), "name": ("t.folded", False)},
    "creators": {"newest": ("t.id", True), "name": ("t.folded", False)},
    "terms": {"newest": ("t.id", True), "name": ("t.folded", False)},
    "consents": {"newest": ("t.id", True), "ends": ("t.ends", False), "title": ("t.title", False)},
    "payments": {"newest": ("t.id", True), "due": ("t.due", False)},
    "checks": {"newest": ("t.id", True), "oldest": ("t.id", False)},
    "cases": {"newest": ("t.id", True), "follow-up": ("t.follow_up", False), "title": ("t.title", False)},
    "documents": {"newest": ("t.id", True), "name": ("t.name", False)},
}
_SEEN = "t.binned = ''"
# Conditions that mean something everywhere.
_PLAIN = {"text", "tags", "since", "until", "binned", "sort", "backwards", "today"}


def sorts(thing: type[T]) -> tuple[str, ...]:
    """Return the orders in which such things can be listed."""
    return tuple(_SORTS[TABLES[thing].name])


def page(connection: sqlite3.Connection, thing: type[T], query: Query, *, limit: int, after: Cursor | None) -> Page[T]:
    """Return one page of what a query finds: from the start, or after the `next` of another page."""
    found = rows(connection, thing, query, limit=limit + 1, after=after)
    shown = found[:limit]
    more = len(found) > limit and shown
    return Page(
        tuple(records.things(connection, thing, shown)), (shown[-1]["place"], shown[-1]["id"]) if more else None
    )


def rows(
    connection: sqlite3.Connection, thing: type[T], query: Query, *, limit: int | None, after: Cursor | None = None
) -> list[sqlite3.Row]:
    """Return the rows that a query finds, in its order, each with its `place` in that order."""
    table = TABLES[thing]
    column, down = _sort(table, query)
    source, sql, values = _where(connection, table, query)
    sign = "<" if down else ">"
    if after is not None:
        number = _number(table, source)
        sql.append(f"{number} {sign} ?" if column == "t.id" else f"({column}, t.id) {sign} (?, ?)")
        values += after[column == "t.id" :]
    return connection.execute(
        f"{records.select(table, f'{column} AS place', source=source)}"
        f" WHERE {' AND '.join(sql)} ORDER BY {_order(table, source, column, down)} LIMIT ?",
        [*values, -1 if limit is None else limit],
    ).fetchall()


def numbers(connection: sqlite3.Connection, thing: type[T], query: Query) -> list[int]:
    """Return the numbers of all that a query finds, in its order."""
    table = TABLES[thing]
    column, down = _sort(table, query)
    source, sql, values = _where(connection, table, query)
    found = connection.execute(
        f"SELECT t.id FROM {source} WHERE {' AND '.join(sql)} ORDER BY {_order(table, source, column, down)}", values
    )
    return [row[0] for row in found]


def _order(table: Table, source: str, column: str, down: bool) -> str:
    way = "DESC" if down else "ASC"
    return f"{_number(table, source)} {way}" if column == "t.id" else f"{column} {way}, t.id {way}"


def _number(table: Table, source: str) -> str:
    return "t.id" if source == _own(table) else "s.rowid"  # of the index: its own order costs nothing


def count(connection: sqlite3.Connection, thing: type[T], query: Query) -> int:
    """Return how many things a query finds."""
    table = TABLES[thing]
    source, sql, values = _where(connection, table, query)
    if sql == [_SEEN] and source == _own(table):
        row = connection.execute(
            f"SELECT (SELECT count(*) FROM {table.name}) - (SELECT count(*) FROM {table.name} WHERE binned <> '')"
        ).fetchone()
    else:
        row = connection.execute(f"SELECT count(*) FROM {source} WHERE {' AND '.join(sql)}", values).fetchone()
    return int(row[0])


def _texts(connection: sqlite3.Connection, table: Table, text: str) -> tuple[str, list[str], list[Any]]:
    """Return where things are taken from in which every word of a text stands, the conditions and their values."""
    words = search.words(text)
    conditions: list[str] = []
    values: list[Any] = []
    if table.thing is Copy:
        source = _own(table)
        parts = [search.copies_condition(connection, word) for word in words]
    else:
        asked, rest = search.matching(connection, table, words)
        # The index comes first: it gives its rows in their order, so that a page of a long list is soon full.
        source = f"search_{table.name} s CROSS JOIN {table.name} t ON t.id = s.rowid" if asked else _own(table)
        parts = [(f"search_{table.name} MATCH ?", [asked])] if asked else []
        parts += [search.condition(connection, table, word) for word in rest]
    for condition, more in parts:
        conditions.append(condition)
        values += more
    return source, conditions, values


def _own(table: Table) -> str:
    return f"{table.name} t"


def _sort(table: Table, query: Query) -> tuple[str, bool]:
    known = _SORTS[table.name]
    if query.sort not in known:
        raise RefusedError(
            f"The {table.words} cannot be sorted by {query.sort!r}.", f"Choose one of: {', '.join(known)}."
        )
    column, down = known[query.sort]
    return column, down is not query.backwards


def _where(connection: sqlite3.Connection, table: Table, query: Query) -> tuple[str, list[str], list[Any]]:
    """Return where the things of a query are taken from, its conditions and their parameters."""
    source, worded, values = _texts(connection, table, query.text)
    sql = ["t.binned <> '' AND t.emptied = ''" if query.binned else _SEEN]
    sql += worded
    query = replace(query, today=query.today or date.today().isoformat())
    given = {field.name: getattr(query, field.name) for field in fields(query)}
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
        for some, more in conditions[name](query, connection):
            sql.append(some)
            values += more
    return source, sql, values


def _next_day(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        raise RefusedError(f"{day!r} is no day.", "Write days as 2026-12-31.") from None


Parts = Iterator[tuple[str, list[Any]]]
Condition = Callable[[Query, sqlite3.Connection], Parts]


def _is(column: str, field: str) -> Condition:
    def parts(query: Query, _: sqlite3.Connection) -> Parts:
        yield f"t.{column} = ?", [getattr(query, field)]

    return parts


def _copied(query: Query, _: sqlite3.Connection) -> Parts:
    yield f"{'' if query.copied else 'NOT '}EXISTS (SELECT 1 FROM copies c WHERE c.work = t.id AND c.binned = '')", []


def _copied_for(query: Query, _: sqlite3.Connection) -> Parts:
    yield "t.id IN (SELECT c.work FROM copies c WHERE c.recipient = ?)", [query.recipient]


def _sent(query: Query, _: sqlite3.Connection) -> Parts:
    if not (query.sent.isascii() and query.sent.isdecimal() and len(query.sent) == 4):
        raise RefusedError(f"{query.sent!r} is no year.", "Write years as 2026.")
    whom = "" if query.recipient is None else " AND c.recipient = ?"
    yield (
        f"t.id IN (SELECT c.work FROM copies c WHERE c.created >= ? AND c.created < ? AND c.binned = ''{whom})",
        [query.sent, str(int(query.sent) + 1), *([] if query.recipient is None else [query.recipient])],
    )


def _ending(query: Query, _: sqlite3.Connection) -> Parts:
    ends = f"{_HOLDS} AND a.ends BETWEEN ? AND ?"
    yield (
        f"t.id IN (SELECT l.work FROM consents a JOIN consent_works l ON l.consent = a.id WHERE {ends} UNION"
        " SELECT c.work FROM consents a JOIN consent_copies l ON l.consent = a.id JOIN copies c ON c.id = l.copy"
        f" WHERE {ends})",
        [*[query.today] * 6, _days_on(query), *[query.today] * 6, _days_on(query)],
    )


def _days_on(query: Query) -> str:
    assert query.ends_within is not None
    return (date.fromisoformat(query.today) + timedelta(days=query.ends_within)).isoformat()


def _by_creator(query: Query, connection: sqlite3.Connection) -> Parts:
    keys = [row[0] for row in connection.execute("SELECT id FROM keys WHERE creator = ?", (query.creator,))]
    # Of one key the index gives copies in their order; of several, they are all walked through in it.
    yield ("t.key = ?", keys) if len(keys) == 1 else (f"+t.key IN ({records.marks(keys)})", keys)


def _linked(table: str, own: str, other: str, field: str) -> Condition:
    def parts(query: Query, _: sqlite3.Connection) -> Parts:
        yield f'EXISTS (SELECT 1 FROM {table} l WHERE l."{own}" = t.id AND l."{other}" = ?)', [getattr(query, field)]

    return parts


def _about_work(query: Query, _: sqlite3.Connection) -> Parts:
    yield (
        "t.id IN (SELECT l.consent FROM consent_works l WHERE l.work = ? UNION"
        " SELECT l.consent FROM copies c JOIN consent_copies l ON l.copy = c.id WHERE c.work = ?)",
        [query.work] * 2,
    )


_HOLDS = (
    "a.binned = '' AND a.signed <> '' AND a.signed <= ? AND (a.revoked = '' OR a.revoked > ?)"
    " AND (a.replaced = '' OR a.replaced > ?) AND (a.ends = '' OR a.ends >= ?) AND (a.starts = '' OR a.starts <= ?)"
)


def _licensed(query: Query, _: sqlite3.Connection) -> Parts:
    yield (
        f"t.id {'' if query.licensed else 'NOT '}IN ("
        f"SELECT l.copy FROM consents a JOIN consent_copies l ON l.consent = a.id WHERE {_HOLDS} UNION"
        " SELECT c.id FROM consents a CROSS JOIN consent_works w ON w.consent = a.id CROSS JOIN consent_recipients r"
        " ON r.consent = a.id CROSS JOIN copies c ON c.recipient = r.recipient AND c.work = w.work"
        f" WHERE {_HOLDS})",
        [query.today] * 10,
    )


def _standing(query: Query, _: sqlite3.Connection) -> Parts:
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


def _ends_within(query: Query, connection: sqlite3.Connection) -> Parts:
    yield "t.ends BETWEEN ? AND ?", [query.today, _days_on(query)]
    yield from _standing(replace(query, standing=Standing.ACTIVE), connection)


def _latest(query: Query, _: sqlite3.Connection) -> Parts:
    later = "EXISTS (SELECT 1 FROM consents n WHERE n.series = t.series AND n.version > t.version)"
    yield f"NOT {later}" if query.latest else later, []


def _received(query: Query, _: sqlite3.Connection) -> Parts:
    yield f"t.received {'<>' if query.received else '='} ''", []


def _by(column: str, field: str) -> Condition:
    def parts(query: Query, _: sqlite3.Connection) -> Parts:
        yield f"t.{column} <> '' AND t.{column} <= ?", [getattr(query, field)]

    return parts


_CONDITIONS: Mapping[str, Mapping[str, Condition]] = {
    "works": {
        "kind": _is("kind", "kind"),
        "creator": _is("creator", "creator"),
        "terms": _is("terms", "terms"),
        "recipient": _copied_for,
        "copied": _copied,
        "sent": _sent,
        "ends_within": _ending,
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
        "work": _about_work,
        "recipient": _linked("consent_recipients", "consent", "recipient", "recipient"),
        "series": _is("series", "series"),
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
