"""`countermark check`: whose copies suspect files are."""

from __future__ import annotations

import argparse

from app.commands import DONE, NOTHING, STOPPED, TROUBLE
from app.commands.batch import Batch, files, named, sources
from app.commands.catalog import works_named
from app.commands.places import place
from app.passphrases import opener
from app.session import Session
from app.terminal import command, emit, say, warn
from core.apart import warm
from core.check import check
from core.errors import CancelledError, RefusedError
from core.model import Checked, Verdict
from core.results import check_record


def run(given: argparse.Namespace) -> int:
    """Check the files and return the exit code."""
    with Session.open() as session:
        warm()  # it loads its libraries while the key is opened
        session.unlock(opener(given.passphrase_file))
        for problem in session.problems:
            warn(problem)
        chosen = chosen_works(session, given.work)
        work, barren = sources(given.paths)
        results = [
            Checked(folder, Verdict.UNREADABLE, message=f"The folder {folder} holds no picture or recording.")
            for folder in barren
        ]
        for result in results:
            _tell(result, json=given.json)
        with Batch(len(work)) as batch:
            try:
                for number, source in enumerate(work):
                    for result in check(
                        [source.path],
                        catalog=session.catalog,
                        keys=session.keys,
                        works=chosen,
                        widely=[key.id for key in session.keys] if given.all_numbers else session.copies_elsewhere,
                        progress=batch.progress(number, source.path),
                    ):
                        results.append(result)
                        batch.result()
                        _tell(result, json=given.json)
            except CancelledError:
                batch.stopped(len(results), "checked")
                return STOPPED
    if not given.json and len(results) > 1:
        say(_summary(results))
    if any(result.verdict is Verdict.UNREADABLE for result in results):
        return TROUBLE
    return DONE if any(result.matches for result in results) else NOTHING


def chosen_works(session: Session, name: str | None) -> list[int]:
    """Return the numbers of the works that the files are to be compared with. RefusedError where there is none."""
    if name is None:
        return []
    works = works_named(session.catalog, name)
    if not works:
        raise RefusedError(f"The catalog has no work {name!r}.", f"List them: {command('catalog list')}")
    return [work.id for work in works]


def _tell(result: Checked, *, json: bool) -> None:
    if json:
        emit(check_record(result))
        return
    say(str(result.file))
    unreadable = "Could not be read: " if result.verdict is Verdict.UNREADABLE else ""
    say(f"  {unreadable}{result.message}")
    if said := "; ".join(f"{label}: {text}" for label, text in result.says.said()):
        say(f"  The file says: {said}")
    if result.credentials:
        say(f"  {result.credentials}")
    for match in result.matches:
        if found_at := place(match.finding, result.kind):
            say(f"  {found_at}")


def _summary(results: list[Checked]) -> str:
    """Return the closing line: how many of each verdict, and the names of those that could not be read."""
    by_verdict = {verdict: [result.file for result in results if result.verdict is verdict] for verdict in Verdict}
    parts = [f"{len(found)} {verdict.value}" for verdict, found in by_verdict.items() if found]
    return f"{files(len(results))}: {', '.join(parts)}{named(by_verdict[Verdict.UNREADABLE])}."
