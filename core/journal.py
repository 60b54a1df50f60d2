"""What the signed log of a catalog tells: copies made, files found, packages, notices; agreements, keys, backups."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from core.catalog.backup import backups
from core.catalog.events import head_in
from core.catalog.store import Catalog
from core.catalog.text import now
from core.catalog.unsigned import BACKUP_RESTORED, KEY_CHANGED
from core.evidence.log import KEY_ADDED, Head, head, next_event, parse_head, problems
from core.evidence.signing import Signer, signer
from core.keys import CreatorKey
from core.model import Case, Check, Consent, Copy, DataMining, Event, SourceType, Statements

COPY_MADE, FILE_FOUND, FILE_RECEIVED = "copy made", "file found", "file received"
PACKAGE_MADE, NOTICE_WRITTEN, HEAD_STAMPED = "package made", "notice written", "log time-stamped"
_introduced: weakref.WeakKeyDictionary[Catalog, set[str]] = weakref.WeakKeyDictionary()


def note(catalog: Catalog, key: CreatorKey, what: str, **facts: Any) -> Event:
    """Return the new entry of the log that says what happened. Facts hold no names of people: logs are shown."""
    settle(catalog, key)
    by = signer(key)
    _introduce(catalog, by)
    return catalog.append_event(lambda last: next_event(last, what, facts, by=by, moment=now()))


def settle(catalog: Catalog, key: CreatorKey) -> int:
    """Sign what happened while no key was open: agreements edited, keys retired, backups made; return how much it was.

    The fact `on` says when it happened; the entry's own moment is that of signing.
    """
    if not catalog.waiting():
        return 0
    by = signer(key)
    _introduce(catalog, by)
    return catalog.sign_waiting(
        lambda last, one: next_event(last, one.what, {**one.facts, "on": one.moment}, by=by, moment=now())
    )


def trouble(catalog: Catalog, *, keys: Iterable[CreatorKey] = (), heads: Iterable[Head | str] = ()) -> tuple[str, ...]:
    """Return what is wrong with the log of a catalog, in sentences; () where it is in order.

    `keys` are those that are open: the log must name their public halves. `heads` were kept elsewhere. The heads of
    packages that the log itself tells of, and those in the dated backups, are looked at too.
    """
    events = catalog.events()
    known = [one if isinstance(one, Head) else parse_head(one) for one in heads]
    for backup in backups(catalog.folder):
        end = head_in(backup.path)
        known += [] if end is None else [Head(*end)]
    for event in events:
        if event.what == PACKAGE_MADE:
            kept = json.loads(event.facts).get("head", "0:")
            known += [parse_head(kept)] if kept != "0:" else []
    publics = {by.key: by.public for by in map(signer, keys)}
    return problems(events, publics=publics, heads=known)


def without_entry(catalog: Catalog) -> list[Copy]:
    """Return the copies that no entry of the log tells of: from before there was a log, or after a crash."""
    told = {(event.key, json.loads(event.facts).get("serial")) for event in catalog.events() if event.what == COPY_MADE}
    return [copy for copy in catalog.copies() if (copy.key, copy.serial) not in told]


def log_head(catalog: Catalog) -> Head:
    """Return the head of a catalog's log."""
    return head(catalog.events())


def entry_of(catalog: Catalog, copy: Copy) -> Event | None:
    """Return the entry of the log that tells how a copy was made, or None."""
    found = catalog.events_of(COPY_MADE, key=copy.key, part=f'"serial":{copy.serial},')
    return found[0] if found else None


def statements_of(catalog: Catalog, copy: Copy) -> Statements:
    """Return what a copy said on rights when it went out, as the log tells; nothing where it does not."""
    event = entry_of(catalog, copy)
    return Statements() if event is None else _unpacked(json.loads(event.facts).get("statements", {}))


def concerning(events: Iterable[Event], case: Case, check: Check, agreements: Iterable[Consent]) -> frozenset[int]:
    """Return the numbers of the entries that concern a case: its file, the copies found, what was agreed on them.

    Those on the keys that made the copies, on time stamps and on restored backups belong to it: they bear on the log.
    """
    copies = {(match.key, match.finding.serial) for match in check.matches}
    keys, consents = {match.key for match in check.matches}, {one.id for one in agreements}

    def concerns(event: Event, facts: dict[str, Any]) -> bool:
        if event.what == COPY_MADE:
            return (event.key, facts.get("serial")) in copies
        if event.what == KEY_CHANGED:
            return facts.get("id") in keys
        if event.what == FILE_FOUND:
            return facts.get("sha256") == check.sha256
        if event.what in (HEAD_STAMPED, BACKUP_RESTORED):
            return True
        return facts.get("case") == case.id or facts.get("consent") in consents

    return frozenset(event.number for event in events if concerns(event, json.loads(event.facts)))


def packed(statements: Statements) -> dict[str, Any]:
    """Return what is said as plain values for the log."""
    empty = Statements()
    return {
        field.name: getattr(statements, field.name)
        for field in fields(Statements)
        if field.name != "others" and getattr(statements, field.name) != getattr(empty, field.name)
    }


def _unpacked(values: dict[str, Any]) -> Statements:
    known = {field.name for field in fields(Statements)}
    said = {name: value for name, value in values.items() if name in known}
    kinds: dict[str, Callable[[str], Any]] = {"mining": DataMining, "source_type": SourceType}
    return Statements(**{name: kinds[name](value) if name in kinds else value for name, value in said.items()})


def _introduce(catalog: Catalog, by: Signer) -> None:
    """Let the log tell the public half of a key before its first entry."""
    known = _introduced.setdefault(catalog, set())
    if by.key in known:
        return
    if not catalog.events_of(KEY_ADDED, key=by.key):
        facts = {"public": by.public}
        catalog.append_event(lambda last: next_event(last, KEY_ADDED, facts, by=by, moment=now()))
    known.add(by.key)
