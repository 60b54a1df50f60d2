"""`countermark catalog list` and `show`: works, their copies, who got them."""

from __future__ import annotations

import argparse
import unicodedata

from app.commands import DONE, NOTHING
from app.commands.places import clock
from app.session import Session
from app.terminal import command, emit, say
from core.catalog.store import Catalog
from core.model import Copy, Kind, Work
from core.wording import day


def listing(given: argparse.Namespace) -> int:
    """List the works, newest first, and return the exit code."""
    with Session.open() as session:
        catalog = session.catalog
        works = catalog.works(given.search, thumbnails=False)
        counts: dict[int, int] = {}
        for copy in catalog.copies():
            counts[copy.work] = counts.get(copy.work, 0) + 1
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
        recipients = {recipient.id: recipient.name for recipient in catalog.recipients()}
        for work in works:
            copies = catalog.copies(work=work.id)
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
    works = catalog.works(thumbnails=False)
    by_number = [work for work in works if name.isdecimal() and work.id == int(name)]
    return by_number or [work for work in works if _folded(work.title) == _folded(name)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


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
