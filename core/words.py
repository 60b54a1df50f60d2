"""English sentences that know what they were made of, so that a front can say them in its reader's language.

The core speaks English: its sentences go to the catalog, to logs, reports and letters, and must not change with the
language of a window. A `Said` is such a sentence, and remembers its pattern and the values in it for as long as nobody
cuts it up: `told` says it again with the words of a translation. `python3 do.py translate` collects the patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self, SupportsIndex

Translate = Callable[[str], str]
TranslateCounted = Callable[[str, str, int], str]


class Said(str):
    """A sentence in English: text like any other, with the pattern that made it."""

    __slots__ = ("_count", "_many", "_parts", "_pattern", "_values")
    _pattern: str
    _many: str
    _count: int
    _values: dict[str, object]
    _parts: tuple[str, ...]

    @classmethod
    def of(
        cls,
        english: str,
        pattern: str,
        values: dict[str, object],
        *,
        many: str = "",
        count: int = 1,
        parts: tuple[str, ...] = (),
    ) -> Self:
        """Return the text with what it was made of; `parts` are texts that it joins, between which stands `pattern`."""
        made = cls(english)
        made._pattern, made._many, made._count, made._values, made._parts = pattern, many, count, values, parts
        return made

    def again(self, translate: Translate, plural: TranslateCounted) -> str:
        """Return the sentence in the words of a translation, its values too where they are such sentences."""
        if self._parts:
            return self._pattern.join(str(told(part, translate, plural)) for part in self._parts)
        pattern = plural(self._pattern, self._many, self._count) if self._many else translate(self._pattern)
        if not self._values:
            return pattern
        return pattern.format(**{name: told(value, translate, plural) for name, value in self._values.items()})

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[str], tuple[str]]:
        """Go as plain text wherever it is copied or sent: what comes from a worker process is never more than that."""
        return str, (str(self),)


def phrase(pattern: str, /, **values: object) -> str:
    """Return an English text with its {named} values filled in. The pattern is written out where this is called."""
    return Said.of(pattern.format(**values) if values else pattern, pattern, values)


def phrase_counted(count: int, one: str, many: str, /, **values: object) -> str:
    """Return `one` or `many` in English; both may use {count}."""
    filled = {"count": count, **values}
    return Said.of((one if count == 1 else many).format(**filled), one, filled, many=many, count=count)


def joined(parts: Iterable[str], between: str = " ") -> str:
    """Return texts one after the other, without the empty ones; each keeps what it was made of."""
    kept = tuple(part for part in parts if part)
    if len(kept) < 2:
        return kept[0] if kept else ""
    return Said.of(between.join(kept), between, {}, parts=kept)


def told(value: object, translate: Translate, plural: TranslateCounted) -> object:
    """Return a `Said` in the words of a translation, and anything else as it is."""
    return value.again(translate, plural) if isinstance(value, Said) else value
