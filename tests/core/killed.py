"""Kill a process at chosen points of protecting a batch and look at what it left: a program for test_kill.py.

    python -m tests.core.killed FOLDER fake|real CALLS LINES

A warm process forks a child for each trial. The child counts its points: before and after each call that can change a
disk (write, fsync, link, rename, unlink, execute, ...), wherever it is made, and each line of the modules that keep
files and catalog in step; at its point it kills itself with SIGKILL. Of the calls every CALLS-th is tried, of the
lines every LINES-th. One line of JSON for each trial that left something wrong, then one with the numbers of trials.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from core.catalog.store import Catalog
from core.keys import CreatorKey
from core.model import Status
from core.protect import protect
from tests.core.fake_medium import install, write_fake

ROOT = Path(__file__).resolve().parents[2]
KEY = CreatorKey.from_bytes(bytes(range(32)))
WRITING = frozenset(
    {
        *("write", "writelines", "flush", "close", "__exit__", "open", "truncate", "ftruncate", "fsync", "flock"),
        *(
            "link",
            "rename",
            "replace",
            "unlink",
            "remove",
            "mkdir",
            "execute",
            "executescript",
            "executemany",
            "commit",
            "backup",
        ),
    }
)
WATCHED = ("core/protect.py", "core/unfinished.py", "core/media/files.py", "core/catalog/")


class Points:
    """The points of a run, counted; at the one that is chosen the process dies."""

    def __init__(self, deadly: int | None) -> None:
        self.deadly = deadly
        self.labels: list[str] = []
        self._watched: dict[CodeType, str] = {}

    def run(self, work: Callable[[], object]) -> None:
        """Do the work under observation."""
        sys.settrace(self._trace)
        sys.setprofile(self._profile)
        try:
            work()
        finally:
            sys.setprofile(None)
            sys.settrace(None)

    def _point(self, label: str) -> None:
        if len(self.labels) == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        self.labels.append(label)

    def _profile(self, frame: FrameType, event: str, call: Any) -> None:
        if event in ("c_call", "c_return") and call.__name__ in WRITING:
            self._point(f"{event} {call.__name__} at {Path(frame.f_code.co_filename).name}:{frame.f_lineno}")

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        if code not in self._watched:
            path = Path(code.co_filename)
            inside = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
            self._watched[code] = inside if inside.startswith(WATCHED) else ""
        if not self._watched[code]:
            return None
        if event == "line":
            self._point(f"line {self._watched[code]}:{frame.f_lineno}")
        return self._trace


class Trial:
    """A folder with originals, a file that is in the way of a copy, and a catalog with one copy already."""

    def __init__(self, folder: Path, originals: dict[str, bytes]) -> None:
        self.masters = folder / "masters"
        self.home = folder / "home"
        self.masters.mkdir(parents=True)
        self.before = {**originals, "a (Studio A).fake": b"mine", "a (Studio A).png": b"mine"}
        for name, content in self.before.items():
            (self.masters / name).write_bytes(content)
        self.sources = [self.masters / name for name in originals]

    def protect(self, said: int | None = None) -> list[int]:
        """Open the catalog, protect the batch, close it; tell each serial to a descriptor as it is yielded."""
        serials = []
        with Catalog(self.home) as catalog:
            for result in protect(self.sources, recipient="Studio A", catalog=catalog, key=KEY):
                assert result.status is Status.PROTECTED and result.serial is not None, result.message
                serials.append(result.serial)
                if said is not None:
                    os.write(said, f"{result.serial}\n".encode())
        return serials

    def names(self) -> set[str]:
        return {path.name for path in self.masters.iterdir()}

    def wrong(self, told: list[int]) -> list[str]:
        """Return what is wrong after the process died: first as it lies there, then after the next start."""
        found = []
        for name, content in self.before.items():
            if (self.masters / name).read_bytes() != content:
                found.append(f"{name} was changed")
        lying = {name for name in self.names() - self.before.keys() if not name.endswith(".countermark-part")}
        hashes = {name: hashlib.sha256((self.masters / name).read_bytes()).hexdigest() for name in lying}
        with Catalog(self.home) as catalog:
            copies = {Path(copy.path).name: copy for copy in catalog.copies()}
            serials = catalog.serials(KEY.id).tolist()
            with catalog._database.reading() as connection:
                if connection.execute("SELECT count(*) FROM intents").fetchone()[0]:
                    found.append("an intent is left")
                if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                    found.append("the catalog is damaged")
                if connection.execute("PRAGMA foreign_key_check").fetchall():
                    found.append("the catalog has loose ends")
        if {name: copy.sha256 for name, copy in copies.items()} != hashes:
            found.append(f"files {sorted(lying)} and rows {sorted(copies)} differ")
        if self.names() != self.before.keys() | copies.keys():
            found.append(f"left over: {sorted(self.names() - self.before.keys() - copies.keys())}")
        issued = [copy.serial for copy in copies.values()]
        if not set(told) <= set(issued) or not set(issued) <= set(serials) or len(issued) != len(set(issued)):
            found.append(f"told {told}, rows {issued}, serials {serials}")
        if list((self.home / "locks").glob("*-*.lock")):
            found.append("a lock is left")
        again = self.protect()
        if set(again) & set(serials):
            found.append("a serial was issued twice")
        return found


def fakes() -> dict[str, bytes]:
    """Return two originals that a fake medium reads."""
    install(pytest.MonkeyPatch())
    scratch = Path(sys.argv[1]) / "fake"
    return {name: write_fake(scratch, name).read_bytes() for name in ("a.fake", "b.fake")}


def pictures_and_sounds() -> dict[str, bytes]:
    """Return a small real picture and a short real recording."""
    import soundfile
    from PIL import Image

    from app.samples import sample_picture, sample_recording

    folder = Path(sys.argv[1])
    Image.fromarray(sample_picture(240, 180)).save(folder / "a.png")
    soundfile.write(folder / "b.wav", sample_recording(8.0, 16000), 16000, "PCM_16")
    return {name: (folder / name).read_bytes() for name in ("a.png", "b.wav")}


def killed_at(trial: Trial, point: int) -> list[int] | None:
    """Return the serials that a child told before it died at this point, or None where it reached its end."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of threads, which only idle here
        child = os.fork()
    if child == 0:
        try:
            Points(point).run(lambda: trial.protect(writing))
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        told = [int(line) for line in pipe]
    return told if os.WIFSIGNALED(status) else None


def main() -> None:
    folder, kind, calls_step, lines_step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    originals = fakes() if kind == "fake" else pictures_and_sounds()
    Trial(folder / "warming up", originals).protect()  # imports what is imported late
    rehearsal = Points(None)
    rehearsal.run(Trial(folder / "rehearsal", originals).protect)
    calls = [point for point, label in enumerate(rehearsal.labels) if label.startswith("c_")][::calls_step]
    lines = [point for point, label in enumerate(rehearsal.labels) if label.startswith("line ")][::lines_step]
    for number, point in enumerate((*calls, *lines)):
        trial = Trial(folder / str(number), originals)
        told = killed_at(trial, point)
        wrong = ["it was not killed"] if told is None else trial.wrong(told)
        if wrong:
            print(json.dumps({"point": point, "label": rehearsal.labels[point], "wrong": wrong}), flush=True)
        shutil.rmtree(folder / str(number))
    print(json.dumps({"calls": len(calls), "lines": len(lines)}))


if __name__ == "__main__":
    main()
