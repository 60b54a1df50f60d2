"""How the window looks: all colours, sizes and distances, in one place. No other module names any of them.

`Theme.apply` gives the application its font and a Fusion palette, light or dark; `Theme.dress` gives a window the one
style sheet. Widgets say what they are through the dynamic property "look" (see `set_look`), never how that is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget
from shiboken6 import isValid

from app import accessible

Choice = Literal["system", "light", "dark"]
SHEET = Path(__file__).resolve().parents[1] / "resources" / "style.qss"
CHOICES: tuple[Choice, ...] = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Colours:
    """The roles of colour; the derived ones are mixed from the others."""

    window: str
    surface: str
    raised: str
    line: str
    ink: str
    muted: str
    accent: str
    on_accent: str
    certain: str
    probable: str
    trouble: str

    @property
    def hover(self) -> str:
        return mix(self.surface, self.accent, 0.03)

    @property
    def selection(self) -> str:
        return mix(self.surface, self.accent, 0.065)

    @property
    def accent_hover(self) -> str:
        return mix(self.accent, self.ink, 0.15)

    @property
    def control(self) -> str:
        """The edge of a field or button: 3:1 against what it lies on."""
        return mix(self.line, self.muted, 0.85)

    @property
    def scroll(self) -> str:
        return mix(self.line, self.muted, 0.35)

    @property
    def disabled(self) -> str:
        return mix(self.window, self.muted, 0.60)

    @property
    def banner(self) -> str:
        return mix(self.surface, self.trouble, 0.06)

    @property
    def notice(self) -> str:
        return mix(self.surface, self.probable, 0.06)


LIGHT = Colours(
    window="#FAF8F4",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E4DFD6",
    ink="#1E2430",
    muted="#5F6673",
    accent="#2F5597",
    on_accent="#FFFFFF",
    certain="#2F7D5B",
    probable="#9A6412",
    trouble="#A83242",
)
DARK = Colours(
    window="#14171C",
    surface="#1B2027",
    raised="#232A33",
    line="#2C343F",
    ink="#E8E6E1",
    muted="#9AA3AF",
    accent="#8FB0E8",
    on_accent="#14171C",
    certain="#6CC29B",
    probable="#E0B15A",
    trouble="#E58A93",
)

# Text on ground: each pair reaches 4.5:1 in both schemes (tests/app/test_theme.py).
_TEXTS = ("ink", "muted", "accent", "certain", "probable", "trouble")
_GROUNDS = ("window", "surface", "raised", "hover", "selection")
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for ground in _GROUNDS for text in _TEXTS),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    *((text, "banner") for text in ("ink", "muted", "accent", "trouble")),
    *((text, "notice") for text in ("ink", "muted", "accent", "probable")),
)


# What Qt itself lets move.
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
APPEARING = 150  # milliseconds in which something fades in


class Space:
    """Distances between things, in device-independent pixels."""

    XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32


class Size:
    """Sizes of things, in device-independent pixels."""

    SMALL, BODY, LEAD, TITLE, VERDICT = 12, 13, 15, 20, 28  # type
    CORNER, CARD_CORNER, LINE, FOCUS = 6, 10, 1, 2
    ICON, ICON_LARGE, DRAWING = 20, 28, 112
    CONTROL = 34  # height of buttons and fields
    FORM_LEAST = 68  # of a form that scrolls where room is short
    RAIL, RAIL_NARROW, COLLAPSE_BELOW = 180, 60, 900
    RAIL_LEAST, RAIL_MOST = 140, 320
    ROW = 64  # a file in a queue
    STATE = 116  # the column of its state
    BAR = 6  # a thin progress bar
    THUMBNAIL = 40  # in a row
    TILE, TILE_PICTURE = 156, 110  # a work in the catalog
    INSPECTOR, INSPECTOR_WIDE, WIDE_FROM = 300, 400, 1500
    LINE_ROW = 36  # a row of a table
    COLUMN, COLUMN_DATE, COLUMN_WIDE = 84, 110, 150  # of a table
    TAGS_FROM, KIND_FROM = 680, 460  # width from which a table has room for them
    FILTER, FILTERS_IN_TWO_BELOW = 220, 780
    FEW_ROWS = 260  # the height of a short list in the inspector
    LIST_PANE, LIST_PANE_NARROW = 292, 204
    ROW_COMPACT_BELOW = 420  # width from which a row has room for a column of states
    PREVIEW, PREVIEW_LARGE, PREVIEW_HUGE = 184, 280, 560  # a view of a file: least, most, most in a wide window
    VERDICT_WIDE = 1150  # width from which a verdict has its words on one side and its views on the other
    TIMELINE = 44
    READING, WIDE = 620, 920  # widest text column, and widest column of text beside pictures
    WINDOW, SMALLEST = (1100, 700), (760, 540)
    FORM = 860  # widest form of two fields side by side
    FORM_WIDE = 1736  # widest form whose cards stand in two columns
    COLUMNS_FROM = 1240  # width from which cards stand in two columns
    SIDE_BY_SIDE = 900  # width from which two parts of a record stand beside each other
    SHORT_LIST = 180  # height of a list that is one of several
    LIST_PANE_WIDE = 420


def mix(base: str, top: str, share: float) -> str:
    """Return the colour with `share` (0 to 1) of `top` laid over `base`."""
    a, b = QColor(base), QColor(top)
    parts = [
        round(x + (y - x) * share)
        for x, y in zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    ]
    return "#{:02X}{:02X}{:02X}".format(*parts)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""

    def luminance(name: str) -> float:
        colour = QColor(name)
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (colour.redF(), colour.greenF(), colour.blueF())
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def set_look(widget: QWidget, look: str) -> None:
    """Say what a widget is ("title", "muted", "card", "primary", ...); the style sheet draws it so."""
    if widget.property("look") == look:
        return
    widget.setProperty("look", look)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


class Theme(QObject):
    """The theme of the running application; `changed` tells those who paint for themselves."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT
        self.choice: Choice = "system"
        self.still = False
        self.sheet = ""
        self._app: QApplication | None = None
        self._windows: WeakSet[QWidget] = WeakSet()  # that are dressed
        self._scale = 1.0

    def apply(self, app: QApplication, choice: Choice = "system", *, still: bool | None = None) -> None:
        """Dress the application; with "system" it follows the system's scheme from now on.

        With `still` nothing moves by itself, neither ours nor Qt's; None leaves that as it was.
        """
        if self._app is not app:
            self._app = app
            accessible.install()
            app.setStyle(QStyleFactory.create("Fusion"))
            # People who enlarge their system's type get ours enlarged alike.
            self._scale = max(1.0, QFontInfo(app.font()).pixelSize() / Size.BODY)
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        if still is not None and still != self.still:
            self.still = still
            for effect in _EFFECTS:
                app.setEffectEnabled(effect, not still)
        self.choice = choice
        self.colours = DARK if choice == "dark" or (choice == "system" and _system_is_dark()) else LIGHT
        app.setFont(self.font(Size.BODY))
        app.setPalette(self._palette())
        self.sheet = self._sheet()
        for window in tuple(self._windows):
            if isValid(window):
                window.setStyleSheet(self.sheet)
        self.changed.emit()

    def dress(self, window: QWidget) -> None:
        """Give a window the style sheet, now and whenever it changes; what lies in it or belongs to it has it from it.

        The sheet is each window's and not the application's: Qt would work it out for a part of a page each time that
        the part is put into a larger one, and pages are put together from the inside out.
        """
        self._windows.add(window)
        window.setStyleSheet(self.sheet)

    def font(self, size: int, *, bold: bool = False) -> QFont:
        """Return the interface font at one of the sizes of type, with tabular figures."""
        font = QFont(self._app.font()) if self._app else QFont()
        font.setPixelSize(round(size * self._scale))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def colour(self, role: str) -> QColor:
        """Return the colour of a role, "ink" or "certain" say."""
        return QColor(getattr(self.colours, role))

    def lasting(self, milliseconds: int) -> int:
        """Return how long a movement takes: no time at all where nothing is to move."""
        return 0 if self.still else milliseconds

    def scaled(self, size: int) -> int:
        """Return a size that holds text, grown with the type."""
        return round(size * self._scale)

    def _system_changed(self) -> None:
        if self.choice == "system" and self._app is not None:
            self.apply(self._app, "system")

    def _palette(self) -> QPalette:
        c, role, palette = self.colours, QPalette.ColorRole, QPalette()
        for where, colour in {
            role.Window: c.window,
            role.WindowText: c.ink,
            role.Base: c.surface,
            role.AlternateBase: c.window,
            role.Text: c.ink,
            role.Button: c.surface,
            role.ButtonText: c.ink,
            role.ToolTipBase: c.raised,
            role.ToolTipText: c.ink,
            role.PlaceholderText: c.muted,
            role.BrightText: c.trouble,
            role.Highlight: c.accent,
            role.HighlightedText: c.on_accent,
            role.Accent: c.accent,
            role.Link: c.accent,
            role.LinkVisited: c.accent,
            role.Light: c.surface,
            role.Midlight: c.line,
            role.Mid: c.line,
            role.Dark: c.muted,
            role.Shadow: c.ink if c is LIGHT else c.window,
        }.items():
            palette.setColor(where, QColor(colour))
        for where in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(c.disabled))
        return palette

    def _sheet(self) -> str:
        c = self.colours
        names = {name: getattr(c, name) for name in Colours.__dataclass_fields__}
        for name in ("hover", "selection", "accent_hover", "control", "disabled", "scroll", "banner", "notice"):
            names[name] = getattr(c, name)
        for name in ("SMALL", "BODY", "LEAD", "TITLE", "VERDICT", "CONTROL"):
            names[name] = str(self.scaled(getattr(Size, name)))
        for name in ("CORNER", "CARD_CORNER", "LINE", "FOCUS", "BAR"):
            names[name] = str(getattr(Size, name))
        for name in ("XS", "S", "M", "L", "XL"):
            names[name] = str(getattr(Space, name))
        # A focused edge is thicker; its inside is smaller by as much, so that nothing moves.
        names["CONTROL_FOCUSED"] = str(self.scaled(Size.CONTROL) - 2 * (Size.FOCUS - Size.LINE))
        # Style sheets take pictures by path alone, and these two differ in colour only.
        names["TICK"] = SHEET.with_name("icons").joinpath(f"tick-{'dark' if c is DARK else 'light'}.svg").as_posix()
        sheet = Template(SHEET.read_text(encoding="utf-8")).substitute(names)
        if QApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            # Style sheets know left and right alone, not where a line of words begins and ends.
            sheet = _SIDE.sub(lambda side: "border-left:" if side[1] == "right" else "border-right:", sheet)
        return sheet


_SIDE = re.compile(r"border-(left|right):")


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


theme = Theme()
