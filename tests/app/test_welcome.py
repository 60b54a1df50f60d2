"""The first start: a key, its words saved and proven, and a tour on samples that leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.gate import UnlockPage
from app.pages.welcome import WelcomePage
from app.session import Session
from app.tour_window import TourWindow
from core.keys import CreatorKey
from tests.app.conftest import KEY
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 120_000


@pytest.fixture
def first(qtbot: QtBot, light: None, home: Path) -> Iterator[MainWindow]:
    made = MainWindow(Session.open())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def with_words(qtbot: QtBot, window: MainWindow) -> WelcomePage:
    gate = window.gate
    assert isinstance(gate, WelcomePage)
    QTest.keyClicks(gate.name, "Mara Lind")
    QTest.keyClick(gate.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: gate.steps.currentIndex() == 1, timeout=PATIENCE)
    return gate


def test_words_are_saved_and_proven(
    qtbot: QtBot, first: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = with_words(qtbot, first)
    assert_named_and_reachable(first)
    sheet = tmp_path / "sheet.pdf"
    monkeypatch.setattr("app.sheet.QFileDialog.getSaveFileName", lambda *_, **__: (str(tmp_path / "sheet"), ""))
    gate.sheet_button.click()
    assert sheet.read_bytes().startswith(b"%PDF-") and str(sheet) in gate.saved.text()
    gate.sheet_button.click()
    assert "already exists" in first.messages.text()
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert first.messages.text() == ""
    words = first.desk.session.key.words()
    gate.written.click()
    assert_named_and_reachable(first)
    assert len(gate.proof.fields) == 3 and not gate.go_button.isEnabled()
    assert not gate.recovery.findChildren(type(gate.saved))  # the words are not to be seen meanwhile
    for field in gate.proof.fields.values():
        QTest.keyClicks(field, "zebra")
    assert "on your sheet" in gate.proof.note.text() and not gate.go_button.isEnabled()
    gate.back_button.click()
    gate.written.click()
    for place, field in gate.proof.fields.items():
        QTest.keyClicks(field, words[place - 1])
    assert first.desk.memory.text("unproven") == first.desk.session.key.id
    gate.go_button.click()
    assert first.page is first.protect_page
    assert first.desk.memory.text("unproven") == ""


def test_what_was_not_proven_is_told_at_the_next_start(qtbot: QtBot, first: MainWindow, home: Path) -> None:
    with_words(qtbot, first)
    first.close()
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    assert isinstance(window.gate, UnlockPage)
    qtbot.waitUntil(lambda: bool(window.pages), timeout=PATIENCE)
    assert "Nobody has proven yet" in window.messages.text()
    window.close()


def test_a_restored_key_needs_no_proof(qtbot: QtBot, first: MainWindow) -> None:
    gate = first.gate
    assert isinstance(gate, WelcomePage)
    gate.restore_button.click()
    gate.name.setText("Mara Lind")
    gate.words_field.setPlainText(" ".join(KEY.words()))
    gate.make_button.click()
    qtbot.waitUntil(lambda: bool(first.pages), timeout=PATIENCE)
    assert first.desk.session.key.id == KEY.id


@pytest.mark.parametrize("keys", [1, 2])
def test_a_damaged_key_file_is_put_anew_with_the_words(qtbot: QtBot, home: Path, keys: int) -> None:
    other = CreatorKey.from_bytes(bytes(32))
    with Session.open() as session:
        key = session.make_key("old", label="masters")
        session.catalog.name_creator(key.id, "Mara Lind")
        words = " ".join(key.words())
        if keys == 2:
            session.ring.add(other, "old")
    path = home / "keys" / f"{key.id}.key"
    broken = path.read_bytes()[:150]
    path.write_bytes(broken)
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    gate = window.gate
    assert isinstance(gate, UnlockPage) and gate.isEnabled() and window.messages.text() == ""
    qtbot.waitUntil(window.isActiveWindow)
    assert gate.anew.isVisible() and not gate.field.isVisible() and not gate.switch.isVisible()
    assert "damaged" in gate.title.text() and key.id in gate.which.text() and gate.words.hasFocus()
    assert_named_and_reachable(gate)
    for field in (gate.secrets.first, gate.secrets.second):
        field.setText("new")
    gate.words.setPlainText(" ".join(other.words()))
    gate.renew_button.click()
    qtbot.waitUntil(gate.problem.isVisible, timeout=PATIENCE)
    assert "the words of another key" in gate.problem.text() and path.read_bytes() == broken
    gate.words.setPlainText(words)
    gate.renew_button.click()
    qtbot.waitUntil(lambda: bool(window.pages), timeout=PATIENCE)
    session = window.desk.session
    assert session.key == key and session.catalog.creator(key.id) == "Mara Lind"
    assert session.active_key_file().facts.label == "masters"
    assert session.ring.asides(key.id)[0].read_bytes() == broken
    assert CreatorKey.load(path, "new") == key
    window.close()


def test_a_lost_passphrase_is_no_end(qtbot: QtBot, home: Path) -> None:
    with Session.open() as session:
        session.ring.add(KEY, "forgotten")
    window = MainWindow(Session.open())
    qtbot.addWidget(window)
    window.show()
    gate = window.gate
    assert isinstance(gate, UnlockPage) and gate.anew.isHidden()
    qtbot.waitUntil(window.isActiveWindow)
    gate.switch.click()
    assert gate.anew.isVisible() and not gate.field.isVisible() and gate.words.hasFocus()
    assert not gate.renew_button.isEnabled()
    gate.words.setPlainText(" ".join(CreatorKey.from_bytes(bytes(32)).words()))
    for field in (gate.secrets.first, gate.secrets.second):
        field.setText("remembered")
    assert_named_and_reachable(gate)
    gate.renew_button.click()
    qtbot.waitUntil(gate.problem.isVisible, timeout=PATIENCE)
    assert "the words of another key" in gate.problem.text() and gate.words.hasFocus()
    gate.switch.click()
    assert gate.field.isVisible() and gate.field.hasFocus() and not gate.problem.isVisible()
    gate.switch.click()
    gate.words.setPlainText(" ".join(KEY.words()))
    gate.renew_button.click()
    qtbot.waitUntil(lambda: bool(window.pages), timeout=PATIENCE)
    assert window.desk.session.key == KEY
    assert CreatorKey.load(window.desk.session.active_key_file().path, "remembered") == KEY
    window.close()


@pytest.mark.slow
def test_the_tour_goes_all_the_way_and_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.show_tour()
    tour = window.findChild(TourWindow)
    assert tour is not None
    folder = tour._tour.folder
    for number in (1, 2, 3):
        qtbot.waitUntil(lambda: tour.next_button.isVisible(), timeout=PATIENCE)
        assert tour.step.text() == f"Step {number} of 4"
        assert not tour.picture.pixmap().isNull()
        assert_named_and_reachable(tour)
        tour.next_button.click()
    qtbot.waitUntil(lambda: tour.next_button.isVisible(), timeout=PATIENCE)
    said = [label.text() for label in tour.findChildren(type(tour.text))]
    assert "found-1.jpg: certain, the copy of Studio B." in said
    assert "found-2.mp3: certain, the copy of Studio A." in said
    tour.next_button.click()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=PATIENCE)
    assert window.desk.session.catalog.totals()["works"] == 0


def test_the_tour_is_left_at_any_time(qtbot: QtBot, window: MainWindow) -> None:
    window.show_tour()
    tour = window.findChild(TourWindow)
    assert tour is not None
    folder = tour._tour.folder
    QTest.keyClick(tour, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)
    assert not folder.exists() and window.messages.text() == ""
