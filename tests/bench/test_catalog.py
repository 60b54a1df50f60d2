"""The made-up catalog is in order, and every measure of it does what its name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import catalog, large_catalog
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Consent, Copy, Work


def test_a_made_up_catalog_is_in_order_and_always_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        large_catalog.make(tmp_path / name, works=40, copies=300, recipients=9)
    with Catalog(tmp_path / "a") as one, Catalog(tmp_path / "b") as other:
        assert one.problems() == []
        assert (one.count(Work), one.count(Copy), one.count(Consent)) == (40, 300, 2)
        assert one.serials(large_catalog.KEY).size == 300
        assert [copy.path for copy in one.every(Copy)] == [copy.path for copy in other.every(Copy)]
        assert one.count(Work, Query(copied=False)) >= 4
        assert one.works("demo reel") or one.works("harbour")


def test_every_measure_has_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "WORKS", 2000)
    monkeypatch.setattr(catalog, "COPIES", 20_000)
    size, *rows = catalog.rows(tmp_path / "scratch", quick=True)
    assert (size["works"], size["copies"]) == (100, 1000)
    assert len(rows) > 30 and all(row["first"] > 0 and row["cpu"] >= 0 for row in rows)
    results = {row["case"]: row["result"] for row in rows}
    assert results["opening, and all serials of the key for a check"] == 1000
    assert results["restoring a backup for trial"] == results["looking whether all is in order"] == 0
    assert not (tmp_path / "scratch").exists()
