"""`countermark protect`: marked copies of files and folders for one recipient."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, STOPPED, TROUBLE
from app.commands.batch import Batch, files, named, sources
from app.commands.rights import terms_named
from app.passphrases import opener
from app.session import Session
from app.terminal import emit, say, warn
from core.apart import warm
from core.errors import CancelledError
from core.model import Conversion, Protected, Status, Strength
from core.protect import protect
from core.results import protect_record


def run(given: argparse.Namespace) -> int:
    """Protect the files and return the exit code."""
    with Session.open() as session:
        recipient = given.recipient if given.recipient is not None else session.settings.recipient
        if not recipient.strip():
            warn('Say who gets the copies: --for "NAME".')
            return TROUBLE
        warm()  # it loads its libraries while the key is opened
        session.unlock(opener(given.passphrase_file))
        strength = Strength(given.strength) if given.strength else session.settings.strength
        terms = terms_named(session.catalog, given.terms) if given.terms else None
        out = given.out if given.out is not None else session.settings.output_folder
        conversion = Conversion(given.format, given.long_side, given.quality, given.bitrate)
        work, barren = sources(given.paths)
        results = [_barren(folder, recipient) for folder in barren]
        for result in results:
            _tell(result, json=given.json)
        with Batch(len(work)) as batch:
            try:
                for place, source in enumerate(work):
                    for result in protect(
                        [source.path],
                        recipient=recipient,
                        catalog=session.catalog,
                        key=session.key,
                        out=Path(out).expanduser() / source.below if out else None,
                        strength=strength,
                        conversion=conversion,
                        terms=terms,
                        keep=not given.replace,
                        strip=given.strip,
                        sign=given.sign,
                        purpose=given.purpose,
                        unless_known=given.unless_known,
                        progress=batch.progress(place, source.path),
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
    parts = [f"{len(by_status[Status.PROTECTED])} protected for {results[0].recipient}"]
    if refused := by_status[Status.REFUSED]:
        parts.append(f"{len(refused)} refused{named(refused)}")
    if failed := by_status[Status.FAILED]:
        parts.append(f"{len(failed)} failed{named(failed)}")
    return f"{files(len(results))}: {', '.join(parts)}."


def _barren(folder: Path, recipient: str) -> Protected:
    message = f"The folder {folder} holds no picture or recording. Name another folder."
    return Protected(folder, Status.FAILED, recipient, message)
