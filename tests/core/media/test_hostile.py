"""Files that promise more than they hold, or are none at all: one sentence each, little memory, no waiting."""

from __future__ import annotations

import ast
import errno
import io
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
from bench.valid import encoded, pictured
from core.apart import close, examined, pool
from core.errors import CountermarkError, UnreadableError
from core.media import opening
from core.media.files import kind_of, media_files, sha256_of
from core.media.opening import cannot_open, opened
from core.reading import read_medium
from tests.core.media.bombs import MUCH, bombs, wav_of

BOMBS = bombs()
MEMORY = 400_000_000  # bytes: those that are as large as they say take more, see below
LARGE = frozenset(  # they are what they say, within the limits of the largest legal file
    {"header of 10900 x 11000.jpg", "palette of 10900 x 11000 over a flood.png"}
)
READ = frozenset(  # what can be read of them is read
    {
        *("pixels unfold to more than the header says.png", "text unfolds.png", "text unfolds in Unicode.png"),
        *("profile unfolds.png", "one strip unfolds.tif", "one strip unfolds, old code.tif"),
        *(
            "floats of 32 bits unfold.tif",
            "pages in a circle.tif",
            "declares 4 GB.wav",
            "five hundred thousand chunks.wav",
        ),
        *("declares 4 thousand million frames.aiff", "cover unfolds.mp3"),
        *("declares everything.au", "declares everything.caf"),
    }
)


@pytest.fixture(scope="module", autouse=True)
def done() -> Iterator[None]:
    """End the workers of this module behind it."""
    close()
    yield
    close()


@pytest.mark.parametrize("name", [name for name in BOMBS if name not in LARGE])
def test_a_bomb_is_read_as_far_as_it_is_true_or_said(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    assert len(BOMBS[name]) < MUCH / 100
    try:
        facts = examined(path, lambda suspect, sha256: (suspect.view(), suspect.facts())[1])
    except UnreadableError as error:
        assert error.message.startswith(name) and error.message.endswith(".") and error.hint.endswith(".")
        assert name not in READ
        assert "more memory than there is" not in error.message  # it is seen before memory is asked for
    else:
        assert facts.get("width", 40) == 40 and facts.get("seconds", 0.0) < 1.0
        assert name in READ
    assert pool._idle, "it cost the worker"
    assert pool._idle[0].peak < MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LARGE))
def test_the_largest_legal_picture_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    facts = examined(path, lambda suspect, sha256: (suspect.view(), suspect.facts())[1])
    assert facts["width"] * facts["height"] > 119_000_000


def said_of(path: Path) -> str:
    """Return the sentence of a path that is no readable file; it comes at once, in this process."""
    found = set()
    for look in (kind_of, sha256_of, read_medium):
        with pytest.raises(UnreadableError) as caught:
            look(path)
        found.add(str(caught.value))
        assert caught.value.hint.endswith(".")
    assert len(found) == 1, found
    return found.pop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    os.mkfifo(path)
    assert said_of(path) == "voice.wav is no file but a pipe between programs. Choose a picture or a recording."
    assert list(media_files([tmp_path])) == []
    assert list(media_files([path])) == [path]  # named by its user, who is told


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no sockets in folders")
def test_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("a.png")
        assert "a.png is no file but a connection between programs." in said_of(tmp_path / "a.png")


@pytest.mark.skipif(sys.platform == "win32", reason="devices have other names there")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_not_read(tmp_path: Path, device: str) -> None:
    assert "is no file but a device." in said_of(Path(device))
    link = tmp_path / "endless.wav"
    link.symlink_to(device)
    assert said_of(link).startswith("endless.wav is no file but a device.")


def linked(path: Path, target: Path | str) -> Path:
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("no links can be made here")
    return path


def test_links_that_lead_nowhere_or_back(tmp_path: Path) -> None:
    dangling = linked(tmp_path / "dangling.png", tmp_path / "gone.png")
    assert said_of(dangling) == "dangling.png is a link to a file that is not there. Choose the file itself."
    linked(tmp_path / "a.png", tmp_path / "b.png")
    circle = linked(tmp_path / "b.png", tmp_path / "a.png")
    assert "is a link that leads back to itself" in said_of(circle)
    linked(tmp_path / "folder", tmp_path)
    assert list(media_files([tmp_path])) == []


def test_a_link_to_a_picture_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(pictured("PNG"))
    assert read_medium(linked(tmp_path / "b.png", tmp_path / "a.png")).facts() == {"width": 40, "height": 40}


def test_names_that_no_system_takes(tmp_path: Path) -> None:
    assert "There is no file of this name" in said_of(tmp_path / "a\0b.png")
    said = said_of(tmp_path / ("x" * 300 + ".png"))
    assert "cannot be opened: " in said and "Shorten its name" in said
    deep = tmp_path.joinpath(*["deep" * 20] * 60, "a.png")
    assert "a.png cannot be opened: " in said_of(deep) and "Shorten its name" in said_of(deep)


