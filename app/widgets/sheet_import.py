"""A table from a spreadsheet (CSV) on its way into the catalog: what it would change, before it does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QWidget

from app.desk import Desk
from app.i18n import counted, number, tr
from app.theme import Size, Space, set_look
from app.widgets.parts import button, column, label, row
from core.catalog import sheets
from core.catalog.newfile import new_file
from core.catalog.query import Query
from core.catalog.sheets import Imported

_SHOWN = 200  # rows that are told of, of those that are wrong


class SheetImport(QFrame):
    """A panel that shows what a table would do, with the button that does it. `done` tells that it was read in."""

    done = Signal()

    def __init__(self, desk: Desk, thing: type[Any]) -> None:
        super().__init__()
        self._desk, self._thing = desk, thing
        self._path: Path | None = None
        set_look(self, "card")
        stack = column(self, margins=Space.L, spacing=Space.M)
        self.title = label(look="heading", wrap=True)
        stack.addWidget(self.title)
        self.words = label(wrap=True, selectable=True)
        stack.addWidget(self.words)
        self.errors = QPlainTextEdit()
        self.errors.setReadOnly(True)
        self.errors.setTabChangesFocus(True)
        self.errors.setAccessibleName(tr("Rows that are wrong"))
        self.errors.setFixedHeight(Size.SHORT_LIST)
        stack.addWidget(self.errors)
        line = row(spacing=Space.S)
        self.do_button = button(tr("Import"), self._read, look="primary")
        self.close_button = button(tr("Cancel"), self.hide)
        line.addWidget(self.do_button)
        line.addWidget(self.close_button)
        line.addStretch(1)
        stack.addLayout(line)
        self.hide()

    def choose(self) -> None:
        """Ask for a table, and show what it would change."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose a table"), "", tr("Tables (*.csv *.txt *.tsv)"))
        if path:
            self.preview(Path(path))

    def preview(self, path: Path) -> None:
        """Show what a table would change; nothing is changed yet."""
        self._path = path
        session, thing = self._desk.session, self._thing
        self._desk.jobs.call(
            lambda: sheets.read(session.catalog, thing, path, dry_run=True), self._show, self._desk.messages.show_error
        )

    def _show(self, found: Imported) -> None:
        assert self._path is not None
        self.title.setText(tr("Import {file}", file=self._path.name))
        told = _in_words(found)
        if found.errors:
            wrong = counted(
                len(found.errors),
                "{count} row is wrong, so nothing can be imported. Correct it in the table and choose it again.",
                "{count} rows are wrong, so nothing can be imported. Correct them in the table and choose it again.",
            )
            told = f"{wrong} {told}"
        elif not found.new and not found.changed:
            told = tr("The catalog holds all of it already. {told}", told=told)
        self.words.setText(told)
        self.errors.setPlainText("\n".join(found.errors[:_SHOWN]))
        self.errors.setVisible(bool(found.errors))
        self.do_button.setEnabled(not found.errors and bool(found.new or found.changed))
        self.show()
        (self.do_button if self.do_button.isEnabled() else self.close_button).setFocus()

    def _read(self) -> None:
        path, session, thing = self._path, self._desk.session, self._thing
        if path is None:
            return
        self.do_button.setEnabled(False)
        self._desk.jobs.call(
            lambda: sheets.read(session.catalog, thing, path), self._finish, self._desk.messages.show_error
        )

    def _finish(self, found: Imported) -> None:
        if found.errors:  # the file or the catalog was changed since it was shown
            self._show(found)
            return
        self.hide()
        self.done.emit()


def export_sheet(desk: Desk, thing: type[Any], query: Query, parent: QWidget, name: str) -> None:
    """Ask where to, and write what a query finds as a table."""
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Export as a table"), name, tr("Tables (*.csv)"))
    if not chosen:
        return
    target, session = Path(chosen), desk.session

    def write() -> Path:
        fresh = target.with_name(f".{target.name}.{os.urandom(6).hex()}")
        with new_file(fresh) as temporary:
            lines = sheets.write(session.catalog, thing, query)
            temporary.write_text("".join(f"{line}\n" for line in lines), "utf-8-sig", newline="")
        return fresh.replace(target)  # the dialog has asked whether it may

    desk.jobs.call(write, desk.show_in_folder, desk.messages.show_error)


def _in_words(found: Imported) -> str:
    return tr(
        "{new} new, {changed} changed, {same} as they were.",
        new=number(found.new),
        changed=number(found.changed),
        same=number(found.same),
    )
