"""Every change with its history: who changed what, when, and what it held before; and the way back.

An operation is one transaction. Its rows in `changes` hold the fields that it changed, before and after, as JSON; what
is new has no "before" and lies in its own row. Undoing writes the old values as a further operation, so that history
only ever grows.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.catalog import records, search, unsigned
from core.catalog.database import Database
from core.catalog.tables import BY_NAME, Table, quoted
from core.catalog.text import folded, now, plain
from core.errors import CatalogError
from core.model import Change

_FOLDED = {"recipients": "name", "creators": "name", "terms": "name", "works": "title"}


class Operation:
    """One transaction at work: its changes are written down with those they change."""

    def __init__(self, connection: sqlite3.Connection, who: str, what: str, undoable: bool) -> None:
        self.connection = connection
        self._items: dict[str, set[int | str]] = {}
        self._who, self._what, self._undoable = who, what, undoable
        self._number: int | None = None
        self._touched: set[tuple[str, int]] = set()
        self._fields: dict[tuple[str, int | str], set[str]] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many things were changed so far, by table."""
        return {thing: len(items) for thing, items in self._items.items()}

    @property
    def number(self) -> int:
        """The operation's own row, made when it is first needed."""
        if self._number is None:
            made = self.connection.execute(
                "INSERT INTO operations (moment, who, what, undoable) VALUES (?, ?, ?, ?)",
                (now(), self._who, self._what, int(self._undoable)),
            )
            self._number = int(made.lastrowid or 0)
        return self._number

    def insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Store a new row of fields and return its number; `created` is now unless it is given."""
        number = self.next_number(table)
        fields = {"id": number, "created": now(), **values}
        lists = {name: fields.pop(name) for name in ("tags", *(table.links or {})) if name in fields}
        columns = {name: table.column(name, value) for name, value in fields.items()}
        if table.name in _FOLDED:
            columns["folded"] = folded_name(table, fields)
        names = ", ".join(quoted(name) for name in columns)
        self.connection.execute(
            f"INSERT INTO {table.name} ({names}) VALUES ({records.marks([*columns])})", [*columns.values()]
        )
        for name, value in lists.items():
            self._set_list(table, number, name, value)
        self._change(table.name, number, None, None)
        if table.name == "copies":  # a work is found by the names of those who got copies
            self._touched.add(("works", values["work"]))
        return number

    def next_number(self, table: Table) -> int:
        """Return the number of the next row: higher than any that is or was, so that history speaks of one thing."""
        row = self.connection.execute(
            f"SELECT (SELECT coalesce(max(id), 0) FROM {table.name}),"
            " (SELECT coalesce(max(item), 0) FROM changes WHERE thing = ?)",
            (table.name,),
        ).fetchone()
        return int(max(row)) + 1

    def update(self, table: Table, number: int, values: Mapping[str, Any]) -> bool:
        """Give a thing other values and return whether any of them is another. CatalogError where there is no such."""
        before = self.values(table, number, values)
        after = {name: _plain(table.column(name, value)) for name, value in values.items() if name not in _lists(table)}
        after |= {name: _list(table, name, values[name]) for name in _lists(table) if name in values}
        changed = {name for name in after if after[name] != before[name]}
        if not changed:
            return False
        columns = {name: table.column(name, values[name]) for name in changed - _lists(table).keys()}
        if table.name in _FOLDED and changed & {_FOLDED[table.name], "path"}:
            columns["folded"] = folded_name(table, {**self.names(table, number), **values})
        if columns:
            sets = ", ".join(f"{quoted(name)} = ?" for name in columns)
            self.connection.execute(f"UPDATE {table.name} SET {sets} WHERE id = ?", [*columns.values(), number])
        if table.name == "recipients" and "name" in changed:
            rows = self.connection.execute("SELECT DISTINCT work FROM copies WHERE recipient = ?", (number,))
            self._touched |= {("works", row[0]) for row in rows}
        for name in changed & _lists(table).keys():
            self._set_list(table, number, name, values[name])
        self._change(
            table.name, number, {name: before[name] for name in changed}, {name: after[name] for name in changed}
        )
        return True

    def values(self, table: Table, number: int, names: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a thing holds now in these fields, as history keeps it."""
        columns = [name for name in names if name not in _lists(table)]
        row = self.connection.execute(
            f"SELECT {', '.join(quoted(name) for name in ['id', *columns])} FROM {table.name} WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise CatalogError(
                f"The catalog has no {table.word} with the number {number}.", "Look it up in the list again."
            )
        found = {name: _plain(row[name]) for name in columns}
        for name in names:
            if name == "tags":
                found[name] = [*records.tags(self.connection, table, [number]).get(number, ())]
            elif name in _lists(table):
                found[name] = [*records.links(self.connection, table, name, [number]).get(number, ())]
        return found

    def names(self, table: Table, number: int) -> dict[str, Any]:
        """Return the fields of a row from which its folded form is made."""
        wanted = [name for name in (_FOLDED[table.name], "path") if name in table.columns]
        row = self.connection.execute(
            f"SELECT {', '.join(wanted)} FROM {table.name} WHERE id = ?", (number,)
        ).fetchone()
        return {name: table.columns[name](row[name]) for name in wanted}

    def remove(self, table: Table, number: int) -> None:
        """Delete a row that nothing refers to; all that it held stays in history."""
        row = self.connection.execute(f"SELECT * FROM {table.name} WHERE id = ?", (number,)).fetchone()
        lists = self.values(table, number, _lists(table))
        for name in _lists(table):
            self._set_list(table, number, name, ())
        self.connection.execute(f"DELETE FROM {table.name} WHERE id = ?", (number,))
        self._change(table.name, number, {**dict(zip(row.keys(), map(_plain, row), strict=True)), **lists}, None)

    def of(self, number: int) -> None:
        """Write down that this operation undoes or redoes another."""
        self.connection.execute("UPDATE operations SET of = ? WHERE id = ?", (number, self.number))

    def note(self, thing: str, item: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """Write down a change of something that is no numbered thing: a key."""
        self._change(thing, item, before, after)

    def abandon(self) -> None:
        """Undo the transaction; nothing of it is kept."""
        self.connection.execute("ROLLBACK")
        self._touched.clear()
        self._fields.clear()

    def finish(self) -> None:
        """Bring what is searched and what the log is to tell in line with what was changed: at the end of it all."""
        search.update(self.connection, self._touched)
        unsigned.remember_changes(self.connection, self._what, self._fields)

    def _change(
        self, thing: str, item: int | str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        self.connection.execute(
            "INSERT INTO changes (operation, thing, item, before, after) VALUES (?, ?, ?, ?, ?)",
            (self.number, thing, item, _json(before), _json(after)),
        )
        self._items.setdefault(thing, set()).add(item)
        self._fields.setdefault((thing, item), set()).update(after or {})
        if isinstance(item, int):
            self._touched.add((thing, item))

    def _set_list(self, table: Table, number: int, name: str, values: Sequence[Any]) -> None:
        if name == "tags":
            self.connection.execute("DELETE FROM tagged WHERE thing = ? AND item = ?", (table.name, number))
            for tag in _list(table, name, values):
                self.connection.execute("INSERT OR IGNORE INTO tags (name, folded) VALUES (?, ?)", (tag, folded(tag)))
                self.connection.execute(
                    "INSERT OR IGNORE INTO tagged (thing, item, tag) SELECT ?, ?, id FROM tags WHERE folded = ?",
                    (table.name, number, folded(tag)),
                )
            return
        assert table.links is not None
        link = table.links[name]
        own, other = quoted(link.own), quoted(link.other)
        self.connection.execute(f"DELETE FROM {link.table} WHERE {own} = ?", (number,))
        for value in values:
            there = self.connection.execute(f"SELECT 1 FROM {link.others} WHERE id = ?", (value,)).fetchone()
            if there is None:
                word = BY_NAME[link.others].word
                raise CatalogError(
                    f"The catalog has no {word} with the number {value}.", "Look it up in the list again."
                )
            self.connection.execute(
                f"INSERT OR IGNORE INTO {link.table} ({own}, {other}) VALUES (?, ?)", (number, value)
            )


@contextlib.contextmanager
def operation(database: Database, what: str, *, undoable: bool = False) -> Iterator[Operation]:
    """Give one transaction whose changes are written down; committed at the end, undone by any exception."""
    with database.changing() as connection:
        work = Operation(connection, database.who, what, undoable)
        yield work
        work.finish()


def history(
    connection: sqlite3.Connection,
    *,
    thing: str | None,
    item: int | str | None,
    operation: int | None = None,
    limit: int | None,
) -> list[Change]:
    """Return what was changed, newest first: all, or of one thing ("works" ...), of one item of it, or together."""
    given = {"c.thing = ?": thing, "c.item = ?": item, "c.operation = ?": operation}
    conditions = [sql for sql, value in given.items() if value is not None]
    rows = connection.execute(
        "SELECT c.*, o.moment, o.who, o.what, o.undone FROM changes c JOIN operations o ON o.id = c.operation"
        f" WHERE {' AND '.join(conditions) or 'true'} ORDER BY c.id DESC LIMIT ?",
        [*(value for value in given.values() if value is not None), -1 if limit is None else limit],
    )
    return [
        Change(
            id=row["id"],
            operation=row["operation"],
            moment=row["moment"],
            who=row["who"],
            what=row["what"],
            thing=BY_NAME[row["thing"]].word if row["thing"] in BY_NAME else "key",
            item=str(row["item"]),
            before=row["before"] or "",
            after=row["after"] or "",
            undone=bool(row["undone"]),
        )
        for row in rows
    ]


def folded_name(table: Table, fields: Mapping[str, Any]) -> str:
    """Return the form in which a thing's name is compared and sorted; of a work the path belongs to it."""
    name = plain(str(fields[_FOLDED[table.name]]))
    return folded(f"{name}\n{fields['path']}" if table.name == "works" else name)


def _lists(table: Table) -> dict[str, None]:
    return dict.fromkeys([*(["tags"] if table.tagged else []), *(table.links or {})])


def _list(table: Table, name: str, values: Sequence[Any]) -> list[Any]:
    """Return what history keeps of a list: tags once each, by name; numbers ascending."""
    if name != "tags":
        return sorted(set(values))
    by_name = {folded(clean): clean for clean in (" ".join(plain(value).split()) for value in values) if clean}
    return [by_name[key] for key in sorted(by_name)]


def _plain(value: Any) -> Any:
    """Return a column's value as JSON can hold it: a path that is no text as its escaped form."""
    return value.hex() if isinstance(value, bytes) else value


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False, sort_keys=True)
