"""The journal of a scan: what was begun, done, or failed. Only ever appended to, and on the disk when that counts.

One JSON object a line. The first line says which scan it is. Of a file stand in it:

- `n` with the file's `file`, `size` and `mtime`: it is being stored (a check, with its `result`) or worked on (a copy);
- `kept` with these numbers: they are stored, once and for all (a copy, with its `result`);
- `dropped`: what was begun under this number came to nothing;
- `failed`: so many attempts at a file failed, and another one will be made;
- `again`: the result of a file no longer counts.

A line that a crash cut off is left out. A file counts as done while its path, size and time of change are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core.catalog.locks import FileLock
from core.catalog.text import now
from core.errors import CatalogError, RefusedError, WriteError
from core.json_lines import json_line
from core.scan.ledger import AGAIN, FAILED, Entry, Ledger

FORMAT = "countermark scan 1"
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was met: path, bytes, time of change in nanoseconds. Size -1: it could not be seen."""

    path: str
    size: int
    mtime: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the state of a file now."""
        try:
            status = path.stat()
        except (OSError, ValueError):
            return cls(str(path), -1, 0)
        return cls(str(path), status.st_size, status.st_mtime_ns)

    @property
    def name(self) -> int:
        """64 bits that stand for its path."""
        return _hashed(os.fsencode(self.path))

    @property
    def content(self) -> int:
        """64 bits that stand for its size and time."""
        return _hashed(f"{self.size} {self.mtime}".encode())


@dataclass(frozen=True, slots=True)
class Begun:
    """What was begun and neither kept nor dropped: the scan ended in between."""

    number: int
    state: FileState
    moment: str
    result: Line | None


class Journal:
    """An open journal. `ledger` is what it says of each file, `begun` what was cut off, `job` what is scanned for."""

    def __init__(self, path: Path, job: Mapping[str, Any], *, afresh: bool = False) -> None:
        """Open or make the journal of a scan; `afresh` forgets what it held. RefusedError where it belongs to another
        scan, or is none.

        CatalogError where another program has it open, WriteError where it cannot be written.
        """
        self.path = path
        self.ledger = Ledger()
        self.begun: dict[int, Begun] = {}
        self._outputs = Ledger()  # the copies that were made, by path
        self.sheets: list[str] = []  # files of results that belong to it
        self._next = 1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot(path, error) from error
        try:
            lock = FileLock.take(path.with_name(f".{path.name}.lock"))
        except CatalogError as error:  # it speaks of a catalog
            raise WriteError(
                f"No journal can be kept at {path}: its folder may not be written, or its disk cannot lock files.",
                "Name another place with --journal.",
                path=path,
            ) from error
        if lock is None:
            raise CatalogError(
                f"The journal {path} is in use: this scan is running already.", "Let it end, or name another journal."
            )
        self._lock = lock
        try:
            self._open(job, afresh)
        except BaseException:
            lock.release()
            raise

    def _open(self, job: Mapping[str, Any], afresh: bool) -> None:
        try:
            lines = read(self.path)
            head = next(lines, None)
            if not _is_journal(self.path, head):
                raise RefusedError(
                    f"{self.path} is no journal of a scan, or one of another version.",
                    "It was left as it is; name another file.",
                )
            if afresh and head is not None:
                self.sheets = [line["sheet"] for line in lines if "sheet" in line]
                self.path.unlink()
                lines, head = iter(()), None
            _cut_torn_line(self.path)
            self.job = dict(job) if head is None else dict(head["job"])
            if json.loads(json.dumps(job)) != self.job:
                raise RefusedError(
                    f"The journal {self.path} belongs to another scan: {_differences(self.job, job)}.",
                    "Name another one with --journal, or begin again with --afresh.",
                )
            for line in lines:
                self._take(line)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise _cannot(self.path, error) from error
        if head is None:
            sheets, self.sheets = self.sheets, []
            first: Line = {"journal": FORMAT, "job": self.job, "moment": now()}
            self._append([first, *({"sheet": sheet} for sheet in sheets)])

    def close(self) -> None:
        """Close it; another scan can go on from here."""
        os.close(self._file)
        self._lock.release()

    # -- writing ------------------------------------------------------------------------------------------------

    def begin(self, files: Iterable[tuple[FileState, Line | None]]) -> list[int]:
        """Write down that files are being stored or worked on, with their results if known; return their numbers."""
        numbers, lines = [], []
        for state, result in files:
            line = {"n": self._next, **_named(state), "moment": now()}
            lines.append(line if result is None else {**line, "result": result})
            numbers.append(self._next)
            self._next += 1
        self._append(lines)
        return numbers

    def keep(self, kept: Iterable[tuple[int, Line | None]]) -> None:
        """Write down that files are done, with the results of those that were begun without."""
        self._append([{"kept": n} if result is None else {"kept": n, "result": result} for n, result in kept])

    def drop(self, numbers: Iterable[int]) -> None:
        """Write down that what was begun under these numbers came to nothing."""
        self._append([{"dropped": number} for number in numbers])

    def fail(self, failed: Iterable[tuple[FileState, int]]) -> None:
        """Write down that so many attempts at these files failed so far."""
        self._append([{"failed": attempts, **_named(state)} for state, attempts in failed])

    def again(self, paths: Iterable[str]) -> None:
        """Write down that the results of these files no longer count."""
        self._append([{"again": path} for path in paths])

    def add_sheet(self, path: Path) -> None:
        """Write down that a file of results belongs to this scan."""
        self._append([{"sheet": str(path)}])

    # -- reading ------------------------------------------------------------------------------------------------

    def results(self) -> Iterator[Line]:
        """Yield the result of each file that is done, each once, in the order in which they were kept."""
        open_results: dict[int, tuple[FileState, Line | None]] = {}
        for line in read(self.path):
            if "n" in line:
                open_results[line["n"]] = _state(line), line.get("result")
            elif "dropped" in line:
                open_results.pop(line["dropped"], None)
            elif "kept" in line and line["kept"] in open_results:
                state, result = open_results.pop(line["kept"])
                entry = self.ledger.get(state.name)
                result = line.get("result", result)
                if entry is not None and entry.done and entry.number == line["kept"] and result is not None:
                    yield result

    def unsuccessful(self) -> Iterator[tuple[FileState, int]]:
        """Yield the files whose last attempt failed, with the number of attempts; those that fail meanwhile too."""
        for line in read(self.path):
            if "failed" in line:
                state = _state(line)
                entry = self.ledger.get(state.name)
                if entry is not None and entry.code == FAILED and entry.number == line["failed"]:
                    yield state, int(line["failed"])

    def _append(self, lines: list[Line]) -> None:
        """Have lines on the disk before anything that they say is acted upon."""
        if not lines:
            return
        data = "".join(f"{json_line(line)}\n" for line in lines).encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise _cannot(self.path, error) from error
        for line in lines:
            self._take(line)

    def _take(self, line: Line) -> None:
        """Bring what is known in line with one more line."""
        if "n" in line:
            begun = Begun(int(line["n"]), _state(line), str(line["moment"]), line.get("result"))
            self.begun[begun.number] = begun
            self._next = max(self._next, begun.number + 1)
        elif "kept" in line:
            known = self.begun.pop(line["kept"], None)
            if known is not None:
                result = line.get("result", known.result) or {}
                self.ledger.note(known.state.name, Entry.of(known.state.content, known.number, result))
                if result.get("output"):
                    self._outputs.note(_hashed(os.fsencode(result["output"])), Entry(0, 0, 0))
        elif "dropped" in line:
            self.begun.pop(line["dropped"], None)
        elif "failed" in line:
            state = _state(line)
            self.ledger.note(state.name, Entry(state.content, int(line["failed"]), FAILED))
        elif "again" in line:
            self.ledger.note(_hashed(os.fsencode(line["again"])), Entry(0, 0, AGAIN))
        elif "sheet" in line:
            self.sheets.append(line["sheet"])

    def is_output(self, path: str) -> bool:
        """Return whether a file is a copy that this scan made."""
        return self._outputs.get(_hashed(os.fsencode(path))) is not None


def read(path: Path) -> Iterator[Line]:
    """Yield the whole lines of a journal, one at a time; nothing where there is none. What is no line is left out."""
    try:
        with path.open("rb") as file:
            for data in file:
                if data.endswith(b"\n"):
                    try:
                        line = json.loads(data)
                    except ValueError:
                        line = None
                    yield line if isinstance(line, dict) else {}
    except FileNotFoundError:
        return


def _is_journal(path: Path, head: Line | None) -> bool:
    """Return whether a file is a journal by its first line; so is an empty one, and one cut off in that line."""
    if head is not None:
        return head.get("journal") == FORMAT
    start = f'{{"journal": "{FORMAT}"'.encode()
    try:
        with path.open("rb") as file:
            data = file.read(len(start))
    except FileNotFoundError:
        return True
    return start.startswith(data)


def _cut_torn_line(path: Path) -> None:
    """Take off a last line that was not written to its end."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        place = end = file.seek(0, os.SEEK_END)
        while place > 0:
            step = min(65536, place)
            file.seek(place - step)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                place = place - step + found + 1
                break
            place -= step
        if place < end:
            file.truncate(place)


def _named(state: FileState) -> Line:
    return {"file": state.path, "size": state.size, "mtime": state.mtime}


def _state(line: Line) -> FileState:
    return FileState(line["file"], int(line["size"]), int(line["mtime"]))


def _hashed(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _differences(ours: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    names = [name for name in {**ours, **wanted} if ours.get(name) != wanted.get(name)]
    return f"it differs in {', '.join(names)}"


def _cannot(path: Path, error: OSError) -> WriteError:
    reason = error.strerror or type(error).__name__
    return WriteError(
        f"The journal {path} could not be written: {reason}.", "Check its folder and disk; then go on.", path=path
    )
