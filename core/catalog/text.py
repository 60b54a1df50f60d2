"""How text, paths and times are kept: composed Unicode, a folded form to compare, paths that may hold any bytes."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import UTC, datetime

from core.errors import RefusedError

NAME_LENGTH = 200
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def now() -> str:
    """Return the time as ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def plain(text: str) -> str:
    """Return text that can be stored: composed (NFC), undecodable bytes of file names shown as replacement signs."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _has_surrogates(text) else text
    return unicodedata.normalize("NFC", whole)


def folded(text: str) -> str:
    """Return the form in which texts are compared without regard to case (Unicode, canonical caseless matching)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", plain(text)).casefold())


def recipient_name(text: str) -> str:
    """Return a recipient's name: composed, single spaces, without control and text-direction signs.

    RefusedError where nothing is left or the name has more than 200 characters.
    """
    shown = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in plain(text))
    name = " ".join("".join(sign for sign in shown if sign not in _DIRECTION).split())
    if not name:
        raise RefusedError("A copy needs a recipient.", "Say who gets it.")
    if len(name) > NAME_LENGTH:
        raise RefusedError(
            f"The recipient's name has {len(name)} characters.", f"Shorten it to {NAME_LENGTH} at the most."
        )
    return name


def path_column(path: str | os.PathLike[str]) -> str | bytes:
    """Return what is stored for a path: text, or its bytes where the name is not valid Unicode."""
    text = os.fspath(path)
    return os.fsencode(text) if _has_surrogates(text) else text


def column_path(value: str | bytes) -> str:
    """Return the path that `path_column` stored."""
    return os.fsdecode(value) if isinstance(value, bytes) else value


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text) if not text.isascii() else False


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of a list that people typed, parted by commas or semicolons, Latin or Arabic ones."""
    return tuple(part.strip() for part in re.split("[,;،؛]", text) if part.strip())
