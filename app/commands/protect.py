"""`countermark protect`: marked copies of files and folders, one for each recipient."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, STOPPED, TROUBLE
from app.commands.batch import Batch, files, named, sources
from app.commands.wanted import wanted
from app.passphrases import opener
from app.session import Session
from app.terminal import emit, say
from core.apart import warm
from core.errors import CancelledError
from core.model import Protected, Status
from core.protect import protect
from core.results import protect_record


def run(given: argparse.Namespace) -> int:
    """Protect the files and return the exit code."""
    with Session.open() as session:
        how = wanted(given, session)
        warm()  # it loads its libraries while the key is opened
        session.unlock(opener(given.passphrase_file))
        work, barren = sources(given.paths)
        results = [_barren(folder, name) for folder in barren for name in how.recipients]
        for result in results:
            _tell(result, json=given.json)
        every = [(source, name) for source in work for name in how.recipients]
        with Batch(len(every)) as batch:
            try:
                for place, (source, name) in enumerate(every):
                    for result in protect(
                        [source.path],
                        recipient=name,
                        catalog=session.catalog,
                        key=session.key,
                        out=None if how.out is None else how.out / source.below,
                        progress=batch.progress(place, source.path),
                        **how.options,
                    ):
                        results.append(result)
                        batch.result()
                        _tell(result, json=given.json)
            except CancelledError:
                batch.stopped(sum(result.status is Status.PROTECTED for result in results), "protected")
                return STOPPED
    if not given.json and len(results) > 1:
        say(_summary(results))
    return DONE if all(result.status is Status.PROTECTED for result in results) else TROUBLE


def _tell(result: Protected, *, json: bool) -> None:
    if json:
        emit(protect_record(result))
        return
    say(str(result.source))
    if result.status is Status.PROTECTED:
        say(f"  {result.message}")
        say(f"  Saved as {result.output}")
    else:
        say(f"  {'Refused' if result.status is Status.REFUSED else 'Not protected'}: {result.message}")


def _summary(results: list[Protected]) -> str:
    """Return the closing line: how many were protected, and the names of those that were not."""
    by_status = {status: [result.source for result in results if result.status is status] for status in Status}
    names = {result.recipient for result in results}
    made = len(by_status[Status.PROTECTED])
    parts = [
        f"{made} protected for {results[0].recipient}"
        if len(names) == 1
        else f"{made} copies for {len(names)} recipients"
    ]
    if refused := by_status[Status.REFUSED]:
        parts.append(f"{len(refused)} refused{named(refused)}")
    if failed := by_status[Status.FAILED]:
        parts.append(f"{len(failed)} failed{named(failed)}")
    return f"{files(len({result.source for result in results}))}: {', '.join(parts)}."


def _barren(folder: Path, recipient: str) -> Protected:
    message = f"The folder {folder} holds no picture or recording. Name another folder."
    return Protected(folder, Status.FAILED, recipient, message)
