"""The Protect page through its real widgets: presets, conversion and terms, answers, order, thousands of results."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.queue import Stage
from app.pages.protect import ProtectPage
from app.pages.run import Order
from app.samples import sample_picture
from core.model import Conversion, DataMining, Finding, Kind, Protected, Status, Strength, Terms, Verdict
from core.presets import Preset, Presets
from core.progress import Progress

PATIENCE = 120_000
CERTAIN = Finding(7, Verdict.CERTAIN, 1e-20, 12.0)


class FakeProtect:
    """Stands for `core.protect.protect`: files named "known" or "there" are refused while that is asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.go = threading.Event()  # lets those go on that are held
        self.held: set[str] = set()

    def __call__(
        self, sources: list[Path], *, recipient: str, progress: Progress, **wanted: Any
    ) -> Iterator[Protected]:
        (source,) = sources
        self.calls.append((source.name, wanted))
        while source.name in self.held and not self.go.is_set():
            progress(0.5, "marking")
            time.sleep(0.002)
        known = ("It shows your work “a”.",) if "known" in source.name and wanted["unless_known"] else ()
        there = source.with_suffix(".out") if "there" in source.name and wanted["unless_there"] else None
        if known or there:
            yield Protected(source, Status.REFUSED, recipient, "why", known=known, there=there)
            return
        quality = {"psnr": 44.0, "ssim": 0.99}
        yield Protected(source, Status.PROTECTED, recipient, "", source.with_suffix(".out"), 7, quality, CERTAIN)

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeProtect:
    made = FakeProtect()
    monkeypatch.setattr("core.protect.protect", made)
    return made


@pytest.fixture
def page(window: MainWindow) -> ProtectPage:
    window.protect_page.recipient.setText("Studio A")
    return window.protect_page


def add(page: ProtectPage, *names: str) -> None:
    page.model.add([(Path("/x") / name, "image") for name in names])
    page._refresh()


def run(qtbot: QtBot, page: ProtectPage) -> None:
    page.start_button.click()
    over(qtbot, page)


def over(qtbot: QtBot, page: ProtectPage) -> None:
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)


def stages(page: ProtectPage) -> list[Stage]:
    return [item.stage for item in page.model.items()]


def act(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if words in action.text()).trigger()


def test_all_that_is_chosen_reaches_the_run(qtbot: QtBot, page: ProtectPage, fake: FakeProtect, tmp_path: Path) -> None:
    form = page.form
    form.more.button.click()
    for combo, words in ((form.pictures, "WebP"), (form.recordings, "MP3")):
        QTest.keyClicks(combo, words)
        assert combo.currentText() == words
    for field, text in ((form.long_side, "1200"), (form.quality, "80"), (form.bit_rate, "3"), (form.purpose, "proof")):
        QTest.keyClicks(field, text)
    for box in (form.replace, form.strip):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
        box.setChecked(True)
    next(one for one in form.strength.findChildren(QAbstractButton) if one.text() == "Strong").click()
    page.out.choose(tmp_path / "out")
    assert "WebP  ·  1200 pixels" in form.summary.full_text().replace(",", "")
    add(page, "a.jpg")
    page.model.add([(Path("/x/b.wav"), "audio"), (Path("/x/c.mp4"), "video")])
    run(qtbot, page)
    wanted = dict(fake.calls)
    assert set(wanted) == {"a.jpg", "b.wav", "c.mp4"}
    for call in wanted.values():
        assert call["conversion"] == {
            Kind.IMAGE: Conversion("webp", 1200, 80),
            Kind.AUDIO: Conversion("mp3", bit_rate=6),  # 3 kbit/s is none; the least there is
            Kind.VIDEO: Conversion(bit_rate=6),
        }
        assert (call["keep"], call["strip"], call["sign"], call["purpose"]) == (False, True, False, "proof")
        assert (call["strength"], call["out"], call["terms"]) == (Strength.STRONG, tmp_path / "out", None)


