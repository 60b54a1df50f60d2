"""What the signed log is still to tell: written down in the transaction of what happened, signed when a key is open.

Agreements are edited, keys retired and backups made while no key is open. So these things wait here, in order; whoever
opens a key next has them signed (`core.journal.settle`). Nothing here names people: logs are shown.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.catalog import events, records
from core.catalog.text import now
from core.model import Consent, Document, Event, Payment

AGREEMENT_CHANGED, PAYMENT_CHANGED, PAPER_CHANGED = "agreement changed", "payment changed", "paper changed"
KEY_CHANGED, BACKUP_MADE, BACKUP_RESTORED = "key changed", "backup made", "backup restored"
_PLAIN = {  # the fields of each that the log shows as they are: numbers, days, hashes
    "consents": ("type", "series", "version", "starts", "ends", "signed", "replaced", "revoked", "document_sha256"),
    "payments": ("consent", "due", "received", "uses"),
    "documents": ("consent", "sha256"),
}
_TOLD: Mapping[str, tuple[type[Any], str, str]] = {
    "consents": (Consent, AGREEMENT_CHANGED, "consent"),
    "payments": (Payment, PAYMENT_CHANGED, "payment"),
    "documents": (Document, PAPER_CHANGED, "document"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that the log is still to tell."""

    id: int
    moment: str  # ISO 8601, UTC
    what: str
    facts: Mapping[str, Any]


def remember(connection: sqlite3.Connection, what: str, facts: Mapping[str, Any]) -> None:
    """Write down what happened, in the open transaction."""
    connection.execute(
        "INSERT INTO unsigned (moment, what, facts) VALUES (?, ?, ?)", (now(), what, json.dumps(facts, sort_keys=True))
    )


def remember_changes(
    connection: sqlite3.Connection, how: str, changed: Mapping[tuple[str, int | str], set[str]]
) -> None:
    """Write down what an operation did to agreements, their ledger and their papers: which fields, and the new state.

    `record` is the SHA-256 of what `record_of` returns; it is empty for what is gone.
    """
    for (table, number), fields in changed.items():
        if table not in _TOLD or not isinstance(number, int):
            continue
        thing, what, word = _TOLD[table]
        item = records.by_id(connection, thing, number)
        if isinstance(item, Document) and item.consent is None:
            continue  # what belongs to a case is told when it is written
        facts: dict[str, Any] = {word: number, "how": how, "fields": sorted(fields)}
        facts["record"] = "" if item is None else hashlib.sha256(record_of(item)).hexdigest()
        shown = {} if item is None else {name: getattr(item, name) for name in _PLAIN[table]}
        facts |= {name: value for name, value in shown.items() if value not in ("", None)}
        remember(connection, what, facts)


def record_of(item: Consent | Payment | Document) -> bytes:
    """Return an agreement, a payment or a paper as the JSON whose hash the log tells: its fields that say anything.

    Tags, notes and the bin are not part of it. New kinds of fields leave older records as they are.
    """
    held = {
        name: value
        for name, value in dataclasses.asdict(item).items()
        if name not in ("tags", "note", "binned", "path", "kept") and value not in ("", None, (), False)
    }
    return json.dumps(held, sort_keys=True, ensure_ascii=False, indent=1).encode()


def waiting(connection: sqlite3.Connection) -> list[Happened]:
    """Return what the log is still to tell, in order."""
    rows = connection.execute("SELECT id, moment, what, facts FROM unsigned ORDER BY id").fetchall()
    return [Happened(row["id"], row["moment"], row["what"], json.loads(row["facts"])) for row in rows]


def sign(connection: sqlite3.Connection, make: Callable[[Event | None, Happened], Event]) -> int:
    """Append to the log what `make` makes of its last entry and each thing that waits; return how many there were."""
    told = waiting(connection)
    for one in told:
        events.append(connection, partial(_made, make, one))
        connection.execute("DELETE FROM unsigned WHERE id = ?", (one.id,))
    return len(told)


def _made(make: Callable[[Event | None, Happened], Event], one: Happened, last: Event | None) -> Event:
    return make(last, one)
