"""Sentences of the core are known again by their patterns, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sentences import FILE, Sentences

GERMAN = {
    "{name} is empty.": "{name} ist leer.",
    "{name} holds {count} pages; the first one was seen.": "Von {count} Seiten in {name} sah man die erste.",
    "Choose another file.": "Wählen Sie eine andere Datei.",
    "The {what} cannot be sorted.": "{what} lassen sich nicht sortieren.",
    "works": "Werke",
    "No consent is on file{terms}.": "Keine Einwilligung liegt vor{terms}.",
    "{path} is very bad: {reason}": "{path} ist schlecht: {reason}",
    "mirrored": "gespiegelt",
    "mirrored top to bottom": "auf den Kopf gespiegelt",
    "turned by {count} degrees": "um {count} Grad gedreht",
    "{a}: {b}": "{b} bei {a}",
    "Use {{braces}} in {name}.": "{{Klammern}} in {name}.",
}
KNOWN = Sentences(GERMAN)


def german(text: str) -> str:
    return GERMAN.get(text, text)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("a.jpg is empty.", "a.jpg ist leer."),
        ("a{count}.tif holds 3 pages; the first one was seen.", "Von 3 Seiten in a{count}.tif sah man die erste."),
        ("Nobody knows this. Choose another file.", "Nobody knows this. Wählen Sie eine andere Datei."),
        ("The works cannot be sorted.", "Werke lassen sich nicht sortieren."),
        ("x is very bad: no. And more.", "x ist schlecht: no. And more."),
        ("My file.jpg: Choose another file.", "My file.jpg: Wählen Sie eine andere Datei."),
        ("No consent is on file.", "Keine Einwilligung liegt vor."),
        ("one: two", "one: two"),  # too little of its own to be known again
        ("mirrored by hand", "mirrored by hand"),
        ("Use {braces} in x.", "{Klammern} in x."),
        ("", ""),
    ],
)
def test_known_again(english: str, said: str) -> None:
    assert KNOWN.again(english, german) == said


def test_lists() -> None:
    assert KNOWN.listed("mirrored top to bottom, turned by 4 degrees", german) == [
        "auf den Kopf gespiegelt",
        "um 4 Grad gedreht",
    ]
    assert KNOWN.listed("mirrored, something else", german) == ["gespiegelt", "something else"]


def test_values_are_set_apart() -> None:
    assert KNOWN.again("a.jpg is empty.", german, lambda value: f"<{value}>") == "<a.jpg> ist leer."


@given(st.text(max_size=60))
def test_any_text_comes_through(text: str) -> None:
    said = KNOWN.again(text, lambda known: known)
    assert said.split() == text.split() or "{" in text


def test_our_own_patterns_are_known() -> None:
    patterns = json.loads(FILE.read_text("utf-8"))
    assert len(patterns) > 300
    known = Sentences(patterns)
    said = known.again("a.jpg could not be written: no space.", lambda pattern: f"<{pattern}>")
    assert said == "<a.jpg could not be written: no space.>"
