"""Small pieces of the page docs/limits.md: shares with their counts, Markdown tables, lists of names."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

_BOUND = "\x1f"  # stands for a blank at which a line is not to be broken


def share(hits: int, of: int) -> str:
    """Return "41 of 42 = 97.6 %"; a dash where nothing was tried."""
    return "–" if of == 0 else f"{hits} of {of} = {percent(hits, of)}"


def percent(hits: int, of: int) -> str:
    """Return a percentage with one decimal, none where it is whole, never rounded up to 100 or down to 0."""
    value = 100 * hits / of
    shown = f"{value:.1f}"
    if hits < of and shown == "100.0":
        shown = "99.9"
    elif hits > 0 and shown == "0.0":
        shown = "0.1"
    return f"{shown.removesuffix('.0')} %"


def table(head: Sequence[str], body: Iterable[Sequence[Any]]) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [_row(head), _row(["---"] * len(head))]
    lines += [_row([str(cell) for cell in row]) for row in body]
    return [*lines, ""]


def paragraph(text: str) -> list[str]:
    """Return a paragraph in lines of at most 120 characters, and an empty line."""
    return [*_wrapped(text, "", ""), ""]


def bullet(text: str) -> list[str]:
    """Return one point of a list in lines of at most 120 characters."""
    return _wrapped(text, "- ", "  ")


def _wrapped(text: str, first: str, further: str) -> list[str]:
    """Return lines that begin as said and never part a number from its per cent sign."""
    wrapper = textwrap.TextWrapper(120, first, further, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_BOUND, " ") for line in wrapper.wrap(text.replace(" %", _BOUND + "%"))]


def names(found: Iterable[str]) -> str:
    """Return names as a list in words; "none" where there are none."""
    return ", ".join(found) or "none"


def middle(values: Sequence[float], digits: int = 2) -> str:
    """Return the median; a dash for no values."""
    return f"{statistics.median(values):.{digits}f}" if values else "–"


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with so many digits; a dash where it is missing."""
    return "–" if value is None else f"{value:.{digits}f}"


def cell(text: str) -> str:
    """Return a text that stays inside one cell of a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
