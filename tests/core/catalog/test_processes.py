"""Several processes use one catalog at once: no "database is locked", no serial issued twice, locks seen by all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.catalog.locks import FileLock
from core.catalog.store import Catalog
from tests.core.catalog.conftest import KEY

ROOT = Path(__file__).resolve().parents[3]
HAMMER = """
import sys
from pathlib import Path
from core.catalog import copies
from core.catalog.store import Catalog
for _ in range(int(sys.argv[3])):
    with Catalog(Path(sys.argv[1])) as catalog:
        for _ in range(25):
            with catalog._database.changing() as connection:
                print(copies.issue(connection, sys.argv[2]))
            catalog.works("a")
"""
HOLD = """
import sys
from pathlib import Path
from core.catalog.locks import FileLock
assert FileLock.take(Path(sys.argv[1])) is not None
print("held", flush=True)
sys.stdin.readline()
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hammer(folder: Path, processes: int, rounds: int) -> None:
    running = [start(HAMMER, folder, KEY, rounds) for _ in range(processes)]
    issued: list[str] = []
    for process in running:
        said, complaints = process.communicate()
        assert (process.returncode, complaints) == (0, "")
        issued += said.split()
    assert len(set(issued)) == len(issued) == processes * rounds * 25
    with Catalog(folder) as catalog:
        assert catalog.serials(KEY).size == len(issued)


def test_two_processes_open_and_change_one_catalog(tmp_path: Path) -> None:
    hammer(tmp_path, 2, 3)


@pytest.mark.slow
def test_six_processes_hammer_one_catalog(tmp_path: Path) -> None:
    hammer(tmp_path, 6, 40)


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "a-b.lock"
    with start(HOLD, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert FileLock.take(path) is None
        process.kill()
    lock = FileLock.take(path)
    assert lock is not None
    lock.release()
