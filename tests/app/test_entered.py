"""What people type becomes what the catalog stores, in their own way of writing, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from app.entered import amount_of, amount_words, day_of, day_words, moment_of, moment_words


@pytest.fixture(params=["C", "en_GB", "en_US", "de_DE", "fr_FR", "sv_SE", "ar_EG"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(QLocale.c())


@pytest.mark.parametrize("day", ["2026-12-31", "1999-01-02", "2027-03-09"])
def test_a_day_comes_back_as_it_is_shown(locale: str, day: str) -> None:
    assert day_of(day_words(day)) == day
    assert day_of(f" {day} ") == day


@pytest.mark.parametrize(
    ("text", "day"), [("31.12.2026", "2026-12-31"), ("1.2.2027", "2027-02-01"), ("31 December 2026", "2026-12-31")]
)
def test_days_are_understood_in_other_ways(text: str, day: str) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("moment", ["2026-12-31T18:30", "2027-03-09T00:05"])
def test_a_moment_comes_back_as_it_is_shown(locale: str, moment: str) -> None:
    stored = datetime.fromisoformat(moment).astimezone().isoformat(timespec="minutes")
    assert moment_words(stored) != stored and moment_of(moment_words(stored)) == stored
    assert moment_words(stored).endswith(moment[-5:])
    assert moment_of(moment.replace("T", " ")) == stored
    assert moment_of(moment_words("2026-12-31")) == "2026-12-31"


@pytest.mark.parametrize("text", ["soon", "31 Dec 2026, 25:00", "2026-12-31T18:30+01:00", "at 18:30", ""])
def test_what_is_no_moment_of_ours_stays_as_it_was_typed(text: str) -> None:
    assert moment_of(text) == text


@pytest.mark.parametrize("text", ["soon", "31.12.26", "32.1.2026", "2026-02-30", "12", ""])
def test_what_is_no_day_stays_as_it_was_typed(text: str) -> None:
    assert day_of(text) == text and day_words(text) == text


@given(st.dates(min_value=date(1971, 1, 1)))
def test_every_day_comes_back(day: date) -> None:
    assert day_of(day_words(day.isoformat())) == day.isoformat()


@pytest.mark.parametrize(
    "amount", ["0", "12", "1250.00", "999999.99", "1234567", "1234567.5", "0.004", "1.125", "12.3456", "1250.125"]
)
def test_an_amount_comes_back_as_it_is_shown(locale: str, amount: str) -> None:
    if locale != "ar_EG":  # whose digits are others; they are handed on as they are
        assert amount_of(amount_words(amount)) == amount
    if amount not in ("1.125", "1250.125"):  # which are thousands where points part these
        assert amount_of(amount) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("450,5", "450.5"), ("1.250,00", "1250.00"), ("1,250.00", "1250.00"), ("1 250", "1250"), ("1’250’000", "1250000")],
)
def test_amounts_are_understood_with_other_signs(text: str, amount: str) -> None:
    assert amount_of(text) == amount


@pytest.mark.parametrize("text", ["1.250", "a lot", "-5", "1,2,3", "1.25.00", "1,250,00", ""])
def test_what_could_mean_two_things_stays_as_it_was_typed(text: str) -> None:
    assert amount_of(text) == text


def test_a_single_group_counts_where_the_locale_writes_it_so() -> None:
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert amount_of("1.250") == "1250" and amount_words("1250.00", "EUR") == "1.250,00 EUR"
    finally:
        QLocale.setDefault(QLocale.c())


@given(st.text(max_size=20))
def test_any_text_is_taken(text: str) -> None:
    amount_of(text)
    day_of(text)
