"""A form without a button: what was typed is kept as soon as its field is left, Enter is pressed or a choice made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit

from app.widgets.form import Field, Form
from app.widgets.parts import ComboBox

NONE = "-"  # the choice that takes a value away, where leaving it empty means to leave all as it is


class KeptForm(Form):
    """`kept` tells the fields that a person changed, by name."""

    kept = Signal(dict)

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(fields)
        self._known: dict[str, str] = self.values()
        for control in self.controls.values():
            control.installEventFilter(self)
            if isinstance(control, QLineEdit):
                control.returnPressed.connect(self.keep)
            elif isinstance(control, ComboBox):
                control.activated.connect(self.keep)

    def show_values(self, values: Mapping[str, str]) -> None:
        super().show_values(values)
        self._known = self.values()

    def unkept(self) -> dict[str, str]:
        """Return what was typed and not yet kept, by field."""
        return {name: value for name, value in self.values().items() if value != self._known[name]}

    def keep(self) -> None:
        """Keep what was typed now."""
        changed = self.unkept()
        if changed:
            self._known = self.values()
            self.kept.emit(changed)

    def revert(self) -> None:
        """Forget what was typed and not yet kept."""
        self.show_values(dict(self._known))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        left = isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut
        if left and event.reason() is not Qt.FocusReason.PopupFocusReason:  # type: ignore[attr-defined]
            self.keep()
        return super().eventFilter(watched, event)


def offer(form: Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Put other choices (value, words) into a list of a form; what was chosen stays where it is among them."""
    control = form.controls[name]
    assert isinstance(control, ComboBox)
    now = [(control.itemData(place), control.itemText(place)) for place in range(control.count())]
    if now == list(choices):
        return
    chosen = control.currentData()
    with QSignalBlocker(control):
        control.clear()
        for value, words in choices:
            control.addItem(words, value)
        control.setCurrentIndex(max(0, control.findData(chosen)))
