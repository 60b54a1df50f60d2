"""Work beside the window: the only place of the app that makes threads.

A job is a function that takes a `Progress` and returns an iterator of results. It runs on one of three lanes, each a
thread of its own: "work" for protecting and checking, one after the other, "reads" for quick looks into the
catalog, which never wait behind work, and "looks" for those into watched folders, whose disks may be slow. What a job
reports is collected and handed to the window by one timer, for at most 50 ms a turn, so that a thousand results never
stall it (as Picard learned). All signals are emitted in the window's thread.
"""

from __future__ import annotations

import gc
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import CancelledError
from core.progress import Progress

Lane = Literal["work", "reads", "looks"]
Task = Callable[[Progress], Iterable[Any]]
_TURN = 0.050  # seconds that delivering results may take before the window draws again
_INTERVAL = 30  # milliseconds between two turns
_COLLECT_EVERY = 2000  # milliseconds between two looks at the garbage
_GENERATIONS = (700, 10, 10)  # Python's own thresholds
_Event = tuple["Job", "_Step | _Result | _End"]


@dataclass(slots=True)
class _Step:
    """How far a job is; in the stream of events it keeps its place between the results."""

    share: float = 0.0
    step: str = ""


class _Result(NamedTuple):
    value: Any


class _End(NamedTuple):
    error: Exception | None


class Job(QObject):
    """One piece of work that was started: its signals say what it reports, `cancel` stops it."""

    progressed = Signal(float, str)
    result = Signal(object)
    failed = Signal(object)  # the exception
    cancelled = Signal()
    ended = Signal()  # always last, however it went

    def __init__(self, task: Task, label: str, lane: Lane) -> None:
        super().__init__()
        self.label, self.lane = label, lane
        self.running = True
        self._task = task
        self._stop = threading.Event()
        self._events: deque[_Event] = deque()
        self._step: _Step | None = None

    def cancel(self) -> None:
        """Ask the job to stop; it does at its next report of progress."""
        self._stop.set()

    def _report(self, share: float, step: str) -> None:
        if self._stop.is_set():
            raise CancelledError
        newest = self._step
        if newest is None:
            self._step = newest = _Step()
            self._events.append((self, newest))
        newest.share, newest.step = share, step  # only the newest matters: never a flood of events


class Jobs(QObject):
    """The jobs of the window. `changed` is emitted when one starts or ends."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[Lane, queue.SimpleQueue[Job | None]] = {}
        self._threads: list[threading.Thread] = []
        self._events: deque[_Event] = deque()
        self._running: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._deliver)
        self._garbage = QTimer(self)
        self._garbage.setInterval(_COLLECT_EVERY)
        self._garbage.timeout.connect(_collect)

    def start(
        self,
        task: Task,
        *,
        label: str = "",
        lane: Lane = "work",
        on_result: Callable[[Any], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
    ) -> Job:
        """Return a job that was put into its lane; it starts when the ones before it have ended."""
        job = Job(task, label, lane)
        job._events = self._events
        if on_result:
            job.result.connect(on_result)
        if on_error:
            job.failed.connect(on_error)
        self._running.append(job)
        self._lane(lane).put(job)
        self._timer.start()
        self.changed.emit()
        return job

    def call(
        self,
        function: Callable[[], Any],
        on_result: Callable[[Any], object],
        on_error: Callable[[Exception], object],
        *,
        lane: Lane = "reads",
        label: str = "",
    ) -> Job:
        """Return a job that calls a function once and hands over what it returned."""
        return self.start(
            lambda progress: iter((function(),)), label=label, lane=lane, on_result=on_result, on_error=on_error
        )

    @property
    def at_work(self) -> bool:
        """Whether a job has not ended, looks into watched folders left out: on a dead disk one may never end."""
        return any(job.lane != "looks" for job in self._running)

    @property
    def busy(self) -> bool:
        """Whether any job has not ended."""
        return bool(self._running)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self._running:
            job.cancel()

    def close(self, seconds: float = 30.0) -> bool:
        """Stop every job and the threads; return whether they ended in time. Call once, at the end."""
        self.cancel_all()
        for lane in self._lanes.values():
            lane.put(None)
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        while self._events:
            self._deliver()
        self._timer.stop()
        self._garbage.stop()
        if self._threads:
            gc.enable()
        return not any(thread.is_alive() for thread in self._threads)

    def _lane(self, name: Lane) -> queue.SimpleQueue[Job | None]:
        if name not in self._lanes:
            if not self._threads:
                # A collection in a job's thread could destroy window objects there, which Qt forbids.
                gc.disable()
                self._garbage.start()
            self._lanes[name] = queue.SimpleQueue()
            thread = threading.Thread(target=self._work, args=(self._lanes[name],), name=f"countermark-{name}")
            thread.daemon = True  # a job that hangs in a system call must not keep the process alive
            self._threads.append(thread)
            thread.start()
        return self._lanes[name]

    def _work(self, lane: queue.SimpleQueue[Job | None]) -> None:
        while (job := lane.get()) is not None:
            error: Exception | None = None
            try:
                job._report(0.0, "")  # one that was cancelled while it waited never starts
                for value in job._task(job._report):
                    job._step = None  # a later step is told after this result
                    self._events.append((job, _Result(value)))
                    del value
            except Exception as problem:  # noqa: BLE001 - whatever it is, the window shows it
                error = problem
            self._events.append((job, _End(error)))
            del job, error  # hold nothing while waiting for the next one

    def _deliver(self) -> None:
        end = time.monotonic() + _TURN
        while self._events and time.monotonic() < end:
            job, event = self._events.popleft()
            if isinstance(event, _Step):
                if job._step is event:
                    job._step = None
                job.progressed.emit(event.share, event.step)
            elif isinstance(event, _Result):
                job.result.emit(event.value)
            else:
                self._end(job, event.error)
        if not self._running:
            self._timer.stop()

    def _end(self, job: Job, error: Exception | None) -> None:
        job.running = False
        self._running.remove(job)
        if isinstance(error, CancelledError):
            job.cancelled.emit()
        elif error is not None:
            job.failed.emit(error)
        job.ended.emit()
        self.changed.emit()


def _collect() -> None:
    """Collect garbage as Python would, in the window's thread."""
    counts = gc.get_count()
    for generation in (2, 1, 0):
        if counts[generation] > _GENERATIONS[generation]:
            gc.collect(generation)
            return
