"""Papers: nothing is lost in any of the three forms, foreign text cannot break them, PDF is the same each time."""

from __future__ import annotations

import io
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from core.document import Facts, Grid, Heading, Paper, Picture, Points, Signatures, Text
from core.paper.html import html_of
from core.paper.pdf import pdf_of
from core.paper.plain import WIDTH, text_of


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 300), "#336699").save(buffer, "PNG")
    return buffer.getvalue()


PAPER = Paper(
    title="Report <on> a find",
    below="Case no. 7",
    blocks=(
        Heading("What was found"),
        Text("Zoë Łukasz & 山田 <script>alert(1)</script>\nsecond line"),
        Text("Strong words", strong=True),
        Points(("first point", "second point")),
        Points(("to tick",), ticks=True),
        Facts((("Hash", "ab" * 32), ("Nothing", ""))),
        Facts((("To fill in", ""),), form=True),
        Grid(("Law", "State"), (("A long name of a law", "missing"),) * 60),
        Heading("Picture"),
        Picture(png(), "A blue field", "blue.png"),
        Signatures(("The creator",)),
    ),
    foot="No legal advice.",
    missing=("a phone number",),
)
SAID = ("Case no. 7", "What was found", "Łukasz", "Strong words", "second point", "to tick", "ab" * 32, "A blue field")


def test_text_holds_everything_in_short_lines() -> None:
    text = text_of(PAPER)
    assert all(said in text for said in SAID) and "Missing: a phone number" in text
    assert "Nothing: [missing]" in text and "To fill in: ____" in text and "[ ] to tick" in text
    assert max(len(line) for line in text.splitlines() if len(line.split()) > 2) <= WIDTH


def test_html_is_whole_and_holds_no_foreign_tags() -> None:
    page = html_of(PAPER)
    opened: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag != "script" and not any((value or "").startswith("http") for _, value in attrs)
            if tag not in ("meta", "br", "img"):
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Tags().feed(page)
    assert not opened and all(said in page for said in SAID) and "default-src 'none'" in page


def test_pdf_is_the_same_each_time_and_has_its_pages(tmp_path: Path) -> None:
    made = pdf_of(PAPER)
    assert made == pdf_of(PAPER) and made.startswith(b"%PDF-")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed, so nobody reads the PDF here")
    (tmp_path / "a.pdf").write_bytes(made)
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, check=True)
    text = done.stdout.decode()
    flat = "".join(text.split())
    assert all("".join(said.split()) in flat for said in SAID) and "page 1 of 3" in text and "page 3 of 3" in text
    assert text.count("No legal advice.") == 3 and text.count("Law ") >= 2
    heading, picture = text.rindex("Picture"), text.index("A blue field")
    assert "\f" not in text[heading:picture], "a heading stayed behind when its picture went to the next page"
