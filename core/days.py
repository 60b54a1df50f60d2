"""Days and moments as people write them, in English: "28 November 2026" for 2026-11-28."""

from __future__ import annotations

from datetime import UTC, date, datetime

_MONTHS = (  # not the locale's: reports, letters and sentences are English wherever they are read
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def written(day: date) -> str:
    """Return a day as letters write it: "27 November 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day(moment: str) -> str:
    """Return the day of an ISO 8601 moment where its reader is: "3 March 2026"."""
    return written(local_day(moment))


def local_day(moment: str = "") -> date:
    """Return the day of an ISO 8601 moment where its reader is; without one today."""
    when = datetime.fromisoformat(moment) if moment else datetime.now(UTC)
    return when.astimezone().date()


def day_in(text: str) -> str:
    """Return the day, as 2026-03-03, that a text is as `written` writes it; empty for any other text."""
    number, _, rest = text.partition(" ")
    month, _, year = rest.partition(" ")
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(number)).isoformat()
    except ValueError:
        return ""


def long_day(text: str) -> str:
    """Return the day of an ISO 8601 day or moment in its own zone: "27 November 2026"; any other text as it is."""
    try:
        return written(datetime.fromisoformat(text))
    except ValueError:
        return text


def long_moment(text: str) -> str:
    """Return an ISO 8601 moment with its zone: "27 November 2026, 20:15:03 UTC"; any other text as it is.

    What the text leaves open is not made up: a day stays a day, and a time without a zone has none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    _, timed, clock = text.replace(" ", "T").partition("T")
    if not timed:
        return written(moment)
    told = f"{moment:%H:%M:%S}" if clock.count(":") > 1 and clock[5:6] == ":" else f"{moment:%H:%M}"
    return f"{written(moment)}, {told}{_zone(moment)}"


def _zone(moment: datetime) -> str:
    shift = f"{moment:%z}"
    return "" if not shift else " UTC" if not moment.utcoffset() else f" UTC{shift[:3]}:{shift[3:5]}"
