"""Results are stored line by line and tell right findings from wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.results import about, accused_wrongly, begun, found, load, outcome, store
from core.model import Finding, Verdict


def _finding(serial: int | None, verdict: Verdict = Verdict.CERTAIN) -> Finding:
    return Finding(serial, verdict, 1e-12 if verdict is Verdict.CERTAIN else 1e-6, 12.345)


def test_outcomes() -> None:
    right = outcome((_finding(7),), 7)
    assert right == ["c", 12.35, -12.0, 1] or right == ["c", 12.34, -12.0, 1]
    assert found(right) and not accused_wrongly(right)
    assert not found(outcome((), 7)) and not accused_wrongly(outcome((), 7))
    wrong = outcome((_finding(8),), 7)
    assert not found(wrong) and accused_wrongly(wrong)
    doubtful = outcome((_finding(8, Verdict.PROBABLE),), 7)
    assert not found(doubtful) and accused_wrongly(doubtful)
    unknown = outcome((_finding(None),), 7)
    assert not found(unknown) and not accused_wrongly(unknown)
    also_wrong = outcome((_finding(7), _finding(8)), 7)
    assert not found(also_wrong) and accused_wrongly(also_wrong)


def test_store_and_load(tmp_path: Path) -> None:
    head = about("images", seed=1)
    assert {"date", "run", "libraries", "seed"} <= head.keys()
    kept = store(tmp_path / "deep" / "images.jsonl", head, ({"file": f"ä{n}"} for n in range(3)))
    again = load(tmp_path / "deep" / "images.jsonl")
    assert again == kept
    assert [row["file"] for row in kept.rows] == ["ä0", "ä1", "ä2"]
    assert load(tmp_path / "missing.jsonl") is None


def test_a_run_that_breaks_leaves_the_older_results(tmp_path: Path) -> None:
    path = tmp_path / "images.jsonl"
    store(path, {"run": "images"}, [{"file": "old"}])

    def broken() -> Iterator[dict[str, Any]]:
        yield {"file": "new"}
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        store(path, {"run": "images"}, broken())
    kept = load(path)
    assert kept is not None and kept.rows == ({"file": "old"},)
    assert begun(path, {"run": "images", "date": "later"}) == {"new": {"file": "new"}}
    assert begun(path, {"run": "images", "code": "other"}) == {}
    path.with_suffix(".tmp").write_text('{"run":"images"}\n{"file":"new"}\n{"fi', encoding="utf-8")
    assert begun(path, {"run": "images"}) == {"new": {"file": "new"}}
    assert begun(path.with_name("never.jsonl"), {"run": "images"}) == {}
