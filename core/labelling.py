"""Statements into the copies that are made, and out of the files that are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from core.errors import CountermarkError, WriteError
from core.media.labels import has_room, read_labels, write_labels
from core.media.private import XMP
from core.model import Statements, Terms
from core.model.statements import lacking, united
from core.rights import tags, xmp
from core.rights.statements import statements_of


@dataclass(frozen=True, slots=True)
class Labelling:
    """How copies are labelled: with which terms (None: with none), in whose name.

    With `keep` what a file says already stays, and only the rest is added; otherwise the terms replace it. `strip`
    takes private data out: places, serial numbers of cameras, names of owners, previews.
    """

    terms: Terms | None = None
    creator: str = ""
    keep: bool = True
    strip: bool = False

    def apply(self, path: Path) -> tuple[Statements, tuple[str, ...]]:
        """Label a file that was just written; return what it says now, and notes. The content is not touched.

        The file is read again: WriteError where it does not say what it should. A format without room for statements
        stays as it is, which is said; where private data should go, RefusedError.
        """
        before = read_labels(path)
        said = tags.read(before)
        if self.terms is None and not self.strip:
            return said, ()
        if not has_room(path) and not self.strip:
            return said, ("Its format has no room for rights statements, so the copy has none.",)
        wanted = said
        packet: bytes | None = None
        fields: tuple[tuple[str, str], ...] = ()
        if self.strip and before.xmp:
            packet = xmp.without(before.xmp, XMP)
            before = replace(before, xmp=packet)
        if self.terms is not None:
            new = statements_of(self.terms, creator=self.creator, year=date.today().year)
            packet, fields = tags.changes(before, new, keep=self.keep)
            wanted = united(said, new) if self.keep else united(new, said)
        write_labels(path, xmp=packet, fields=fields, strip=self.strip)
        found = tags.read(read_labels(path))
        missing = lacking(wanted, found)
        if missing:
            raise WriteError(
                f"The copy does not say what it should: {', '.join(missing)}.", "Nothing was kept; report this."
            )
        return found, self._notes(said)

    def _notes(self, said: Statements) -> tuple[str, ...]:
        if self.terms is None or not self.keep:
            return ()
        new = statements_of(self.terms, creator=self.creator, year=date.today().year)
        kept = [label for label in lacking(new, said) if label in dict(said.said())]
        return (f"The file says something else already, which was kept: {', '.join(kept)}.",) if kept else ()


def statements_in(path: Path) -> Statements:
    """Return what any file says on rights; nothing where it says nothing or cannot be read."""
    try:
        return tags.read(read_labels(path))
    except CountermarkError:
        return Statements()


def removed(sent: Sequence[Statements], found: Statements) -> tuple[str, ...]:
    """Return the labels of the statements that every one of these copies went out with and that are gone or changed."""
    gone = [set(lacking(one, found)) for one in sent]
    return tuple(label for label in lacking(sent[0], found) if all(label in some for some in gone)) if sent else ()


def in_words(labels: Sequence[str]) -> str:
    """Return the sentences on removed statements; empty for none."""
    if not labels:
        return ""
    return (
        f"The copy went out with rights statements that this file lacks: {', '.join(labels)}. Programs strip them by"
        " accident, too; removing them on purpose can be unlawful (in the USA 17 USC 1202)."
    )
