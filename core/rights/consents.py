"""Consents and licences as papers to print and sign, a checklist of what some laws ask for, and their ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from core.days import long_day
from core.document import Block, Facts, Grid, Heading, Paper, Points, Signatures, Text
from core.model import AgreementType, Answer, Consent, Creator, Payment, Replica, Standing

CHECKED = "2026-11-27"  # when the checklist was last compared with the laws
AI_RATE = Decimal("1.5")  # an example: use by AI paid at one and a half times the agreed fee
_ANSWERS = {Answer.UNSAID: "", Answer.REFUSED: "no, refused", Answer.ALLOWED: "yes, allowed"}
_NO_ADVICE = (
    f"Checklist as of {long_day(CHECKED)}. Laws change and contracts differ: have a lawyer or your union read it."
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist: the law, what it asks for, whether the record has it (None: look yourself).

    `fields` are those of the record that hold it.
    """

    law: str
    asks: str
    there: bool | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """An agreement that ends soon, or ended: in how many days (negative: days ago)."""

    consent: Consent
    days: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What an agreement's ledger comes to, in one currency: due by now, received, still open, open and overdue."""

    currency: str
    due: Decimal
    received: Decimal
    open: Decimal
    overdue: Decimal


def paper(consent: Consent, *, creator: Creator | None = None, works: Sequence[str] = (), day: str) -> Paper:
    """Return the record as a form: what is known is filled in, the rest are lines to write on. `day` is today."""
    licence = consent.type is AgreementType.LICENCE
    standing = consent.standing(day)
    draft = (
        f" Standing on {long_day(day)}: {standing.value}."
        if consent.signed
        else " Draft: not valid before it is signed."
    )
    number = f", no. {consent.series or consent.id}, version {consent.version}." if consent.id else "."
    grantor = creator.legal_name or creator.name if creator is not None else ""
    blocks: list[Block] = [Heading("1. Parties"), Facts(_parties(consent, grantor, licence), form=True)]
    blocks += [Heading("2. Subject"), Facts(_subject(consent, works), form=True)]
    blocks += [Heading("3. Scope"), Facts(_scope(consent), form=True)]
    blocks += [Heading("4. AI, synthesis and content"), Facts(_limits(consent), form=True)]
    blocks += [Heading("5. Compensation and credit"), Facts(_pay(consent), form=True)]
    blocks += [Heading("6. Security, revocation, after death"), Facts(_end(consent), form=True)]
    blocks.append(
        Text("What is not allowed here in writing is not allowed. A line left empty allows nothing.", strong=True)
    )
    blocks += [Heading("7. Signatures"), Signatures(_signers(consent, grantor, licence))]
    if not licence or consent.replica is not Replica.NONE:
        blocks += _checklist(consent)
    return Paper(
        title=consent.title or ("Licence" if licence else "Consent"),
        below=f"{'Licence' if licence else 'Consent of a performer or artist'}{number}{draft}",
        blocks=tuple(blocks),
        foot=f"Made with Countermark on {long_day(day)}. A record to fill in, no legal advice.",
    )


def checklist(consent: Consent) -> tuple[Point, ...]:
    """Return what laws on digital replicas ask for, with what the record holds."""
    specific = len(consent.uses.split()) >= 4
    advised = bool(consent.counsel.strip())
    ca, ny = "California, Labor Code § 927 (AB 2602)", "New York, General Obligations Law § 5-302"
    shared = [
        ("A reasonably specific description of the intended uses of the replica", specific, ("uses",)),
        ("The performer was advised by counsel, or by a union whose agreement covers replicas", advised, ("counsel",)),
        (
            "The replica terms are clear, conspicuous and signed or initialled separately",
            consent.separately_signed,
            ("separately_signed",),
        ),
        ("The replica does not replace work that the performer would have done in person", None, ("uses",)),
    ]
    points = [Point(law, asks, there, fields) for law in (ca, ny) for asks, there, fields in shared]
    dead = bool(consent.post_mortem.strip())
    points += [
        Point(
            "California, Civil Code § 3344.1 (AB 1836)",
            "Of a deceased person: consent of those who hold the rights (70 years after death)",
            dead or None,
            ("post_mortem",),
        ),
        Point(
            "New York, Civil Rights Law § 50-f",
            "Of a deceased performer: consent of the successors (40 years)",
            dead or None,
            ("post_mortem",),
        ),
        Point(
            "Tennessee, ELVIS Act (§ 47-25-1101 ff.)",
            "Consent to the use of name, picture, likeness and voice, given by the person or whoever holds the right",
            bool(consent.performer.strip() and consent.signed),
            ("performer", "signed"),
        ),
        Point(
            "Good practice",
            "Terms of revocation, deletion and security of scans and models",
            bool(consent.revocation and consent.security),
            ("revocation", "security"),
        ),
        Point(
            "Good practice",
            "AI training, fine-tuning and sublicences are each allowed or refused in words",
            _answered(consent),
            ("ai_training", "fine_tuning", "sublicence"),
        ),
        Point(
            "Good practice",
            "An end date or a highest number of uses",
            bool(consent.ends or consent.max_uses),
            ("ends", "max_uses"),
        ),
    ]
    return tuple(points)


