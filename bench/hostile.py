"""Opens thousands of mutated files as a check does, in a worker process: nothing may break, hang or swell.

Every file is read and looked at, one of twenty is asked for its fingerprint and searched for a mark as well. What is
written down are counts for each format, and every failure by name, with the seed that makes it again.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
AT_ONCE = 6  # files, each in a worker of its own
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
    failures, worker_memory = [], 0.0
    started, before, start = time.monotonic(), _peak("self"), _Starts()
    close()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for one in threads.map(lambda number: _opened(sources, number, scratch, start), range(count)):
            kind = Path(one.source).suffix
            slowest[kind] = max(slowest[kind], one.seconds)
            worker_memory = max(worker_memory, one.memory)
            outcomes[kind][one.said] += 1
            if one.said not in ("read", "said"):
                failures.append({"failure": one.said, "number": one.number, "source": one.source, "done": one.done})
                failures[-1]["detail"] = one.detail
    close()
    for kind in sorted(outcomes):
        yield {"format": kind, "files": outcomes[kind].total(), **outcomes[kind], "slowest": round(slowest[kind], 1)}
    yield from failures
    yield {
        "case": "all",
        "files": count,
        "sources": len(sources),
        "seed": SEED,
        "seconds": round(time.monotonic() - started),
        "memory_before": round(before),
        "memory": round(_peak("self")),
        "worker_memory": round(worker_memory),
        "workers": start.count,
    }


class _Starts:
    """Starts workers and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._turn = threading.Lock()

    def __call__(self) -> Worker:
        with self._turn:
            self.count += 1
        return Worker(LIMITS)


@dataclass(slots=True)
class _Opened:
    """What became of one file: the most memory that its worker ever took in MB, and words on what should not be."""

    number: int
    source: str
    done: str
    said: str = "read"
    detail: str = ""
    seconds: float = 0.0
    memory: float = 0.0


def _opened(sources: Sequence[tuple[str, bytes]], number: int, scratch: Path, start: _Starts) -> _Opened:
    """Return what became of one mutated file; one that broke something stays in the scratch folder."""
    source, done, data = mutated(sources, number, SEED)
    found = _Opened(number, source, done)
    path = scratch / f"suspect {number}{Path(source).suffix}"
    path.write_bytes(data)
    began = time.monotonic()

    def look(suspect: SuspectApart, sha256: str) -> None:
        suspect.view()
        if number % SEARCHED == 0:
            suspect.question()
            suspect.detect(_KEY, _SERIALS)
        found.memory = max(found.memory, _peak(str(suspect.worker.number)))

    try:
        examined(path, look, start=start)
    except CountermarkError as error:
        lost = error.__context__
        one_sentence = path.name in str(error) and error.hint.endswith(".") and "\n" not in str(error)
        found.said = "said" if one_sentence else "said badly"
        if isinstance(lost, LostWorkerError):
            found.said = f"lost: {lost.reason.value}"
        found.detail = str(error)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        notes = "".join(getattr(error, "__notes__", ())).strip().splitlines()
        found.said, found.detail = f"bug: {type(error).__name__}", f"{error} {' | '.join(notes[-6:])}"[:600]
    if found.said in ("read", "said"):
        path.unlink()
    found.seconds = time.monotonic() - began
    return found


def _peak(process: str) -> float:
    """Return the most memory in MB that a process ever took, 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:")), 0.0)
