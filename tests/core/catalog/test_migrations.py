"""A catalog of an older version is brought up to date with all it holds, and kept beside as it was."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog import migrations
from core.catalog.store import Catalog
from core.errors import CatalogError
from core.model import Copy, Creator, KeyState, Kind
from tests.core.catalog.conftest import KEY, a_work

DATA = Path(__file__).resolve().parents[2] / "data"
STORED = DATA / "catalog_version_1.sqlite3"
BACKUP = "catalog version 1.sqlite3"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder with a catalog as version 1 of its schema left it: 3 works, 4 copies, a check, an intent."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(STORED, home / "catalog.sqlite3")
    return home


def rows(path: Path, table: str) -> list[dict[str, object]]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY 1')]
    finally:
        connection.close()


def version(path: Path) -> int:
    return int(sqlite3.connect(path).execute("PRAGMA user_version").fetchone()[0])


def test_everything_of_version_1_is_still_there(old: Path) -> None:
    with Catalog(old) as catalog:
        assert [work.title for work in catalog.works()] == ["demo reel", "Übergang", "portrait"]
        assert [work.thumbnail[:4] for work in catalog.works()] == [b"", b"\x89PNG", b"\x89PNG"]
        assert catalog.creator(KEY) == "Ada Lovelace"
        copies = catalog.copies()
        assert [catalog.recipient(copy.recipient).name for copy in copies] == [
            "Studio B",
            "Studio A",
            "Galerie Öst",
            "Studio A",
        ]
        assert catalog.serials(KEY).size == 5
        (check,) = catalog.checks()
        (match,) = check.matches
        assert (match.copy, match.shows_work) == (copies[0], None)
        assert [reference.signal for reference in catalog.references()] == [b"", b"", b""]
    assert version(old / "catalog.sqlite3") == len(migrations.steps())


@pytest.mark.parametrize("number", [1, 2])
def test_every_row_is_kept(tmp_path: Path, number: int) -> None:
    stored = DATA / f"catalog_version_{number}.sqlite3"
    shutil.copyfile(stored, tmp_path / "catalog.sqlite3")
    with Catalog(tmp_path) as catalog:
        assert catalog.creator(KEY) == "Ada Lovelace"
        for work in rows(stored, "works"):
            assert [found.sha256 for found in catalog.works(str(work["title"]).upper())] == [work["sha256"]]
    tables = ("works", "thumbnails", "recipients", "serials", "copies", "checks", "findings", "intents")
    for table in (*tables, *(("signals", "fingerprints") if number > 1 else ())):
        before, after = rows(stored, table), rows(tmp_path / "catalog.sqlite3", table)
        assert len(before) >= 1
        assert [{name: row[name] for name in before[0]} for row in after] == before
    assert version(tmp_path / f"catalog version {number}.sqlite3") == number


def test_keys_of_version_2_keep_their_creators(tmp_path: Path) -> None:
    shutil.copyfile(DATA / "catalog_version_2.sqlite3", tmp_path / "catalog.sqlite3")
    with Catalog(tmp_path) as catalog:
        keys = {key.id: key for key in catalog.known_keys()}
        names = {creator.id: creator.name for creator in catalog.every(Creator)}
        assert [names[keys[key].creator or 0] for key in (KEY, "8899aabbccddeeff")] == ["Ada Lovelace", "Grace Hopper"]
        assert (keys[KEY].issued, keys[KEY].state, keys[KEY].retired) == (4, KeyState.ACTIVE, "")
        assert {work.title: names[work.creator or 0] for work in catalog.works()} == {
            "portrait": "Ada Lovelace",
            "Übergang": "Ada Lovelace",
            "demo reel": "Ada Lovelace",
        }
        assert [reference.signal for reference in map(catalog.reference, (1, 2, 3))] == [
            b"signal of portrait",
            b"signal of bergang",
            b"sound",
        ]
        check = catalog.checks()[1]
        assert (check.matches[0].shows_work, check.matches[0].agreed) == (True, "")


def test_an_unfinished_copy_of_version_1_is_completed_when_its_file_turns_up(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    (folder / "late.bin").write_bytes(b"copy")
    raw = sqlite3.connect(old / "catalog.sqlite3")
    raw.execute(
        "UPDATE intents SET temporary = ?, final = ?, sha256 = ?, parameters = 1, quality = '{}'",
        (str(folder / ".y.countermark-part"), str(folder / "late.bin"), hashlib.sha256(b"copy").hexdigest()),
    )
    raw.commit()
    raw.close()
    with Catalog(old) as catalog:
        (copy, *_) = catalog.copies()
        assert (copy.path, catalog.work(copy.work).title) == (str(folder / "late.bin"), "Übergang")


def test_the_catalog_as_it_was_is_kept_beside(old: Path) -> None:
    with Catalog(old):
        pass
    backup = old / BACKUP
    assert version(backup) == 1
    assert rows(backup, "copies") == rows(STORED, "copies")
    assert sys.platform == "win32" or stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    with Catalog(old):
        pass
    assert backup.read_bytes() == before
    assert sorted(path.name for path in old.glob("*.sqlite3")) == [BACKUP, "catalog.sqlite3"]


def test_no_earlier_copy_is_overwritten(old: Path) -> None:
    (old / BACKUP).write_bytes(b"mine")
    with Catalog(old):
        pass
    assert (old / BACKUP).read_bytes() == b"mine"
    assert version(old / "catalog version 1 (2).sqlite3") == 1


def test_a_new_catalog_has_nothing_to_keep(tmp_path: Path) -> None:
    with Catalog(tmp_path / "home"):
        pass
    assert [path.name for path in (tmp_path / "home").glob("*.sqlite3")] == ["catalog.sqlite3"]


def test_without_a_copy_nothing_is_changed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    before = (old / "catalog.sqlite3").read_bytes()
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(CatalogError, match=r"could not be copied beside it.*Free some space"):
        Catalog(old)
    assert (old / "catalog.sqlite3").read_bytes() == before
    assert [path.name for path in old.iterdir() if path.is_file()] == ["catalog.sqlite3"]


def test_a_step_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = migrations.steps()
    monkeypatch.setattr(migrations, "steps", lambda: (*known, "CREATE TABLE more (id); SELECT nonsense FROM nowhere;"))
    with pytest.raises(CatalogError):
        Catalog(old)
    assert version(old / "catalog.sqlite3") == len(known)
    monkeypatch.undo()
    with Catalog(old) as catalog:
        assert len(catalog.copies()) == 4


def test_a_work_of_version_1_gets_its_signal_with_its_next_copy(old: Path, tmp_path: Path) -> None:
    with Catalog(old) as catalog:
        work = next(work for work in catalog.works() if work.title == "portrait")
        assert catalog.reference(work.id).signal == b""
        assert not catalog.has_signal(work.sha256)
        copy = _copied(catalog, tmp_path, replace(a_work(), sha256=work.sha256, signal=b"signal", fingerprint=b"print"))
        assert copy.work == work.id
        assert catalog.has_signal(work.sha256)
        reference = catalog.reference(work.id)
        assert (reference.signal, reference.width, reference.height) == (b"signal", 900, 600)
        assert catalog.fingerprints(Kind.IMAGE) == [(work.id, b"print")]


def _copied(catalog: Catalog, folder: Path, work: object) -> Copy:
    from core.model import Strength, Work

    assert isinstance(work, Work)
    final = folder / "again.jpg"
    final.write_bytes(b"again")
    with catalog.at_work() as owner:
        intent = catalog.reserve(
            owner=owner,
            key=KEY,
            work=work,
            recipient="Studio D",
            strength=Strength.STANDARD,
            temporary=folder / ".z.countermark-part",
            final=final,
        )
        intent = catalog.note_written(
            intent, final=final, sha256=hashlib.sha256(b"again").hexdigest(), parameters=2, quality={}
        )
        return catalog.complete(intent)
