"""Settings: the cards from top to bottom, words that are shown, and the list of shortcuts."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget

from app.i18n import tr
from app.pages.settings import SettingsPage
from app.watched import Watched
from app.widgets.shortcut_list import ShortcutList
from core.presets import Preset
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("settings: top")
def top(stage: Stage) -> None:
    _settings(stage)


@state("settings: middle")
def middle(stage: Stage) -> None:
    _scrolled(stage, 0.5)


@state("settings: watched folders")
def watched(stage: Stage) -> None:
    page, watching = _settings(stage), stage.window.desk.watching
    made = stage.material.folder
    reel = Preset(tr("Demo reel"), ("Studio A",), recordings="mp3", output_folder=str(made / "Studio A"))
    for rule in (Watched(made / "Portfolio", reel), Watched(made / "Found")):
        watching.add(rule, present=False, then=lambda rule, left: None)
        stage.quiet()
    page.show_watched()
    stage.settle()


@state("settings: foot")
def foot(stage: Stage) -> None:
    _scrolled(stage, 1.0)


@state("settings: recovery words")
def words(stage: Stage) -> None:
    page = _settings(stage)
    page.keys.words()
    stage.quiet()


@state("settings: new key")
def new_key(stage: Stage) -> None:
    _settings(stage).keys.new()


@state("shortcuts: all")
def shortcuts(stage: Stage) -> QWidget:
    window = stage.open(works=False)
    window.show_shortcuts()
    stage.settle()
    (sheet,) = window.findChildren(ShortcutList)
    return sheet


def _settings(stage: Stage) -> SettingsPage:
    stage.open()
    page = stage.go(SettingsPage)
    stage.quiet()
    return page


def _scrolled(stage: Stage, share: float) -> None:
    page = _settings(stage)
    bar = page.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(round(share * bar.maximum()))
