"""The signed log: whatever is changed, taken out, put in, moved or cut off is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.log import KEY_ADDED, Head, head, next_event, parse_head, problems
from core.evidence.signing import signer
from core.keys import CreatorKey
from core.model import Event

KEY, OTHER = (signer(CreatorKey.from_bytes(bytes([n]) * 32)) for n in (1, 2))


def made(count: int = 6) -> list[Event]:
    events: list[Event] = []
    for place in range(count):
        what, facts = ("copy made", {"serial": place}) if place else (KEY_ADDED, {"public": KEY.public})
        last = events[-1] if events else None
        events.append(next_event(last, what, facts, by=KEY, moment=f"2026-11-27T10:00:{place:02}+00:00"))
    return events


def test_a_log_in_order_has_no_problems() -> None:
    events = made()
    assert problems(events) == () and problems([]) == ()
    assert problems(events, publics={KEY.key: KEY.public}, heads=[head(events[:3]), head(events)]) == ()


@given(st.integers(0, 5), st.sampled_from(["moment", "what", "facts", "previous", "hash", "key"]))
def test_a_change_is_found(place: int, field: str) -> None:
    events = made()
    changed = {"facts": '{"serial":99}', "key": OTHER.key}.get(field, "0" * 64)
    events[place] = replace(events[place], **{field: changed})
    assert problems(events)


@given(st.integers(0, 4))
def test_deletion_and_reordering_are_found(place: int) -> None:
    events = made()
    assert problems(events[:place] + events[place + 1 :])
    events[place], events[place + 1] = events[place + 1], events[place]
    assert problems(events)


@given(st.integers(0, 5), st.integers(0, 511))
def test_a_flipped_bit_of_a_signature_is_found(place: int, bit: int) -> None:
    events = made()
    signature = bytearray(events[place].signature)
    signature[bit // 8] ^= 1 << bit % 8
    events[place] = replace(events[place], signature=bytes(signature))
    assert problems(events) == (f"Entry {place + 1} of the log has a wrong signature.",)


def test_a_cut_tail_is_found_by_who_knows_a_later_head() -> None:
    events = made()
    assert problems(events[:4]) == ()
    assert "cut off" in problems(events[:4], heads=[head(events)])[0]


def test_a_rewritten_log_is_found_by_an_older_head_or_the_known_key() -> None:
    forged: list[Event] = []
    for event in made():
        last = forged[-1] if forged else None
        facts = {"public": OTHER.public} if event.what == KEY_ADDED else {"serial": 7}
        forged.append(next_event(last, event.what, facts, by=replace(OTHER, key=KEY.key), moment=event.moment))
    assert problems(forged) == ()
    assert "forgery" in problems(forged, publics={KEY.key: KEY.public})[0]
    assert "not the one" in problems(forged, heads=[head(made()[:3])])[0]


def test_a_key_that_nobody_introduced_is_found() -> None:
    event = next_event(None, "copy made", {}, by=KEY, moment="2026-11-27T10:00:00+00:00")
    assert "does not introduce" in problems([event])[0]


def test_heads_are_written_and_read() -> None:
    end = head(made())
    assert parse_head(str(end)) == end and str(Head(0, "")) == "0:"
    for wrong in ("", "7", "x:y", "7:" + "g" * 64):
        with pytest.raises(ValueError, match="hexadecimal"):
            parse_head(wrong)


def test_the_signer_shows_no_secret() -> None:
    key = CreatorKey.from_bytes(bytes(range(32)))
    assert key.derive("signature").hex() not in repr(signer(key))
    assert signer(key).public == signer(key).public != KEY.public
