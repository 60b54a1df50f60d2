"""A record in a form: changed, and kept in the catalog as one edit that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.i18n import tr
from app.record_texts import texts_of, typed, with_typed
from app.theme import Space
from app.widgets.form import Field, Form, Group
from app.widgets.parts import button, column, label, row
from core.errors import CountermarkError

Check = Callable[[Any], Mapping[str, str]]  # a record -> what is wrong with it, by field


class RecordEditor(QWidget):
    """The form of one record. `foot` holds what keeps or drops the changes, for whoever shows the form to place.

    Whoever leaves a changed record keeps it: it is saved first, and stays in front where that is impossible.
    `saved` hands over the record as the catalog has it now; `touched` says that a person changed something.
    """

    saved = Signal(object)
    dropped = Signal()  # a new record was not kept
    touched = Signal()
    pending = Signal(bool)  # whether there is anything to save or to discard

    def __init__(self, desk: Desk, parts: Sequence[Field | Group], *, check: Check | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._check = check or (lambda item: {})
        self._watched: QWidget | None = None
        self._saving = False
        self._after: list[tuple[Callable[[], object] | None, Callable[[], object] | None]] = []
        self.item: Any = None
        stack = column(self, spacing=Space.M)
        self.form = Form(parts)
        stack.addWidget(self.form)
        self.trouble = label(look="wrong", wrap=True, selectable=True)
        self.trouble.hide()
        self.save_button = button(tr("Save"), self.save, look="primary")
        self.save_button.setToolTip(QKeySequence(QKeySequence.StandardKey.Save).toString())
        self.drop_button = button(tr("Discard changes"), self.drop)
        self.foot = QWidget()
        below = column(self.foot, spacing=Space.S)
        below.addWidget(self.trouble)
        line = row(spacing=Space.S)
        line.addWidget(self.save_button)
        line.addWidget(self.drop_button)
        line.addStretch(1)
        below.addLayout(line)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        keys.activated.connect(self.save)
        self.form.changed.connect(self._touch)
        self._refresh()

    @property
    def dirty(self) -> bool:
        """Whether anything was typed that is not kept yet."""
        if self.item is None:
            return False
        before = texts_of(self.item)
        return any(text.strip() != before[name].strip() for name, text in self.form.values().items())

    def show_item(self, item: Any) -> None:
        """Show a record; one with the number 0 is new and not in the catalog before it is saved."""
        self.item = item
        self.form.show_values(texts_of(item))
        self._say("")
        self._refresh()

    def current(self) -> Any:
        """Return the record as it would be with what was typed."""
        return with_typed(self.item, self.form.values())

    def save(self, then: Callable[[], object] | None = None, stay: Callable[[], object] | None = None) -> None:
        """Keep what was typed, and go on with `then`; where that is impossible, say why and go on with `stay`."""
        if self._saving:  # what was typed is on its way already
            self._after.append((then, stay))
            return
        if self.item is None:
            return
        changed, errors = typed(self.item, self.form.values())
        errors = {**self._check(self.current()), **errors}
        if errors:
            self.form.show_errors(errors)
            if stay is not None:
                stay()
            return
        if not changed and self.item.id:
            if then is not None:
                then()
            return
        item, session = self.item, self._desk.session
        self._after.append((then, stay))

        def kept(stored: Any) -> None:
            self.show_item(stored)
            self._end_saving()
            self.saved.emit(stored)
            self._go_on(0)

        def failed(error: Exception) -> None:
            self._end_saving()
            if isinstance(error, CountermarkError):
                self._say(str(error))
            else:
                self._desk.messages.show_error(error)
            self._go_on(1)

        self._saving = True
        self.setEnabled(False)
        self._desk.jobs.call(lambda: _store(session.catalog, item, changed), kept, failed)

    def drop(self) -> None:
        """Show the record as it was before; a new one goes away."""
        if self.item is None:
            return
        if self.item.id:
            self.show_item(self.item)
            self.touched.emit()
        else:
            self.item = None
            self.dropped.emit()

    def leave(self, then: Callable[[], object], stay: Callable[[], object]) -> None:
        """Go on with `then` once nothing can be lost, with `stay` where what was typed cannot be kept."""
        if self.dirty:
            self.save(then, stay)
        else:
            then()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._watched is not self.window():
            self._watched = self.window()
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what was typed before the window closes, and hold it open where that is impossible."""
        if event.type() == QEvent.Type.Close and watched is self._watched and self._saving:
            self._after.append((self._watched.close, None))
            event.ignore()
            return True
        if event.type() == QEvent.Type.Close and watched is self._watched and self.dirty:
            changed, errors = typed(self.item, self.form.values())
            errors = {**self._check(self.current()), **errors}
            try:
                if not errors:
                    self.show_item(_store(self._desk.session.catalog, self.item, changed))
                    return False
                self.form.show_errors(errors)
                trouble = " ".join(errors.values())
            except CountermarkError as error:
                trouble = str(error)
            self._desk.messages.ask(
                tr("A changed record cannot be kept as it is."),
                trouble,
                tr("Close without it"),
                self._close_without,
            )
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _end_saving(self) -> None:
        self._saving = False
        self.setEnabled(True)

    def _go_on(self, which: int) -> None:
        """Do what waits for the end of saving: the first of each pair where it went well, else the second."""
        waiting, self._after = self._after, []
        for pair in waiting:
            act = pair[which]
            if act is not None:
                act()

    def _close_without(self) -> None:
        self.drop()
        self.window().close()

    def _touch(self) -> None:
        self._say("")
        self._refresh()
        self.touched.emit()

    def _refresh(self) -> None:
        dirty = self.dirty
        new = self.item is not None and not self.item.id
        self.save_button.setEnabled(dirty)
        self.drop_button.setEnabled(dirty or new)
        self.pending.emit(dirty or new)

    def _say(self, trouble: str) -> None:
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))


def _store(catalog: Any, item: Any, changed: Mapping[str, Any]) -> Any:
    """Return a record as it is in the catalog after a change."""
    if not item.id:
        return catalog.add(replace(item, **changed))
    catalog.edit(type(item), [item.id], **changed)
    return catalog.get(type(item), item.id)
