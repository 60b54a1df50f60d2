"""The names of copies: "portrait (Studio A).jpg", allowed on every system and never too long."""

from __future__ import annotations

import re
import unicodedata

from core.catalog.text import plain

_LENGTH = 236  # bytes: file systems allow 255, and a number may follow
_RECIPIENT = 100  # bytes of it that a recipient's name may take
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,10}")


def copy_name(source: str, recipient: str, *, suffix: str | None = None) -> str:
    """Return the file name of a copy for a recipient, of the source's file name, with its own ending or another.

    Unicode is kept. Signs that Windows forbids become hyphens; overlong names are cut between letters, never within.
    """
    stem, own = split(source)
    suffix = own if suffix is None else suffix
    person = _cut(_allowed(recipient), _RECIPIENT).rstrip(" .")
    tail = f" ({person}){suffix}" if person else f" (copy){suffix}"
    return _cut(_allowed(stem), _LENGTH - len(tail.encode())) + tail


def title_of(source: str) -> str:
    """Return the title of a work: its file's name without the ending."""
    return plain(split(source)[0])


def split(name: str) -> tuple[str, str]:
    """Return a file name without its ending, and the ending: a dot and up to ten ASCII letters or digits, or none."""
    place = name.rfind(".")
    if place > 0 and _SUFFIX.fullmatch(name, place):
        return name[:place], name[place:]
    return name, ""


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
