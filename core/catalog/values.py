"""What may stand in a field: checked before it is stored, and read from text as command line and tables give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from core.catalog.tables import Table
from core.catalog.text import NAME_LENGTH, parts_of, plain, recipient_name
from core.errors import RefusedError

_DAYS = frozenset({"starts", "ends", "signed", "revoked", "due", "received", "follow_up", "closed"})
_MOMENTS = frozenset({"found_on"})
_AMOUNTS = frozenset({"amount", "received_amount", "scan_day_fee", "use_fee"})
_NAMES = frozenset({"title", "name"})
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def checked(table: Table, values: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    """Return values that can be stored. RefusedError names the first field that there is not, or its bad value."""
    allowed = {*table.edited, *(table.given if new else ())}
    for name in values:
        if name not in allowed:
            raise RefusedError(
                f"{_a(table.word)} has no field {name!r} to be changed.", f"There are: {', '.join(table.edited)}."
            )
    return {name: _checked(table, name, value) for name, value in values.items()}


def parsed(table: Table, name: str, text: str) -> Any:
    """Return the value that a text stands for in a field: days, numbers, choices, yes and no, lists with commas.

    An empty text empties the field. RefusedError says what was expected.
    """
    if name not in table.edited:
        raise RefusedError(
            f"{_a(table.word)} has no field {name!r} to be changed.", f"There are: {', '.join(table.edited)}."
        )
    hint, clean = table.hints[name], text.strip()
    if name == "tags":
        return parts_of(clean)
    if name in (table.links or {}):
        return tuple(_number(table, name, part) for part in parts_of(clean))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(table, name, hint, clean) if clean else _default(table.thing, name)
    if hint is bool:
        if clean.casefold() not in _YES:
            raise RefusedError(f"The {name} of the {table.word} cannot be {text!r}.", "Write yes or no.")
        return _YES[clean.casefold()]
    if hint is not str:
        return _number(table, name, clean) if clean else _default(table.thing, name)
    return _checked(table, name, text.strip())


def choices(table: Table, name: str) -> tuple[str, ...]:
    """Return what may stand in a field that is a choice; empty for others."""
    hint = table.hints[name]
    return tuple(hint) if isinstance(hint, type) and issubclass(hint, StrEnum) else ()


def meaning(table: Table, name: str) -> str:
    """Return what is expected in a field, in a few words."""
    known = choices(table, name)
    if known:
        return " | ".join(known)
    if name == "tags":
        return "names with commas between them"
    if name in (table.links or {}):
        return "numbers with commas between them"
    hint = table.hints[name]
    if hint is bool:
        return "yes | no"
    if hint is not str:
        return "a number"
    if name in _DAYS:
        return "a day, as 2026-12-31"
    if name in _MOMENTS:
        return "a day, or a moment as 2026-12-31T18:30+01:00"
    return "an amount, as 1250.00" if name in _AMOUNTS else "text"


def _checked(table: Table, name: str, value: Any) -> Any:
    if name == "tags":
        return tuple(_text(table, name, tag) for tag in value)
    if name in (table.links or {}):
        return tuple(int(number) for number in value)
    hint = table.hints[name]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(table, name, hint, str(value))
    if not isinstance(value, str):
        return value
    if name in _NAMES:
        return recipient_name(value) if table.name == "recipients" else _name(table, name, value)
    if name in _DAYS and value:
        return day(value, f"{name.replace('_', ' ')} of the {table.word}")
    if name in _MOMENTS and value:
        return _moment(table, name, value)
    if name in _AMOUNTS and value:
        return _amount(table, name, value)
    return value if name == "path" else _text(table, name, value)


def _text(table: Table, name: str, value: object) -> str:
    text = plain(str(value))
    if "\0" in text:
        raise RefusedError(f"The {name} of the {table.word} holds a sign that is no text.", "Leave it out.")
    return text


def _name(table: Table, name: str, value: str) -> str:
    clean = " ".join(_text(table, name, value).split())
    if not clean:
        raise RefusedError(f"{_a(table.word)} needs a {name}.", f"Give it a {name}.")
    if len(clean) > NAME_LENGTH:
        raise RefusedError(
            f"The {name} of the {table.word} has {len(clean)} characters.", f"Shorten it to {NAME_LENGTH} at the most."
        )
    return clean


def day(text: str, of: str) -> str:
    """Return a day as it is stored. RefusedError names what it is of."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise RefusedError(f"The {of} cannot be {text!r}.", "Write days as 2026-12-31.") from None


def _moment(table: Table, name: str, value: str) -> str:
    try:
        datetime.fromisoformat(value.strip())
    except ValueError:
        raise RefusedError(
            f"The {name.replace('_', ' ')} of the {table.word} cannot be {value!r}.",
            "Write it as 2026-12-31 or 2026-12-31T18:30+01:00.",
        ) from None
    return value.strip()


def _amount(table: Table, name: str, value: str) -> str:
    try:
        number = Decimal(value.strip())
        if number.is_finite() and number >= 0:
            return format(number, "f")
    except InvalidOperation:
        pass
    raise RefusedError(
        f"The {name.replace('_', ' ')} of the {table.word} cannot be {value!r}.", "Write amounts as 1250.00."
    )


def _choice(table: Table, name: str, kind: type[StrEnum], value: str) -> StrEnum:
    for known in kind:
        if known.value.casefold() == value.casefold():
            return known
    raise RefusedError(
        f"The {name.replace('_', ' ')} of the {table.word} cannot be {value!r}.",
        f"Choose one of: {', '.join(kind)}.",
    )


def _number(table: Table, name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise RefusedError(
            f"The {name.replace('_', ' ')} of the {table.word} cannot be {text.strip()!r}.", "Write a number."
        ) from None


def _default(thing: type[Any], name: str) -> Any:
    return next(field.default for field in fields(thing) if field.name == name)


def _a(word: str) -> str:
    return f"{'An' if word[0] in 'aeiou' else 'A'} {word}"
