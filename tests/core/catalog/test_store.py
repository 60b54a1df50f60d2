"""The catalog keeps what it was given, finds it again, and refuses what it cannot read."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.catalog import copies
from core.catalog.migrations import steps
from core.catalog.store import Catalog
from core.errors import CatalogError, RefusedError
from core.model import SERIALS, Kind, Strength
from tests.core.catalog.conftest import KEY, Maker, a_work


def test_a_copy_brings_its_work_and_recipient(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy(a_work("portrait"), "Studio A")
    work, recipient = catalog.work(copy.work), catalog.recipient(copy.recipient)
    assert (work.title, work.kind, work.width, work.height, work.thumbnail) == (
        "portrait",
        Kind.IMAGE,
        900,
        600,
        b"png",
    )
    assert recipient.name == "Studio A"
    assert copy.strength is Strength.STANDARD
    assert (copy.parameters, copy.quality, copy.key) == (3, {"psnr": 42.5}, KEY)
    assert catalog.copy_by_serial(KEY, copy.serial) == copy
    assert catalog.copy_by_serial("another key", copy.serial) is None
    assert catalog.copy_by_sha256(copy.sha256) == copy
    assert catalog.work_by_sha256(work.sha256) == work
    assert catalog.serials(KEY).tolist() == [copy.serial]


def test_copies_are_known_by_where_they_were_saved(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    others = [f"/elsewhere/{number}.png" for number in range(1200)] + ["/x/\udcff"]
    assert catalog.copies_at([*others, copy.path]) == {copy.path}
    assert catalog.copies_at([]) == set()


def test_everything_outlives_the_process(tmp_path: Path, catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    catalog.name_creator(KEY, " Ada  Lovelace ")
    catalog.close()
    with Catalog(tmp_path / "home") as again:
        assert again.copies() == [copy]
        assert again.creator(KEY) == "Ada Lovelace"
        assert again.creator("unknown") == ""


def test_a_work_seen_again_gets_a_second_copy(catalog: Catalog, make_copy: Maker) -> None:
    first = make_copy(a_work("song", path="/old/song.wav"), "Studio A")
    second = make_copy(a_work("song", path="/new/song.wav"), "Studio B")
    assert first.work == second.work
    assert first.serial != second.serial
    assert [copy.id for copy in catalog.copies(work=first.work)] == [second.id, first.id]
    assert catalog.copies(recipient=first.recipient) == [first]
    assert catalog.work(first.work).path == "/new/song.wav"
    assert catalog.works("new") and not catalog.works("old")


@pytest.mark.parametrize("same", ["STUDIO A", "studio a", "  Studio\tA ", "sTUDIO a"])
def test_recipients_are_told_apart_without_case(catalog: Catalog, make_copy: Maker, same: str) -> None:
    first = make_copy(recipient="Studio A")
    assert make_copy(recipient=" ".join(same.split())).recipient == first.recipient
    assert [recipient.name for recipient in catalog.recipients()] == ["Studio A"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("Zoë", "Zoe\u0308"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("Ålesund", "A\u030alesund")],
)
def test_names_are_compared_as_unicode_says(catalog: Catalog, make_copy: Maker, one: str, other: str) -> None:
    assert make_copy(recipient=one).recipient == make_copy(recipient=other).recipient
    assert catalog.recipient_by_name(other) is not None


def test_search_finds_title_path_and_recipient_in_any_case(catalog: Catalog, make_copy: Maker) -> None:
    make_copy(a_work("Übergang", path="/Bilder/2026/Übergang.tif"), "Galerie Öst")
    make_copy(a_work("demo reel", path="/reels/demo.wav"), "Studio A")
    assert [work.title for work in catalog.works("übergang")] == ["Übergang"]
    assert [work.title for work in catalog.works("GALERIE ÖST")] == ["Übergang"]
    assert [work.title for work in catalog.works("öst 2026")] == ["Übergang"]
    assert [work.title for work in catalog.works("reels studio")] == ["demo reel"]
    assert catalog.works("öst reels") == []
    assert catalog.works("100%_") == []
    assert [work.title for work in catalog.works()] == ["demo reel", "Übergang"]
    assert [work.thumbnail for work in catalog.works(thumbnails=False, limit=1)] == [b""]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always Unicode")
def test_names_that_are_not_unicode_come_back_as_they_were(catalog: Catalog, make_copy: Maker) -> None:
    path = os.fsdecode(b"/masters/caf\xe9.jpg")
    copy = make_copy(a_work(os.fsdecode(b"caf\xe9"), path=path))
    assert catalog.work(copy.work).path == path
    assert catalog.work(copy.work).title == "caf\N{REPLACEMENT CHARACTER}"
    assert catalog.works("MASTERS/CAF")


def test_references_hold_the_sizes_of_works(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    (reference,) = catalog.references()
    assert (reference.work, reference.kind, reference.width, reference.height) == (copy.work, Kind.IMAGE, 900, 600)
    assert catalog.references(Kind.AUDIO) == ()


def test_serials_are_drawn_at_random_and_never_twice(catalog: Catalog) -> None:
    with catalog._database.changing() as connection:
        drawn = [copies.issue(connection, KEY) for _ in range(2000)]
        copies.issue(connection, "another key")
    assert len(set(drawn)) == 2000
    assert np.array_equal(catalog.serials(KEY), np.sort(drawn))
    assert np.median(drawn) == pytest.approx(SERIALS / 2, rel=0.1)  # 8 deviations of the median
    assert not np.all(np.diff(drawn) > 0)


def test_the_last_free_serial_is_found_and_then_there_is_none(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "SERIALS", 5000)  # guessing alone would miss the last one
    with catalog._database.changing() as connection:
        connection.executemany("INSERT INTO serials VALUES (?, ?, '2026')", ((KEY, s) for s in range(5000) if s != 777))
        assert copies.issue(connection, KEY) == 777
        with pytest.raises(CatalogError, match="All 5,000 serials"):
            copies.issue(connection, KEY)
        assert 0 <= copies.issue(connection, "another key") < 5000


def test_a_change_that_fails_leaves_nothing(catalog: Catalog) -> None:
    def change_and_fail() -> None:
        with catalog._database.changing() as connection:
            copies.issue(connection, KEY)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert catalog.serials(KEY).size == 0
    with pytest.raises(CatalogError), catalog._database.changing() as connection:
        connection.execute(
            "INSERT INTO copies (work, recipient, key, serial, path, sha256, created, strength, parameters, quality)"
            " VALUES (9, 9, 'k', 9, '', '', '', '', 0, '')"
        )
    assert catalog.copies() == []


def test_unknown_numbers_are_said(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="no work with the number 5"):
        catalog.work(5)
    with pytest.raises(CatalogError, match="no recipient"):
        catalog.recipient(5)


def test_threads_share_a_catalog(catalog: Catalog) -> None:
    def issue_and_look(_: int) -> None:
        for _ in range(20):
            with catalog._database.changing() as connection:
                copies.issue(connection, KEY)
            catalog.serials(KEY)
            catalog.works("x")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(issue_and_look, range(6)))
    assert catalog.serials(KEY).size == 120


def test_a_newer_catalog_is_refused_and_left_alone(tmp_path: Path, catalog: Catalog) -> None:
    catalog.close()
    path = tmp_path / "home" / "catalog.sqlite3"
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {len(steps()) + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="newer Countermark"):
        Catalog(tmp_path / "home")
    assert path.read_bytes() == before


def test_the_file_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE photos (id)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="another program"):
        Catalog(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is not a catalog" * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_catalog_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match="damaged"):
        Catalog(tmp_path)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogError, match="cannot be made"):
        Catalog(tmp_path / "file" / "home")


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits there")
def test_the_catalog_is_its_owners_alone(tmp_path: Path, catalog: Catalog, make_copy: Maker) -> None:
    make_copy()
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    for file in (tmp_path / "home").glob("catalog.sqlite3*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_nameless_recipient_is_refused(catalog: Catalog, make_copy: Maker) -> None:
    for name in ("", " \t", "\u202e\n"):
        with pytest.raises(RefusedError, match="recipient"):
            make_copy(recipient=name)
    assert catalog.copies() == [] and catalog.recipients() == []


def test_serials_are_known_at_once_whoever_issues_them(tmp_path: Path, catalog: Catalog, make_copy: Maker) -> None:
    first = make_copy()
    assert catalog.serials(KEY).tolist() == [first.serial]
    second = make_copy()  # through this catalog, which keeps them in memory
    assert catalog.serials(KEY).tolist() == sorted([first.serial, second.serial])
    with Catalog(tmp_path / "home") as other, other._database.changing() as connection:
        third = copies.issue(connection, KEY)
    assert catalog.serials(KEY).tolist() == sorted([first.serial, second.serial, third])
    catalog.serials(KEY)[:] = 0  # what is given away is a copy
    assert catalog.serials(KEY).tolist() == sorted([first.serial, second.serial, third])
    assert catalog.serials("unknown").tolist() == []
