"""Which files a scan is about: met one by one in folders of any size, counted meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from core.media.files import files_below

Passed = Callable[[Path], bool]


def files_in(places: Sequence[Path], passed_over: Passed) -> Iterator[Path]:
    """Yield the files of folders and the files that are named, but for those that are passed over.

    A place within another one is left out, so that no file comes twice.
    """
    distinct = [place for place in dict.fromkeys(places) if not _within(place, places)]
    for place in distinct:
        if place.is_dir():
            yield from (file for file in files_below(place) if not passed_over(file))
        elif not passed_over(place):
            yield place


class Count:
    """Counts the files of a scan on the side. `number` is None until that is finished."""

    def __init__(self, files: Iterator[Path]) -> None:
        self.number: int | None = None
        self._files = files
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="countermark-count", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Count no further."""
        self._stop.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        number = 0
        for _ in self._files:
            number += 1
            if self._stop.is_set():
                return
        self.number = number


class Pace:
    """How long the rest will take, by what was done lately."""

    def __init__(self) -> None:
        self._marks = [(time.monotonic(), 0)]

    def left(self, done: int, rest: int) -> float | None:
        """Return the seconds that the rest will take, after so many files were done; None while nobody can know."""
        now = time.monotonic()
        if now - self._marks[-1][0] >= 1.0:
            self._marks.append((now, done))
            if len(self._marks) > 600:
                del self._marks[0]
        began, before = self._marks[0]
        seconds = now - began
        return None if done - before < 3 or seconds <= 0 else rest * seconds / (done - before)


def duration(seconds: float) -> str:
    """Return a time in words: "40 s", "12 min", "2 h 5 min", "3 days 4 h"."""
    minutes, hours = round(seconds / 60), int(seconds // 3600)
    if seconds < 59.5:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {round(seconds / 60) - 60 * hours} min" if minutes - 60 * hours < 60 else f"{hours + 1} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} day{'s' if days != 1 else ''} {hours} h"


def _within(place: Path, places: Sequence[Path]) -> bool:
    """Return whether a place lies in another one that is a folder."""
    real = place.resolve()
    above = {other.resolve() for other in places if other.is_dir()} - {real}
    return any(parent in above for parent in real.parents)
