"""Protect: empty, filled, at work, done with all outcomes, a long list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.pages.protect import ProtectPage
from core.errors import WriteError
from dev.screenshots.material import RECIPIENTS
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("protect: empty")
def empty(stage: Stage) -> None:
    stage.open(works=False)
    stage.go(ProtectPage)


@state("protect: waiting", dense=True)
def waiting(stage: Stage) -> None:
    _filled(stage, stage.material.originals[:4])


@state("protect: working")
def working(stage: Stage) -> None:
    page = _filled(stage, stage.material.originals)
    stage.replay.hold = stage.material.originals[2].name
    page.start()
    stage.until(lambda: page.working_on() != "" and "3" in page.working_on())


@state("protect: done", docs="protect")
def done(stage: Stage) -> None:
    _done(stage, stage.material.originals)


@state("protect: many rows")
def many(stage: Stage) -> None:
    _done(stage, stage.material.many)


@state("protect: failed")
def failed(stage: Stage) -> None:
    window = stage.open()
    stage.go(ProtectPage)
    gone = stage.material.folder / "Portfolio" / "Late light.png"
    window.messages.show_error(WriteError(f"{gone.name} could not be written.", "Make room on the disk.", path=gone))


def _filled(stage: Stage, files: Sequence[Path]) -> ProtectPage:
    window = stage.open()
    page = stage.go(ProtectPage)
    window.add_files(list(files))
    stage.until(lambda: page.model.rowCount() == len(files))
    page.recipient.setText(RECIPIENTS[0])
    return page


def _done(stage: Stage, files: Sequence[Path]) -> None:
    page = _filled(stage, files)
    page.start()
    stage.until(lambda: page.job is None)
    page.rows.setCurrentIndex(page.model.index(0, 0))
    stage.quiet()
