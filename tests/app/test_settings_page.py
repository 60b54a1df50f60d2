"""The cards of the Settings page through their real widgets: keys, backups, look, help."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.cards.card import Card
from app.cards.keys import KeysCard
from app.i18n import languages
from app.main_window import MainWindow
from app.models.rows import Role
from app.session import Session
from app.theme import theme
from core.catalog.backup import backups
from core.keys import CreatorKey
from core.recovery import recovery_sheet
from core.settings import Motion
from tests.app.conftest import KEY
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 120_000


@pytest.fixture
def settings(qtbot: QtBot, light: None, home: Path) -> MainWindow:
    """Return a window over a folder with two keys: one without a passphrase in use, and an older one under "ink"."""
    session = Session.open()
    session.make_key("ink", label="Old")
    session.make_key("", label="Portraits", creator="Mara Lind")
    session.keys = session.keys[:1]
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    window.go(4)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)
    return window


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)


def answer(card: Card, **texts: str) -> None:
    for name, text in texts.items():
        control = card.ask.controls[name]
        assert isinstance(control, QLineEdit | QPlainTextEdit)
        control.clear()
        QTest.keyClicks(control, text)
    QTest.mouseClick(card.ask.go_button, Qt.MouseButton.LeftButton)


def act(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if words in action.text()).trigger()


def told(card: KeysCard) -> dict[str, str]:
    return {index.data(): index.data(Role.STATE).word for index in map(card.model.index, range(card.model.rowCount()))}


def choose(card: KeysCard, name: str) -> None:
    rows = {card.model.index(place, 0).data(): place for place in range(card.model.rowCount())}
    card.rows.setCurrentIndex(card.model.index(rows[name], 0))


def test_keys_are_listed_named_and_used(qtbot: QtBot, settings: MainWindow) -> None:
    card, session = settings.settings_page.keys, settings.desk.session
    assert_named_and_reachable(settings)
    assert told(card) == {"Portraits": "In use", "Old": "Older marks"}
    assert "Mara Lind" in card.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    act(card.more, "Name it")
    answer(card, label="Pictures")
    finish(qtbot, settings)
    assert told(card) == {"Pictures": "In use", "Old": "Older marks"}
    choose(card, "Old")
    card.use_button.click()
    answer(card, secret="water")
    finish(qtbot, settings)
    assert "passphrase" in card.ask.problem.text() and card.ask.isVisible()
    answer(card, secret="ink")
    finish(qtbot, settings)
    assert told(card) == {"Old": "In use", "Pictures": "Older marks"}
    assert session.key.id == card.chosen().id and card.ask.isHidden()
    choose(card, "Pictures")
    act(card.more, "Retire it")
    assert told(card)["Pictures"] == "Retired" and not card.use_button.isEnabled()
    act(card.more, "Take it back")
    assert told(card)["Pictures"] == "Older marks"


def test_a_damaged_key_does_not_hide_the_others(settings: MainWindow) -> None:
    card, session = settings.settings_page.keys, settings.desk.session
    older = session.ring.find("Old")
    older.path.write_bytes(b"torn")
    card.load()
    assert told(card) == {"Portraits": "In use"}
    assert f"{older.id}.key is damaged" in settings.messages.text()
    settings.messages.dismiss()


def test_words_are_shown_proven_and_saved(
    qtbot: QtBot, settings: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, session = settings.settings_page.keys, settings.desk.session
    settings.desk.memory.keep(unproven=session.key.id)
    card.words_button.click()
    words = [
        shown.text()
        for shown in card.words_panel.recovery.findChildren(type(card.words_panel.result))
        if shown.text().isalpha()
    ]
    assert CreatorKey.from_words(words) == session.key
    card.words_panel.prove_button.click()
    assert not card.words_panel.recovery.isVisible()
    sheet = recovery_sheet(session.key.words(), key=session.key.id)
    for place in sheet.retype:
        QTest.keyClicks(card.words_panel.proof.fields[place], sheet.words[place - 1])
    assert "are right" in card.words_panel.result.text() and settings.desk.memory.text("unproven") == ""
    QTest.keyClick(settings, Qt.Key.Key_Escape)
    assert not card.words_panel.proof.isVisible() and not card.words_panel.proof.fields
    file = tmp_path / "sheet.pdf"
    monkeypatch.setattr("app.sheet.QFileDialog.getSaveFileName", lambda *_, **__: (str(file), ""))
    choose(card, "Old")
    card.sheet_button.click()  # a closed key
    answer(card, secret="ink")
    finish(qtbot, settings)
    assert file.read_bytes().startswith(b"%PDF-")
    assert "The recovery sheet is in" in settings.messages.text()


def test_a_passphrase_is_changed_and_a_key_travels(
    qtbot: QtBot, settings: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, session = settings.settings_page.keys, settings.desk.session
    choose(card, "Old")
    old = card.chosen()
    act(card.more, "passphrase")
    for name, text in (("old", "ink"), ("new", "sea"), ("again", "se")):
        QTest.keyClicks(card.ask.controls[name], text)
    assert not card.ask.go_button.isEnabled()
    QTest.keyClicks(card.ask.controls["again"], "a")
    assert card.ask.go_button.isEnabled()
    card.ask.go_button.click()
    finish(qtbot, settings)
    assert CreatorKey.load(old.path, "sea").id == old.id
    file = tmp_path / "old.key"
    monkeypatch.setattr("app.cards.keys.QFileDialog.getSaveFileName", lambda *_, **__: (str(file), ""))
    act(card.more, "Write it to a file")
    answer(card, secret="sea")
    finish(qtbot, settings)
    assert CreatorKey.load(file, "sea").id == old.id
    session.ring.remove(old)
    card.load()
    monkeypatch.setattr("app.cards.keys.QFileDialog.getOpenFileName", lambda *_: (str(file), ""))
    act(card.arrivals, "Take in")
    answer(card, secret="sea")
    finish(qtbot, settings)
    assert card.chosen().id == old.id and card.model.rowCount() == 2


def test_a_key_is_made_and_another_comes_back_from_its_words(qtbot: QtBot, settings: MainWindow) -> None:
    card, session = settings.settings_page.keys, settings.desk.session
    card.new_button.click()
    assert_named_and_reachable(settings)
    answer(card, label="Voice", creator="Mara Lind")
    finish(qtbot, settings)
    made = session.key
    assert told(card)["Voice"] == "In use" and card.words_panel.recovery.isVisible()
    assert settings.desk.memory.text("unproven") == made.id
    act(card.arrivals, "24 words")
    assert not card.words_panel.recovery.isVisible()
    answer(card, words=" ".join(KEY.words()))
    finish(qtbot, settings)
    assert session.key.id == KEY.id and card.model.rowCount() == 4


def test_backups_are_made_tried_written_and_restored(
    qtbot: QtBot, settings: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, session = settings.settings_page.backups, settings.desk.session
    before = [backup.path for backup in backups(session.folder)]
    card.now_button.click()
    finish(qtbot, settings)
    assert "read back and found whole" in card.result.text()
    newest = card.model.index(0, 0).data(Role.ITEM).path
    assert newest not in before and newest.name in card.result.text()
    file = tmp_path / "all.zip"
    monkeypatch.setattr("app.cards.backups.QFileDialog.getSaveFileName", lambda *_, **__: (str(file), ""))
    monkeypatch.setattr("app.cards.backups.QFileDialog.getOpenFileName", lambda *_: (str(file), ""))
    card.export_button.click()
    finish(qtbot, settings)
    assert file.exists() and "0 works and 0 copies" in card.result.text() and "Left out" in card.result.text()
    card.export_button.click()
    finish(qtbot, settings)
    assert "already exists" in settings.messages.text()
    settings.messages.dismiss()
    card.try_button.click()
    finish(qtbot, settings)
    assert card.result.text() == "all.zip restores: 0 works and 0 copies."
    session.catalog.name_creator("0" * 16, "Somebody new")
    act(card.more, "Restore a backup")
    assert "in place of the present catalog" in settings.messages.text()
    next(one for one in settings.messages.findChildren(QAbstractButton) if one.text() == "Restore it").click()
    finish(qtbot, settings)
    assert "The catalog that was there before" in card.result.text()
    assert session.catalog.creator("0" * 16) == ""
    file.write_bytes(b"no backup")
    card.try_button.click()
    finish(qtbot, settings)
    assert "neither an export nor a backup" in settings.messages.text()


def test_movement_is_reduced_and_that_is_kept(settings: MainWindow) -> None:
    card = settings.settings_page.look
    reduced = next(one for one in card.findChildren(QAbstractButton) if one.text() == "Reduced")
    assert theme.lasting(150) == 150
    try:
        reduced.click()
        assert theme.lasting(150) == 0
        assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateCombo)
        assert Session.open(folder=settings.desk.session.folder).settings.motion is Motion.REDUCED
        settings.veil.say("Add 3 files")
        assert settings.veil._share == 1.0
    finally:
        theme.apply(QApplication.instance(), "light", still=False)  # type: ignore[arg-type]


def test_a_language_is_chosen_and_kept(settings: MainWindow) -> None:
    combo = settings.settings_page.look.language_choice
    assert [combo.itemData(place) for place in range(combo.count())] == ["system", *languages()]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert Session.open(folder=settings.desk.session.folder).settings.language == "en"
    assert combo.currentText() == "English"


def test_the_log_and_a_report_can_be_copied(
    qtbot: QtBot, settings: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = settings.settings_page.help
    card.log_button.click()
    assert "The log is empty" in card.text.toPlainText()
    (settings.desk.session.folder / "countermark.log").write_text("first\nsecond\n", "utf-8")
    card.log_button.click()
    card.copy_button.click()
    assert QGuiApplication.clipboard().text() == "first\nsecond\n"
    monkeypatch.setattr("app.doctor._SELF_TESTS", {})
    card.report_button.click()
    finish(qtbot, settings)
    assert (
        card.text.toPlainText().endswith("All is well.")
        and str(settings.desk.session.folder) in card.text.toPlainText()
    )
    QTest.keyClick(settings, Qt.Key.Key_Escape)
    assert not card.text.isVisible()
