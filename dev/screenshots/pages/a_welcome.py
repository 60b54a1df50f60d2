"""Before the window proper: the first start, the 24 words, the passphrase."""

from __future__ import annotations

from app.pages.gate import UnlockPage
from app.pages.welcome import WelcomePage
from dev.screenshots.material import PASSPHRASE
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("welcome: empty")
def empty(stage: Stage) -> None:
    stage.open(works=False, key=False)


@state("welcome: 24 words", dense=True)
def words(stage: Stage) -> None:
    window = stage.open(works=False, key=False)
    gate = window.gate
    assert isinstance(gate, WelcomePage)
    gate.name.setText("Mara Lind")
    gate.secrets.first.setText(PASSPHRASE)
    gate.secrets.second.setText(PASSPHRASE)
    gate.make()
    stage.until(lambda: gate.steps.currentIndex() == 1)


@state("unlock: empty")
def unlock(stage: Stage) -> None:
    stage.open(unlocked=False)


@state("unlock: failed")
def wrong(stage: Stage) -> None:
    window = stage.open(unlocked=False)
    gate = window.gate
    assert isinstance(gate, UnlockPage)
    gate.field.setText("ink and paper")
    gate.unlock()
    stage.until(gate.problem.isVisible)
