"""One worker process as the program sees it: started, asked, watched over, ended."""

from __future__ import annotations

import builtins
import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from core import errors
from core.apart.limits import Limits, Usage, usage
from core.apart.wire import BrokenWireError, receive_reply, send_request

ROOT = Path(__file__).resolve().parents[2]
FROZEN_WORD = "--worker"  # what the bundle's program is called with to be a worker; `build.spec` knows it too
_CODE = "import sys; sys.path[0] = sys.argv[1]; from core.apart.worker import main; main()"
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_START = 180.0  # seconds in which a worker must have loaded its libraries
_TICK = 0.1  # seconds between two beats
_LOOK = 0.25 if sys.platform in ("linux", "win32") else 2.0  # between two looks, which cost a process elsewhere
_GONE: Final = ("gone",)
_log = logging.getLogger(__name__)

Beat = Callable[[], None]


class Lost(StrEnum):
    """Why a worker is no more."""

    START = "it did not start"
    BROKE = "it broke down"
    TIME = "it took too long"
    MEMORY = "it took too much memory"
    IDLE = "it waited too long"


class LostWorkerError(Exception):
    """A worker that is no more: it broke down, or had to be ended."""

    def __init__(self, reason: Lost) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Worker:
    """A worker process. `files` counts the files that it has finished, `peak` is the most memory seen, in bytes."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Start it, without waiting until it is ready. LostWorkerError where that fails at once."""
        self.limits = limits or Limits()
        self.files = 0
        self.peak = 0
        self._ready = self._busy = False
        self._replies: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._wanted = threading.Semaphore(1)  # replies: the first says that it is ready. No other is taken in
        hidden = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
        try:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=ROOT if ROOT.is_dir() else None,  # not where its user is: that folder may be about to go
                creationflags=hidden,
            )
        except OSError as error:
            _log.warning("No worker process can be started: %s", error)
            raise LostWorkerError(Lost.START) from error
        self._thread = threading.Thread(target=self._listen, name="countermark-worker", daemon=True)
        self._thread.start()

    @staticmethod
    def command() -> list[str]:
        """Return what is started."""
        if getattr(sys, "frozen", False):  # the bundle's program for terminals, whichever of the two this is
            program = Path(sys.executable).with_name("countermark").with_suffix(Path(sys.executable).suffix)
            return [str(program), FROZEN_WORD]
        return [sys.executable, "-c", _CODE, str(ROOT)]

    @property
    def number(self) -> int:
        """Its process number."""
        return self._process.pid

    def ask(self, verb: str, *given: Any, size: int = 0, beat: Beat | None = None) -> Any:
        """Return the answer about a file of `size` bytes. `beat` is called about ten times a second while it is made.

        LostWorkerError where the worker is no more; the error of the worker as it was there; whatever `beat` raises,
        and then the worker is still at work and must be ended.
        """
        if not self._ready:
            self._expect("ready", beat, seconds=_START, idle=_START)
            self._ready = True
        seconds = self.limits.seconds(verb, size)
        try:
            assert self._process.stdin is not None
            self._busy = True
            send_request(self._process.stdin, (verb, given, seconds, self.limits.room))
            self._wanted.release()
        except BrokenWireError:
            raise self._lost(Lost.BROKE) from None
        return self._expect("value", beat, seconds=seconds, idle=self.limits.idle)

    def put_away(self) -> bool:
        """Have it let go of its file; return whether it can be given another: idle, alive, and small by now."""
        if self._busy or self._process.poll() is not None:
            return False
        if not self._ready:  # its user could not wait for it: the next file can
            return True
        try:
            self.ask("close")
        except Exception:  # noqa: BLE001 - then it is ended, which needs no reason
            return False
        self.files += 1
        now = self._look()
        return now is None or now.memory <= self.limits.kept

    def end(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that waits for a dead network folder ends later
            self._process.wait(2.0)
        self._wanted.release()
        self._thread.join(2.0)
        if not self._thread.is_alive():
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()

    def _listen(self) -> None:
        """Take in what the worker is asked for, until it is no more."""
        assert self._process.stdout is not None
        while True:
            self._wanted.acquire()
            try:
                self._replies.put(receive_reply(self._process.stdout))
            except BrokenWireError:
                self._replies.put(_GONE)
                return

    def _expect(self, word: str, beat: Beat | None, *, seconds: float, idle: float) -> Any:
        """Return the value of the next reply; end the worker where a limit is passed before."""
        began = looked = active = time.monotonic()
        first = last = self._look()
        while True:
            try:
                reply = self._replies.get(timeout=_TICK)
                break
            except queue.Empty:
                pass
            if beat is not None:
                beat()
            now = time.monotonic()
            if now - looked < _LOOK:
                continue
            looked, seen = now, self._look()
            if seen is None or first is None or last is None:
                spent = still = (now - began) / 4  # a crowded machine computes for others as well
            else:
                active = now if seen.seconds > last.seconds else active
                spent, still, last = seen.seconds - first.seconds, now - active, seen
                if seen.memory > self.limits.memory:
                    raise self._lost(Lost.MEMORY)
            if spent > seconds:
                raise self._lost(Lost.TIME)
            if still > idle:
                raise self._lost(Lost.IDLE)
        self._busy = False
        match reply:
            case (said, *value) if said == word:
                return value[0] if value else None
            case ("error", str(kind), tuple(words), str(trace)):
                raise rebuilt(kind, words, trace)
        raise self._lost(Lost.BROKE if self._ready else Lost.START)

    def _look(self) -> Usage | None:
        seen = usage(self._process.pid)
        self.peak = max(self.peak, seen.memory if seen else 0)
        return seen

    def _lost(self, reason: Lost) -> LostWorkerError:
        self.end()
        _log.warning("A worker process is no more: %s (exit code %s)", reason.value, self._process.returncode)
        return LostWorkerError(reason)


def _environment() -> dict[str, str]:
    """Return the worker's environment: one thread for each computation, no word of key files and the catalog."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERMARK_")}
    return kept | dict.fromkeys(_ONE_THREAD, "1")


def rebuilt(kind: str, words: tuple[Any, ...], trace: str) -> Exception:
    """Return an error of the worker as it was there, or one of the same name."""
    own = getattr(errors, kind, None)
    if isinstance(own, type) and issubclass(own, errors.CountermarkError) and own is not errors.CancelledError:
        return own(*map(str, words[:2]))
    plain = getattr(builtins, kind, None)
    if isinstance(plain, type) and issubclass(plain, OSError) and len(words) == 2:
        return plain(*words)
    if not (isinstance(plain, type) and issubclass(plain, Exception)) or issubclass(plain, UnicodeError):
        plain = type(kind, (RuntimeError,), {})
    error: Exception = plain(*words)
    if trace:
        error.add_note(trace)
    return error
