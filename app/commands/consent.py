"""`countermark consent`: records of what was agreed, as papers to print and sign; what ends soon."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from app.commands import DONE, NOTHING
from app.session import Session
from app.terminal import emit, say
from core.agreements import write_ledger, write_record
from core.model import Consent
from core.rights.consents import reminders


def paper(given: argparse.Namespace) -> int:
    """Write a consent or licence as PDF and HTML (without a number: an empty form) and return the exit code."""
    with Session.open() as session:
        for path in write_record(session.catalog, given.consent, Path(given.out or ".").expanduser()):
            say(f"Written: {path}")
    return DONE


def ledger(given: argparse.Namespace) -> int:
    """Write the ledger of an agreement as PDF and return the exit code."""
    with Session.open() as session:
        say(f"Written: {write_ledger(session.catalog, given.consent, Path(given.out or '.').expanduser())}")
    return DONE


def due(given: argparse.Namespace) -> int:
    """Show which agreements end soon, and return the exit code."""
    with Session.open() as session:
        found = reminders(session.catalog.every(Consent), date.today().isoformat(), within=given.days)
    for one in found:
        when = f"ends in {one.days} days" if one.days >= 0 else f"ended {-one.days} days ago"
        if given.json:
            emit({"consent": one.consent.id, "title": one.consent.title, "ends": one.consent.ends, "days": one.days})
        else:
            say(f"{one.consent.id:>5}  {one.consent.title}, granted to {one.consent.granted_to}: {when}")
    if not found and not given.json:
        say(f"No agreement ends within {given.days} days.")
    return DONE if found else NOTHING