def test_names_of_copies_are_chosen_shown_and_refused(
    qtbot: QtBot, page: ProtectPage, fake: FakeProtect, tmp_path: Path
) -> None:
    form, naming = page.form, page.form.naming
    form.more.button.click()
    assert naming.example.full_text() == "As in: portrait (Studio A).jpg" and form.preset().naming == ""
    QTest.keyClicks(naming.choice, "A folder")
    assert naming.example.full_text() == "As in: Studio A/portrait.jpg" and not naming.own.isVisibleTo(form)
    assert "named {recipient}/{name}" in form.summary.full_text()
    add(page, "a.jpg")
    naming.choice.setCurrentText("Own pattern")
    assert naming.own.isVisibleTo(form)
    naming.own.selectAll()
    QTest.keyClicks(naming.own, "{recipient}")
    assert "called the same" in naming.example.full_text() and "called the same" in page.start_button.toolTip()
    assert not page.start_button.isEnabled()
    page.start()
    assert page.job is None and not fake.calls
    QTest.keyClicks(naming.own, " {name} {purpose}")
    QTest.keyClicks(form.purpose, "reel")
    assert naming.example.full_text() == "As in: Studio A portrait reel.jpg" and page.start_button.isEnabled()
    run(qtbot, page)
    assert fake.calls[0][1]["naming"] == "{recipient} {name} {purpose}"
    form.show_preset(Preset(naming="{name}"))
    assert naming.choice.currentText() == "The original’s name"
    form.show_preset(Preset(naming="{date}/{name}"))
    assert naming.own.text() == "{date}/{name}" == form.preset().naming
    form.show_preset(Preset())
    assert naming.pattern() == "" == form.preset().naming


def test_terms_are_offered_and_written(qtbot: QtBot, window: MainWindow, page: ProtectPage, fake: FakeProtect) -> None:
    window.desk.session.catalog.add(Terms(0, "No AI", data_mining=DataMining.PROHIBITED))
    page.shown()
    qtbot.waitUntil(lambda: page.form.terms.count() == 2, timeout=PATIENCE)
    page.form.terms.setCurrentIndex(1)
    add(page, "a.jpg")
    run(qtbot, page)
    assert fake.calls[0][1]["terms"].name == "No AI"
    page.form.show_preset(Preset(terms="Forgotten"))
    page.again()
    run(qtbot, page)
    assert "no terms 'Forgotten'" in window.messages.text()
    assert stages(page) == [Stage.CANCELLED] and len(fake.calls) == 1


def test_presets_are_chosen_saved_and_deleted(qtbot: QtBot, window: MainWindow, page: ProtectPage) -> None:
    presets = page.presets
    presets.combo.setCurrentIndex(presets.combo.findText("Demo reel"))
    presets.combo.activated.emit(presets.combo.currentIndex())
    assert page.form.recordings.currentText() == "MP3" and page.form.strip.isChecked()
    assert page.recipient.text() == "Studio A"  # a preset without recipients leaves the one that is there
    assert not presets.delete_action.isEnabled()
    page.form.quality.setText("70")
    assert presets.combo.currentText() == "Own choices"
    act(presets.menu, "Save these choices")
    field = presets.ask.controls["name"]
    QTest.keyClicks(field, "Casting")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert presets.ask.isHidden() and presets.combo.currentText() == "Casting"
    (own,) = Presets(window.desk.session.folder).own()
    assert (own.name, own.recipients, own.quality) == ("Casting", ("Studio A",), 70)
    act(presets.menu, "Save these choices")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert presets.ask.isHidden()
    act(presets.menu, "Delete this preset")
    assert Presets(window.desk.session.folder).own() == () and presets.combo.currentText() == "Own choices"


