"""Notices of a case: filled in with what the catalog knows, written as files, kept with the case."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from core import journal
from core.catalog.store import Catalog
from core.days import long_day
from core.decide import in_words
from core.errors import CatalogError
from core.evidence.notices import Notice, NoticeKind, notice
from core.evidence.report import best
from core.keys import CreatorKey
from core.model import Case, CaseStatus, Check, Creator, Document, Finding, Kind, Match, Verdict
from core.paper.pdf import pdf_of
from core.paper.plain import text_of
from core.wording import agreed

_SPANS = 8  # of a recording that a letter names
_ENOUGH = 1e-12  # beyond this, mistakes of people and programs are likelier than coincidence: letters say no more


def write_notice(
    number: int,
    kind: NoticeKind,
    *,
    catalog: Catalog,
    key: CreatorKey,
    out: Path,
    elements: Mapping[str, str] | None = None,
) -> tuple[Notice, tuple[Path, ...]]:
    """Return a notice of a case and the files written below `out`: letter as PDF and text, guide as text.

    What the catalog knows is filled in, `elements` (by the names of `core.evidence.notices.ELEMENTS`) come on top. The
    letter is kept with the case; a complete one sets the case to waiting, with its day to ask again.
    """
    case = catalog.get(Case, number)
    given = {**known_elements(catalog, case, key, kind), **(elements or {})}
    made = notice(kind, given, today=date.today())
    draft = "draft " if made.missing else ""
    name = f"case {case.id} {draft}notice {kind.value} {date.today().isoformat()}"
    letter, text = pdf_of(made.letter), text_of(made.letter)
    files = {
        f"{name}.pdf": letter,
        f"{name}.txt": text.encode(),
        f"{name} - before you send.txt": text_of(made.guide).encode(),
    }
    paths = tuple(written(out / file, content) for file, content in files.items())
    catalog.add_document(Document(id=0, name=f"{name}.pdf", case=case.id, path=str(paths[0])), letter)
    if not made.missing:
        catalog.edit(Case, [case.id], status=CaseStatus.WAITING, follow_up=made.follow_up)
    digest = hashlib.sha256(letter).hexdigest()
    journal.note(
        catalog, key, journal.NOTICE_WRITTEN, case=case.id, kind=kind.value, complete=not made.missing, sha256=digest
    )
    return made, paths


def known_elements(catalog: Catalog, case: Case, key: CreatorKey, kind: NoticeKind) -> dict[str, str]:
    """Return what the catalog knows for a notice of a kind, by the names of its elements."""
    owner = creator_of(catalog, case, key)
    found: dict[str, str] = {"respondent": case.respondent, "contact": case.contact, "urls": case.found_where}
    if owner is not None:
        found |= {
            "sender": owner.legal_name or owner.name,
            "address": owner.address,
            "phone": owner.phone,
            "email": owner.email,
            "relation": "I am the owner of the rights in the work.",
        }
    check = case_check(catalog, case) if case.checks else None
    match = best(check) if check is not None else None
    if match is not None and match.work is not None and owner is not None:
        what = "recording" if match.work.kind is Kind.AUDIO else "picture"
        found["work"] = (
            f"“{match.work.title}”, a {what} by {owner.name} (SHA-256 of the original: {match.work.sha256})."
        )
    if match is not None and match.copy is not None and match.finding.verdict is Verdict.CERTAIN:
        probability = max(match.finding.probability, _ENOUGH)
        said = (
            f"The file found there carries the invisible mark of copy no. {match.copy.serial} of this work, made on"
            f" {long_day(match.copy.created)}.",
            heard_where(match.finding, None if check is None else check.kind),
            f"Such a finding arises by coincidence {in_words(probability)}.",
            "The evidence, with a script that checks it, is sent on request.",
        )
        found["evidence"] = " ".join(filter(None, said))
        found["agreed"] = agreed_on(catalog, match)
    if kind is NoticeKind.LIKENESS:
        found.pop("relation", None)  # to the person, which the catalog does not know
    return found


def written(path: Path, content: bytes) -> Path:
    """Return the new file with this content, under the first free name. WriteError where it cannot be written."""
    from core.media.files import free_name, replace_new, temporary_beside

    path.parent.mkdir(parents=True, exist_ok=True)
    final = free_name(path)
    with temporary_beside(final) as temporary:
        temporary.write_bytes(content)
        replace_new(temporary, final)
    return final


def case_check(catalog: Catalog, case: Case) -> Check:
    """Return the check of a case that says most. CatalogError where it has none."""
    checks = [catalog.get(Check, number) for number in case.checks]
    if not checks:
        raise CatalogError(f"The case no. {case.id} has no check.", "Open it with the file that was found.")
    return min(checks, key=lambda one: min([match.finding.probability for match in one.matches], default=2.0))


def agreed_on(catalog: Catalog, match: Match | None) -> str:
    """Return in a sentence what is agreed today about the copy of a match; empty where the copy is not known."""
    if match is None or match.copy is None or match.recipient is None:
        return ""
    agreements, terms = catalog.agreements_of(match.copy), catalog.terms_of(match.copy.work)
    return agreed(match.recipient.name, agreements, terms, date.today().isoformat())


def creator_of(catalog: Catalog, case: Case, key: CreatorKey) -> Creator | None:
    """Return whose case it is: as it says, else the owner of the key; None where the catalog names nobody."""
    owner = case.creator
    if owner is None:
        owner = next((one.creator for one in catalog.known_keys() if one.id == key.id), None)
    return None if owner is None else catalog.get(Creator, owner)


def heard_where(finding: Finding, kind: Kind | None) -> str:
    """Return as a sentence from when to when a recording or a film carries a mark; empty for pictures."""
    if kind is Kind.VIDEO:
        spans, what = (finding.times, "its pictures") if finding.times else (finding.where, "its sound")
    elif kind is Kind.AUDIO:
        spans, what = finding.where, "it"
    else:
        return ""
    if not spans:
        return ""
    told = [f"from {_clock(math.floor(start))} to {_clock(math.ceil(end))}" for start, end in spans[:_SPANS]]
    if left := len(spans) - len(told):
        told.append(f"and in {left} more place{'s' if left > 1 else ''}")
    return f"The mark was read in {what} {', '.join(told)}."


def _clock(seconds: int) -> str:
    """Return a place in a recording as players show it: "0:07", "1:02:03"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
