"""Killing the process at any point of protecting a batch loses nothing: see tests/core/killed.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMORY_DISK = Path("/dev/shm")  # a killed process does not lose what the system holds, so no disk need turn for it
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if not os.access(MEMORY_DISK, os.W_OK):
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(dir=MEMORY_DISK))
    yield made
    shutil.rmtree(made)


def trials(folder: Path, kind: str, *, calls: int, lines: int) -> int:
    """Kill at every so many-th call and line; return how many trials there were, all of them clean."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.killed", str(folder), kind, str(calls), str(lines)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *wrong, count = [json.loads(line) for line in done.stdout.splitlines()]
    assert wrong == []
    return int(count["calls"] + count["lines"])


def test_killed_anywhere_files_and_catalog_agree(folder: Path) -> None:
    assert trials(folder, "fake", calls=6, lines=40) >= 50


@pytest.mark.slow
def test_killed_at_every_single_point(folder: Path) -> None:
    assert trials(folder, "fake", calls=1, lines=1) >= 1000


@pytest.mark.slow
def test_killed_at_many_points_of_real_files(folder: Path) -> None:
    assert trials(folder, "real", calls=23, lines=211) >= 15
