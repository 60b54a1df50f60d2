"""Check suspect files: each is read, searched for marks, looked up in the catalog, and remembered there.

The file alone is searched first. Unless that is certain, it is compared with the stored signals of a few works that
it may show. What carries a mark for certain is compared with the work as well: a mark can be laid over anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import credentials, journal
from core.catalog.store import Catalog
from core.decide import verdict
from core.errors import CancelledError, CatalogError, CountermarkError, KeyFileError, RefusedError
from core.keys import CreatorKey
from core.labelling import in_words, removed, statements_in
from core.medium import Medium, read_medium
from core.model import Checked, Copy, Finding, Match, Recipient, Reference, Statements, Verdict, Work
from core.nominations import Nominations
from core.progress import Progress, part, silent
from core.protect import about
from core.wording import agreed, verdict_message

_LIKELIEST = 2  # works that an unmarked file is compared with
_log = logging.getLogger(__name__)


def check(
    files: Iterable[Path],
    *,
    catalog: Catalog,
    keys: Sequence[CreatorKey],
    works: Sequence[int] = (),
    progress: Progress = silent,
) -> Iterator[Checked]:
    """Yield what was found in each file, as it is finished: the verdict, whose copy it is, and a message for people.

    `works` are the numbers of works that the files are taken for (CatalogError where there is none): a file is compared
    with these before any other, even where another mark is certain.

    Each key is tried with the serials that the catalog issued for it, or with all 2^20 where it issued none; the
    probabilities are corrected for the number of keys. Each check is stored in the catalog. A file that cannot be
    read does not stop the others. KeyFileError without any key; CancelledError out of `progress`.
    """
    different = list(dict.fromkeys(keys))
    if not different:
        raise KeyFileError("There is no key to check with.", "Make a key, or restore one from its recovery words.")
    return _batch(list(files), _Search(catalog, different, tuple(works)), progress)


def _batch(files: list[Path], search: _Search, progress: Progress) -> Iterator[Checked]:
    for place, file in enumerate(files):
        yield search.checked(Path(file), part(progress, place / len(files), (place + 1) / len(files)))


@dataclass(frozen=True, slots=True)
class _Search:
    catalog: Catalog
    keys: list[CreatorKey]
    works: tuple[int, ...]

    def checked(self, file: Path, progress: Progress) -> Checked:
        """Return what was found in one file, stored in the catalog, whatever happened to it."""
        sha256 = ""
        try:
            result, sha256 = self._examined(file, progress)
        except CancelledError:
            raise
        except CountermarkError as error:
            result = _unreadable(file, about(file, error))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            result = _unreadable(file, f"{file.name} could not be read: {reason}. Check its disk and folder.")
        except MemoryError:
            result = _unreadable(file, f"{file.name} needs more memory than there is. Close other programs.")
        except Exception as error:  # noqa: BLE001 - a bug in one file must not cost the rest of the batch
            _log.exception("Unexpected problem while checking a file")
            result = _unreadable(
                file,
                f"{file.name} could not be checked because of an unexpected problem ({type(error).__name__}). "
                "Please report it.",
            )
        try:
            self.catalog.add_check(result, sha256=sha256)
            self._noted(result, sha256)
        except CatalogError as error:
            return replace(result, message=f"{result.message} This check is not in the catalog: {error}")
        return result

    def _examined(self, file: Path, progress: Progress) -> tuple[Checked, str]:
        from core.media.files import sha256_of

        progress(0.0, "reading")
        sha256 = sha256_of(file)
        suspect = read_medium(file)
        works = Nominations(self.catalog, suspect, self.works)
        notes = list(_reserves(suspect))
        matches = self._compared(suspect, works, self._marks(suspect, works, notes, progress), sha256, progress)
        master = self.catalog.work_by_sha256(sha256)
        shown = self._shown(suspect, works, progress) if not matches and master is None else None
        message = verdict_message(
            matches, master=master, copy=self._same_copy(sha256, matches), shown=shown, notes=notes
        )
        best = matches[0].finding.verdict if matches else Verdict.NOTHING
        says, gone = self._labels(file, matches)
        message = " ".join(filter(None, (message, in_words(gone))))
        copy = next((match.copy for match in matches if match.finding.verdict is Verdict.CERTAIN), None)
        signed = credentials.found_in(file, self.catalog, copy)
        return Checked(file, best, tuple(matches), message, suspect.kind, says, gone, signed), sha256

    def _labels(self, file: Path, matches: Sequence[Match]) -> tuple[Statements, tuple[str, ...]]:
        """Return what the file says on rights, and which statements of its copy it lacks: of a certain one alone."""
        says = statements_in(file)
        certain = [match.copy for match in matches if match.copy and match.finding.verdict is Verdict.CERTAIN]
        sent = [journal.statements_of(self.catalog, copy) for copy in certain]
        return says, removed(sent, says)

    def _noted(self, result: Checked, sha256: str) -> None:
        """Tell the signed log of a file in which something was found."""
        if not result.matches:
            return
        found = [
            {
                "key": match.key,
                "serial": match.finding.serial,
                "verdict": match.finding.verdict.value,
                "probability": float(f"{match.finding.probability:.3e}"),
                "level": match.finding.level,
            }
            for match in result.matches
        ]
        journal.note(self.catalog, self.keys[0], journal.FILE_FOUND, sha256=sha256, findings=found)

    def _marks(self, suspect: Medium, works: Nominations, notes: list[str], progress: Progress) -> list[Match]:
        """Return the marks of all keys, best first: those of the file alone, and those by comparison where wanted."""
        sizes = self.catalog.references(suspect.kind)
        found: list[list[Match]] = []
        for place, key in enumerate(self.keys):
            progress(0.1 + 0.4 * place / len(self.keys), "searching")
            found.append(self._looked_up(suspect.detect(key, self._serials(key), sizes), key))
        if any(_settled(match, works) for match in chain(*found)):
            return _best_first(found)
        progress(0.5, "looking for the work")
        likely = works.references(match.work.id for match in chain(*found) if match.work is not None)
        for place, key in enumerate(self.keys if likely else ()):
            progress(0.6 + 0.3 * place / len(self.keys), "comparing")
            try:
                # Once for each key: the proven bound counts one comparison with these few works.
                more = suspect.detect_informed(key, self._serials(key), likely)
            except ValueError as error:
                _log.warning("Comparing with the stored works failed: %s", error)
                notes.append("It could not be compared with its original: what the catalog keeps of that is damaged.")
                break
            found[place] = _united(found[place], self._looked_up(more, key))
        return _best_first(found)

    def _serials(self, key: CreatorKey) -> npt.NDArray[np.int64] | None:
        issued = self.catalog.serials(key.id)
        return issued if issued.size else None

    def _compared(
        self, suspect: Medium, works: Nominations, matches: list[Match], sha256: str, progress: Progress
    ) -> list[Match]:
        """Return the matches, the certain ones with the word whether the suspect shows the work itself."""
        compared = []
        for match in matches:
            if match.copy is None or match.finding.verdict is not Verdict.CERTAIN:
                compared.append(match)
                continue
            progress(0.9, "comparing")
            shows: bool | None = True if match.copy.sha256 == sha256 else None
            for reference in () if shows else works.signals([match.copy.work]):
                shows = _shows(suspect, reference)
            compared.append(replace(match, shows_work=shows))
        return compared

    def _shown(self, suspect: Medium, works: Nominations, progress: Progress) -> Work | None:
        """Return the work that an unmarked suspect shows, or a part of it, where that is plain."""
        for reference in works.signals((*works.chosen, *works.alike[:_LIKELIEST])):
            progress(0.9, "comparing")
            if _shows(suspect, reference):
                return self.catalog.work(reference.work)
        return None

    def _looked_up(self, found: Iterable[Finding], key: CreatorKey) -> list[Match]:
        """Return the findings of one key with what the catalog knows, corrected for the number of keys tried."""
        corrected = (_corrected(finding, len(self.keys)) for finding in found)
        return [self._match(finding, key) for finding in corrected if finding.verdict is not Verdict.NOTHING]

    def _match(self, finding: Finding, key: CreatorKey) -> Match:
        copy = None if finding.serial is None else self.catalog.copy_by_serial(key.id, finding.serial)
        if copy is None:
            return Match(finding, key=key.id)
        work, recipient = self.catalog.work(copy.work), self.catalog.recipient(copy.recipient)
        return Match(finding, work, copy, recipient, key.id, agreed=self._agreed(copy, recipient))

    def _agreed(self, copy: Copy, recipient: Recipient) -> str:
        agreements, terms = self.catalog.agreements_of(copy), self.catalog.terms_of(copy.work)
        return agreed(recipient.name, agreements, terms, date.today().isoformat())

    def _same_copy(self, sha256: str, matches: Sequence[Match]) -> tuple[Copy, Recipient] | None:
        """Return the catalogued copy that this file is, byte for byte, unless its mark was found anyway."""
        copy = self.catalog.copy_by_sha256(sha256)
        if copy is None or any(match.copy is not None and match.copy.id == copy.id for match in matches):
            return None
        return copy, self.catalog.recipient(copy.recipient)


def _settled(match: Match, works: Nominations) -> bool:
    """Return whether a mark in the file alone leaves nothing to ask of the works."""
    certain = match.finding.verdict is Verdict.CERTAIN and match.finding.serial is not None
    return certain and (not works.chosen or (match.work is not None and match.work.id in works.chosen))


def _united(blind: Sequence[Match], more: Sequence[Match]) -> list[Match]:
    """Return the findings of one key by both ways, of each serial the stronger one."""
    best: dict[int | None, Match] = {}
    for match in (*blind, *more):
        known = best.get(match.finding.serial)
        if known is None or match.finding.probability < known.finding.probability:
            best[match.finding.serial] = match
    if any(match.finding.verdict is Verdict.CERTAIN for serial, match in best.items() if serial is not None):
        best.pop(None, None)  # that there is a mark of this key, but not whose, is no news then
    return list(best.values())


def _best_first(found: Iterable[Iterable[Match]]) -> list[Match]:
    return sorted(chain(*found), key=lambda match: match.finding.probability)


def _shows(suspect: Medium, reference: Reference) -> bool | None:
    """Return whether a suspect shows a work; None where that cannot be told, as with a damaged signal."""
    try:
        return suspect.shows_work(reference)
    except ValueError as error:
        _log.warning("Comparing with work %d failed: %s", reference.work, error)
        return None


def _reserves(suspect: Medium) -> tuple[str, ...]:
    """Return the notes on what of a file could be examined; those of a file in good order are for its copies only."""
    try:
        suspect.require_writable()
    except RefusedError:
        return suspect.notes
    return ()


def _corrected(finding: Finding, keys: int) -> Finding:
    """Return a finding whose probabilities hold for the union over this many keys, with the verdict they allow."""
    if keys == 1:
        return finding
    owned = finding.key_probability
    # The verdict rests on the whole statement, or on "a mark of this key" where that alone is as strong as it says.
    basis = finding.probability
    if owned is not None and verdict(basis) is not finding.verdict:
        basis = owned
    return replace(
        finding,
        probability=min(1.0, finding.probability * keys),
        verdict=verdict(min(1.0, basis * keys)),
        hypotheses=finding.hypotheses * keys,
        key_probability=None if owned is None else min(1.0, owned * keys),
    )


def _unreadable(file: Path, message: str) -> Checked:
    return Checked(file, Verdict.UNREADABLE, (), message)
