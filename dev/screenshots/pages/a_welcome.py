"""Before the window proper: the first start, the 24 words and their proof, the tour, the passphrase."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.pages.gate import UnlockPage
from app.pages.welcome import WelcomePage
from app.tour_window import TourWindow
from dev.screenshots.material import PASSPHRASE
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("welcome: empty")
def empty(stage: Stage) -> None:
    stage.open(works=False, key=False)


@state("welcome: existing key")
def existing(stage: Stage) -> None:
    gate = stage.open(works=False, key=False).gate
    assert isinstance(gate, WelcomePage)
    gate.restore_button.click()


@state("welcome: 24 words", dense=True)
def words(stage: Stage) -> None:
    _made(stage)


@state("welcome: words back")
def words_back(stage: Stage) -> None:
    _read_back(_made(stage), stage)


@state("welcome: wrong word")
def wrong_word(stage: Stage) -> None:
    gate = _made(stage)
    _read_back(gate, stage)
    next(iter(gate.proof.fields.values())).setText("paper")


@state("tour: first step")
def tour(stage: Stage) -> QWidget:
    return _tour(stage, steps=0)


@state("tour: copies")
def tour_copies(stage: Stage) -> QWidget:
    return _tour(stage, steps=1)


@state("tour: found")
def tour_found(stage: Stage) -> QWidget:
    return _tour(stage, steps=3)


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


@state("unlock: with the words")
def words_instead(stage: Stage) -> None:
    gate = stage.open(unlocked=False).gate
    assert isinstance(gate, UnlockPage)
    gate.switch.click()


@state("unlock: damaged key file")
def damaged(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = shutil.copytree(stage.material.data, Path(folder) / "data")
        for file in (data / "keys").glob("*.key"):
            file.write_bytes(file.read_bytes()[:99])
        stage.open(unlocked=False, data=data)


def _made(stage: Stage) -> WelcomePage:
    gate = stage.open(works=False, key=False).gate
    assert isinstance(gate, WelcomePage)
    gate.name.setText("Mara Lind")
    gate.secrets.first.setText(PASSPHRASE)
    gate.secrets.second.setText(PASSPHRASE)
    gate.make()
    stage.until(lambda: gate.steps.currentIndex() == 1)
    return gate


def _read_back(gate: WelcomePage, stage: Stage) -> None:
    gate.written.click()
    every = stage.window.desk.session.key.words()
    for place, field in gate.proof.fields.items():
        field.setText(every[place - 1])


def _tour(stage: Stage, *, steps: int) -> TourWindow:
    """Take the tour with what really marks and finds: the page's results are its own."""
    stage.open(works=False)
    stage.replay.end()
    opened = TourWindow(stage.window.desk, stage.window)
    opened.show()
    stage.until(opened.next_button.isVisible)
    for _ in range(steps):
        opened.next_button.click()
        stage.until(opened.next_button.isVisible)
    return opened
