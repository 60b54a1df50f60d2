"""Tables go out and come in again, all of them or nothing, with an error for each row that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import names
from core.catalog.query import Query
from core.catalog.sheets import Imported, read, write
from core.catalog.store import Catalog
from core.catalog.tables import TABLES
from core.errors import CatalogError, RefusedError, UnreadableError
from core.model import AgreementType, Answer, Consent, Copy, Recipient, RecipientKind, Terms, Work
from tests.core.catalog.conftest import Maker, a_work


def sheet(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
    return path


def test_recipients_come_in_and_are_undone_as_one(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(Recipient(0, "Studio A", note="kept"))
    path = sheet(
        tmp_path,
        "Name;E-Mail;kind;tags".replace("E-Mail", "email"),
        "studio a;a@example.com;studio;",
        '"Galerie ""Öst""";;Gallery;Wien, neu',
        ";;;",
        encoding="utf-8-sig",
    )
    assert read(catalog, Recipient, path, dry_run=True) == Imported(1, 1, 0, ())
    assert len(catalog.recipients()) == 1
    assert read(catalog, Recipient, path) == Imported(1, 1, 0, ())
    galerie, studio = catalog.recipients()
    assert (galerie.name, galerie.kind, galerie.tags) == ('Galerie "Öst"', RecipientKind.GALLERY, ("neu", "Wien"))
    assert (studio.name, studio.email, studio.kind, studio.note) == (
        "Studio A",
        "a@example.com",
        RecipientKind.STUDIO,
        "kept",
    )
    assert read(catalog, Recipient, path) == Imported(0, 0, 2, ())
    assert catalog.undo() == "imported 2 recipients"
    assert [found.email for found in catalog.recipients()] == [""]


def test_every_wrong_row_is_told_and_nothing_is_changed(catalog: Catalog, tmp_path: Path) -> None:
    path = sheet(tmp_path, "name,kind", "Fine,studio", "Bad,castle", ",studio", "Fine,studio")
    done = read(catalog, Recipient, path)
    assert (done.new, done.same) == (1, 1)
    assert done.errors == (
        "Row 3: The kind of the recipient cannot be 'castle'. Choose one of: person, agent, studio, client, gallery, "
        "platform, press, public, other.",
        "Row 4: It has no name. Every new recipient needs one.",
    )
    assert catalog.recipients() == [] and catalog.history() == []


def test_consents_and_works_go_out_and_come_back(catalog: Catalog, make_copy: Maker, tmp_path: Path) -> None:
    copy = make_copy(a_work("Übergang"), "Studio A")
    catalog.add(Terms(0, "Portfolio"))
    catalog.add(Consent(0, "Spot", AgreementType.LICENCE, works=(copy.work,), note="=1+1", exclusive=True))
    lines = list(write(catalog, Consent, Query()))
    assert len(lines) == 2 and "'=1+1" in lines[1]
    assert read(catalog, Consent, sheet(tmp_path, *lines)) == Imported(0, 0, 1, ())
    path = sheet(
        tmp_path,
        "title,type,works,recipients,ai_training,exclusive,ends",
        'Radio,licence,"Übergang",Studio A,refused,no,2026-12-31',
    )
    assert read(catalog, Consent, path) == Imported(1, 0, 0, ())
    made = catalog.get(Consent, 2)
    assert (made.works, made.recipients, made.ai_training) == ((copy.work,), (copy.recipient,), Answer.REFUSED)
    work = catalog.get(Work, copy.work)
    path = sheet(tmp_path, "sha256\ttitle\tterms", f"{work.sha256}\tCrossing\tportfolio", "ab\tx\t")
    assert read(catalog, Work, path).errors == ("Row 3: No work has the hash ab. Works are added by protecting them.",)
    path = sheet(tmp_path, "id,terms,title", f"{work.id},Portfolio,Crossing", "")
    assert read(catalog, Work, path) == Imported(0, 1, 0, ())
    assert (catalog.get(Work, work.id).title, catalog.get(Work, work.id).terms) == ("Crossing", 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no head"),
        (b"name,colour\nx,y\n", "a column 'colour'"),
        (b"name,name\nx,y\n", "a column twice"),
        (b'name\n"x\n', "is no table"),
        (b"name\n\xff\n", "no text in UTF-8"),
        (None, "could not be read"),
    ],
)
def test_what_is_no_table_is_said(catalog: Catalog, tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableError, match=rf"bad\.csv.*{said}"):
        read(catalog, Recipient, path)


def test_things_are_called_by_number_or_name(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy(a_work("Straße"), "Studio A")
    assert names.one(catalog, Work, "STRASSE") == names.one(catalog, Work, str(copy.work)) == copy.work
    assert names.one(catalog, Copy, str(copy.serial)) == copy.id
    with pytest.raises(RefusedError, match="no work 'Stra'"):
        names.one(catalog, Work, "Stra")
    make_copy(a_work("other"))
    catalog.edit(Work, [2], title="Straße")
    with pytest.raises(RefusedError, match="There are 2 works called"):
        names.one(catalog, Work, "straße")
    consents = TABLES[Consent]
    assert names.parsed(catalog, consents, "copies", f"{copy.serial};") == (copy.id,)
    assert names.parsed(catalog, consents, "creator", " ") is None
    assert names.parsed(catalog, consents, "max_uses", "") is None
    assert names.parsed(catalog, consents, "exclusive", "Yes") is True
    with pytest.raises(RefusedError, match="no field 'colour'"):
        names.parsed(catalog, consents, "colour", "red")
    with pytest.raises(CatalogError):
        catalog.edit(Work, [99], note="x")
