"""The window by itself: names and keys for everything, cancelling, long lists, closing, start-up."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.queue import Item, QueueModel, Stage
from app.models.rows import Role
from app.pages.welcome import WelcomePage
from app.queue_file import save_queue
from app.session import Session
from app.theme import Size, theme
from app.widgets.file_rows import FileRows
from core.errors import WriteError
from core.model import Finding, Protected, Status, Verdict
from core.progress import Progress
from tests.app.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView)
PATIENCE = 60_000  # milliseconds


def controls(root: QWidget) -> list[QWidget]:
    """Return what people act on, without the inner parts of Qt's own widgets."""
    found = [widget for kind in INTERACTIVE for widget in root.findChildren(kind)]
    return [widget for widget in found if not any(isinstance(above, QComboBox) for above in parents(widget))]


def parents(widget: QWidget) -> Iterator[QWidget]:
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


def reached_by_arrows(widget: QWidget) -> bool:
    """Return whether it is one of a few to choose from, of which the chosen one is reached and arrows lead on."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and any(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in group.buttons())


def assert_named_and_reachable(root: QWidget) -> None:
    silent, unreachable, unexplained = [], [], []
    for widget in controls(root):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            silent.append(widget)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not reached_by_arrows(widget):
            unreachable.append(widget)
        if isinstance(widget, QAbstractButton) and not text and not widget.toolTip():
            unexplained.append(widget)
    assert not silent
    assert not unreachable
    assert not unexplained


def test_everything_has_a_name_and_is_reached_by_the_keyboard(window: MainWindow) -> None:
    assert len(controls(window)) > 20
    assert_named_and_reachable(window)


def test_so_it_is_before_the_key_is_open(qtbot: QtBot, light: None, home: Path) -> None:
    made = MainWindow(Session.open())
    qtbot.addWidget(made)
    made.show()
    assert isinstance(made.gate, WelcomePage)
    assert_named_and_reachable(made)
    made.close()


def test_rows_are_read_aloud_whole(window: MainWindow) -> None:
    model = window.protect_page.model
    model.add([(Path("/x/a.jpg"), "image")])
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "a.jpg, Waiting, /x"


def test_keys_lead_to_the_pages(window: MainWindow) -> None:
    for key, page in (
        (Qt.Key.Key_2, window.check_page),
        (Qt.Key.Key_4, window.cases_page),
        (Qt.Key.Key_3, window.catalog_page),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.page is page
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.catalog_page.search.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.protect_page
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.settings_page


def test_ctrl_o_adds_files(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x")
    monkeypatch.setattr("app.pages.protect.QFileDialog.getOpenFileNames", lambda *_: ([str(file)], ""))
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.protect_page.model.rowCount() == 1, timeout=PATIENCE)


def test_a_narrow_window_shows_icons_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(Size.COLLAPSE_BELOW - 20, 600)
    assert window.rail.width() == Size.RAIL_NARROW
    assert all(window.rail.button(number).toolTip() for number in range(5))
    window.resize(Size.COLLAPSE_BELOW + 20, 600)
    assert window.rail.width() == Size.RAIL


def test_while_files_hang_above_it_the_window_says_what_will_happen(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f"/x/{number}.jpg") for number in range(12)])
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    window.protect_page.recipient.setText("Studio A")
    QApplication.sendEvent(window, enter)
    assert window.veil.words == "Add 12 files or folders for Studio A"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.veil.isVisible()
    text = QMimeData()
    text.setText("no files")
    refused = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, text, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window, refused)
    assert not refused.isAccepted()


class SlowProtect:
    """Stands for `core.protect.protect`: each file takes until it is let go, reporting all the while."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.go = threading.Event()

    def __call__(self, sources: list[Path], *, recipient: str, progress: Progress, **_: Any) -> Iterator[Protected]:
        for source in sources:
            self.started.append(source.name)
            while not self.go.is_set():
                progress(0.5, "marking")
                time.sleep(0.002)
            if source.name.startswith("bad"):
                yield Protected(source, Status.FAILED, recipient, f"{source.name} is damaged. Choose another.")
                continue
            found = Finding(7, Verdict.CERTAIN, 1e-20, 12.0)
            yield Protected(source, Status.PROTECTED, recipient, "", source.with_suffix(".out"), 7, {}, found)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowProtect:
    made = SlowProtect()
    monkeypatch.setattr("core.protect.protect", made)
    return made


def queue(window: MainWindow, *names: str) -> list[Stage]:
    page = window.protect_page
    page.model.add([(Path("/x") / name, "image") for name in names])
    page.recipient.setText("Studio A")
    page.start()
    return stages(window)


def stages(window: MainWindow) -> list[Stage]:
    return [item.stage for item in window.protect_page.model.items()]


