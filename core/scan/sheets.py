"""The results of a scan in files for other programs: JSON Lines, and a table (CSV) for spreadsheets.

They hold what the journal holds, each file once. Opening one writes it anew, whole, beside its old self and in its
place; after that every result is appended as a line. So whatever cut a scan off, the next start puts its files right.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from core.errors import RefusedError
from core.json_lines import json_line
from core.media.files import cannot_write, is_temporary, temporary_beside

_CHECKED = ("file", "verdict", "work", "recipient", "serial", "probability", "level", "similar", "message", "sha256")
_PROTECTED = ("source", "output", "serial", "recipient", "status", "message", "sha256")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets would run


class Sheet:
    """One open file of results."""

    def __init__(self, path: Path, line: Callable[[Mapping[str, Any]], str], head: str, earlier: Iterable[Any]) -> None:
        """Write the head and the earlier results. WriteError where that cannot be."""
        self.path = path
        self._line, self._head = line, head
        self._file: IO[str] | None = None
        self.write(earlier)

    def write(self, results: Iterable[Any]) -> None:
        """Let the file hold these results and no others. WriteError where that cannot be."""
        self.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with temporary_beside(self.path) as temporary:
                with _opened(temporary, "w") as file:
                    file.write(self._head)
                    for result in results:
                        file.write(self._line(result))
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self.path)
            self._file = _opened(self.path, "a")
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def add(self, results: Iterable[Mapping[str, Any]]) -> None:
        """Append results. WriteError where the disk refuses."""
        assert self._file is not None
        try:
            self._file.writelines(self._line(result) for result in results)
            self._file.flush()
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # said when it was written to
                self._file.close()


def json_lines(path: Path, earlier: Iterable[Any], *, checks: bool) -> Sheet:
    """Return a file of JSON Lines that holds the earlier results."""
    return Sheet(path, lambda result: f"{json_line(result)}\n", "", earlier)


def table(path: Path, earlier: Iterable[Any], *, checks: bool) -> Sheet:
    """Return a table (CSV, UTF-8 with its mark, which spreadsheets look for) that holds the earlier results."""
    names = _CHECKED if checks else _PROTECTED
    return Sheet(path, lambda result: _row(_cells(result, names)), "\ufeff" + _row(names), earlier)


def require_own(path: Path, known: Iterable[str]) -> None:
    """RefusedError where a file stands at this path that no earlier run of the same scan wrote."""
    if os.path.lexists(path) and str(path) not in known and not is_temporary(path):
        raise RefusedError(
            f"{path} already exists and was left as it is.", "Name another file for the results.", path=path
        )


def _opened(path: Path, mode: str) -> IO[str]:
    return path.open(mode, encoding="utf-8", errors="backslashreplace", newline="")


def _cells(result: Mapping[str, Any], names: Iterable[str]) -> list[object]:
    """Return a result's cells: of a check those of its best finding."""
    best: Mapping[str, Any] = next(iter(result.get("findings") or ()), {})
    similar = ", ".join(one["work"] for one in result.get("similar") or ())
    found = {**best, **result, "similar": similar}
    return ["" if found.get(name) is None else found[name] for name in names]


def _row(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_safe(cell) for cell in cells])
    return written.getvalue()


def _safe(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: names of files and works are foreign text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
