"""`countermark scan` and `countermark watch`: whole folders, in several processes, with one result a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from app.commands import DONE, NOTHING, STOPPED, TROUBLE
from app.commands.batch import Batch, files
from app.commands.check import chosen_works
from app.commands.wanted import wanted
from app.passphrases import opener
from app.session import Session
from app.terminal import emit, say, warn
from core.errors import CancelledError, RefusedError
from core.model import Status, Verdict
from core.scan import Checking, Protecting, Scan, Scanned, default_journal

_TROUBLES: dict[str, str] = {
    Verdict.UNREADABLE: "Could not be read: ",
    Status.REFUSED: "Refused: ",
    Status.FAILED: "Not protected: ",
}
_LOCAL = ("localhost", "127.0.0.1", "::1")


def run(given: argparse.Namespace) -> int:
    """Scan or watch the folders and return the exit code."""
    with Session.open() as session:
        session.unlock(opener(given.passphrase_file))
        for problem in session.problems:
            warn(problem)
        work = _protecting(session, given) if given.protect else _checking(session, given)
        places = _places(given.paths)
        journal = Path(given.journal) if given.journal else default_journal(session.folder, work, places)
        with Scan(
            work,
            places,
            journal=journal,
            results=Path(given.results) if given.results else None,
            sheet=Path(given.csv) if given.csv else None,
            jobs=given.jobs,
            retry=given.verb == "scan" and given.retry,
            afresh=given.afresh,
        ) as scan:
            if before := sum(scan.totals.values()):
                warn(f"Going on: {files(before)} {'has' if before == 1 else 'have'} a result already.")
            with Batch(0) as batch:
                try:
                    if given.verb == "scan":
                        found = scan.over(batch.whole())
                    else:
                        found = scan.watching(batch.whole(), interval=given.interval)
                    for one in found:
                        batch.result()
                        _tell(one, json=given.json)
                except CancelledError:
                    _say_stopped(scan, journal)
                    return STOPPED
        totals = scan.totals
    if not totals:
        warn("There is no picture, recording or film in these folders.")
        return TROUBLE
    if not given.json:
        say(f"{files(sum(totals.values()))}: {', '.join(f'{number:,} {word}' for word, number in totals.items())}.")
    if given.protect:
        return DONE if set(totals) == {Status.PROTECTED} else TROUBLE
    if Verdict.UNREADABLE in totals:
        return TROUBLE
    return DONE if {Verdict.CERTAIN, Verdict.PROBABLE} & set(totals) else NOTHING


def _say_stopped(scan: Scan, journal: Path) -> None:
    done = sum(scan.totals.values())
    warn(
        f"Stopped. {files(done)} {'has' if done == 1 else 'have'} a result. "
        f"The same command goes on from here (its journal is {journal})."
    )


def _places(names: list[str]) -> list[Path]:
    places = [Path(name) for name in names]
    for place in places:
        if not place.exists():
            raise RefusedError(f"There is no folder {place}.", "Check its name; is its disk there?", path=place)
    return places


def _checking(session: Session, given: argparse.Namespace) -> Checking:
    if given.cluster and urlsplit(given.cluster).scheme != "tls" and urlsplit(given.cluster).hostname not in _LOCAL:
        warn(
            "Warning: the way to this cluster is not encrypted, and what marks are found with goes over it. "
            "Use tls:// wherever the network is not yours alone."
        )
    return Checking(
        session.catalog,
        session.keys,
        works=chosen_works(session, given.work),
        widely=[key.id for key in session.keys] if given.all_numbers else session.copies_elsewhere,
        cluster=given.cluster,
    )


def _protecting(session: Session, given: argparse.Namespace) -> Protecting:
    if given.cluster:
        raise RefusedError("Files are protected on this computer alone.", "Leave out --cluster.")
    how = wanted(given, session)
    if len(how.recipients) > 1:
        raise RefusedError(
            f"A scan makes copies for one recipient, not for {len(how.recipients)}.", 'Name one: --for "NAME".'
        )
    return Protecting(session.catalog, session.key, recipient=how.recipients[0], out=how.out, **how.options)


def _tell(one: Scanned, *, json: bool) -> None:
    """Show a result: all of them as JSON, to people those that there is something to say of."""
    result = one.result
    if json:
        emit(result)
        return
    word = str(result.get("verdict") or result.get("status"))
    if word == Status.PROTECTED or (word == Verdict.NOTHING and not result["similar"]):
        return
    say(str(result.get("file") or result.get("source")))
    say(f"  {_TROUBLES.get(word, '')}{result['message']}")
