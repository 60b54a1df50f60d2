"""The workers that wait: a warm one is given out, taken back after its file, and ended with the program."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable

from core.apart.process import LostWorkerError, Worker

KEPT = 2  # one for checks, one for the views that the window asks for meanwhile
_kept = KEPT
_idle: list[Worker] = []
_others: list[Worker] = []  # of the process that this one was forked from: not ours to touch
_turn = threading.Lock()

Start = Callable[[], Worker]


def taken(start: Start = Worker) -> Worker:
    """Return a worker that is nobody else's until `give_back`. LostWorkerError where none can be started."""
    with _turn:
        if _idle:
            return _idle.pop()
    return start()


def give_back(worker: Worker) -> None:
    """Keep a worker for the next file, where it is fit for that; end one that is still at work on this one."""
    if worker.put_away():
        with _turn:
            if len(_idle) < _kept:
                _idle.append(worker)
                return
    worker.end()


def keep(number: int) -> None:
    """Let so many workers wait from now on, at least `KEPT`: as many as are at work at the same time."""
    global _kept
    with _turn:
        _kept = max(KEPT, number)
        surplus, _idle[_kept:] = _idle[_kept:], []
    for worker in surplus:
        worker.end()


def warm() -> None:
    """Have a worker load its libraries while the program does other things."""
    with _turn:
        if _idle:
            return
        try:
            _idle.append(Worker())
        except LostWorkerError:
            return  # said with the first file


def close() -> None:
    """End the workers that wait."""
    with _turn:
        while _idle:
            _idle.pop().end()


def _after_fork() -> None:
    global _turn
    _turn = threading.Lock()
    _others.extend(_idle)
    _idle.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
