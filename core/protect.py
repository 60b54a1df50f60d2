"""Protect files: each is read, marked, written beside its target, verified, moved into place and remembered.

The source is only ever read, and first in a process apart (`core/apart`), which shows that no decoder breaks on it. A
copy appears under its final name whole and verified, or not at all, and its row in the catalog with it; what a crash
leaves in between is put right when the catalog is next opened.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core import credentials, journal
from core.apart import probed
from core.catalog.intents import Intent
from core.catalog.store import Catalog
from core.catalog.text import now, recipient_name
from core.errors import CancelledError, CatalogError, CountermarkError, RefusedError, WriteError
from core.familiar import familiar
from core.keys import CreatorKey
from core.labelling import Labelling
from core.medium import Medium
from core.model import (
    Conversion,
    Conversions,
    Copy,
    Creator,
    Embedded,
    Finding,
    Protected,
    Reference,
    Statements,
    Status,
    Strength,
    Terms,
    Verdict,
    Work,
)
from core.naming import USUAL, Naming, title_of
from core.printable import printable
from core.progress import Progress, Pulse, part, silent
from core.reading import read_work
from core.series import SeriesMedium
from core.unfinished import Unfinished

_GROWN = 16384  # candidates among which a copy's mark must be certain: it stays so while the catalog grows
# Serials that a file is tried with. How well a row stands out from a host is partly luck, worth about one unit of the
# score. Each serial tried counts among the candidates of every later check, so the proven bound covers the choice.
_SERIALS = 3
_FINER = 3  # times that the quantisation steps of a JPEG are halved: quality 20 becomes about 84
_log = logging.getLogger(__name__)


def protect(
    sources: Iterable[Path],
    *,
    recipient: str,
    catalog: Catalog,
    key: CreatorKey,
    out: Path | None = None,
    strength: Strength | str = Strength.STANDARD,
    conversion: Conversions = None,
    naming: str = USUAL,
    terms: Terms | None = None,
    keep: bool = True,
    strip: bool = False,
    sign: bool = False,
    purpose: str = "",
    unless_known: bool = False,
    unless_there: bool = False,
    progress: Progress = silent,
) -> Iterator[Protected]:
    """Yield what became of each file, as it is finished: one new copy for the recipient, or why there is none.

    Copies are named "portrait (Studio A).jpg", or as `naming` says (see `core.naming.Naming`), and lie beside their
    sources, or in the folder `out`, which is made where it is missing; no existing file is ever replaced. Files are
    converted first where `conversion` asks for it, one for all or one for each kind; the work is still the source. A
    file that shows a work of the catalog as another file, or carries a mark of the key already, is protected with a
    warning, or refused with `unless_known`. A copy whose name is taken gets another one, or is refused with
    `unless_there`. A failing file does not stop the others.
    RefusedError for a recipient without a name, and for a naming that names nothing; CancelledError out of `progress`,
    and then the file at work leaves nothing behind.

    `purpose` says in the catalog what the copies are for. `terms` are written into each copy as statements that
    programs and people read; without them those of the work or of its creator are taken, where there are any. With
    `keep` what a file says already stays, otherwise the terms replace it. `strip` takes private data out of the copies.
    `sign` adds content credentials, signed with the key. Each copy is told in the signed log.
    """
    name = recipient_name(recipient)
    if sign:
        credentials.require_library()
    job = _Job(
        catalog,
        key,
        name,
        out,
        Strength(strength),
        conversion,
        Naming(naming),
        "",
        silent,
        terms,
        keep,
        strip,
        sign,
        purpose,
        unless_known,
        unless_there,
    )
    return _batch(list(sources), job, progress)


def _batch(sources: list[Path], job: _Job, progress: Progress) -> Iterator[Protected]:
    with job.catalog.at_work() as owner:
        for place, source in enumerate(sources):
            report = part(progress, place / len(sources), (place + 1) / len(sources))
            yield replace(job, owner=owner, progress=report).result(Path(source))


class _Written(NamedTuple):
    """What a copy says on rights, and its signed manifest (empty: it has none)."""

    says: Statements
    manifest: bytes


class _UncertainError(RefusedError):
    """A copy that was written rightly, and whose mark would not be found with certainty."""


class _UndecidedError(RefusedError):
    """A file that its user must decide on: it is known, or the name of its copy is taken."""

    def __init__(self, source: Path, known: tuple[str, ...], there: Path | None) -> None:
        said = [f"{source.name} is known. {' '.join(known)}"] if known else []
        said += [f"{there.name} is there already, in {there.parent}."] if there is not None else []
        hint = "Choose the original file, or allow known ones." if known else "Allow another name, or leave it out."
        super().__init__(" ".join(said), hint, path=source)
        self.known, self.there = known, there


@dataclass(frozen=True, slots=True)
class _Job:
    catalog: Catalog
    key: CreatorKey
    recipient: str
    out: Path | None
    strength: Strength
    conversions: Conversions
    naming: Naming
    owner: str
    progress: Progress
    terms: Terms | None
    keep: bool
    strip: bool
    sign: bool
    purpose: str
    unless_known: bool
    unless_there: bool

    def result(self, source: Path) -> Protected:
        """Return what became of one file, whatever happened to it."""
        try:
            return self._protected(source)
        except CancelledError:
            raise
        except _UndecidedError as error:
            refused = self._not_done(source, Status.REFUSED, about(source, error))
            return replace(refused, known=error.known, there=error.there)
        except RefusedError as error:
            return self._not_done(source, Status.REFUSED, about(source, error))
        except CountermarkError as error:
            return self._not_done(source, Status.FAILED, about(source, error))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return self._not_done(
                source, Status.FAILED, f"{source.name} could not be protected: {reason}. Check its disk and folder."
            )
        except MemoryError:
            return self._not_done(
                source,
                Status.FAILED,
                f"{source.name} needs more memory than there is. Close other programs, or split the file.",
            )
        except Exception as error:  # noqa: BLE001 - a bug in one file must not cost the rest of the batch
            _log.exception("Unexpected problem while protecting a file")
            return self._not_done(
                source,
                Status.FAILED,
                f"{source.name} could not be protected because of an unexpected problem ({type(error).__name__}). "
                "Please report it; the file was left as it is.",
            )

    def _not_done(self, source: Path, status: Status, message: str) -> Protected:
        return Protected(source, status, self.recipient, printable(message))

    def _protected(self, source: Path) -> Protected:
        from core.media.files import sha256_of

        pulse = Pulse(self.progress)
        pulse(0.0, "reading")
        sha256 = sha256_of(source)
        self._refuse_known_copy(source, sha256)
        if self.catalog.work_by_sha256(sha256) is None:  # else it was read here before
            probed(source, beat=pulse.beat)
        original = read_work(source)
        conversion = self._conversion(source)
        outgoing = original.converted(conversion) if conversion else original
        outgoing.require_writable()
        known = familiar(original, sha256, catalog=self.catalog, key=self.key).sentences()
        wanted = self._wanted(source, outgoing.suffix)
        there = wanted if self.unless_there and os.path.lexists(wanted) else None
        if there is not None or (known and self.unless_known):
            raise _UndecidedError(source, known if self.unless_known else (), there)
        work = Work(
            id=0,
            title=title_of(source.name),
            kind=original.kind,
            path=str(source.absolute()),
            sha256=sha256,
            created=now(),
            thumbnail=original.thumbnail(),
            **original.facts(),
        )
        if not self.catalog.has_signal(sha256):
            self.progress(0.05, "remembering")
            work = replace(work, signal=original.signal(), fingerprint=original.fingerprint())
        for _ in range(_SERIALS - 1):
            try:
                return self._copied(source, outgoing, work, wanted, known)
            except _UncertainError as error:
                _log.info("Trying another serial: %s", error.message)
        return self._copied(source, outgoing, work, wanted, known)

    def _copied(self, source: Path, original: Medium, work: Work, wanted: Path, known: tuple[str, ...]) -> Protected:
        """Return the copy made with one new serial. _UncertainError where its mark does not hold."""
        from core.media.files import free_name, sha256_of, temporary_beside

        labelling = self._labelling(work)
        final = free_name(wanted)
        self.progress(0.1, "marking")
        if isinstance(original, SeriesMedium):
            original.progress = part(self.progress, 0.1, 0.5)
        with temporary_beside(final) as temporary:
            intent = self.catalog.reserve(
                owner=self.owner,
                key=self.key.id,
                work=work,
                recipient=self.recipient,
                strength=self.strength,
                temporary=temporary,
                final=final,
                purpose=self.purpose,
                terms=None if labelling.terms is None else labelling.terms.id,
            )
            with Unfinished(self.catalog, intent) as unfinished:
                marked = original.embed(self.key, intent.serial, self.strength)
                try:
                    found, written, notes = self._written(source, work, original, marked, intent, labelling)
                except WriteError as error:  # of the temporary file, whose name means nothing to anybody
                    told = error.message.replace(temporary.name, final.name)
                    raise WriteError(told, error.hint, path=final) from error
                if sha256_of(source) != work.sha256:
                    raise WriteError(
                        f"{source.name} was changed by another program meanwhile.", "Protect it again.", path=source
                    )
                self.progress(0.95, "verifying")
                output = unfinished.move(wanted, marked, manifest=written.manifest)
                copy = unfinished.complete()
                notes += self._noted(copy, work, written.says)
        said = (f"Copy no. {intent.serial} for {self.recipient}.", *known, *original.notes, *marked.notes, *notes)
        return Protected(
            source,
            Status.PROTECTED,
            self.recipient,
            printable(" ".join(said)),
            output=output,
            serial=intent.serial,
            quality=dict(marked.quality),
            expected=found,
        )

    def _labelling(self, work: Work) -> Labelling:
        """Return how the copies of a work are labelled: with the terms asked for, else its own, else its creator's."""
        terms = self.terms
        if terms is None:
            known = self.catalog.work_by_sha256(work.sha256)
            terms = None if known is None else self.catalog.terms_of(known.id)
        if terms is None:
            owner = next((one.creator for one in self.catalog.known_keys() if one.id == self.key.id), None)
            usual = None if owner is None else self.catalog.get(Creator, owner).terms
            terms = None if usual is None else self.catalog.get(Terms, usual)
        return Labelling(terms, self.catalog.creator(self.key.id), self.keep, self.strip)

    def _noted(self, copy: Copy, work: Work, says: Statements) -> tuple[str, ...]:
        """Tell the signed log of a copy; return a note where that failed."""
        facts = {
            "serial": copy.serial,
            "sha256": copy.sha256,
            "original": work.sha256,
            "kind": work.kind.value,
            "strength": copy.strength.value,
            "parameters": copy.parameters,
            "statements": journal.packed(says),
        }
        try:
            journal.note(self.catalog, self.key, journal.COPY_MADE, **facts)
        except CatalogError as error:
            return (f"The signed log does not tell of it: {error}",)
        return ()

    def _refuse_known_copy(self, source: Path, sha256: str) -> None:
        copy = self.catalog.copy_by_sha256(sha256)
        if copy is not None:
            raise RefusedError(
                f"{source.name} is itself copy no. {copy.serial}, made for "
                f"{self.catalog.recipient(copy.recipient).name}.",
                "Choose the original file.",
                path=source,
            )

    def _conversion(self, source: Path) -> Conversion | None:
        """Return how a file is to be converted; None: not at all."""
        from core.media.files import kind_of

        wanted = self.conversions
        if wanted is None or isinstance(wanted, Conversion):
            return wanted or None
        return wanted.get(kind_of(source)) or None

    def _wanted(self, source: Path, suffix: str) -> Path:
        """Return where the copy is to lie, its folder there by now."""
        above = source.absolute().parent if self.out is None else self.out.absolute()
        path = above / self.naming.path(source.name, self.recipient, suffix=suffix, purpose=self.purpose)
        folder = path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(
                f"The folder {folder} cannot be made: {error.strerror or type(error).__name__}.",
                "Choose another folder.",
                path=folder,
            ) from error
        return path

    def _written(
        self,
        source: Path,
        work: Work,
        medium: Medium,
        marked: Embedded,
        intent: Intent,
        labelling: Labelling,
        finer: int = 0,
    ) -> tuple[Finding, _Written, tuple[str, ...]]:
        """Write, label, sign and verify the temporary file; return what a check of it finds, what it says, and notes.

        A coarse JPEG can swallow the mark: then it is written again, `finer` times, until it holds.
        """
        self.progress(0.5 + 0.1 * finer, "writing")
        medium.write(marked, intent.temporary)
        says, labelled = labelling.apply(intent.temporary)
        manifest = b""
        if self.sign:
            manifest, signed = credentials.sign(
                intent.temporary,
                source,
                catalog=self.catalog,
                key=self.key,
                serial=intent.serial,
                fingerprint=self._fingerprint(work),
                said=says,
                facts={"original_sha256": work.sha256, "registered": work.created},
            )
            labelled += (signed,)
        self.progress(0.55 + 0.1 * finer, "verifying")
        try:
            found, notes = self._verified(medium, marked, intent)
        except _UncertainError:
            next_medium = medium.finer() if finer < _FINER else None
            if next_medium is None:
                raise
            return self._written(source, work, next_medium, marked, intent, labelling, finer + 1)
        if finer:
            than = "asked for" if self._conversion(source) else "its original"
            notes = (f"The copy is compressed less than {than}, so that its mark holds.", *notes)
        return found, _Written(says, manifest), (*labelled, *notes)

    def _fingerprint(self, work: Work) -> bytes:
        """Return the fingerprint of a work, which the catalog has where it was protected before."""
        known = None if work.fingerprint else self.catalog.work_by_sha256(work.sha256)
        return work.fingerprint if known is None else self.catalog.fingerprint(known.id)

    def _verified(self, original: Medium, marked: Embedded, intent: Intent) -> tuple[Finding, tuple[str, ...]]:
        """Return what a check of the written file finds, and a sentence for each other mark in it.

        The file is read again from the disk. WriteError where it is not what was to be written, _UncertainError where
        its mark is not certain: such a copy would not help its creator.
        """
        name = intent.final.name
        _to_disk(intent.temporary)
        try:
            copy = read_work(intent.temporary)
        except CountermarkError as error:
            raise WriteError(f"The copy {name} could not be read back.", "Nothing was kept; try again.") from error
        wrong = original.difference(copy, marked)
        if wrong:
            raise WriteError(f"The copy {name} was not written faithfully: {wrong}.", "Nothing was kept; report this.")
        # As a later check will ask: among the serials of a grown catalog, knowing the sizes of all works.
        serials = np.union1d(self.catalog.serials(self.key.id), np.arange(_GROWN))
        references = (*self.catalog.references(original.kind), Reference(0, original.kind, **original.size()))
        findings = copy.detect(self.key, serials, references)
        own = next((finding for finding in findings if finding.serial == intent.serial), None)
        if own is None or own.verdict is not Verdict.CERTAIN or not copy.throughout(own, marked):
            stronger = "" if self.strength is Strength.STRONG else ", or the strength “strong”"
            raise _UncertainError(
                f"The mark in the copy {name} would not be found with certainty.",
                f"Use a larger or longer original{stronger}.",
            )
        others = tuple(
            f"It also carries the mark no. {finding.serial} of this key: the original may itself be a copy."
            for finding in findings
            if finding.serial not in (None, intent.serial) and finding.verdict is Verdict.CERTAIN
        )
        return own, others


def about(path: Path, error: CountermarkError) -> str:
    """Return an error's sentences, beginning with the file's name where they do not hold it."""
    text = str(error)
    return text if path.name in text else f"{path.name}: {text}"


def _to_disk(path: Path) -> None:
    """Have the disk hold a file's content before anything is said of it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
