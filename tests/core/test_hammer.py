"""Several processes work on one catalog at once, for as long as it takes: no error, no lost row, no serial twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.model import Recipient
from tests.core.hammer import KEY

ROOT = Path(__file__).resolve().parents[2]


def hammered(folder: Path, names: tuple[str, ...], seconds: float) -> dict[str, int]:
    """Return what all processes did together, after everything was found in order."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.core.hammer", str(folder), str(seconds), name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    said = [process.communicate() for process in running]
    assert [(process.returncode, errors) for process, (_, errors) in zip(running, said, strict=True)] == [
        (0, "") for _ in names
    ]
    told = [json.loads(out) for out, _ in said]
    with Catalog(folder) as catalog:
        assert catalog.problems() == []
        serials = [serial for one in told for serial in one["serials"]]
        assert sorted(serials) == catalog.serials(KEY).tolist()
        for one in told:
            for name in one["recipients"]:  # an undo may have put it into the bin, but it is there
                assert catalog.recipient_by_name(name) is not None
        assert catalog.count(Recipient) >= 1
    counts: dict[str, int] = {}
    for one in told:
        for kind, count in one["done"].items():
            counts[kind] = counts.get(kind, 0) + count
    return counts


def test_two_processes_hammer_one_catalog(tmp_path: Path) -> None:
    done = hammered(tmp_path / "home", ("window", "command line"), 5.0)
    assert sum(done.values()) > 80 and done["copy"] > 0


@pytest.mark.slow
def test_two_processes_hammer_one_catalog_for_five_minutes(tmp_path: Path) -> None:
    done = hammered(tmp_path / "home", ("window", "command line"), 300.0)
    print(json.dumps(done))
    assert sum(done.values()) > 1000 and done["backup"] > 0
