"""A real Dask cluster on this computer: a scheduler and worker processes, each of which can be killed."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_STARTING = 120.0  # seconds


@dataclass
class LocalMachines:
    """A running cluster: its address, its worker processes, and the folder of its logs and of all that it writes."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    folder: Path


@contextlib.contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[LocalMachines]:
    """Yield a cluster of one scheduler and some workers of one thread each; all of them are ended behind it."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COUNTERMARK_")},
        "PYTHONPATH": str(ROOT),
        "DASK_TEMPORARY_DIRECTORY": str(folder / "dask"),
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "60s",
        "TMPDIR": str(folder),
    }

    def started(name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (folder / f"{name}.log").open("wb")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    running = [
        started(
            "scheduler", "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show"
        )
    ]
    try:
        some = [
            started(f"worker{number}", "dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
            for number in range(workers)
        ]
        running += some
        end = time.monotonic() + _STARTING
        while len(re.findall(b"Register worker", (folder / "scheduler.log").read_bytes())) < workers:
            if time.monotonic() > end or any(one.poll() is not None for one in running):
                logs = "\n".join(path.read_text("utf-8", "replace") for path in folder.glob("*.log"))
                raise RuntimeError(f"the cluster did not start: {logs}")
            time.sleep(0.1)
        yield LocalMachines(address, some, folder)
    finally:
        for one in running:
            one.kill()
        for one in running:
            one.wait(30)
