"""What people read: fixed words, honest numbers, no name without its reserve."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.model import (
    AgreementType,
    Answer,
    Consent,
    Copy,
    DataMining,
    Finding,
    Kind,
    Likeness,
    Match,
    Recipient,
    Similar,
    Strength,
    Terms,
    Verdict,
    Work,
)
from core.wording import agreed, resemblance, sentence, verdict_message

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


@pytest.mark.parametrize(
    ("kind", "shows", "said"),
    [
        (Kind.IMAGE, True, "The picture shows “portrait”, or a part of it."),
        (Kind.AUDIO, True, "The recording sounds like “portrait”, or a part of it."),
        (Kind.IMAGE, False, "But the picture shown is not “portrait”: a mark can be lifted off one file"),
        (Kind.AUDIO, False, "But the recording does not sound like “portrait”: a mark can be lifted off one file"),
    ],
)
def test_whether_the_file_shows_the_work_is_said(kind: Kind, shows: bool, said: str) -> None:
    whole = sentence(Match(CERTAIN, replace(WORK, kind=kind), COPY, STUDIO, shows_work=shows))
    assert said in whole
    assert ("this is your copy" in whole) == shows
    assert whole.startswith("Certain: ") and whole.endswith("checks.")


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("blind", ""),
        ("informed", "comparison with the stored original."),
        ("synthesised", "to which the same was done"),
    ],
)
def test_the_way_it_was_found_is_said(level: str, said: str) -> None:
    whole = sentence(Match(replace(CERTAIN, level=level), WORK, COPY, STUDIO))
    assert said in whole
    assert ("It was found by" in whole) == bool(said)


def test_a_work_that_is_shown_without_a_mark_accuses_nobody() -> None:
    said = verdict_message((), similar=[Similar(WORK, Likeness.STRONG)])
    assert said.startswith("Nothing found. ")
    assert "But the picture shows your work “portrait”, or a part of it" in said
    assert "does not tell whose copy it is" in said and "sent to" not in said


LICENCE = Consent(
    *(1, "Spot", AgreementType.LICENCE), signed="2026-01-01", ends="2026-12-31", media="radio in Austria", project="x"
)
NO_AI = Terms(1, "Portfolio", data_mining=DataMining.NO_TRAINING)


@pytest.mark.parametrize(
    ("agreements", "terms", "said"),
    [
        ([], None, "No consent is on file."),
        ([], NO_AI, "No consent is on file. AI use refused."),
        ([LICENCE], NO_AI, "Licensed to Studio A until 31 December 2026 for radio in Austria. AI use refused."),
        (
            [replace(LICENCE, ai_training=Answer.ALLOWED, ends="", media="")],
            NO_AI,
            "Licensed to Studio A. AI use allowed.",
        ),
        (
            [replace(LICENCE, type=AgreementType.CONSENT, media="")],
            None,
            "Consent is on file for Studio A until 31 December 2026.",
        ),
        (
            [replace(LICENCE, signed=""), LICENCE],
            None,
            "Licensed to Studio A until 31 December 2026 for radio in Austria.",
        ),
        ([replace(LICENCE, ends="2026-05-31")], None, "The licence to Studio A ended on 31 May 2026."),
        ([replace(LICENCE, revoked="2026-05-31")], None, "The licence to Studio A was revoked on 31 May 2026."),
        ([replace(LICENCE, starts="2026-07-01")], None, "The licence to Studio A begins only on 1 July 2026."),
        ([replace(LICENCE, signed="")], None, "The licence to Studio A is a draft that nobody signed."),
    ],
)
def test_what_was_agreed_is_one_sentence(agreements: list[Consent], terms: Terms | None, said: str) -> None:
    assert agreed("Studio A", agreements, terms, "2026-06-01") == said


def test_a_certain_finding_ends_with_what_was_agreed() -> None:
    match = Match(CERTAIN, WORK, COPY, STUDIO, agreed="No consent is on file.")
    assert sentence(match).endswith("No consent is on file.")
    assert "consent" not in sentence(replace(match, finding=replace(CERTAIN, verdict=Verdict.PROBABLE)))


@pytest.mark.parametrize(
    ("kind", "likeness", "marked", "said"),
    [
        (
            Kind.IMAGE,
            Likeness.LIKELY,
            False,
            "But the picture resembles your work “portrait”; no mark was read. Look at",
        ),
        (Kind.AUDIO, Likeness.LIKELY, False, "But the recording resembles your work “portrait”; no mark was read. Lis"),
        (Kind.AUDIO, Likeness.STRONG, False, "But the recording is your work “portrait”, or a part of it, as a compar"),
        (Kind.IMAGE, Likeness.STRONG, True, "The picture shows your work “portrait”, or a part of it, as a comparison"),
    ],
)
def test_likeness_is_never_called_a_mark(kind: Kind, likeness: Likeness, marked: bool, said: str) -> None:
    whole = resemblance(Similar(replace(WORK, kind=kind), likeness), marked=marked)
    assert whole.startswith(said)
    assert ("no mark of a copy of that work was read" in whole) == marked
    assert ("does not tell whose copy" in whole) != marked
