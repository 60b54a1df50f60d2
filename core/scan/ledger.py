"""What is known of each file of a scan, in 25 bytes a file: millions fit into memory, their results need not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from core.model import Status, Verdict

WORDS = tuple(word.value for word in (*Verdict, *Status))  # of the results that a file can have
FAILED, AGAIN = 254, 255  # an attempt failed and another follows; nothing is known any more
TROUBLE = frozenset({Verdict.UNREADABLE.value, Status.FAILED.value})
_MERGED = 20_000  # entries in a dictionary before they go to the arrays


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a file: 64 bits for its size and time, the number of its result or of attempts, and a code."""

    content: int
    number: int
    code: int

    @classmethod
    def of(cls, content: int, number: int, result: Mapping[str, Any]) -> Self:
        """Return the entry of a file that is done."""
        word = result.get("verdict") or result.get("status")
        return cls(content, number, WORDS.index(str(word)))

    @property
    def done(self) -> bool:
        """Whether the file has a result."""
        return self.code < len(WORDS)


class Ledger:
    """Entries by 64 bits for the path, and how many files have which result."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.waiting = 0  # files of which an attempt failed and another follows
        self._names = np.zeros(0, np.uint64)
        self._contents = np.zeros(0, np.uint64)
        self._numbers = np.zeros(0, np.int64)
        self._codes = np.zeros(0, np.uint8)
        self._newest: dict[int, Entry] = {}

    def get(self, name: int) -> Entry | None:
        """Return what is known of a file, None where that is nothing."""
        entry = self._newest.get(name) or self._old(name)
        return None if entry is None or entry.code == AGAIN else entry

    def note(self, name: int, entry: Entry) -> None:
        """Let this be what is known of a file."""
        before = self.get(name)
        for known, step in ((before, -1), (entry, 1)):
            if known is not None and known.done:
                self.totals[WORDS[known.code]] += step
            self.waiting += step * (known is not None and known.code == FAILED)
        self._newest[name] = entry
        if len(self._newest) > max(_MERGED, len(self._names) // 8):
            self._merge()

    @property
    def done(self) -> int:
        """How many files have a result."""
        return sum(self.totals.values())

    def _old(self, name: int) -> Entry | None:
        place = int(np.searchsorted(self._names, np.uint64(name)))
        return self._at(place) if place < len(self._names) and int(self._names[place]) == name else None

    def _at(self, place: int) -> Entry:
        return Entry(int(self._contents[place]), int(self._numbers[place]), int(self._codes[place]))

    def _merge(self) -> None:
        newest = sorted(self._newest.items())
        names = np.array([name for name, _ in newest], np.uint64)
        kept = ~np.isin(self._names, names)
        columns = {
            "_contents": np.array([entry.content for _, entry in newest], np.uint64),
            "_numbers": np.array([entry.number for _, entry in newest], np.int64),
            "_codes": np.array([entry.code for _, entry in newest], np.uint8),
        }
        every = np.concatenate([self._names[kept], names])
        order = np.argsort(every, kind="stable")
        self._names = every[order]
        for column, values in columns.items():
            setattr(self, column, np.concatenate([getattr(self, column)[kept], values])[order])
        self._newest.clear()
