"""`countermark catalog ...`: works and who got copies; whether all is in order; undo, history, the bin."""

from __future__ import annotations

import argparse
from dataclasses import fields

from app.commands import DONE, NOTHING, TROUBLE
from app.commands.lines import line, lines, record
from app.commands.places import clock, place
from app.session import Session
from app.terminal import command, emit, say, warn
from core.catalog import names
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.days import day
from core.errors import RefusedError
from core.model import Check, Copy, Kind, Recipient, Work
from core.results import found


def listing(given: argparse.Namespace) -> int:
    """List the works, newest first, and return the exit code."""
    with Session.open() as session:
        catalog = session.catalog
        works = catalog.works(given.search, thumbnails=False)
        counts = catalog.copy_counts(work.id for work in works)
        for work in works:
            count = counts.get(work.id, 0)
            if given.json:
                emit({**_work(work), "copies": count})
            else:
                say(f"{work.id:>5}  {work.title}  ({_facts(work)}; {_copies(count)})")
    if works:
        return DONE
    if not given.json:
        say(f"No work holds {given.search!r}." if given.search else "The catalog holds no work yet.")
    return NOTHING if given.search else DONE


def show(given: argparse.Namespace) -> int:
    """Show every work of this number or title with its copies, and return the exit code."""
    with Session.open() as session:
        catalog = session.catalog
        works = works_named(catalog, given.work)
        for work in works:
            copies = catalog.copies(work=work.id)
            found = catalog.get_all(Recipient, (copy.recipient for copy in copies))
            recipients = {number: recipient.name for number, recipient in found.items()}
            if given.json:
                emit({**_work(work), "copies": [_copy(copy, recipients) for copy in copies]})
                continue
            say(f"{work.title} (no. {work.id}; {_facts(work)})")
            say(f"  original: {work.path}")
            say(f"  in the catalog since {day(work.created)}; {_copies(len(copies))}")
            for copy in copies:
                say(f"  copy no. {copy.serial} for {recipients[copy.recipient]}, {day(copy.created)}: {copy.path}")
    if works:
        return DONE
    if not given.json:
        say(f"The catalog has no work {given.work!r}. List them: {command('catalog list')}")
    return NOTHING


def works_named(catalog: Catalog, name: str) -> list[Work]:
    """Return the works of this number, else of exactly this title, in any case."""
    try:
        return [*catalog.get_all(Work, names.named(catalog, Work, name)).values()]
    except RefusedError:
        return []


def check(given: argparse.Namespace) -> int:
    """Look whether the catalog is in order and return the exit code."""
    with Session.open() as session:
        catalog = session.catalog
        if given.rebuild_search:
            catalog.rebuild_search()
        problems = catalog.problems()
        for problem in problems:
            warn(problem)
        if problems:
            warn(f"The catalog is not in order. Backups: {command('backup list')}")
            return TROUBLE
        totals = catalog.totals()
        held = ", ".join(f"{totals[name]:,} {name}" for name in ("works", "copies", "checks"))
        say(f"The catalog is in order: {held}.")
    return DONE


def undo(given: argparse.Namespace) -> int:
    """Undo the last edit and return the exit code."""
    with Session.open() as session:
        say(f"Undone: {session.catalog.undo()}.")
    return DONE


def redo(given: argparse.Namespace) -> int:
    """Do again what was undone last and return the exit code."""
    with Session.open() as session:
        say(f"Done again: {session.catalog.redo()}.")
    return DONE


def history(given: argparse.Namespace) -> int:
    """Show what was changed, newest first, and return the exit code."""
    with Session.open() as session:
        for change in session.catalog.history(limit=max(given.limit, 0)):
            if given.json:
                emit({field.name: getattr(change, field.name) for field in fields(change)})
                continue
            held = f": {change.before} to {change.after}" if change.before or change.after else ""
            undone = " (undone)" if change.undone else ""
            say(f"{change.moment} {change.who}: {change.what} {change.thing} no. {change.item}{held}{undone}")
    return DONE


def checks(given: argparse.Namespace) -> int:
    """List the files that were checked, newest first, or show one, and return the exit code."""
    if given.number is not None:
        return _checked(given)
    with Session.open() as session:
        catalog, query = session.catalog, Query(text=given.search)
        page = iter(catalog.page(Check, query, limit=given.limit).items) if given.limit else catalog.every(Check, query)
        count = 0
        for item in page:
            count += 1
            if given.json:
                whole = catalog.get(Check, item.id)
                emit({**record(catalog, item), "findings": len(whole.matches), "similar": len(whole.similar)})
            else:
                say(line(catalog, item))
    if not count and not given.json:
        say(f"No check holds {given.search!r}." if given.search else "No file was checked yet.")
    return NOTHING if given.search and not count else DONE


def _checked(given: argparse.Namespace) -> int:
    with Session.open() as session:
        catalog = session.catalog
        for number in names.named(catalog, Check, given.number):
            item = catalog.get(Check, number)
            if given.json:
                emit({**record(catalog, item), **found(item)})
                continue
            for text in lines(catalog, item):
                say(text)
            for match in item.matches:
                if found_at := place(match.finding, item.kind):
                    say(f"  {found_at}")
    return DONE


def empty_bin(given: argparse.Namespace) -> int:
    """Empty the bin and return the exit code."""
    with Session.open() as session:
        removed, kept = session.catalog.empty_bin()
        say(f"Removed: {removed:,}. Out of sight for good, and still known to detection: {kept:,}.")
    return DONE


def _work(work: Work) -> dict[str, object]:
    size: dict[str, object] = (
        {"width": work.width, "height": work.height}
        if work.kind is Kind.IMAGE
        else {"seconds": work.seconds, "rate": work.rate, "channels": work.channels}
    )
    return {
        "work": work.id,
        "title": work.title,
        "kind": work.kind.value,
        "path": work.path,
        "sha256": work.sha256,
        "created": work.created,
        **size,
    }


def _copy(copy: Copy, recipients: dict[int, str]) -> dict[str, object]:
    return {
        "serial": copy.serial,
        "recipient": recipients[copy.recipient],
        "path": copy.path,
        "sha256": copy.sha256,
        "created": copy.created,
        "strength": copy.strength.value,
        "key": copy.key,
        "quality": dict(copy.quality),
    }


def _facts(work: Work) -> str:
    if work.kind is Kind.IMAGE:
        return f"picture, {work.width} x {work.height}"
    return f"recording, {clock(work.seconds)} at {work.rate} Hz"


def _copies(count: int) -> str:
    return "1 copy" if count == 1 else f"{count:,} copies"


_RUNS = {
    "list": listing,
    "show": show,
    "checks": checks,
    "check": check,
    "history": history,
    "undo": undo,
    "redo": redo,
    "empty-bin": empty_bin,
}


def run(given: argparse.Namespace) -> int:
    """Run one of the commands on the catalog and return the exit code."""
    return _RUNS[given.verb](given)
