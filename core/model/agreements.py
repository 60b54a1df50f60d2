"""What was allowed and agreed: terms, consents and licences, and what is paid for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DataMining(StrEnum):
    """What is said of AI training and data mining: the values of the PLUS vocabulary, without their address."""

    UNSPECIFIED = "DMI-UNSPECIFIED"
    ALLOWED = "DMI-ALLOWED"
    NO_TRAINING = "DMI-PROHIBITED-AIMLTRAINING"
    NO_GENERATIVE_TRAINING = "DMI-PROHIBITED-GENAIMLTRAINING"
    SEARCH_ONLY = "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING"
    PROHIBITED = "DMI-PROHIBITED"
    SEE_CONSTRAINT = "DMI-PROHIBITED-SEECONSTRAINT"
    SEE_EMBEDDED = "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR"
    SEE_LINKED = "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR"


class AgreementType(StrEnum):
    """What a record is: a performer's consent, or a licence to use works."""

    CONSENT = "consent"
    LICENCE = "licence"


class Replica(StrEnum):
    """The type of replica that a consent is about."""

    NONE = "none"
    EMPLOYMENT = "employment-based"
    INDEPENDENT = "independently created"
    BACKGROUND = "background"
    VOICE = "voice"
    ALTERATION = "digital alteration"


class Answer(StrEnum):
    """Whether something is allowed; what was not said is not allowed, but was not refused either."""

    UNSAID = "not said"
    REFUSED = "refused"
    ALLOWED = "allowed"


class Standing(StrEnum):
    """Whether a consent or licence holds on a day: derived from its dates, never stored."""

    DRAFT = "draft"
    UPCOMING = "upcoming"  # signed, and begins later
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"  # by a later version that was signed


class PaymentKind(StrEnum):
    """What a payment is for."""

    FEE = "fee"
    SCAN_DAY = "scan day"
    PER_USE = "per use"
    RESIDUAL = "residual"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is allowed with works: as written into copies, read by people and machines."""

    id: int
    name: str  # by which the creator chooses them
    rights: str = ""  # rights statement: "© 2026 Ada Lovelace. All rights reserved."
    usage: str = ""  # usage terms in words
    data_mining: DataMining = DataMining.UNSPECIFIED
    constraints: str = ""  # for DataMining.SEE_CONSTRAINT
    licence: str = ""  # name or address of the licence
    web_statement: str = ""  # address of the page that states the rights
    policy: str = ""  # address of the data-mining policy (TDM)
    licensor: str = ""
    licensor_url: str = ""
    licensor_email: str = ""
    credit: str = ""
    source_type: str = ""  # IPTC digital source type, its last word: "digitalCapture"
    note: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""  # ISO 8601, UTC
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A dated record of what a performer or artist agreed to: a consent, or a licence.

    Dates are ISO 8601 days, empty where not set; amounts decimal text ("1250.00") in `currency`. All versions of one
    agreement share `series`, the id of the first. It holds from the day it is signed; a signed one is not edited but
    followed by its next version.
    """

    id: int
    title: str
    type: AgreementType = AgreementType.CONSENT
    series: int = 0
    version: int = 1
    replaced: str = ""  # when a later version was signed
    creator: int | None = None
    performer: str = ""  # legal name
    stage_name: str = ""
    representative: str = ""
    union_id: str = ""
    granted_to: str = ""
    project: str = ""
    replica: Replica = Replica.NONE
    source_material: str = ""
    holder: str = ""  # who holds scans and models
    uses: str = ""  # intended uses, reasonably specific
    media: str = ""
    territory: str = ""
    starts: str = ""
    ends: str = ""  # the last day; empty: without end
    max_uses: int | None = None
    exclusive: bool = False
    ai_training: Answer = Answer.UNSAID
    fine_tuning: Answer = Answer.UNSAID
    sublicence: Answer = Answer.UNSAID
    languages: str = ""  # in which synthetic speech is allowed
    political: Answer = Answer.UNSAID
    adult: Answer = Answer.UNSAID
    endorsement: Answer = Answer.UNSAID
    content_limits: str = ""
    approval: str = ""  # who approves what before it is used
    currency: str = ""
    scan_day_fee: str = ""
    use_fee: str = ""
    residual: str = ""  # in words: "3 % of net receipts, each quarter"
    credit: str = ""
    security: str = ""  # how the replica is kept, and when it is deleted
    revocation: str = ""  # on what terms it can be revoked
    post_mortem: str = ""
    counsel: str = ""  # counsel or union that advised
    separately_signed: bool = False
    signed: str = ""
    place: str = ""
    document_sha256: str = ""
    revoked: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    works: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    recipients: tuple[int, ...] = ()
    created: str = ""  # ISO 8601, UTC
    binned: str = ""

    def standing(self, day: str) -> Standing:
        """Return whether it holds on a day ("2026-03-31"): revoked and replaced win over expired, all over active."""
        if not self.signed or self.signed > day:
            return Standing.DRAFT
        if self.revoked and self.revoked <= day:
            return Standing.REVOKED
        if self.replaced and self.replaced <= day:
            return Standing.REPLACED
        if self.ends and self.ends < day:
            return Standing.EXPIRED
        return Standing.UPCOMING if self.starts > day else Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of an agreement's ledger: what is due, and what came. Amounts are decimal text in `currency`."""

    id: int
    consent: int
    kind: PaymentKind = PaymentKind.FEE
    amount: str = ""
    currency: str = ""
    due: str = ""  # ISO 8601 day
    received: str = ""  # ISO 8601 day; empty while it is open
    received_amount: str = ""
    uses: int = 0  # that were reported, of those that the agreement allows
    copy: int | None = None
    note: str = ""
    created: str = ""  # ISO 8601, UTC
    binned: str = ""
