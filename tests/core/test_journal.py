"""The log of a catalog: what jobs write into it, what is wrong with it, heads and stamps of it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import journal, stamps
from core.catalog.export import export, restore
from core.catalog.store import Catalog
from core.catalog.unsigned import AGREEMENT_CHANGED, BACKUP_MADE, BACKUP_RESTORED, PAYMENT_CHANGED, record_of
from core.errors import RefusedError, WriteError
from core.keys import CreatorKey
from core.model import Consent, DataMining, Document, Event, Payment, Recipient, SourceType, Statements

KEY, OTHER = CreatorKey.from_bytes(bytes(range(32))), CreatorKey.from_bytes(bytes(32))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def test_each_key_is_introduced_once(catalog: Catalog) -> None:
    for key in (KEY, KEY, OTHER):
        journal.note(catalog, key, journal.FILE_FOUND, sha256="ab")
    assert [event.what for event in catalog.events()] == [
        *("key added", journal.FILE_FOUND, journal.FILE_FOUND, "key added", journal.FILE_FOUND)
    ]
    assert journal.trouble(catalog, keys=[KEY, OTHER]) == ()
    with Catalog(catalog.folder) as again:
        journal.note(again, KEY, journal.FILE_FOUND)
        assert journal.trouble(again) == () and journal.log_head(again).number == 6


def test_an_entry_changed_behind_the_program_is_found(catalog: Catalog) -> None:
    journal.note(catalog, KEY, journal.COPY_MADE, serial=7)
    with sqlite3.connect(catalog.path) as connection:
        connection.execute("DROP TRIGGER events_unchanged")
        connection.execute("UPDATE events SET facts = '{\"serial\":8}' WHERE number = 2")
    connection.close()
    assert "changed" in journal.trouble(catalog)[0]


def test_a_cut_tail_shows_to_who_kept_a_head(catalog: Catalog) -> None:
    for serial in range(3):
        journal.note(catalog, KEY, journal.COPY_MADE, serial=serial)
    kept = str(journal.log_head(catalog))
    with sqlite3.connect(catalog.path) as connection:
        connection.execute("DROP TRIGGER events_kept")
        connection.execute("DELETE FROM events WHERE number = 4")
    connection.close()
    assert journal.trouble(catalog) == ()
    assert "cut off" in journal.trouble(catalog, heads=[kept])[0]


def test_a_backup_remembers_the_head(catalog: Catalog) -> None:
    journal.note(catalog, KEY, journal.COPY_MADE, serial=1)
    catalog.back_up()
    assert journal.trouble(catalog) == ()
    with sqlite3.connect(catalog.path) as connection:
        connection.execute("DROP TRIGGER events_kept")
        connection.execute("DELETE FROM events WHERE number = 2")
    connection.close()
    assert "cut off" in journal.trouble(catalog)[0]


def test_statements_come_back_from_the_log() -> None:
    said = Statements(creator="Zoë", mining=DataMining.PROHIBITED, reserved=True, source_type=SourceType.PRINT)
    stored = json.loads(json.dumps(journal.packed(said)))
    assert journal._unpacked(stored) == said and journal._unpacked({"colour": "blue"}) == Statements()


def test_requests_and_answers_of_a_time_stamp(catalog: Catalog, tmp_path: Path) -> None:
    journal.note(catalog, KEY, journal.COPY_MADE, serial=1)
    end = stamps.ask(catalog, tmp_path / "head.tsq")
    assert stamps.digest(end) in (tmp_path / "head.tsq").read_bytes()
    with pytest.raises(WriteError, match="there already"):
        stamps.ask(catalog, tmp_path / "head.tsq")
    (tmp_path / "head.tsr").write_bytes(b"no answer")
    with pytest.raises(RefusedError, match="no answer"):
        stamps.take_in(catalog, KEY, tmp_path / "head.tsr")
    with pytest.raises(RefusedError, match="cannot be read"):
        stamps.take_in(catalog, KEY, tmp_path / "nowhere.tsr")
    assert [path.name for path in stamps.files(catalog)] == ["head 2.tsq"] and stamps.said(catalog) == ()


def facts(event: Event) -> dict[str, object]:
    found: dict[str, object] = json.loads(event.facts)
    return found


def test_agreements_their_payments_and_papers_are_told_without_names(catalog: Catalog) -> None:
    made = catalog.add(Consent(0, "Radio spot", performer="Zoë Łukasz", starts="2026-01-01"))
    catalog.edit(Consent, [made.id], signed="2026-01-02", document_sha256="ab" * 32)
    catalog.edit(Consent, [made.id], revoked="2026-11-27")
    catalog.add(Payment(0, made.id, amount="1200.50", currency="EUR", due="2026-02-01"))
    catalog.add_document(Document(0, "signed.pdf", consent=made.id), b"paper")
    catalog.undo()
    catalog.add(Recipient(0, "Studio A"))
    assert catalog.events() == [] and len(catalog.waiting()) == 6
    assert journal.settle(catalog, KEY) == 6 and journal.settle(catalog, KEY) == 0
    first, *told = catalog.events()
    assert (first.what, journal.trouble(catalog, keys=[KEY])) == ("key added", ())
    assert [event.what for event in told] == [*[AGREEMENT_CHANGED] * 3, PAYMENT_CHANGED, *["paper changed"] * 2]
    assert [facts(event)["how"] for event in told] == ["added", "edited", "edited", "added", "added", "undone"]
    assert facts(told[1])["fields"] == ["document_sha256", "signed"] and facts(told[1])["signed"] == "2026-01-02"
    assert facts(told[2])["revoked"] == "2026-11-27"
    assert facts(told[4])["sha256"] == hashlib.sha256(b"paper").hexdigest()
    present = hashlib.sha256(record_of(catalog.get(Consent, made.id))).hexdigest()
    assert facts(told[2])["record"] == present and facts(told[1])["record"] != present
    shown = "".join(event.facts for event in told)
    assert not [name for name in ("Zo", "ukasz", "Radio", "1200", "signed.pdf") if name in shown]


def test_what_is_taken_back_before_it_is_done_is_not_told(catalog: Catalog) -> None:
    with catalog.together("imported") as editor:
        editor.add(Consent(0, "Spot"))
        editor.abandon()
    with pytest.raises(RefusedError):
        catalog.add(Consent(0, "Spot", starts="2026-02-01", ends="2026-01-01"))
    assert catalog.waiting() == []


def test_what_waits_is_signed_before_what_comes_after(catalog: Catalog) -> None:
    catalog.note_key(KEY.id, "retired")
    journal.note(catalog, KEY, journal.COPY_MADE, serial=1)
    assert [event.what for event in catalog.events()] == ["key added", "key changed", journal.COPY_MADE]
    told = facts(catalog.events()[1])
    assert (told.keys(), told["how"], told["id"]) == ({"how", "id", "on", "salt"}, "retired", KEY.id)


def test_a_failing_signature_leaves_everything_waiting(catalog: Catalog) -> None:
    catalog.note_key(KEY.id, "exported")
    catalog.note_key(KEY.id, "retired")

    def make(last: Event | None, one: object) -> Event:
        if last is not None:
            raise ZeroDivisionError
        return Event(1, "2026-01-01", "x", "{}", "", "hash")

    with pytest.raises(ZeroDivisionError):
        catalog.sign_waiting(make)
    assert catalog.events() == [] and len(catalog.waiting()) == 2


def test_backups_exports_and_restores_are_told(catalog: Catalog, tmp_path: Path) -> None:
    journal.note(catalog, KEY, journal.COPY_MADE, serial=1)
    made = catalog.back_up()
    export(catalog.folder, tmp_path / "all.zip")
    journal.settle(catalog, KEY)
    dated, exported = (facts(event) for event in catalog.events() if event.what == BACKUP_MADE)
    assert dated["name"] == made.path.name
    assert dated["sha256"] == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert exported["sha256"] == hashlib.sha256((tmp_path / "all.zip").read_bytes()).hexdigest()
    before = str(journal.log_head(catalog))
    catalog.close()
    restore(tmp_path / "all.zip", catalog.folder)
    with Catalog(catalog.folder) as again:
        journal.settle(again, KEY)
        told = facts(again.events()[-1])
        assert again.events()[-1].what == BACKUP_RESTORED
        assert (told["sha256"], told["head_before"]) == (exported["sha256"], before)
