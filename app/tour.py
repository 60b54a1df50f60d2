"""The whole way on samples, step by step: key, catalog and files lie in a folder that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.demo import RECIPIENTS, half_size_jpeg, samples, ten_seconds_of_mp3
from app.session import Session
from core.model import Checked, Protected, Status
from core.progress import Progress


@dataclass(frozen=True, slots=True)
class Found:
    """A damaged copy, for whom it was made, and what a check says of it."""

    path: Path
    recipient: str
    checked: Checked


class Tour:
    """Each step is called once, in its order, beside the window; `close` at the end, whatever was done."""

    def __init__(self) -> None:
        self._place = TemporaryDirectory(prefix="countermark-tour-")
        self.folder = Path(self._place.name)
        self._session: Session | None = None
        self._copies: list[Protected] = []
        self._damaged: list[tuple[Path, str]] = []

    def prepare(self) -> tuple[Path, Path]:
        """Return a picture and a recording that nothing was done to."""
        self._session = Session.open(folder=self.folder / "data")
        self._session.make_key("")
        return samples(self.folder)

    def protect(self, files: tuple[Path, Path], progress: Progress) -> Iterator[Protected]:
        """Yield the copies of both files for each recipient, as they are made."""
        from core.protect import protect

        assert self._session is not None
        for recipient in RECIPIENTS:
            for result in protect(
                files,
                recipient=recipient,
                catalog=self._session.catalog,
                key=self._session.key,
                out=self.folder / "copies",
                progress=progress,
            ):
                if result.status is Status.PROTECTED:
                    self._copies.append(result)
                yield result

    def missing(self) -> int:
        """Return how many of the copies could not be made."""
        return 2 * len(RECIPIENTS) - len(self._copies)

    def damage(self) -> list[Path]:
        """Return damaged files: the second recipient's picture at half the size, ten seconds of the first one's voice.

        Their names tell nothing.
        """
        chosen = {(copy.source.suffix, copy.recipient): copy for copy in self._copies if copy.output is not None}
        for number, (suffix, recipient, damage) in enumerate(
            ((".jpg", RECIPIENTS[1], half_size_jpeg), (".wav", RECIPIENTS[0], ten_seconds_of_mp3)), 1
        ):
            copy = chosen[suffix, recipient]
            assert copy.output is not None
            self._damaged.append((damage(copy.output, self.folder / f"found-{number}"), recipient))
        return [path for path, _ in self._damaged]

    def find(self, progress: Progress) -> Iterator[Found]:
        """Yield what a check says of each damaged file."""
        from core.check import check

        assert self._session is not None
        for path, recipient in self._damaged:
            for checked in check([path], catalog=self._session.catalog, keys=self._session.keys, progress=progress):
                yield Found(path, recipient, checked)

    def close(self) -> None:
        """Take everything away again."""
        if self._session is not None:
            self._session.close()
        self._place.cleanup()
