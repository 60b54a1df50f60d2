"""Recovery words lead back to the key or say what is wrong; a sheet holds what its owner needs, and hides from logs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import KeyFileError
from core.recovery import RecoverySheet, recovery_sheet, secret_of, words_of

SECRET = bytes(range(32))
WORDS = words_of(SECRET)


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32))
def test_words_lead_back_to_the_secret(secret: bytes) -> None:
    words = words_of(secret)
    assert secret_of(words) == secret
    assert secret_of(" ".join(word[:4].upper() for word in words)) == secret


def test_words_copied_with_the_numbers_of_a_sheet_do() -> None:
    assert secret_of("\n".join(f"{place:2d} {word}" for place, word in enumerate(WORDS, 1))) == SECRET
    assert secret_of(", ".join(f"{place}. {word}" for place, word in enumerate(WORDS, 1))) == SECRET


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({3: "xyzzy"}, "Word 3 is not"),
        ({3: "xyzzy", 17: "abandoned"}, "Words 3, 17 are no"),
        ({3: WORDS[3], 4: WORDS[2]}, "check sum is wrong"),
        ({24: "zoo" if WORDS[23] != "zoo" else "zone"}, "check sum is wrong"),
    ],
)
def test_wrong_words_are_told_by_their_places(change: dict[int, str], said: str | None) -> None:
    given = [change.get(place, word) for place, word in enumerate(WORDS, 1)]
    if said is None:
        assert secret_of(given) == SECRET
        return
    with pytest.raises(KeyFileError, match=said) as caught:
        secret_of(given)
    for word in given:
        assert word not in str(caught.value).split()  # a word of the key, mistyped or not, stays out of messages


@pytest.mark.parametrize("count", [0, 1, 23, 25])
def test_a_wrong_count_is_told(count: int) -> None:
    with pytest.raises(KeyFileError, match=f"24 recovery words; {count} were"):
        secret_of([WORDS[0]] * count)


def sheet() -> RecoverySheet:
    return recovery_sheet(WORDS, key="0123456789abcdef", creator="Ada <Studio>", label="masters", made="2026-11-27")


def test_a_sheet_can_be_printed() -> None:
    made = sheet()
    assert [place for row in made.grid() for place, _ in row] == [*range(1, 25)]
    text, html = made.text(), made.html()
    for word in (*WORDS, "0123456789abcdef", "2026-11-27", "masters"):
        assert word in text and word in html
    assert "Ada &lt;Studio&gt;" in html and "<Studio>" not in html
    assert max(map(len, text.splitlines())) <= 80
    assert secret_of(" ".join(text.split("\n\n")[2].split())) == SECRET


def test_a_sheet_asks_for_some_words_again() -> None:
    made = sheet()
    assert len(set(made.retype)) == 3 and made.retype == sheet().retype
    right = {place: f" {WORDS[place - 1].upper()} " for place in made.retype}
    assert made.wrong(right) == ()
    assert made.wrong({}) == made.retype
    assert made.wrong(right | {made.retype[1]: "zoo"}) == (made.retype[1],)


def test_a_sheet_does_not_show_its_words_in_logs() -> None:
    assert not any(word in repr(sheet()).split("instructions")[0] for word in WORDS if len(word) > 3)
    assert "words" not in repr(sheet()).split("instructions")[0].replace("masters", "")
