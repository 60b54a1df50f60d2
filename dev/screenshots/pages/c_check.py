"""Check: empty, at work, each verdict, a comparison with a chosen work, a long list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QScrollArea

from app.pages.check import CheckPage
from app.widgets.disclosure import Disclosure
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


@state("check: probable", dense=True)
def probable(stage: Stage) -> None:
    _doubtful(stage, 0)


@state("check: unknown serial")
def unknown(stage: Stage) -> None:
    _doubtful(stage, 1)


@state("check: similar work")
def similar(stage: Stage) -> None:
    _doubtful(stage, 2)


@state("check: several findings", dense=True)
def several(stage: Stage) -> None:
    _doubtful(stage, 3)


@state("check: several findings below")
def further(stage: Stage) -> None:
    page = _doubtful(stage, 3)
    for each in page.verdict.findChildren(Disclosure):
        each.open()
    stage.settle()
    bar = page.verdict.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())


@state("check: compare with a work")
def compare(stage: Stage) -> None:
    page = _decided(stage, 2)
    page.verdict.compare_button.click()
    stage.quiet()


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


def _decided(stage: Stage, place: int) -> CheckPage:
    return _front(stage, stage.material.suspects, place)


def _doubtful(stage: Stage, place: int) -> CheckPage:
    return _front(stage, stage.material.doubtful, place)


def _front(stage: Stage, files: Sequence[Path], place: int) -> CheckPage:
    page = _given(stage, files)
    stage.until(lambda: not page.jobs)
    page.rows.setCurrentIndex(page.model.index(place, 0))
    stage.quiet()
    return page
