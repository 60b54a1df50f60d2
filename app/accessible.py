"""What screen readers call the widgets that are painted by hand: a slider, a picture, a group.

A class of widgets says it in `ACCESSIBLE_ROLE`; its name stays the widget's accessible name. Qt's own widgets know.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_installed: list[bool] = []


def install() -> None:
    """Have Qt ask our widgets for their roles, once for each process."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_interface)


def _interface(name: str, thing: QObject) -> QAccessibleInterface | None:
    """Return the interface of a widget whose own class, called `name`, has a role; else None, and Qt makes one."""
    role = getattr(type(thing), "ACCESSIBLE_ROLE", None)
    if role is None or name != type(thing).__name__ or not isinstance(thing, QWidget):
        return None
    return QAccessibleWidget(thing, role)
