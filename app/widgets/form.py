"""A form: named fields one below the other, read and filled as plain texts by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.entered import amount_of, amount_words
from app.theme import Size, Space
from app.widgets.card_columns import CardColumns
from app.widgets.date_field import DateField
from app.widgets.parts import ComboBox, card, column, label, row


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is its key, `title` the words above it, `hint` a muted line below.

    With `choices` (value, words) it is a list to choose from, with `own` one that takes other texts as well; `lines`
    above 1 make a field of several lines; `check` makes a box to tick, whose values are "yes" and ""; `day` a day as
    2026-12-31, for which `empty` says what none means, or with `timed` a moment as well; `amount` an amount as
    1250.00. Two that are `half` as wide stand side by side.
    """

    name: str
    title: str
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    lines: int = 1
    check: bool = False
    placeholder: str = ""
    own: bool = False
    day: bool = False
    empty: str = ""
    timed: bool = False
    amount: bool = False
    half: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: shown as a card with a heading and a muted line below it."""

    title: str
    fields: Sequence[Field]
    hint: str = ""


Control = QLineEdit | QPlainTextEdit | ComboBox | QCheckBox


class Form(QWidget):
    """The fields in order, then the groups in theirs. `changed` tells that a person changed one."""

    changed = Signal()

    def __init__(self, fields: Sequence[Field | Group]) -> None:
        super().__init__()
        self.controls: dict[str, Control] = {}
        self._fields: dict[str, Field] = {}
        self._errors: dict[str, QLabel] = {}
        self._cells: dict[str, QWidget] = {}
        self._filling = False
        stack = column(self, spacing=Space.M)
        loose: list[Field] = []
        cards: list[QWidget] = []
        for part in fields:
            if isinstance(part, Field):
                loose.append(part)
            else:
                cards.append(self._card(part))
        self._add(stack, loose)
        if cards:
            stack.addWidget(CardColumns(cards, _half([_weight(part) for part in fields if isinstance(part, Group)])))

    def values(self) -> dict[str, str]:
        """Return what stands in the fields, by name: days and amounts as they are stored, or as they were typed."""
        return {name: _text(control, self._fields[name]) for name, control in self.controls.items()}

    def show_values(self, values: Mapping[str, str]) -> None:
        """Fill the fields; those that are not named are emptied. This is no change by a person."""
        self._filling = True
        try:
            for name, control in self.controls.items():
                _fill(control, self._fields[name], values.get(name, ""))
        finally:
            self._filling = False
        self.show_errors({})

    def offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Give a list other choices; what is chosen stays, where there still is such a choice."""
        control = self.controls[name]
        assert isinstance(control, ComboBox)
        before = _text(control, self._fields[name])
        self._filling = True
        try:
            control.clear()
            for value, words in choices:
                control.addItem(words, value)
            _fill(control, self._fields[name], before)
        finally:
            self._filling = False

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Say at each of these fields what is wrong with it, and at no other; the cursor goes to the first."""
        for name, line in self._errors.items():
            said = errors.get(name, "")
            line.setText(said)
            line.setVisible(bool(said))
            control = self.controls[name]
            control.setAccessibleDescription(said or self._fields[name].hint)
            _set_wrong(control, bool(said))
        first = next((name for name in self.controls if name in errors), None)
        if first is not None:
            self.go_to(first)

    def errors(self) -> dict[str, str]:
        """Return what is said to be wrong, by field."""
        return {name: line.text() for name, line in self._errors.items() if line.text()}

    def lock(self, names: Collection[str]) -> None:
        """Let these fields be read and copied only, and all others be changed."""
        for name, control in self.controls.items():
            locked = name in names
            if isinstance(control, DateField):
                control.lock(locked)
            elif isinstance(control, QLineEdit | QPlainTextEdit):
                control.setReadOnly(locked)
            else:
                control.setEnabled(not locked)
            _set_property(control, "locked", locked)

    def show_field(self, name: str, wanted: bool) -> None:
        """Show or hide a field; a hidden one keeps what stands in it."""
        self._cells[name].setVisible(wanted)

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        self.controls[name].setFocus()

    def _card(self, part: Group) -> QWidget:
        frame = card()
        inside = column(frame, margins=Space.L, spacing=Space.M)
        inside.addWidget(label(part.title, "heading"))
        if part.hint:
            inside.addWidget(label(part.hint, "muted", wrap=True))
        self._add(inside, part.fields)
        return frame

    def _add(self, stack: QVBoxLayout, fields: Sequence[Field]) -> None:
        pair: QBoxLayout | None = None
        for field in fields:
            if field.half and pair is not None:
                pair.addWidget(self._cell(field), 1)
                pair = None
                continue
            pair = None
            if field.half:
                pair = row()
                pair.addWidget(self._cell(field), 1)
                stack.addLayout(pair)
            else:
                stack.addWidget(self._cell(field))

    def _cell(self, field: Field) -> QWidget:
        frame = QWidget()
        cell = column(frame, spacing=Space.XS)
        control = self._control(field)
        if not field.check:
            title = label(field.title, "small", wrap=True)
            title.setBuddy(control)
            cell.addWidget(title)
        control.setAccessibleName(field.title)
        control.setAccessibleDescription(field.hint)
        cell.addWidget(control)
        wrong = label(look="wrong", wrap=True)
        wrong.hide()
        cell.addWidget(wrong)
        if field.hint:
            cell.addWidget(label(field.hint, "muted", wrap=True))
        cell.addStretch(1)
        self.controls[field.name], self._fields[field.name], self._errors[field.name] = control, field, wrong
        self._cells[field.name] = frame
        return frame

    def _control(self, field: Field) -> Control:
        made: Control
        name = field.name
        if field.check:
            made = QCheckBox(field.title)
            made.toggled.connect(lambda on: self._touched(name))
        elif field.choices or field.own:
            made = ComboBox(field.title)
            made.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            made.setEditable(field.own)
            made.setInsertPolicy(ComboBox.InsertPolicy.NoInsert)
            inner = made.lineEdit()
            if inner is not None:
                inner.setAcceptDrops(False)
                inner.setPlaceholderText(field.placeholder)
            for value, words in field.choices:
                made.addItem(words, value)
            made.currentTextChanged.connect(lambda text: self._touched(name))
        elif field.lines > 1:
            made = QPlainTextEdit()
            made.setTabChangesFocus(True)
            made.setPlaceholderText(field.placeholder)
            around = 2 * (Space.S + Size.FOCUS + round(made.document().documentMargin()))
            made.setFixedHeight(field.lines * made.fontMetrics().lineSpacing() + around)
            made.textChanged.connect(lambda: self._touched(name))
            made.setAcceptDrops(False)
        else:
            made = DateField(field.title, field.empty, timed=field.timed) if field.day else QLineEdit()
            if field.placeholder:
                made.setPlaceholderText(field.placeholder)
            made.textChanged.connect(lambda text: self._touched(name))
            made.setAcceptDrops(False)
        return made

    def _touched(self, name: str) -> None:
        if self._filling:
            return
        if self._errors[name].text():
            self._errors[name].clear()
            self._errors[name].hide()
            _set_wrong(self.controls[name], False)
        self.changed.emit()


def _weight(part: Group) -> float:
    """Return about how high a group is, in fields."""
    return 1 + sum((0.5 if field.half else 1) + 0.3 * (field.lines - 1) for field in part.fields)


def _half(heights: Sequence[float]) -> int:
    """Return how many of these stand in the first of two columns, so that they are about as long."""
    return min(range(len(heights), 0, -1), key=lambda place: abs(2 * sum(heights[:place]) - sum(heights)))


def _text(control: Control, field: Field) -> str:
    if isinstance(control, QCheckBox):
        return "yes" if control.isChecked() else ""
    if isinstance(control, ComboBox):
        if control.isEditable():
            place = control.findText(control.currentText())
            return str(control.itemData(place)) if place >= 0 else control.currentText().strip()
        return str(control.currentData() or "")
    if isinstance(control, DateField):
        return control.day()
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    return amount_of(control.text()) if field.amount else control.text()


def _fill(control: Control, field: Field, value: str) -> None:
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, ComboBox):
        place = control.findData(value)
        if place < 0 and value and not control.isEditable():
            control.addItem(value, value)  # one that is not on offer any more stays until somebody changes it
            place = control.count() - 1
        if control.isEditable() and place < 0:
            control.setCurrentIndex(-1)
            control.setEditText(value)
        else:
            control.setCurrentIndex(max(0, place))
    elif isinstance(control, DateField):
        control.show_day(value)
    elif isinstance(control, QPlainTextEdit):
        control.setPlainText(value)
    else:
        control.setText(amount_words(value) if field.amount else value)
        control.setCursorPosition(0)


def _set_wrong(control: QWidget, wrong: bool) -> None:
    _set_property(control, "wrong", wrong)


def _set_property(control: QWidget, name: str, value: bool) -> None:
    """Let the style sheet draw a control otherwise."""
    if bool(control.property(name)) == value:
        return
    control.setProperty(name, value)
    style = control.style()
    style.unpolish(control)
    style.polish(control)
