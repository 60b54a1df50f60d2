"""Rows become things: read by number or by a query, with their tags and links, a whole page at a time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from core.catalog.tables import TABLES, T, Table, quoted

_AT_ONCE = 500  # numbers in one statement: SQLite allows 999 in older builds


def select(table: Table, *more: str, source: str = "") -> str:
    """Return the SELECT of a table's columns and some more, without conditions; the table is called t in `source`."""
    columns = [*(f"t.{quoted(name)}" for name in table.columns), *more]
    return f"SELECT {', '.join(columns)} FROM {source or f'{table.name} t'}"


def by_ids(connection: sqlite3.Connection, thing: type[T], numbers: Iterable[int]) -> dict[int, T]:
    """Return the things of these numbers that there are, by number."""
    table, found = TABLES[thing], dict[int, T]()
    for some in at_once(numbers):
        rows = connection.execute(f"{select(table)} WHERE t.id IN ({marks(some)})", some).fetchall()
        found.update({item.id: item for item in things(connection, thing, rows)})
    return found


def by_id(connection: sqlite3.Connection, thing: type[T], number: int) -> T | None:
    """Return one thing, or None."""
    return by_ids(connection, thing, [number]).get(number)


def things(connection: sqlite3.Connection, thing: type[T], rows: Sequence[sqlite3.Row]) -> list[T]:
    """Return what rows of `select` hold, in their order, each with its tags and links."""
    table = TABLES[thing]
    numbers = [row["id"] for row in rows]
    more: dict[str, dict[int, Any]] = {}
    if table.tagged:
        more["tags"] = tags(connection, table, numbers)
    for field in table.links or {}:
        more[field] = links(connection, table, field, numbers)
    if table.name == "documents":
        more["kept"] = _kept(connection, numbers)
    read, make = table.columns, cast(Callable[..., T], thing)
    return [
        make(
            **{name: convert(row[name]) for name, convert in read.items()},
            **{field: values[row["id"]] for field, values in more.items() if row["id"] in values},
        )
        for row in rows
    ]


def tags(connection: sqlite3.Connection, table: Table, numbers: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the tags of those that have any, by name."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for some in at_once(numbers):
        rows = connection.execute(
            "SELECT x.item, g.name FROM tagged x JOIN tags g ON g.id = x.tag"
            f" WHERE x.thing = ? AND x.item IN ({marks(some)}) ORDER BY g.folded",
            [table.name, *some],
        )
        for item, name in rows:
            found[item].append(name)
    return {item: tuple(names) for item, names in found.items()}


def links(connection: sqlite3.Connection, table: Table, field: str, numbers: Iterable[int]) -> dict[int, Any]:
    """Return the numbers that things are linked with by one of their fields, for those that have any."""
    assert table.links is not None
    link, found = table.links[field], defaultdict[int, list[int]](list)
    own, other = quoted(link.own), quoted(link.other)
    for some in at_once(numbers):
        rows = connection.execute(
            f"SELECT {own}, {other} FROM {link.table} WHERE {own} IN ({marks(some)}) ORDER BY {other}", some
        )
        for item, number in rows:
            found[item].append(number)
    return {item: tuple(others) for item, others in found.items()}


def _kept(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, bool]:
    return {
        row[0]: True
        for some in at_once(numbers)
        for row in connection.execute(f"SELECT document FROM contents WHERE document IN ({marks(some)})", some)
    }


def at_once(numbers: Iterable[int]) -> list[list[int]]:
    """Return numbers in lists short enough for one statement."""
    every = list(dict.fromkeys(numbers))
    return [every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)]


def marks(values: Sequence[object]) -> str:
    """Return the question marks for these values."""
    return ", ".join("?" * len(values))
