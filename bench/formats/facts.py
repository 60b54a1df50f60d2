"""What a table of formats is made of: facts, each with the tests that fail when it stops being true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.tables import cell, paragraph, table


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence or a part of one, and the tests that hold it: "core/media/test_png.py::test_name", below tests/."""

    text: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A format (or a kind of damage) and what is said of it, a cell for each column of the section."""

    name: str
    cells: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its table, and paragraphs before and behind it."""

    title: str
    columns: tuple[str, ...]  # with the one of the names
    rows: tuple[Row, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def facts(self) -> Iterator[Fact]:
        """Yield all facts of the table."""
        for row in self.rows:
            for facts in row.cells:
                yield from facts

    def lines(self) -> list[str]:
        """Return the section as Markdown. ValueError where a row has not a cell for each column."""
        lines = [f"## {self.title}", ""]
        for text in self.before:
            lines += paragraph(text)
        body = []
        for row in self.rows:
            if len(row.cells) != len(self.columns) - 1:
                raise ValueError(f"{row.name}: {len(row.cells)} cells for {len(self.columns)} columns")
            body.append([row.name, *(cell(" ".join(fact.text for fact in facts)) for facts in row.cells)])
        lines += table(self.columns, body)
        for text in self.after:
            lines += paragraph(text)
        return lines


def fact(text: str, *tests: str) -> Fact:
    """Return a fact. A test without a file lies in the file that the first one names."""
    whole: list[str] = []
    for test in tests:
        whole.append(test if "::" in test else f"{whole[0].partition('::')[0]}::{test}")
    return Fact(text, tuple(whole))
