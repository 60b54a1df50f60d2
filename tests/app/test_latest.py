"""Of several questions the last one counts, and one is asked at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.latest import Latest


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


def test_what_came_up_meanwhile_is_passed_over_but_for_the_last(qtbot: QtBot, jobs: Jobs) -> None:
    asked: list[str] = []
    taken: list[str] = []
    go = threading.Event()
    latest = Latest(jobs, lambda error: taken.append(str(error)))

    def question(name: str) -> str:
        asked.append(name)
        go.wait(10)
        return name

    for name in ("first", "second", "third"):
        latest.ask(lambda name=name: question(name), taken.append)  # type: ignore[misc]
    go.set()
    qtbot.waitUntil(lambda: not jobs.busy and bool(taken))
    assert asked == ["first", "third"]
    assert taken == ["third"]


def test_an_error_is_told_and_the_next_question_is_asked(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[Exception] = []
    taken: list[int] = []
    latest = Latest(jobs, told.append)
    latest.ask(lambda: 1 // 0, taken.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    latest.ask(lambda: 7, taken.append)
    qtbot.waitUntil(lambda: taken == [7])
