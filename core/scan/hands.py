"""The processes that protect files for a scan: each opens the catalog, marks, writes and verifies on its own.

What starts and watches them is that of `core/apart`: requests and replies over pipes, limits for each file. Such a
process ends at once when the scan does, however that ends; the catalog then puts right what it left, as after a crash.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.apart.limits import Limits
from core.apart.process import ROOT, LostWorkerError, Worker
from core.apart.wire import BrokenWireError, receive_request, send_reply
from core.apart.worker import pipes
from core.errors import CountermarkError
from core.keys import CreatorKey
from core.lanes import Lane

WORD = "--protect-worker"  # what the bundle's program is called with; `build.spec` knows it too
LIMITS = Limits(memory=8_000_000_000, asking=1800.0, seconds_a_megabyte=120.0)
_CODE = "import sys; sys.path[0] = sys.argv[1]; from core.scan.hands import main; main()"
_log = logging.getLogger(__name__)


class LostHandsError(Exception):
    """The process that worked on a file is no more; the text says why."""


class Hands:
    """One such process, started when there is a first file, and again where it was lost."""

    def __init__(self, folder: Path, key: CreatorKey, options: Mapping[str, Any], lane: Lane | None) -> None:
        self._given = (str(folder), key, dict(options), lane)
        self._worker: Worker | None = None

    def protected(self, path: Path, out: Path | None, size: int, beat: Callable[[], None]) -> dict[str, Any]:
        """Return what became of a file, in plain values. LostHandsError: it cost the process; what `beat` raises."""
        done = False
        try:
            if self._worker is None:
                self._worker = _Process(LIMITS)
                self._worker.ask("open", *self._given, beat=beat)
            answer = self._worker.ask("protect", str(path), None if out is None else str(out), size=size, beat=beat)
            done = True
        except LostWorkerError as error:
            raise LostHandsError(str(error)) from None
        finally:
            if not done:
                self.end()
        for text in answer.pop("log"):
            _log.warning("While protecting: %s", text)
        result: dict[str, Any] = answer
        return result

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class _Process(Worker):
    @staticmethod
    def command() -> list[str]:
        if getattr(sys, "frozen", False):
            return [Worker.command()[0], WORD]
        return [sys.executable, "-c", _CODE, str(ROOT)]


# -- the program -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Protect what is asked for until the scan ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the scan's to handle
    requests, replies = pipes()
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        while True:
            try:
                asked.put(receive_request(requests))
            except BrokenWireError:
                os._exit(0)  # the scan is gone: nobody would write down what is still made here

    threading.Thread(target=listen, daemon=True).start()
    told = _Told()
    logging.getLogger("core").addHandler(told)
    send_reply(replies, ("ready",))
    job: _Job | None = None
    while True:
        verb, given, _, _ = asked.get()
        try:
            if verb == "open":
                job, value = _Job(*given), None
            else:
                assert job is not None
                value = {**job.protected(*given), "log": told.taken()}
            reply: tuple[Any, ...] = ("value", value)
        except CountermarkError as error:
            reply = "error", type(error).__name__, (error.message, error.hint), ""
        send_reply(replies, reply)


class _Job:
    """The catalog and the options for all files."""

    def __init__(self, folder: str, key: CreatorKey, options: dict[str, Any], lane: Lane | None) -> None:
        from core.catalog.store import Catalog

        self._catalog, self._key, self._options = Catalog(Path(folder)), key, options
        if lane is not None:
            self._catalog.use_lane(key.id, lane)

    def protected(self, path: str, out: str | None) -> dict[str, Any]:
        """Return what became of one file in plain values, with the hash of its original where a copy was made."""
        from core.model import Work
        from core.protect import protect
        from core.results import protect_record

        folder = None if out is None else Path(out)
        (done,) = protect([Path(path)], catalog=self._catalog, key=self._key, out=folder, **self._options)
        sha256 = ""
        if done.serial is not None:
            copy = self._catalog.copy_by_serial(self._key.id, done.serial)
            sha256 = "" if copy is None else self._catalog.get(Work, copy.work).sha256
        quality = {name: float(value) for name, value in done.quality.items()}
        return {**protect_record(done), "quality": quality, "sha256": sha256}


class _Told(logging.Handler):
    """Keeps what this process has to say on unexpected problems for the log of the scan."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._texts.append(self.format(record))

    def taken(self) -> list[str]:
        """Return what was said since it was last asked."""
        texts, self._texts = self._texts, []
        return texts


if __name__ == "__main__":
    main()
