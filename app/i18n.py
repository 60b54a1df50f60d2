"""Words for people: every text of the window passes through here, and dates and sizes in the reader's locale.

`tr` marks a text for translation and returns it in the reader's language; texts with values name them, as in
`tr("Protect {count} files", count=3)`, so that a translation may change their order. The text is written out where `tr`
is called: `python3 do.py translate` reads the sources. Translations are gettext's, in `resources/translations`.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDate, QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from app.bidi import BY_ITSELF, END, led_right
from app.sentences import CONTEXT, sentences

SYSTEM = "system"
_SOURCE = "en"
_FOLDER = Path(__file__).resolve().parents[1] / "resources" / "translations"
_NAMES = {"en": "English", "de": "Deutsch", "ar": "العربية"}
_REGIONS = {"ar": "ar_AE"}  # where numbers are written with the digits of file names and serials, as ours are
_RIGHT_TO_LEFT = frozenset({"ar"})
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_DECIMALS = re.compile(r"\d+\.(\d+)")
_WEEKDAY = re.compile(r"d{3,4}[,.،]?\s*|[,،]?\s*d{3,4}")

_words: gettext.NullTranslations = gettext.NullTranslations()  # English, which is what the sources say
_right_to_left = False
_qt: list[QTranslator] = []  # of Qt's own dialogs, as long as they are in use


def languages() -> dict[str, str]:
    """Return the languages of the window: code to its own name, English first. "system" is none of them."""
    return {code: name for code, name in _NAMES.items() if code == _SOURCE or _file(code).exists()}


def chosen_language(code: str) -> str:
    """Return the language that a choice means: "system" is the first of the system's that we speak, else English."""
    known = languages()
    wanted = QLocale.system().uiLanguages() if code == SYSTEM else [code]
    spoken = (each.replace("_", "-").partition("-")[0] for each in wanted)
    return next((each for each in spoken if each in known), _SOURCE)


def use_language(code: str) -> None:
    """Speak a language from now on: "system" or one of `languages()`. Widgets that are there keep their words.

    Sets the words, the locale of dates and numbers, the direction of layouts, and the words of Qt's own dialogs.
    """
    language = chosen_language(code)
    words = gettext.NullTranslations()
    if language != _SOURCE:
        with _file(language).open("rb") as file:
            words = gettext.GNUTranslations(file)
    use_words(words, _locale(language), right_to_left=language in _RIGHT_TO_LEFT)


def use_words(words: gettext.NullTranslations, locale: QLocale, *, right_to_left: bool = False) -> None:
    """Speak with the words of a translation, write dates and numbers as a locale does, and lay out its way."""
    global _words, _right_to_left
    _words, _right_to_left = words, right_to_left
    QLocale.setDefault(locale)
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        return
    for old in _qt:
        app.removeTranslator(old)
    _qt.clear()
    _load_qt(app, locale)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)


def tr(text: str, /, **values: object) -> str:
    """Return the text in the reader's language, with its {named} values filled in."""
    return _led(_filled(_words.gettext(text), values))


def tr_as(meaning: str, text: str, /, **values: object) -> str:
    """Return the text as `tr`, where one English word means two things: `meaning` tells translators which."""
    return _led(_filled(_words.pgettext(meaning, text), values))


def counted(count: int, one: str, many: str, /, **values: object) -> str:
    """Return the form for a number in the reader's language; all may use {count}, written with its separators."""
    return _led(_filled(_words.ngettext(one, many, count), {"count": number(count), **values}))


def marked(text: str, /) -> str:
    """Return the text as it is: it stands in a table, and `shown` says it in the reader's language when it is used."""
    return text


def shown(text: str) -> str:
    """Return in the reader's language what the core or a table says: messages of errors, notes, `marked` texts.

    Whatever is no text of ours stays as it is.
    """
    if type(_words) is gettext.NullTranslations or not text:
        return text
    said = _words.gettext(text)
    return _led(said if said != text else sentences().again(text, _of_the_core, _value))


def shown_list(text: str) -> str:
    """Return a list of the core with commas between its parts in the reader's language, as `shown`."""
    if type(_words) is gettext.NullTranslations:
        return text
    return joined(sentences().listed(text, _of_the_core, _value))


def joined(parts: Iterable[str]) -> str:
    """Return a list in one line, with what parts lists in the reader's language: an Arabic comma is not a Latin one."""
    return tr_as("between the parts of a list", ", ").join(parts)


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


def _filled(text: str, values: dict[str, object]) -> str:
    if not values:
        return text
    return text.format(
        **{name: _isolated(value) if isinstance(value, str) else value for name, value in values.items()}
    )


def _isolated(value: str) -> str:
    """Return a value such that a name or a path keeps its own order between words that run from right to left."""
    return f"{BY_ITSELF}{value}{END}" if _right_to_left and value else value


def _led(text: str) -> str:
    return led_right(text) if _right_to_left else text


def _value(said: str) -> str:
    """Return a value within a sentence of the core as it stands in the language: days and numbers its way."""
    from core.days import day_in

    if _THOUSANDS.fullmatch(said):
        return number(int(said.replace(",", "")))
    if decimals := _DECIMALS.fullmatch(said):
        return number(float(said), len(decimals[1]))
    day = day_in(said)
    return _isolated(date(day) if day else said)


def _of_the_core(text: str) -> str:
    return _words.pgettext(CONTEXT, text)


def _file(language: str) -> Path:
    return _FOLDER / f"{language}.mo"


def _locale(language: str) -> QLocale:
    """Return the locale for a language: the system's own where that is of this language, for its region's habits."""
    system = QLocale.system()
    if system.name().partition("_")[0] == language or (language == _SOURCE and system == QLocale.c()):
        return system
    if language in _REGIONS:
        return QLocale(_REGIONS[language])
    return QLocale(QLocale(language).language(), system.territory())


def _load_qt(app: QGuiApplication, locale: QLocale) -> None:
    """Have Qt's own dialogs speak the language, where Qt brings its translation."""
    if locale.language() in (QLocale.Language.C, QLocale.Language.English):
        return
    made = QTranslator(QObject(app))
    if made.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(made)
        _qt.append(made)
