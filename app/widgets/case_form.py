"""The fields of a case that its user fills: where and when a file was found, with whom it is settled, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.dossier import status_word
from app.i18n import tr
from app.widgets.form import Field, Form
from core.model import Case, CaseStatus

FOUND = ("title", "found_where", "found_on", "found_by", "found_how", "respondent", "contact")
KEPT = (*FOUND, "status", "follow_up", "outcome", "note")


def found_form() -> Form:
    """Return the form of a new case."""
    return Form([_field(name) for name in FOUND])


def kept_form() -> Form:
    """Return the form of a case that is kept."""
    return Form([_field(name) for name in KEPT])


def values_of(case: Case) -> dict[str, str]:
    """Return what stands in the fields of a case."""
    return {name: str(getattr(case, name)) for name in KEPT}


def fields_of(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a case as the catalog takes them."""
    fields: dict[str, Any] = {name: text.strip() for name, text in values.items()}
    if "status" in fields:
        fields["status"] = CaseStatus(fields["status"])
    return fields


def _field(name: str) -> Field:
    where, how = tr("Address on the web, or a place"), tr("Downloaded with a browser, recorded…")
    whom = tr("Platform, company or person")
    found_on, hint = tr("When it was found"), tr("A day, with or without the time.")
    statuses = [(one.value, status_word(one)) for one in CaseStatus]
    made = {
        "title": Field("title", tr("Title of the case")),
        "found_where": Field("found_where", tr("Where it was found"), placeholder=where),
        "found_on": Field("found_on", found_on, day=True, timed=True, hint=hint, half=True),
        "found_by": Field("found_by", tr("Who found it"), half=True),
        "found_how": Field("found_how", tr("How it was saved"), placeholder=how),
        "respondent": Field("respondent", tr("Who is written to"), placeholder=whom, half=True),
        "contact": Field("contact", tr("How they are reached"), half=True),
        "status": Field("status", tr("Status"), choices=statuses, half=True),
        "follow_up": Field("follow_up", tr("To be looked at again on"), day=True, empty=tr("No day"), half=True),
        "outcome": Field("outcome", tr("Outcome"), lines=2),
        "note": Field("note", tr("Notes"), lines=4),
    }
    return made[name]
