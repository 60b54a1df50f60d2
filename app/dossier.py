"""All that is kept of one case, read together for the window."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.i18n import date as day_in_words
from app.i18n import joined, marked, number, shown, tr
from app.session import Session
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CountermarkError
from core.model import Case, CaseStatus, Change, Check, Checked, Document
from core.printable import printable

if TYPE_CHECKING:
    from core.evidence.notices import NoticeKind


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with its check, the found file as it was received, its papers, its history, and the head of the log.

    `checked` and the facts of the file are empty for a case that was entered without one. `history` holds (moment,
    sentence), newest first.
    """

    case: Case
    checked: Checked | None = None
    received: tuple[tuple[str, str], ...] = ()
    sha256: str = ""  # of the found file
    folder: Path | None = None  # in which the found file is kept
    documents: tuple[Document, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    log_head: str = ""
    stamps: tuple[str, ...] = ()


def read(session: Session, number: int) -> Dossier:
    """Return what is kept of a case. CatalogError for an unknown number."""
    from core import journal, stamps
    from core.letters import case_check

    catalog = session.catalog
    case = catalog.get(Case, number)
    check = case_check(catalog, case) if case.checks else None
    return Dossier(
        case,
        None if check is None else _checked(check),
        () if check is None else _received(catalog, case, check),
        "" if check is None else check.sha256,
        None if check is None else Path(check.path).parent,
        tuple(catalog.every(Document, Query(case=number))),
        _history(catalog, number),
        str(journal.log_head(catalog)),
        stamps.said(catalog),
    )


def every(session: Session, text: str = "") -> list[Case]:
    """Return the cases that hold these words: those that are due first, the closed ones last."""
    return ordered(list(session.catalog.every(Case, Query(text=text))), date.today().isoformat())


def ordered(cases: Sequence[Case], today: str) -> list[Case]:
    """Return cases in the order in which they want to be looked at on a day."""

    def place(case: Case) -> tuple[int, str, int]:
        if case.status is CaseStatus.CLOSED:
            return 3, "", -case.id
        if is_due(case, today):
            return 0, case.follow_up, -case.id
        return (1, case.follow_up, -case.id) if case.follow_up else (2, "", -case.id)

    return sorted(cases, key=place)


def is_due(case: Case, today: str) -> bool:
    """Return whether a case wants to be looked at by a day ("2026-12-31")."""
    return case.status is not CaseStatus.CLOSED and bool(case.follow_up) and case.follow_up <= today


def status_word(status: CaseStatus) -> str:
    """Return how far a case has come, in a word."""
    return {
        CaseStatus.OPEN: tr("open"),
        CaseStatus.WAITING: tr("waiting for an answer"),
        CaseStatus.CLOSED: tr("closed"),
    }[status]


def notice_word(kind: NoticeKind) -> str:
    """Return what a kind of notice is for."""
    return {
        "dmca": tr("US takedown notice: copyright, to a platform"),
        "dsa": tr("EU notice: illegal content, to a platform"),
        "likeness": tr("Voice or likeness: a digital replica of a person"),
        "licence": tr("Licence claim: use without a licence, or beyond it"),
    }[kind.value]


def _checked(check: Check) -> Checked:
    return Checked(Path(check.path), check.verdict, check.matches, check.message, check.kind, similar=check.similar)


def _received(catalog: Catalog, case: Case, check: Check) -> tuple[tuple[str, str], ...]:
    from core.cases import received

    try:
        found = received(catalog, case, check)
    except CountermarkError as error:
        return ((tr("File"), printable(check.file)), (tr("Trouble"), shown(printable(str(error)))))
    return (
        (tr("File"), printable(found.name)),
        (tr("Size"), tr("{count} bytes", count=number(found.bytes))),
        (tr("File date on disk"), day_in_words(found.modified)),
        (tr("Taken in on"), day_in_words(found.received)),
    )


def _history(catalog: Catalog, number: int) -> tuple[tuple[str, str], ...]:
    from core import journal

    told = [(change.moment, said) for change in catalog.history(Case, number, limit=None) if (said := _change(change))]
    for what, words in ((journal.PACKAGE_MADE, _packed), (journal.NOTICE_WRITTEN, _noticed)):
        for event in catalog.events_of(what):
            facts = json.loads(event.facts)
            if facts.get("case") == number:
                told.append((event.moment, words(facts)))
    return tuple(sorted(told, reverse=True))


def _packed(facts: Mapping[str, object]) -> str:
    return tr("Evidence package made; the hash of its manifest begins {hash}.", hash=str(facts.get("manifest"))[:16])


def _noticed(facts: Mapping[str, object]) -> str:
    from core.evidence.notices import NoticeKind

    kind = notice_word(NoticeKind(str(facts.get("kind"))))
    if facts.get("complete"):
        return tr("Notice written ({kind}).", kind=kind)
    return tr("Draft of a notice written ({kind}).", kind=kind)


def _change(change: Change) -> str:
    """Return one change of a case in a sentence; empty where nothing that people follow was changed."""
    if change.what == "added":
        return tr("Case opened.")
    after, before = json.loads(change.after or "{}"), json.loads(change.before or "{}")
    said = []
    if "status" in after:
        said.append(
            tr(
                "Status: {status} (it was {before}).",
                status=status_word(CaseStatus(after["status"])),
                before=status_word(CaseStatus(before.get("status", "open"))),
            )
        )
    if "follow_up" in after:
        day = day_in_words(after["follow_up"])
        said.append(tr("To be looked at on {day}.", day=day) if day else tr("No day to be looked at any more."))
    if after.get("outcome"):
        said.append(tr("Outcome: {outcome}", outcome=printable(after["outcome"])))
    others = sorted(set(after) & set(_FIELDS))
    if others:
        said.append(tr("Changed: {fields}.", fields=joined(shown(_FIELDS[name]) for name in others)))
    return " ".join(said)


_FIELDS = {
    "title": marked("title"),
    "found_where": marked("where it was found"),
    "found_on": marked("when it was found"),
    "found_by": marked("who found it"),
    "found_how": marked("how it was saved"),
    "respondent": marked("who is written to"),
    "contact": marked("how they are reached"),
    "note": marked("note"),
}
