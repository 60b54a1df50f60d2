"""Kinds, folders, hashes, and new files that never replace one."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.errors import UnreadableError, WriteError
from core.media import files
from core.model import Kind

from .conftest import colours


@pytest.fixture
def picture(folder: Path) -> Path:
    path = folder / "photo.jpg"
    Image.fromarray(colours()).save(path)
    return path


def test_kind_is_told_by_content_not_by_name(folder: Path, picture: Path) -> None:
    misnamed = folder / "song.mp3"
    misnamed.write_bytes(picture.read_bytes())
    assert files.kind_of(misnamed) is Kind.IMAGE


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"Dear all, this is a letter. " * 400, "neither"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", "damaged"),
        (b"\xff" * 5000, "neither"),
    ],
)
def test_other_files_are_named_in_one_sentence(folder: Path, content: bytes, word: str) -> None:
    path = folder / "thing.png"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        files.kind_of(path)
    assert "thing.png" in caught.value.message and word in caught.value.message
    assert caught.value.hint and caught.value.path == path


def test_missing_files_and_folders_are_told_apart(folder: Path) -> None:
    with pytest.raises(UnreadableError, match="no file"):
        files.kind_of(folder / "nothing.wav")
    with pytest.raises(UnreadableError, match="is a folder"):
        files.kind_of(folder)
    with pytest.raises(UnreadableError, match="no file"):
        files.sha256_of(folder / "nothing.wav")


def test_folders_yield_media_sorted_without_hidden_and_temporary_ones(folder: Path, picture: Path) -> None:
    inner = folder / "b inner"
    inner.mkdir()
    for path in (
        folder / "Z.jpg",
        folder / "a.jpg",
        inner / "no suffix",
        folder / ".hidden.jpg",
        folder / "._a.jpg",
        folder / "~$a.jpg",
    ):
        path.write_bytes(picture.read_bytes())
    (folder / "notes.txt").write_text("no picture")
    (folder / "broken.png").write_bytes(b"")  # looks like media: somebody has to say what is wrong with it
    with files.temporary_beside(folder / "a.jpg") as temporary:
        temporary.write_bytes(picture.read_bytes())
        found = [path.relative_to(folder).as_posix() for path in files.media_files([folder])]
    assert found == ["a.jpg", "b inner/no suffix", "broken.png", "photo.jpg", "Z.jpg"]


def test_named_files_are_yielded_whatever_they_are_and_only_once(folder: Path, picture: Path) -> None:
    note = folder / "notes.txt"
    note.write_text("no picture")
    missing = folder / "missing.jpg"
    found = list(files.media_files([note, missing, picture, folder, folder / "." / "photo.jpg"]))
    assert found == [note, missing, picture]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_circles_do_no_harm(folder: Path, picture: Path) -> None:
    (folder / "circle").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "again.jpg").symlink_to(picture)
    assert len(list(files.media_files([folder]))) == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may open everything")
def test_closed_folder_is_yielded_itself(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0)
    try:
        assert list(files.media_files([folder])) == [closed]
    finally:
        closed.chmod(0o700)


def test_hash_is_that_of_the_content(picture: Path) -> None:
    assert files.sha256_of(picture) == hashlib.sha256(picture.read_bytes()).hexdigest()


def test_new_file_appears_under_its_name_and_the_temporary_one_goes(folder: Path) -> None:
    final = folder / "photo copy.jpg"
    with files.temporary_beside(final) as temporary:
        assert temporary.parent == folder and files.is_temporary(temporary) and not temporary.exists()
        temporary.write_bytes(b"new")
        files.replace_new(temporary, final)
        assert not temporary.exists()
    assert final.read_bytes() == b"new" and len(list(folder.iterdir())) == 1


def _no_links(self: Path, target: Path) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_existing_file_is_never_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    final = folder / "photo copy.jpg"
    final.write_bytes(b"old")
    with files.temporary_beside(final) as temporary:
        temporary.write_bytes(b"new")
        with pytest.raises(WriteError, match="already exists"):
            files.replace_new(temporary, final)
    assert final.read_bytes() == b"old" and list(folder.iterdir()) == [final]


def test_new_file_appears_without_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    final = folder / "a.wav"
    with files.temporary_beside(final) as temporary:
        temporary.write_bytes(b"new")
        files.replace_new(temporary, final)
    assert final.read_bytes() == b"new" and list(folder.iterdir()) == [final]


def test_content_is_on_disk_before_the_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    sync, move = os.fsync, files._move_new

    def fsync(handle: int) -> None:
        order.append("sync")
        sync(handle)

    def moving(temporary: Path, final: Path) -> None:
        order.append("move")
        move(temporary, final)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(files, "_move_new", moving)
    with files.temporary_beside(folder / "a") as temporary:
        temporary.write_bytes(b"new")
        files.replace_new(temporary, folder / "a")
    assert order[:2] == ["sync", "move"] and (sys.platform == "win32" or order == ["sync", "move", "sync"])


def test_missing_folder_is_one_sentence(folder: Path) -> None:
    with files.temporary_beside(folder / "a") as temporary:
        temporary.write_bytes(b"new")
        with pytest.raises(WriteError, match="could not be written"):
            files.replace_new(temporary, folder / "nowhere" / "a")


def test_temporary_goes_when_the_work_fails(folder: Path) -> None:
    def work() -> None:
        with files.temporary_beside(folder / ("long ü " * 40 + ".tiff")) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert not list(folder.iterdir())


def test_free_name_counts_on(folder: Path) -> None:
    path: Any = folder / "Café – reel.v2.wav"
    assert files.free_name(path) == path
    path.write_bytes(b"")
    assert files.free_name(path).name == "Café – reel.v2 2.wav"
    files.free_name(path).write_bytes(b"")
    assert files.free_name(path).name == "Café – reel.v2 3.wav"
