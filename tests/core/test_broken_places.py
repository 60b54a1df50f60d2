"""Folders that refuse, disks that fill up, names that no page can show: whole jobs on them say one sentence each."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.samples import sample_recording
from bench.valid import encoded, pictured
from core.apart import close, examined_here
from core.catalog.store import Catalog
from core.check import check
from core.json_lines import json_line
from core.keys import CreatorKey
from core.model import Checked, Protected, Status, Verdict
from core.printable import printable
from core.protect import protect
from core.results import check_record, protect_record

KEY = CreatorKey.from_bytes(bytes(range(32)))
PICTURE = (480, 360)


@pytest.fixture(scope="module", autouse=True)
def done() -> Iterator[None]:
    """End the workers of this module behind it."""
    yield
    close()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have checks ask for few serials, as where a key has issued few; all of them would take a second a file."""
    monkeypatch.setattr(Catalog, "serials", lambda *_: np.arange(16))


def checked(catalog: Catalog, *files: Path) -> list[Checked]:
    return list(check(files, catalog=catalog, keys=[KEY]))


def protected(catalog: Catalog, file: Path, out: Path | None = None) -> Protected:
    (result,) = protect([file], recipient="Studio A", catalog=catalog, key=KEY, out=out)
    return result


def small(path: Path) -> Path:
    path.write_bytes(pictured("PNG"))
    return path


def spoken(ending: str) -> bytes:
    """Return eight seconds like speech, in which a mark holds."""
    import soundfile

    target = io.BytesIO()
    soundfile.write(target, sample_recording(8.0, 16000), 16000, "PCM_16", format=ending.upper())
    return target.getvalue()


STRANGE = {
    "line\nbreak\r.png": "line\\nbreak\\r.png",
    "bell\a and escape \x1b[31m.png": "bell\\x07 and escape \\x1b[31m.png",
    "gnp.\u202egnp.exe.png": "gnp.\\u202egnp.exe.png",
    "not Unicode \udcff\udcfe.png": "not Unicode \\udcff\\udcfe.png",
    "separator\u2028\u2029.png": "separator\\u2028\\u2029.png",
    "東京 été 🎭 \u200d.png": "東京 été 🎭 \u200d.png",
    "'; DROP TABLE checks; -- %s {0} \\.png": "'; DROP TABLE checks; -- %s {0} \\.png",
    " .png": " .png",
    "-rf": "-rf",
}


@pytest.mark.skipif(sys.platform == "win32", reason="these names cannot be made there")
@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.usefixtures("few")
def test_messages_about_any_name_are_one_line_and_valid(catalog: Catalog, tmp_path: Path, name: str) -> None:
    try:
        path = small(tmp_path / name)
        (tmp_path / "cut").mkdir()
        cut = tmp_path / "cut" / name
        cut.write_bytes(pictured("PNG")[:60])
    except OSError:
        pytest.skip("this file system does not take the name")
    good, bad = checked(catalog, path, cut)
    assert (good.verdict, bad.verdict) == (Verdict.NOTHING, Verdict.UNREADABLE)
    assert bad.message.startswith(STRANGE[name])
    refused = protected(catalog, cut)
    assert refused.status is Status.FAILED
    for message in (good.message, bad.message, refused.message):
        assert len(message.splitlines()) == 1 and printable(message) == message
        message.encode("utf-8")
    for line in (json_line(check_record(bad)), json_line(protect_record(refused))):
        assert "\n" not in line and line.encode("utf-8")
        said = json.loads(line)
        assert os.fsencode(said.get("file", said.get("source"))) == os.fsencode(cut)
    stored = catalog.checks()
    assert [check.path for check in stored] == [str(cut), str(path)]


