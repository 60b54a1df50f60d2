"""Cases: a found file is taken in and kept, checked, cross-tested, and packed as evidence with its report."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from core import credentials, journal, stamps
from core.apart import examined
from core.apart.suspect import SuspectApart
from core.catalog.store import Catalog
from core.catalog.text import now
from core.catalog.unsigned import record_of
from core.check import check
from core.crosstests import cross_tests
from core.errors import CancelledError, RefusedError, WriteError
from core.evidence import figures
from core.evidence.log import head
from core.evidence.package import Exhibit, Package, write
from core.evidence.report import LIMITS, CrossTest, Evidence, Received, best, facts_of, report
from core.evidence.signing import signer
from core.keys import CreatorKey
from core.labelling import removed
from core.letters import agreed_on, case_check, creator_of
from core.model import Case, Check, Statements
from core.paper.html import html_of
from core.paper.pdf import pdf_of
from core.progress import Progress, Pulse, part, silent
from core.wording import resemblance

FOLDER = "cases"


def open_case(
    file: Path,
    case: Case,
    *,
    catalog: Catalog,
    keys: Sequence[CreatorKey],
    works: Sequence[int] = (),
    progress: Progress = silent,
) -> Case:
    """Return the new case of a found file, with its check.

    The file is copied into the data folder and hashed before anything opens it, and the copy is what is checked. `case`
    holds what its user knows: title, where and when it was found. UnreadableError where the file is none;
    CancelledError out of `progress`, and then the case lies in the bin.
    """
    from core.media.files import sha256_of

    sha256 = sha256_of(file)
    made = catalog.add(replace(case, checks=()))
    kept = received_folder(catalog, made.id) / file.name
    _take_in(file, kept, sha256)
    facts = {"sha256": sha256, "bytes": kept.stat().st_size, "modified": _time(kept), "case": made.id}
    journal.note(catalog, keys[0], journal.FILE_RECEIVED, **facts)
    try:
        for _ in check([kept], catalog=catalog, keys=keys, works=works, progress=progress):
            pass
    except CancelledError:
        catalog.bin(Case, [made.id])  # without its check nothing can be done with it
        raise
    found = catalog.checks(sha256=sha256, limit=1)
    if found:
        catalog.edit(Case, [made.id], checks=(found[0].id,), works=_works(found[0]))
    return catalog.get(Case, made.id)


def received_folder(catalog: Catalog, case: int) -> Path:
    """Return the folder in which the found files of a case are kept."""
    return catalog.folder / FOLDER / str(case) / "received"


def received(catalog: Catalog, case: Case, one: Check) -> Received:
    """Return what the found file of a case was when it was taken in, as the signed log tells.

    Where the log has no word of it, its check and the kept file say so. RefusedError where neither is there.
    """
    for event in catalog.events_of(journal.FILE_RECEIVED, part=f'"case":{case.id},'):
        facts = json.loads(event.facts)
        return Received(one.file, facts["sha256"], facts["bytes"], facts["modified"], event.moment)
    kept = _kept_file(catalog, case, one)
    return Received(kept.name, one.sha256, kept.stat().st_size, _time(kept), one.created)


def package(
    number: int,
    *,
    catalog: Catalog,
    keys: Sequence[CreatorKey],
    out: Path,
    more: Sequence[Path] = (),
    progress: Progress = silent,
) -> Package:
    """Return the evidence package of a case, written as a folder and a zip below `out`.

    `more` are files that its user adds: screenshots, signed papers, time stamps. CatalogError for an unknown case,
    RefusedError where the found file is gone or was changed, UnreadableError where it breaks the process that reads it
    or one of `more` cannot be read, WriteError where there is no room, CancelledError out of `progress`.
    """
    from core import __version__
    from core.media.files import sha256_of

    for path in more:
        sha256_of(path)  # a missing one is told now, not when all is done
    case = catalog.get(Case, number)
    one = case_check(catalog, case)
    suspect = _kept_file(catalog, case, one)
    match = best(one)
    key = next((key for key in keys if match is not None and key.id == match.key), keys[0])
    copy = None if match is None else match.copy
    pulse = Pulse(progress)
    pulse(0.0, "reading")
    shown = examined(suspect, lambda held, _: _shown(held, one, catalog, key, pulse), beat=pulse.beat)
    sent = Statements() if copy is None else journal.statements_of(catalog, copy)
    agreements = () if copy is None else tuple(catalog.agreements_of(copy))
    events = catalog.events()
    by = signer(key)
    made = now()
    found = Evidence(
        case=case,
        check=one,
        received=received(catalog, case, one),
        creator=creator_of(catalog, case, key),
        key=key.id,
        public=by.public,
        tests=shown.tests,
        says=shown.says,
        removed=() if copy is None else removed([sent], shown.says),
        sent=sent,
        credentials=credentials.found_in(shown.credentials, catalog, copy),
        agreed=agreed_on(catalog, match),
        agreements=agreements,
        registered=None if copy is None else journal.entry_of(catalog, copy),
        log_head=str(head(events)),
        figure=shown.figure,
        caption=shown.caption,
        version=__version__,
        made=made,
        stamps=stamps.said(catalog),
        alike=tuple(resemblance(similar, marked=True) for similar in one.similar),
    )
    paper = report(found)
    pulse(0.8, "writing")
    exhibits = [
        Exhibit("report.pdf", pdf_of(paper), "The report, to read and to print."),
        Exhibit("report.html", html_of(paper).encode(), "The same report for a browser."),
        Exhibit(f"received/{suspect.name}", suspect, "The suspect file as it was received."),
        Exhibit("check.json", _check_json(one), "The finding in all its numbers, for programs."),
    ]
    if shown.figure:
        exhibits.append(Exhibit("comparison.png", shown.figure, "The suspect and the original side by side."))
    manifest = b"" if copy is None else catalog.manifest(copy.id)
    if manifest:
        exhibits.append(Exhibit("credentials/copy.c2pa", manifest, "The signed manifest that the copy went out with."))
    exhibits += [
        Exhibit(f"agreements/{one.id}.json", record_of(one), "An agreement: its hash is the `record` in the log.")
        for one in agreements
    ]
    exhibits += [Exhibit(f"stamps/{path.name}", path, "A time stamp of the log.") for path in stamps.files(catalog)]
    exhibits += [
        Exhibit(f"added/{place} {path.name}", path, "Added by the creator.") for place, path in enumerate(more, 1)
    ]
    made_package = write(
        _free_folder(out / f"case {case.id} {made[:10]}"),
        exhibits,
        facts=facts_of(found),
        events=events,
        shown=journal.concerning(events, case, one, agreements),
        by=by,
        made=made,
        limits=LIMITS,
    )
    journal.note(catalog, key, journal.PACKAGE_MADE, case=case.id, manifest=made_package.sha256, head=str(head(events)))
    return made_package


class _Shown(NamedTuple):
    """What a package tells of the found file's content, as the process that reads it says."""

    tests: tuple[CrossTest, ...]
    says: Statements
    credentials: str
    figure: bytes  # PNG, empty where there is nothing to compare with
    caption: str


