"""What has come into a watched folder: found by looking again and again, beside the window. No Qt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.i18n import tr
from app.watched import DoneFiles, Watched
from core.errors import SettingsError
from core.progress import Progress, silent
from core.scan.journal import FileState
from core.scan.plan import files_in
from core.scan.watch import stable

_TOGETHER = 500  # files that a look returns at most: they are looked up in the catalog at once


class Arrivals:
    """Looks into one folder. `taken` holds by their names the files that somebody has. For one thread at a time.

    Of a taken file stands there with which content it is not to be taken again; None: with any, since it
    is still worked on. Files below `kept_out`, the program's own folder, are none to take.
    """

    def __init__(self, rule: Watched, done: DoneFiles, kept_out: Path) -> None:
        self.rule, self.done = rule, done
        self.taken: dict[int, int | None] = {}
        self._kept_out = kept_out
        self._progress: Progress = silent
        self._looks = 0
        self._found: Iterator[tuple[FileState, int] | None] | None = None

    def look(self, progress: Progress) -> list[FileState] | None:
        """Return the new files that stayed the same since the last look; None where the folder is not there.

        Of very many the rest comes with the next looks. CancelledError out of `progress`.
        """
        self._progress = progress
        self._looks += 1
        if self._found is None:  # two looks are one turn of a clock that counts them apart
            self._found = stable(self._files, self._attempts, interval=1, clock=lambda: self._looks)
        fresh: list[FileState] = []
        try:
            self._open()
            while len(fresh) < _TOGETHER and (one := next(self._found)) is not None:
                if not Path(one[0].path).is_dir():  # a folder below that may not be opened
                    fresh.append(one[0])
        except OSError:  # a disk that is taken out, a network that is gone
            self._found = None
            return None
        except BaseException:
            self._found = None
            raise
        return fresh

    def leave_present(self, progress: Progress) -> int:
        """Take the files that are there for done, and return how many they are. WriteError, SettingsError."""
        self._progress = progress
        self.require()
        states = [FileState.of(path) for path in self._files()]
        self.done.add(states)
        return len(states)

    def require(self) -> None:
        """SettingsError where the folder is not there, may not be read, or is the program's own."""
        if self._kept_out in (self.rule.folder, *self.rule.folder.parents):
            raise SettingsError(
                tr("The folder {name} is Countermark’s own.", name=self.rule.folder.name),
                tr("Choose one in which your files lie."),
                path=self.rule.folder,
            )
        try:
            self._open()
        except OSError as error:
            raise SettingsError(
                tr("The folder {name} cannot be opened.", name=self.rule.folder.name),
                tr("Check that it is there and may be read."),
                path=self.rule.folder,
            ) from error

    def _open(self) -> None:
        with os.scandir(self.rule.folder):
            pass

    def _files(self) -> Iterator[Path]:
        for path in files_in([self.rule.folder], self._passed_over):
            self._progress(0.0, "")
            yield path

    def _passed_over(self, path: Path) -> bool:
        return self._kept_out in path.parents or self.rule.passes_over(path)

    def _attempts(self, state: FileState) -> int | None:
        held = self.taken.get(state.name, -1)
        return None if held in (None, state.content) or self.done.has(state) else 0
