"""Full-text search: every word of a search stands somewhere in a thing's text, in any case, also inside a word.

The texts lie folded in the table `texts`. For tables of many rows an index of three-letter pieces (SQLite's FTS5,
"trigram") finds them; where SQLite has none, and for words of one or two letters, the texts are looked through.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Any

from core.catalog import records
from core.catalog.tables import BY_NAME, TABLES, Table
from core.catalog.text import folded

_VERSION = 1  # of what goes into the texts; another number has them built again
_PIECE = 3  # letters of an index entry
_FEW = 2000  # things that a word stands in: so many are looked up one by one
_AT_ONCE = 2000
_INDEX = "fts5(text, names, content='', tokenize='trigram')"
_INDEXED = tuple(table.name for table in TABLES.values() if table.indexed)
_SEARCHED = tuple(table for table in TABLES.values() if table.searched)


def prepare(connection: sqlite3.Connection) -> None:
    """Build texts and index where they are missing, as in a catalog of an older version: at opening."""
    built, indexed = connection.execute("SELECT built, indexed FROM search").fetchone()
    if built == _VERSION and (indexed or not _has_index()):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        built, indexed = connection.execute("SELECT built, indexed FROM search").fetchone()
        if built != _VERSION:
            _build_texts(connection)
        if _has_index():
            _build_index(connection)
        connection.execute("UPDATE search SET built = ?, indexed = ?", (_VERSION, int(_has_index())))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def update(connection: sqlite3.Connection, touched: Iterable[tuple[str, int]]) -> None:
    """Bring the texts of things in line with their rows, those that are gone included."""
    indexed = bool(connection.execute("SELECT indexed FROM search").fetchone()[0])
    if indexed and not _has_index():
        connection.execute("UPDATE search SET indexed = 0")
        indexed = False
    by_table: dict[str, list[int]] = {}
    for name, number in sorted(touched):
        if name in BY_NAME and BY_NAME[name].searched:
            by_table.setdefault(name, []).append(number)
    for name, numbers in by_table.items():
        new = _texts(connection, BY_NAME[name], numbers)
        for number in numbers:
            _replace(connection, name, number, new.get(number), indexed and name in _INDEXED)


def matching(connection: sqlite3.Connection, table: Table, words: list[str]) -> tuple[str, list[str]]:
    """Return what the index is asked for, and the words that it cannot answer: short ones, or all without an index."""
    if not (table.indexed and _has_index() and _is_indexed(connection)):
        return "", words
    long = [word for word in words if len(word) >= _PIECE]
    return " AND ".join(map(_quoted, long)), [word for word in words if len(word) < _PIECE]


def condition(connection: sqlite3.Connection, table: Table, word: str) -> tuple[str, list[Any]]:
    """Return the SQL that holds for things (as t) whose text has one word, folded already, and its parameters."""
    return _among(table, "t.id", few(connection, table, word), word, own=False)


def copies_condition(connection: sqlite3.Connection, word: str) -> tuple[str, list[Any]]:
    """Return the SQL that holds for copies (as t) whose work or whose recipient has a word."""
    works, people = (few(connection, BY_NAME[name], word, own=True) for name in ("works", "recipients"))
    if works is not None and people is not None:
        count = connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM copies WHERE recipient IN ({_list(people)}) LIMIT {_FEW})"
        ).fetchone()[0]
        if count < _FEW:
            both = {"t.work": works, "t.recipient": people}
            parts = [f"{column} IN ({_list(found)})" for column, found in both.items() if found]
            return f"({' OR '.join(parts) or 'false'})", []
    # Much is found: the copies are walked through in their order; the sign keeps SQLite from the indexes.
    work, first = _among(BY_NAME["works"], "+t.work", works, word, own=True)
    recipient, second = _among(BY_NAME["recipients"], "+t.recipient", people, word, own=True)
    return f"({work} OR {recipient})", [*first, *second]


def few(connection: sqlite3.Connection, table: Table, word: str, *, own: bool = False) -> list[int] | None:
    """Return the numbers of things in whose text one word stands, folded already; None where they are many.

    `own` leaves out what belongs to others: the names of those who got copies.
    """
    asked, _ = matching(connection, table, [word])
    if asked:
        asked = f"{{text}} : {asked}" if own else asked
        sql, values = f"SELECT rowid FROM search_{table.name} WHERE search_{table.name} MATCH ?", [asked]
    else:
        texts = "instr(text, ?2)" if own else "(instr(text, ?2) OR instr(names, ?2))"
        sql, values = f"SELECT item FROM texts WHERE thing = ?1 AND {texts}", [table.name, word]
    found = [row[0] for row in connection.execute(f"{sql} LIMIT {_FEW}", values)]
    return found if len(found) < _FEW else None


def _among(table: Table, column: str, found: list[int] | None, word: str, *, own: bool) -> tuple[str, list[Any]]:
    if found is not None:
        return f"{column} IN ({_list(found)})", []
    texts = "instr(x.text, ?)" if own else "(instr(x.text, ?) OR instr(x.names, ?))"
    return (
        f"EXISTS (SELECT 1 FROM texts x WHERE x.thing = '{table.name}' AND x.item = {column} AND {texts})",
        [word] if own else [word, word],
    )


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def words(text: str) -> list[str]:
    """Return the words of a search, folded."""
    return folded(text).split()


def wrong(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong with texts and index, in sentences; empty where all is in order."""
    found = []
    for table in _SEARCHED:
        missing = connection.execute(
            f"SELECT count(*) FROM {table.name} t WHERE NOT EXISTS"
            " (SELECT 1 FROM texts x WHERE x.thing = ? AND x.item = t.id)",
            (table.name,),
        ).fetchone()[0]
        if missing:
            found.append(f"{missing:,} of the {table.words} cannot be found by search.")
    if _has_index() and _is_indexed(connection):
        for name in _INDEXED:
            texts = connection.execute("SELECT count(*) FROM texts WHERE thing = ?", (name,)).fetchone()[0]
            if connection.execute(f"SELECT count(*) FROM search_{name}_docsize").fetchone()[0] != texts:
                found.append(f"The search index of the {name} is not complete.")
    return found


