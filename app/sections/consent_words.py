"""Consents and licences in words: what they are, and all their fields as a form in cards."""

from __future__ import annotations

from typing import Final

from app.i18n import tr
from app.widgets.form import Field, Group
from core.model import AgreementType, Answer, Consent, Replica

CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "INR")
LATER: Final = frozenset({"note", "tags", "creator"})  # what the form may still change of a signed agreement


def type_words() -> dict[AgreementType, str]:
    """Return what records are, in words."""
    return {AgreementType.CONSENT: tr("Consent"), AgreementType.LICENCE: tr("Licence")}


def days_in_order(consent: Consent) -> dict[str, str]:
    """Return what is wrong with the days of an agreement, by field."""
    if consent.starts and consent.ends and consent.ends < consent.starts:
        return {"ends": tr("It ends before it begins.")}
    return {}


def groups() -> list[Field | Group]:
    """Return the cards of the form: every field but those that signing, revoking and linking fill."""
    return [_what(), _parties(), _subject(), _scope(), _limits(), _pay(), _end(), _notes()]


def _what() -> Group:
    kinds = [(kind.value, words) for kind, words in type_words().items()]
    return Group(
        tr("What it is"),
        [
            Field("title", tr("Title"), placeholder=tr("Voice for the winter campaign")),
            Field("type", tr("Kind of record"), choices=kinds, half=True),
            Field("creator", tr("Creator"), choices=[("", tr("Not said"))], half=True),
        ],
    )


def _parties() -> Group:
    return Group(
        tr("Parties"),
        [
            Field("performer", tr("Performer or artist, legal name"), half=True),
            Field("stage_name", tr("Stage name"), half=True),
            Field("representative", tr("Representative"), half=True),
            Field("union_id", tr("Union and number"), half=True),
            Field("granted_to", tr("Granted to"), hint=tr("The person or company that may use the works.")),
        ],
    )


def _subject() -> Group:
    replicas = {
        Replica.NONE: tr("None: no replica is made"),
        Replica.EMPLOYMENT: tr("Employment-based: made with the performer, for this work"),
        Replica.INDEPENDENT: tr("Independently created: made from existing material"),
        Replica.BACKGROUND: tr("Background performer"),
        Replica.VOICE: tr("Voice"),
        Replica.ALTERATION: tr("Digital alteration"),
    }
    return Group(
        tr("Subject"),
        [
            Field("project", tr("Work or project")),
            Field("replica", tr("Type of replica"), choices=[(kind.value, words) for kind, words in replicas.items()]),
            Field("source_material", tr("Source material"), lines=2),
            Field("holder", tr("Who holds scans and models")),
        ],
    )


def _scope() -> Group:
    return Group(
        tr("Scope"),
        [
            Field(
                "uses",
                tr("Intended uses, reasonably specific"),
                lines=3,
                hint=tr("Say what is made, how much of it, and where it is used."),
            ),
            Field("media", tr("Media"), half=True),
            Field("territory", tr("Territory"), half=True),
            Field("starts", tr("First day"), day=True, empty=tr("From signing on"), half=True),
            Field("ends", tr("Last day"), day=True, empty=tr("No end"), half=True),
            Field("max_uses", tr("Most uses"), placeholder=tr("No limit"), half=True),
            Field("exclusive", tr("Exclusive"), check=True, half=True),
        ],
    )


def _limits() -> Group:
    answers = [
        (Answer.UNSAID.value, tr("Not said")),
        (Answer.REFUSED.value, tr("No, refused")),
        (Answer.ALLOWED.value, tr("Yes, allowed")),
    ]

    def answered(name: str, title: str) -> Field:
        return Field(name, title, choices=answers, half=True)

    return Group(
        tr("AI, synthesis and content"),
        [
            answered("ai_training", tr("Training of AI")),
            answered("fine_tuning", tr("Fine-tuning of models")),
            answered("sublicence", tr("Sublicences")),
            Field("languages", tr("Languages of synthetic speech"), half=True),
            answered("political", tr("Political content")),
            answered("adult", tr("Adult content")),
            answered("endorsement", tr("Endorsement of products")),
            Field("content_limits", tr("Other limits of content"), half=True),
            Field("approval", tr("Right of approval"), placeholder=tr("Who approves what before it is used"), lines=2),
        ],
        hint=tr("What is not said is not allowed, but was not refused either."),
    )


def _pay() -> Group:
    return Group(
        tr("Compensation and credit"),
        [
            Field(
                "currency",
                tr("Currency"),
                choices=[("", ""), *((code, code) for code in CURRENCIES)],
                own=True,
                half=True,
            ),
            Field("scan_day_fee", tr("For a scan day"), amount=True, half=True),
            Field("use_fee", tr("For each use"), amount=True, half=True),
            Field("residual", tr("Residuals"), placeholder=tr("3 % of net receipts, each quarter"), half=True),
            Field("credit", tr("Credit")),
        ],
    )


def _end() -> Group:
    return Group(
        tr("Security, revocation, after death"),
        [
            Field("security", tr("Security and deletion of scans and models"), lines=2),
            Field("revocation", tr("Terms of revocation"), lines=2),
            Field("post_mortem", tr("After death"), lines=2),
            Field("counsel", tr("Counsel or union that advised")),
        ],
    )


def _notes() -> Group:
    return Group(
        tr("Notes"),
        [
            Field("tags", tr("Tags"), placeholder=tr("With commas between them")),
            Field("note", tr("Notes"), lines=3),
        ],
    )


def limits_of_records() -> str:
    """Return what a record does not do, in plain sentences."""
    return tr(
        "A record keeps what people agreed to; it does not make it valid. Countermark does not know whether the person"
        " who signed may sign, and gives no legal advice: have a lawyer or your union read what matters. A record"
        " stops nobody. It lets a check say what was agreed about a copy that was found, and shows others what you"
        " hold in writing."
    )
