"""The look: contrast of every text pair, one place for colours and sizes, icons that can be drawn."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import icons
from app.theme import CHOICES, DARK, LIGHT, TEXT_PAIRS, Colours, contrast, mix, theme
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
    assert DARK.accent in qapp.styleSheet()
    theme.apply(qapp, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.window
    assert DARK.accent not in qapp.styleSheet()


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
