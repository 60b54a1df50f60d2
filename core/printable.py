"""Text that holds names of files, made safe to show: on one line, in one direction, valid wherever it is written."""

from __future__ import annotations

import re

_ACTING = re.compile(  # control signs, line ends, changes of direction, halves of signs
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return the text with the signs escaped that act on a terminal or a page: a line break in a name becomes \\n."""
    return _ACTING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
