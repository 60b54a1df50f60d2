"""The parts of a window that F6 leads to: the rail, the head of the page, its cards, the line at the foot."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


def go_to_pane(window: QWidget, page: QWidget, step: int) -> QWidget | None:
    """Put the cursor into the next part (1) or the one before (-1), and return the control that has it now."""
    parts = list(_panes(window, page))
    if not parts:
        return None
    now = QApplication.focusWidget()
    inside = [place for place, part in enumerate(parts) if now in part]
    place = (inside[0] + step) % len(parts) if inside else (0 if step > 0 else -1)
    chosen = next((widget for widget in parts[place] if _is_checked(widget)), parts[place][0])
    chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)
    return chosen


def _panes(window: QWidget, page: QWidget) -> Iterator[list[QWidget]]:
    """Yield the controls of each part, from the upper left to the lower right; parts without any are passed over."""
    controls = [widget for widget in window.findChildren(QWidget) if _takes_focus(widget)]
    cards = [
        widget for widget in page.findChildren(QWidget) if widget.property("look") == "card" and widget.isVisible()
    ]
    outer = [card for card in cards if not any(other is not card and other.isAncestorOf(card) for other in cards)]
    outer.sort(key=lambda card: (card.mapTo(page, QPoint()).y(), card.mapTo(page, QPoint()).x()))
    aside = [widget for widget in controls if not page.isAncestorOf(widget)]
    rail = [widget for widget in aside if any(above.property("look") == "rail" for above in _above(widget))]
    foot = [widget for widget in aside if widget not in rail]
    head = [
        widget for widget in controls if page.isAncestorOf(widget) and not any(c.isAncestorOf(widget) for c in outer)
    ]
    inside = [[widget for widget in controls if card.isAncestorOf(widget)] for card in outer]
    yield from (part for part in (rail, head, *inside, foot) if part)


def _takes_focus(widget: QWidget) -> bool:
    """Return whether the Tab key stops at a widget now; inner parts of Qt's own widgets pass it on."""
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(policy) and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def _is_checked(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractButton) and widget.isCheckable() and widget.isChecked()


def _above(widget: QWidget) -> Iterator[QWidget]:
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()
