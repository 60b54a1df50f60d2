"""One file that lies open in a worker process, with the verbs of a medium that whole jobs ask of a suspect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from core.apart.limits import Limits
from core.apart.pool import Start, give_back, taken
from core.apart.process import Beat, Lost, LostWorkerError, Worker
from core.errors import CountermarkError, RefusedError, UnreadableError
from core.keys import CreatorKey
from core.medium import Suspect
from core.model import Finding, Kind, Reference, Statements
from core.questions import Question, answers, nominated
from core.reading import read_medium
from core.view import Stretch, View

if TYPE_CHECKING:
    from core.evidence.figures import Drawing
    from core.fingerprint.index import Nomination
    from core.indexes import AnyIndex

T = TypeVar("T")


class Asked(Protocol):
    """What holds a file open somewhere else, and answers: a worker process."""

    limits: Limits

    def ask(self, verb: str, *given: Any, size: int = 0, beat: Beat | None = None) -> Any:
        """Return the answer about the file, as `Worker.ask` does."""


class SuspectApart:
    """A file that a worker has read. What it says of itself is here; what must be looked for is asked of the worker."""

    def __init__(self, path: Path, worker: Asked, beat: Beat | None) -> None:
        """Have it read. UnreadableError where it cannot be, LostWorkerError where the worker is no more then."""
        self.path = path
        self.worker, self._beat, self._size = worker, beat, _size(path)
        said: dict[str, Any] = self._ask("open", str(path.absolute()))
        self.kind: Kind = said["kind"]
        self.sha256: str = said["sha256"]
        self.suffix: str = said["suffix"]
        self._notes: tuple[str, ...] = said["notes"]
        self._facts: dict[str, Any] = said["facts"]
        self._own_size: dict[str, Any] = said["size"]
        self._refusal: tuple[str, str] | None = said["refusal"]

    @property
    def notes(self) -> tuple[str, ...]:
        """Plain sentences about what was found in the file; of a film also how much of it was examined by now."""
        return tuple(self._ask("notes")) if self.kind is Kind.VIDEO else self._notes

    def facts(self) -> dict[str, Any]:
        """Return its size in the words of `Work`."""
        return dict(self._facts)

    def size(self) -> dict[str, Any]:
        """Return its size in the words of `Reference`."""
        return dict(self._own_size)

    def require_writable(self) -> None:
        """RefusedError where a copy in the same format would lose something."""
        if self._refusal is not None:
            raise RefusedError(*self._refusal, path=self.path)

    def detect(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference] = ()
    ) -> tuple[Finding, ...]:
        """Return the marks that are found in the file alone, best first."""
        return tuple(self._ask("detect", key, serials, references))

    def detect_informed(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        """Return the marks that a comparison with the signals of a few works brings to light, best first."""
        return tuple(self._ask("detect_informed", key, serials, references))

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        """Return whether it shows the work with this signal, or a part of it; None where that cannot be told.

        `where` are the spans in seconds of its sound that carry the mark of a copy of the work.
        """
        answer = self._ask("shows_work", reference, where)
        return None if answer is None else bool(answer)

    def nominate(self, works: Sequence[AnyIndex]) -> list[Nomination]:
        """Return the works that it may show, best first: only what to ask for comes from the worker."""
        question = self.question()
        answered = answers(works, question)
        if self.kind is Kind.VIDEO:
            self._ask("likely", [[one.work for one in some] for some in answered])
        return nominated(question, answered)

    def question(self) -> Question:
        """Return what `core.questions` asks indexes of works for it."""
        question: Question = self._ask("question")
        return question

    def statements(self) -> Statements:
        """Return what the file says on rights."""
        says: Statements = self._ask("statements")
        return says

    def credentials(self, folder: Path) -> str:
        """Return in sentences what the file's manifest is worth; empty where it has none."""
        return str(self._ask("credentials", folder))

    def figure(self, original: Path, sha256: str, where: tuple[tuple[float, float], ...]) -> tuple[Drawing, str]:
        """Return it beside its original, drawn for a report, and the caption."""
        drawing, caption = self._ask("figure", original.absolute(), sha256, where)
        return drawing, str(caption)

    def view(self, time: float | None = None) -> View:
        """Return a small view of it, for the window: of a film the picture at a time, or the outline of its sound."""
        view: View = self._ask("view", time)
        return view

    def stretch(self, start: float, seconds: float) -> Stretch:
        """Return a piece of a recording, or of a film's sound, to listen to. RefusedError where there is no sound."""
        piece: Stretch = self._ask("stretch", start, seconds)
        return piece

    def _ask(self, verb: str, *given: Any) -> Any:
        try:
            return self.worker.ask(verb, *given, size=self._size, beat=self._beat)
        except CountermarkError as error:
            error.path = error.path or self.path
            raise


