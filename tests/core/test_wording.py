"""What people read: fixed words, honest numbers, no name without its reserve."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.model import Copy, Finding, Kind, Match, Recipient, Strength, Verdict, Work
from core.wording import day, sentence, verdict_message

WORK = Work(1, "portrait", Kind.IMAGE, "/m/portrait.jpg", "ab", "2026-03-03T12:00:00+00:00")
COPY = Copy(1, 1, 214, 1, "key", "/m/p.jpg", "cd", "2026-03-03T12:00:00+00:00", Strength.STANDARD, 1)
STUDIO = Recipient(1, "Studio A")
CERTAIN = Finding(214, Verdict.CERTAIN, 9e-22, 11.0)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        yield
        return
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def test_a_certain_finding() -> None:
    assert sentence(Match(CERTAIN, WORK, COPY, STUDIO)) == (
        "Certain: this is your copy no. 214, sent to Studio A on 3 March 2026. "
        "A coincidence this strong happens less than once in 10^21 checks."
    )


def test_a_probable_finding_accuses_nobody() -> None:
    said = sentence(Match(replace(CERTAIN, verdict=Verdict.PROBABLE, probability=4e-7), WORK, COPY, STUDIO))
    assert said.startswith("Probable: this may be your copy no. 214, sent to Studio A on 3 March 2026. ")
    assert "less than once in 1,000,000 checks" in said
    assert "not enough to act on" in said and "longer or larger piece" in said


def test_both_numbers_are_said_where_they_differ() -> None:
    said = sentence(Match(replace(CERTAIN, probability=2e-6, key_probability=1e-12), WORK, COPY, STUDIO))
    assert "Certain: this is your copy no. 214" in said
    assert "by coincidence less than once in 10^12 checks" in said
    assert "the wrong one of your copies is named less than once in 100,000 checks" in said


@pytest.mark.parametrize("verdict", [Verdict.CERTAIN, Verdict.PROBABLE])
def test_unknown_serials_name_nobody(verdict: Verdict) -> None:
    unread = sentence(Match(replace(CERTAIN, serial=None, verdict=verdict)))
    unknown = sentence(Match(replace(CERTAIN, verdict=verdict)))
    assert "which copy it is could not be read" in unread
    assert "the mark no. 214 of your key, a copy that this catalog does not know" in unknown
    for said in (unread, unknown):
        assert "sent to" not in said


def test_nothing_found_claims_nothing() -> None:
    said = verdict_message([], notes=("One row of it was damaged.",))
    assert said.startswith(
        "Nothing found. This file carries no mark of your key that could be read. That does not prove"
    )
    assert said.endswith("One row of it was damaged.")


def test_originals_and_known_copies_are_recognised_by_their_bytes() -> None:
    assert verdict_message([], master=WORK) == (
        "Nothing found. An original carries no mark. "
        "This file is the untouched original of “portrait” in your catalog, byte for byte."
    )
    assert "byte for byte, the copy no. 214 that was made for Studio A on 3 March 2026" in verdict_message(
        [], copy=(COPY, STUDIO)
    )


def test_several_findings_are_all_said() -> None:
    other = Match(replace(CERTAIN, serial=5), WORK, replace(COPY, serial=5), Recipient(2, "Studio B"))
    said = verdict_message([Match(CERTAIN, WORK, COPY, STUDIO), other])
    assert "sent to Studio A" in said and "sent to Studio B" in said


def test_days_are_those_of_the_reader() -> None:
    assert day("2026-12-31T23:59:59+00:00") == "31 December 2026"
    assert day("2027-01-01T01:30:00+02:00") == "31 December 2026"
