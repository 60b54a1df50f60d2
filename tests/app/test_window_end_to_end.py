"""The whole story through the real window: first start, drop, protect, damage, check, the recipient's name."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.queue import Stage
from app.pages.gate import UnlockPage
from app.pages.welcome import WelcomePage
from app.samples import sample_picture, sample_recording
from app.session import Session
from app.theme import Size
from core.keys import CreatorKey
from core.model import Verdict

LONG = 120_000  # milliseconds of patience on a busy machine


def drop(window: MainWindow, paths: Sequence[Path]) -> str:
    """Drag files over the window, drop them, and return what the window said while they hung above it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    wanted, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), wanted, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window.veil.isVisible()
    said = window.veil.words
    QApplication.sendEvent(window, QDragMoveEvent(QPoint(310, 310), wanted, mime, left, none))
    dropped = QDropEvent(QPointF(310, 310), wanted, mime, left, none)
    QApplication.sendEvent(window, dropped)
    assert dropped.isAccepted()
    assert not window.veil.isVisible()
    return said


def test_from_the_first_start_to_the_name_of_the_leak(qtbot: QtBot, light: None, tmp_path: Path, home: Path) -> None:
    originals = tmp_path / "Portfolio"
    originals.mkdir()
    Image.fromarray(sample_picture(900, 600)).save(originals / "Hill house.png")
    soundfile.write(originals / "Demo reel.wav", sample_recording(16.0), 48000, subtype="PCM_16")
    before = {path: path.read_bytes() for path in originals.iterdir()}

    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    _first_start(qtbot, window)

    said = drop(window, [originals])
    assert said == "Add 1 file or folder to protect"
    page = window.protect_page
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert not page.start_button.isEnabled()  # nobody is named yet
    QTest.keyClicks(page.recipient, "Studio A")
    QTest.keyClick(page.recipient, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.job is None, timeout=LONG)
    assert [item.stage for item in page.model.items()] == [Stage.PROTECTED] * 2
    assert {path: path.read_bytes() for path in before} == before

    picture = tmp_path / "wallpaper.jpg"
    with Image.open(originals / "Hill house (Studio A).png") as copy:
        copy.resize((450, 300), Image.Resampling.LANCZOS).save(picture, quality=50)
    sound, rate = soundfile.read(originals / "Demo reel (Studio A).wav")
    clip = tmp_path / "advert.ogg"
    soundfile.write(clip, 0.5 * sound[2 * rate : 13 * rate], rate)
    other = tmp_path / "elsewhere.jpg"
    Image.fromarray(sample_picture(450, 300, seed=8)).save(other)

    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.check_page
    assert drop(window, [picture, clip, other]) == "Check 3 files or folders"
    check = window.check_page
    qtbot.waitUntil(lambda: check.model.rowCount() == 3 and not check.jobs, timeout=LONG)
    for place, verdict, word in (
        (0, Verdict.CERTAIN, "Studio A"),
        (1, Verdict.CERTAIN, "Studio A"),
        (2, Verdict.NOTHING, "Nothing found."),
    ):
        check.rows.setCurrentIndex(check.model.index(place, 0))
        qtbot.waitUntil(lambda: not window.jobs.busy)
        result = check.model.items()[place].result
        assert result is not None
        assert result.verdict is verdict
        assert word in check.verdict.title.text()
        assert check.verdict.preview.isVisible()
    _look_into_the_catalog(qtbot, window)
    window.close()
    assert not window.isVisible()
    assert window.messages.text() == ""


