"""Settings."""

from __future__ import annotations

from app.pages.settings import SettingsPage
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("settings: all")
def everything(stage: Stage) -> None:
    stage.open()
    stage.go(SettingsPage)
