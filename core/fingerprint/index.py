"""An index of fingerprints: which features of which works have a given code.

A fingerprint is a row of features, each a code of 32 bits and a place of 32 bits, behind a header of four bytes that
says which kind and version it is. The index holds the codes of all works sorted, so that asking costs a few halvings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.intp]

HEADER = 4
_COMMON = 256  # features of one code beyond which it tells nothing: stripes, grids, letters


@dataclass(frozen=True, slots=True)
class Nomination:
    """A work that a file may show: its number in the catalog, and how many features speak for it."""

    work: int
    votes: int


@dataclass(frozen=True, slots=True)
class Hits:
    """Features with the codes that were asked for: row of the question, work's place, feature's place, weight."""

    asked: Numbers
    work: Numbers
    place: Codes
    weight: npt.NDArray[np.float32]

    def of(self, chosen: npt.NDArray[np.bool_] | Numbers) -> Hits:
        """Return some of them."""
        return Hits(self.asked[chosen], self.work[chosen], self.place[chosen], self.weight[chosen])


def packed(header: bytes, codes: Codes, places: Codes) -> bytes:
    """Return a fingerprint: little-endian, the codes behind the header, then the places."""
    return header + codes.astype("<u4").tobytes() + places.astype("<u4").tobytes()


class Index:
    """The fingerprints of works, to be asked for codes. 12 bytes of memory for each feature."""

    def __init__(self, header: bytes, rows: Iterable[tuple[int, bytes]]) -> None:
        """Index rows of work number and fingerprint; those with another header (another version) are left out."""
        self.header = header
        works, codes, places = [], [], []
        for work, fingerprint in rows:
            if fingerprint[:HEADER] != header or (len(fingerprint) - HEADER) % 8:
                continue
            both = np.frombuffer(fingerprint, "<u4", offset=HEADER).reshape(2, -1)
            works.append(work)
            codes.append(both[0])
            places.append(both[1])
        self.works = np.array(works, np.int64)
        # The number of a work's first feature.
        self._starts = np.cumsum([0, *map(len, codes)])
        self._places = np.concatenate([np.empty(0, np.uint32), *places])
        both_sorted = np.concatenate([np.empty(0, np.uint32), *codes]).astype(np.uint64) << np.uint64(32)
        both_sorted |= np.arange(len(both_sorted), dtype=np.uint64)
        both_sorted.sort()
        self._codes = (both_sorted >> np.uint64(32)).astype(np.uint32)
        self._features = both_sorted.astype(np.uint32)  # the lower half

    def __len__(self) -> int:
        return len(self.works)

    def hits(self, codes: Codes) -> Hits:
        """Return the features that have any code of a question: `codes` (questions, alternatives).

        A feature speaks for a question the louder the fewer features have its code.
        """
        asked = codes.ravel()
        order = np.argsort(asked, kind="stable")  # neighbours in the question are neighbours in memory then
        first = np.searchsorted(self._codes, asked[order], "left")
        count = np.searchsorted(self._codes, asked[order], "right") - first
        count[count > _COMMON] = 0
        some = np.flatnonzero(count)
        first, count, question = first[some], count[some], order[some] // codes.shape[1]
        ends = np.cumsum(count)
        within = np.arange(int(ends[-1]) if ends.size else 0) - np.repeat(ends - count, count)
        feature = self._features[np.repeat(first, count) + within]
        work = np.searchsorted(self._starts, feature, "right") - 1
        return Hits(
            np.repeat(question, count),
            work,
            self._places[feature],
            np.repeat(1 / np.sqrt(count), count).astype(np.float32),
        )

    def likeliest(self, hits: Hits, count: int) -> Numbers:
        """Return the places of the works that most questions speak for, best first."""
        if not hits.work.size:
            return np.empty(0, np.intp)
        # Several features of one work count once for a question.
        pair = hits.work.astype(np.int64) * (int(hits.asked.max()) + 1) + hits.asked
        once = np.unique(pair, return_index=True)[1]
        votes = np.bincount(hits.work[once], hits.weight[once], len(self.works))
        best = np.argsort(-votes, kind="stable")[:count]
        return best[votes[best] > 0]
