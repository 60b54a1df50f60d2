"""Records as the texts of a form, and what was typed there as values of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.i18n import joined, tr
from core.catalog import values
from core.catalog.tables import TABLES, T
from core.errors import CountermarkError


def texts_of(item: Any) -> dict[str, str]:
    """Return what stands in the fields of a record that people may change, by name."""
    return {name: _text(getattr(item, name)) for name in TABLES[type(item)].edited}


def typed(item: T, texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that differ from those of a record, and what is wrong with the texts of others, by field."""
    table, before = TABLES[type(item)], texts_of(item)
    changed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in texts.items():
        if text.strip() == before[name].strip():
            continue
        given = text or ("no" if isinstance(getattr(item, name), bool) else "")
        try:
            changed[name] = values.parsed(table, name, given)
        except CountermarkError as error:
            errors[name] = error.hint or error.message
    named = texts.get(table.titled)
    if named is not None and not named.strip():
        errors[table.titled] = tr("Give it a name.") if table.titled == "name" else tr("Give it a title.")
    return changed, errors


def with_typed(item: T, texts: Mapping[str, str]) -> T:
    """Return a record as it would be with what was typed, wherever that can be."""
    return replace(item, **typed(item, texts)[0])


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return joined(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
