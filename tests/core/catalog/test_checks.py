"""Checks and their findings come back as they were stored."""

from __future__ import annotations

from pathlib import Path

from core.catalog.store import Catalog
from core.model import Checked, Finding, Kind, Match, Verdict
from tests.core.catalog.conftest import KEY, Maker, a_work


def finding(serial: int | None, probability: float = 2e-22) -> Finding:
    return Finding(
        serial=serial,
        verdict=Verdict.CERTAIN,
        probability=probability,
        score=11.25,
        where=((0.0, 0.5), (899.5, 600.0)),
        transform="mirrored",
        candidates=7,
        hypotheses=64,
        key_probability=1e-30,
    )


def test_a_check_comes_back_with_its_findings(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    known = Match(finding(copy.serial), catalog.work(copy.work), copy, catalog.recipient(copy.recipient), KEY)
    unknown = Match(finding(None), key=KEY)
    checked = Checked(Path("/found/ad.jpg"), Verdict.CERTAIN, (known, unknown), "Certain: ...", Kind.IMAGE)
    number = catalog.add_check(checked, sha256="ab" * 32)
    (stored,) = catalog.checks()
    assert (stored.id, stored.file, stored.path) == (number, "ad.jpg", "/found/ad.jpg")
    assert (stored.sha256, stored.verdict, stored.message, stored.kind) == (
        "ab" * 32,
        Verdict.CERTAIN,
        "Certain: ...",
        Kind.IMAGE,
    )
    assert stored.matches == (known, unknown)


def test_checks_are_found_by_copy_and_by_hash(catalog: Catalog, make_copy: Maker) -> None:
    first, second = make_copy(recipient="A"), make_copy(recipient="B")
    for copy in (first, second, second):
        match = Match(finding(copy.serial), catalog.work(copy.work), copy, catalog.recipient(copy.recipient), KEY)
        catalog.add_check(Checked(Path("x.jpg"), Verdict.CERTAIN, (match,)), sha256=f"hash {copy.id}")
    catalog.add_check(Checked(Path("broken.jpg"), Verdict.UNREADABLE, message="broken.jpg is damaged."))
    assert len(catalog.checks()) == 4
    assert len(catalog.checks(copy=first.id)) == 1
    assert len(catalog.checks(copy=second.id)) == 2
    assert len(catalog.checks(sha256=f"hash {second.id}")) == 2
    assert len(catalog.checks(work=first.work)) == 3
    other = make_copy(a_work("other"))
    similar = Match(finding(None), catalog.work(other.work), key=KEY)
    catalog.add_check(Checked(Path("like.jpg"), Verdict.PROBABLE, (similar,)), sha256="like")
    assert [check.file for check in catalog.checks(work=other.work)] == ["like.jpg"]
    newest = catalog.checks(limit=2)[1]
    assert (newest.file, newest.verdict, newest.sha256, newest.matches) == ("broken.jpg", Verdict.UNREADABLE, "", ())
