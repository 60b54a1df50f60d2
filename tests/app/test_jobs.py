"""Jobs: results in order and in the window's thread, cancel, failures, no stalls."""

import gc
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from core.errors import UnreadableError
from core.progress import Progress


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()
    assert gc.isenabled()


def test_results_come_in_order_and_in_the_thread_of_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[object] = []
    threads: set[str] = set()

    def task(progress: Progress) -> Iterator[int]:
        assert threading.current_thread() is not threading.main_thread()
        for number in range(100):
            progress(number / 100, str(number))
            yield number

    def take(value: object) -> None:
        told.append(value)
        threads.add(threading.current_thread().name)

    job = jobs.start(task, on_result=take)
    job.progressed.connect(lambda share, step: told.append(step))
    with qtbot.waitSignal(job.ended):
        pass
    assert [value for value in told if isinstance(value, int)] == list(range(100))
    assert threads == {threading.main_thread().name}
    steps = [value for value in told if isinstance(value, str) and value]
    assert steps  # each is told before the result that it led to
    assert all(told.index(step) < told.index(int(step)) for step in steps)
    assert not jobs.busy


def test_cancel_stops_at_the_next_report_and_one_that_waits_never_starts(qtbot: QtBot, jobs: Jobs) -> None:
    started: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def task(progress: Progress) -> Iterator[int]:
        started.append("first")
        inside.set()
        assert go_on.wait(60)
        progress(0.5, "half")
        yield 1

    def second(progress: Progress) -> Iterator[int]:
        started.append("second")
        yield 2

    results: list[int] = []
    ends: list[str] = []
    first = jobs.start(task, on_result=results.append)
    other = jobs.start(second, on_result=results.append)
    for name, job in (("first", first), ("second", other)):
        job.cancelled.connect(lambda name=name: ends.append(name))
    assert inside.wait(60)
    jobs.cancel_all()
    with qtbot.waitSignal(other.ended):
        go_on.set()
    assert (started, results, ends) == (["first"], [], ["first", "second"])


@pytest.mark.parametrize("error", [UnreadableError("a.jpg is empty.", "Choose another."), ValueError("a bug")])
def test_a_failure_is_told_and_the_lane_goes_on(qtbot: QtBot, jobs: Jobs, error: Exception) -> None:
    def task(progress: Progress) -> Iterator[int]:
        yield 1
        raise error

    seen: list[object] = []
    jobs.start(task, on_result=seen.append, on_error=seen.append)
    jobs.call(lambda: 2, seen.append, seen.append, lane="work")
    qtbot.waitUntil(lambda: not jobs.busy)
    assert seen == [1, error, 2]


def test_reads_do_not_wait_behind_work(qtbot: QtBot, jobs: Jobs) -> None:
    go_on = threading.Event()
    seen: list[str] = []

    def work(progress: Progress) -> Iterator[str]:
        assert go_on.wait(60)
        yield "work"

    jobs.start(work, on_result=seen.append)
    jobs.call(lambda: "read", seen.append, seen.append)
    qtbot.waitUntil(lambda: seen == ["read"])
    go_on.set()
    qtbot.waitUntil(lambda: seen == ["read", "work"])


def test_a_look_that_hangs_is_no_work(qtbot: QtBot, jobs: Jobs) -> None:
    go_on = threading.Event()
    jobs.call(lambda: go_on.wait(60), lambda _: None, lambda _: None, lane="looks")
    assert jobs.busy and not jobs.at_work
    jobs.call(lambda: 1, lambda _: None, lambda _: None)
    assert jobs.at_work
    qtbot.waitUntil(lambda: not jobs.at_work)
    assert jobs.busy
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy)


def test_the_window_lives_while_a_job_computes(qtbot: QtBot, jobs: Jobs) -> None:
    """The job computes until the window's own timer has run 20 times: a window that stalls would never let it end."""
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(lambda: ticks.append(0.0))

    def task(progress: Progress) -> Iterator[int]:
        values = np.random.default_rng(1).standard_normal((300, 300))
        end = time.monotonic() + 60
        while len(ticks) < 20 and time.monotonic() < end:
            np.linalg.svd(values)
            sum(number * number for number in range(20000))  # holds Python's lock, as real work does at times
            progress(0.5, "")
        yield len(ticks)

    seen: list[int] = []
    timer.start()
    jobs.start(task, on_result=seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=90000)
    timer.stop()
    assert seen[0] >= 20


def test_a_flood_of_results_leaves_turns_to_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    """Each result takes 1 ms to show: the window gets a turn many times before all of them are shown."""
    seen: list[int] = []
    turns: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(len(seen)))
    timer.start(0)

    def show(value: int) -> None:
        time.sleep(0.001)
        seen.append(value)

    jobs.start(lambda progress: iter(range(300)), on_result=show)
    qtbot.waitUntil(lambda: len(seen) == 300, timeout=60000)
    timer.stop()
    assert len({turn for turn in turns if 0 < turn < 300}) >= 3


def test_progress_is_no_flood(qtbot: QtBot, jobs: Jobs) -> None:
    steps: list[float] = []

    def task(progress: Progress) -> Iterator[int]:
        for number in range(20000):
            progress(number / 20000, "")
        yield 0

    job = jobs.start(task)
    job.progressed.connect(lambda share, step: steps.append(share))
    qtbot.waitUntil(lambda: not jobs.busy)
    assert steps == sorted(steps)
    assert 0 < len(steps) < 2000


def test_garbage_is_collected_in_the_thread_of_the_window_alone(qtbot: QtBot, jobs: Jobs) -> None:
    where: list[str] = []

    class Traced:
        def __init__(self) -> None:
            self.own = self  # only the collector can let it go

        def __del__(self) -> None:
            where.append(threading.current_thread().name)

    def task(progress: Progress) -> Iterator[int]:
        for number in range(3000):
            Traced()
            yield number

    job = jobs.start(task)
    qtbot.waitSignal(job.ended)
    qtbot.waitUntil(lambda: not jobs.busy)
    qtbot.waitUntil(lambda: bool(where), timeout=20000)
    assert set(where) == {threading.main_thread().name}
