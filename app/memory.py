"""What the window remembers from one start to the next: where it stood, what lay open, which folders were used."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.data_files import write_whole

_NAME = "window.json"
_RECENT = 8  # folders and files that are offered again
_log = logging.getLogger(__name__)


class Memory:
    """Plain values in `window.json` of the data folder. A damaged file is forgotten: nothing depends on it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        try:
            said = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            said = {}
        self._said: dict[str, Any] = said if isinstance(said, dict) else {}

    def text(self, name: str) -> str:
        """Return a text that was kept, empty where there is none."""
        value = self._said.get(name)
        return value if isinstance(value, str) else ""

    def numbers(self, name: str) -> list[int]:
        """Return whole numbers that were kept, none where there are none."""
        value = self._said.get(name)
        whole = isinstance(value, list) and all(type(number) is int for number in value)
        return list(value) if isinstance(value, list) and whole else []

    def keep(self, **values: str | list[int]) -> None:
        """Remember values; they reach the disk with `save`."""
        self._said |= values

    def recent(self) -> list[Path]:
        """Return the folders and files that were used last and are still there, the newest first."""
        return [path for path in map(Path, self._names()) if path.exists()]

    def last_folder(self) -> str:
        """Return the folder that was used last and is there still, where a dialog may begin; else the home folder."""
        return next((str(path) for path in self.recent() if path.is_dir()), str(Path.home()))

    def note(self, paths: Iterable[Path]) -> None:
        """Remember folders, and the folders of files, as used now; what a single file is called, too."""
        given = [path.absolute() for path in paths]
        used = [path if path.is_dir() else path.parent for path in given]
        used = given + used if len(given) == 1 and not given[0].is_dir() else used
        names = dict.fromkeys([*map(str, used), *self._names()])
        self._said["recent"] = list(names)[:_RECENT]
        self.save()

    def _names(self) -> list[str]:
        kept = self._said.get("recent")
        return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []

    def save(self) -> None:
        """Write everything down. A disk that does not take it costs nothing but the memory."""
        try:
            write_whole(self._path, json.dumps(self._said, indent=1), sync=False)
        except OSError as error:
            _log.warning("What the window remembers could not be written: %s", error)
