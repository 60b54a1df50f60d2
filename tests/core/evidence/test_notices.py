"""Notices hold every element that their law asks for, or say that it is missing."""

from __future__ import annotations

from datetime import date

import pytest

from core.evidence.notices import ELEMENTS, NoticeKind, needs, notice
from core.paper.html import html_of
from core.paper.pdf import pdf_of
from core.paper.plain import text_of

DAY = date(2026, 11, 27)
GIVEN = {name: f"<the {name}>" for name in ELEMENTS if name not in ("date", "deadline")}
ASKED = {  # by the statute, element by element
    NoticeKind.DMCA: {"signature", "work", "urls", "address", "phone", "email", "sender"},
    NoticeKind.DSA: {"reason", "urls", "sender", "email"},
    NoticeKind.LIKENESS: {"performer", "urls", "reason", "consent", "law", "sender", "email", "signature"},
    NoticeKind.LICENCE: {"work", "urls", "evidence", "agreed", "sender", "fee", "deadline"},
}
WORDS = {
    NoticeKind.DMCA: ("good faith belief", "under penalty of perjury", "512(c)(3)(A)(vi)", "not authorized by the"),
    NoticeKind.DSA: ("bona fide belief", "accurate and complete", "Article 16(2)", "confirmation of receipt"),
    NoticeKind.LIKENESS: ("in good faith", "digital replica"),
    NoticeKind.LICENCE: ("reserve all rights", "training AI systems"),
}


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_element_of_the_law_is_asked_for(kind: NoticeKind) -> None:
    assert ASKED[kind] <= set(needs(kind))
    letter = text_of(notice(kind, GIVEN, today=DAY).letter)
    flat = " ".join(letter.split())
    assert all(word in flat for word in WORDS[kind]), flat
    assert "Template of 27 November 2026" in flat and "no legal advice" in flat


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_filled_notice_lacks_nothing(kind: NoticeKind) -> None:
    made = notice(kind, GIVEN, today=DAY)
    letter = text_of(made.letter)
    assert made.missing == made.letter.missing == () and "[missing]" not in letter and "{" not in letter
    assert all(f"<the {name}>" in letter for name in needs(kind) if name not in ("date", "deadline"))
    assert made.follow_up > DAY.isoformat()
    assert made.as_of == "2026-11-27"
    assert set(needs(kind)) <= set(needs(kind, optional=True)) <= set(ELEMENTS)


def test_what_may_be_left_out_is_told_apart() -> None:
    assert "contact" in set(needs(NoticeKind.DMCA, optional=True)) - set(needs(NoticeKind.DMCA))


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_missing_element_is_flagged(kind: NoticeKind) -> None:
    for name in needs(kind):
        if name in ("date", "deadline"):
            continue
        made = notice(kind, {**GIVEN, name: "  "}, today=DAY)
        assert made.missing == (ELEMENTS[name],)
        for shown in (text_of(made.letter), html_of(made.letter)):
            assert "[missing]" in shown and "Missing: " in shown
        assert ELEMENTS[name] in text_of(made.guide)
    assert notice(kind, {}, today=DAY).missing


def test_days_are_written_out() -> None:
    for typed, told in (("2026-12-24", "24 December 2026"), ("New Year", "New Year"), ("", "18 December 2026")):
        letter = text_of(notice(NoticeKind.LICENCE, {**GIVEN, "deadline": typed}, today=DAY).letter)
        assert told in letter and "27 November 2026" in letter and "2026-" not in letter


def test_texts_of_the_case_cannot_break_the_page() -> None:
    made = notice(NoticeKind.DSA, {**GIVEN, "reason": "<script>alert(1)</script> {work} & more"}, today=DAY)
    page = html_of(made.letter)
    assert "<script>" not in page and "{work} &amp; more" in page
    assert pdf_of(made.letter).startswith(b"%PDF")


def test_unknown_elements_are_errors() -> None:
    with pytest.raises(KeyError):
        notice(NoticeKind.DSA, {"colour": "blue"}, today=DAY)


def test_the_guide_says_what_to_know() -> None:
    dmca = " ".join(text_of(notice(NoticeKind.DMCA, GIVEN, today=DAY).guide).split())
    assert "512(f)" in dmca and "counter notice" in dmca and "fair use" in dmca
    likeness = " ".join(text_of(notice(NoticeKind.LIKENESS, GIVEN, today=DAY).guide).split())
    assert "was not law" in likeness and "does not recognise a cloned voice" in likeness