def _shown(suspect: SuspectApart, one: Check, catalog: Catalog, key: CreatorKey, progress: Progress) -> _Shown:
    match = best(one)
    tests = cross_tests(suspect, one, catalog=catalog, key=key, progress=part(progress, 0.1, 0.7))
    progress(0.7, "drawing")
    figure, caption = b"", ""
    if match is not None and match.work is not None:
        drawing, caption = suspect.figure(Path(match.work.path), match.work.sha256, match.finding.where)
        figure = figures.png(drawing) if drawing.size else b""
    signed = suspect.credentials(catalog.folder / credentials.FOLDER)
    return _Shown(tests, suspect.statements(), signed, figure, caption)


def _take_in(file: Path, kept: Path, sha256: str) -> None:
    from core.media.files import sha256_of

    try:
        kept.parent.mkdir(parents=True, mode=0o700)
        shutil.copy2(file, kept)
        kept.chmod(stat.S_IRUSR)
    except OSError as error:
        raise WriteError(
            f"{file.name} could not be copied into {kept.parent}: {error.strerror or type(error).__name__}.",
            "Free some space, or check the data folder.",
            path=kept,
        ) from error
    if sha256_of(kept) != sha256:
        raise WriteError(f"{file.name} changed while it was copied.", "Save it somewhere first, then open the case.")


def _kept_file(catalog: Catalog, case: Case, one: Check) -> Path:
    from core.media.files import sha256_of

    folder = received_folder(catalog, case.id)
    files = [path for path in sorted(folder.iterdir()) if path.is_file()] if folder.is_dir() else []
    for path in files:
        if sha256_of(path) == one.sha256:
            return path
    raise RefusedError(
        f"The file of the case no. {case.id} is not in {folder} any more, or was changed.",
        "Put the file back as it was received, or open a new case with it.",
        path=folder,
    )


def _free_folder(folder: Path) -> Path:
    """Return the folder, or the first of "name 2", "name 3" ... that neither a folder nor a zip has."""
    candidate, number = folder, 1
    while candidate.exists() or candidate.with_name(f"{candidate.name}.zip").exists():
        number += 1
        candidate = folder.with_name(f"{folder.name} {number}")
    return candidate


def _works(one: Check) -> tuple[int, ...]:
    return tuple(dict.fromkeys(match.work.id for match in one.matches if match.work is not None))


def _check_json(one: Check) -> bytes:
    findings = [
        {
            "key": match.key,
            "serial": match.finding.serial,
            "verdict": match.finding.verdict.value,
            "probability": match.finding.probability,
            "score": match.finding.score,
            "level": match.finding.level,
            "where": [list(place) for place in match.finding.where],
            "times": [list(span) for span in match.finding.times],
            "tracks": list(match.finding.tracks),
            "transform": match.finding.transform,
            "candidates": match.finding.candidates,
            "hypotheses": match.finding.hypotheses,
            "shows_work": match.shows_work,
        }
        for match in one.matches
    ]
    content: dict[str, object] = {
        "file": one.file,
        "sha256": one.sha256,
        "created": one.created,
        "verdict": one.verdict.value,
    }
    similar = [{"work": work.work.sha256, "strength": work.likeness.value} for work in one.similar]
    content |= {"message": one.message, "findings": findings, "similar": similar}
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def _time(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
