"""What is painted by hand, for readers from right to left: places, the cross of a row, time, where lines begin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSizePolicy
from pytestqt.qtbot import QtBot

from app import icons
from app.models.queue import QueueModel
from app.theme import theme
from app.widgets.file_rows import FileRows
from app.widgets.mirrored import isolated, mirrored
from app.widgets.parts import button, label, row
from app.widgets.preview_view import PreviewView
from app.widgets.waveform import Waveform

RTL, LTR = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight


@pytest.fixture
def from_right(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(RTL)
    yield
    qapp.setLayoutDirection(LTR)
    theme.apply(qapp, "light")


def test_places_and_names() -> None:
    whole, place = QRectF(100, 0, 50, 10), QRectF(100, 2, 20, 5)
    assert mirrored(place, whole, RTL) == QRectF(130, 2, 20, 5)
    assert mirrored(place, whole, LTR) == place
    assert isolated("a (1).jpg", RTL) == "\u2066a (1).jpg\u2069"
    assert isolated("(1)", RTL) == "\u2066(1)\u2069"
    assert isolated("\u2068a.jpg\u2069 مقطوع", RTL) == "\u2067\u2068a.jpg\u2069 مقطوع\u2069"
    assert isolated("a (1).jpg", LTR) == "a (1).jpg"
    assert isolated("", RTL) == ""


def test_the_cross_of_a_row_lies_on_the_other_side(qtbot: QtBot, from_right: None) -> None:
    rows, model = FileRows("Files"), QueueModel()
    qtbot.addWidget(rows)
    model.add([(Path("/x/a.jpg"), "image")])
    rows.setModel(model)
    rows.resize(900, 300)
    rows.show()
    acted: list[QModelIndex] = []
    rows.acted.connect(acted.append)
    row = rows.visualRect(model.index(0, 0))
    for x in (row.right() - 24, row.left() + 24):
        QTest.mouseClick(
            rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, row.center().y())
        )
    assert len(acted) == 1
    left = rows.grab().toImage()
    background = left.pixelColor(row.left() + 1, row.center().y())
    # The icon of the file stands at the right, where reading begins.
    inked = [x for x in range(row.width() // 2, row.width()) if left.pixelColor(x, row.center().y()) != background]
    assert inked and max(inked) > row.right() - 60


def test_time_runs_to_the_right_all_the_same(qtbot: QtBot, from_right: None) -> None:
    view = Waveform("Outline")
    qtbot.addWidget(view)
    view.show_peaks(np.zeros((10, 2), np.float32), 10.0)
    view.show_place(5.0)
    sought: list[float] = []
    view.sought.connect(sought.append)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert sought == [6.0]


def test_lines_begin_on_one_side_whatever_they_say(qtbot: QtBot, from_right: None) -> None:
    for text in ("/home of files/a.jpg", "ملف"):
        made = label(text)
        qtbot.addWidget(made)
        assert made.alignment() & Qt.AlignmentFlag.AlignRight and made.alignment() & Qt.AlignmentFlag.AlignAbsolute


def test_the_style_sheet_knows_where_a_line_ends(qapp: QApplication, from_right: None) -> None:
    theme.apply(qapp, "light")
    assert 'QWidget[look="rail"] { border-left:' in theme.sheet
    qapp.setLayoutDirection(LTR)
    theme.apply(qapp, "light")
    assert 'QWidget[look="rail"] { border-right:' in theme.sheet


def _inked(picture: QImage) -> list[int]:
    """Return the columns of a picture in which something is drawn."""
    size = picture.size()
    return [x for x in range(size.width()) if any(picture.pixelColor(x, y).alpha() for y in range(size.height()))]


@pytest.mark.parametrize("direction", [LTR, RTL])
def test_an_icon_keeps_off_its_word(qtbot: QtBot, qapp: QApplication, from_right: None, direction: object) -> None:
    qapp.setLayoutDirection(direction)  # type: ignore[arg-type]
    made = button("Check", lambda: None, icon="nothing")
    qtbot.addWidget(made)
    size = made.iconSize()
    gap = size.width() - size.height()
    assert gap > 0
    drawn = _inked(made.icon().pixmap(size, 1.0).toImage())
    free = size.width() - 1 - drawn[-1] if direction is LTR else drawn[0]
    assert free >= gap


def test_margins_and_what_points_are_mirrored(qapp: QApplication, from_right: None) -> None:
    assert row(margins=(4, 1, 2, 3)).contentsMargins().right() == 4
    turned = _inked(icons.pixmap("less", "ink", 20, 1.0).toImage())
    qapp.setLayoutDirection(LTR)
    assert row(margins=(4, 1, 2, 3)).contentsMargins().left() == 4
    assert turned == [19 - x for x in reversed(_inked(icons.pixmap("less", "ink", 20, 1.0).toImage()))]


def test_a_preview_grows_with_its_window(qtbot: QtBot, qapp: QApplication) -> None:
    view = PreviewView()
    qtbot.addWidget(view)
    view.show_picture(QImage(900, 600, QImage.Format.Format_RGB32), 900, 600)
    view.grow(560)
    assert (view.heightForWidth(300), view.heightForWidth(1200)) == (200, 560)
    assert view.sizePolicy().verticalPolicy() is not QSizePolicy.Policy.Fixed  # it would keep its first height
