"""`countermark case`: open a case with a found file, pack its evidence, write its notices."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, NOTHING, TROUBLE
from app.commands.batch import Batch
from app.commands.catalog import works_named
from app.passphrases import opener
from app.session import Session
from app.terminal import command, emit, say, warn
from core.cases import open_case, package
from core.errors import RefusedError
from core.evidence.notices import ELEMENTS, NoticeKind
from core.letters import write_notice
from core.model import Case, Check, Checked
from core.results import check_record


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
            found = Checked(
                Path(check.path), check.verdict, check.matches, check.message, check.kind, similar=check.similar
            )
            emit({"case": made.id, **check_record(found)})
        else:
            say(check.message)
    if not given.json:
        say(f"Case no. {made.id} “{made.title}”. Its evidence: {command(f'case package {made.id}')}")
    return DONE if any(check.matches for check in checks) else NOTHING


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
