"""Tests of a finding against the ways in which a mark can mislead, made anew for each evidence package."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import journal
from core.catalog.store import Catalog
from core.days import long_moment
from core.errors import CountermarkError
from core.evidence.report import CrossTest, best
from core.keys import CreatorKey
from core.medium import Suspect
from core.model import Check, Match, Verdict
from core.progress import Progress, silent
from core.reading import read_medium

_FOREIGN = 3  # keys of nobody that are tried on the suspect
_LEAST = 16  # candidates that each of them gets


def cross_tests(
    suspect: Suspect, one: Check, *, catalog: Catalog, key: CreatorKey, progress: Progress = silent
) -> tuple[CrossTest, ...]:
    """Return the outcomes for the strongest finding of a check; () where nothing was found."""
    match = best(one)
    if match is None:
        return ()
    serials = np.union1d(catalog.serials(key.id), np.arange(_LEAST))
    tests = [_shows(match)]
    progress(0.1, "looking for foreign keys")
    tests.append(_foreign_keys(suspect, one, serials))
    progress(0.5, "testing the original")
    tests.append(_original(match, key, serials))
    progress(0.8, "testing the copy")
    tests.append(_copy(match, key, serials))
    tests.append(_order(match, one, catalog))
    return tuple(tests)


def _shows(match: Match) -> CrossTest:
    question = "Does the file show the work itself? (A mark that was lifted off lies over something else.)"
    said = {
        True: "Yes: a comparison with the stored original finds the work, or a part of it.",
        False: "No: the comparison does not find the work. The mark may have been copied onto another file.",
        None: "It could not be compared.",
    }
    return CrossTest(question, said[match.shows_work], match.shows_work)


def _foreign_keys(suspect: Suspect, one: Check, serials: npt.NDArray[np.int64]) -> CrossTest:
    """Ask with keys that nobody used: made of the file's hash, so that anybody can make the same ones."""
    question = (
        f"Do {_FOREIGN} keys that nobody used find a mark in the file, too? (Then the detector would find anything.)"
    )
    hits = 0
    try:
        for number in range(_FOREIGN):
            foreign = CreatorKey.from_bytes(hashlib.sha256(f"foreign key {number} {one.sha256}".encode()).digest())
            hits += any(found.verdict is not Verdict.NOTHING for found in suspect.detect(foreign, serials))
    except CountermarkError as error:
        return CrossTest(question, str(error), None)
    return CrossTest(question, f"{hits} of {_FOREIGN} found something.", hits == 0)


def _original(match: Match, key: CreatorKey, serials: npt.NDArray[np.int64]) -> CrossTest:
    question = (
        "Does the registered original carry this mark? (It must not. In an “original” that somebody derived from a copy"
        " the mark would be found: any other that is put forward can be tested the same way.)"
    )
    if match.work is None:
        return CrossTest(question, "The work is not known.", None)
    found = _serials_in(Path(match.work.path), match.work.sha256, key, serials)
    if found is None:
        return CrossTest(question, "The original is not where the catalog knows it, or was changed.", None)
    there = match.finding.serial in found
    return CrossTest(question, "Yes: it may itself be a copy." if there else "No.", not there)


def _copy(match: Match, key: CreatorKey, serials: npt.NDArray[np.int64]) -> CrossTest:
    question = "Does the copy, as it was made and logged, carry this mark?"
    if match.copy is None:
        return CrossTest(question, "The copy is not in the catalog.", None)
    found = _serials_in(Path(match.copy.path), match.copy.sha256, key, serials)
    if found is None:
        return CrossTest(question, "The copy is not where it was saved, or was changed since.", None)
    there = match.finding.serial in found
    return CrossTest(question, "Yes." if there else "No.", there)


def _serials_in(path: Path, sha256: str, key: CreatorKey, serials: npt.NDArray[np.int64]) -> set[int | None] | None:
    """Return what is found in a file for certain; None where it is not the file with this hash."""
    from core.media.files import sha256_of

    try:
        if sha256_of(path) != sha256:
            return None
        found = read_medium(path).detect(key, serials)
    except CountermarkError:
        return None
    return {one.serial for one in found if one.verdict is Verdict.CERTAIN}


def _order(match: Match, one: Check, catalog: Catalog) -> CrossTest:
    question = "Was the copy registered in the signed log before the file was found?"
    entry = None if match.copy is None else journal.entry_of(catalog, match.copy)
    if entry is None:
        return CrossTest(question, "The log has no entry of it.", None)
    told = json.loads(entry.facts)
    fits = match.copy is not None and told.get("sha256") == match.copy.sha256
    before = datetime.fromisoformat(entry.moment) <= datetime.fromisoformat(one.created)
    trouble = journal.trouble(catalog)
    if trouble:
        return CrossTest(question, f"The log is not in order: {trouble[0]}", False)
    said = f"Entry {entry.number} of {long_moment(entry.moment)} names its hash; the log is whole and signed."
    return CrossTest(question, said if fits and before else "No.", fits and before)
