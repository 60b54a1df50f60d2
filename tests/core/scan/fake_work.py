"""Work on files that costs nothing: its catalog is a list, and it can be killed at any write to the journal."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.errors import UnreadableError
from core.scan import journal as journal_module
from core.scan.journal import Begun, FileState
from core.scan.work import Done


class FakeWork:
    """Reads a file's first word: `bad` cannot be read, `late` only at the second attempt, all else is `nothing found`.

    `stored_files` is the catalog; `begun_first` makes it like protecting: what `done` does is stored already.
    """

    def __init__(self, *, begun_first: bool = False, alive: Callable[[], bool] = lambda: True) -> None:
        self.begun_first = begun_first
        self.stored_files: list[str] = []
        self.attempts: dict[str, int] = {}
        self.ends = 0
        self._alive = alive

    def job(self) -> dict[str, Any]:
        return {"what": "check", "by": "fake"}

    def start(self, jobs: int, places: Sequence[Path]) -> int:
        return jobs or 2

    def done(self, state: FileState, beat: Callable[[], None]) -> Done:
        beat()
        path = Path(state.path)
        self.attempts[path.name] = self.attempts.get(path.name, 0) + 1
        word = path.read_text().split()[0] if path.exists() else "bad"
        bad = word == "bad" or (word == "late" and self.attempts[path.name] < 2)
        if word == "bug":
            raise UnreadableError("the whole scan must end")
        if self.begun_first and self._alive() and not bad:
            self.stored_files.append(state.path)
        verdict = "could not be read" if bad else "nothing found"
        return Done(state, {"file": state.path, "verdict": verdict, "message": word}, bad)

    def stored(self, several: Sequence[Done]) -> list[dict[str, Any]]:
        if not self.begun_first and self._alive():
            self.stored_files += [done.state.path for done in several]
        return [done.result for done in several]

    def recovered(self, begun: Begun) -> dict[str, Any] | None:
        if self.stored_files.count(begun.state.path) == 0:
            return None
        return begun.result or {"file": begun.state.path, "verdict": "nothing found", "message": "recovered"}

    def passed_over(self, path: Path) -> bool:
        return path.suffix == ".jsonl"

    def end(self) -> None:
        self.ends += 1


class KilledError(BaseException):
    """The process is no more."""


class Killer:
    """Lets the process end at one call that writes the journal, after a part of the bytes; nothing is written later."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, part: float) -> None:
        self.calls, self.at, self.part = 0, at, part
        self._write = os.write
        patch.setattr(journal_module.os, "write", self._written)

    @property
    def alive(self) -> bool:
        return self.calls <= self.at

    def _written(self, file: int, data: bytes) -> int:
        self.calls += 1
        if self.calls == self.at + 1:
            self._write(file, bytes(data)[: int(len(data) * self.part)])
        if not self.alive:
            raise KilledError
        return self._write(file, data)


def folder_of(place: Path, words: Sequence[str]) -> Path:
    """Return a folder with a picture's name for each word, which stands in it."""
    place.mkdir(parents=True, exist_ok=True)
    for number, word in enumerate(words):
        (place / f"{number:03d}.png").write_text(word)
    return place
