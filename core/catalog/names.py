"""What people call things: numbers and names given in words become the numbers of the catalog."""

from __future__ import annotations

from typing import Any

from core.catalog import values
from core.catalog.editing import Records
from core.catalog.query import Query
from core.catalog.tables import BY_NAME, TABLES, T, Table
from core.catalog.text import folded, parts_of
from core.errors import RefusedError
from core.model import Consent, Copy, Creator, Recipient, Terms, Work

_REFERRING: dict[str, type[Any]] = {
    "creator": Creator,
    "terms": Terms,
    "work": Work,
    "recipient": Recipient,
    "consent": Consent,
    "copy": Copy,
}


def named(catalog: Records, thing: type[T], name: str) -> list[int]:
    """Return the numbers of the things that people call so: of this number, else of exactly this name in any case.

    Copies go by the number that they carry, their serial. RefusedError where there is none.
    """
    table = TABLES[thing]
    found = _by_serial(catalog, name) if table.thing is Copy else _by_number(catalog, thing, name)
    if not found and table.titled in ("title", "name"):
        # Things of this very name have all its words, so that search narrows them down.
        found = [
            item.id
            for item in catalog.every(thing, Query(text=name))
            if folded(str(getattr(item, table.titled))) == folded(name)
        ]
    if not found:
        raise RefusedError(f"The catalog has no {table.word} {name!r}.", f"List the {table.words}.")
    return found


def one(catalog: Records, thing: type[T], name: str) -> int:
    """Return the number of the one thing that people call so. RefusedError where there is none, or several."""
    found = named(catalog, thing, name)
    if len(found) > 1:
        raise RefusedError(
            f"There are {len(found)} {TABLES[thing].words} called {name!r}.",
            f"Say which by its number: {', '.join(map(str, found[:5]))}.",
        )
    return found[0]


def parsed(catalog: Records, table: Table, field: str, text: str) -> Any:
    """Return the value that a text stands for in a field; what it refers to may be given by number or by name."""
    if field in (table.links or {}) and field in table.edited:
        assert table.links is not None
        other = BY_NAME[table.links[field].others].thing
        return tuple(one(catalog, other, part) for part in parts_of(text))
    if field in _REFERRING and field in table.edited:
        return one(catalog, _REFERRING[field], text.strip()) if text.strip() else None
    return values.parsed(table, field, text)


def _by_number(catalog: Records, thing: type[T], name: str) -> list[int]:
    if not (name.isascii() and name.isdecimal() and len(name) < 18):
        return []
    return [*catalog.get_all(thing, [int(name)])]


def _by_serial(catalog: Records, name: str) -> list[int]:
    if not (name.isascii() and name.isdecimal() and len(name) < 9):
        return []
    return catalog.copies_with_serial(int(name))
