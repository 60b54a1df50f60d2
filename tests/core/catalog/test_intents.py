"""What a dead process left unfinished is completed or tidied up, what a living one does is left alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from core.catalog.intents import Intent
from core.catalog.locks import FileLock
from core.catalog.store import Catalog
from core.errors import CatalogError
from core.model import Copy, Strength, Terms
from tests.core.catalog.conftest import KEY, a_work

CONTENT = b"a marked copy"
HASH = hashlib.sha256(CONTENT).hexdigest()


def begin(catalog: Catalog, folder: Path, owner: str = "1-dead", name: str = "portrait (Studio A).jpg") -> Intent:
    folder.mkdir(exist_ok=True)
    return catalog.reserve(
        owner=owner,
        key=KEY,
        work=a_work(),
        recipient="Studio A",
        strength=Strength.STRONG,
        temporary=folder / ".portrait-0123456789ab.countermark-part",
        final=folder / name,
    )


def written(catalog: Catalog, intent: Intent) -> Intent:
    return catalog.note_written(intent, final=intent.final, sha256=HASH, parameters=1, quality={"psnr": 41.0})


def intents(catalog: Catalog) -> int:
    with catalog._database.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM intents").fetchone()[0])


def test_before_the_file_was_finished_only_the_temporary_goes(catalog: Catalog, tmp_path: Path) -> None:
    intent = begin(catalog, tmp_path / "out")
    intent.temporary.write_bytes(b"half")
    (tmp_path / "out" / "mine.txt").write_text("not ours")
    assert catalog.repair() == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]
    assert (catalog.copies(), catalog.works(), catalog.recipients(), intents(catalog)) == ([], [], [], 0)
    assert catalog.serials(KEY).tolist() == [intent.serial]  # burnt: something of it may have been seen
    assert catalog.repair() == 0


def test_before_the_move_only_the_temporary_goes(catalog: Catalog, tmp_path: Path) -> None:
    intent = written(catalog, begin(catalog, tmp_path / "out"))
    intent.temporary.write_bytes(CONTENT)
    assert catalog.repair() == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert (catalog.copies(), intents(catalog)) == ([], 0)


@pytest.mark.parametrize("temporary_too", [False, True])
def test_after_the_move_the_row_is_completed(catalog: Catalog, tmp_path: Path, temporary_too: bool) -> None:
    intent = written(catalog, begin(catalog, tmp_path / "out"))
    intent.final.write_bytes(CONTENT)
    if temporary_too:
        intent.temporary.hardlink_to(intent.final)
    catalog.close()
    with Catalog(tmp_path / "home") as again:
        (copy,) = again.copies()
        assert (copy.serial, copy.sha256, copy.path) == (intent.serial, HASH, str(intent.final))
        assert (copy.strength, copy.parameters, copy.quality) == (Strength.STRONG, 1, {"psnr": 41.0})
        assert again.work(copy.work).thumbnail == b"png"
        assert again.recipient(copy.recipient).name == "Studio A"
        assert intents(again) == 0
    assert list((tmp_path / "out").iterdir()) == [intent.final]


def test_another_file_under_the_final_name_is_left_alone(catalog: Catalog, tmp_path: Path) -> None:
    intent = written(catalog, begin(catalog, tmp_path / "out"))
    intent.final.write_bytes(b"somebody else's")
    intent.temporary.write_bytes(CONTENT)
    assert catalog.repair() == 1
    assert intent.final.read_bytes() == b"somebody else's"
    assert not intent.temporary.exists()
    assert catalog.copies() == []


def test_a_folder_under_the_final_name_is_left_alone(catalog: Catalog, tmp_path: Path) -> None:
    intent = written(catalog, begin(catalog, tmp_path / "out"))
    intent.final.mkdir()
    assert catalog.repair() == 1
    assert intent.final.is_dir() and catalog.copies() == []


def test_an_unplugged_disk_is_waited_for(catalog: Catalog, tmp_path: Path) -> None:
    intent = written(catalog, begin(catalog, tmp_path / "out"))
    intent.final.write_bytes(CONTENT)
    shutil.move(tmp_path / "out", tmp_path / "away")
    assert catalog.repair() == 0
    assert intents(catalog) == 1
    shutil.move(tmp_path / "away", tmp_path / "out")
    assert catalog.repair() == 1
    assert [copy.serial for copy in catalog.copies()] == [intent.serial]


def test_the_work_of_a_living_owner_is_not_touched(catalog: Catalog, tmp_path: Path) -> None:
    with catalog.at_work() as owner:
        intent = begin(catalog, tmp_path / "out", owner)
        intent.temporary.write_bytes(b"half")
        assert catalog.repair() == 0
        with Catalog(tmp_path / "home"):
            assert intent.temporary.exists() and intents(catalog) == 1
    assert list((tmp_path / "home" / "locks").glob("*-*.lock")) == []
    assert catalog.repair() == 1
    assert not intent.temporary.exists() and intents(catalog) == 0


def test_lock_files_of_the_dead_are_removed(catalog: Catalog, tmp_path: Path) -> None:
    left = tmp_path / "home" / "locks" / "4711-dead.lock"
    left.write_bytes(b"")
    catalog.repair()
    assert not left.exists()


def test_completing_twice_or_too_early_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    intent = begin(catalog, tmp_path / "out")
    with pytest.raises(CatalogError):
        catalog.complete(intent)
    intent = written(catalog, intent)
    catalog.complete(intent)
    with pytest.raises(CatalogError):
        catalog.complete(intent)
    assert len(catalog.copies()) == 1


def test_only_a_recognised_temporary_name_beside_the_target_is_taken(catalog: Catalog, tmp_path: Path) -> None:
    for temporary in (tmp_path / "portrait.jpg", tmp_path / "elsewhere" / ".x-0.countermark-part"):
        with pytest.raises(ValueError, match="temporary"):
            catalog.reserve(
                owner="o",
                key=KEY,
                work=a_work(),
                recipient="r",
                strength=Strength.STANDARD,
                temporary=temporary,
                final=tmp_path / "a.jpg",
            )
    assert catalog.serials(KEY).size == 0


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "a-b.lock"
    lock = FileLock.take(path)
    assert lock is not None
    assert FileLock.take(path) is None
    lock.release()
    assert not path.exists()
    again = FileLock.take(path)
    assert again is not None
    again.release()


def test_purpose_terms_and_manifest_outlive_a_crash(catalog: Catalog, tmp_path: Path) -> None:
    terms = catalog.add(Terms(0, "Portfolio"))
    folder = tmp_path / "out"
    folder.mkdir()
    intent = catalog.reserve(
        owner="1-dead",
        key=KEY,
        work=a_work(),
        recipient="Studio A",
        strength=Strength.STRONG,
        temporary=folder / ".portrait-0123456789ab.countermark-part",
        final=folder / "copy.jpg",
        purpose="casting",
        terms=terms.id,
    )
    catalog.note_written(intent, final=intent.final, sha256=HASH, parameters=1, quality={}, manifest=b"signed manifest")
    intent.final.write_bytes(CONTENT)
    assert catalog.repair() == 1
    (copy,) = catalog.copies()
    assert (copy.purpose, copy.terms, catalog.manifest(copy.id)) == ("casting", terms.id, b"signed manifest")
    assert catalog.history(Copy, copy.id)[0].what == "completed after an interruption"
