"""Writes docs/formats.md from the rows: `python3 do.py bench formats`."""

from __future__ import annotations

from pathlib import Path

from bench.formats import damaged, films, pictures, sounds
from bench.tables import paragraph

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
SECTIONS = (*pictures.SECTIONS, *sounds.SECTIONS, *films.SECTIONS, *damaged.SECTIONS)
_TITLE = "# Formats: what a copy keeps, what changes, what is refused"
_BEFORE = (
    "A copy has the format, size, depth, sample rate, channels and length of its source, unless another format or size"
    " is asked for. Where a format cannot be written without losing something, the file is refused with one sentence"
    " that says what to do. What a file *is* decides, never its name: a PNG called `photo.jpg` is read as PNG, and its"
    " copy is named `.png`, which is said.",
    "Checking is more lenient than protecting: every format below is examined, damaged files as far as they can be"
    " decoded.",
    "This page is written by `python3 do.py bench formats` from `bench/formats/`, where every statement of a table"
    " names the tests that fail when it stops being true.",
)


def text() -> str:
    """Return the page."""
    lines = [_TITLE, ""]
    for words in _BEFORE:
        lines += paragraph(words)
    for section in SECTIONS:
        lines += section.lines()
    return "\n".join(lines).rstrip("\n") + "\n"


def write() -> None:
    """Write the page."""
    PAGE.write_text(text(), "utf-8")
