"""Killing the process at any point loses nothing: of protecting a batch (killed.py), of editing (killed_records.py)."""

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


def ended(program: str, *arguments: object) -> dict[str, int]:
    """Return what a program of trials counted, all of them clean."""
    done = subprocess.run(
        [sys.executable, "-m", program, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *wrong, count = [json.loads(line) for line in done.stdout.splitlines()]
    assert wrong == []
    return dict(count)


def trials(folder: Path, kind: str, *, calls: int, lines: int) -> int:
    """Kill at every so many-th call and line; return how many trials there were, all of them clean."""
    count = ended("tests.core.killed", folder, kind, calls, lines)
    return count["calls"] + count["lines"]


def test_killed_anywhere_files_and_catalog_agree(folder: Path) -> None:
    assert trials(folder, "fake", calls=6, lines=40) >= 50


@pytest.mark.slow
def test_killed_at_every_single_point(folder: Path) -> None:
    assert trials(folder, "fake", calls=1, lines=1) >= 1000


@pytest.mark.slow
def test_killed_at_many_points_of_real_files(folder: Path) -> None:
    assert trials(folder, "real", calls=23, lines=211) >= 15


def test_killed_while_editing_every_operation_is_whole(folder: Path) -> None:
    count = ended("tests.core.killed_records", folder, "edits", 16, 1)
    assert count["trials"] == 16 and count["calls"] > 500 and count["lines"] > 5000


def test_killed_while_restoring_no_catalog_is_lost(folder: Path) -> None:
    assert ended("tests.core.killed_records", folder, "restore", 10, 1)["trials"] == 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_killed_at_hundreds_of_points_of_editing(folder: Path, seed: int) -> None:
    assert ended("tests.core.killed_records", folder, "edits", 200, seed)["trials"] == 200


@pytest.mark.slow
def test_killed_at_many_points_of_restoring(folder: Path) -> None:
    assert ended("tests.core.killed_records", folder, "restore", 100, 2)["trials"] == 100
