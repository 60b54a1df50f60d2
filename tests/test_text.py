"""Words that have no place here: unfinished work, paths of one machine, addresses of package indexes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    ".py",
    ".md",
    ".toml",
    ".in",
    ".txt",
    ".sql",
    ".spec",
    ".css",
    ".qss",
    ".ini",
    ".cfg",
    ".json",
    ".yml",
    ".html",
}
MADE = {"build", "dist", "out", "data", "__pycache__"}
FORBIDDEN = {
    "unfinished work": re.compile(r"\b(TODO|FIXME|XXX|TBD|NotImplementedError|lorem ipsum)\b"),
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home)/\w|[A-Z]:\\Users\\"),
    "an address of a package index": re.compile(r"pypi\.|pythonhosted"),
}


def texts() -> Iterator[Path]:
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if hidden or MADE & set(parts) or not file.is_file() or file == Path(__file__).resolve():
            continue
        if file.suffix in KINDS or ".ci" in parts:
            yield file


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_forbidden_words_are_absent(kind: str) -> None:
    found = []
    for file in texts():
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if FORBIDDEN[kind].search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found


def test_the_search_finds_what_it_looks_for() -> None:
    assert FORBIDDEN["unfinished work"].search("# TODO: later")
    assert FORBIDDEN["a path of one machine"].search('open("/root/x")')
    assert FORBIDDEN["an address of a package index"].search("https://pypi.example/simple")


def test_texts_are_looked_at() -> None:
    names = {file.relative_to(ROOT).as_posix() for file in texts()}
    assert {"do.py", "core/model/works.py", "docs/architecture.md", "requirements/run.txt"} <= names


def test_python_files_say_what_they_are() -> None:
    bare = []
    for file in texts():
        if file.suffix == ".py" and "tests" not in file.relative_to(ROOT).parts:
            tree = ast.parse(file.read_text("utf-8"))
            if tree.body and not ast.get_docstring(tree):
                bare.append(str(file.relative_to(ROOT)))
    assert not bare
