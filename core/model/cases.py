"""What was found in suspect files, and what the creator does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.model.marks import Finding, Kind, Verdict
from core.model.statements import Statements
from core.model.works import Copy, Recipient, Work


class CaseStatus(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    WAITING = "waiting"  # for an answer
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Match:
    """A finding joined with what the catalog knows: whose copy of which work it is, sent when.

    `work`, `copy` and `recipient` are None where the serial is unknown to the catalog. `key` is the public id of
    the key whose mark it is. `shows_work` says whether the suspect shows the work itself (a mark can be lifted off one
    file and laid over another); None where that could not be compared. `agreed` says in a sentence what was agreed
    with the recipient; empty where the copy is not known.
    """

    finding: Finding
    work: Work | None = None
    copy: Copy | None = None
    recipient: Recipient | None = None
    key: str = ""
    shows_work: bool | None = None
    agreed: str = ""


class Likeness(StrEnum):
    """How much a file resembles a work: by its fingerprint alone, or as a comparison with the stored original says."""

    LIKELY = "likely"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Similar:
    """A work that a file shows or sounds like, or a part of it, whatever mark it carries: never a finding."""

    work: Work
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Checked:
    """One examined suspect file: its verdict is that of its best finding.

    `says` is what the file itself says on rights; `removed` names the statements that the copy went out with and that
    this file lacks; `credentials` says in a sentence what its signed manifest is worth, empty where that is not known.
    `similar` are the works that it resembles beside those whose marks were found in it.
    """

    file: Path
    verdict: Verdict
    matches: tuple[Match, ...] = ()
    message: str = ""
    kind: Kind | None = None
    says: Statements = field(default_factory=Statements)
    removed: tuple[str, ...] = ()
    credentials: str = ""
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One examination as the catalog keeps it: what was examined, when, what was found, what it resembles."""

    id: int
    file: str  # its name
    path: str
    sha256: str  # empty where it could not be read
    created: str  # ISO 8601, UTC
    verdict: Verdict
    message: str
    kind: Kind | None = None
    matches: tuple[Match, ...] = ()
    similar: tuple[Similar, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What the creator does about a finding: where it was found, with whom it is settled, how far it has come."""

    id: int
    title: str
    status: CaseStatus = CaseStatus.OPEN
    creator: int | None = None
    found_where: str = ""  # an address on the web, a place
    found_on: str = ""  # ISO 8601, with its zone where that is known
    found_by: str = ""
    found_how: str = ""  # how it was saved
    respondent: str = ""  # platform, company or person who is written to
    contact: str = ""  # how they are reached
    follow_up: str = ""  # ISO 8601 day
    outcome: str = ""
    closed: str = ""  # ISO 8601 day
    note: str = ""
    tags: tuple[str, ...] = ()
    checks: tuple[int, ...] = ()
    works: tuple[int, ...] = ()
    created: str = ""  # ISO 8601, UTC
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of a case or a consent: a signed form, a notice, an answer. Its content may lie in the catalog."""

    id: int
    name: str
    case: int | None = None
    consent: int | None = None
    path: str = ""  # where it lay when it was added
    sha256: str = ""
    bytes: int = 0
    kept: bool = False  # whether the catalog holds its content
    note: str = ""
    created: str = ""  # ISO 8601, UTC
    binned: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the signed log: each holds the hash of the one before it."""

    number: int  # 1, 2, 3 ... without gaps
    moment: str  # ISO 8601, UTC
    what: str
    facts: str  # JSON
    previous: str  # hex hash of the entry before; empty for the first
    hash: str  # hex hash of this one
    key: str = ""  # public id of the key that signed
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation of the catalog as its history lists it: all that was changed together.

    `counts` says how many things of each table it changed; `thing` and `item` name the only one, where it is one.
    """

    number: int
    moment: str  # ISO 8601, UTC
    who: str
    what: str  # as of a Change
    counts: Mapping[str, int]
    thing: str = ""
    item: str = ""
    undoable: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was changed: who did it, when, and what it held before and holds since."""

    id: int
    operation: int  # changes of one operation are done and undone together
    moment: str  # ISO 8601, UTC
    who: str
    what: str  # "edited", "added", "put into the bin" ...
    thing: str  # "work", "recipient" ...
    item: str  # its number; of keys the public id
    before: str = ""  # JSON object of the fields that changed
    after: str = ""
    undone: bool = False
