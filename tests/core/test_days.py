"""Days are written out, as they are told or where their reader is; nothing is made up of what a text leaves open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.days import day, day_in, long_day, long_moment, written


def test_days_are_those_of_the_reader() -> None:
    assert day("2026-12-31T23:59:59+00:00") == "31 December 2026"
    assert day("2027-01-01T01:30:00+02:00") == "31 December 2026"


def test_every_day_of_a_year_is_written_and_known_again() -> None:
    days = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
    assert [day_in(written(one)) for one in days] == [one.isoformat() for one in days]
    assert len({written(one) for one in days}) == 366 and written(days[59]) == "29 February 2028"
    assert [day_in(text) for text in ("", "31 February 2028", "1 Smarch 2028", "2028-01-01")] == [""] * 4


@pytest.mark.parametrize(
    ("told", "as_day", "as_moment"),
    [
        ("2026-11-27", "27 November 2026", "27 November 2026"),
        ("2026-11-27T20:15", "27 November 2026", "27 November 2026, 20:15"),
        ("2026-11-27 20:15:03", "27 November 2026", "27 November 2026, 20:15:03"),
        ("2026-11-27T20:15+01:00", "27 November 2026", "27 November 2026, 20:15 UTC+01:00"),
        ("2026-11-27T23:15:03.5-05:30", "27 November 2026", "27 November 2026, 23:15:03 UTC-05:30"),
        ("2026-11-27T20:15:03+00:00", "27 November 2026", "27 November 2026, 20:15:03 UTC"),
        ("2026-11-27T20:15:03Z", "27 November 2026", "27 November 2026, 20:15:03 UTC"),
        ("yesterday", "yesterday", "yesterday"),
        ("", "", ""),
    ],
)
def test_what_a_text_says_is_written_out(told: str, as_day: str, as_moment: str) -> None:
    assert (long_day(told), long_moment(told)) == (as_day, as_moment)