def test_one_file_is_cancelled_and_the_others_go_on(qtbot: QtBot, window: MainWindow, slow: SlowProtect) -> None:
    page = window.protect_page
    queue(window, "a.jpg", "b.jpg", "bad.jpg", "c.jpg")
    qtbot.waitUntil(lambda: stages(window)[0] is Stage.WORKING, timeout=PATIENCE)
    page.rows.setCurrentIndex(page.model.index(0, 0))
    QTest.keyClick(page.rows, Qt.Key.Key_Delete)  # the one at work
    page.act_on(page.model.index(3, 0))  # one that waits
    qtbot.waitUntil(lambda: stages(window)[0] is Stage.CANCELLED, timeout=PATIENCE)
    slow.go.set()
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert stages(window) == [Stage.CANCELLED, Stage.PROTECTED, Stage.FAILED, Stage.CANCELLED]
    assert "c.jpg" not in slow.started
    assert page.counts.text() == "1 protected  ·  1 failed  ·  2 cancelled"


def test_escape_cancels_all_and_the_queue_can_be_tried_again(
    qtbot: QtBot, window: MainWindow, slow: SlowProtect
) -> None:
    page = window.protect_page
    queue(window, "a.jpg", "b.jpg", "c.jpg")
    qtbot.waitUntil(lambda: stages(window)[0] is Stage.WORKING, timeout=PATIENCE)
    assert "Protecting 1 of 3" in window.status_button.text()
    assert window.windowTitle() == f"{window.status_button.text()}  ·  Countermark"
    assert page.cancel_button.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert stages(window) == [Stage.CANCELLED] * 3
    assert slow.started == ["a.jpg"]
    assert not window.foot.isVisible()
    page.again()
    slow.go.set()
    page.start()
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert stages(window) == [Stage.PROTECTED] * 3
    assert window.messages.text() == ""


def test_closing_while_it_works_asks_and_then_stops_cleanly(
    qtbot: QtBot, window: MainWindow, slow: SlowProtect
) -> None:
    queue(window, "a.jpg", "b.jpg")
    qtbot.waitUntil(lambda: stages(window)[0] is Stage.WORKING, timeout=PATIENCE)
    assert not window.close()
    assert "still working" in window.messages.text()
    window.messages.dismiss()
    assert stages(window)[0] is Stage.WORKING  # "keep working" does
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    act = next(button for button in window.messages.findChildren(QAbstractButton) if button.text() == "Stop and close")
    act.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)
    assert stages(window) == [Stage.CANCELLED] * 2


def test_names_act_on_no_row(qapp: QApplication) -> None:
    model = QueueModel()
    model.add([(Path("/fo\u202elder/two\nlines\u202egpj.exe"), "image")])
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Role.DETAIL, Qt.ItemDataRole.ToolTipRole)
    name, read, folder, tip = (model.data(model.index(0, 0), role) for role in roles)
    assert name == r"two\nlines\u202egpj.exe" and read.startswith(name) and folder == r"/fo\u202elder"
    assert tip == rf"/fo\u202elder/{name}" + "\n" + folder


class CountingModel(QueueModel):
    """Counts how often a row is asked for."""

    asked = 0

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        type(self).asked += 1
        return super().data(index, role)


def test_thousands_of_rows_cost_what_is_in_sight(qtbot: QtBot, light: None) -> None:
    view, model = FileRows("Files"), CountingModel()
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(600, 500)
    view.show()
    widgets = len(view.findChildren(QWidget))
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    assert model.add((Path(f"/x/{number}.jpg"), "image") for number in range(5000)) == 5000
    assert inserted == [(0, 4999)]
    CountingModel.asked = 0
    assert not view.grab().isNull()
    assert 0 < CountingModel.asked < 500
    assert len(view.findChildren(QWidget)) == widgets
    item = model.items()[4000]
    CountingModel.asked = 0
    for step in range(100):
        model.progress(item, step / 100, "marking")
    QApplication.processEvents()
    assert CountingModel.asked < 500
    assert model.add([(Path("/x/7.jpg"), "image")]) == 0


