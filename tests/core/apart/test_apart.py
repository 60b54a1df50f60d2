"""Whatever happens to the process that reads a file, the program says one sentence and reads the next file."""

from __future__ import annotations

import ast
import io
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core import check as check_module
from core.apart import close, examined, heard, pool
from core.apart.limits import Limits, usage
from core.apart.process import ROOT, Lost, LostWorkerError, Worker
from core.apart.suspect import SuspectApart
from core.apart.wire import BrokenWireError, receive_reply, receive_request, send_reply, send_request
from core.catalog.store import Catalog
from core.check import check
from core.errors import CancelledError, UnreadableError
from core.keys import CreatorKey
from core.model import Finding, Kind, Verdict
from tests.core.apart.misbehaving import LIMITS, Misbehaving
from tests.core.media.made import film

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Leave no worker of another kind behind, before and after."""
    close()
    Misbehaving.started = 0
    yield
    close()


def told(tmp_path: Path, words: str, *, later: bool = False) -> str:
    """Return what is said of a file with this content."""
    path = tmp_path / f"{words.replace(' ', '_')}.png"
    path.write_text(words)
    with pytest.raises(UnreadableError) as caught:
        examined(path, partial(_looked, later), start=Misbehaving)
    assert caught.value.path == path and caught.value.message.startswith(path.name) and caught.value.hint
    return str(caught.value)


def _looked(later: bool, suspect: SuspectApart, sha256: str) -> tuple[Kind, str]:
    if later:
        suspect.detect(KEY, None)
    return suspect.kind, sha256


def good(tmp_path: Path) -> tuple[Kind, str]:
    """Return what is made of a file in good order."""
    path = tmp_path / "good.png"
    path.write_text("good")
    return examined(path, partial(_looked, True), start=Misbehaving)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("crash", "damaged in a way that breaks the decoder"),
        ("exit", "damaged in a way that breaks the decoder"),
        ("garble", "damaged in a way that breaks the decoder"),
        ("flood", "damaged in a way that breaks the decoder"),
        ("spin", "it took too long"),
        ("eat", "it took more than 0.4 GB of memory"),
        ("hang", "its disk or network folder did not answer"),
        ("broken", "broken.png is damaged. Ask for it again."),
    ],
)
def test_a_file_that_breaks_its_reader_is_said_and_the_next_one_read(tmp_path: Path, words: str, said: str) -> None:
    assert said in told(tmp_path, words)
    assert good(tmp_path)[0] is Kind.IMAGE


def test_a_search_that_breaks_is_said_too(tmp_path: Path) -> None:
    assert "breaks the decoder" in told(tmp_path, "good then crash", later=True)
    assert "too long" in told(tmp_path, "good then spin", later=True)


def test_a_worker_is_used_again_until_it_breaks(tmp_path: Path) -> None:
    first, second = good(tmp_path), good(tmp_path)
    assert first == second and Misbehaving.started == 1
    told(tmp_path, "broken")
    assert Misbehaving.started == 1  # a damaged file is no reason for a new one
    told(tmp_path, "exit")
    assert Misbehaving.started == 2  # had it another chance: it may have been another file's fault


def test_a_file_that_breaks_only_behind_another_one_is_read(tmp_path: Path) -> None:
    good(tmp_path)
    path = tmp_path / "second.png"
    path.write_text("twice")
    assert examined(path, partial(_looked, True), start=Misbehaving)[0] is Kind.IMAGE
    assert Misbehaving.started == 2


def test_errors_of_the_worker_come_over_as_they_were(tmp_path: Path) -> None:
    for words, kind in (("bug", ZeroDivisionError), ("disk", OSError), ("memory", MemoryError)):
        path = tmp_path / words
        path.write_text(words)
        with pytest.raises(kind) as caught:
            examined(path, partial(_looked, False), start=Misbehaving)
        if words == "bug":
            assert "misbehaving.py" in caught.value.__notes__[0]
        if words == "disk":
            assert (caught.value.errno, caught.value.strerror) == (5, "Input/output error")
    assert Misbehaving.started == 1


def test_cancelling_ends_the_worker_at_once(tmp_path: Path) -> None:
    good(tmp_path)
    worker = pool._idle[0]
    path = tmp_path / "hang.png"
    path.write_text("hang")
    beats: list[float] = []

    def beat() -> None:
        beats.append(time.monotonic())
        if len(beats) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        examined(path, partial(_looked, False), beat=beat, start=Misbehaving)
    assert worker._process.poll() is not None
    assert not pool._idle


def test_a_worker_that_was_not_waited_for_is_kept_for_the_next_file(tmp_path: Path) -> None:
    def beat() -> None:
        raise CancelledError

    path = tmp_path / "good.png"
    path.write_text("good")
    with pytest.raises(CancelledError):
        examined(path, partial(_looked, False), beat=beat, start=Misbehaving)
    assert good(tmp_path)
    assert Misbehaving.started == 1


def test_nothing_that_an_examination_raises_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "good.png"
    path.write_text("good")

    def body(suspect: SuspectApart, sha256: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examined(path, body, start=Misbehaving)
    assert good(tmp_path) and Misbehaving.started == 1  # it was not at work, so it stays


def test_one_bad_file_never_costs_the_batch_or_the_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "examined", partial(examined, start=Misbehaving))
    files = []
    for words in ("good", "crash", "good", "spin then good", "exit", "bug", "eat", "good then crash", "good"):
        files.append(tmp_path / f"{len(files)}.png")
        files[-1].write_text(words)
    with Catalog(tmp_path / "home") as catalog:
        results = list(check(files, catalog=catalog, keys=[KEY]))
        assert [result.file for result in results] == files
        expected = [word == "good" for word in ("good", "", "good", "", "", "", "", "", "good")]
        assert [result.verdict is Verdict.NOTHING for result in results] == expected
        for file, result in zip(files, results, strict=True):
            assert result.verdict is Verdict.NOTHING or result.message.startswith(file.name)
        assert "unexpected problem (ZeroDivisionError)" in results[5].message
        assert [stored.verdict for stored in catalog.checks()] == [result.verdict for result in results][::-1]


def test_a_program_that_cannot_start_workers_says_so(tmp_path: Path) -> None:
    class Nowhere(Worker):
        @staticmethod
        def command() -> list[str]:
            return [str(tmp_path / "there is no such program")]

    class Mute(Worker):
        @staticmethod
        def command() -> list[str]:
            return [sys.executable, "-c", "pass"]

    path = tmp_path / "a.png"
    path.write_text("good")
    for kind in (Nowhere, Mute):
        with pytest.raises(UnreadableError, match="a\\.png could not be read: the process that reads files does not"):
            examined(path, partial(_looked, False), start=kind)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended otherwise there")
def test_a_worker_ends_with_its_program(tmp_path: Path) -> None:
    worker = Misbehaving()
    assert worker.ask("close") is None
    assert worker._process.stdin is not None
    os.kill(worker.number, signal.SIGINT)  # Ctrl-C reaches the whole group: it is the program's to handle
    assert worker.ask("close") is None
    worker._process.stdin.close()
    assert worker._process.wait(20) == 0
    worker.end()


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of the operating system are read from Linux")
def test_the_system_holds_the_limits_as_well(tmp_path: Path) -> None:
    worker = Misbehaving(Limits(room=3_000_000_000))
    worker.ask("close")
    limits = Path(f"/proc/{worker.number}/limits").read_text()
    held = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert held["Max address space"] == "3000000000"
    assert held["Max file size"] == held["Max core file size"] == "0"
    assert 660 <= int(held["Max cpu time"]) < 720  # ten minutes for any question, and one of grace
    worker.end()


def test_the_worker_knows_no_folder_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERMARK_PASSPHRASE_FILE", "/secret")
    if sys.platform != "linux":
        pytest.skip("the environment of a process is read from Linux")
    worker = Misbehaving()
    worker.ask("close")
    environment = Path(f"/proc/{worker.number}/environ").read_bytes()
    assert b"COUNTERMARK" not in environment and b"OMP_NUM_THREADS=1" in environment
    assert KEY._secret.hex().encode() not in Path(f"/proc/{worker.number}/cmdline").read_bytes()
    worker.end()


def test_the_programs_of_the_bundle_are_workers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start file that `build.spec` writes, run by this Python in place of the bundle's own program."""
    tree = ast.parse((ROOT / "build.spec").read_text("utf-8"))
    start = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "START"
    )
    (tmp_path / "start.py").write_text(start.format(module="app.cli"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "countermark-window.exe"))
    program, word = Worker.command()
    assert program == str(tmp_path / "countermark.exe")
    monkeypatch.undo()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    class Frozen(Worker):
        @staticmethod
        def command() -> list[str]:
            return [sys.executable, str(tmp_path / "start.py"), word]

    worker = Frozen()
    assert worker.ask("close") is None
    worker.end()


