"""`countermark case`: open a case with a found file, pack its evidence, write its notices."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, NOTHING, TROUBLE
from app.commands.batch import Batch
from app.commands.catalog import works_named
from app.commands.check import record
from app.passphrases import opener
from app.session import Session
from app.terminal import command, emit, say, warn
from core.cases import open_case, package
from core.errors import RefusedError
from core.evidence.notices import ELEMENTS, NoticeKind
from core.letters import write_notice
from core.model import Case, Check, Checked, Document


def new(given: argparse.Namespace) -> int:
    """Open a case with a found file, check it, and return the exit code."""
    file = Path(given.file)
    with Session.open() as session:
        session.unlock(opener(given.passphrase_file))
        works = [work.id for work in works_named(session.catalog, given.work)] if given.work else []
        case = Case(
            id=0,
            title=given.title or file.name,
            found_where=given.where,
            found_on=given.on,
            found_by=given.by,
            found_how=given.how,
            respondent=given.respondent,
            contact=given.contact,
        )
        with Batch(1) as batch:
            made = open_case(
                file, case, catalog=session.catalog, keys=session.keys, works=works, progress=batch.progress(0, file)
            )
        checks = [session.catalog.get(Check, number) for number in made.checks]
    for check in checks:
        if given.json:
            found = Checked(Path(check.path), check.verdict, check.matches, check.message, check.kind)
            emit({"case": made.id, **record(found)})
        else:
            say(check.message)
    if not given.json:
        say(f"Case no. {made.id} “{made.title}”. Its evidence: {command(f'case package {made.id}')}")
    return DONE if any(check.matches for check in checks) else NOTHING


def listing(given: argparse.Namespace) -> int:
    """List the cases, newest first, and return the exit code."""
    with Session.open() as session:
        found = list(session.catalog.every(Case))
    for case in found:
        if given.json:
            emit(_case(case))
        else:
            again = f", ask again on {case.follow_up}" if case.follow_up else ""
            say(f"{case.id:>5}  {case.title}  ({case.status.value}{again})")
    if not found and not given.json:
        say("There is no case yet.")
    return DONE


def show(given: argparse.Namespace) -> int:
    """Show one case with its checks and papers, and return the exit code."""
    from core.catalog.query import Query

    with Session.open() as session:
        case = session.catalog.get(Case, given.case)
        checks = [session.catalog.get(Check, number) for number in case.checks]
        papers = list(session.catalog.every(Document, Query(case=case.id)))
    if given.json:
        emit({**_case(case), "checks": [check.id for check in checks], "papers": [paper.name for paper in papers]})
        return DONE
    say(f"{case.title} (no. {case.id}; {case.status.value})")
    for label, text in (
        ("found", case.found_where),
        ("on", case.found_on),
        ("by", case.found_by),
        ("how", case.found_how),
        ("written to", " ".join(filter(None, (case.respondent, case.contact)))),
        ("ask again on", case.follow_up),
        ("outcome", case.outcome),
    ):
        if text:
            say(f"  {label}: {text}")
    for check in checks:
        say(f"  check no. {check.id}, {check.file}: {check.message}")
    for paper in papers:
        say(f"  paper: {paper.name}")
    return DONE


def pack(given: argparse.Namespace) -> int:
    """Write the evidence package of a case and return the exit code."""
    with Session.open() as session:
        session.unlock(opener(given.passphrase_file))
        out = Path(given.out).expanduser() if given.out else Path.cwd()
        with Batch(1) as batch:
            made = package(
                given.case,
                catalog=session.catalog,
                keys=session.keys,
                out=out,
                more=[Path(name) for name in given.add],
                progress=batch.progress(0, Path(f"case {given.case}")),
            )
    if given.json:
        emit({"case": given.case, "folder": str(made.folder), "zip": str(made.zip), "manifest": made.sha256})
    else:
        say(f"Packed as {made.folder} and {made.zip.name}. Read report.pdf; recheck.py checks the rest.")
    return DONE


def notice(given: argparse.Namespace) -> int:
    """Write a notice of a case and return the exit code: trouble where something is missing."""
    elements = dict(_element(text) for text in given.set)
    with Session.open() as session:
        session.unlock(opener(given.passphrase_file))
        out = Path(given.out).expanduser() if given.out else Path.cwd()
        made, paths = write_notice(
            given.case, NoticeKind(given.kind), catalog=session.catalog, key=session.key, out=out, elements=elements
        )
    if given.json:
        emit({"case": given.case, "files": [str(path) for path in paths], "missing": list(made.missing)})
    else:
        for path in paths:
            say(f"Written: {path}")
        say(f"Ask again on {made.follow_up}." if not made.missing else "It is a draft.")
    if made.missing:
        warn(f"Missing: {'; '.join(made.missing)}.")
        names = [name for name, text in ELEMENTS.items() if text in made.missing]
        warn("Add them: " + " ".join(f'--set {name}="..."' for name in names))
    return TROUBLE if made.missing else DONE


def _element(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name not in ELEMENTS:
        raise RefusedError(f"{text!r} names no element of a notice.", f"Write NAME=TEXT with {', '.join(ELEMENTS)}.")
    return name, value


def _case(case: Case) -> dict[str, object]:
    return {
        "case": case.id,
        "title": case.title,
        "status": case.status.value,
        "found_where": case.found_where,
        "found_on": case.found_on,
        "respondent": case.respondent,
        "follow_up": case.follow_up,
    }