def reminders(consents: Iterable[Consent], day: str, *, within: int = 30) -> tuple[Reminder, ...]:
    """Return the signed agreements that end within so many days, or ended in the last thirty: the nearest first."""
    today = date.fromisoformat(day)
    found = []
    for consent in consents:
        if not consent.ends or consent.standing(day) not in (Standing.ACTIVE, Standing.EXPIRED):
            continue
        days = (date.fromisoformat(consent.ends) - today).days
        if -30 <= days <= within:
            found.append(Reminder(consent, days))
    return tuple(sorted(found, key=lambda reminder: reminder.days))


def balance(payments: Iterable[Payment], day: str) -> tuple[Balance, ...]:
    """Return what ledger rows come to, one balance for each currency. Amounts that are no numbers count as none."""
    by_currency: dict[str, list[Payment]] = {}
    for payment in payments:
        by_currency.setdefault(payment.currency, []).append(payment)
    found = []
    for currency, rows in sorted(by_currency.items()):
        due = sum((amount(row.amount) for row in rows), Decimal(0))
        received = sum((amount(row.received_amount or row.amount) for row in rows if row.received), Decimal(0))
        late = [row for row in rows if not row.received and row.due and row.due < day]
        overdue = sum((amount(row.amount) for row in late), Decimal(0))
        found.append(Balance(currency, due, received, due - received, overdue))
    return tuple(found)


def amount_due(fee: str, uses: int, *, rate: Decimal = Decimal(1)) -> Decimal:
    """Return what so many uses cost at a fee for each, times a rate (AI_RATE is an example for use by AI)."""
    return (amount(fee) * uses * rate).quantize(Decimal("0.01"))


def ledger(consent: Consent, payments: Sequence[Payment], *, found: int, day: str) -> Paper:
    """Return the ledger of an agreement as a paper. `found` is how many uses were found in checks and cases."""
    rows = tuple(
        (
            long_day(row.due) or "–",
            row.kind.value,
            f"{row.amount} {row.currency}",
            long_day(row.received) or "open",
            row.note,
        )
        for row in payments
    )
    reported = sum(row.uses for row in payments)
    facts = [
        ("Agreed fee for a use", f"{consent.use_fee} {consent.currency}".strip() or "none agreed"),
        ("Uses reported", str(reported)),
        ("Uses found", str(found)),
        ("Uses allowed", "no limit agreed" if consent.max_uses is None else str(consent.max_uses)),
    ]
    extra = max(0, found - reported)
    if extra and consent.use_fee:
        facts.append(("Found and not reported", f"{extra}: {amount_due(consent.use_fee, extra)} {consent.currency}"))
        ai = amount_due(consent.use_fee, extra, rate=AI_RATE)
        facts.append((f"The same as use by AI, at {AI_RATE} times (an example)", f"{ai} {consent.currency}"))
    totals = balance(payments, day)
    blocks: list[Block] = [Facts(tuple(facts))]
    if rows:
        blocks += [Heading("Payments"), Grid(("Due", "For", "Amount", "Received", "Note"), rows)]
        blocks.append(
            Grid(
                ("Currency", "Due in all", "Received", "Open", "Overdue"),
                tuple((t.currency, str(t.due), str(t.received), str(t.open), str(t.overdue)) for t in totals),
            )
        )
    return Paper(
        f"Ledger: {consent.title}",
        f"As of {long_day(day)}.",
        tuple(blocks),
        "Made with Countermark. Amounts as they were entered.",
    )


