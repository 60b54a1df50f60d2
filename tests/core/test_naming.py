"""Names of copies are readable, allowed everywhere, never too long."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.naming import copy_name, title_of


@pytest.mark.parametrize(
    ("source", "recipient", "name"),
    [
        ("portrait.jpg", "Studio A", "portrait (Studio A).jpg"),
        ("Übergang.TIFF", "Galerie Öst", "Übergang (Galerie Öst).TIFF"),
        ("demo.reel.v2.wav", "Ann", "demo.reel.v2 (Ann).wav"),
        (".hidden", "Ann", ".hidden (Ann)"),
        ("no ending", "Ann", "no ending (Ann)"),
        ("a. long sentence", "Ann", "a. long sentence (Ann)"),
        ("a.jpg", 'A/B\\C:D*E?F"G<H>I|J', "a (A-B-C-D-E-F-G-H-I-J).jpg"),
        ("a.jpg", "Acme Inc.", "a (Acme Inc).jpg"),
        ("a.jpg", "...", "a (copy).jpg"),
        ("作品.png", "東京スタジオ", "作品 (東京スタジオ).png"),
    ],
)
def test_names(source: str, recipient: str, name: str) -> None:
    assert copy_name(source, recipient) == name


def test_the_ending_of_the_content_can_be_asked_for() -> None:
    assert copy_name("really a png.jpg", "Ann", suffix=".png") == "really a png (Ann).png"


def test_a_letter_is_never_cut_in_two() -> None:
    for length in range(200, 260):
        name = copy_name("x" * length + "e\u0323\u0307" * 3 + ".jpg", "Ann")
        stem = name.removesuffix(" (Ann).jpg")
        assert unicodedata.normalize("NFD", stem).lstrip("x") in {"", *("e\u0323\u0307" * n for n in (1, 2, 3))}


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=200))
def test_any_name_is_allowed_everywhere(source: str, recipient: str) -> None:
    name = copy_name(source.replace("/", "").replace("\x00", "") or "x", recipient)
    assert len(name.encode()) <= 236
    assert not set(name) & set('<>:"/\\|?*') and not any(ord(sign) < 32 or sign == "\x7f" for sign in name)
    assert name == name.rstrip(" .")
    assert name not in {".", ".."} and name.upper().split(".")[0] not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
    assert name == unicodedata.normalize("NFC", name)


def test_names_that_are_not_unicode_become_so() -> None:
    assert copy_name("caf\udce9.jpg", "Ann") == "caf\N{REPLACEMENT CHARACTER} (Ann).jpg"
    assert title_of("caf\udce9.jpg") == "caf\N{REPLACEMENT CHARACTER}"
    assert title_of("demo.reel.v2.wav") == "demo.reel.v2"
