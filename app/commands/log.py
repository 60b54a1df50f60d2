"""`countermark log`: the signed log; shown, checked, its head handed out and time-stamped."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, TROUBLE
from app.passphrases import opener
from app.session import Session
from app.terminal import emit, say, warn
from core import journal, stamps
from core.errors import RefusedError
from core.evidence.log import parse_head


def show(given: argparse.Namespace) -> int:
    """Show the entries of the log and return the exit code."""
    with Session.open() as session:
        for event in session.catalog.events():
            if given.json:
                emit({"number": event.number, "moment": event.moment, "what": event.what, "facts": event.facts})
            else:
                say(f"{event.number:>6}  {event.moment}  {event.what}  {event.facts}")
        waiting = len(session.catalog.waiting())
    if waiting and not given.json:
        say(f"{_events(waiting)} for a key to be opened, which signs them.")
    return DONE


def _events(count: int) -> str:
    return "1 event waits" if count == 1 else f"{count:,} events wait"


def head(given: argparse.Namespace) -> int:
    """Write the head of the log, to be kept elsewhere, and return the exit code."""
    with Session.open() as session:
        say(str(journal.log_head(session.catalog)))
    return DONE


def verify(given: argparse.Namespace) -> int:
    """Check the log and return the exit code: trouble where something is wrong."""
    try:
        heads = [parse_head(text) for text in given.head]
    except ValueError as error:
        raise RefusedError(f"That is no head of a log: {error}.", "Copy it whole.") from error
    with Session.open() as session:
        catalog = session.catalog
        wrong = journal.trouble(catalog, heads=heads)
        missing = journal.without_entry(catalog)
        end = journal.log_head(catalog)
    for line in wrong:
        warn(line)
    if missing:
        say(f"{len(missing)} copies have no entry: made before there was a log, or cut off by a crash.")
    if not wrong:
        say(f"The log is whole: {end.number} entries, each signed and bound to the one before. Head: {end}")
        if not given.head:
            say("That nothing was cut off at its end shows only a head that was kept elsewhere: --head HEAD")
    return TROUBLE if wrong else DONE


def stamp(given: argparse.Namespace) -> int:
    """Write a time stamp request for the log, or take in the answer, and return the exit code."""
    with Session.open() as session:
        if given.request:
            end = stamps.ask(session.catalog, Path(given.request))
            say(f"The request for the head {end} is in {given.request}. Send it to a time stamping authority:")
            say(
                f"  curl -H 'Content-Type: application/timestamp-query' --data-binary @{given.request} URL > answer.tsr"
            )
        if given.answer:
            session.unlock(opener(given.passphrase_file))
            found = stamps.take_in(session.catalog, session.key, Path(given.answer))
            say(f"Stamped on {found.moment}. It is kept with the catalog and packed with every evidence package.")
    return DONE
