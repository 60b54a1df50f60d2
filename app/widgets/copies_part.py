"""The copies of one work: who got which, when and what for; files to drag, copy and compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.compare_window import CompareWindow
from app.desk import Desk
from app.i18n import counted, date, number, tr
from app.models.rows import Role
from app.models.works import CopiesModel, CopyRow, file_data, strength_word
from app.theme import Space
from app.widgets.facts import Facts
from app.widgets.form import Field
from app.widgets.kept_form import KeptForm
from app.widgets.parts import button, column, icon_button, label, row
from app.widgets.short_list import ShortList
from core.model import Kind, Work


class CopiesPart(QWidget):
    """A list, and below it the copy that is current there.

    `edited` tells of other values for a copy, `binned` of copies to be put into the bin, `said` what was done.
    """

    edited = Signal(int, dict)
    binned = Signal(list)
    said = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._work: Work | None = None
        self._current: CopyRow | None = None
        self._window: CompareWindow | None = None
        self.copies = CopiesModel(self)
        self.rows = ShortList(tr("Copies of this work"))
        self.rows.setModel(self.copies)
        self.rows.setDragEnabled(True)
        self.rows.acted.connect(self._open_folder_of)
        self.rows.opened.connect(self._open_folder_of)
        self.rows.copied.connect(self.copy_files)
        self.rows.binned.connect(self._bin)
        self.rows.selectionModel().selectionChanged.connect(lambda *_: self._show_current())
        self.newest = label(look="muted", wrap=True)
        self.newest.setContentsMargins(Space.M, 0, Space.M, 0)
        self.none = label(tr("No copy was made of it yet."), "muted", wrap=True)
        body = column(self, spacing=Space.S)
        body.addWidget(self.rows)
        body.addWidget(self.newest)
        self.none.setContentsMargins(Space.M, 0, Space.M, 0)
        body.addWidget(self.none)
        body.addWidget(self._card())
        self._show_current()

    def show_copies(self, work: Work, copies: Sequence[CopyRow], total: int = 0) -> None:
        """Show the newest copies of a work, of `total`; the same one stays current."""
        self.newest.setVisible(total > len(copies))
        self.newest.setText(tr("The newest {count} are listed.", count=number(len(copies))))
        self._work = work
        chosen = {index.data(Role.ITEM).copy.id for index in self.rows.chosen()}
        self.copies.show_copies(copies)
        self.none.setVisible(not copies)
        self.rows.setVisible(bool(copies))
        for copy in chosen:
            place = self.copies.place_of(copy)
            if place.isValid():
                flags = QItemSelectionModel.SelectionFlag
                self.rows.selectionModel().setCurrentIndex(place, flags.Select)
        self._show_current()

    def keep(self) -> None:
        """Keep what was typed."""
        self.form.keep()

    def copy_files(self) -> None:
        """Put the files of the chosen copies onto the clipboard, as a file manager does."""
        rows = [index.row() for index in self.rows.chosen()]
        data = file_data(self.copies.files(rows))
        if data is None:
            self.said.emit(tr("There is no file to take along: no copy is where it was saved."))
            return
        count = len(data.urls())
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(
            counted(
                count,
                "{count} file copied. Paste it where you want it.",
                "{count} files copied. Paste them where you want them.",
            )
        )

    def compare(self) -> None:
        """Show the original beside the copy."""
        if self._work is None or self._current is None:
            return
        if self._window is None:
            self._window = CompareWindow(self._desk, self.window())
        copy = self._current.copy
        self._window.show_copy(Path(self._work.path), Path(copy.path), copy.serial)

    def _card(self) -> QWidget:
        self.card = QWidget()
        body = column(self.card, margins=(Space.M, Space.XS, Space.M, Space.S), spacing=Space.S)
        self.several = label(look="strong", wrap=True)
        body.addWidget(self.several)
        self.facts = Facts()
        body.addWidget(self.facts)
        self.form = KeptForm((Field("purpose", tr("Purpose")), Field("note", tr("Note"), lines=3)))
        self.form.kept.connect(self._edit)
        body.addWidget(self.form)
        self.compare_button = button(tr("See the difference"), self.compare, look="quiet", icon="compare")
        body.addWidget(self.compare_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.copy_button = button(tr("Copy file"), self.copy_files, look="quiet", icon="copy")
        self.folder_button = icon_button("folder", tr("Open the folder of this copy"), self._open_folder)
        self.bin_button = icon_button("clear", tr("Move to the bin"), self._bin)
        line = row(spacing=Space.XS)
        line.addWidget(self.copy_button)
        line.addStretch(1)
        line.addWidget(self.folder_button)
        line.addWidget(self.bin_button)
        body.addLayout(line)
        return self.card

    def _show_current(self) -> None:
        chosen = self.rows.chosen()
        self.form.keep()
        self._current = chosen[0].data(Role.ITEM) if len(chosen) == 1 else None
        self.card.setVisible(bool(chosen))
        one = self._current is not None
        self.several.setVisible(len(chosen) > 1)
        self.several.setText(counted(len(chosen), "{count} copy", "{count} copies"))
        for widget in (self.facts, self.form, self.compare_button, self.folder_button):
            widget.setVisible(one)
        there = self.copies.files([index.row() for index in chosen])
        self.copy_button.setText(counted(max(len(there), 1), "Copy file", "Copy {count} files"))
        self.copy_button.setEnabled(bool(there))
        if self._current is None:
            return
        copy, recipient, is_there = self._current
        path = Path(copy.path)
        self.facts.show_facts(
            (
                (tr("Copy"), tr("no. {serial}", serial=copy.serial)),
                (tr("For"), recipient.name),
                (tr("Sent"), date(copy.created)),
                (tr("Strength"), strength_word(copy.strength)),
                (tr("File"), path.name if is_there else tr("{name}, not there any more", name=path.name)),
                (tr("Folder"), str(path.parent)),
            )
        )
        self.form.show_values({"purpose": copy.purpose, "note": copy.note})
        original = self._work is not None and Path(self._work.path).is_file()
        heard = self._work is not None and self._work.kind is Kind.AUDIO
        self.compare_button.setText(tr("Hear the difference") if heard else tr("See the difference"))
        self.compare_button.setEnabled(is_there and original)
        missing = "" if original else tr("The original is not where it was.")
        self.compare_button.setToolTip(missing)

    def _edit(self, changed: dict[str, str]) -> None:
        if self._current is not None:
            self.edited.emit(self._current.copy.id, changed)

    def _bin(self) -> None:
        numbers = [index.data(Role.ITEM).copy.id for index in self.rows.chosen()]
        if numbers:
            self.binned.emit(numbers)

    def _open_folder(self) -> None:
        if self._current is not None:
            self._desk.show_in_folder(Path(self._current.copy.path))

    def _open_folder_of(self, index: QModelIndex) -> None:
        self._desk.show_in_folder(Path(index.data(Role.ITEM).copy.path))
