"""A form: named fields one below the other, read and filled as plain texts by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from app.theme import Size, Space
from app.widgets.parts import ComboBox, column, label


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is its key, `title` the words above it, `hint` a muted line below.

    With `choices` (value, words) it is a list to choose from; `lines` above 1 make a field of several lines;
    `check` makes a box to tick, whose values are "yes" and "".
    """

    name: str
    title: str
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    lines: int = 1
    check: bool = False
    placeholder: str = ""


Control = QLineEdit | QPlainTextEdit | ComboBox | QCheckBox


class Form(QWidget):
    """The fields, in order. `changed` tells that a person changed one."""

    changed = Signal()

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self.controls: dict[str, Control] = {}
        self._filling = False
        stack = column(self, spacing=Space.M)
        for field in fields:
            cell = column(spacing=Space.XS)
            control = self._control(field)
            if not field.check:
                title = label(field.title, "small")
                title.setBuddy(control)
                cell.addWidget(title)
            control.setAccessibleName(field.title)
            cell.addWidget(control)
            if field.hint:
                cell.addWidget(label(field.hint, "muted", wrap=True))
            stack.addLayout(cell)
            self.controls[field.name] = control

    def values(self) -> dict[str, str]:
        """Return what stands in the fields, by name."""
        return {name: _text(control) for name, control in self.controls.items()}

    def show_values(self, values: Mapping[str, str]) -> None:
        """Fill the fields; those that are not named are emptied. This is no change by a person."""
        self._filling = True
        try:
            for name, control in self.controls.items():
                _fill(control, values.get(name, ""))
        finally:
            self._filling = False

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        self.controls[name].setFocus()

    def _control(self, field: Field) -> Control:
        made: Control
        if field.check:
            made = QCheckBox(field.title)
            made.toggled.connect(self._touched)
        elif field.choices:
            made = ComboBox(field.title)
            for value, words in field.choices:
                made.addItem(words, value)
            made.currentIndexChanged.connect(self._touched)
        elif field.lines > 1:
            made = QPlainTextEdit()
            made.setTabChangesFocus(True)
            made.setPlaceholderText(field.placeholder)
            made.setFixedHeight(field.lines * made.fontMetrics().lineSpacing() + Size.ICON)
            made.textChanged.connect(self._touched)
            made.setAcceptDrops(False)
        else:
            made = QLineEdit()
            made.setPlaceholderText(field.placeholder)
            made.textChanged.connect(self._touched)
            made.setAcceptDrops(False)
        return made

    def _touched(self, *_: object) -> None:
        if not self._filling:
            self.changed.emit()


def _text(control: Control) -> str:
    if isinstance(control, QCheckBox):
        return "yes" if control.isChecked() else ""
    if isinstance(control, ComboBox):
        return str(control.currentData() or "")
    return control.toPlainText() if isinstance(control, QPlainTextEdit) else control.text()


def _fill(control: Control, value: str) -> None:
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, ComboBox):
        control.setCurrentIndex(max(0, control.findData(value)))
    elif isinstance(control, QPlainTextEdit):
        control.setPlainText(value)
    else:
        control.setText(value)
