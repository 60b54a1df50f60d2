"""Check suspect files: each is read, searched for marks, looked up in the catalog, and remembered there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.catalog.store import Catalog
from core.decide import verdict
from core.errors import CancelledError, CatalogError, CountermarkError, KeyFileError, RefusedError
from core.keys import CreatorKey
from core.medium import Medium, read_medium
from core.model import Checked, Copy, Finding, Match, Recipient, Verdict
from core.progress import Progress, part, silent
from core.protect import about
from core.wording import verdict_message

_log = logging.getLogger(__name__)


def check(
    files: Iterable[Path], *, catalog: Catalog, keys: Sequence[CreatorKey], progress: Progress = silent
) -> Iterator[Checked]:
    """Yield what was found in each file, as it is finished: the verdict, whose copy it is, and a message for people.

    Each key is tried with the serials that the catalog issued for it, or with all 2^20 where it issued none; the
    probabilities are corrected for the number of keys. Each check is stored in the catalog. A file that cannot be
    read does not stop the others. KeyFileError without any key; CancelledError out of `progress`.
    """
    different = list(dict.fromkeys(keys))
    if not different:
        raise KeyFileError("There is no key to check with.", "Make a key, or restore one from its recovery words.")
    return _batch(list(files), _Search(catalog, different), progress)


def _batch(files: list[Path], search: _Search, progress: Progress) -> Iterator[Checked]:
    for place, file in enumerate(files):
        yield search.checked(Path(file), part(progress, place / len(files), (place + 1) / len(files)))


@dataclass(frozen=True, slots=True)
class _Search:
    catalog: Catalog
    keys: list[CreatorKey]

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
        except CatalogError as error:
            return replace(result, message=f"{result.message} This check is not in the catalog: {error}")
        return result

    def _examined(self, file: Path, progress: Progress) -> tuple[Checked, str]:
        from core.media.files import sha256_of

        progress(0.0, "reading")
        sha256 = sha256_of(file)
        suspect = read_medium(file)
        matches = []
        for place, key in enumerate(self.keys):
            progress(0.2 + 0.8 * place / len(self.keys), "searching")
            matches += [self._looked_up(finding, key) for finding in self._found(suspect, key)]
        matches.sort(key=lambda match: match.finding.probability)
        master = self.catalog.work_by_sha256(sha256)
        message = verdict_message(
            matches, master=master, copy=self._same_copy(sha256, matches), notes=_reserves(suspect)
        )
        best = matches[0].finding.verdict if matches else Verdict.NOTHING
        return Checked(file, best, tuple(matches), message, suspect.kind), sha256

    def _found(self, suspect: Medium, key: CreatorKey) -> list[Finding]:
        """Return the findings of one key, corrected for the number of keys that are tried on each file."""
        issued = self.catalog.serials(key.id)
        references = self.catalog.references(suspect.kind)
        found = suspect.detect(key, issued if issued.size else None, references)
        corrected = [_corrected(finding, len(self.keys)) for finding in found]
        return [finding for finding in corrected if finding.verdict is not Verdict.NOTHING]

    def _looked_up(self, finding: Finding, key: CreatorKey) -> Match:
        copy = None if finding.serial is None else self.catalog.copy_by_serial(key.id, finding.serial)
        if copy is None:
            return Match(finding, key=key.id)
        work, recipient = self.catalog.work(copy.work), self.catalog.recipient(copy.recipient)
        return Match(finding, work, copy, recipient, key.id)

    def _same_copy(self, sha256: str, matches: Sequence[Match]) -> tuple[Copy, Recipient] | None:
        """Return the catalogued copy that this file is, byte for byte, unless its mark was found anyway."""
        copy = self.catalog.copy_by_sha256(sha256)
        if copy is None or any(match.copy is not None and match.copy.id == copy.id for match in matches):
            return None
        return copy, self.catalog.recipient(copy.recipient)


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
