"""Records hold every field, whether filled or to be filled; the checklist and the ledger count right."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from core.days import long_day
from core.model import AgreementType, Answer, Consent, Creator, Payment, PaymentKind, Replica
from core.paper.html import html_of
from core.paper.pdf import pdf_of
from core.paper.plain import text_of
from core.rights.consents import AI_RATE, amount_due, balance, checklist, ledger, paper, reminders

DAY = "2026-11-27"
FULL = Consent(
    id=3,
    title="Voice of the lighthouse",
    series=3,
    performer="Ada Performer",
    stage_name="Ada P.",
    representative="Agent & Co",
    union_id="Union 77",
    granted_to="Studio A",
    project="The Lighthouse",
    replica=Replica.VOICE,
    source_material="two hours of studio recordings",
    holder="Studio A, Berlin",
    uses="dialogue replacement in episodes 1 to 8",
    media="television and streaming",
    territory="worldwide",
    starts="2026-01-01",
    ends="2026-12-10",
    max_uses=12,
    ai_training=Answer.REFUSED,
    fine_tuning=Answer.REFUSED,
    sublicence=Answer.REFUSED,
    languages="German, English",
    political=Answer.REFUSED,
    adult=Answer.REFUSED,
    endorsement=Answer.ALLOWED,
    content_limits="no satire of persons",
    approval="the performer hears each episode first",
    currency="EUR",
    scan_day_fee="900.00",
    use_fee="120.00",
    residual="3 % of net receipts",
    credit="in the end titles",
    security="encrypted; deleted on 31 January 2027",
    revocation="with thirty days of notice",
    post_mortem="ends with death",
    counsel="Lawyer Lee",
    separately_signed=True,
    signed="2026-01-02",
    place="Berlin",
    document_sha256="ab" * 32,
)


def test_every_field_stands_in_the_paper() -> None:
    text = " ".join(text_of(paper(FULL, works=["Lighthouse demo"], day=DAY)).split())
    unprinted = {"id", "type", "series", "version", "replaced", "creator", "revoked", "note", "tags", "works", "copies"}
    unprinted |= {"title", "recipients", "created", "binned", "exclusive", "separately_signed"}
    for field in dataclasses.fields(Consent):
        value = getattr(FULL, field.name)
        if field.name not in unprinted and not isinstance(value, Answer):
            assert long_day(str(value)) in text, field.name
    assert "2026-" not in text and "Standing on 27 November 2026" in text
    assert text.count("no, refused") == 5 and "yes, allowed" in text and "Lighthouse demo" in text
    assert "Separately, for the replica terms: Ada Performer" in text and "active" in text


def test_an_empty_record_is_a_form_to_fill_in() -> None:
    blank = paper(Consent(id=1, title=""), day=DAY)
    text = text_of(blank)
    assert text.count("____") > 25 and "Draft: not valid before it is signed" in text
    assert "What is not allowed here in writing is not allowed" in text
    assert 'class="line"' in html_of(blank) and pdf_of(blank).startswith(b"%PDF")


def test_a_plain_licence_has_no_replica_checklist() -> None:
    licence = Consent(id=2, title="Poster", type=AgreementType.LICENCE, granted_to="Shop")
    text = text_of(paper(licence, creator=Creator(1, "Zoë", legal_name="Zoë Łukasz"), day=DAY))
    assert "Zoë Łukasz" in text and "Checklist" not in text


def test_the_checklist_tells_what_is_there_and_what_is_missing() -> None:
    assert not [point for point in checklist(FULL) if point.there is False]
    bare = dataclasses.replace(FULL, uses="anything", counsel="", separately_signed=False)
    missing = [point for point in checklist(bare) if point.there is False]
    assert {point.law.split(",")[0] for point in missing} == {"California", "New York"} and len(missing) == 6
    assert {name for point in checklist(FULL) for name in point.fields} <= {*Consent.__dataclass_fields__}
    assert all(point.fields for point in checklist(FULL))
    laws = " ".join(point.law for point in checklist(FULL))
    assert all(name in laws for name in ("AB 2602", "AB 1836", "5-302", "50-f", "ELVIS"))


def test_what_ends_soon_is_told_first() -> None:
    later = dataclasses.replace(FULL, id=4, ends="2026-12-01")
    gone = dataclasses.replace(FULL, id=5, ends="2026-11-20")
    others = [dataclasses.replace(FULL, id=6, ends=""), dataclasses.replace(FULL, id=7, signed="")]
    far = dataclasses.replace(FULL, id=8, ends="2028-01-01")
    found = reminders([FULL, later, gone, *others, far], DAY)
    assert [(reminder.consent.id, reminder.days) for reminder in found] == [(5, -7), (4, 4), (3, 13)]


def test_the_ledger_adds_up() -> None:
    rows = [
        Payment(1, 3, PaymentKind.SCAN_DAY, "900.00", "EUR", due="2026-02-01", received="2026-02-03"),
        Payment(2, 3, PaymentKind.PER_USE, "120.10", "EUR", due="2026-03-01", uses=1),
        Payment(3, 3, PaymentKind.PER_USE, "240", "EUR", due="2027-03-01", uses=2),
        Payment(4, 3, PaymentKind.OTHER, "much", "USD"),
    ]
    euros, dollars = balance(rows, DAY)
    assert (euros.due, euros.received, euros.open) == (Decimal("1260.10"), Decimal("900.00"), Decimal("360.10"))
    assert euros.overdue == Decimal("120.10") and dollars.due == 0
    assert amount_due("120.00", 3) == Decimal("360.00") and amount_due("0.10", 3, rate=AI_RATE) == Decimal("0.45")
    text = text_of(ledger(FULL, rows, found=5, day=DAY))
    assert "2: 240.00 EUR" in text and "360.00 EUR" in text and "an example" in text
