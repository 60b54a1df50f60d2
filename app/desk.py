"""What every page works with: the open data folder, the jobs, and the place for messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.jobs import Job, Jobs
from app.memory import Memory
from app.messages import Messages
from app.session import Session
from app.watching import Watching
from core.errors import CountermarkError
from core.progress import Progress

Files = list[tuple[Path, str]]  # each with the icon of its kind
_BATCH = 200  # files that are handed over at once while a folder is searched


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Desk:
    """The session with its jobs and messages, what the window remembers, and its watch over folders."""

    session: Session
    jobs: Jobs
    messages: Messages
    memory: Memory
    watching: Watching

    def gather(self, paths: Sequence[Path], take: Callable[[Files], object], *, label: str) -> Job:
        """Find the media files that files and folders stand for, beside the window; `take` gets them in batches."""

        def task(progress: Progress) -> Iterator[Files]:
            from core.apart import warm
            from core.media.files import media_files

            warm()  # whatever these files are for, they will be read apart
            batch: Files = []
            for path in media_files(paths):
                progress(0.0, "")
                batch.append((path, icon_of(path)))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
            yield batch

        return self.jobs.start(task, label=label, lane="reads", on_result=take, on_error=self.messages.show_error)

    def show_in_folder(self, path: Path) -> None:
        """Open the folder of a file with the system's own program."""
        if not path.parent.is_dir():
            self.messages.show_error(
                CountermarkError(
                    f"The folder of {path.name} is not there any more.", "Look for it where it was moved to.", path=path
                )
            )
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def icon_of(path: Path) -> str:
    """Return the name of the icon for a file: "image", "audio", "video", or "file" where it is none."""
    from core.media.files import likely_kind

    try:
        return likely_kind(path).value
    except CountermarkError:
        return "file"
