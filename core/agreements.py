"""Consents and licences of the catalog as files: the record to print and sign, the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.catalog.query import Query
from core.catalog.store import Catalog
from core.letters import written
from core.model import Consent, Creator, Payment, Work
from core.paper.html import html_of
from core.paper.pdf import pdf_of
from core.rights.consents import ledger, paper


def write_record(catalog: Catalog, number: int | None, folder: Path) -> tuple[Path, ...]:
    """Return the PDF and the HTML file of an agreement, or of an empty form; CatalogError for an unknown number."""
    consent = Consent(id=0, title="Consent to the use of voice or likeness")
    works: list[str] = []
    creator = None
    if number is not None:
        consent = catalog.get(Consent, number)
        works = [work.title for work in catalog.get_all(Work, consent.works).values()]
        creator = None if consent.creator is None else catalog.get(Creator, consent.creator)
    made = paper(consent, creator=creator, works=works, day=date.today().isoformat())
    name = f"{consent.type.value} {consent.id} version {consent.version}" if number is not None else "consent form"
    return written(folder / f"{name}.pdf", pdf_of(made)), written(folder / f"{name}.html", html_of(made).encode())


def write_ledger(catalog: Catalog, number: int, folder: Path) -> Path:
    """Return the PDF file of an agreement's ledger, with the uses that checks found of its works and copies."""
    consent = catalog.get(Consent, number)
    rows = list(catalog.every(Payment, Query(consent=number)))
    made = ledger(consent, rows, found=catalog.uses_found(number), day=date.today().isoformat())
    return written(folder / f"ledger {consent.id} {date.today().isoformat()}.pdf", pdf_of(made))