def test_the_small_cross_acts_on_its_row(qtbot: QtBot, window: MainWindow) -> None:
    page = window.protect_page
    page.add_files([])
    page.model.add([(Path("/x/a.jpg"), "image"), (Path("/x/b.jpg"), "image")])
    page._refresh()
    place = page.rows.visualRect(page.model.index(0, 0))
    at = place.center()
    at.setX(place.right() - 24)
    QTest.mouseClick(page.rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert [item.path.name for item in page.model.items()] == ["b.jpg"]


def test_rows_are_painted_in_every_state(qtbot: QtBot, window: MainWindow) -> None:
    model = window.protect_page.model
    model.add([(Path(f"/x/{stage.value}.jpg"), "image") for stage in Stage])
    for item, stage in zip(model.items(), Stage, strict=True):
        item.stage, item.share = stage, 0.4
    window.protect_page._refresh()
    for choice in ("dark", "light"):
        theme.apply(QApplication.instance(), choice)  # type: ignore[arg-type]
        assert not window.grab().isNull()
    words = {model.index(row, 0).data(Role.STATE).word for row in range(model.rowCount())}
    assert len(words) == len(Stage)


def test_messages_say_what_and_what_to_do_and_can_be_copied(window: MainWindow) -> None:
    window.messages.show_error(WriteError("a.jpg could not be written.", "Make room.", path=Path("/x/a.jpg")))
    assert window.messages.isVisible()
    assert window.messages.text() == "a.jpg could not be written. Make room."
    copy = next(button for button in window.messages.findChildren(QAbstractButton) if button.text() == "Copy details")
    copy.click()
    assert QGuiApplication.clipboard().text() == "a.jpg could not be written.\nMake room.\n/x/a.jpg"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.messages.isVisible()


def test_a_fault_of_the_program_is_shown_with_its_details(window: MainWindow, caplog: pytest.LogCaptureFixture) -> None:
    error = ZeroDivisionError("seven")
    sys.excepthook(type(error), error, None)
    assert window.messages.text().startswith("Something went wrong inside Countermark.")
    assert "ZeroDivisionError: seven" in window.messages.details
    assert "ZeroDivisionError: seven" in caplog.text
    window.messages.details = ""


def test_a_folder_that_is_gone_is_told(window: MainWindow, tmp_path: Path) -> None:
    window.desk.show_in_folder(tmp_path / "gone" / "a.jpg")
    assert "folder of a.jpg is not there any more" in window.messages.text()


def test_the_theme_is_chosen_and_kept(qtbot: QtBot, window: MainWindow) -> None:
    window.go(4)
    dark = next(button for button in window.settings_page.findChildren(QAbstractButton) if button.text() == "Dark")
    dark.click()
    assert theme.choice == "dark"
    assert Session.open(folder=window.desk.session.folder).settings.theme.value == "dark"
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]


def test_names_that_were_used_are_offered(qtbot: QtBot, window: MainWindow) -> None:
    field = window.protect_page.recipient
    field.offer(["Agent B", "Studio A"])
    completer = field.completer()
    completer.setCompletionPrefix("udio")
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "Studio A"


def test_start_up_loads_nothing_slow() -> None:
    slow = [
        "scipy",
        "scipy.signal",
        "soundfile",
        "PIL",
        "imagecodecs",
        "tifffile",
        "mutagen",
        "core.image",
        "core.audio",
        "core.check",
        "core.protect",
        "c2pa",
    ]
    code = "import sys, app.__main__; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    call = [sys.executable, "-c", code, *slow]
    assert subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split() == []


def test_an_invalid_row_tells_nothing(window: MainWindow) -> None:
    for model in (window.protect_page.model, window.check_page.model, window.catalog_page.works.model):
        assert model.data(QModelIndex()) is None


def test_qt_keeps_its_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference to None with each call that returns nothing, then aborted."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.setEnabled(True)
    assert sys.getrefcount(None) > before - 500


def test_what_a_crash_left_in_the_queue_comes_back(qtbot: QtBot, light: None, home: Path) -> None:
    home.mkdir(parents=True)
    save_queue(home, [Item(Path("/gone/a.png"), "image", Stage.WORKING, recipient="Studio A")])
    session = Session.open()
    session.keys = (KEY,)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    page = window.protect_page
    assert [item.stage for item in page.model.items()] == [Stage.INTERRUPTED]
    assert page.model.index(0, 0).data(Role.STATE).word == "To do again"
    page.recipient.setText("Somebody else")
    page.start()
    qtbot.waitUntil(lambda: page.job is None, timeout=PATIENCE)
    assert [item.stage for item in page.model.items()] == [Stage.FAILED]  # there is no such file
    assert page.model.items()[0].recipient == "Studio A"
    assert not (home / "queue.json").exists()
    page.retry()
    assert (home / "queue.json").exists()
    window.jobs.close()
    session.close()


def test_copied_files_and_pictures_are_pasted(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    (tmp_path / "a.png").write_bytes(b"not a picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    clipboard.setMimeData(data)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.protect_page.model.rowCount() == 1, timeout=PATIENCE)
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    clipboard.setImage(image)
    window.paste()
    assert window.page is window.check_page
    qtbot.waitUntil(lambda: window.check_page.model.rowCount() == 1, timeout=PATIENCE)
    window.check_page.cancel()
    (saved,) = (window.desk.session.folder / "pasted").iterdir()
    assert saved.name.startswith("Pasted ") and QImage(str(saved)).size() == image.size()
    clipboard.clear()
