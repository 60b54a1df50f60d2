"""The project's own icons: line drawings in SVG, tinted by role, sharp at every scale.

A button says which icon it wears through `set_icon`; when the theme changes, `retint` dresses all of them again.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.theme import Size, Space, theme

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "icons"
_POINTING = frozenset({"less", "before", "after"})  # where reading goes on: they point the other way from right to left


def application_icon() -> QIcon:
    """Return the icon of the application, at the sizes that systems ask for."""
    icon = QIcon()
    renderer = QSvgRenderer(str(FOLDER / "countermark.svg"))
    for side in (16, 32, 48, 64, 128, 256):
        icon.addPixmap(_drawn(renderer, side, 1.0))
    return icon


def icon(
    name: str, role: str = "ink", *, on_role: str = "accent", size: int = Size.ICON, room: tuple[int, int] = (0, 0)
) -> QIcon:
    """Return an icon in the colour of a role; checked buttons show it in `on_role`, disabled ones faded.

    `room` is left free to the left and right of it, in logical pixels.
    """
    colours = tuple(theme.colour(each).name() for each in (role, on_role, "disabled"))
    return _icon(name, colours, _turned(name), size, room, _densities())


def pixmap(name: str, role: str, size: int, density: float) -> QPixmap:
    """Return the drawing `name` in the colour of a role, `size` logical pixels wide."""
    return _drawn(_tinted(name, role), size, density)


def paint(painter: QPainter, name: str, role: str, rect: QRectF) -> None:
    """Draw an icon into a rectangle in the colour of a role."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _tinted(name, role).render(painter, rect)
    painter.restore()


def set_icon(
    button: QAbstractButton, name: str, role: str = "ink", *, size: int = Size.ICON, alone: bool | None = None
) -> None:
    """Give a button an icon that follows the theme; `alone` says that no word stands beside it, None: see yourself.

    Under a style sheet Qt leaves 2 pixels between icon and word, and none from right to left. So the distance is a
    part of the picture.
    """
    gap = 0 if (not button.text() if alone is None else alone) else Space.XS
    button.setProperty("icon_name", name)
    button.setProperty("icon_role", role)
    button.setIconSize(QSize(size + gap, size))
    _dress(button)


def retint(root: QWidget) -> None:
    """Draw the icons of all buttons below `root` again, in the colours of now."""
    for button in root.findChildren(QAbstractButton):
        if button.property("icon_name"):
            _dress(button)


def _dress(button: QAbstractButton) -> None:
    size = button.iconSize()
    left, gap = button.layoutDirection() is Qt.LayoutDirection.LeftToRight, size.width() - size.height()
    room = (0, gap) if left else (gap, 0)
    button.setIcon(icon(button.property("icon_name"), button.property("icon_role"), size=size.height(), room=room))


@lru_cache(maxsize=512)  # the same few are on many buttons, and drawing them all is a good part of a start
def _icon(
    name: str, colours: tuple[str, ...], turned: bool, size: int, room: tuple[int, int], densities: tuple[float, ...]
) -> QIcon:
    made, modes = QIcon(), (QIcon.Mode.Normal, QIcon.Mode.Normal, QIcon.Mode.Disabled)
    states = (QIcon.State.Off, QIcon.State.On, QIcon.State.Off)
    for mode, state, colour in zip(modes, states, colours, strict=True):
        for density in densities:
            made.addPixmap(_drawn(_renderer(name, colour, turned), size, density, room), mode, state)
    return made


def _densities() -> tuple[float, ...]:
    """Return the pixels for a point of all screens that there are."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()})) or (1.0,)


def _turned(name: str) -> bool:
    return name in _POINTING and QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def _tinted(name: str, role: str) -> QSvgRenderer:
    return _renderer(name, theme.colour(role).name(), _turned(name))


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str, turned: bool) -> QSvgRenderer:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    if turned:
        svg = svg.replace("<path ", '<path transform="matrix(-1 0 0 1 20 0)" ')
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return renderer


def _drawn(renderer: QSvgRenderer, size: int, density: float, room: tuple[int, int] = (0, 0)) -> QPixmap:
    side, before, after = round(size * density), round(room[0] * density), round(room[1] * density)
    image = QPixmap(before + side + after, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(before, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(density)
    return image