def rebuild(connection: sqlite3.Connection) -> None:
    """Have texts and index built again now."""
    connection.execute("UPDATE search SET built = 0")
    prepare(connection)


@cache
def _has_index() -> bool:
    """Return whether this SQLite has the index of three-letter pieces (from version 3.34 on, unless left out)."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE x USING {_INDEX}")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def _is_indexed(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT indexed FROM search").fetchone()[0])


def _build_texts(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM texts")
    for name in ("creators", "terms"):
        rows = connection.execute(f"SELECT id, name FROM {name}").fetchall()
        connection.executemany(
            f"UPDATE {name} SET folded = ? WHERE id = ?", [(folded(row["name"]), row["id"]) for row in rows]
        )
    for table in _SEARCHED:
        numbers = [row[0] for row in connection.execute(f"SELECT id FROM {table.name}").fetchall()]
        for start in range(0, len(numbers), _AT_ONCE):
            new = _texts(connection, table, numbers[start : start + _AT_ONCE])
            connection.executemany(
                "INSERT INTO texts (thing, item, text, names) VALUES (?, ?, ?, ?)",
                [(table.name, number, *both) for number, both in new.items()],
            )


def _build_index(connection: sqlite3.Connection) -> None:
    for name in _INDEXED:
        connection.execute(f"DROP TABLE IF EXISTS search_{name}")
        connection.execute(
            f"CREATE VIRTUAL TABLE search_{name} USING fts5(text, names, content='', tokenize='trigram')"
        )
        connection.execute(
            f"INSERT INTO search_{name} (rowid, text, names) SELECT item, text, names FROM texts WHERE thing = ?",
            (name,),
        )


def _texts(connection: sqlite3.Connection, table: Table, numbers: list[int]) -> dict[int, tuple[str, str]]:
    """Return the folded text of things by number, of their searched fields and their tags; and names that belong."""
    found: dict[int, tuple[str, str]] = {}
    for some in records.at_once(numbers):
        tags = records.tags(connection, table, some)
        names = _names(connection, some) if table.name == "works" else {}
        rows = connection.execute(
            f"SELECT t.* FROM {table.name} t WHERE t.id IN ({records.marks(some)})", some
        ).fetchall()
        for row in rows:
            parts = [str(table.columns[name](row[name])) for name in table.searched]
            text = folded("\n".join(filter(None, [*parts, *tags.get(row["id"], ())])))
            found[row["id"]] = (text, names.get(row["id"], ""))
    return found


def _names(connection: sqlite3.Connection, works: list[int]) -> dict[int, str]:
    """Return the folded names of those who got copies of works, by work."""
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        "SELECT DISTINCT c.work, r.folded FROM copies c JOIN recipients r ON r.id = c.recipient"
        f" WHERE c.work IN ({records.marks(works)}) ORDER BY c.work, c.recipient",
        works,
    )
    for work, name in rows:
        found.setdefault(work, []).append(name)
    return {work: "\n".join(names) for work, names in found.items()}


def _replace(
    connection: sqlite3.Connection, name: str, number: int, new: tuple[str, str] | None, indexed: bool
) -> None:
    row = connection.execute("SELECT text, names FROM texts WHERE thing = ? AND item = ?", (name, number)).fetchone()
    old = None if row is None else tuple(row)
    if old == new:
        return
    if old is not None:
        connection.execute("DELETE FROM texts WHERE thing = ? AND item = ?", (name, number))
        if indexed:
            connection.execute(
                f"INSERT INTO search_{name} (search_{name}, rowid, text, names) VALUES ('delete', ?, ?, ?)",
                (number, *old),
            )
    if new is not None:
        connection.execute("INSERT INTO texts (thing, item, text, names) VALUES (?, ?, ?, ?)", (name, number, *new))
        if indexed:
            connection.execute(f"INSERT INTO search_{name} (rowid, text, names) VALUES (?, ?, ?)", (number, *new))
