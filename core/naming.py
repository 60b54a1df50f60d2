"""The names of copies: "portrait (Studio A).jpg", or as a pattern says; allowed on every system and never too long."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from string import Formatter

from core.catalog.text import plain
from core.days import local_day
from core.errors import RefusedError
from core.printable import printable

USUAL = "{name} ({recipient})"
FIELDS = ("name", "recipient", "date", "purpose")

_LENGTH = 236  # bytes of a name: file systems allow 255, and a number may follow
_VALUE = 100  # bytes of it that a recipient's name or a purpose may take
_PATTERN = 120  # letters
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_SEPARATOR = re.compile(r"[/\\]")
_HOLLOW = re.compile(r"\(\s*\)|\[\s*\]")  # what is left around a field that says nothing
_LOOSE = " -_.,·"
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,10}")


@dataclass(frozen=True, slots=True)
class Naming:
    """How copies are called: a pattern of text and fields, in which a slash begins a folder's next level.

    The fields are {name} (the original's, without the ending), {recipient}, {date} (2026-03-31) and {purpose}; the
    ending follows by itself. So "{recipient}/{name}" gives each recipient a folder in which files have their own names.
    RefusedError for a pattern that could not name files everywhere, or would give all copies the same name.
    """

    pattern: str = USUAL

    def __post_init__(self) -> None:
        said = printable(self.pattern)
        try:
            pieces = list(Formatter().parse(self.pattern))
        except ValueError:
            raise _refused(f"The curly brackets of the pattern “{said}” do not go together.") from None
        fields = [field for _, field, _, _ in pieces if field is not None]
        wrong = next((field for field in fields if field not in FIELDS), None)
        if wrong is not None:
            raise _refused(f"The pattern “{said}” has a field “{wrong}”, which there is not.")
        if any(form or turned for _, _, form, turned in pieces):
            raise _refused(f"In the pattern “{said}” a field is more than its name.")
        if "name" not in fields:
            raise _refused(f"By the pattern “{said}” all copies would be called the same.")
        if len(self.pattern) > _PATTERN:
            raise _refused(f"The pattern “{said[:20]}…” has more than {_PATTERN} letters.")
        for level in self._levels():
            if not level.strip(" .") or level != level.strip(" ") or _FORBIDDEN.search(level):
                raise _refused(f"By the pattern “{said}” a file or folder would be called as not every system allows.")

    def path(
        self, source: str, recipient: str, *, suffix: str | None = None, purpose: str = "", day: date | None = None
    ) -> PurePath:
        """Return where the copy of a file goes, below the folder for copies.

        `source` is the file name of the original, whose ending is taken but for another `suffix`; `day` is today where
        it is not given. Unicode is kept. Signs that Windows forbids become hyphens; overlong names are cut between
        letters, never within. Of a field that says nothing its brackets and hyphens go too.
        """
        stem, own = split(source)
        values = {
            "name": _allowed(stem) or "copy",
            "recipient": _cut(_allowed(recipient), _VALUE).rstrip(" .") or "copy",
            "date": (day or local_day()).isoformat(),
            "purpose": _cut(_allowed(purpose), _VALUE).rstrip(" ."),
        }
        *folders, last = self._levels()
        parts = [_filled(level, values, "") for level in folders]
        return PurePath(*parts, _filled(last, values, own if suffix is None else suffix))

    def _levels(self) -> list[str]:
        return _SEPARATOR.split(plain(self.pattern))


def _refused(message: str) -> RefusedError:
    return RefusedError(message, "Use text and {name}, {recipient}, {date}, {purpose}; a slash for a folder.")


def title_of(source: str) -> str:
    """Return the title of a work: its file's name without the ending."""
    return plain(split(source)[0])


def split(name: str) -> tuple[str, str]:
    """Return a file name without its ending, and the ending: a dot and up to ten ASCII letters or digits, or none."""
    place = name.rfind(".")
    if place > 0 and _SUFFIX.fullmatch(name, place):
        return name[:place], name[place:]
    return name, ""


def _filled(level: str, values: dict[str, str], suffix: str) -> str:
    """Return one level of a pattern with its fields filled in, at most `_LENGTH` bytes long; the name gives way."""
    if "{purpose}" in level and not values["purpose"]:
        level = _HOLLOW.sub("", level.replace("{purpose}", "")).strip(_LOOSE) or "{name}"
        level = re.sub(r"\s{2,}", " ", level)
    rest = len((level.format(**{**values, "name": ""}) + suffix).encode())
    name = _cut(values["name"], max(0, _LENGTH - rest) // max(1, level.count("{name}")))
    made = _cut(level.format(**{**values, "name": name}), _LENGTH - len(suffix.encode()))
    made = (made if suffix else made.rstrip(" .")) if made.strip(" .") else "copy"
    first, dot, others = made.partition(".")
    return (f"{first}_{dot}{others}" if first.strip().upper() in _DEVICES else made) + suffix


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("-", plain(text)).strip(" ")


def _cut(text: str, length: int) -> str:
    """Return the longest beginning of a text that has at most `length` bytes and does not split a letter."""
    if len(text.encode()) <= length:
        return text
    end = len(text.encode()[:length].decode(errors="ignore"))
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0e\ufe0f"):
        end -= 1  # leave the mark's base letter out as well
    return text[:end].rstrip(" ")
