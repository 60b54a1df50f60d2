"""Opens thousands of mutated files as a check does, in a worker process: nothing may break, hang or swell.

Every file is read and looked at (its view, and what the fingerprints ask for); one of twenty is searched for a mark as
well. What is written down are counts for each format, and every failure by name, with the seed that makes it again.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import valid
from bench.mutations import mutated
from core.apart import close, examined
from core.apart.limits import Limits
from core.apart.process import LostWorkerError, Worker
from core.apart.suspect import SuspectApart
from core.errors import CountermarkError
from core.keys import CreatorKey

SEED = 20261127
COUNT = 10_000
SEARCHED = 20  # one of so many is searched as well
LIMITS = Limits(reading=30.0, asking=60.0)  # of computing: what takes longer on such small files hangs
MEMORY = 1000.0  # MB that the main process may take
_KEY = CreatorKey.from_bytes(bytes(range(32)))
_SERIALS = np.arange(16)


def rows(place: Path | None, scratch: Path, *, count: int = COUNT, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield a row for each format, one for each failure, and one for the whole run."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    sources = [(name, data) for name, data in valid.files(place).items() if only in name]
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    failures = []
    started, before, starts, peak = time.monotonic(), _peak("self"), _Starts(), 0.0
    close()
    for number in range(count):
        name, done, data = mutated(sources, number, SEED)
        kind = Path(name).suffix
        path = scratch / f"suspect {number}{kind}"
        path.write_bytes(data)
        began = time.monotonic()
        said, detail = _opened(path, starts, search=number % SEARCHED == 0)
        slowest[kind] = max(slowest[kind], time.monotonic() - began)
        peak = max(peak, starts.peak())
        outcomes[kind][said] += 1
        if said in ("read", "said"):
            path.unlink()
        else:
            failures.append({"failure": said, "number": number, "source": name, "done": done, "detail": detail})
    close()
    for kind in sorted(outcomes):
        yield {"format": kind, "files": outcomes[kind].total(), **outcomes[kind], "slowest": round(slowest[kind], 1)}
    yield from failures
    yield {
        "case": "all",
        "files": count,
        "sources": len(sources),
        "seconds": round(time.monotonic() - started),
        "memory_before": round(before),
        "memory": round(_peak("self")),
        "worker_memory": round(peak),
        "workers": starts.count,
    }


class _Starts:
    """Starts workers, counts them, and knows the last one."""

    def __init__(self) -> None:
        self.count = 0
        self._last: Worker | None = None

    def __call__(self) -> Worker:
        self.count += 1
        self._last = Worker(LIMITS)
        return self._last

    def peak(self) -> float:
        """Return the most memory that the last one ever took, in MB."""
        worker = self._last
        return 0.0 if worker is None else max(worker.peak / 1e6, _peak(str(worker.number)))


def _opened(path: Path, start: _Starts, *, search: bool) -> tuple[str, str]:
    """Return what became of one file, and in what words where that should not be."""

    def look(suspect: SuspectApart, sha256: str) -> None:
        suspect.view()
        suspect.question()
        if search:
            suspect.detect(_KEY, _SERIALS)

    try:
        examined(path, look, start=start)
    except CountermarkError as error:
        lost = error.__context__
        if isinstance(lost, LostWorkerError):
            return f"lost: {lost.reason.value}", str(error)
        one_sentence = path.name in str(error) and error.hint.endswith(".") and "\n" not in str(error)
        return ("said", "") if one_sentence else ("said badly", str(error))
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        notes = "".join(getattr(error, "__notes__", ())).strip().splitlines()
        return f"bug: {type(error).__name__}", f"{error} {' | '.join(notes[-6:])}"[:600]
    return "read", ""


def _peak(process: str) -> float:
    """Return the most memory in MB that a process ever took, 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:")), 0.0)
