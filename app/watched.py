"""Watched folders: which there are, what happens to the files that come into each, and which were taken already. No Qt.

They lie in the folder `watched` of the data folder: the rules in one small JSON file, and beside it, for each rule, a
ledger of the files that are done with, so that a restart does none of them twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.i18n import tr
from core.data_files import write_whole
from core.errors import SettingsError, WriteError
from core.presets import Preset, preset_of

if TYPE_CHECKING:
    from core.scan.journal import FileState

FOLDER = "watched"
_RULES = "folders.json"
_LONGEST = 1 << 20  # bytes of the file with the rules
_RECORD = 33  # letters of a file in a ledger: 64 bits for its path, a space, 64 bits for its size and time


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder that is watched: files that come into it are protected as `wanted` says, or checked where that is None.

    `id` names its ledger. One that is not `on` is paused: what comes meanwhile is taken when it goes on.
    """

    folder: Path
    wanted: Preset | None = None
    on: bool = True
    id: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))

    def passes_over(self, path: Path) -> bool:
        """Return whether a file lies where the copies of this folder are saved: they are nothing to protect."""
        out = None if self.wanted is None or self.wanted.folder is None else self.wanted.folder.expanduser()
        return out is not None and self.folder in out.parents and out in path.parents

    def fields(self) -> dict[str, Any]:
        """Return it as plain values, as JSON knows them."""
        wanted = None if self.wanted is None else self.wanted.fields()
        return {"id": self.id, "folder": str(self.folder), "wanted": wanted, "on": self.on}


class WatchedFolders:
    """The watched folders of a data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._path = self._folder / _RULES

    def all(self) -> tuple[Watched, ...]:
        """Return them in the order in which they were added. A damaged file counts as none, and is left as it is."""
        try:
            return self._read()
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def like(self, rule: Watched) -> Watched:
        """Return the rule under the id of the one whose place it takes: that of the same folder, for the same job."""
        for other in self.all():
            if other.folder == rule.folder and (other.wanted is None) is (rule.wanted is None):
                return dataclasses.replace(rule, id=other.id)
        return rule

    def keep(self, rule: Watched) -> None:
        """Keep a rule, in place of the one with its id. SettingsError, WriteError: all is as it was."""
        rules = self._whole()
        if any(other.id == rule.id for other in rules):
            self._write(rule if other.id == rule.id else other for other in rules)
        else:
            self._write((*rules, rule))

    def remove(self, rule: Watched) -> None:
        """Forget a rule and its ledger. SettingsError, WriteError: it is still there."""
        self._write(other for other in self._whole() if other.id != rule.id)
        with contextlib.suppress(OSError):
            self.ledger(rule).unlink(missing_ok=True)

    def ledger(self, rule: Watched) -> Path:
        """Return where the ledger of a rule lies."""
        return self._folder / f"{rule.id}.done"

    def _read(self) -> tuple[Watched, ...]:
        with self._path.open("rb") as file:
            data = file.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise ValueError("too long")
        return tuple(_rule(row) for row in json.loads(data)["folders"])

    def _whole(self) -> tuple[Watched, ...]:
        """Return the rules; SettingsError where a file lies there that cannot be read: to write would be to lose it."""
        try:
            return self._read()
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                tr("The file {name} with your watched folders is damaged.", name=_RULES),
                tr("Mend it, or move it away to start anew."),
                path=self._path,
            ) from error

    def _write(self, rules: Iterable[Watched]) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(self._path, json.dumps({"folders": [rule.fields() for rule in rules]}, indent=1))
        except OSError as error:
            raise not_kept(self._path, error) from error


class DoneFiles:
    """The ledger of a rule: files that nothing is to be done for, as long as they stay as they are.

    Read when it is first asked, and OSError where it is there and cannot be. Only ever appended to; a line that a crash
    cut off is left out. For any thread.
    """

    def __init__(self, path: Path) -> None:
        from core.scan.ledger import Ledger

        self._path = path
        self._ledger = Ledger()
        self._read = False
        self._lock = threading.RLock()

    def has(self, state: FileState) -> bool:
        """Return whether a file is in it, with the size and time that it has now."""
        with self._lock:
            self._load()
            entry = self._ledger.get(state.name)
        return entry is not None and entry.content == state.content

    def add(self, states: Iterable[FileState]) -> None:
        """Add files. WriteError: they are known until the program ends, and not written down."""
        from core.scan.ledger import Entry

        lines = []
        try:
            with self._lock:
                self._load()
                for state in states:
                    self._ledger.note(state.name, Entry(state.content, 0, 0))
                    lines.append(f"\n{state.name:016x} {state.content:016x}")  # what a crash cut off stays by itself
            if not lines:
                return
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            with self._path.open("a", encoding="ascii", newline="\n") as file:
                file.write("".join(lines))
        except OSError as error:
            raise not_kept(self._path, error) from error

    def clear(self) -> None:
        """Take all files out. WriteError: they are still in it."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise not_kept(self._path, error) from error
        with self._lock:
            self._ledger = type(self._ledger)()
            self._read = True

    def _load(self) -> None:
        if self._read:
            return
        from core.scan.ledger import Entry

        # One that cannot be read now is no empty one: all that lies in the folder would be taken.
        with contextlib.suppress(FileNotFoundError), self._path.open(encoding="ascii", errors="replace") as file:
            for line in file:
                record = line.rstrip("\n")
                if len(record) == _RECORD:
                    with contextlib.suppress(ValueError):
                        name, content = (int(part, 16) for part in record.split(" "))
                        self._ledger.note(name, Entry(content, 0, 0))
        self._read = True


def not_kept(path: Path, error: OSError) -> WriteError:
    """Return the sentence for what could not be kept of watched folders."""
    return WriteError(
        tr("The watched folders could not be written: {reason}.", reason=error.strerror or str(error)),
        tr("Check the data folder and its disk."),
        path=path,
    )


def _rule(row: Any) -> Watched:
    wanted, folder, name = row["wanted"], Path(row["folder"]), row["id"]
    if not folder.is_absolute() or type(row["on"]) is not bool:
        raise ValueError("no watched folder")
    if not isinstance(name, str) or len(name) != 16 or not set(name) <= set("0123456789abcdef"):
        raise ValueError("no id")  # it becomes the name of a file
    if wanted is not None and not preset_of(wanted).recipients:
        raise ValueError("for nobody")
    return Watched(folder, None if wanted is None else preset_of(wanted), row["on"], name)
