"""Whose works there are, what is kept of each, and who got which copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.model.marks import Kind, Strength


class KeyState(StrEnum):
    """What a key is used for: an active one marks new copies, a retired one only finds the old ones."""

    ACTIVE = "active"
    RETIRED = "retired"


class RecipientKind(StrEnum):
    """What a recipient is."""

    PERSON = "person"
    AGENT = "agent"
    STUDIO = "studio"
    CLIENT = "client"
    GALLERY = "gallery"
    PLATFORM = "platform"
    PRESS = "press"
    PUBLIC = "public"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Creator:
    """The person or company whose works these are. `terms` are those of works that have none of their own."""

    id: int
    name: str
    legal_name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    representative: str = ""
    union_id: str = ""
    terms: int | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""  # ISO 8601, UTC
    binned: str = ""  # when it was put into the bin; empty where it was not


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What the catalog knows of a key: never its secret."""

    id: str  # the public id
    creator: int | None = None
    label: str = ""
    state: KeyState = KeyState.ACTIVE
    created: str = ""  # ISO 8601, UTC
    retired: str = ""  # ISO 8601, UTC; empty while it is active
    issued: int = 0  # how many serials were issued for it


@dataclass(frozen=True, slots=True)
class Work:
    """An original file that the creator protects."""

    id: int
    title: str
    kind: Kind
    path: str
    sha256: str
    created: str  # ISO 8601, UTC
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    rate: int = 0
    channels: int = 0
    thumbnail: bytes = b""  # PNG; empty where there is none
    # What informed detection compares with, and what finds it again: empty but in a work that is about to be stored.
    signal: bytes = b""
    fingerprint: bytes = b""
    creator: int | None = None
    terms: int | None = None
    rights: str = ""  # its rights statement, where it differs from that of its terms
    note: str = ""
    tags: tuple[str, ...] = ()
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got a copy."""

    id: int
    name: str
    email: str = ""
    kind: RecipientKind = RecipientKind.OTHER
    note: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""  # ISO 8601, UTC
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One marked output of a work, for one recipient. `terms` are those that were written into it."""

    id: int
    work: int
    serial: int
    recipient: int
    key: str  # the key's public id
    path: str  # where it was saved
    sha256: str
    created: str  # ISO 8601, UTC
    strength: Strength
    parameters: int
    quality: Mapping[str, float] = field(default_factory=dict)
    purpose: str = ""
    terms: int | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    binned: str = ""
