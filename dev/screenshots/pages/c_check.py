"""Check: empty, at work, each verdict, a long list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.pages.check import CheckPage
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("check: empty")
def empty(stage: Stage) -> None:
    stage.open()
    stage.go(CheckPage)


@state("check: working")
def working(stage: Stage) -> None:
    page = _given(stage, stage.material.suspects, hold=stage.material.suspects[1].name)
    stage.until(lambda: "2" in page.working_on())
    page.rows.setCurrentIndex(page.model.index(1, 0))


@state("check: certain picture", dense=True, docs="check")
def picture(stage: Stage) -> None:
    _decided(stage, 0)


@state("check: certain recording", dense=True)
def recording(stage: Stage) -> None:
    _decided(stage, 1)


@state("check: nothing found")
def nothing(stage: Stage) -> None:
    _decided(stage, 2)


@state("check: could not be read")
def unreadable(stage: Stage) -> None:
    _decided(stage, 3)


@state("check: many rows")
def many(stage: Stage) -> None:
    page = _given(stage, stage.material.many)
    stage.until(lambda: not page.jobs)
    page.rows.setCurrentIndex(page.model.index(5, 0))
    stage.quiet()


def _given(stage: Stage, files: Sequence[Path], hold: str = "") -> CheckPage:
    window = stage.open()
    stage.replay.hold = hold
    page = stage.go(CheckPage)
    window.add_files(list(files))
    stage.until(lambda: page.model.rowCount() == len(files))
    return page


def _decided(stage: Stage, place: int) -> None:
    page = _given(stage, stage.material.suspects)
    stage.until(lambda: not page.jobs)
    page.rows.setCurrentIndex(page.model.index(place, 0))
    stage.quiet()
