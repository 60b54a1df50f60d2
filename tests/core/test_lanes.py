"""Two computers with one key never issue the same serial."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import copies
from core.catalog.store import Catalog
from core.errors import CatalogError, KeyFileError
from core.lanes import LANES, SERIALS_EACH, Lane, random_lane
from core.model import SERIALS

KEY = "0123456789abcdef"


def drawn(catalog: Catalog, lane: Lane | None, count: int) -> set[int]:
    with catalog._database.changing() as connection:
        return {copies.issue(connection, KEY, lane) for _ in range(count)}


def test_lanes_divide_the_serials() -> None:
    every = [serial for number in range(LANES) for serial in Lane(number, alone=False).ranges()[0]]
    assert every == [*range(SERIALS)]
    for wrong in (-1, LANES):
        with pytest.raises(KeyFileError, match="between 0 and 63"):
            Lane(wrong)


def test_computers_draw_apart(tmp_path: Path) -> None:
    with Catalog(tmp_path / "one") as one, Catalog(tmp_path / "other") as other:
        first, second = drawn(one, Lane(0, alone=False), 500), drawn(other, Lane(5, alone=False), 500)
    assert len(first) == len(second) == 500 and not first & second
    assert {serial // SERIALS_EACH for serial in first} == {0} and {serial // SERIALS_EACH for serial in second} == {5}


def test_a_full_lane_ends_what_is_shared_and_not_what_is_alone(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        catalog.note_serials(KEY, (serial for serial in range(SERIALS_EACH) if serial != 77))
        assert drawn(catalog, Lane(0), 1) == {77}
        with pytest.raises(CatalogError, match="computer number 0"):
            drawn(catalog, Lane(0, alone=False), 1)
        (beyond,) = drawn(catalog, Lane(0), 1)
        assert beyond >= SERIALS_EACH


def test_serials_of_another_computer_are_looked_for_and_never_issued(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        catalog.note_serials(KEY, [5, 5, 9, SERIALS, -1])
        catalog.note_serials(KEY, [9])
        assert catalog.serials(KEY).tolist() == [5, 9]


def test_a_random_lane_is_never_the_first_nor_a_taken_one() -> None:
    assert random_lane([*range(1, LANES - 1)]) == LANES - 1
    assert all(0 < random_lane() < LANES for _ in range(200))
    with pytest.raises(KeyFileError, match="All computer numbers"):
        random_lane(range(LANES))
