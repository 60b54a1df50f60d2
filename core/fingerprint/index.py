"""An index of fingerprints: which features of which works have a given code.

A fingerprint is a row of features, each a code of 32 bits and a place of 32 bits, behind a header of four bytes that
says which kind and version it is. A table holds codes sorted, each with a value, so that asking costs a few halvings;
its arrays may lie on the disk, so that an index is used without being loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.intp]
Pairs = npt.NDArray[np.uint64]  # a code in the upper half, its value in the lower
Arrays = Mapping[str, npt.NDArray[Any]]

HEADER = 4
_COMMON = 256  # features of one code beyond which it tells nothing: stripes, grids, letters
_AT_ONCE = 1 << 22  # pairs that are merged together: 32 MB


@dataclass(frozen=True, slots=True)
class Nomination:
    """A work that a file may show: its number in the catalog, and how many features speak for it."""

    work: int
    votes: int


class Answers(NamedTuple):
    """What a table knows of the codes that were asked for: place of the question, value, how many have its code."""

    asked: Numbers
    value: Codes
    sharing: Numbers


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


def unpacked(header: bytes, fingerprint: bytes) -> tuple[Codes, Codes] | None:
    """Return codes and places of a fingerprint; None for a damaged one, or with another header (another version)."""
    if fingerprint[:HEADER] != header or (len(fingerprint) - HEADER) % 8:
        return None
    codes, places = np.frombuffer(fingerprint, "<u4", offset=HEADER).reshape(2, -1)
    return codes, places


def sorted_pairs(codes: Codes, values: Codes) -> Pairs:
    """Return codes and values as sorted pairs."""
    pairs = codes.astype(np.uint64) << np.uint64(32)
    pairs |= values
    pairs.sort()
    return pairs


def merged(parts: Sequence[Pairs]) -> Iterator[Pairs]:
    """Yield the pairs of several sorted arrays, sorted, some at a time; the arrays may lie on the disk."""
    steps = -(-sum(map(len, parts)) // _AT_ONCE)
    edges = [np.uint64((step << 64) // max(steps, 1)) for step in range(1, steps)]
    cuts = [[0, *(int(np.searchsorted(part, edge)) for edge in edges), len(part)] for part in parts]
    for step in range(steps):
        some = np.concatenate([part[cut[step] : cut[step + 1]] for part, cut in zip(parts, cuts, strict=True)])
        some.sort()
        yield some


class Table:
    """Sorted codes with their values: 8 bytes each."""

    def __init__(self, codes: Codes, values: Codes) -> None:
        self.codes = codes
        self.values = values

    @classmethod
    def of(cls, pairs: Pairs) -> Table:
        """Return the table of sorted pairs."""
        return cls((pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32))

    def answers(self, asked: Codes) -> Answers:
        """Return the values of all codes that are asked for, but for those that nearly everything has."""
        order = np.argsort(asked, kind="stable")  # neighbours in the question are neighbours in memory then
        first = np.searchsorted(self.codes, asked[order], "left")
        count = np.searchsorted(self.codes, asked[order], "right") - first
        count[count > _COMMON] = 0
        some = np.flatnonzero(count)
        first, count, question = first[some], count[some], order[some]
        ends = np.cumsum(count)
        within = np.arange(int(ends[-1]) if ends.size else 0) - np.repeat(ends - count, count)
        return Answers(
            np.repeat(question, count), self.values[np.repeat(first, count) + within], np.repeat(count, count)
        )


class Index:
    """The fingerprints of works, to be asked for codes. 12 bytes for each feature, in memory or on the disk."""

    def __init__(self, header: bytes, rows: Iterable[tuple[int, bytes]] = (), *, arrays: Arrays | None = None) -> None:
        """Index rows of work number and fingerprint (those of other versions are left out), or take stored arrays."""
        if arrays is None:
            arrays, pairs = entries(header, rows)
            self.table = Table.of(pairs)
        else:
            self.table = Table(arrays["codes"], arrays["values"])
        self.works, self._starts, self._places = arrays["works"], arrays["starts"], arrays["places"]

    def __len__(self) -> int:
        return len(self.works)

    def hits(self, codes: Codes) -> Hits:
        """Return the features that have any code of a question: `codes` (questions, alternatives).

        A feature speaks for a question the louder the fewer features have its code.
        """
        found = self.table.answers(codes.ravel())
        work = np.searchsorted(self._starts, found.value, "right") - 1
        weight = (1 / np.sqrt(found.sharing)).astype(np.float32)
        return Hits(found.asked // codes.shape[1], work, self._places[found.value], weight)

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


def entries(header: bytes, rows: Iterable[tuple[int, bytes]], first: int = 0) -> tuple[Arrays, Pairs]:
    """Return what an index holds of some works: arrays by name, and the sorted pairs of code and feature.

    `first` is the number of the first feature: an index that is made a part at a time counts through. The array "end"
    holds the number of the next one.
    """
    works, codes, places = [], [], []
    for work, fingerprint in rows:
        held = unpacked(header, fingerprint)
        if held is not None:
            works.append(work)
            codes.append(held[0])
            places.append(held[1])
    starts = first + np.cumsum([0, *map(len, codes)])
    numbers = np.arange(first, starts[-1], dtype=np.uint32)
    arrays = {
        "works": np.array(works, np.int64),
        "starts": starts[:-1],  # the number of a work's first feature
        "end": starts[-1:],
        "places": np.concatenate([np.empty(0, np.uint32), *places]),
    }
    return arrays, sorted_pairs(np.concatenate([np.empty(0, np.uint32), *codes]), numbers)
