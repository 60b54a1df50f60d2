"""What the catalog knows of a file that is about to be protected: that it shows a work, that it carries a mark."""

from __future__ import annotations

from dataclasses import dataclass

from core.catalog.store import Catalog
from core.keys import CreatorKey
from core.medium import Medium
from core.model import Copy, Likeness, Recipient, Similar, Verdict
from core.nominations import Nominations
from core.progress import silent
from core.resemblance import resembled


@dataclass(frozen=True, slots=True)
class Familiar:
    """The works that a file resembles, and the copies whose marks it carries for certain; serials of unknown ones."""

    similar: tuple[Similar, ...] = ()
    copies: tuple[tuple[Copy, Recipient], ...] = ()
    unknown: tuple[int, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Return what its user should know before the file is protected."""
        said = [
            f"This file already carries the mark of your copy no. {copy.serial}, made for {recipient.name}: "
            "protect the original instead."
            for copy, recipient in self.copies
        ]
        said += [
            f"This file already carries the mark no. {serial} of your key: protect the original instead."
            for serial in self.unknown
        ]
        said += [
            f"It {'shows' if one.likeness is Likeness.STRONG else 'resembles'} your work “{one.work.title}”, "
            "which is in the catalog as another file."
            for one in self.similar
        ]
        return tuple(said)


def familiar(medium: Medium, sha256: str, *, catalog: Catalog, key: CreatorKey) -> Familiar:
    """Return what is known of a file with this hash; nothing of one that is itself the original of a work.

    A mark is looked for only where the file resembles a work: whatever carries one was made of a work.
    """
    if catalog.work_by_sha256(sha256) is not None:
        return Familiar()
    similar = resembled(medium, Nominations(catalog, medium), (), silent)
    if not similar:
        return Familiar()
    serials = catalog.serials(key.id)
    found = medium.detect(key, serials, catalog.references(medium.kind)) if serials.size else ()
    copies, unknown = [], []
    for finding in found:
        if finding.serial is not None and finding.verdict is Verdict.CERTAIN:
            copy = catalog.copy_by_serial(key.id, finding.serial)
            if copy is None:
                unknown.append(finding.serial)
            else:
                copies.append((copy, catalog.recipient(copy.recipient)))
    return Familiar(similar, tuple(copies), tuple(unknown))