def test_limits_grow_with_the_file() -> None:
    limits = Limits()
    assert limits.seconds("open", 0) == 120 and limits.seconds("detect", 0) == 600
    assert limits.seconds("open", 16_000_000) == 600  # six hours of speech in the smallest coding
    assert LIMITS.seconds("open", 0) == 1


def test_what_a_process_takes_is_seen() -> None:
    before = usage(os.getpid())
    if before is None:
        pytest.skip("this system does not tell")
    block = np.ones(20_000_000)
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    after = usage(os.getpid())
    assert after is not None
    assert after.memory - before.memory > 0.8 * block.nbytes
    assert after.seconds - before.seconds >= 0.2
    assert usage(2**22 + 1) is None


# -- the wire ----------------------------------------------------------------------------------------------------------


def through(message: object, *, reply: bool = True, raw: bytes | None = None) -> object:
    """Return a message as it comes out at the other end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as near, os.fdopen(writing, "wb") as far:

        def send() -> None:
            with far:  # closed whatever happens: nobody waits for ever
                if raw is not None:
                    far.write(raw)
                elif reply:
                    send_reply(far, message)
                else:
                    send_request(far, message)

        thread = threading.Thread(target=send)
        thread.start()
        try:
            return receive_reply(near) if reply else receive_request(near)
        finally:
            thread.join()


def test_findings_and_arrays_come_over_exactly() -> None:
    finding = Finding(7, Verdict.CERTAIN, 1e-12, 9.5, where=((1.0, 2.0),), key_probability=np.float64(1e-20))
    assert through(("value", (finding,))) == ("value", (finding,))
    for array in (np.arange(6.0).reshape(2, 3), np.arange(6, dtype=np.uint32)[::2], np.ones((3, 2)).T):
        said = through(("value", array))
        assert isinstance(said, tuple)
        assert np.array_equal(said[1], array) and said[1].dtype == array.dtype


def test_a_key_goes_out_and_never_comes_back() -> None:
    sent = through(("detect", (KEY, None)), reply=False)
    assert sent == ("detect", (KEY, None))
    with pytest.raises(TypeError, match="not pickled"):
        send_reply(io.BytesIO(), KEY)


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("/tmp/countermark-must-not-be-made",)


@pytest.mark.parametrize(
    "name",
    ["core.model\nKind.__class__", "builtins\neval", "os\nsystem", "numpy\nload", "os\nKind", "core.models\nKind"],
)
def test_a_reply_can_call_nothing(name: str) -> None:
    data = pickle.dumps(_Evil())
    with pytest.raises(BrokenWireError):
        through(None, raw=len(data).to_bytes(8, "little") + data)
    assert not Path("/tmp/countermark-must-not-be-made").exists()
    module, _, what = name.partition("\n")
    data = b"\x80\x04" + b"\x8c" + bytes([len(module)]) + module.encode() + b"\x8c" + bytes([len(what)]) + what.encode()
    data += b"\x93."
    with pytest.raises(BrokenWireError):
        through(None, raw=len(data).to_bytes(8, "little") + data)


@pytest.mark.parametrize("raw", [b"", b"123", (10).to_bytes(8, "little") + b"short", b"\xff" * 100])
def test_a_reply_that_is_none_ends_the_talk(raw: bytes) -> None:
    with pytest.raises(BrokenWireError):
        through(None, raw=raw)


def test_a_lost_worker_says_why() -> None:
    assert LostWorkerError(Lost.TIME).reason is Lost.TIME


def test_a_view_of_a_file_is_made_apart(tmp_path: Path) -> None:
    path = tmp_path / "good.png"
    path.write_text("good")
    view = examined(path, lambda suspect, sha256: suspect.view(), start=Misbehaving)
    assert (view.width, view.height) == (8, 8) and view.png.startswith(b"\x89PNG")


def test_a_piece_of_a_recording_is_heard_from_apart(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "three.wav"
    ramp = np.linspace(-0.5, 0.5, 16000, dtype=np.float32)
    soundfile.write(path, np.stack([ramp, ramp, -ramp], axis=1), 8000, subtype="FLOAT")
    piece = heard(path, 0.5, 1.0)
    assert (piece.rate, piece.start) == (8000, 0.5)
    assert piece.samples.dtype == np.float32 and piece.samples.shape == (8000, 1)  # three channels are mixed down
    assert piece.samples[:, 0] == pytest.approx(ramp[4000:12000] / 3, abs=1e-6)
    assert len(heard(path, 1.75, 60.0).samples) == 2000
    assert len(heard(path, 99.0, 60.0).samples) == 0


def test_the_sound_of_a_film_is_heard_at_the_times_of_the_film(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", seconds=4, start=1.0)
    piece = heard(path, 2.0, 1.0)
    assert piece.start == pytest.approx(2.0, abs=0.05) and len(piece.samples) == pytest.approx(piece.rate, abs=2)
