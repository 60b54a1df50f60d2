"""Right-to-left scripts in PDF: joined, in the order of the eye line by line, and boxes rather than wrong letters."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Facts, Paper, Text
from core.paper.pdf import pdf_of
from core.paper.scripts import BOX, begins_right_to_left, joined, lines, runs_right_to_left

ARABIC = "\u0634\u0631\u0643\u0629"  # sheen reh kaf teh marbuta: "company"
JOINED = "\ufeb7\ufeae\ufedb\ufe94"  # initial, final, initial, final
HEBREW = "\u05e9\u05e8\u05d4"  # shin resh he: "Sara"
LETTERS = st.text("ab 12(" + ARABIC + HEBREW + "\u064e\u05b8", max_size=60)


def test_letters_are_joined_and_seen_from_the_right() -> None:
    assert joined(ARABIC) == JOINED and joined(HEBREW) == HEBREW
    (line,) = lines(joined(f"for {ARABIC} ({HEBREW}) and 12"), 1000, len)
    assert line == f"for ({HEBREW[::-1]}) {JOINED[::-1]} and 12"
    (line,) = lines(joined(f"{HEBREW} (Studio A) 12"), 1000, len)
    assert line == f"12 (Studio A) {HEBREW[::-1]}"
    assert begins_right_to_left(f"12 {HEBREW} a") and not begins_right_to_left(f"a {HEBREW}")


def test_lines_are_broken_in_the_order_of_reading() -> None:
    words = [letter * 3 for letter in "\u05d0\u05d1\u05d2\u05d3"]
    assert [*lines(" ".join(words), 7, len)] == [f"{words[1]} {words[0]}", f"{words[3]} {words[2]}"]
    assert [*lines("a\n" + words[0], 7, len)] == ["a", words[0]]


@given(LETTERS, st.integers(1, 30))
def test_no_letter_is_lost_or_added(text: str, width: int) -> None:
    made = [*lines(joined(text), width, len)]
    plain = unicodedata.normalize("NFKC", "".join(made)).replace(" ", "").translate({ord("("): ")"})
    wanted = unicodedata.normalize("NFKC", text).replace(" ", "").translate({ord("("): ")"})
    assert sorted(plain) == sorted(wanted)
    assert all(len(line) <= width or " " not in line.strip() for line in made)


def test_what_cannot_be_written_is_a_box() -> None:
    assert joined("\u0710\u07ca\u0780") == 3 * BOX  # Syriac, N'Ko, Thaana
    assert joined("\u0620") == BOX  # an Arabic letter without joined forms
    assert not runs_right_to_left("Zo\u00eb 12") and runs_right_to_left(HEBREW)


def written(text: str, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed, so nobody reads the PDF here")
    made = pdf_of(Paper("Title", "below", (Facts((("Name", text),)), Text(f"{text} " * 40)), "foot"))
    (folder / "a.pdf").write_bytes(made)
    assert made == pdf_of(Paper("Title", "below", (Facts((("Name", text),)), Text(f"{text} " * 40)), "foot"))
    call = ["pdftotext", "-raw", folder / "a.pdf", "-"]
    return subprocess.run(call, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_another_program_reads_the_letters(tmp_path: Path, text: str) -> None:
    found = written(text, tmp_path)
    assert unicodedata.normalize("NFKC", found).count(text[0]) == 41 * text.count(text[0])
    assert BOX not in found and "cannot write" not in found


def test_missing_letters_are_said_in_the_paper(tmp_path: Path) -> None:
    assert f"{BOX} stands for a letter that this PDF cannot write" in written("\u0710\u0e2a", tmp_path)
