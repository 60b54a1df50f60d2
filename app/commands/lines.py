"""How records are shown: one line in a list, all that is known on several, or one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from app.commands.places import clock
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.days import day
from core.model import (
    Case,
    Check,
    Consent,
    Copy,
    Creator,
    Document,
    Kind,
    Payment,
    Recipient,
    Terms,
    Work,
)

_APART = frozenset({"thumbnail", "signal", "fingerprint", "matches", "similar"})


def record(catalog: Catalog, item: Any) -> dict[str, object]:
    """Return the JSON object of a record: its fields, and in words what they refer to."""
    found: dict[str, object] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name not in _APART:
            found[field.name] = value.value if isinstance(value, StrEnum) else value
    if isinstance(item, Copy):
        found["work_title"] = catalog.get(Work, item.work).title
        found["recipient_name"] = catalog.get(Recipient, item.recipient).name
    if isinstance(item, Consent):
        found["standing"] = item.standing(date.today().isoformat()).value
    return found


def line(catalog: Catalog, item: Any) -> str:
    """Return a record as one line of a list."""
    if isinstance(item, Copy):
        work, recipient = catalog.get(Work, item.work).title, catalog.get(Recipient, item.recipient).name
        purpose = f", {item.purpose}" if item.purpose else ""
        return f"{item.serial:>7}  {work} for {recipient}, {day(item.created)}{purpose}: {item.path}"
    name, facts = _facts(catalog, item)
    tags = getattr(item, "tags", ())
    said = "; ".join([*filter(None, facts), *([f"tags {', '.join(tags)}"] if tags else [])])
    return f"{item.id:>5}  {name}{f'  ({said})' if said else ''}"


def lines(catalog: Catalog, item: Any) -> Iterator[str]:
    """Yield all that is known of a record, a line each; empty fields are left out."""
    yield line(catalog, item).strip()
    for name, value in record(catalog, item).items():
        if value not in ("", None, (), {}, 0, False) and name not in ("id", "tags"):
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            yield f"  {name.replace('_', ' ')}: {shown}"
    if isinstance(item, Work):
        for copy in catalog.every(Copy, Query(work=item.id)):
            yield f"  copy {line(catalog, copy).strip()}"
    if isinstance(item, Copy):
        for consent in catalog.agreements_of(item):
            yield f"  agreement {line(catalog, consent).strip()}"
    if isinstance(item, Consent):
        for payment in catalog.every(Payment, Query(consent=item.id)):
            yield f"  payment {line(catalog, payment).strip()}"
    if isinstance(item, Consent | Case):
        asked = Query(consent=item.id) if isinstance(item, Consent) else Query(case=item.id)
        for document in catalog.every(Document, asked):
            yield f"  document {line(catalog, document).strip()}"


def _facts(catalog: Catalog, item: Any) -> tuple[str, list[str]]:
    """Return what a record is called, and what is most worth knowing of it."""
    if isinstance(item, Work):
        count = catalog.copy_counts([item.id]).get(item.id, 0)
        size = (
            f"picture, {item.width} x {item.height}"
            if item.kind is Kind.IMAGE
            else f"recording, {clock(item.seconds)} at {item.rate} Hz"
        )
        return item.title, [size, "1 copy" if count == 1 else f"{count:,} copies"]
    if isinstance(item, Recipient):
        return item.name, [item.kind.value, item.email]
    if isinstance(item, Creator):
        return item.name, [item.legal_name, item.email]
    if isinstance(item, Terms):
        return item.name, [item.rights, item.data_mining.value]
    if isinstance(item, Consent):
        standing = item.standing(date.today().isoformat()).value
        until = f"{standing}{f' until {item.ends}' if item.ends else ''}"
        version = f"version {item.version}" if item.version > 1 else ""
        return item.title, [item.type.value, until, version]
    if isinstance(item, Payment):
        amount = f"{item.kind.value} {item.amount} {item.currency}".strip()
        state = f"received {item.received}" if item.received else f"due {item.due}" if item.due else "open"
        return f"{amount} of {catalog.get(Consent, item.consent).title}", [state]
    if isinstance(item, Case):
        return item.title, [item.status.value, f"follow up {item.follow_up}" if item.follow_up else ""]
    if isinstance(item, Document):
        of = f"case no. {item.case}" if item.consent is None else f"consent no. {item.consent}"
        return item.name, [of, f"{item.bytes:,} bytes", "" if item.kept else "content not kept"]
    assert isinstance(item, Check)
    return item.file, [item.verdict.value, day(item.created)]
