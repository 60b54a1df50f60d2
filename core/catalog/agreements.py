"""Consents and licences: their versions, what they allow whom with which copy, and what is paid for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from core.catalog import records
from core.catalog.changes import Operation
from core.catalog.tables import TABLES
from core.errors import CatalogError, RefusedError
from core.model import Consent, Copy, Terms

_TABLE = TABLES[Consent]
# What may still be said of a signed agreement; all else is its next version's.
_LATER = frozenset({"revoked", "note", "tags", "works", "copies", "recipients", "creator", "document_sha256"})


def add(work: Operation, values: Mapping[str, Any]) -> int:
    """Store a new agreement, the first of its series, and return its number."""
    _require_order({**values})
    return work.insert(_TABLE, {**values, "series": work.next_number(_TABLE), "version": 1})


def edit(work: Operation, number: int, values: Mapping[str, Any]) -> bool:
    """Change an agreement and return whether anything of it is other than before.

    RefusedError where it is signed, and what is changed belongs into its next version.
    """
    held = work.values(_TABLE, number, dict.fromkeys(["signed", "series", "version", "starts", "ends", *values]))
    fixed = [name for name, value in values.items() if name not in _LATER and _TABLE.column(name, value) != held[name]]
    if held["signed"] and fixed:
        raise RefusedError(
            f"The agreement no. {number} is signed; its {fixed[0].replace('_', ' ')} cannot be changed any more.",
            "Make its next version.",
        )
    _require_order({**held, **values})
    changed = work.update(_TABLE, number, values)
    signed = values.get("signed")
    if signed and not held["signed"]:
        earlier = work.connection.execute(
            "SELECT id FROM consents WHERE series = ? AND version < ? AND replaced = '' AND signed <> ''",
            (held["series"], held["version"]),
        ).fetchall()
        for row in earlier:
            work.update(_TABLE, row["id"], {"replaced": signed})
    return changed


def revise(work: Operation, number: int) -> int:
    """Return the number of the next version: all is copied but signature and document; it is a draft until signed."""
    old = records.by_id(work.connection, Consent, number)
    if old is None:
        raise CatalogError(f"The catalog has no consent with the number {number}.", "Look it up in the list again.")
    newest = work.connection.execute("SELECT max(version) FROM consents WHERE series = ?", (old.series,)).fetchone()[0]
    if newest != old.version:
        raise RefusedError(
            f"The agreement no. {number} has a later version already.", "Make the next version of the latest one."
        )
    fresh = {"signed": "", "place": "", "document_sha256": "", "revoked": "", "separately_signed": False}
    values = {name: getattr(old, name) for name in _TABLE.edited}
    return work.insert(_TABLE, {**values, **fresh, "series": old.series, "version": old.version + 1})


def of_copy(connection: sqlite3.Connection, copy: Copy) -> list[Consent]:
    """Return the agreements about a copy: those that name it, or its work together with its recipient; newest first.

    One that names recipients speaks of these alone; a consent that names none speaks of every copy of its works.
    """
    rows = connection.execute(
        f"{records.select(_TABLE)} WHERE t.binned = '' AND (t.id IN"
        " (SELECT consent FROM consent_copies WHERE copy = ?1) OR (t.id IN"
        " (SELECT consent FROM consent_works WHERE work = ?2) AND (t.id IN"
        " (SELECT consent FROM consent_recipients WHERE recipient = ?3) OR (t.type = 'consent' AND NOT EXISTS"
        " (SELECT 1 FROM consent_recipients r WHERE r.consent = t.id))))) ORDER BY t.id DESC",
        (copy.id, copy.work, copy.recipient),
    ).fetchall()
    return records.things(connection, Consent, rows)


def terms_of(connection: sqlite3.Connection, work: int) -> Terms | None:
    """Return the terms of a work: its own, else those of its creator, else None."""
    row = connection.execute(
        "SELECT coalesce(w.terms, c.terms) AS terms FROM works w LEFT JOIN creators c ON c.id = w.creator"
        " WHERE w.id = ?",
        (work,),
    ).fetchone()
    return None if row is None or row["terms"] is None else records.by_id(connection, Terms, row["terms"])


def uses(connection: sqlite3.Connection, consent: int) -> int:
    """Return how many uses of an agreement were reported in its ledger."""
    return int(
        connection.execute(
            "SELECT coalesce(sum(uses), 0) FROM payments WHERE consent = ? AND binned = ''", (consent,)
        ).fetchone()[0]
    )


def uses_found(connection: sqlite3.Connection, consent: int) -> int:
    """Return in how many different files the copies that an agreement covers were found for certain.

    It covers the copies that it names, and those of its works for its recipients, or for anybody where it names none.
    """
    return int(
        connection.execute(
            'SELECT count(DISTINCT t.sha256) FROM findings f JOIN checks t ON t.id = f."check"'
            " JOIN copies c ON c.id = f.copy WHERE f.verdict = 'certain' AND t.binned = '' AND t.sha256 <> '' AND ("
            " c.id IN (SELECT copy FROM consent_copies WHERE consent = ?1) OR (c.binned = ''"
            " AND c.work IN (SELECT work FROM consent_works WHERE consent = ?1)"
            " AND (c.recipient IN (SELECT recipient FROM consent_recipients WHERE consent = ?1)"
            " OR NOT EXISTS (SELECT 1 FROM consent_recipients WHERE consent = ?1))))",
            (consent,),
        ).fetchone()[0]
    )


def _require_order(values: Mapping[str, Any]) -> None:
    starts, ends = values.get("starts") or "", values.get("ends") or ""
    if starts and ends and ends < starts:
        raise RefusedError(f"An agreement cannot end on {ends} before it starts on {starts}.", "Correct the days.")
