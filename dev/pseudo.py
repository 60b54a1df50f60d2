"""A language that nobody speaks: English with accents, 40 % longer. It shows what is not translated or does not fit."""

from __future__ import annotations

import gettext
import re

_ACCENTED = str.maketrans(
    "ABCDEGHIKLNORSTUWYZabcdeghiklnorstuwyz",
    "ÅƁÇÐÉĜĤÎĶĻÑÖŔŠŢÛŴÝŽåƀçðéĝĥîķļñöŕšţûŵýž",
)
_LONGER = 0.4  # of a text's length, as German and Finnish are
_PARTS = re.compile(r"(\{[^{}]*\})")


class Pseudo(gettext.NullTranslations):
    """Translates into it; what stands in braces stays, and square brackets show where a text begins and ends."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)


def pseudo(text: str) -> str:
    """Return a text in the language that nobody speaks."""
    if not text:
        return ""
    words = "".join(part if part.startswith("{") else part.translate(_ACCENTED) for part in _PARTS.split(text))
    more = max(1, round(_LONGER * len(_PARTS.sub("", text))))
    return f"[{words}{' ~' * (more // 2)}{'~' * (more % 2)}]"
