"""What a watched folder's looks find among real files: whole new ones, each once, none of our own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.arrivals import Arrivals
from app.watched import DoneFiles, Watched
from core.errors import CancelledError, SettingsError
from core.presets import Preset
from core.progress import silent
from core.scan.journal import FileState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Exports"
    made.mkdir()
    return made


def arrivals(folder: Path, wanted: Preset | None = None, data: Path | None = None) -> Arrivals:
    data = data or folder.parent / "data"
    return Arrivals(Watched(folder, wanted), DoneFiles(data / "x.done"), data)


def found(looks: Arrivals) -> list[str] | None:
    fresh = looks.look(silent)
    return None if fresh is None else [Path(state.path).name for state in fresh]


def test_a_file_is_taken_when_it_is_whole(folder: Path) -> None:
    looks = arrivals(folder)
    assert found(looks) == []
    file = folder / "a.png"
    file.write_bytes(b"half")
    assert found(looks) == []
    file.write_bytes(b"half and more")
    assert found(looks) == []  # it grew
    assert found(looks) == ["a.png"]
    looks.taken = {FileState.of(file).name: None}
    file.write_bytes(b"half and more, and more")
    assert found(looks) == found(looks) == []  # somebody works on it
    looks.taken = {FileState.of(file).name: FileState.of(file).content}
    assert found(looks) == found(looks) == []  # it failed
    file.write_bytes(b"whole")
    assert found(looks) == [] and found(looks) == ["a.png"]
    looks.taken = {}
    looks.done.add([FileState.of(file)])
    assert found(looks) == found(looks) == []
    file.write_bytes(b"another picture")
    assert found(looks) == [] and found(looks) == ["a.png"]


def test_what_is_there_already_is_left_alone_and_what_came_meanwhile_is_taken(folder: Path) -> None:
    (folder / "below").mkdir()
    for name in ("a.png", "below/b.wav"):
        (folder / name).write_bytes(b"before")
    assert arrivals(folder).leave_present(silent) == 2
    (folder / "while it was closed.png").write_bytes(b"new")
    later = arrivals(folder)
    assert found(later) == [] and found(later) == ["while it was closed.png"]


def test_hidden_files_and_our_own_are_none(folder: Path) -> None:
    looks = arrivals(folder.parent, Preset(recipients=("A",), output_folder=str(folder)), folder.parent / "data")
    (folder.parent / "data").mkdir()
    for place in (folder, folder.parent / "data"):
        (place / "a.png").write_bytes(b"ours")
    for name in (".a.png", "~$a.png", ".a-0123456789ab.countermark-part", "a.txt"):
        (folder.parent / name).write_bytes(b"nothing")
    (folder.parent / "c.png").write_bytes(b"new")
    assert found(looks) == [] and found(looks) == ["c.png"]


def test_a_folder_that_goes_and_comes_back(folder: Path, tmp_path: Path) -> None:
    looks = arrivals(folder)
    (folder / "a.png").write_bytes(b"new")
    assert found(looks) == []
    away = shutil.move(folder, tmp_path / "unplugged")
    assert found(looks) is None and found(looks) is None
    with pytest.raises(SettingsError, match="Exports cannot be opened"):
        looks.leave_present(silent)
    with pytest.raises(SettingsError, match="data is Countermark’s own"):
        arrivals(tmp_path / "data").require()
    shutil.move(away, folder)
    assert found(looks) == [] and found(looks) == ["a.png"]


def test_very_many_come_in_several_looks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.arrivals._TOGETHER", 3)
    names = [f"{letter}.png" for letter in "abcdefg"]
    for name in names:
        (folder / name).write_bytes(b"new")
    looks = arrivals(folder)
    assert found(looks) == []
    seen = []
    for _ in range(3):
        fresh = found(looks)
        assert fresh is not None
        seen.append(fresh)
        looks.taken |= {FileState.of(folder / name).name: None for name in fresh}
    assert seen == [names[:3], names[3:6], names[6:]]
    assert found(looks) == found(looks) == []


def test_a_look_can_be_cancelled(folder: Path) -> None:
    looks = arrivals(folder)
    (folder / "a.png").write_bytes(b"new")

    def stop(share: float, step: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        looks.look(stop)
    assert found(looks) == [] and found(looks) == ["a.png"]
