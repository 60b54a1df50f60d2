"""Which works a suspect is compared with: chosen by its user, named by a weak mark, known by their fingerprints."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from core.catalog.store import Catalog
from core.indexes import indexes
from core.medium import Suspect
from core.model import Kind, Reference, Work

if TYPE_CHECKING:
    from core.fingerprint.index import Nomination

COMPARED = 6  # works at most: as many as the proven bounds of a comparison allow


class Nominations:
    """The works of a catalog that one suspect may show."""

    def __init__(self, catalog: Catalog, suspect: Suspect, chosen: Iterable[int] = ()) -> None:
        """`chosen` are the numbers of works that its user takes it for: CatalogError where there is none such."""
        self._catalog = catalog
        self._suspect = suspect
        self.chosen = tuple(chosen)
        self._kinds = (Kind.AUDIO, Kind.IMAGE) if suspect.kind is Kind.VIDEO else (suspect.kind,)

    @cached_property
    def nominated(self) -> tuple[Nomination, ...]:
        """The works whose fingerprints speak for them, best first: looked for when first asked."""
        works = [part for kind in self._kinds for part in indexes(self._catalog, kind)]
        return tuple(self._suspect.nominate(works)) if any(map(len, works)) else ()

    @property
    def alike(self) -> tuple[int, ...]:
        """The numbers of these works."""
        return tuple(nomination.work for nomination in self.nominated)

    def work(self, number: int) -> Work:
        """Return a work of the catalog."""
        return self._catalog.work(number)

    def references(self, named: Iterable[int] = ()) -> tuple[Reference, ...]:
        """Return what there is to compare with: of the chosen works, of those that marks name, of those alike."""
        return self.signals((*self.chosen, *named, *self.alike))

    def signals(self, works: Iterable[int]) -> tuple[Reference, ...]:
        """Return what there is to compare with of the first few of these works, those without a signal left out.

        Of a film's sound and its pictures as many each.
        """
        found: dict[Kind, list[Reference]] = {kind: [] for kind in self._kinds}
        for number in dict.fromkeys(works):
            if all(len(some) == COMPARED for some in found.values()):
                break
            reference = self._catalog.reference(number)
            some = found.get(reference.kind)
            if some is not None and reference.signal and len(some) < COMPARED:
                some.append(reference)
        return tuple(chain(*found.values()))
