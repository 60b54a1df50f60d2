"""Files that come into watched folders, found by looking again and again: no system's notices are the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.scan.journal import FileState

Files = Callable[[], Iterator[Path]]
Attempts = Callable[[FileState], int | None]


def stable(
    files: Files, attempts: Attempts, *, interval: float, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[FileState, int] | None]:
    """Yield each new file, with the attempts at it so far, when it stayed the same from one look to the next; for ever.

    `attempts` says None of files that need nothing. None is yielded where there is nothing at the moment: whoever
    asks then waits a little. Two looks are `interval` seconds apart.
    """
    seen: dict[int, int] = {}
    while True:
        began = clock()
        now: dict[int, int] = {}
        for path in files():
            state = FileState.of(path)
            tried = attempts(state) if state.size >= 0 else None
            if tried is None:
                continue
            if seen.get(state.name) == state.content:
                yield state, tried
            else:
                now[state.name] = state.content
        seen = now
        while clock() - began < interval:
            yield None
