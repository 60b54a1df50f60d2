"""The log of a catalog: what jobs write into it, what is wrong with it, heads and stamps of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import journal, stamps
from core.catalog.store import Catalog
from core.errors import RefusedError, WriteError
from core.keys import CreatorKey
from core.model import DataMining, SourceType, Statements

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
