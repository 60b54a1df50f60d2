"""Every standing of an agreement is worded for itself: what was revoked holds until no day."""

from __future__ import annotations

import pytest

from app.standings import state_of
from core.model import Consent

SIGNED = "2026-01-01"


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        (Consent(1, "a"), "Draft"),
        (Consent(1, "a", signed=SIGNED, starts="2026-07-01"), "Begins on 1 Jul 2026"),
        (Consent(1, "a", signed=SIGNED), "Active, without end"),
        (Consent(1, "a", signed=SIGNED, ends="2026-12-31"), "Active until 31 Dec 2026"),
        (Consent(1, "a", signed=SIGNED, ends="2026-07-05"), "Ends in 5 days"),
        (Consent(1, "a", signed=SIGNED, ends="2026-06-30"), "Ends today"),
        (Consent(1, "a", signed=SIGNED, ends="2026-06-29"), "Expired on 29 Jun 2026"),
        (Consent(1, "a", signed=SIGNED, ends="2026-12-31", revoked="2026-06-01"), "Revoked on 1 Jun 2026"),
        (Consent(1, "a", signed=SIGNED, ends="2026-12-31", replaced="2026-06-01"), "Replaced on 1 Jun 2026"),
    ],
)
def test_words(consent: Consent, words: str) -> None:
    assert state_of(consent, "2026-06-30").word == words
