"""docs/formats.md is exactly what its rows make, and every fact in it is held by tests that exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from bench.formats import page
from bench.formats.facts import Row, Section, fact
from core.media.signatures import FILMS, PICTURES, SOUNDS

TESTS = Path(__file__).resolve().parents[1]


@cache
def names_in(file: Path) -> frozenset[str]:
    """Return the names of the tests in a file, without those that are left out at all times."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any(
            word in ast.unparse(mark) for mark in node.decorator_list for word in ("mark.skip(", "xfail", "mark.slow")
        )
    )


def test_the_page_is_what_its_rows_make() -> None:
    assert page.PAGE.read_text("utf-8") == page.text(), "run `python3 do.py bench formats`"


@pytest.mark.parametrize("section", page.SECTIONS, ids=lambda section: section.title)
def test_every_fact_is_held_by_tests_that_exist(section: Section) -> None:
    for found in section.facts():
        assert found.tests, found.text
        for test in found.tests:
            file, _, name = test.partition("::")
            assert (TESTS / file).is_file() and name in names_in(TESTS / file), (found.text, test)


def test_every_format_has_a_row() -> None:
    names = ", ".join(row.name for section in page.SECTIONS for row in section.rows)
    missing = [name for name in (*PICTURES, *SOUNDS, *FILMS) if name not in names]
    assert not missing


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="PNG: 1 cells for 3 columns"):
        Section("Pictures", ("format", "kept", "refused"), (Row("PNG", ((),)),)).lines()


def test_further_tests_may_leave_out_their_file() -> None:
    assert fact("x", "core/test_a.py::test_b", "test_c").tests == ("core/test_a.py::test_b", "core/test_a.py::test_c")
