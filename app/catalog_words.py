"""What the window calls the things of the catalog, their fields, and what was done to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.field_words import field_word, value_word
from app.i18n import counted, date, joined, tr
from core.catalog.tables import TABLES
from core.model import (
    Case,
    Change,
    Check,
    Consent,
    Copy,
    Creator,
    Document,
    Edit,
    Payment,
    Recipient,
    Terms,
    Verdict,
    Work,
)

REFERRING: Mapping[str, type[Any]] = {  # fields that hold numbers of other things
    "terms": Terms,
    "creator": Creator,
    "works": Work,
    "copies": Copy,
    "recipients": Recipient,
    "checks": Check,
}
_MOMENTS = frozenset({"binned", "emptied", "created"})


def counted_things(table: str, count: int) -> str:
    """Return how many things of a table: "3 works"."""
    words: Mapping[str, Callable[[int], str]] = {
        "works": lambda n: counted(n, "{count} work", "{count} works"),
        "copies": lambda n: counted(n, "{count} copy", "{count} copies"),
        "recipients": lambda n: counted(n, "{count} recipient", "{count} recipients"),
        "creators": lambda n: counted(n, "{count} creator", "{count} creators"),
        "terms": lambda n: counted(n, "{count} set of terms", "{count} sets of terms"),
        "consents": lambda n: counted(n, "{count} agreement", "{count} agreements"),
        "payments": lambda n: counted(n, "{count} payment", "{count} payments"),
        "checks": lambda n: counted(n, "{count} check", "{count} checks"),
        "cases": lambda n: counted(n, "{count} case", "{count} cases"),
        "documents": lambda n: counted(n, "{count} document", "{count} documents"),
    }
    said = words.get(table)
    return said(count) if said else counted(count, "{count} key", "{count} keys")


def thing_word(thing: type[Any]) -> str:
    """Return what a thing is, in a word: "Work"."""
    return {
        Work: tr("Work"),
        Copy: tr("Copy"),
        Recipient: tr("Recipient"),
        Creator: tr("Creator"),
        Terms: tr("Terms"),
        Consent: tr("Agreement"),
        Payment: tr("Payment"),
        Check: tr("Check"),
        Case: tr("Case"),
        Document: tr("Document"),
    }[thing]


def thing_icon(thing: type[Any] | None) -> str:
    """Return the name of the icon for a kind of things."""
    icons = {Work: "catalog", Copy: "copy", Recipient: "person", Creator: "person", Check: "check", None: "key"}
    return icons.get(thing, "file")


def name_of(item: Any) -> str:
    """Return what people know a thing by: its title, its name, its number."""
    if isinstance(item, Copy):
        return tr("Copy no. {serial}", serial=item.serial)
    if isinstance(item, Payment):
        return " ".join(part for part in (item.amount, item.currency) if part) or tr("Payment {number}", number=item.id)
    return str(getattr(item, TABLES[type(item)].titled))


def done_word(what: str) -> str:
    """Return what was done, as history tells it: "Edited"."""
    words = {
        "added": tr("Added"),
        "edited": tr("Edited"),
        "tagged": tr("Tagged"),
        "put into the bin": tr("Put into the bin"),
        "restored from the bin": tr("Restored from the bin"),
        "emptied the bin": tr("Emptied the bin"),
        "made the next version of": tr("Made the next version of"),
        "edited the key": tr("Edited the key"),
        "named the creator": tr("Named the creator"),
        "undone": tr("Undone"),
        "redone": tr("Done again"),
        "checked": tr("Checked"),
        "protected": tr("Protected"),
        "imported": tr("Imported"),
    }
    return words.get(what, what[:1].upper() + what[1:])


def done_words(what: str, counts: Mapping[str, int]) -> str:
    """Return what was done to how many things: "Edited: 3 works, 1 copy"."""
    things = joined(counted_things(table, count) for table, count in counts.items() if count)
    return tr("{done}: {things}", done=done_word(what), things=things) if things else done_word(what)


def edit_words(edit: Edit, name: str) -> str:
    """Return an operation in words; `name` is that of the only thing that it changed, where it is one."""
    if name:
        return tr("{done}: {things}", done=done_word(edit.what), things=name)
    return done_words(edit.what, edit.counts)


def change_facts(change: Change, names: Mapping[tuple[str, int], str]) -> list[tuple[str, str]]:
    """Return what a change put in place of what, by field: (field, "before → after").

    `names` holds what the things are called that fields refer to, by field and number.
    """
    before, after = _fields(change.before), _fields(change.after)
    facts = []
    for name in before | after:
        old, new = (_text(name, held.get(name), names) for held in (before, after))
        if old != new:
            facts.append((field_word(name), tr("{before} → {after}", before=old or "–", after=new or "–")))
    return facts


def referred(change: Change) -> list[tuple[str, int]]:
    """Return the things that the fields of a change refer to: field and number of each."""
    found = []
    for held in (_fields(change.before), _fields(change.after)):
        for name in REFERRING:
            value = held.get(name)
            found += [(name, number) for number in (value if isinstance(value, list) else [value]) if number]
    return found


def verdict_state(verdict: Verdict) -> tuple[str, str, str]:
    """Return the verdict of a check as word, icon and role of colour."""
    return {
        Verdict.CERTAIN: (tr("Certain"), "certain", "certain"),
        Verdict.PROBABLE: (tr("Probable"), "probable", "probable"),
        Verdict.NOTHING: (tr("Nothing found"), "nothing", "muted"),
        Verdict.UNREADABLE: (tr("Could not be read"), "trouble", "trouble"),
    }[verdict]


def _fields(held: str) -> dict[str, Any]:
    found = json.loads(held) if held else {}
    return found if isinstance(found, dict) else {}


def _text(name: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    if isinstance(value, list):
        return joined(_text(name, part, names) for part in value)
    if value is None or value == "":
        return ""
    if name in REFERRING:
        return names.get((name, value)) or tr("no. {number}", number=value)
    return date(str(value), short=True) if name in _MOMENTS else value_word(name, value)
