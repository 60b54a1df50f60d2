"""Watched folders through the real window: what comes is protected or checked by itself, and nobody is disturbed."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.queue import Stage
from app.models.rows import Role
from app.samples import sample_picture
from app.session import Session
from app.watched import Watched
from app.widgets.folder_to_watch import FolderToWatch
from core.model import Checked, Protected, Status, Verdict
from core.presets import Preset
from core.progress import Progress
from tests.app.conftest import KEY
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 60_000
OFTEN = 20  # milliseconds between two looks


class Fakes:
    """Stand for `core.protect.protect` and `core.check.check`: those files that are `held` are worked on until `go`."""

    def __init__(self) -> None:
        self.protected: list[tuple[str, str, str]] = []  # file, recipient, purpose
        self.checked: list[str] = []
        self.held: set[str] = set()
        self.go = threading.Event()

    def protect(
        self, sources: list[Path], *, recipient: str, purpose: str, progress: Progress, **_: Any
    ) -> Iterator[Protected]:
        (source,) = sources
        self._hold(source, progress)
        self.protected.append((source.name, recipient, purpose))
        yield Protected(source, Status.PROTECTED, recipient, "", source.with_suffix(".out"), 7)

    def check(self, files: list[Path], *, progress: Progress, **_: Any) -> Iterator[Checked]:
        (file,) = files
        self._hold(file, progress)
        self.checked.append(file.name)
        yield Checked(file, Verdict.NOTHING, (), "")

    def _hold(self, file: Path, progress: Progress) -> None:
        while file.name in self.held and not self.go.is_set():
            progress(0.5, "")
            time.sleep(0.002)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Fakes:
    made = Fakes()
    monkeypatch.setattr("core.protect.protect", made.protect)
    monkeypatch.setattr("core.check.check", made.check)
    return made


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


def begin(qtbot: QtBot, window: MainWindow, rule: Watched) -> None:
    watching, before = window.desk.watching, len(window.desk.watching.rules)
    watching.look_every(OFTEN)
    watching.add(rule, present=False, then=lambda rule, left: None)
    qtbot.waitUntil(lambda: len(watching.rules) > before, timeout=PATIENCE)


def opened(qtbot: QtBot) -> MainWindow:
    session = Session.open()
    session.keys = (KEY,)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


def touch(path: Path) -> Path:
    """Make a file that is a picture by its name; the fakes do not read it."""
    path.write_bytes(b"new")
    return path


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


def test_what_comes_into_a_folder_is_checked(qtbot: QtBot, window: MainWindow, folder: Path, fakes: Fakes) -> None:
    page = window.check_page
    window.go(1)
    page.add_files([touch(folder.parent / "first.png")])
    qtbot.waitUntil(lambda: page.model.rowCount() == 1 and not page.jobs, timeout=PATIENCE)
    touch(folder / "found before.png")
    page.folder_button.action("Watch a folder…").trigger()
    assert_named_and_reachable(window)
    assert "into a folder in it:\nChecked\n" in page.to_watch._text.text()
    watch(qtbot, window, page.to_watch, present=True)
    page.choose_button.setFocus()
    qtbot.waitUntil(lambda: len(fakes.checked) == 2, timeout=PATIENCE)
    touch(folder / "found.png")
    qtbot.waitUntil(lambda: len(fakes.checked) == 3 and not page.jobs, timeout=PATIENCE)
    looks(qtbot, window)
    items = page.model.items()
    assert [item.path.name for item in items] == ["first.png", "found before.png", "found.png"]
    assert all(item.result is not None for item in items)
    assert page.rows.currentIndex().data(Role.ITEM) is items[0] and page.choose_button.hasFocus()


def test_who_watches_a_folder_again_is_told_what_ends(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    begin(qtbot, window, Watched(folder, Preset(recipients=("Studio A",), purpose="a poster")))
    page = window.protect_page
    page.recipient.setText("Studio A")
    page.form.purpose.setText("a poster")
    page.watch()
    assert "It is watched so already." in page.to_watch._text.text()
    page.recipient.setText("Studio B")
    page.watch()
    assert "This will happen no more:\nProtected for Studio A  ·  " in page.to_watch._text.text()
    window.check_page.watch()
    assert "watched already" not in window.check_page.to_watch._text.text()  # checked besides


def test_escape_leaves_the_question_and_nothing_is_watched(window: MainWindow, folder: Path) -> None:
    window.protect_page.recipient.setText("Studio A")
    for number, page in ((0, window.protect_page), (1, window.check_page)):
        window.go(number)
        page.watch()
        assert page.to_watch.isVisible()
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert page.to_watch.isHidden() and window.desk.watching.rules == ()


def test_people_go_on_while_a_watched_file_is_protected(
    qtbot: QtBot, window: MainWindow, folder: Path, fakes: Fakes
) -> None:
    page = window.protect_page
    begin(qtbot, window, Watched(folder, Preset(recipients=("A", "B"), purpose="watched")))
    fakes.held = {"came.png"}
    page.recipient.setFocus()
    touch(folder / "came.png")
    qtbot.waitUntil(lambda: page.working_on() != "", timeout=PATIENCE)
    assert page.recipient.hasFocus() and page.form.isEnabled()
    QTest.keyClicks(page.recipient, "Mine")
    page.model.add([(folder.parent / "own.png", "image")])
    page._refresh()
    assert page.start_button.text() == "Protect 1 file" and page.start_button.isEnabled()
    page.start_button.click()
    assert not page.form.isEnabled() and page.start_button.isHidden()
    fakes.go.set()
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert fakes.protected == [("came.png", "A", "watched"), ("came.png", "B", "watched"), ("own.png", "Mine", "")]
    assert all(item.stage is Stage.PROTECTED for item in page.model.items())


def test_a_file_that_comes_while_others_are_protected_follows_them(
    qtbot: QtBot, window: MainWindow, folder: Path, fakes: Fakes
) -> None:
    page = window.protect_page
    begin(qtbot, window, Watched(folder, Preset(recipients=("A",), purpose="watched")))
    fakes.held = {"own.png"}
    page.recipient.setText("Mine")
    page.model.add([(folder.parent / "own.png", "image")])
    page.start()
    touch(folder / "came.png")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=PATIENCE)
    assert not page.form.isEnabled()
    fakes.go.set()
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert fakes.protected == [("own.png", "Mine", ""), ("came.png", "A", "watched")]


def test_what_was_stopped_comes_again_when_it_has_changed_or_at_the_next_start(
    qtbot: QtBot, light: None, folder: Path, fakes: Fakes
) -> None:
    first = opened(qtbot)
    protecting, checking = first.protect_page, first.check_page
    begin(qtbot, first, Watched(folder, Preset(recipients=("A",))))
    begin(qtbot, first, Watched(folder))
    fakes.held = {"left.png", "changed.png", "off.png"}
    for name in ("changed.png", "left.png", "off.png"):
        touch(folder / name)
    qtbot.waitUntil(lambda: protecting.model.rowCount() == checking.model.rowCount() == 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: protecting.working_on() != "", timeout=PATIENCE)
    protecting.cancel()
    checking.cancel()
    qtbot.waitUntil(lambda: protecting.job is None and not checking.jobs, timeout=PATIENCE)
    looks(qtbot, first)
    assert protecting.model.rowCount() == checking.model.rowCount() == 3  # not by themselves
    protecting.act_on(protecting.model.index(2, 0))  # this one is not wanted
    checking.act_on(checking.model.index(2, 0))
    fakes.held = set()
    (folder / "changed.png").write_bytes(b"exported once more")
    qtbot.waitUntil(lambda: len(fakes.protected) == len(fakes.checked) == 1, timeout=PATIENCE)
    looks(qtbot, first)
    first.close()
    second = opened(qtbot)
    second.desk.watching.look_every(OFTEN)
    second.desk.watching._soon()
    qtbot.waitUntil(lambda: len(fakes.protected) == len(fakes.checked) == 2, timeout=PATIENCE)
    looks(qtbot, second)
    assert [name for name, _, _ in fakes.protected] == fakes.checked == ["changed.png", "left.png"]
    second.close()


def test_a_restart_takes_what_came_meanwhile_and_nothing_twice(
    qtbot: QtBot, light: None, folder: Path, fakes: Fakes
) -> None:
    protecting, checking = Preset(recipients=("A",)), folder.parent / "Found"
    checking.mkdir()
    first = opened(qtbot)
    begin(qtbot, first, Watched(folder, protecting))
    begin(qtbot, first, Watched(checking))
    for place in (folder, checking):
        touch(place / "done.png")
    qtbot.waitUntil(lambda: len(fakes.protected) == len(fakes.checked) == 1, timeout=PATIENCE)
    fakes.held = {"cut off.png"}
    for place in (folder, checking):
        touch(place / "cut off.png")
    qtbot.waitUntil(lambda: len(first.protect_page.model.items()) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(first.check_page.model.items()) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: first.protect_page.working_on() != "", timeout=PATIENCE)
    first.close()
    first.messages._act.click()  # stop and close
    qtbot.waitUntil(lambda: not first.isVisible(), timeout=PATIENCE)
    for place in (folder, checking):
        touch(place / "meanwhile.png")
    fakes.held = set()
    second = opened(qtbot)
    second.desk.watching.look_every(OFTEN)
    second.desk.watching._soon()
    qtbot.waitUntil(lambda: len(fakes.protected) == len(fakes.checked) == 3, timeout=PATIENCE)
    looks(qtbot, second)
    names = ["cut off.png", "done.png", "meanwhile.png"]
    assert sorted(name for name, _, _ in fakes.protected) == sorted(fakes.checked) == names
    second.close()


def test_what_is_watched_is_listed_and_can_be_paused_and_stopped(
    qtbot: QtBot, window: MainWindow, folder: Path, fakes: Fakes
) -> None:
    window.go(4)
    window.messages.dismiss()  # the key of tests has no file
    card, watching = window.settings_page.watched, window.desk.watching
    assert "No folder is watched." in card.none.text() and card.none.isVisible() and not card.rows.isVisible()
    begin(qtbot, window, Watched(folder, Preset("Demo reel", ("Studio A", "Radio Nord"))))
    begin(qtbot, window, Watched(folder))
    rows = [card.model.index(place, 0) for place in range(2)]
    assert [row.data(Role.STATE).word for row in rows] == ["Watched", "Watched"]
    assert rows[0].data(Role.DETAIL) == (
        "Protected for Studio A, Radio Nord  ·  choices of “Demo reel”  ·  copies beside the originals"
    )
    assert rows[1].data(Role.DETAIL) == "Checked" and not card.none.isVisible()
    assert_named_and_reachable(window)
    assert window.status_button.text() == "Watching 2 folders"
    away = shutil.move(folder, folder.parent / "unplugged")
    qtbot.waitUntil(lambda: "not there" in window.status_button.text(), timeout=PATIENCE)
    assert window.status_button.text() == "Watching 2 folders  ·  2 are not there at the moment"
    assert card.model.index(0, 0).data(Role.STATE).word == "Not there at the moment"
    shutil.move(away, folder)
    qtbot.waitUntil(lambda: window.status_button.text() == "Watching 2 folders", timeout=PATIENCE)
    card.rows.setCurrentIndex(card.model.index(1, 0))
    card.pause_button.click()
    assert card.pause_button.text() == "Go on" and card.model.index(1, 0).data(Role.STATE).word == "Paused"
    assert window.status_button.text() == "Watching 1 folder"
    touch(folder / "a.png")
    qtbot.waitUntil(lambda: len(fakes.protected) == 2, timeout=PATIENCE)
    looks(qtbot, window)
    assert fakes.checked == []
    card.pause_button.click()  # on again: what came meanwhile is taken
    qtbot.waitUntil(lambda: fakes.checked == ["a.png"], timeout=PATIENCE)
    QTest.keyClick(card.rows, Qt.Key.Key_Delete)
    assert card.ask.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert card.ask.isHidden() and len(watching.rules) == 2
    for left in (1, 0):
        card.stop_button.click()
        card.ask.go_button.click()
        assert len(watching.rules) == left
    assert card.none.isVisible() and not window.foot.isVisible()
    touch(folder / "b.png")
    qtbot.wait(10 * OFTEN)
    assert len(fakes.protected) == 2 and window.protect_page.model.rowCount() == 2


def test_rules_that_cannot_be_kept_are_told(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    watching, data = window.desk.watching, window.desk.session.folder
    begin(qtbot, window, Watched(folder))
    (data / "watched" / "folders.json").write_text("torn", "utf-8")
    window.go(4)
    card = window.settings_page.watched
    card.pause_button.click()
    assert "watched folders is damaged" in window.messages.text() and watching.rules[0].on
    card.stop_button.click()
    card.ask.go_button.click()
    assert "damaged" in card.ask.problem.text() and len(watching.rules) == 1
    window.messages.dismiss()
    watching.add(Watched(folder.parent / "none"), present=False, then=lambda rule, left: None)
    qtbot.waitUntil(lambda: "none cannot be opened" in window.messages.text(), timeout=PATIENCE)
