"""The window that lays a copy beside its original."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.compare_window import CompareWindow
from dev.screenshots.material import RECIPIENTS
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("compare: picture", dense=True)
def picture(stage: Stage) -> QWidget:
    return _shown(stage, "Hill house.jpg", 1)


@state("compare: recording")
def recording(stage: Stage) -> QWidget:
    return _shown(stage, "Demo reel.wav", 2)


@state("compare: spectrogram")
def spectrogram(stage: Stage) -> QWidget:
    opened = _shown(stage, "Demo reel.wav", 2)
    opened.sounds.seen.choose("spectrogram")
    opened.sounds.seen.chosen.emit("spectrogram")
    stage.quiet()
    return opened


@state("compare: would it survive")
def trial(stage: Stage) -> QWidget:
    opened = _shown(stage, "Hill house.jpg", 1)
    opened.trial.start()
    stage.quiet()
    return opened


def _shown(stage: Stage, name: str, place: int) -> CompareWindow:
    window = stage.open()
    result = stage.material.protected[name, RECIPIENTS[0]]
    assert result.output is not None and result.serial is not None
    opened = CompareWindow(window.desk, window)
    opened.show_copy(result.source, result.output, result.serial)
    opened.show()
    stage.until(lambda: opened.stack.currentIndex() == place)
    stage.quiet()
    return opened