@pytest.mark.skipif(sys.platform == "win32", reason="these names cannot be made there")
def test_a_copy_of_a_file_with_a_wild_name_is_made_and_found(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "a\nb\u202e\udcff.png"
    try:
        path.write_bytes(pictured("PNG", PICTURE))
    except OSError:
        pytest.skip("this file system does not take the name")
    result = protected(catalog, path)
    assert result.status is Status.PROTECTED, result.message
    assert len(result.message.splitlines()) == 1
    assert result.output is not None and "\n" not in result.output.name
    assert checked(catalog, result.output)[0].verdict is Verdict.CERTAIN


def test_paths_that_are_too_long_are_said(catalog: Catalog, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["folder " * 20] * 40, "a.png")
    assert len(str(deep)) > 4096
    (result,) = checked(catalog, deep)
    assert result.verdict is Verdict.UNREADABLE and "a.png cannot be opened" in result.message
    assert protected(catalog, deep).status is Status.FAILED


def test_a_folder_that_may_not_be_read_is_said(catalog: Catalog, tmp_path: Path) -> None:
    path = small(tmp_path / "a.png")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root may open everything")
    (result,) = checked(catalog, path)
    assert "Check its permissions" in result.message
    path.chmod(0o600)


class Full:
    """A disk with room for so many more bytes of copies: what is written beyond that does not fit."""

    def __init__(self, patch: pytest.MonkeyPatch, room: int, number: int) -> None:
        self._room, self._number = room, number
        self._write = Path.write_bytes
        patch.setattr(Path, "write_bytes", lambda path, data: self._written(path, data))

    def _written(self, path: Path, data: bytes) -> int:
        if not path.name.endswith(".countermark-part"):
            return self._write(path, data)
        if len(data) > self._room:
            self._write(path, data[: self._room])
            raise OSError(self._number, os.strerror(self._number))
        return self._write(path, data)


@pytest.mark.parametrize(("number", "room"), [(errno.ENOSPC, 1000), (errno.EIO, 0), (errno.EROFS, 0)])
def test_a_disk_that_fills_up_leaves_nothing(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, room: int
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(pictured("PNG", PICTURE))
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        Full(patch, room, number)
        result = protected(catalog, path, tmp_path / "out")
    assert result.status is Status.FAILED
    assert "a (Studio A).png" in result.message and os.strerror(number) in result.message
    assert "has room" in result.message
    assert list((tmp_path / "out").iterdir()) == [] and path.read_bytes() == before
    assert catalog.copies() == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("name", ["a.png", "a.wav", "a.flac"])
def test_a_real_limit_on_files_leaves_nothing(catalog: Catalog, tmp_path: Path, name: str) -> None:
    import resource
    import signal

    path = tmp_path / name
    path.write_bytes(pictured("PNG", PICTURE) if name == "a.png" else spoken(path.suffix[1:]))
    (tmp_path / "out").mkdir()
    assert protected(catalog, path, tmp_path / "whole").status is Status.PROTECTED  # also has the catalog grow
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = max(path.stat().st_size // 2, 4096)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        result = protected(catalog, path, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert result.status is Status.FAILED and path.stem in result.message and result.message.endswith(".")
    assert list((tmp_path / "out").iterdir()) == []
    assert len(catalog.copies()) == 1


@pytest.mark.parametrize("name", ["PNG", pytest.param("WAV", marks=pytest.mark.slow)])
def test_apart_and_here_give_the_same_to_the_last_bit(catalog: Catalog, tmp_path: Path, name: str) -> None:
    """Found, not found, compared, in part, unreadable: whole results are equal, probabilities and all."""
    master = tmp_path / f"master.{name.lower()}"
    master.write_bytes(pictured("PNG", PICTURE) if name == "PNG" else spoken("wav"))
    copy = protected(catalog, master)
    assert copy.output is not None, copy.message
    cut = tmp_path / f"cut.{name.lower()}"
    cut.write_bytes(copy.output.read_bytes()[: copy.output.stat().st_size * 2 // 3])
    small_one = tmp_path / f"other.{name.lower()}"
    small_one.write_bytes(pictured("JPEG", (200, 150)) if name == "PNG" else encoded("OGG", "VORBIS", seconds=3.0))
    empty = tmp_path / "empty"
    empty.touch()
    files = [copy.output, master, cut, small_one, empty, tmp_path / "none.png"]
    apart = checked(catalog, *files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.check.examined", lambda path, body, beat: examined_here(path, body))
        here = checked(catalog, *files)
    assert apart == here
    assert apart[0].verdict is Verdict.CERTAIN and apart[-1].verdict is Verdict.UNREADABLE