def amount(text: str) -> Decimal:
    """Return an amount of money; 0 for text that is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)


def _answered(consent: Consent) -> bool:
    return Answer.UNSAID not in (consent.ai_training, consent.fine_tuning, consent.sublicence)


def _parties(one: Consent, grantor: str, licence: bool) -> tuple[tuple[str, str], ...]:
    rows = [("Licensor", grantor)] if licence else []
    rows += [
        ("Performer or artist, legal name", one.performer or ("" if licence else grantor)),
        ("Stage name", one.stage_name),
        ("Representative", one.representative),
        ("Union and number", one.union_id),
        ("Granted to", one.granted_to),
    ]
    return tuple(rows)


def _subject(one: Consent, works: Sequence[str]) -> tuple[tuple[str, str], ...]:
    replica = "" if one.replica is Replica.NONE else one.replica.value
    return (
        ("Work or project", one.project),
        ("Works", "; ".join(works)),
        ("Type of replica", replica or ("none: no replica is made" if one.signed else "")),
        ("Source material", one.source_material),
        ("Who holds scans and models", one.holder),
    )


def _scope(one: Consent) -> tuple[tuple[str, str], ...]:
    return (
        ("Intended uses, reasonably specific", one.uses),
        ("Media", one.media),
        ("Territory", one.territory),
        ("From", long_day(one.starts)),
        ("Until (last day)", long_day(one.ends)),
        ("Most uses", "" if one.max_uses is None else str(one.max_uses)),
        ("Exclusive", "yes" if one.exclusive else "no"),
    )


def _limits(one: Consent) -> tuple[tuple[str, str], ...]:
    return (
        ("Training of AI", _ANSWERS[one.ai_training]),
        ("Fine-tuning of models", _ANSWERS[one.fine_tuning]),
        ("Sublicences", _ANSWERS[one.sublicence]),
        ("Languages of synthetic speech", one.languages),
        ("Political content", _ANSWERS[one.political]),
        ("Adult content", _ANSWERS[one.adult]),
        ("Endorsement", _ANSWERS[one.endorsement]),
        ("Other limits of content", one.content_limits),
        ("Right of approval", one.approval),
    )


def _pay(one: Consent) -> tuple[tuple[str, str], ...]:
    def money(text: str) -> str:
        return f"{text} {one.currency}".strip() if text else ""

    return (
        ("Scan day", money(one.scan_day_fee)),
        ("For each use", money(one.use_fee)),
        ("Residuals", one.residual),
        ("Credit", one.credit),
    )


def _end(one: Consent) -> tuple[tuple[str, str], ...]:
    return (
        ("Security and deletion", one.security),
        ("Terms of revocation", one.revocation),
        ("After death", one.post_mortem),
        ("Counsel or union that advised", one.counsel),
        ("Replica terms signed separately", "yes" if one.separately_signed else ""),
        ("Signed on", long_day(one.signed)),
        ("Place", one.place),
        ("Hash of the signed paper (SHA-256)", one.document_sha256 or ("" if one.signed else "after signing")),
    )


def _signers(one: Consent, grantor: str, licence: bool) -> tuple[str, ...]:
    first = grantor if licence else one.performer or grantor
    names = [
        first or ("The licensor" if licence else "The performer or artist"),
        one.granted_to or "For whom it is granted",
    ]
    return (*names, *([f"Separately, for the replica terms: {names[0]}"] if one.replica is not Replica.NONE else []))


def _checklist(consent: Consent) -> list[Block]:
    shown = {True: "in this record", False: "missing", None: "look"}
    rows = tuple((point.law, point.asks, shown[point.there]) for point in checklist(consent))
    return [
        Heading("Checklist for digital replicas"),
        Text(
            "In California and New York a replica clause cannot be enforced where it replaces work in person, lacks a"
            " reasonably specific description of uses, and the performer had neither counsel nor a union."
        ),
        Grid(("Law", "Asks for", "State"), rows),
        Points((_NO_ADVICE,)),
    ]
