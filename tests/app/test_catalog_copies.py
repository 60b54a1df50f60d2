"""What hangs on a work, through real widgets: its copies and their files, agreements, checks, cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.rows import Role
from app.sections.works import WorksSection
from app.widgets.short_list import ShortList
from core.catalog.store import Catalog
from core.model import (
    AgreementType,
    Case,
    Checked,
    Consent,
    Copy,
    Finding,
    Kind,
    Match,
    Verdict,
    Work,
)
from tests.app.conftest import KEY
from tests.app.filled import choose, number_of, settle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what was dragged out, a list of files each time; nothing is really dragged."""
    caught: list[list[str]] = []

    class Caught(QDrag):
        def exec(self, *_: object) -> Qt.DropAction:  # type: ignore[override]
            caught.append([url.toLocalFile() for url in self.mimeData().urls()])
            return Qt.DropAction.CopyAction

    monkeypatch.setattr("app.widgets.dragging.QDrag", Caught)
    return caught


def pull(view: QAbstractItemView, at: QPoint) -> None:
    """Press the mouse on a chosen row, move it away, and let it go."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view.viewport(), left, none, at)
    for step in (20, 40):
        to = QPointF(at + QPoint(step, 0))
        moved = QMouseEvent(QEvent.Type.MouseMove, to, view.viewport().mapToGlobal(to), left, left, none)
        QApplication.sendEvent(view.viewport(), moved)
    QTest.mouseRelease(view.viewport(), left, none, at + QPoint(40, 0))


def test_copies_of_a_work_with_all_that_is_known_of_them(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(qtbot, window, "Late light")
    part = works.panel.copies_part
    assert works.panel.copies_shown.button.text() == "1 copy"
    part.rows.selectAll()
    facts = [label.text() for label in part.facts.findChildren(type(part.none))]
    (copy,) = catalog.copies(work=number_of(catalog, "Late light"))
    assert "Studio A" in facts and f"no. {copy.serial}" in facts and "Late light (Studio A).jpg" in facts
    assert part.form.values()["purpose"] == "audition"
    part.form.controls["purpose"].setText("broadcast")  # type: ignore[union-attr]
    part.form.keep()
    settle(qtbot, window)
    assert catalog.get(Copy, copy.id).purpose == "broadcast"
    assert part.compare_button.isEnabled()
    compared: list[tuple[Path, Path, int]] = []
    monkeypatch.setattr("app.widgets.copies_part.CompareWindow.show_copy", lambda self, *given: compared.append(given))
    part.compare_button.click()
    assert compared == [(Path(catalog.get(Work, copy.work).path), Path(copy.path), copy.serial)]
    opened: list[QUrl] = []
    monkeypatch.setattr("app.desk.QDesktopServices.openUrl", opened.append)
    part.folder_button.click()
    part.rows.setCurrentIndex(part.copies.index(0, 0))
    QTest.keyClick(part.rows, Qt.Key.Key_Return)
    assert [url.toLocalFile() for url in opened] == [str(Path(copy.path).parent)] * 2
    part.rows.selectAll()
    QTest.keyClick(part.rows, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert catalog.get(Copy, copy.id).binned
    assert part.none.isVisible()


def test_copies_are_dragged_and_copied_as_files_and_originals_never(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection, dragged: list[list[str]]
) -> None:
    paths = {copy.path for copy in catalog.copies()}
    for view in (works.tiles, works.table):
        choose(qtbot, window, "Hill house", "Late light", "Sketch")
        works.show_as("wall" if view is works.tiles else "table")
        pull(view, view.visualRect(works.model.index(2, 0)).center())
        assert set(dragged.pop()) == paths and len(paths) == 3
    works.filters.recipient.setCurrentIndex(works.filters.recipient.findText("Radio Nord"))
    settle(qtbot, window)
    works.tiles.selectAll()
    settle(qtbot, window)
    works.tiles.setFocus()
    QTest.keyClick(works.tiles, Qt.Key.Key_C, CTRL)
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [Path(url.toLocalFile()).name for url in urls] == ["Hill house (Radio Nord).jpg"]
    assert window.catalog_page.toast.text().startswith("1 copy copied.")
    part = works.panel.copies_part
    part.rows.selectAll()
    assert len(part.copies.mimeData(part.rows.selectedIndexes()).urls()) == 2  # type: ignore[union-attr]
    assert part.copy_button.text() == "Copy 2 files"
    QTest.keyClick(part.rows, Qt.Key.Key_C, CTRL)
    assert len(QGuiApplication.clipboard().mimeData().urls()) == 2
    QGuiApplication.clipboard().clear()


def test_a_copy_whose_file_is_gone_is_neither_dragged_nor_copied(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection, dragged: list[list[str]]
) -> None:
    (copy,) = catalog.copies(work=number_of(catalog, "Late light"))
    Path(copy.path).unlink()
    choose(qtbot, window, "Late light")
    pull(works.tiles, works.tiles.visualRect(works.model.index(2, 0)).center())
    assert dragged == [] and "no file to take along" in window.catalog_page.toast.text()
    part = works.panel.copies_part
    part.rows.selectAll()
    index = part.copies.index(0, 0)
    assert not part.copies.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert index.data(Role.STATE).word.endswith("file moved")
    assert not part.copy_button.isEnabled() and not part.compare_button.isEnabled()
    works.copy_files()
    assert "no file to take along" in window.catalog_page.toast.text()


def test_what_hangs_on_a_work_is_listed(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    number = number_of(catalog, "Hill house")
    copy = catalog.copies(work=number)[0]
    catalog.add(Consent(0, "Winter campaign", AgreementType.LICENCE, signed="2026-01-01", works=(number,)))
    match = Match(
        Finding(copy.serial, Verdict.CERTAIN, 1e-20, 12.0),
        catalog.work(number),
        copy,
        catalog.recipient(copy.recipient),
        KEY.id,
    )
    catalog.add_check(Checked(Path("/found/ad.jpg"), Verdict.CERTAIN, (match,), kind=Kind.IMAGE), sha256="ab")
    catalog.add(Case(0, "Ad without a licence", works=(number,)))
    catalog.edit(Work, [number], note="seen")
    choose(qtbot, window, "Hill house")
    panel = works.panel
    assert panel.agreements.index(0, 0).data() == "Winter campaign"
    assert panel.agreements.index(0, 0).data(Role.STATE).word == "Active, without end"
    assert panel.checks.index(0, 0).data() == "ad.jpg"
    assert panel.checks.index(0, 0).data(Role.STATE).word == "Certain"
    assert panel.cases.index(0, 0).data() == "Ad without a licence"
    assert [panel.history.index(row, 0).data() for row in range(2)] == ["Edited", "Protected"]
    assert panel.history_shown.isVisible() and panel.cases_shown.button.text() == "1 case"
    choose(qtbot, window, "Sketch")
    assert not panel.cases_shown.isVisible()


def test_an_agreement_leads_to_the_part_that_shows_it(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    number = number_of(catalog, "Hill house")
    consent = catalog.add(Consent(0, "Winter campaign", AgreementType.LICENCE, works=(number,)))
    choose(qtbot, window, "Hill house")
    asked: list[tuple[type, int]] = []
    works.show_record.connect(lambda kind, item: asked.append((kind, item)))
    works.panel.agreements_shown.button.click()
    rows = works.panel.agreements_shown.findChild(ShortList)
    rows.setCurrentIndex(works.panel.agreements.index(0, 0))
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert asked == [(Consent, consent.id)]
