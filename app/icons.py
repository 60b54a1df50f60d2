"""The project's own icons: line drawings in SVG, tinted by role, sharp at every scale.

A button says which icon it wears through `set_icon`; when the theme changes, `retint` dresses all of them again.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.theme import Size, theme

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "icons"
_DENSITIES = (1.0, 2.0, 3.0)


def application_icon() -> QIcon:
    """Return the icon of the application, at the sizes that systems ask for."""
    icon = QIcon()
    renderer = QSvgRenderer(str(FOLDER / "countermark.svg"))
    for side in (16, 32, 48, 64, 128, 256):
        icon.addPixmap(_drawn(renderer, side, 1.0))
    return icon


def icon(name: str, role: str = "ink", *, on_role: str = "accent", size: int = Size.ICON) -> QIcon:
    """Return an icon in the colour of a role; checked buttons show it in `on_role`, disabled ones faded."""
    made = QIcon()
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, role),
        (QIcon.Mode.Normal, QIcon.State.On, on_role),
        (QIcon.Mode.Disabled, QIcon.State.Off, "disabled"),
    ):
        for density in _DENSITIES:
            made.addPixmap(pixmap(name, colour, size, density), mode, state)
    return made


def pixmap(name: str, role: str, size: int, density: float) -> QPixmap:
    """Return the drawing `name` in the colour of a role, `size` logical pixels wide."""
    return _drawn(_renderer(name, theme.colour(role).name()), size, density)


def paint(painter: QPainter, name: str, role: str, rect: QRectF) -> None:
    """Draw an icon into a rectangle in the colour of a role."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, theme.colour(role).name()).render(painter, rect)
    painter.restore()


def set_icon(button: QAbstractButton, name: str, role: str = "ink", *, size: int = Size.ICON) -> None:
    """Give a button an icon that follows the theme."""
    button.setProperty("icon_name", name)
    button.setProperty("icon_role", role)
    button.setIconSize(QSize(size, size))
    button.setIcon(icon(name, role, size=size))


def retint(root: QWidget) -> None:
    """Draw the icons of all buttons below `root` again, in the colours of now."""
    for button in root.findChildren(QAbstractButton):
        name = button.property("icon_name")
        if name:
            button.setIcon(icon(name, button.property("icon_role"), size=button.iconSize().width()))


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return renderer


def _drawn(renderer: QSvgRenderer, size: int, density: float) -> QPixmap:
    side = round(size * density)
    image = QPixmap(side, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(density)
    return image
