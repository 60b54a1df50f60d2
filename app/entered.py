"""What people type, as the catalog stores it: days and amounts, written in the reader's own way.

What cannot be understood is handed on as it was typed, so that whoever checks it can say what was expected.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from PySide6.QtCore import QDate, QLocale

from app.i18n import date, joined

_WEEKDAY = re.compile(r"d{3,4}[,.،]?\s*|[,،]?\s*d{3,4}")
_TIMED = re.compile(r"(.*\w)\W{1,3}(\d{1,2}):(\d\d)")  # a day and a time, any comma between
_YEAR = re.compile(r"\b\d{4}\b")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_FINE = re.compile(r"(0(?=[.,]\d{3}$)|\d+(?=[.,]\d{4}))[.,](\d+)")  # fractions that cannot be thousands
_GROUPED = re.compile(r"(\d{1,3}(?:(?P<part>[.,'’ \u00a0\u202f])\d{3})(?:(?P=part)\d{3})*)(?:(?!(?P=part))[.,](\d+))?")
_PATTERNS = ("d.M.yyyy", "d/M/yyyy", "d MMMM yyyy", "d MMM yyyy", "d. MMMM yyyy", "MMMM d, yyyy", "MMM d, yyyy")


def day_of(text: str) -> str:
    """Return the day that a text stands for, as 2026-12-31: in that form, or as the reader's locale writes days.

    Years have four digits, so that no century is guessed.
    """
    clean = " ".join(text.split())
    try:
        return datetime.date.fromisoformat(clean).isoformat()
    except ValueError:
        pass
    if _YEAR.search(clean):
        locale = QLocale()
        long = _WEEKDAY.sub("", locale.dateFormat(QLocale.FormatType.LongFormat), count=1).strip(" ,")
        short = locale.dateFormat(QLocale.FormatType.ShortFormat)
        for pattern in (long, long.replace("MMMM", "MMM"), short, *_PATTERNS):
            found: QDate = locale.toDate(clean, pattern)
            if found.isValid() and found.year() > 999:
                return found.toString("yyyy-MM-dd")
    return clean


def day_words(day: str) -> str:
    """Return a stored day as people read it, "31 Dec 2026"; a text that is no day stays as it is."""
    try:
        return date(day, short=True)
    except (ValueError, OSError, OverflowError):  # no day, or one that the system's clock does not know
        return day


def moment_of(text: str) -> str:
    """Return the day or moment that a text stands for, as 2026-12-31 or 2026-12-31T18:30+01:00.

    A moment is a day with hours and minutes behind it, "31 Dec 2026, 18:30", where the reader is.
    """
    clean = " ".join(text.split())
    timed = _TIMED.fullmatch(clean)
    day = day_of(timed[1]) if timed else ""
    try:
        local = datetime.datetime.fromisoformat(f"{day}T{int(timed[2]):02d}:{timed[3]}") if timed else None
        return local.astimezone().isoformat(timespec="minutes") if local else day_of(clean)
    except (ValueError, OSError, OverflowError):
        return clean


def moment_words(moment: str) -> str:
    """Return a stored day or moment as people read it, "31 Dec 2026, 18:30"; other texts stay as they are."""
    day, clock, _ = moment.strip().partition("T")
    if not clock:
        return day_words(day)
    try:
        local = datetime.datetime.fromisoformat(moment.strip()).astimezone()
        return joined((date(local.isoformat(), short=True), f"{local:%H:%M}"))
    except (ValueError, OSError, OverflowError):
        return moment


def amount_of(text: str) -> str:
    """Return the amount that a text stands for, as 1250.50: with any sign for the fraction, and between thousands.

    A single group of three digits behind a point or comma counts as thousands only where the reader's locale writes
    them so; elsewhere it could be a fraction, and stays as it was typed.
    """
    clean = text.strip()
    if plain := _PLAIN.fullmatch(clean) or _FINE.fullmatch(clean):
        return _decimal(plain[1], plain[2])
    if grouped := _GROUPED.fullmatch(clean):
        sure = len(re.findall(r"\D", grouped[1])) > 1 or grouped[3] or grouped["part"] not in ".,"
        if sure or grouped["part"] == QLocale().groupSeparator():
            return _decimal(re.sub(r"\D", "", grouped[1]), grouped[3])
    return clean


def _decimal(whole: str, fraction: str | None) -> str:
    """Return an amount without the zeros that follow a third digit of its fraction."""
    return f"{whole}.{fraction[:3]}{fraction[3:].rstrip('0')}" if fraction else whole


def amount_words(amount: str, currency: str = "") -> str:
    """Return a stored amount as people read it: "1,250.50 EUR", exact to its last digit.

    A fraction of three digits, as in fees for a stream, gets a fourth where it could be taken for thousands.
    """
    if not re.fullmatch(r"\d+(\.\d+)?", amount):
        return f"{amount} {currency}".strip()
    locale = QLocale()
    whole, _, fraction = amount.partition(".")
    if len(fraction) == 3 and whole != "0":
        fraction += "0"
    digits = re.sub(r"(?<=\d)(?=(\d{3})+$)", lambda _: locale.groupSeparator(), whole)
    return f"{digits}{locale.decimalPoint() + fraction if fraction else ''} {currency}".strip()


def money(value: Decimal, currency: str) -> str:
    """Return a sum as people read it; debts the other way round carry a minus."""
    shown = amount_words(format(abs(value), "f"), currency)
    return f"−{shown}" if value < 0 else shown
