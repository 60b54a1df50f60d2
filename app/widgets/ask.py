"""A few things asked in the page itself: a heading, fields, a button that does it and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QPlainTextEdit, QWidget

from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.parts import button, clear, column, label, row
from app.widgets.passphrase_fields import secret_field
from core.errors import CountermarkError


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: `name` is its key, `title` the words above it.

    `secret` hides what is typed; `repeats` names the field that this one must be equal to; `optional` ones may stay
    empty. `lines` above 1 make a field of several lines, `check` a box to tick, whose values are "yes" and "".
    """

    name: str
    title: str
    text: str = ""
    secret: bool = False
    repeats: str = ""
    optional: bool = False
    lines: int = 1
    check: bool = False


class Ask(QFrame):
    """Asks one thing at a time. Whoever asks says `done` when it went well, or `fail`, which shows why not."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_look(self, "inset")
        self.controls: dict[str, QLineEdit | QPlainTextEdit | QCheckBox] = {}
        self._fields: Sequence[Asked] = ()
        self._act: Callable[[Mapping[str, str]], object] | None = None
        self._title = label(look="strong", wrap=True)
        self._text = label(look="muted", wrap=True)
        self._room = column(spacing=Space.S)
        self.problem = label(look="trouble", wrap=True)
        self.go_button = button(tr("OK"), self._go, look="primary")
        self.leave_button = button(tr("Cancel"), self.leave)
        body = column(self, margins=Space.L, spacing=Space.S)
        body.addWidget(self._title)
        body.addWidget(self._text)
        body.addLayout(self._room)
        body.addWidget(self.problem)
        line = row(spacing=Space.S)
        line.addWidget(self.go_button)
        line.addWidget(self.leave_button)
        line.addStretch(1)
        body.addLayout(line)
        self.hide()

    def ask(
        self,
        title: str,
        text: str,
        fields: Sequence[Asked],
        answer: str,
        act: Callable[[Mapping[str, str]], object],
    ) -> None:
        """Show the fields; `answer` is the word on the button that calls `act` with what they say."""
        self._forget()
        self._fields, self._act = fields, act
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.go_button.setText(answer)
        self.problem.hide()
        for field in fields:
            self._room.addWidget(self._cell(field))
        self._refresh()
        self.show()
        first = next(iter(self.controls.values()), self.go_button)
        first.setFocus()
        if isinstance(first, QLineEdit):
            first.selectAll()

    def leave(self) -> None:
        """Ask no more; nothing was done."""
        self._forget()
        self.hide()
        self.closed.emit()

    def done(self) -> None:
        """Close it: what was asked for is done."""
        self.leave()

    def fail(self, error: Exception) -> None:
        """Say why it was not done, so that it can be mended."""
        self.setEnabled(True)
        if not isinstance(error, CountermarkError):
            self.leave()
            raise error
        self.problem.setText(str(error))
        self.problem.setAccessibleName(str(error))
        self.problem.show()
        for control in list(self.controls.values())[:1]:
            control.setFocus()

    def _cell(self, field: Asked) -> QWidget:
        cell = QWidget()
        stack = column(cell, spacing=Space.XS)
        made: QLineEdit | QPlainTextEdit | QCheckBox
        if field.check:
            made = QCheckBox(field.title)
            made.setChecked(bool(field.text))
        else:
            title = label(field.title, "small")
            stack.addWidget(title)
            if field.lines > 1:
                made = QPlainTextEdit(field.text)
                made.setTabChangesFocus(True)
                made.setFixedHeight(field.lines * made.fontMetrics().lineSpacing() + Size.ICON)
                made.setAcceptDrops(False)
                made.textChanged.connect(self._refresh)
            else:
                made = secret_field(field.title) if field.secret else QLineEdit()
                made.setText(field.text)
                made.setMaxLength(200)
                made.setAcceptDrops(False)
                made.textChanged.connect(self._refresh)
                made.returnPressed.connect(self._go)
            title.setBuddy(made)
        made.setAccessibleName(field.title)
        stack.addWidget(made)
        self.controls[field.name] = made
        return cell

    def _values(self) -> dict[str, str]:
        return {name: _said(control) for name, control in self.controls.items()}

    def _refresh(self) -> None:
        values = self._values()
        self.go_button.setEnabled(
            all(
                values.get(field.name, "") == values.get(field.repeats, "")
                if field.repeats
                else (field.optional or field.check or bool(values.get(field.name, "").strip()))
                for field in self._fields
            )
        )

    def _go(self) -> None:
        if self.go_button.isEnabled() and self._act is not None:
            self.problem.hide()
            self.setEnabled(False)
            act, values = self._act, self._values()
            try:
                act(values)
            except CountermarkError as error:
                self.fail(error)

    def _forget(self) -> None:
        for control in self.controls.values():
            if not isinstance(control, QCheckBox):
                control.clear()
        self.controls, self._fields, self._act = {}, (), None
        self.setEnabled(True)
        clear(self._room)


def _said(control: QLineEdit | QPlainTextEdit | QCheckBox) -> str:
    if isinstance(control, QCheckBox):
        return "yes" if control.isChecked() else ""
    return control.toPlainText() if isinstance(control, QPlainTextEdit) else control.text()
