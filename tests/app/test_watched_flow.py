"""Watched folders through the real window: what comes is protected or checked by itself, and nobody is disturbed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.queue import Stage
from app.models.rows import Role
from app.presets import Preset
from app.samples import sample_picture
from app.session import Session
from app.watched import Watched
from app.widgets.folder_to_watch import FolderToWatch
from core.model import Verdict
from tests.app.conftest import KEY
from tests.app.test_protect_page import FakeProtect, fake  # noqa: F401 - a fixture
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 60_000
OFTEN = 20  # milliseconds between two looks


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that the system's dialog chooses."""
    made = tmp_path / "Exports"
    made.mkdir()
    monkeypatch.setattr("app.widgets.folder_to_watch.QFileDialog.getExistingDirectory", lambda *_: str(made))
    return made


def watch(qtbot: QtBot, window: MainWindow, ask: FolderToWatch, *, present: bool = False) -> None:
    window.desk.watching.look_every(OFTEN)
    before = len(window.desk.watching.rules)
    box = ask.controls["present"]
    assert isinstance(box, QCheckBox)
    box.setChecked(present)
    QTest.mouseClick(ask.go_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.desk.watching.rules) > before, timeout=PATIENCE)


def picture(path: Path, seed: int = 1) -> Path:
    Image.fromarray(sample_picture(480, 360, seed=seed)).save(path)
    return path


def looks(qtbot: QtBot, window: MainWindow, count: int = 4) -> None:
    """Wait until so many looks have ended."""
    for _ in range(count):
        qtbot.waitUntil(lambda: window.desk.watching._looking, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not window.desk.watching._looking, timeout=PATIENCE)


def test_what_comes_into_a_folder_is_protected_as_was_chosen_then(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    page = window.protect_page
    picture(folder / "there before.png", 3)
    page.watch_button.click()
    assert window.messages.text() == "Say first who the copies are for." and page.to_watch.isHidden()
    page.recipient.setText("Studio A")
    page.form.purpose.setText("a poster")
    page.watch_button.click()
    assert page.to_watch.isVisible()
    assert_named_and_reachable(window)
    watch(qtbot, window, page.to_watch)
    assert "1 file that is there already is left alone." in window.messages.text()
    assert window.foot.isVisible() and window.status_button.text() == "Watching 1 folder"
    page.recipient.setText("Somebody else")
    page.form.purpose.setText("")
    window.go(2)
    window.catalog_page.search_now()
    in_front, focus = window.page, QApplication.focusWidget()
    picture(folder / "Hill house.png")
    copy = folder / "Hill house (Studio A).png"
    qtbot.waitUntil(copy.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    looks(qtbot, window)
    (item,) = page.model.items()  # neither the copy nor what was there before
    assert (item.stage, item.recipient, item.path.name) == (Stage.PROTECTED, "Studio A", "Hill house.png")
    (known,) = window.desk.session.catalog.copies()
    assert known.purpose == "a poster"
    assert window.page is in_front and QApplication.focusWidget() is focus
    assert not page.rows.currentIndex().isValid() and page.recipient.text() == "Somebody else"
    assert window.status_button.text() == "Watching 1 folder"
    window.status_button.click()
    card = window.settings_page.watched
    assert window.page is window.settings_page and card.rows.hasFocus()


def test_what_comes_into_a_folder_is_checked(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    page = window.check_page
    window.go(1)
    page.add_files([picture(folder.parent / "first.png", 7)])
    qtbot.waitUntil(lambda: page.model.rowCount() == 1 and not page.jobs, timeout=PATIENCE)
    page.choose_button.setFocus()
    picture(folder / "found before.png", 2)
    page.watch_button.click()
    assert_named_and_reachable(window)
    watch(qtbot, window, page.to_watch, present=True)
    page.choose_button.setFocus()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2 and not page.jobs, timeout=PATIENCE)
    picture(folder / "found.png", 3)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3 and not page.jobs, timeout=PATIENCE)
    looks(qtbot, window)
    items = page.model.items()
    assert [item.path.name for item in items] == ["first.png", "found before.png", "found.png"]
    assert all(item.result is not None and item.result.verdict is Verdict.NOTHING for item in items)
    assert page.rows.currentIndex().data(Role.ITEM) is items[0] and page.choose_button.hasFocus()
