"""Words for people: every text of the window passes through here, and dates and sizes in the reader's locale.

`tr` marks a text for translation and returns it in the reader's language; texts with values name them, as in
`tr("Protect {count} files", count=3)`, so that a translation may change their order.
"""

from __future__ import annotations

import re
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

_CONTEXT = "Countermark"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WEEKDAY = re.compile(r"d{3,4}[,.،]?\s*|[,،]?\s*d{3,4}")


def languages() -> dict[str, str]:
    """Return the languages of the window: code to its own name, English first."""
    return {"en": "English"}


def tr(text: str, **values: object) -> str:
    """Return the text in the reader's language, with its {named} values filled in."""
    translated = QCoreApplication.translate(_CONTEXT, text)
    return translated.format(**values) if values else translated


def counted(count: int, one: str, many: str, **values: object) -> str:
    """Return `one` or `many` in the reader's language; both may use {count}, written with the locale's separators."""
    return tr(one if count == 1 else many, count=number(count), **values)


def number(value: float, decimals: int = 0) -> str:
    """Return a number with the locale's separators."""
    return QLocale().toString(float(value), "f", decimals)


def date(iso: str, *, short: bool = False) -> str:
    """Return the day of an ISO 8601 time as people write it: "3 March 2026", or "3 Mar 2026" where room is short.

    In local time; empty for an empty text.
    """
    if not iso:
        return ""
    moment = datetime.fromisoformat(iso).astimezone()
    locale = QLocale()
    pattern = locale.dateFormat(QLocale.FormatType.LongFormat)
    if locale.language() == QLocale.Language.C:
        pattern = "d MMMM yyyy"
    if short:
        pattern = pattern.replace("MMMM", "MMM")
    day = QDate(moment.year, moment.month, moment.day)
    return locale.toString(day, _WEEKDAY.sub("", pattern, count=1).strip(" ,"))


def seconds(value: float) -> str:
    """Return a duration in words: "7.5 s", "41 s", "3 min 05 s"."""
    if value < 9.95:
        return tr("{value} s", value=number(value, 1))
    whole = round(value)
    if whole < 100:
        return tr("{value} s", value=number(whole))
    return tr("{minutes} min {seconds} s", minutes=number(whole // 60), seconds=f"{whole % 60:02d}")


def powers(text: str) -> str:
    """Return the text with its powers raised: "10^21" becomes "10²¹"."""
    return re.sub(r"\^(-?\d+)", lambda match: match[1].translate(_SUPERSCRIPTS), text)
