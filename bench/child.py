"""Run a command in its own process and measure it: wall time, CPU time, peak memory, when each line appeared.

The command is started by a small process (this file as a script, standard library alone), because a child's peak
memory on Linux begins at the size of the process that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BREAKDOWNS = ("Traceback", "unexpected problem", "Fatal Python error", "Segmentation fault")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did. `lines` pairs each line of standard output with seconds since the start.

    `memory` is the peak in MB (0.0 where the system does not tell); `code` is None where it was stopped for time.
    """

    code: int | None
    lines: tuple[tuple[float, str], ...]
    errors: str
    seconds: float
    cpu: float
    memory: float

    @property
    def broke(self) -> bool:
        """Whether the command ended in a way that no command may: a traceback, a signal, or out of time."""
        signalled = self.code is None or self.code < 0
        return signalled or any(words in self.errors for words in _BREAKDOWNS)


def run(command: Sequence[str], *, environment: Mapping[str, str] | None = None, limit: float = 600.0) -> Ran:
    """Return what the command did; it is stopped after `limit` seconds."""
    with tempfile.TemporaryDirectory() as place:
        report, errors = Path(place, "report"), Path(place, "errors")
        started = time.perf_counter()
        with errors.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, __file__, str(report), str(limit), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=sink,
                env={**os.environ, **(environment or {})},
            )
            assert process.stdout is not None
            with process:  # reads to the end, then waits
                lines = tuple(
                    (time.perf_counter() - started, raw.decode("utf-8", "replace").rstrip("\r\n"))
                    for raw in process.stdout
                )
        measured = json.loads(report.read_text()) if report.exists() else {}
        return Ran(
            measured.get("code"),
            lines,
            errors.read_text("utf-8", "replace"),
            measured.get("seconds", time.perf_counter() - started),
            measured.get("cpu", 0.0),
            measured.get("memory", 0.0),
        )


def _main(report: str, limit: str, command: Sequence[str]) -> None:
    started = time.perf_counter()
    process = subprocess.Popen(command)
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        process.kill()

    timer = threading.Timer(float(limit), stop)
    timer.start()
    code: int | None
    cpu = memory = 0.0
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        cpu = usage.ru_utime + usage.ru_stime
        memory = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    else:
        code = process.wait()
    timer.cancel()
    result = {
        "code": None if stopped.is_set() else code,
        "seconds": time.perf_counter() - started,
        "cpu": cpu,
        "memory": memory,
    }
    Path(report).write_text(json.dumps(result))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], sys.argv[3:])
