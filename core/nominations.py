"""Which works a suspect is compared with: chosen by its user, named by a weak mark, known by their fingerprints."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from core.catalog.store import Catalog
from core.medium import Suspect, index_of
from core.model import Kind, Reference

if TYPE_CHECKING:
    from core.fingerprint.index import Index

COMPARED = 6  # works at most: as many as the proven bounds of a comparison allow
_indexes: weakref.WeakKeyDictionary[Catalog, dict[Kind, tuple[tuple[int, int], Index]]] = weakref.WeakKeyDictionary()
_turn = threading.Lock()


class Nominations:
    """The works of a catalog that one suspect may show."""

    def __init__(self, catalog: Catalog, suspect: Suspect, chosen: Iterable[int] = ()) -> None:
        """`chosen` are the numbers of works that its user takes it for: CatalogError where there is none such."""
        self._catalog = catalog
        self._suspect = suspect
        self.chosen = tuple(chosen)

    @cached_property
    def alike(self) -> tuple[int, ...]:
        """The works whose fingerprints speak for them, best first: looked for when first asked."""
        works = index(self._catalog, self._suspect.kind)
        return tuple(nomination.work for nomination in self._suspect.nominate(works)) if len(works) else ()

    def references(self, named: Iterable[int] = ()) -> tuple[Reference, ...]:
        """Return what there is to compare with: of the chosen works, of those that marks name, of those alike."""
        return self.signals((*self.chosen, *named, *self.alike))

    def signals(self, works: Iterable[int]) -> tuple[Reference, ...]:
        """Return what there is to compare with of the first few of these works, those without a signal left out."""
        found = []
        for number in dict.fromkeys(works):
            reference = self._catalog.reference(number)
            if reference.kind is self._suspect.kind and reference.signal:
                found.append(reference)
            if len(found) == COMPARED:
                break
        return tuple(found)


def index(catalog: Catalog, kind: Kind) -> Index:
    """Return the index of a catalog's fingerprints of a kind, kept as long as the catalog is open and unchanged."""
    state = catalog.fingerprinted(kind)
    with _turn:
        known = _indexes.setdefault(catalog, {})
        if kind not in known or known[kind][0] != state:
            known[kind] = (state, index_of(kind, catalog.fingerprints(kind)))
        return known[kind][1]
