"""Sentences of the core, known again by their patterns: "{name} is empty." in "a.jpg is empty.".

The core speaks English alone: what it says goes to the catalog, to logs, reports and letters, comes out of worker
processes, and must not change with the language of a window. So it is translated where it is shown. The patterns are
read from the sources by `python3 do.py translate` and lie in `resources/translations/core.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

CONTEXT = "core"  # under which translations know these texts
FILE = Path(__file__).resolve().parents[1] / "resources" / "translations" / "core.json"
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST = 6  # letters of its own that a pattern with places must have, lest it take everything
_NEXT = re.compile(r"(?<=[.!?])\s+(?=\S)")

_HEAD = re.compile(r"([^:\n]+): ")  # the name of a file before what is said of it


class Pattern:
    """One text of the core, with named places for its values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = _PLACE.findall(text)
        parts = [part.replace("{{", "{").replace("}}", "}") for part in _PLACE.split(text)[::2]]
        self.letters = sum(len(_LETTERS.findall(part)) for part in parts)
        self.longest = max(parts, key=len)
        places = "(.*?)".join(re.escape(part) for part in parts)
        # Only a whole sentence can have another one behind it; whatever else must be all that is left.
        self.regex = re.compile(places + (r"(?=\s|$)" if parts[-1].endswith((".", "!", "?")) else "$"), re.DOTALL)

    @property
    def usable(self) -> bool:
        """Whether it says enough to be known again."""
        return not self.names or self.letters >= _FEWEST


class Sentences:
    """The patterns, which know texts again that were made of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        made = [Pattern(text) for text in texts]
        self._whole = {pattern.text for pattern in made if not pattern.names}
        self._patterns = sorted((p for p in made if p.usable), key=lambda p: (-p.letters, p.text))

    def again(self, text: str, translate: Callable[[str], str], isolate: Callable[[str], str] = str) -> str:
        """Return a text in the words of a translation, sentence by sentence; what nobody knows stays as it is."""
        said: list[str] = []
        rest = text
        while rest:
            found = self._known(rest)
            if found is None and (headed := _HEAD.match(rest)) and self._known(rest[headed.end() :]):
                said.append(f"{isolate(headed[1])}:")
                rest = rest[headed.end() :]
                continue
            if found is None:
                cut = _NEXT.search(rest)
                said.append(rest[: cut.start()] if cut else rest)
                rest = rest[cut.end() :] if cut else ""
                continue
            pattern, values, end = found
            filled = {name: isolate(self._value(value, translate)) for name, value in values.items()}
            said.append(_filled(translate(pattern), filled))
            rest = rest[end:].lstrip()
        return " ".join(said)

    def listed(self, text: str, translate: Callable[[str], str], isolate: Callable[[str], str] = str) -> list[str]:
        """Return the parts of a list with commas between them, "mirrored, turned by 4 degrees"; one that is known whole
        is one part.
        """
        if self._known(text) is not None:
            return [self.again(text, translate, isolate)]
        return [self.again(part, translate, isolate) for part in text.split(", ")]

    def _known(self, text: str) -> tuple[str, dict[str, str], int] | None:
        for pattern in self._patterns:
            if pattern.longest in text and (match := pattern.regex.match(text)):
                return pattern.text, dict(zip(pattern.names, match.groups(), strict=True)), match.end()
        return None

    def _value(self, value: str, translate: Callable[[str], str]) -> str:
        if value in self._whole:
            return translate(value)
        found = self._known(value)  # a sentence within a sentence
        return self.again(value, translate) if found is not None and found[2] == len(value) else value


@cache
def sentences() -> Sentences:
    """Return those of this program."""
    return Sentences(json.loads(FILE.read_text("utf-8")))


def _filled(text: str, values: dict[str, str]) -> str:
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text).replace("{{", "{").replace("}}", "}")
