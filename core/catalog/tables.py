"""Which things the catalog keeps, in which table each lies, and how its columns become fields and fields columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from core.catalog.text import column_path, path_column, plain
from core.model import (
    Case,
    Check,
    Consent,
    Copy,
    Creator,
    Document,
    Payment,
    Recipient,
    Terms,
    Work,
)

Thing = Work | Copy | Recipient | Creator | Terms | Consent | Payment | Check | Case | Document
T = TypeVar("T", bound=Thing)


@dataclass(frozen=True, slots=True)
class Link:
    """A table that joins a thing with others: its name, the column of the thing itself, that of the others."""

    table: str
    own: str
    other: str
    others: str  # the table of the others


@dataclass(frozen=True, slots=True)
class Table:
    """One table of things.

    `edited` are the fields that people may change, `given` those of a new row besides; `searched` the fields that
    full-text search looks through, and `indexed` says whether they are many enough to deserve an index.
    """

    thing: type[Any]
    name: str
    word: str
    words: str
    titled: str  # the field by which people know it
    edited: tuple[str, ...]
    given: tuple[str, ...] = ()
    links: Mapping[str, Link] | None = None
    searched: tuple[str, ...] = ()
    indexed: bool = False
    tagged: bool = True

    @property
    def columns(self) -> Mapping[str, Callable[[Any], Any]]:
        """The fields that are columns of the table, with what makes a field's value of a column's."""
        return _COLUMNS[self.name]

    @property
    def hints(self) -> Mapping[str, Any]:
        """The types of the fields."""
        return _HINTS[self.name]

    def column(self, field: str, value: Any) -> Any:
        """Return what is stored for a field's value."""
        if field == "path":
            return path_column(value)
        if isinstance(value, StrEnum):
            return value.value
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, Mapping):
            return json.dumps(dict(value))
        return plain(value) if isinstance(value, str) else value


_APART = frozenset(
    {"tags", "thumbnail", "signal", "fingerprint", "matches", "similar", "kept", "works", "copies", "recipients"}
)


def _reader(name: str, hint: Any) -> Callable[[Any], Any]:
    if name == "path":
        return column_path
    if name == "quality":
        return json.loads
    optional = [part for part in getattr(hint, "__args__", ()) if part is not type(None)]
    kind = optional[0] if optional else hint
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return (lambda value: None if value is None else kind(value)) if optional else kind
    return bool if kind is bool else _same


def _same(value: Any) -> Any:
    return value


def _link(table: str, own: str, other: str, others: str) -> Link:
    return Link(table, own, other, others)


_CONSENT = tuple(
    field.name
    for field in fields(Consent)
    if field.name not in {"id", "series", "version", "replaced", "created", "binned"}
)
_CASE = tuple(field.name for field in fields(Case) if field.name not in {"id", "created", "binned"})
_TERMS = tuple(field.name for field in fields(Terms) if field.name not in {"id", "created", "binned"})
_CREATOR = tuple(field.name for field in fields(Creator) if field.name not in {"id", "created", "binned"})

TABLES: Mapping[type[Any], Table] = {
    table.thing: table
    for table in (
        Table(
            Work,
            "works",
            "work",
            "works",
            "title",
            ("title", "creator", "terms", "rights", "note", "tags"),
            searched=("title", "path", "rights", "note"),
            indexed=True,
        ),
        Table(Copy, "copies", "copy", "copies", "serial", ("purpose", "note", "tags")),
        Table(
            Recipient,
            "recipients",
            "recipient",
            "recipients",
            "name",
            ("name", "email", "kind", "note", "tags"),
            searched=("name", "email", "kind", "note"),
            indexed=True,
        ),
        Table(
            Creator,
            "creators",
            "creator",
            "creators",
            "name",
            _CREATOR,
            searched=tuple(field for field in _CREATOR if field not in {"terms", "tags"}),
        ),
        Table(
            Terms,
            "terms",
            "terms",
            "terms",
            "name",
            _TERMS,
            searched=tuple(field for field in _TERMS if field not in {"data_mining", "tags"}),
        ),
        Table(
            Consent,
            "consents",
            "consent",
            "consents",
            "title",
            _CONSENT,
            given=("series", "version"),
            links={
                "works": _link("consent_works", "consent", "work", "works"),
                "copies": _link("consent_copies", "consent", "copy", "copies"),
                "recipients": _link("consent_recipients", "consent", "recipient", "recipients"),
            },
            searched=(
                *("title", "type", "performer", "stage_name", "representative", "union_id", "granted_to", "project"),
                *("source_material", "holder", "uses", "media", "territory", "languages", "content_limits", "note"),
            ),
            indexed=True,
        ),
        Table(
            Payment,
            "payments",
            "payment",
            "payments",
            "id",
            tuple(field.name for field in fields(Payment) if field.name not in {"id", "consent", "created", "binned"}),
            given=("consent",),
            searched=("kind", "amount", "received_amount", "note"),
            tagged=False,
        ),
        Table(
            Check,
            "checks",
            "check",
            "checks",
            "file",
            ("note", "tags"),
            searched=("file", "path", "message", "note"),
            indexed=True,
        ),
        Table(
            Case,
            "cases",
            "case",
            "cases",
            "title",
            _CASE,
            links={
                "checks": _link("case_checks", "case", "check", "checks"),
                "works": _link("case_works", "case", "work", "works"),
            },
            searched=("title", "found_where", "found_by", "found_how", "respondent", "contact", "outcome", "note"),
            indexed=True,
        ),
        Table(
            Document,
            "documents",
            "document",
            "documents",
            "name",
            ("name", "note"),
            given=("case", "consent", "path", "sha256", "bytes"),
            searched=("name", "path", "note"),
            tagged=False,
        ),
    )
}
_HINTS = {table.name: get_type_hints(table.thing) for table in TABLES.values()}
_COLUMNS = {
    table.name: {
        field.name: _reader(field.name, _HINTS[table.name][field.name])
        for field in fields(table.thing)
        if field.name not in _APART | ({"checks"} if table.thing is Case else set())
    }
    for table in TABLES.values()
}
BY_NAME: Mapping[str, Table] = {table.name: table for table in TABLES.values()}


def quoted(name: str) -> str:
    """Return a name as SQL takes it, words of its own such as "case" and "check" included."""
    return f'"{name}"'
