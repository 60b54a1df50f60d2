"""Tables for spreadsheets (CSV): things written out a row each, and read in again as one change or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog import names
from core.catalog.editing import Editor
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.catalog.tables import TABLES, T, Table
from core.errors import CountermarkError, RefusedError, UnreadableError
from core.model import Recipient, Work

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet would take a text for a formula
_KNOWN = ("id", "sha256")  # columns by which a row names what is there already


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows of a table: how many were new, changed or the same; `errors` say which row and why."""

    new: int
    changed: int
    same: int
    errors: tuple[str, ...]


def write(catalog: Catalog, thing: type[T], query: Query) -> Iterator[str]:
    """Yield the lines of a table of what a query finds: its number and every field that may be changed."""
    table = TABLES[thing]
    columns = ["id", *(["sha256", "path"] if thing is Work else []), *table.edited]
    yield _line(columns)
    for item in catalog.every(thing, query):
        yield _line([_cell(getattr(item, name)) for name in columns])


def read(catalog: Catalog, thing: type[T], source: Path, *, dry_run: bool = False) -> Imported:
    """Read a table in, all as one change that can be undone, and return what became of its rows.

    A row changes the thing that its `id` (or `sha256`, of works; or name, of recipients) names, and adds one where it
    names none. Empty cells change nothing. Where any row is wrong, nothing is changed, and `errors` tell all of them;
    with `dry_run` nothing is changed either way. UnreadableError for what is no such table.
    """
    table = TABLES[thing]
    rows = _rows(source, table)
    counts = {"new": 0, "changed": 0, "same": 0}
    errors: list[str] = []
    with catalog.together("imported") as editor:
        for number, row in rows:
            try:
                counts[_taken(catalog, editor, table, row)] += 1
            except CountermarkError as error:
                errors.append(f"Row {number}: {error}")
        if errors or dry_run:
            editor.abandon()
    return Imported(**counts, errors=tuple(errors))


def _taken(catalog: Catalog, editor: Editor, table: Table, row: Mapping[str, str]) -> str:
    """Store one row and return what became of it."""
    given = {
        name: names.parsed(catalog, table, name, text)
        for name, text in row.items()
        if text.strip() and name in table.edited
    }
    number = _known(catalog, table, row)
    if number is not None:
        if not row.get("id", "").strip() and table.thing is Recipient:
            del given["name"]  # found by it, in whatever spelling
        return "changed" if editor.edit(table.thing, number, **given) else "same"
    if table.thing is Work:
        raise RefusedError("It names no work: its id and its sha256 are empty.", "Works are added by protecting them.")
    if not row.get(table.titled, "").strip():
        raise RefusedError(f"It has no {table.titled}.", f"Every new {table.word} needs one.")
    editor.add(table.thing(id=0, **given))
    return "new"


def _known(catalog: Catalog, table: Table, row: Mapping[str, str]) -> int | None:
    """Return the number of what a row names, None where it names nothing that there is already."""
    if row.get("id", "").strip():
        return names.one(catalog, table.thing, row["id"].strip())
    if table.thing is Work and row.get("sha256", "").strip():
        work = catalog.work_by_sha256(row["sha256"].strip())
        if work is None:
            raise RefusedError(f"No work has the hash {row['sha256'].strip()}.", "Works are added by protecting them.")
        return work.id
    if table.thing is Recipient and row.get("name", "").strip():
        known = catalog.recipient_by_name(row["name"])
        return None if known is None or known.binned else known.id
    return None


def _rows(source: Path, table: Table) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table with their line numbers. UnreadableError where it is none."""
    try:
        text = source.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{source.name} is no text in UTF-8.", "Save it as CSV UTF-8.", path=source) from error
    except OSError as error:
        raise UnreadableError(
            f"{source.name} could not be read: {error.strerror}.", "Check it.", path=source
        ) from error
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().casefold().replace(" ", "_") for name in next(reader, [])]
        known = {*_KNOWN, "path", *table.edited}
        unknown = [name for name in columns if name not in known]
        if not columns or unknown or len(set(columns)) < len(columns):
            wrong = f"a column {unknown[0]!r}" if unknown else "no head, or a column twice"
            raise UnreadableError(
                f"{source.name} has {wrong}.",
                f"Its first row names some of: id, {', '.join(table.edited)}.",
                path=source,
            )
        return [
            (reader.line_num, dict(zip(columns, map(_text, cells), strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UnreadableError(
            f"{source.name} is no table: {error} in line {reader.line_num}.", "Save it as CSV.", path=source
        ) from error


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue()


def _text(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
