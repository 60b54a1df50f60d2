"""Checks and their findings come back as they were stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.errors import CatalogError
from core.model import Check, Checked, Consent, Finding, Kind, Likeness, Match, Similar, Verdict
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
    newest = catalog.checks(limit=1)[0]
    assert (newest.file, newest.verdict, newest.sha256, newest.matches) == ("broken.jpg", Verdict.UNREADABLE, "", ())


def test_uses_of_an_agreement_are_the_files_in_which_its_copies_were_found_for_certain(
    catalog: Catalog, make_copy: Maker
) -> None:
    house, hill = a_work("house"), a_work("hill")
    first, second, third = make_copy(house, "A"), make_copy(house, "B"), make_copy(hill, "A")
    single = catalog.add(Consent(0, "copy", copies=(second.id,)))
    of_work = catalog.add(Consent(0, "work", works=(first.work,)))
    for_one = catalog.add(Consent(0, "work for A", works=(first.work, third.work), recipients=(first.recipient,)))
    none = catalog.add(Consent(0, "none", recipients=(first.recipient,)))
    every = (single, of_work, for_one, none)
    assert [catalog.uses_found(one.id) for one in every] == [0, 0, 0, 0]
    found = [(first, "x", Verdict.CERTAIN), (first, "x", Verdict.CERTAIN), (second, "y", Verdict.CERTAIN)]
    found += [(second, "z", Verdict.PROBABLE), (third, "w", Verdict.CERTAIN), (third, "x", Verdict.CERTAIN)]
    for copy, sha256, verdict in found:
        one = replace(finding(copy.serial), verdict=verdict)
        match = Match(one, catalog.work(copy.work), copy, catalog.recipient(copy.recipient), KEY)
        catalog.add_check(Checked(Path("x.jpg"), verdict, (match,)), sha256=sha256)
    assert [catalog.uses_found(one.id) for one in every] == [1, 2, 2, 0]


def test_works_that_a_file_resembles_come_back_in_order_and_are_no_findings(catalog: Catalog, make_copy: Maker) -> None:
    first, second = (catalog.work(make_copy(a_work(name)).work) for name in ("a", "b"))
    similar = (Similar(second, Likeness.STRONG), Similar(first, Likeness.LIKELY))
    number = catalog.add_check(Checked(Path("x.jpg"), Verdict.NOTHING, similar=similar))
    other = catalog.add_check(Checked(Path("y.jpg"), Verdict.NOTHING))
    stored = catalog.get(Check, number)
    assert (stored.matches, stored.similar) == ((), similar)
    assert [check.similar for check in catalog.checks()] == [(), similar]
    copy = next(copy for copy in catalog.copies() if copy.work == first.id)
    assert catalog.checks(copy=copy.id) == []
    assert [check.file for check in catalog.checks(work=first.id)] == ["x.jpg"]
    catalog.bin(Check, [number, other])
    assert catalog.empty_bin() == (1, 1)  # what resembles a work is kept
    with pytest.raises(CatalogError), catalog._database.changing() as connection:
        connection.execute("DELETE FROM works WHERE id = ?", (first.id,))