def _first_start(qtbot: QtBot, window: MainWindow) -> None:
    gate = window.gate
    assert isinstance(gate, WelcomePage)
    assert not gate.make_button.isEnabled()
    QTest.keyClicks(gate.name, "Mara Lind")
    QTest.keyClicks(gate.secrets.first, "paper")
    assert not gate.make_button.isEnabled()  # not repeated yet
    QTest.keyClicks(gate.secrets.second, "paper")
    QTest.keyClick(gate.secrets.second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: gate.steps.currentIndex() == 1, timeout=LONG)
    words = [label.text() for label in gate.recovery.findChildren(type(gate.problem)) if label.text().isalpha()]
    assert CreatorKey.from_words(words) == window.desk.session.key
    words = window.desk.session.key.words()
    gate.written.click()
    assert not gate.go_button.isEnabled()  # nothing is proven yet
    for place, field in gate.proof.fields.items():
        QTest.keyClicks(field, words[place - 1])
    gate.go_button.click()
    qtbot.waitUntil(lambda: window.gate is None)
    assert window.page is window.protect_page


def _look_into_the_catalog(qtbot: QtBot, window: MainWindow) -> None:
    window.check_page.rows.setCurrentIndex(window.check_page.model.index(0, 0))
    window.check_page.show_work.emit(1)
    page = window.catalog_page.works
    qtbot.waitUntil(lambda: page.panel.copies.rowCount() == 1)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert page.panel.copies.index(0, 0).data() == "Studio A"
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.search, "hill")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    qtbot.waitUntil(lambda: page.panel.title.text() == "Hill house")
    page.search.setText("nowhere to be found")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert page.nothing.isVisible()


def test_later_starts_ask_for_the_passphrase(qtbot: QtBot, light: None, home: Path) -> None:
    with Session.open() as session:
        key = session.make_key("paper")
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    gate = window.gate
    assert isinstance(gate, UnlockPage)
    QTest.keyClicks(gate.field, "wrong")
    gate.button.click()
    qtbot.waitUntil(lambda: gate.problem.isVisible(), timeout=LONG)
    assert "passphrase does not open" in gate.problem.text()
    gate.field.setText("paper")
    QTest.keyClick(gate.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.gate is None, timeout=LONG)
    assert window.desk.session.key == key
    qtbot.waitUntil(lambda: window.rail.isVisible() and window.rail.width() == Size.RAIL, timeout=LONG)
    window.close()


def test_a_key_without_a_passphrase_opens_by_itself(qtbot: QtBot, light: None, home: Path) -> None:
    with Session.open() as session:
        key = session.make_key("")
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.gate is None, timeout=LONG)
    assert window.desk.session.key == key
    window.close()


def test_a_key_comes_back_from_its_words(qtbot: QtBot, light: None, home: Path) -> None:
    key = CreatorKey.from_bytes(bytes(32))
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    gate = window.gate
    assert isinstance(gate, WelcomePage)
    gate.name.setText("Mara Lind")
    gate.restore_button.click()
    assert not gate.make_button.isEnabled()
    gate.words_field.setPlainText("abandon " * 24)
    gate.make()
    qtbot.waitUntil(lambda: gate.problem.isVisible(), timeout=LONG)
    assert "do not belong together" in gate.problem.text()
    gate.words_field.setPlainText(" ".join(key.words()))
    gate.make()
    qtbot.waitUntil(lambda: window.gate is None, timeout=LONG)  # whoever typed all words need not read them back
    assert window.desk.session.key == key
    window.close()


@pytest.mark.parametrize("name", ["broken.jpg", "empty.wav", "notes.txt"])
def test_a_broken_file_among_good_ones_stops_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    good = tmp_path / "good.png"
    Image.fromarray(sample_picture(600, 400)).save(good)
    bad = tmp_path / name
    bad.write_bytes(b"" if name == "empty.wav" else b"\xff\xd8\xff\xe0" + bytes(np.arange(200, dtype=np.uint8)))
    drop(window, [bad, good])
    page = window.protect_page
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    page.recipient.setText("Studio A")
    page.start_button.click()
    qtbot.waitUntil(lambda: page.job is None, timeout=LONG)
    first, second = page.model.items()
    assert first.stage in (Stage.FAILED, Stage.REFUSED)
    assert first.result is not None
    assert name in first.result.message
    assert second.stage is Stage.PROTECTED
    page.rows.setCurrentIndex(page.model.index(0, 0))
    assert page.panel.message.text() == first.result.message
    assert window.messages.text() == ""
