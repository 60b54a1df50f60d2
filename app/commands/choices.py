"""What the options of `list` and `export` ask the catalog for."""

from __future__ import annotations

import argparse
from enum import StrEnum
from typing import Any

from core.catalog import names, values
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import RefusedError
from core.model import Case, CaseStatus, Consent, Creator, Kind, Recipient, Standing, Terms, Work

_AS_GIVEN = ("sort", "backwards", "binned", "purpose", "sent")
_DAYS = ("since", "until", "due", "follow_up")
_REFERRING: dict[str, tuple[str, type[Any]]] = {  # argument -> condition, and what it refers to
    "creator": ("creator", Creator),
    "work": ("work", Work),
    "to": ("recipient", Recipient),
    "terms": ("terms", Terms),
    "consent": ("consent", Consent),
    "case": ("case", Case),
}
_WORDS: dict[str, type[StrEnum]] = {"kind": Kind, "standing": Standing, "status": CaseStatus}
_SWITCHES = {"never_copied": ("copied", False), "open": ("received", False), "latest": ("latest", True)}


def query_of(catalog: Catalog, given: argparse.Namespace) -> Query:
    """Return the query that the options make; names become numbers. RefusedError for what cannot be meant."""
    options = {name: value for name, value in vars(given).items() if value not in (None, "", False)}
    asked: dict[str, Any] = {"text": given.search, "tags": tuple(options.get("tag", ()))}
    asked |= {name: options[name] for name in _AS_GIVEN if name in options}
    asked |= {name: values.day(options[name], _option(name)) for name in _DAYS if name in options}
    asked |= {name: _word(kind, name, options[name]) for name, kind in _WORDS.items() if name in options}
    asked |= dict(_SWITCHES[name] for name in _SWITCHES if name in options)
    for name, (condition, thing) in _REFERRING.items():
        if name in options:
            asked[condition] = names.one(catalog, thing, options[name])
    if "ends_within" in options:
        asked["ends_within"] = _number("ends_within", options["ends_within"])
    if "licensed" in options:
        asked["licensed"] = _yes("licensed", options["licensed"])
    return Query(**asked)


def _word(kind: type[StrEnum], name: str, text: str) -> StrEnum:
    for known in kind:
        if known.value == text.casefold():
            return known
    raise RefusedError(f"{_option(name)} cannot be {text!r}.", f"Choose one of: {', '.join(kind)}.")


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise RefusedError(f"{_option(name)} cannot be {text!r}.", "Write a number of days.")
    return int(text)


def _yes(name: str, text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise RefusedError(f"{_option(name)} cannot be {text!r}.", "Write yes or no.")
    return text.casefold() == "yes"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