def examined(
    path: Path, body: Callable[[SuspectApart, str], T], *, beat: Beat | None = None, start: Start = Worker
) -> T:
    """Return what `body` makes of a file, and of its SHA-256, that a worker holds open for it.

    `beat` is called about ten times a second while the worker is at work; what it raises, to cancel, ends the worker.
    UnreadableError where the file cannot be read, or reading or searching it broke down, hung or ate up the memory. One
    that breaks a worker which had other files before gets another chance in a new one: it may not be its fault.
    """
    worker = _worker(path, taken, start)
    try:
        return _held(path, body, worker, beat)
    except LostWorkerError as error:
        if worker.files == 0 or error.reason not in (Lost.BROKE, Lost.START, Lost.MEMORY):
            raise said_of(path, error.reason, worker) from None
    worker = _worker(path, lambda start: start(), start)
    try:
        return _held(path, body, worker, beat)
    except LostWorkerError as error:
        raise said_of(path, error.reason, worker) from None


def examined_here(path: Path, body: Callable[[Suspect, str], T], *, read: Callable[[Path], Suspect] = read_medium) -> T:
    """Return what `body` makes of a file that is read in this process: for tests, and to compare the two."""
    from core.media.files import sha256_of

    return body(read(path), sha256_of(path))


def probed(path: Path, *, beat: Beat | None = None) -> str:
    """Return the SHA-256 of a creator's file that a worker could read whole, before this process marks it.

    Errors as `examined`.
    """
    return examined(path, lambda suspect, sha256: sha256, beat=beat)


def viewed(path: Path, time: float | None = None, *, beat: Beat | None = None) -> View:
    """Return a small view of a file, for the window: of a film its picture at a time. Errors as `examined`."""
    return examined(path, lambda suspect, sha256: suspect.view(time), beat=beat)


def heard(path: Path, start: float, seconds: float, *, beat: Beat | None = None) -> Stretch:
    """Return a piece of a recording to listen to, from a time in seconds on. Errors as `examined`."""
    return examined(path, lambda suspect, sha256: suspect.stretch(start, seconds), beat=beat)


def _held(path: Path, body: Callable[[SuspectApart, str], T], worker: Worker, beat: Beat | None) -> T:
    try:
        suspect = SuspectApart(path, worker, beat)
        return body(suspect, suspect.sha256)
    finally:
        give_back(worker)


def _worker(path: Path, give: Callable[[Start], Worker], start: Start) -> Worker:
    try:
        return give(start)
    except LostWorkerError as error:
        raise said_of(path, error.reason, None) from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def said_of(path: Path, reason: Lost, worker: Asked | None) -> UnreadableError:
    """Return the sentence for a file that cost a worker."""
    match reason:
        case Lost.START:
            what = "the process that reads files does not start"
            hint = "Close other programs, or start Countermark again."
        case Lost.TIME:
            what, hint = "it took too long", "Ask for the file again, or save it anew in another program."
        case Lost.MEMORY:
            most = worker.limits.memory / 10**9 if worker else 0
            what = f"it took more than {most:g} GB of memory"
            hint = "Scale it down or cut it into parts, or ask for the file again."
        case Lost.IDLE:
            what, hint = "its disk or network folder did not answer", "Copy the file to this computer and try again."
        case Lost.BROKE:
            what = "it is damaged in a way that breaks the decoder"
            hint = "Ask for the file again, or save it anew in another program."
    return UnreadableError(f"{path.name} could not be read: {what}.", hint, path=path)
