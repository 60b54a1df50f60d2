"""What the Catalog page looks up, beside the window: rows in sight, thumbnails, all that is known of one work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtGui import QImage

from app.catalog_words import REFERRING, change_facts, name_of, referred, thing_word
from app.i18n import tr
from app.models.works import CopyRow, Listed
from core.catalog.query import Query
from core.catalog.tables import BY_NAME
from core.model import Case, Check, Consent, Copy, Creator, Edit, Recipient, Terms, Work

if TYPE_CHECKING:
    from core.catalog.store import Catalog

_UNDOABLE = 100  # edits that the history offers to undo
_TOLD = 30  # things of one operation that are told apart
_COPIES, _CHECKS, _EDITS = 1000, 50, 50  # of one work, at the most
CHOSEN = 200  # works whose copies are ready to be dragged

Names = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What works can be chosen by, and be given."""

    recipients: Names
    years: list[str]
    tags: list[str]
    terms: Names
    creators: Names


class Told(NamedTuple):
    """One thing that an operation changed: its name, and its fields with what they held and hold."""

    name: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class About:
    """All that is known of one work."""

    work: Work
    copies: list[CopyRow]  # the newest
    total: int  # copies there are
    agreements: list[Consent]
    checks: list[Check]
    cases: list[Case]
    edits: list[Edit]
    inherited: str  # the name of the terms that apply where it has none of its own


def choices(catalog: Catalog) -> Choices:
    """Return what works can be chosen by now."""
    return Choices(
        [(item.id, item.name) for item in catalog.recipients()],
        catalog.years(),
        catalog.tags(Work),
        [(item.id, item.name) for item in catalog.every(Terms, Query(sort="name"))],
        [(item.id, item.name) for item in catalog.every(Creator, Query(sort="name"))],
    )


def listed(catalog: Catalog, numbers: Sequence[int]) -> dict[int, Listed]:
    """Return what rows show of some works; those that are gone are left out."""
    works, counts = catalog.get_all(Work, numbers), catalog.copy_counts(numbers)
    return {number: Listed(work, counts.get(number, 0)) for number, work in works.items()}


def pictures(catalog: Catalog, numbers: Sequence[int]) -> dict[int, QImage | None]:
    """Return the thumbnails of some works, decoded."""
    found: dict[int, QImage | None] = dict.fromkeys(numbers)
    for number in numbers:
        png = catalog.work(number).thumbnail
        image = QImage.fromData(png) if png else QImage()
        found[number] = None if image.isNull() else image
    return found


def about(catalog: Catalog, number: int) -> About:
    """Return all that is known of one work."""
    work = catalog.get(Work, number)
    inherited = catalog.terms_of(number) if work.terms is None else None
    return About(
        work,
        copy_rows(catalog, number),
        catalog.count(Copy, Query(work=number)),
        list(catalog.page(Consent, Query(work=number)).items),
        catalog.checks(work=number, limit=_CHECKS),
        list(catalog.page(Case, Query(work=number)).items),
        catalog.edits(Work, number, limit=_EDITS),
        "" if inherited is None else inherited.name,
    )


def copy_rows(catalog: Catalog, work: int) -> list[CopyRow]:
    """Return the copies of a work, newest first, and whether their files are where they were saved."""
    copies = catalog.page(Copy, Query(work=work), limit=_COPIES).items
    recipients = catalog.get_all(Recipient, (copy.recipient for copy in copies))
    return [CopyRow(copy, recipients[copy.recipient], _is_there(copy)) for copy in copies]


def files_of(catalog: Catalog, works: Sequence[int], recipient: int | None) -> dict[int, list[Path]]:
    """Return the files of the copies of works that are there, by work; for one recipient, or for all."""
    found: dict[int, list[Path]] = {}
    for work in works[:CHOSEN]:
        copies = catalog.page(Copy, Query(work=work, recipient=recipient), limit=_COPIES).items
        found[work] = [Path(copy.path) for copy in copies if _is_there(copy)]
    return found


def in_bin(catalog: Catalog, keys: Sequence[tuple[type[Any], int]]) -> dict[tuple[type[Any], int], Any]:
    """Return the things behind some rows of the bin."""
    found: dict[tuple[type[Any], int], Any] = {}
    for thing in {kind for kind, _ in keys}:
        items = catalog.get_all(thing, [number for kind, number in keys if kind is thing])
        found.update({(thing, number): item for number, item in items.items()})
    return found


def past(
    catalog: Catalog, thing: type[Any] | None, before: int | None, limit: int
) -> tuple[list[tuple[Edit, str]], list[int]]:
    """Return a page of what was done, each with the name of the only thing that it changed, and what can be undone."""
    edits = catalog.edits(thing, before=before, limit=limit)
    wanted = [(BY_NAME[edit.thing].thing, int(edit.item)) for edit in edits if edit.thing in BY_NAME]
    items = in_bin(catalog, wanted)
    named = []
    for edit in edits:
        item = items.get((BY_NAME[edit.thing].thing, int(edit.item))) if edit.thing in BY_NAME else None
        named.append((edit, "" if item is None else name_of(item)))
    return named, catalog.undoable(_UNDOABLE)


def changes_of(catalog: Catalog, operation: int) -> tuple[int, list[Told]]:
    """Return the operation's number and what it changed: the first things of it, with their fields."""
    changes = catalog.history(operation=operation, limit=_TOLD)
    names: dict[tuple[str, int], str] = {}
    for name, number in {pair for change in changes for pair in referred(change)}:
        item = catalog.get_all(REFERRING[name], [number]).get(number)
        if item is not None:
            names[name, number] = name_of(item)
    told = []
    for change in reversed(changes):
        thing = next((table.thing for table in BY_NAME.values() if table.word == change.thing), None)
        item = catalog.get_all(thing, [int(change.item)]).get(int(change.item)) if thing is not None else None
        said = change.item if item is None else name_of(item)
        word = tr("Key") if thing is None else thing_word(thing)
        told.append(Told(tr("{kind}: {name}", kind=word, name=said), change_facts(change, names)))
    return operation, told


def _is_there(copy: Copy) -> bool:
    return Path(copy.path).is_file()
