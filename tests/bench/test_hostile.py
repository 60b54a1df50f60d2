"""Mutated files are always the same for a seed, valid ones are read, and no mutated one breaks or swells anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import hostile, valid
from bench.mutations import MUTATIONS, mutated
from core.apart import close
from core.errors import CountermarkError
from core.reading import read_medium


def test_valid_files_are_read(tmp_path: Path) -> None:
    elsewhere = set()
    for name, data in valid.files().items():
        path = tmp_path / name
        path.write_bytes(data)
        try:
            facts = read_medium(path).facts()
        except CountermarkError:
            elsewhere.add(path.suffix)
            continue
        assert sorted((facts["width"], facts["height"])) == [56, 72] if "width" in facts else facts["seconds"] > 0.4
    assert not elsewhere


def test_mutations_come_from_their_seed() -> None:
    files = [("a.bin", bytes(range(256)) * 8), ("b.bin", b"other" * 100)]
    first = [mutated(files, number, 1) for number in range(200)]
    assert first == [mutated(files, number, 1) for number in range(200)]
    assert first != [mutated(files, number, 2) for number in range(200)]
    assert {way for _, done, _ in first for way in done.split("+")} == {way.__name__ for way in MUTATIONS}
    assert sum(data != dict(files)[name] for name, _, data in first) > 190
    assert {name for name, _, _ in first} == {"a.bin", "b.bin"}
    for number in range(300):
        assert mutated([("empty", b""), ("one", b"1")], number, 3)[0] in ("empty", "one")


@pytest.mark.parametrize("count", [200, pytest.param(3000, marks=pytest.mark.slow)])
def test_mutated_files_break_nothing(tmp_path: Path, count: int) -> None:
    rows = list(hostile.rows(None, tmp_path / "scratch", count=count))
    close()
    whole = rows[-1]
    assert [row for row in rows if "failure" in row] == []
    assert whole["case"] == "all" and whole["files"] == count
    assert sum(row["files"] for row in rows if "format" in row) == count
    assert sum(row.get("read", 0) for row in rows) > count / 10 < sum(row.get("said", 0) for row in rows)
    assert whole["memory"] - whole["memory_before"] < 200 and whole["worker_memory"] < hostile.MEMORY
    assert list((tmp_path / "scratch").iterdir()) == []
