"""`countermark work|copy|recipient|creator|terms|consent|payment|case ...`: list, show, add, edit, bin, import."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.commands import DONE, NOTHING, TROUBLE
from app.commands.choices import query_of
from app.commands.lines import line, lines, record
from app.commands.papers import attach, save
from app.session import Session
from app.terminal import command, emit, say, shown, warn
from core.catalog import names, sheets, values
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.catalog.tables import TABLES, Table
from core.errors import RefusedError
from core.model import (
    Case,
    Consent,
    Copy,
    Creator,
    Document,
    Payment,
    Recipient,
    Terms,
    Work,
)

THINGS: dict[str, type[Any]] = {
    "work": Work,
    "copy": Copy,
    "recipient": Recipient,
    "creator": Creator,
    "terms": Terms,
    "consent": Consent,
    "payment": Payment,
    "case": Case,
    "document": Document,
}


def listing(given: argparse.Namespace) -> int:
    """List what was asked for, and return the exit code: 1 where a search or a filter finds nothing."""
    thing = THINGS[given.word]
    with Session.open() as session:
        catalog = session.catalog
        query = query_of(catalog, given)
        count = 0
        for item in _limited(catalog, thing, query, getattr(given, "limit", None)):
            count += 1
            if given.json:
                emit(record(catalog, item))
            else:
                say(line(catalog, item))
    if count:
        return DONE
    if not given.json:
        say(
            f"There are no such {TABLES[thing].words}."
            if query != Query()
            else f"There are no {TABLES[thing].words} yet."
        )
    return NOTHING if query != Query() else DONE


def show(given: argparse.Namespace) -> int:
    """Show all that go by this number or name, and return the exit code."""
    thing = THINGS[given.word]
    with Session.open() as session:
        catalog = session.catalog
        for number in names.named(catalog, thing, given.item):
            item = catalog.get(thing, number)
            past = catalog.history(thing, number, limit=None) if given.history else []
            if given.json:
                more = {"history": [_change(change) for change in past]} if given.history else {}
                emit({**record(catalog, item), **more})
                continue
            for text in lines(catalog, item):
                say(text)
            for change in past:
                say(f"  {change.moment} {change.who}: {change.what}{_told(change)}")
    return DONE


def add(given: argparse.Namespace) -> int:
    """Add one thing and return the exit code."""
    thing = THINGS[given.word]
    table = TABLES[thing]
    with Session.open() as session:
        catalog = session.catalog
        changes = _changes(catalog, table, given.set)
        if given.tag:
            changes["tags"] = tuple(given.tag)
        if thing is Payment:
            item = catalog.add(Payment(id=0, consent=names.one(catalog, Consent, given.name), **changes))
        else:
            item = catalog.add(thing(id=0, **{table.titled: given.name, **changes}))
        if given.json:
            emit(record(catalog, item))
        else:
            say(f"Added: {line(catalog, item).strip()}")
    return DONE


def edit(given: argparse.Namespace) -> int:
    """Change things, all in one operation, and return the exit code."""
    thing = THINGS[given.word]
    table = TABLES[thing]
    with Session.open() as session:
        catalog = session.catalog
        numbers = _numbers(catalog, thing, given.items)
        changes = _changes(catalog, table, given.set)
        if not changes and not given.tag and not given.untag:
            raise RefusedError("Nothing was said to be changed.", f"Fields: {command(f'{given.word} fields')}")
        with catalog.together("edited") as editor:
            count = sum(editor.change(thing, number, changes, given.tag, given.untag) for number in numbers)
        say(f"Changed {count:,} of {len(numbers):,} {table.words}. To undo it: {command('catalog undo')}")
    return DONE


def into_bin(given: argparse.Namespace) -> int:
    """Put things into the bin and return the exit code."""
    thing = THINGS[given.word]
    with Session.open() as session:
        count = session.catalog.bin(thing, _numbers(session.catalog, thing, given.items))
        say(f"In the bin: {count:,} of the {TABLES[thing].words}. To undo it: {command('catalog undo')}")
    return DONE


def restore(given: argparse.Namespace) -> int:
    """Bring things back from the bin and return the exit code."""
    thing = THINGS[given.word]
    with Session.open() as session:
        count = session.catalog.restore(thing, _numbers(session.catalog, thing, given.items))
        say(f"Back from the bin: {count:,} of the {TABLES[thing].words}.")
    return DONE


def list_fields(given: argparse.Namespace) -> int:
    """List the fields that can be changed and what may stand in them, and return the exit code."""
    table = TABLES[THINGS[given.word]]
    for name in table.edited:
        say(f"{name:<18} {values.meaning(table, name)}")
    return DONE


def import_sheet(given: argparse.Namespace) -> int:
    """Read a table in and return the exit code: 2 where a row is wrong, and nothing was changed."""
    thing = THINGS[given.word]
    with Session.open() as session:
        done = sheets.read(session.catalog, thing, Path(given.file), dry_run=given.dry_run)
    if given.json:
        emit({"new": done.new, "changed": done.changed, "same": done.same, "errors": list(done.errors)})
    else:
        for error in done.errors:
            warn(error)
        would = "Would be: " if given.dry_run or done.errors else ""
        say(f"{would}{done.new:,} new, {done.changed:,} changed, {done.same:,} as they were.")
    if done.errors:
        warn(f"Nothing was changed: {len(done.errors):,} rows are wrong.")
        return TROUBLE
    return DONE


def export_sheet(given: argparse.Namespace) -> int:
    """Write a table to standard output and return the exit code."""
    thing = THINGS[given.word]
    with Session.open() as session:
        for text in sheets.write(session.catalog, thing, query_of(session.catalog, given)):
            print(text, flush=False)
        sys.stdout.flush()
    return DONE


def revise(given: argparse.Namespace) -> int:
    """Make the next version of an agreement and return the exit code."""
    with Session.open() as session:
        catalog = session.catalog
        made = catalog.revise(names.one(catalog, Consent, given.item))
        say(f"Added: {line(catalog, made).strip()}")
    return DONE


def _limited(catalog: Catalog, thing: type[Any], query: Query, limit: int | None) -> Iterator[Any]:
    if limit is not None:
        return iter(catalog.page(thing, query, limit=max(limit, 0)).items)
    return catalog.every(thing, query)


def _numbers(catalog: Catalog, thing: type[Any], items: list[str]) -> list[int]:
    return [names.one(catalog, thing, item) for item in items]


def _changes(catalog: Catalog, table: Table, given: list[str]) -> dict[str, Any]:
    """Return the values of "field=value" arguments."""
    changes: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise RefusedError(f"--set {shown(text)} has no value.", "Write --set FIELD=VALUE.")
        changes[name.strip()] = names.parsed(catalog, table, name.strip(), value)
    return changes


def _change(change: Any) -> dict[str, object]:
    return {field.name: getattr(change, field.name) for field in fields(change)}


def _told(change: Any) -> str:
    return f" {change.before} to {change.after}" if change.before or change.after else ""


_RUNS = {
    "list": listing,
    "search": listing,
    "show": show,
    "add": add,
    "edit": edit,
    "bin": into_bin,
    "restore": restore,
    "fields": list_fields,
    "import": import_sheet,
    "export": export_sheet,
    "revise": revise,
    "attach": attach,
    "save": save,
}


def run(given: argparse.Namespace) -> int:
    """Run one of the commands on records and return the exit code."""
    return _RUNS[given.verb](given)