def test_presets_are_given_to_others(
    window: MainWindow, page: ProtectPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presets, file = page.presets, tmp_path / "reel.countermark-preset"
    monkeypatch.setattr("app.widgets.preset_choice.QFileDialog.getSaveFileName", lambda *_, **__: (str(file), ""))
    monkeypatch.setattr("app.widgets.preset_choice.QFileDialog.getOpenFileName", lambda *_: (str(file), ""))
    presets.mark("Demo reel")
    act(presets.menu, "Write this preset")
    act(presets.menu, "Take in a preset")
    assert presets.combo.currentText() == "Demo reel 2" and page.form.bit_rate.text() == "192"
    act(presets.menu, "Write this preset")  # the file is there
    assert "already exists" in window.messages.text()


def test_a_known_file_waits_for_an_answer_while_others_go_on(
    qtbot: QtBot, page: ProtectPage, fake: FakeProtect
) -> None:
    add(page, "known 1.jpg", "a.jpg", "known 2.jpg", "there.jpg")
    run(qtbot, page)
    assert stages(page) == [Stage.ASKED, Stage.PROTECTED, Stage.ASKED, Stage.ASKED]
    assert page.view.answer_button.text() == "3 questions"
    page.view.answer_button.click()
    assert page.panel.isVisible() and "It shows your work “a”." in page.panel.message.text()
    assert page.panel.yes_button.hasFocus() and not page.panel.for_all.isChecked()
    page.panel.yes_button.click()
    over(qtbot, page)
    assert stages(page) == [Stage.PROTECTED, Stage.PROTECTED, Stage.ASKED, Stage.ASKED]
    page.panel.no_button.click()
    assert stages(page)[2] is Stage.LEFT_OUT
    assert "is there already, in /x. Another copy gets another name." in page.panel.message.text()
    assert page.panel.yes_button.text() == "Make another copy"
    page.panel.yes_button.click()
    over(qtbot, page)
    assert stages(page) == [Stage.PROTECTED, Stage.PROTECTED, Stage.LEFT_OUT, Stage.PROTECTED]
    assert page.counts.text() == "3 protected  ·  1 left out"
    page.rows.setCurrentIndex(page.model.index(3, 0))
    assert not page.panel.yes_button.isVisible()


def test_one_answer_holds_for_all(qtbot: QtBot, page: ProtectPage, fake: FakeProtect) -> None:
    add(page, "known 1.jpg", "known 2.jpg", "known there.jpg")
    run(qtbot, page)
    page.view.go_to_question()
    assert page.panel.for_all.isVisible()
    page.panel.for_all.setChecked(True)
    page.panel.yes_button.click()
    over(qtbot, page)
    assert stages(page) == [Stage.PROTECTED, Stage.PROTECTED, Stage.ASKED]  # the third one asks something else, too


def test_an_answer_during_the_run_holds_for_those_to_come(qtbot: QtBot, page: ProtectPage, fake: FakeProtect) -> None:
    fake.held = {"a.jpg"}
    add(page, "known 1.jpg", "known 2.jpg", "a.jpg", "known 3.jpg")
    page.start_button.click()
    qtbot.waitUntil(lambda: page.model.items()[2].stage is Stage.WORKING, timeout=PATIENCE)
    page.view.go_to_question()
    page.panel.no_button.click()
    assert stages(page)[:2] == [Stage.LEFT_OUT, Stage.ASKED]
    page.panel.yes_button.click()  # joins the run
    fake.go.set()
    over(qtbot, page)
    assert stages(page) == [Stage.LEFT_OUT, Stage.PROTECTED, Stage.PROTECTED, Stage.ASKED]
    assert fake.names() == ["known 1.jpg", "known 2.jpg", "a.jpg", "known 3.jpg", "known 2.jpg"]
    page.again()
    fake.go.clear()
    page.start_button.click()
    qtbot.waitUntil(lambda: stages(page)[1] is Stage.ASKED, timeout=PATIENCE)
    page.view.go_to_question()
    page.panel.for_all.setChecked(True)
    assert page.panel.for_all.isVisible()
    page.panel.no_button.click()
    fake.go.set()
    over(qtbot, page)
    assert stages(page) == [Stage.LEFT_OUT, Stage.LEFT_OUT, Stage.PROTECTED, Stage.LEFT_OUT]


def test_an_order_takes_answers_changes_and_additions() -> None:
    from app.models.queue import Item

    items = [Item(Path(f"/{number}"), order=number) for number in range(4)]
    order = Order(items[:3])
    assert order.take() is items[0]
    items[1].order, items[2].order = 2, 1
    order.sort()
    assert order.add([items[3], items[0]])
    assert [order.take() for _ in range(4)] == [items[2], items[1], items[3], items[0]]
    assert order.items == items
    assert order.answered("known") is None
    order.answer("known", go_on=False)
    assert order.answered("known") is False
    assert order.take() is None and not order.add([items[1]])


def test_files_change_places_also_while_others_are_worked_on(
    qtbot: QtBot, page: ProtectPage, fake: FakeProtect
) -> None:
    fake.held = {"b.jpg"}
    add(page, "a.jpg", "b.jpg", "c.jpg")
    page.rows.setCurrentIndex(page.model.index(0, 0))
    page.view.down_button.click()
    assert [item.path.name for item in page.model.items()] == ["b.jpg", "a.jpg", "c.jpg"]
    page.start_button.click()
    qtbot.waitUntil(lambda: fake.names() == ["b.jpg"], timeout=PATIENCE)
    page.rows.setCurrentIndex(page.model.index(2, 0))
    page.rows.setFocus()
    QTest.keyClick(page.rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    fake.go.set()
    over(qtbot, page)
    assert fake.names() == ["b.jpg", "c.jpg", "a.jpg"]


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_folders_that_were_used_are_offered(qtbot: QtBot, page: ProtectPage, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a & b.png")
    page.add_files([tmp_path / "a & b.png"])
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    page.view.offer_folders()
    texts = [action.text().replace("&&", "&") for action in page.view.folder_menu.actions()]
    assert str(tmp_path) in texts and str(tmp_path / "a & b.png") in texts
    page.view.folder_menu.close()


def test_a_thousand_results_never_stall_the_window(
    qtbot: QtBot, window: MainWindow, page: ProtectPage, fake: FakeProtect
) -> None:
    add(page, *(f"{number}.jpg" for number in range(1000)))
    qtbot.waitUntil(lambda: len(window.pages) == 5, timeout=PATIENCE)  # the others are made in the first second
    worst, last = 0.0, time.thread_time()  # computing time: other programs may have the processor meanwhile

    def beat() -> None:
        nonlocal worst, last
        worst, last = max(worst, time.thread_time() - last), time.thread_time()

    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(beat)
    page.start()
    last = time.thread_time()
    timer.start()
    over(qtbot, page)
    timer.stop()
    assert page.model.items(Stage.PROTECTED) == page.model.items()
    assert worst < 0.1, worst


@pytest.mark.slow
def test_a_converted_copy_is_compared_in_its_size(
    qtbot: QtBot, window: MainWindow, page: ProtectPage, tmp_path: Path
) -> None:
    Image.fromarray(sample_picture(1200, 800)).save(tmp_path / "Hill.png")
    page.form.show_preset(Preset(pictures="jpeg", long_side=900, quality=92))
    page.add_files([tmp_path / "Hill.png"])
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    run(qtbot, page)
    result = page.model.items()[0].result
    assert result is not None and result.output is not None
    with Image.open(result.output) as copy:
        assert (copy.format, copy.size) == ("JPEG", (900, 600))
    page.rows.setCurrentIndex(page.model.index(0, 0))
    page.panel.compare_button.click()
    compare = page.panel._window
    assert compare is not None
    qtbot.waitUntil(lambda: compare.stack.currentIndex() == 1, timeout=PATIENCE)
    assert "1200 × 800 pixels" in compare.hint.text().replace(",", "")
    compare.close()
    page.again()
    run(qtbot, page)
    assert stages(page) == [Stage.ASKED]  # the copy's name is taken
    page.view.go_to_question()
    page.panel.yes_button.click()
    over(qtbot, page)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "Hill (Studio A) 2.jpg",
        "Hill (Studio A).jpg",
        "Hill.png",
    ]


def test_escape_closes_the_list_of_names_and_stops_no_work(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, stopped = window.protect_page.recipient, []
    monkeypatch.setattr(window.protect_page, "escape", lambda: stopped.append(1))
    field.offer(["Studio A"])
    field.setFocus()
    QTest.keyClicks(field, "stu")
    names = field.completer().popup()
    assert names.isVisible()
    QTest.keyClick(names, Qt.Key.Key_Escape)
    assert not names.isVisible() and field.text() == "stu" and not stopped
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert stopped == [1]


def test_the_open_form_has_the_room_that_it_wants(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1100, 700)
    page = window.protect_page
    page.form.more.button.click()
    area = page.form.more.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.isVisible() and area.verticalScrollBar().maximum() == 0)
    window.resize(1100, 540)  # the list keeps its room, and the form scrolls
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    front = page.stack.currentWidget()
    qtbot.waitUntil(lambda: page.stack.height() >= front.minimumSizeHint().height())
