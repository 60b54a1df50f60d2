"""The look: contrast of every text pair, one place for colours and sizes, icons that can be drawn."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app import icons
from app.main_window import MainWindow
from app.theme import CHOICES, DARK, LIGHT, TEXT_PAIRS, Colours, Size, contrast, mix, theme
from core.settings import Theme

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in sorted((ROOT / "app").rglob("*.py")) if path.name != "theme.py"]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read(colours: Colours) -> None:
    weak = {
        (text, ground): round(contrast(getattr(colours, text), getattr(colours, ground)), 2)
        for text, ground in TEXT_PAIRS
        if contrast(getattr(colours, text), getattr(colours, ground)) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_and_the_focus_ring_can_be_seen(colours: Colours) -> None:
    for ground in ("window", "surface", "raised"):
        for edge in ("control", "accent"):
            assert contrast(getattr(colours, edge), getattr(colours, ground)) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_else_names_a_colour_or_a_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{6}\b|QColor\(|setPixelSize|setPointSize", text)
    assert not re.findall(r"set(?:Fixed|Minimum|Maximum)(?:Width|Height|Size)\(\s*\d", text)
    assert not re.findall(r"setContentsMargins\(\s*[1-9]|setSpacing\(\s*[1-9]", text)


def test_the_style_sheet_names_no_colour() -> None:
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgb", (ROOT / "resources" / "style.qss").read_text(encoding="utf-8"))


def test_the_choices_are_those_of_the_settings() -> None:
    assert set(CHOICES) == {choice.value for choice in Theme}


def test_the_application_changes_its_dress(qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.apply(qapp, "dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
    assert DARK.accent in theme.sheet
    theme.apply(qapp, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.window
    assert DARK.accent not in theme.sheet


def test_a_window_wears_the_style_sheet_and_what_is_in_it_has_it_from_it(qtbot: QtBot, qapp: QApplication) -> None:
    window, part = QWidget(), QPushButton("Go")
    qtbot.addWidget(window)
    bare = part.sizeHint()
    theme.dress(window)
    part.setParent(window)
    menu = QMenu(part)
    assert part.sizeHint().height() > bare.height() and theme.scaled(Size.CONTROL) <= part.sizeHint().height()
    assert menu.style().metaObject().className() == part.style().metaObject().className() == "QStyleSheetStyle"
    theme.apply(qapp, "dark")
    assert window.styleSheet() == theme.sheet and DARK.accent in theme.sheet
    theme.apply(qapp, "light")
    assert window.styleSheet() == theme.sheet and DARK.accent not in theme.sheet


def test_a_window_that_is_gone_is_dressed_no_more(qapp: QApplication) -> None:
    window = QWidget()
    theme.dress(window)
    delete(window)
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")


def test_every_window_of_the_program_is_dressed(qtbot: QtBot, window: MainWindow) -> None:
    """Pages are put together undressed, for speed: so a window without a parent must be dressed by its maker."""
    qtbot.waitUntil(lambda: len(window.pages) == 5, timeout=60_000)
    for field in window.findChildren(QLineEdit):
        completer = field.completer()
        assert completer is None or completer.popup().styleSheet() == theme.sheet, field.accessibleName()
    window.show_shortcuts()
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert len(shown) > 1
    assert {one.style().metaObject().className() for one in shown} == {"QStyleSheetStyle"}


def test_it_follows_the_system_only_when_asked(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = {"now": Qt.ColorScheme.Dark}
    monkeypatch.setattr("app.theme._system_is_dark", lambda: scheme["now"] is Qt.ColorScheme.Dark)
    theme.apply(qapp, "system")
    assert theme.colours is DARK
    scheme["now"] = Qt.ColorScheme.Light
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.colours is LIGHT
    theme.apply(qapp, "dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.colours is DARK
    theme.apply(qapp, "light")


@pytest.mark.parametrize("path", sorted(icons.FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_icons_are_drawn_in_the_colour_of_their_role(qtbot: QtBot, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "currentColor" not in text:
        assert path.stem in {"countermark", "tick-light", "tick-dark"}
        return
    assert 'stroke-width="1.6"' in text
    drawn = icons.pixmap(path.stem, "certain", 40, 2.0).toImage()
    assert drawn.width() == 80
    assert drawn.devicePixelRatio() == 2.0
    wanted = theme.colour("certain").getRgb()
    inked = [drawn.pixelColor(x, y).getRgb() for x in range(80) for y in range(80)]
    inked = [colour for colour in inked if colour[3] == 255]
    assert inked
    assert all(abs(part - other) <= 2 for colour in inked for part, other in zip(colour, wanted, strict=True))


def test_the_application_icon_has_the_sizes_that_systems_ask_for(qtbot: QtBot) -> None:
    assert {size.width() for size in icons.application_icon().availableSizes()} >= {16, 32, 48, 256}


def test_the_list_of_a_choice_is_dressed_like_all_others(qtbot: QtBot, window: MainWindow) -> None:
    choice = window.protect_page.presets.findChild(QComboBox)
    assert choice is not None
    choice.showPopup()
    assert choice.view().sizeHintForRow(0) >= 30  # as high as the sheet has it
    choice.hidePopup()
