"""Backups are whole, dated, thinned; an export restores elsewhere and never costs what is there."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Timer
from types import SimpleNamespace

import pytest

from core.catalog import backup, export
from core.catalog.backup import Backup, backups, thin
from core.catalog.export import drill, restore
from core.catalog.locks import FileLock
from core.catalog.store import Catalog
from core.errors import CatalogError, CountermarkError, UnreadableError, WriteError
from core.keys import CreatorKey
from core.model import Consent, Recipient
from tests.core.catalog.conftest import KEY, Maker

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_a_backup_is_the_catalog_as_it_was(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    made = catalog.back_up()
    make_copy(recipient="Studio B")
    assert [found.path for found in backups(catalog.folder)] == [made.path]
    assert sys.platform == "win32" or stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in made.path.parent.iterdir()) == [made.path.name]
    connection = sqlite3.connect(made.path)
    assert connection.execute("SELECT serial FROM copies").fetchall() == [(copy.serial,)]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_backup_is_due_once_a_day(catalog: Catalog, make_copy: Maker) -> None:
    assert catalog.back_up_if_due() is None  # nothing to keep
    make_copy()
    first = catalog.back_up_if_due()
    assert first is not None and catalog.back_up_if_due() is None
    yesterday = first.moment - timedelta(days=1, seconds=1)
    first.path.rename(first.path.with_name(f"catalog {yesterday.strftime('%Y-%m-%dT%H%M%S')}Z.sqlite3"))
    left = first.path.with_name(f".{first.path.name}.0.countermark-part")
    left.write_bytes(b"cut off")
    assert catalog.back_up_if_due() is not None
    assert not left.exists() and len(backups(catalog.folder)) == 2


def test_the_newest_backup_is_always_kept(catalog: Catalog, make_copy: Maker) -> None:
    make_copy()
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)  # made before the clock was set back
    dated(catalog.folder, ahead)
    made = [catalog.back_up(), catalog.back_up()]
    assert made[1].path.exists() and made[1].moment == ahead + timedelta(seconds=2)
    assert next(found.moment for found in backups(catalog.folder)) == made[1].moment


def test_what_hinders_the_daily_backup_hinders_nothing_else(
    catalog: Catalog, make_copy: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_copy()
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: SimpleNamespace(free=100))
    assert catalog.back_up_if_due() is None
    with pytest.raises(CatalogError, match="too little for a backup"):
        catalog.back_up()
    assert backups(catalog.folder) == []


def test_a_backup_that_lacks_rows_is_not_kept(
    catalog: Catalog, make_copy: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_copy()
    right = backup.integrity.counts

    def once_more(connection: sqlite3.Connection) -> dict[str, int]:
        monkeypatch.setattr(backup.integrity, "counts", right)
        return {**right(connection), "copies": 2}

    monkeypatch.setattr(backup.integrity, "counts", once_more)
    with pytest.raises(CatalogError, match="is not whole"):
        catalog.back_up()
    assert [*(catalog.folder / "backups").iterdir()] == []


def dated(folder: Path, *moments: datetime, size: int = 1) -> None:
    (folder / "backups").mkdir(parents=True, exist_ok=True)
    for moment in moments:
        name = f"catalog {moment.strftime('%Y-%m-%dT%H%M%S')}Z.sqlite3"
        (folder / "backups" / name).write_bytes(bytes(size))


def test_backups_are_thinned_to_days_weeks_and_months(tmp_path: Path) -> None:
    dated(tmp_path, *(NOON - timedelta(hours=12 * step) for step in range(2 * 800)))
    (tmp_path / "backups" / "catalog mine.sqlite3").write_bytes(b"")
    thin(tmp_path)
    kept = [found.moment for found in backups(tmp_path)]
    assert kept[:7] == [NOON - timedelta(days=day) for day in range(7)]
    sundays = [NOON - timedelta(days=day) for day in (5, 12, 19)]  # the newest of each earlier week
    assert set(sundays) <= set(kept)
    months = {(moment.year, moment.month) for moment in kept}
    assert len(months) == 12 and len(kept) == 7 + 2 + 11
    assert thin(tmp_path) == []
    assert (tmp_path / "backups" / "catalog mine.sqlite3").exists()


def test_large_backups_are_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_LEAST", 10)
    dated(tmp_path, *(NOON - timedelta(days=day) for day in range(7)), size=4)
    thin(tmp_path)
    assert [found.moment.day for found in backups(tmp_path)] == [27, 26, 25]
    monkeypatch.setattr(backup, "_SHARE", 0)
    monkeypatch.setattr(backup, "_LEAST", 1)
    thin(tmp_path)
    assert len(backups(tmp_path)) == 2


@pytest.fixture
def full(catalog: Catalog, make_copy: Maker) -> Path:
    """A data folder with two copies, a sealed and an open key, settings and a manifest."""
    make_copy()
    make_copy(recipient="Studio B")
    keys = catalog.folder / "keys"
    keys.mkdir()
    CreatorKey.from_bytes(bytes(32)).save(keys / "sealed.key", "long passphrase")
    CreatorKey.from_bytes(bytes(range(32))).save(keys / "open.key", "")
    (catalog.folder / "settings.toml").write_text('recipient = "Studio A"\n')
    (catalog.folder / "manifests").mkdir()
    (catalog.folder / "manifests" / "1.c2pa").write_bytes(b"manifest")
    return catalog.folder


def test_an_export_holds_all_and_restores_elsewhere(full: Path, tmp_path: Path) -> None:
    made = export.export(full, tmp_path / "disk" / "all.zip")
    assert (made.keys, made.left_out, made.counts["copies"]) == (("sealed",), ("open",), 2)
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["all.zip"]
    with pytest.raises(WriteError, match="already exists"):
        export.export(full, made.path)
    tried = drill(made.path, full / "catalog.sqlite3")
    assert tried.problems == () and "Studio A" in tried.copy
    there = tmp_path / "another computer"
    restored = restore(made.path, there)
    assert (restored.set_aside, restored.keys, restored.counts["copies"]) == (None, ("sealed",), 2)
    assert sorted(path.name for path in there.iterdir()) == [
        "catalog.sqlite3",
        "keys",
        "locks",
        "manifests",
        "settings.toml",
    ]
    assert (there / "keys" / "sealed.key").read_bytes() == (full / "keys" / "sealed.key").read_bytes()
    assert (there / "manifests" / "1.c2pa").read_bytes() == b"manifest"
    with Catalog(full) as old, Catalog(there) as new:
        assert new.copies() == old.copies()
        assert new.serials(KEY).tolist() == old.serials(KEY).tolist()
        assert new.problems() == []


def test_open_keys_go_along_only_when_asked(full: Path, tmp_path: Path) -> None:
    made = export.export(full, tmp_path / "all.zip", open_keys=True)
    assert (made.keys, made.left_out) == (("open", "sealed"), ())


def test_what_is_there_is_set_aside(full: Path, catalog: Catalog, make_copy: Maker, tmp_path: Path) -> None:
    made = export.export(full, tmp_path / "all.zip")
    late = make_copy(recipient="Late")
    (full / "settings.toml").write_text('recipient = "mine"\n')
    (full / "keys" / "sealed.key").write_bytes(b"mine")
    with pytest.raises(CatalogError, match="in use by another program"):
        restore(made.path, full)
    assert len(catalog.copies()) == 3 and not list(full.glob("set aside*"))
    catalog.close()
    restored = restore(made.path, full)
    assert restored.set_aside is not None and restored.keys == ()
    assert (full / "settings.toml").read_text() == 'recipient = "mine"\n'
    assert (full / "keys" / "sealed.key").read_bytes() == b"mine"
    with Catalog(full) as now:
        assert len(now.copies()) == 2 and now.copy_by_serial(KEY, late.serial) is None
    with Catalog(restored.set_aside.parent) as before:
        assert before.copy_by_serial(KEY, late.serial) == late
    assert restore(made.path, full).set_aside != restored.set_aside
    assert not list(full.glob(".restoring*"))


def test_a_dated_backup_restores_too_even_over_a_damaged_catalog(full: Path, catalog: Catalog) -> None:
    made = catalog.back_up()
    catalog.close()
    (full / "catalog.sqlite3").write_bytes(b"damaged" * 1000)
    (full / "catalog.sqlite3-wal").write_bytes(b"damaged too")
    restored = restore(made.path, full)
    assert restored.set_aside is not None and restored.set_aside.read_bytes() == b"damaged" * 1000
    with Catalog(full) as now:
        assert len(now.copies()) == 2


def test_a_backup_of_an_older_version_restores(tmp_path: Path) -> None:
    stored = Path(__file__).resolve().parents[2] / "data" / "catalog_version_2.sqlite3"
    before = stored.read_bytes()
    assert drill(stored).problems == ()
    restored = restore(stored, tmp_path / "home")
    assert restored.counts["copies"] == 4 and stored.read_bytes() == before
    with Catalog(tmp_path / "home") as now:
        assert now.creator(KEY) == "Ada Lovelace"


def test_a_drill_tells_what_a_backup_lacks(catalog: Catalog, make_copy: Maker, tmp_path: Path) -> None:
    for _ in range(3):
        make_copy()
    made = catalog.back_up()
    raw = sqlite3.connect(made.path)
    raw.executescript(
        "DROP TRIGGER copies_kept; DELETE FROM changes WHERE 0; DELETE FROM copies WHERE id = 2;"
        "UPDATE keys SET issued = 9;"
    )
    raw.close()
    tried = drill(made.path, catalog.path)
    assert tried.problems == (
        "The number of serials issued is wrong for 1 of the keys.",
        "1 copies of the present catalog are not in it.",
    )
    with pytest.raises(CatalogError, match="is not in order"):
        restore(made.path, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere" / "catalog.sqlite3").exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "nothing", "text", "missing", "outside", "no list"])
def test_damaged_exports_are_refused(full: Path, tmp_path: Path, damage: str) -> None:
    whole = export.export(full, tmp_path / "all.zip").path
    bad = tmp_path / "bad.zip"
    content = bytearray(whole.read_bytes())
    if damage == "cut":
        bad.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[2000:2100] = bytes(100)
        bad.write_bytes(content)
    elif damage == "nothing":
        bad.write_bytes(b"")
    elif damage == "text":
        bad.write_bytes(b"hello" * 100)
    elif damage in ("outside", "no list"):
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                if name != "countermark.json":
                    new.writestr(name, old.read(name))
            if damage == "outside":
                new.writestr("../evil", b"")
                new.writestr("countermark.json", old.read("countermark.json"))
    there = tmp_path / "there"
    for work in (lambda: drill(bad), lambda: restore(bad, there)):
        with pytest.raises(UnreadableError, match=r"bad\.zip"):
            work()
    assert not (there / "catalog.sqlite3").exists() and not (tmp_path / "evil").exists()


def test_problems_between_rows_are_found(catalog: Catalog, make_copy: Maker) -> None:
    make_copy()
    catalog.add(Consent(0, "x"))
    catalog.add(Recipient(0, "unseen"))
    assert catalog.problems() == []
    with catalog._database.changing() as connection:
        connection.execute("UPDATE consents SET series = 7, version = 2")
        connection.execute("DELETE FROM texts WHERE thing = 'recipients'")
    assert catalog.problems() == [
        "1 of the agreements belong to no series.",
        "2 of the recipients cannot be found by search.",
        "The search index of the recipients is not complete.",
    ]
    catalog.rebuild_search()
    assert len(catalog.problems()) == 1


def test_an_empty_folder_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="There is no catalog"):
        export.export(tmp_path, tmp_path / "all.zip")


def test_what_cannot_be_a_backup_is_said(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "nowhere.zip"):
        with pytest.raises(CountermarkError):
            drill(wrong)


def test_backups_know_their_moment() -> None:
    assert Backup(Path("x"), NOON, 1).moment.tzinfo is UTC


# -- the daily backup in the background -----------------------------------------------------------------------------


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """Let backups stop after each page until they may go on: (they have begun, they may go on)."""
    begun, go_on = Event(), Event()
    plain = backup.snapshot

    def slowly(catalog: Path, target: Path, stop: Callable[[], bool]) -> dict[str, int]:
        def asked() -> bool:
            begun.set()
            while not go_on.wait(0.01):
                if stop():
                    return True
            return stop()

        return plain(catalog, target, asked)

    monkeypatch.setattr(backup, "_STEP", 1)
    monkeypatch.setattr(backup, "snapshot", slowly)
    yield begun, go_on
    go_on.set()


def test_the_daily_backup_holds_nobody_up_and_is_one_moment(
    catalog: Catalog, make_copy: Maker, held: tuple[Event, Event]
) -> None:
    begun, go_on = held
    first = make_copy()
    catalog.back_up_soon()
    assert begun.wait(30)
    late = [make_copy(recipient=f"Studio {n}") for n in range(3)]  # written while it is copied
    assert backups(catalog.folder) == []
    go_on.set()
    catalog.wait_for_backup()
    (made,) = backups(catalog.folder)
    connection = sqlite3.connect(made.path)
    assert connection.execute("SELECT serial FROM copies").fetchall() == [(first.serial,)]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert len(catalog.copies()) == 1 + len(late) and catalog.problems() == []
    assert [one.facts["name"] for one in catalog.waiting()] == [made.path.name]


def test_closing_waits_for_the_backup(catalog: Catalog, make_copy: Maker, held: tuple[Event, Event]) -> None:
    begun, go_on = held
    make_copy()
    catalog.back_up_soon()
    assert begun.wait(30)
    Timer(0.2, go_on.set).start()
    catalog.close()
    assert len(backups(catalog.folder)) == 1


def test_an_interrupted_wait_gives_the_backup_up(
    catalog: Catalog, make_copy: Maker, held: tuple[Event, Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, _ = held
    make_copy()
    catalog.back_up_soon()
    assert begun.wait(30) and catalog._backup is not None
    join = catalog._backup.join

    def interrupted() -> None:
        monkeypatch.setattr(catalog._backup, "join", join)
        raise KeyboardInterrupt

    monkeypatch.setattr(catalog._backup, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        catalog.wait_for_backup()
    assert [path.name for path in (catalog.folder / "backups").iterdir()] == []


def test_a_restore_waits_for_a_backup_and_a_backup_for_no_restore(
    full: Path, catalog: Catalog, make_copy: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_copy()
    target = catalog.folder.parent / "all.zip"
    export.export(catalog.folder, target)
    lock = FileLock.take(catalog.folder / "locks" / backup.LOCK)
    assert lock is not None
    assert catalog.back_up_if_due() is None
    catalog.close()
    monkeypatch.setattr(export, "PATIENCE", 0.1)
    with pytest.raises(CatalogError, match="in use"):
        restore(target, catalog.folder)
    lock.release(remove=False)
    assert restore(target, catalog.folder).set_aside is not None


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal of Unix")
def test_a_killed_backup_leaves_nothing_that_counts(catalog: Catalog, make_copy: Maker) -> None:
    make_copy()
    catalog.close()
    program = (
        "import os, pathlib, signal, sys\n"
        "from core.catalog import backup\n"
        "from core.catalog.store import Catalog\n"
        "backup._STEP = 1\n"
        "calls = []\n"
        "def stop():\n"
        "    calls.append(1)\n"
        "    if len(calls) == 20: os.kill(os.getpid(), signal.SIGKILL)\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "backup.back_up_if_due(folder / 'catalog.sqlite3', folder, stop=stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, catalog.folder], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == -9
    left = sorted(path.suffix for path in (catalog.folder / "backups").iterdir())
    assert left == [".countermark-part", ".countermark-part-journal"]
    with Catalog(catalog.folder) as again:
        assert len(again.copies()) == 1 and again.problems() == []
        assert again.back_up_if_due() is not None
        assert len(list((catalog.folder / "backups").iterdir())) == 1
