"""Protect: empty, filled, at work, done with all outcomes, asking, a long list."""

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


@state("protect: open form")
def open_form(stage: Stage) -> None:
    page = _filled(stage, stage.material.originals[:4])
    page.form.more.open()
    stage.quiet()


@state("protect: watch a folder")
def watch(stage: Stage) -> None:
    page = _filled(stage, stage.material.originals[:2])
    page.to_watch.say(stage.material.folder / "Exports", page.form.preset())


@state("protect: working")
def working(stage: Stage) -> None:
    page = _filled(stage, stage.material.originals)
    stage.replay.hold = stage.material.originals[2].name
    page.start()
    stage.until(lambda: page.working_on() != "" and "3" in page.working_on())


@state("protect: done", docs="protect")
def done(stage: Stage) -> None:
    _done(stage, stage.material.originals)


@state("protect: one that failed")
def done_badly(stage: Stage) -> None:
    page = _done(stage, stage.material.originals)
    page.rows.setCurrentIndex(page.model.index(4, 0))


@state("protect: one recording")
def done_recording(stage: Stage) -> None:
    page = _done(stage, stage.material.originals)
    page.rows.setCurrentIndex(page.model.index(3, 0))


@state("protect: your answer")
def asking(stage: Stage) -> None:
    page = _filled(stage, stage.material.originals[:3])
    stage.replay.asks = True
    page.start()
    stage.until(lambda: page.job is None)
    page.view.go_to_question()
    stage.quiet()


@state("protect: many rows")
def many(stage: Stage) -> None:
    _done(stage, stage.material.many)


@state("messages: error")
def failed(stage: Stage) -> None:
    window = stage.open()
    stage.go(ProtectPage)
    gone = stage.material.folder / "Portfolio" / "Late light.png"
    window.messages.show_error(
        WriteError(
            f"{gone.name} could not be written: No space left on device.",
            "Check the folder and its disk; nothing was left behind.",
            path=gone,
        )
    )


@state("messages: question")
def question(stage: Stage) -> None:
    working(stage)
    stage.window.close()


@state("messages: fault")
def fault(stage: Stage) -> None:
    window = stage.open()
    stage.go(ProtectPage)
    window.messages.show_error(LookupError("an example"))


def _filled(stage: Stage, files: Sequence[Path]) -> ProtectPage:
    window = stage.open()
    page = stage.go(ProtectPage)
    window.add_files(list(files))
    stage.until(lambda: page.model.rowCount() == len(files))
    page.recipient.setText(RECIPIENTS[0])
    return page


def _done(stage: Stage, files: Sequence[Path]) -> ProtectPage:
    page = _filled(stage, files)
    page.start()
    stage.until(lambda: page.job is None)
    page.rows.setCurrentIndex(page.model.index(0, 0))
    stage.quiet()
    return page
