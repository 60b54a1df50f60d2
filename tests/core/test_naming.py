"""Names of copies are readable, allowed everywhere, never too long."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError
from core.naming import FIELDS, USUAL, Naming, title_of

DAY = date(2026, 3, 31)


def copy_name(source: str, recipient: str, suffix: str | None = None) -> str:
    """Return a copy's name as it is where nobody asked for another."""
    (name,) = Naming().path(source, recipient, suffix=suffix).parts
    return name


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


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (USUAL, "reel (Studio A).wav"),
        ("{recipient}/{name}", "Studio A/reel.wav"),
        ("{date}\\{recipient}\\{name}", "2026-03-31/Studio A/reel.wav"),
        ("{name} - {purpose}", "reel - casting.wav"),
        ("{name}_{recipient}_{date}", "reel_Studio A_2026-03-31.wav"),
        ("Ann {{voice}} {name}", "Ann {voice} reel.wav"),
    ],
)
def test_patterns_say_what_copies_are_called_and_where_they_lie(pattern: str, path: str) -> None:
    assert Naming(pattern).path("reel.wav", "Studio A", purpose="casting", day=DAY) == PurePath(path)


def test_a_field_that_says_nothing_leaves_no_trace() -> None:
    for pattern in ("{name} - {purpose}", "{name} ({purpose})", "{purpose}_{name}", "{name} [{purpose}]"):
        assert Naming(pattern).path("reel.wav", "Ann").parts == ("reel.wav",)
    assert Naming("{purpose}/{name}").path("reel.wav", "Ann").parts == ("reel", "reel.wav")
    assert Naming("{name} {purpose} ({recipient})").path("a.wav", "Ann").parts == ("a (Ann).wav",)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "called the same"),
        ("{recipient}", "called the same"),
        ("{name", "brackets"),
        ("{name} {serial}", "a field “serial”"),
        ("{name} {}", "a field “”"),
        ("{name!r}", "more than its name"),
        ("{name:>300}", "more than its name"),
        ("/{name}", "not every system allows"),
        ("../{name}", "not every system allows"),
        ("a//{name}", "not every system allows"),
        ("C:/{name}", "not every system allows"),
        ("{name}?", "not every system allows"),
        ("{name}\n", "not every system allows"),
        (" /{name}", "not every system allows"),
        ("{name}" + "x" * 120, "more than 120"),
    ],
)
def test_patterns_that_name_nothing_are_refused(pattern: str, why: str) -> None:
    with pytest.raises(RefusedError) as caught:
        Naming(pattern)
    assert why in caught.value.message and "{purpose}" in caught.value.hint


def test_names_of_devices_are_avoided() -> None:
    assert Naming("{name}").path("con.wav", "Ann").parts == ("con_.wav",)
    assert Naming("{recipient}/{name}").path("a.wav", "NUL").parts == ("NUL_", "a.wav")


_PIECES = ["/", " ", "(", ")", "x", *(f"{{{field}}}" for field in FIELDS)]


@settings(deadline=None)
@given(
    st.text("ab/\\{}. -()", max_size=20).map(lambda text: text + "{name}")
    | st.lists(st.sampled_from(["/", " ", "(", ")", "x", *(f"{{{field}}}" for field in FIELDS)]), max_size=9).map(
        "".join
    ),
    st.text(min_size=1, max_size=300),
    st.text(max_size=200),
    st.text(max_size=200),
)
def test_whatever_a_pattern_says_the_copy_stays_below_its_folder(
    pattern: str, source: str, recipient: str, purpose: str
) -> None:
    try:
        naming = Naming(pattern)
    except RefusedError:
        return
    path = naming.path(source.replace("/", "").replace("\x00", "") or "x", recipient, purpose=purpose)
    assert not path.is_absolute() and len(path.parts) <= pattern.count("/") + pattern.count("\\") + 1
    for part in path.parts:
        assert part.strip(" .") and len(part.encode()) <= 236
        assert not set(part) & set('<>:"/\\|?*') and not any(ord(sign) < 32 or sign == "\x7f" for sign in part)
