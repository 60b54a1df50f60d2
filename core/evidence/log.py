"""The signed log: what was done with keys and works, each entry bound to the one before and signed.

An entry that is changed, taken out, put in or moved breaks the chain or a signature. That the end was cut off shows
only to who knows a later head: so the head goes out with every package and every backup, and can be timestamped.

An entry's hash is that of its number, the hash before, its key, and the hash of its content (moment, what, facts with
a random salt). So an extract can withhold what does not concern its reader: the hash of a content that stays secret
stands in its place, nobody can guess what is behind it, and chain and signatures still hold to the head.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.evidence.signing import LOG, Signer, is_signed
from core.model import Event

KEY_ADDED = "key added"  # the first entry of a key tells its public half
_CONTENT, _LINK = ("moment", "what", "facts"), ("number", "previous", "key")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log at one time: how many entries there were, and the hash of the last."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def head(events: Sequence[Event]) -> Head:
    """Return the head of a log, number 0 of an empty one."""
    return Head(events[-1].number, events[-1].hash) if events else Head(0, "")


def parse_head(text: str) -> Head:
    """Return the head that `str` wrote. ValueError for anything else."""
    number, _, digest = text.strip().partition(":")
    if not number.isdecimal() or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
    return Head(int(number), digest)


def next_event(last: Event | None, what: str, facts: Mapping[str, Any], *, by: Signer, moment: str) -> Event:
    """Return the entry that follows the last one (None: the first). Facts hold no names of people: logs are shown."""
    event = Event(
        number=1 if last is None else last.number + 1,
        moment=moment,
        what=what,
        facts=_canonical({**facts, "salt": secrets.token_hex(16)}),
        previous="" if last is None else last.hash,
        hash="",
        key=by.key,
    )
    digest = digest_of(event)
    return replace(event, hash=digest, signature=by.sign(LOG, bytes.fromhex(digest)))


def digest_of(event: Event) -> str:
    """Return the hash of an entry, as hexadecimal digits."""
    link = {name: getattr(event, name) for name in _LINK}
    return hashlib.sha256(_canonical({**link, "content": content_of(event)}).encode()).hexdigest()


def content_of(event: Event) -> str:
    """Return the hash of what an entry says, as hexadecimal digits."""
    return hashlib.sha256(_canonical({name: getattr(event, name) for name in _CONTENT}).encode()).hexdigest()


def problems(
    events: Iterable[Event], *, publics: Mapping[str, str] | None = None, heads: Iterable[Head] = ()
) -> tuple[str, ...]:
    """Return what is wrong with a log, in sentences; () for one in order.

    `publics` are public halves that are known otherwise, by key id: an entry that tells another one is a forgery.
    `heads` are heads that were kept elsewhere: each must still stand in the log.
    """
    found: list[str] = []
    known = dict(publics or {})
    previous: Event | None = None
    hashes = {}
    for event in events:
        name = f"Entry {event.number} of the log"
        if event.number != (1 if previous is None else previous.number + 1):
            found.append(f"{name} is out of order: entries are missing or were put in before it.")
        if event.previous != ("" if previous is None else previous.hash):
            found.append(f"{name} does not follow the entry before it: something was changed or taken out there.")
        if digest_of(event) != event.hash:
            found.append(f"{name} was changed: its content does not fit its hash.")
        if event.what == KEY_ADDED:
            _add_key(event, known, name, found)
        if event.key not in known:
            found.append(f"{name} is signed by the key {event.key}, which the log does not introduce.")
        elif not _signed(event, known[event.key]):
            found.append(f"{name} has a wrong signature.")
        hashes[event.number] = event.hash
        previous = event
    for kept in heads:
        if kept.number and hashes.get(kept.number) is None:
            found.append(f"The log ends before entry {kept.number}, which it once had: its end was cut off.")
        elif kept.number and hashes[kept.number] != kept.hash:
            found.append(f"Entry {kept.number} of the log is not the one that it once was.")
    return tuple(found)


def to_lines(events: Iterable[Event], shown: Collection[int] | None = None) -> str:
    """Return a log as JSON Lines, as it lies in packages.

    Of entries whose numbers are not `shown` (None: all are) the hash of the content stands for it; those that
    introduce keys always are.
    """
    return "".join(
        json.dumps(_line(event, shown is None or event.number in shown or event.what == KEY_ADDED), sort_keys=True)
        + "\n"
        for event in events
    )


def _line(event: Event, shown: bool) -> dict[str, Any]:
    said = {name: getattr(event, name) for name in _CONTENT} if shown else {"content": content_of(event)}
    link = {name: getattr(event, name) for name in (*_LINK, "hash")}
    return {**link, **said, "signature": event.signature.hex()}


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _add_key(event: Event, known: dict[str, str], name: str, found: list[str]) -> None:
    try:
        public = str(json.loads(event.facts)["public"])
    except (ValueError, KeyError, TypeError):
        found.append(f"{name} names no public key.")
        return
    if known.setdefault(event.key, public) != public:
        found.append(f"{name} introduces another public half for the key {event.key}: it is a forgery.")


def _signed(event: Event, public: str) -> bool:
    try:
        return is_signed(public, LOG, bytes.fromhex(event.hash), event.signature)
    except ValueError:
        return False
