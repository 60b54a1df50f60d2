"""Statements: what a file says on rights, as plain data that all else speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from core.model.agreements import DataMining


class SourceType(StrEnum):
    """Where a work comes from, by the IPTC's list of digital source types."""

    UNSPECIFIED = ""
    CAPTURE = "digitalCapture"
    CREATION = "digitalCreation"
    HUMAN_EDITS = "humanEdits"
    NEGATIVE = "negativeFilm"
    POSITIVE = "positiveFilm"
    PRINT = "print"
    COMPOSITE = "compositeCapture"


MINING_WORDS = {
    DataMining.UNSPECIFIED: "nothing is said",
    DataMining.ALLOWED: "allowed",
    DataMining.NO_TRAINING: "prohibited for training of AI",
    DataMining.NO_GENERATIVE_TRAINING: "prohibited for training of generative AI",
    DataMining.SEARCH_ONLY: "prohibited, except for the index of search engines",
    DataMining.PROHIBITED: "prohibited",
    DataMining.SEE_CONSTRAINT: "prohibited; see the constraints stated",
    DataMining.SEE_EMBEDDED: "prohibited; see the rights expression in the file",
    DataMining.SEE_LINKED: "prohibited; see the linked rights expression",
}


@dataclass(frozen=True, slots=True)
class Statements:
    """What a file says on rights: what is written into a copy, and what is read from a suspect.

    Texts are empty where nothing is said. `reserved` is the TDM reservation: True (reserved), False, or None (nothing
    is said). `others` are further statements that were found and are never written: (name, text), such as the
    AI system that is said to have made a picture.
    """

    creator: str = ""
    copyright: str = ""
    usage: str = ""  # usage terms, in words
    web_statement: str = ""  # URL
    licence: str = ""  # URL
    licensor: str = ""
    licensor_url: str = ""
    licensor_email: str = ""
    credit: str = ""
    mining: DataMining = DataMining.UNSPECIFIED
    constraints: str = ""
    reserved: bool | None = None
    policy: str = ""  # URL of the TDM policy
    source_type: SourceType = SourceType.UNSPECIFIED
    others: tuple[tuple[str, str], ...] = ()

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield (label, text) of everything that is said, in words for people."""
        for name, label in LABELS.items():
            value = getattr(self, name)
            if name == "mining":
                text = "" if value is DataMining.UNSPECIFIED else MINING_WORDS[value]
            elif name == "reserved":
                text = "" if value is None else ("reserved" if value else "not reserved")
            else:
                text = str(value)
            if text:
                yield label, text
        yield from self.others

    def __bool__(self) -> bool:
        return any(True for _ in self.said())


LABELS = {
    "creator": "Creator",
    "copyright": "Copyright",
    "usage": "Usage terms",
    "web_statement": "Rights statement on the web",
    "licence": "Licence",
    "licensor": "Licensor",
    "licensor_url": "Licensor's page",
    "licensor_email": "Licensor's e-mail",
    "credit": "Credit line",
    "mining": "Data mining and AI training",
    "constraints": "Constraints",
    "reserved": "Text and data mining",
    "policy": "Policy for text and data mining",
    "source_type": "Origin",
}


def lacking(expected: Statements, found: Statements) -> tuple[str, ...]:
    """Return the labels of what is expected and is not said, or is said otherwise."""
    empty = Statements()
    return tuple(
        LABELS[field.name]
        for field in fields(Statements)
        if field.name in LABELS
        and getattr(expected, field.name) != getattr(empty, field.name)
        and getattr(expected, field.name) != getattr(found, field.name)
    )


def united(first: Statements, second: Statements) -> Statements:
    """Return what either says, the first where both do."""
    empty = Statements()
    more = {
        field.name: getattr(second, field.name)
        for field in fields(Statements)
        if getattr(first, field.name) == getattr(empty, field.name)
    }
    others = dict(second.others) | dict(first.others)
    return replace(first, **{**more, "others": tuple(others.items())})
