"""A paper as plain text, for letters, forms on the web and e-mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from core.document import MISSING, Block, Facts, Grid, Heading, Paper, Picture, Points, Signatures, Text

WIDTH = 96


def text_of(paper: Paper) -> str:
    """Return the paper as text of lines of at most 96 signs (long words stand alone)."""
    parts = [paper.title.upper(), *filter(None, [paper.below]), ""]
    if paper.missing:
        parts += [*_filled(f"NOT COMPLETE. Missing: {'; '.join(paper.missing)}."), ""]
    for block in paper.blocks:
        parts += [*_lines(block), ""]
    parts += ["-" * WIDTH, *_filled(paper.foot)]
    return "\n".join(parts).rstrip() + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield from (text, "=" * len(text))
        case Text(text):
            for part in text.split("\n"):
                yield from _filled(part) or [""]
        case Points(items, ticks):
            for item in items:
                yield from _filled(item, "[ ] " if ticks else "- ")
        case Facts(rows, form):
            for label, value in rows:
                yield from _filled(value or ("_" * 40 if form else MISSING), f"{label}: ")
        case Grid(head, rows):
            for row in rows:
                yield from _filled("; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True)), "- ")
        case Picture(_, caption, name):
            yield from _filled(f"[Picture {name}: {caption}]" if name else f"[Picture: {caption}]")
        case Signatures(who):
            for name in who:
                yield from ("", f"{'_' * 44}    {'_' * 24}", f"{name:<44}    Date and place")


def _filled(text: str, start: str = "") -> list[str]:
    lines: list[str] = []
    for number, part in enumerate(text.split("\n")):
        lines += textwrap.wrap(
            part,
            WIDTH,
            initial_indent="" if number else start,
            subsequent_indent=" " * min(len(start), 4),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
