"""Check suspect files: each is read, searched for marks, looked up in the catalog, and remembered there.

The file alone is searched first. Unless that is certain, it is compared with the stored signals of a few works that
it may show. What carries a mark for certain is compared with the work as well: a mark can be laid over anything.
The file is read and searched in a process apart (`core/apart`); what the catalog says is looked up here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core import credentials, journal
from core.apart import examined
from core.catalog.store import Catalog
from core.decide import tried
from core.errors import CancelledError, CatalogError, CountermarkError, KeyFileError, RefusedError
from core.keys import CreatorKey
from core.labelling import in_words, removed
from core.medium import Suspect
from core.model import Checked, Copy, Finding, Kind, Match, Recipient, Statements, Verdict
from core.nominations import Nominations
from core.printable import printable
from core.progress import Progress, Pulse, part, silent
from core.protect import about
from core.resemblance import resembled, shows_work
from core.wording import agreed, verdict_message

_log = logging.getLogger(__name__)


def check(
    files: Iterable[Path],
    *,
    catalog: Catalog,
    keys: Sequence[CreatorKey],
    works: Sequence[int] = (),
    widely: Collection[str] = (),
    progress: Progress = silent,
) -> Iterator[Checked]:
    """Yield what was found in each file, as it is finished: the verdict, whose copy it is, and a message for people.

    `works` are the numbers of works that the files are taken for (CatalogError where there is none): a file is compared
    with these before any other, even where another mark is certain.

    Each key is tried with the serials that the catalog issued for it, or with all 2^20 where it issued none. The keys
    with ids in `widely` have copies that this catalog may not know, so they are tried with all 2^20 as well where the
    issued ones lead to nothing certain. The probabilities are corrected for the number of keys and tries. Each check
    is stored in the catalog. A file that cannot be read does not stop the others. KeyFileError without any key;
    CancelledError out of `progress`.
    """
    return _batch(list(files), search(catalog, keys, works, widely), progress)


def search(
    catalog: Catalog,
    keys: Sequence[CreatorKey],
    works: Sequence[int] = (),
    widely: Collection[str] = (),
    *,
    examine: Examine | None = None,
) -> Search:
    """Return what checks one file after the other, with arguments as `check` takes them. KeyFileError without any key.

    `examine` has a file read and searched elsewhere than in a process apart of this computer.
    """
    different = list(dict.fromkeys(keys))
    if not different:
        raise KeyFileError("There is no key to check with.", "Make a key, or restore one from its recovery words.")
    return Search(catalog, different, tuple(works), frozenset(widely), examine)


class Examine(Protocol):
    """Has a file read, and returns what `body` makes of it and of its SHA-256; as `core.apart.examined` does."""

    def __call__(
        self, path: Path, body: Callable[[Suspect, str], tuple[Checked, str]], *, beat: Callable[[], None]
    ) -> tuple[Checked, str]: ...


def _batch(files: list[Path], search: Search, progress: Progress) -> Iterator[Checked]:
    for place, file in enumerate(files):
        yield search.checked(Path(file), part(progress, place / len(files), (place + 1) / len(files)))


@dataclass(frozen=True, slots=True)
class Search:
    """How files are checked: with which keys, for which works. Usable from several threads at once."""

    catalog: Catalog
    keys: list[CreatorKey]
    works: tuple[int, ...]
    widely: frozenset[str]
    examine: Examine | None = None

    def checked(self, file: Path, progress: Progress) -> Checked:
        """Return what was found in one file, stored in the catalog, whatever happened to it."""
        return self.remembered(*self.examined(file, progress))

    def examined(self, file: Path, progress: Progress) -> tuple[Checked, str]:
        """Return what was found in one file, whatever happened to it, and its SHA-256; nothing is stored."""
        sha256 = ""
        try:
            result, sha256 = self._searched(file, progress)
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
        return replace(result, message=printable(result.message)), sha256

    def remembered(self, result: Checked, sha256: str) -> Checked:
        """Return what was found in one file, stored in the catalog; where that failed, its message says so."""
        try:
            self.catalog.add_check(result, sha256=sha256)
            self.note(result.matches, sha256)
        except CatalogError as error:
            return replace(result, message=f"{result.message} This check is not in the catalog: {error}")
        return result

    def _searched(self, file: Path, progress: Progress) -> tuple[Checked, str]:
        pulse = Pulse(progress)
        pulse(0.0, "reading")
        examine = self.examine or examined
        return examine(
            file, lambda suspect, sha256: (self._result(file, suspect, sha256, pulse), sha256), beat=pulse.beat
        )

    def _result(self, file: Path, suspect: Suspect, sha256: str, progress: Progress) -> Checked:
        works = Nominations(self.catalog, suspect, self.works)
        notes: list[str] = []
        matches = self._compared(suspect, works, self._marks(suspect, works, notes, progress), sha256, progress)
        master = self.catalog.work_by_sha256(sha256)
        similar = resembled(suspect, works, matches, progress) if master is None else ()
        message = verdict_message(
            matches,
            master=master,
            copy=self._same_copy(sha256, matches),
            similar=similar,
            notes=(*_reserves(suspect), *notes),
        )
        best = matches[0].finding.verdict if matches else Verdict.NOTHING
        says, gone = self._labels(suspect, matches)
        message = " ".join(filter(None, (message, in_words(gone))))
        copy = next((match.copy for match in matches if match.finding.verdict is Verdict.CERTAIN), None)
        signed = suspect.credentials(self.catalog.folder / credentials.FOLDER)
        signed = credentials.found_in(signed, self.catalog, copy, similar)
        return Checked(file, best, tuple(matches), message, suspect.kind, says, gone, signed, similar)

    def _labels(self, suspect: Suspect, matches: Sequence[Match]) -> tuple[Statements, tuple[str, ...]]:
        """Return what the file says on rights, and which statements of its copy it lacks: of a certain one alone."""
        says = suspect.statements()
        certain = [match.copy for match in matches if match.copy and match.finding.verdict is Verdict.CERTAIN]
        sent = [journal.statements_of(self.catalog, copy) for copy in certain]
        return says, removed(sent, says)

    def note(self, matches: Sequence[Match], sha256: str) -> None:
        """Tell the signed log of a file in which something was found."""
        if not matches:
            return
        found = [
            {
                "key": match.key,
                "serial": match.finding.serial,
                "verdict": match.finding.verdict.value,
                "probability": float(f"{match.finding.probability:.3e}"),
                "level": match.finding.level,
            }
            for match in matches
        ]
        journal.note(self.catalog, self.keys[0], journal.FILE_FOUND, sha256=sha256, findings=found)

    def _marks(self, suspect: Suspect, works: Nominations, notes: list[str], progress: Progress) -> list[Match]:
        """Return the marks of all keys, best first: those of the file alone, and those by comparison where wanted."""
        sizes = self.catalog.references(None if suspect.kind is Kind.VIDEO else suspect.kind)
        found: list[list[Match]] = []
        for place, key in enumerate(self.keys):
            progress(0.1 + 0.4 * place / len(self.keys), "searching")
            found.append(self._looked_up(suspect.detect(key, self._serials(key), sizes), key))
            if self._twice(key) and not any(_settled(match, works) for match in found[-1]):
                found[-1] = _united(found[-1], self._looked_up(suspect.detect(key, None, sizes), key))
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

    def _twice(self, key: CreatorKey) -> bool:
        """Return whether a key is looked for among its issued serials first, and then among all."""
        return key.id in self.widely and self._serials(key) is not None

    def _compared(
        self, suspect: Suspect, works: Nominations, matches: list[Match], sha256: str, progress: Progress
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
                shows = shows_work(suspect, reference, match.finding)
            compared.append(replace(match, shows_work=shows))
        return compared

    def _looked_up(self, found: Iterable[Finding], key: CreatorKey) -> list[Match]:
        """Return the findings of one key with what the catalog knows, corrected for the number of keys and tries."""
        tries = len(self.keys) * (2 if self._twice(key) else 1)
        corrected = (tried(finding, tries) for finding in found)
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


def _reserves(suspect: Suspect) -> tuple[str, ...]:
    """Return the notes on what of a file could be examined; those of a file in good order are for its copies only."""
    try:
        suspect.require_writable()
    except RefusedError:
        return suspect.notes
    return ()


def _unreadable(file: Path, message: str) -> Checked:
    return Checked(file, Verdict.UNREADABLE, (), message)