def test_a_name_of_255_bytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 125 + "a.png")
    path.write_bytes(pictured("PNG"))
    assert len(os.fsencode(path.name)) == 255
    assert examined(path, lambda suspect, sha256: suspect.facts())["width"] == 40


@pytest.mark.parametrize("number", [errno.EIO, getattr(errno, "ESTALE", errno.EIO), getattr(errno, "ENODEV", 19)])
def test_a_network_folder_that_went_away(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(encoded("WAV"))

    def gone(file: Path, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(opening.os, "open", gone)
        assert "copy the file to this computer and try again" in said_of(path)

    class Gone(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            raise OSError(number, os.strerror(number))

        def fileno(self) -> int:
            return handle

    handle = os.open(path, os.O_RDONLY)
    try:
        with monkeypatch.context() as patch:  # while it is read
            patch.setattr(opening.os, "fdopen", lambda *_: io.BufferedReader(Gone()))
            patch.setattr(opening.os, "open", lambda *_: handle)
            with pytest.raises(UnreadableError, match="copy the file to this computer"):
                sha256_of(path)
    finally:
        os.close(handle)


def test_a_file_that_grows_while_it_is_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.apart import worker

    path = tmp_path / "download.wav"
    path.write_bytes(encoded("WAV"))
    assert worker._opened(path)[1]["facts"]["seconds"] == 0.5
    plain = read_medium

    def slow(file: Path) -> object:
        found = plain(file)
        with path.open("ab") as more:
            more.write(b"more")
        return found

    monkeypatch.setattr("core.reading.read_medium", slow)
    with pytest.raises(UnreadableError, match=r"download\.wav was changed while it was read"):
        worker._opened(path)

    def gone(file: Path) -> object:
        found = plain(file)
        path.unlink()
        return found

    monkeypatch.setattr("core.reading.read_medium", gone)
    with pytest.raises(UnreadableError, match=r"There is no file download\.wav"):
        worker._opened(path)


def test_a_long_recording_that_vanishes_between_two_stretches_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.media.plain.HELD", 1000)
    path = tmp_path / "long.wav"
    path.write_bytes(wav_of(8000, bytes(8000)))
    medium = read_medium(path)
    path.unlink()
    with pytest.raises(UnreadableError, match=r"long\.wav cannot be read any more"):
        medium.view()


def test_every_error_of_the_core_says_what_to_do() -> None:
    kinds = {"UnreadableError", "RefusedError", "WriteError", "KeyFileError", "CatalogError", "SettingsError"}
    calls = [
        (file, node)
        for file in Path(core.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
    ]
    silent = [
        f"{file.name}:{call.lineno}"
        for file, call in calls
        if not any(isinstance(given, ast.Starred) for given in call.args)
        and (len(call.args) < 2 or (isinstance(call.args[1], ast.Constant) and not call.args[1].value))
    ]
    assert len(calls) > 50 and not silent


def test_reasons_have_their_own_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    assert "Check its permissions." in str(cannot_open(path, PermissionError(errno.EACCES, "Permission denied")))
    assert "Close other programs" in str(cannot_open(path, OSError(errno.EMFILE, "Too many open files")))
    with opened(path) as file:
        assert file.read() == b""
    with pytest.raises(ZeroDivisionError), opened(path):
        raise ZeroDivisionError


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WAV", "FLAC", "MP3", "TIFF", "WEBP", "GIF", "OGG", "AIFF"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.95])
def test_what_is_cut_off_is_read_in_part_or_said(tmp_path: Path, name: str, share: float) -> None:
    whole = pictured(name) if name in ("PNG", "JPEG", "TIFF", "WEBP", "GIF") else encoded(name)
    path = tmp_path / f"cut.{name.lower()}"
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        medium = read_medium(path)
        medium.view()
    except CountermarkError as error:
        assert error.message.startswith(path.name) and error.hint
    else:
        assert medium.facts()


@pytest.mark.parametrize("ending", ["jpg", "wav", "txt", "mp3", "exe", ""])
def test_endings_mean_nothing(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(pictured("PNG"))
    assert read_medium(path).facts() == {"width": 40, "height": 40}
    path.write_bytes(encoded("FLAC"))
    assert read_medium(path).facts()["seconds"] == 0.5


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\0" * 100_000, b"\xff" * 100_000, b"RIFF", b"\x89PNG\r\n\x1a\n", b"ID3"]
)
def test_nothing_in_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=r"a\.bin") as caught:
        read_medium(path)
    assert caught.value.hint
