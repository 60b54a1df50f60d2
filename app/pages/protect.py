"""Protect: files in, one marked copy of each out, for one recipient."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from app.desk import Desk, Files
from app.i18n import counted, tr
from app.jobs import Job
from app.models.queue import Item, QueueModel, Stage
from app.models.rows import Role
from app.pages.page import Page
from app.pages.run import Event, Finished, Order, Started, protect_queue
from app.queue_file import load_queue, save_queue
from app.theme import Size, Space
from app.widgets.choice import Choice
from app.widgets.copy_panel import CopyPanel
from app.widgets.empty import EmptyState
from app.widgets.file_rows import FileRows
from app.widgets.output_choice import OutputChoice
from app.widgets.parts import ElidedLabel, button, card, column, icon_button, label, row
from app.widgets.recipient_field import RecipientField
from core.model import Strength

_TO_DO = (Stage.WAITING, Stage.INTERRUPTED)
_MISSED = (Stage.FAILED, Stage.CANCELLED)


class ProtectPage(Page):
    """The queue of files and the terms under which they are marked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Protect"), tr("One marked copy for each recipient. Your originals stay untouched."))
        self.model = QueueModel(self)
        self.job: Job | None = None
        self.order: Order | None = None
        self._ended = 0
        self._left = False  # whether an earlier queue was asked for
        self.start_button = button(tr("Protect"), self.start, look="primary")
        self.cancel_button = button(tr("Cancel all"), self.cancel, icon="close")
        self.action_row.addWidget(self.cancel_button)
        self.action_row.addWidget(self.start_button)
        self.content.addWidget(self._form())
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self._queue())
        self.content.addWidget(self.stack, 1)
        self.recipient.textChanged.connect(self._refresh)
        self.recipient.returnPressed.connect(self.start)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(QKeySequence(Qt.Modifier.CTRL | key), self).activated.connect(self.start)
        self._refresh()

    # -- what the window asks ----------------------------------------------------------------------------------

    def shown(self) -> None:
        self._load_recipients()
        if not self._left:
            self._left = True
            if self.model.restore(load_queue(self.desk.session.folder)):
                self._refresh()
        if not self.recipient.text():
            self.recipient.setFocus()

    def add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.desk.gather(paths, self._take, label=tr("Looking for pictures and recordings"))

    def drop_words(self, count: int) -> str:
        name = self.recipient.name()
        if name:
            return counted(
                count, "Add {count} file or folder for {name}", "Add {count} files or folders for {name}", name=name
            )
        return counted(count, "Add {count} file or folder to protect", "Add {count} files or folders to protect")

    def working_on(self) -> str:
        if self.job is None or self.order is None:
            return ""
        total = len(self.order.items)
        at_work = self.model.items(Stage.WORKING)
        name = at_work[0].path.name if at_work else ""
        return tr("Protecting {done} of {total}  ·  {name}", done=min(self._ended + 1, total), total=total, name=name)

    # -- actions -----------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Let people choose files by the system's own dialog."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Add files to protect"))
        self.add_files([Path(name) for name in chosen])

    def choose_folder(self) -> None:
        """Let people choose a folder by the system's own dialog."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Add all files of a folder"))
        if chosen:
            self.add_files([Path(chosen)])

    def start(self) -> None:
        """Protect all files that wait, for the recipient that is named."""
        waiting = self.model.items(*_TO_DO)
        if self.job is not None or not waiting:
            return
        if not self.recipient.names():
            self.recipient.setFocus()
            return
        items = self.model.spread(waiting, self.recipient.names())
        order = Order(items, self.out.folder, Strength(self.strength.value()), set())
        self.order, self._ended = order, 0
        self.job = self.desk.jobs.start(
            lambda progress: protect_queue(self.desk.session, order, progress),
            label=tr("Protecting"),
            on_result=self._happened,
            on_error=self.desk.messages.show_error,
        )
        self.job.progressed.connect(self._progressed)
        self.job.ended.connect(self._over)
        self._refresh()

    def cancel(self) -> None:
        """Stop the run; what is finished stays, the file at work leaves nothing behind."""
        if self.job is not None:
            self.job.cancel()
            self.cancel_button.setEnabled(False)

    def act_on(self, index: QModelIndex) -> None:
        """Cancel the file of a row, or take it off the list."""
        item: Item = index.data(Role.ITEM)
        running = self.order is not None and self.job is not None and item in self.order.items
        if running and item.stage in (Stage.WAITING, Stage.WORKING):
            assert self.order is not None
            self.order.stop(item)
            if item.stage is Stage.WAITING:
                self.model.cancel(item)
        else:
            self.model.remove([item])
        self._refresh()

    def again(self) -> None:
        """Let finished files wait once more, for another recipient."""
        self.model.again()
        self._refresh()
        self.recipient.setFocus()
        self.recipient.selectAll()

    def retry(self) -> None:
        """Let the files that failed or were cancelled wait once more."""
        self.model.again(*_MISSED)
        self._refresh()

    def move_up(self) -> None:
        """Let the chosen file be done earlier."""
        item: Item | None = self.rows.currentIndex().data(Role.ITEM)
        if item is not None and self.job is None:
            self.model.move_up(item)
            self.rows.setCurrentIndex(self.model.index_of(item))
            self._refresh()

    def clear_finished(self) -> None:
        """Take everything off the list that neither waits nor is at work."""
        self.model.remove([i for i in self.model.items() if i.stage not in (Stage.WAITING, Stage.WORKING)])
        self._refresh()

    # -- building ----------------------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        settings = self.desk.session.settings
        self.recipient = RecipientField()
        self.recipient.setText(settings.recipient)
        self.out = OutputChoice(settings.output_folder)
        self.strength = Choice(
            tr("Strength"),
            (
                (Strength.SUBTLE, tr("Subtle"), tr("The least change to the file. The mark is lost sooner.")),
                (Strength.STANDARD, tr("Standard"), tr("The right choice for almost everything.")),
                (Strength.STRONG, tr("Strong"), tr("Survives more. May be seen or heard on very plain material.")),
            ),
        )
        self.strength.choose(settings.strength)
        self.form = card()
        line = row(self.form, margins=(Space.L, Space.M, Space.L, Space.L), spacing=Space.L)
        for name, field, stretch in (
            (tr("For"), self.recipient, 4),
            (tr("Save to"), self.out, 3),
            (tr("Strength"), self.strength, 0),
        ):
            cell = column(spacing=Space.XS)
            title = label(name, "small")
            title.setBuddy(field)
            cell.addWidget(title)
            cell.addWidget(field)
            line.addLayout(cell, stretch)
        return self.form

    def _empty(self) -> QWidget:
        frame = card()
        stack = column(frame)
        self.empty = EmptyState(
            "drawing-protect",
            tr("Drop pictures, recordings or whole folders anywhere in this window."),
            tr("JPEG, PNG, TIFF, WebP, HEIC, AVIF, GIF; WAV, FLAC, MP3, M4A, Ogg, Opus, AIFF; films."),
            tr("Add files"),
            self.choose_files,
            "add",
        )
        stack.addWidget(self.empty)
        return frame

    def _queue(self) -> QWidget:
        self.rows = FileRows(tr("Files to protect"))
        self.rows.setModel(self.model)
        self.rows.acted.connect(self.act_on)
        self.rows.selectionModel().currentChanged.connect(self._selected)
        self.model.dataChanged.connect(self._changed)
        frame = card()
        stack = column(frame, margins=Space.XS, spacing=0)
        stack.addWidget(self.rows, 1)
        self.counts = ElidedLabel(look="muted")
        foot = row(margins=(Space.M, Space.S, Space.S, Space.S), spacing=Space.XS)
        foot.addWidget(self.counts, 1)
        self.retry_button = button(tr("Retry"), self.retry, look="quiet", icon="retry")
        self.retry_button.setToolTip(tr("Try those once more that failed or were cancelled"))
        QShortcut(QKeySequence("Alt+Up"), self.rows).activated.connect(self.move_up)
        self.again_button = icon_button(
            "person", tr("Let these files wait once more, for another recipient"), self.again
        )
        self.clear_button = icon_button("clear", tr("Take finished files off the list"), self.clear_finished)
        add = button(tr("Add files"), self.choose_files, look="quiet", icon="add")
        add_folder = icon_button("folder", tr("Add all files of a folder"), self.choose_folder)
        for widget in (self.retry_button, self.again_button, self.clear_button, add_folder, add):
            foot.addWidget(widget)
        stack.addLayout(foot)
        self.panel = CopyPanel(self.desk)
        self.panel.setFixedWidth(Size.INSPECTOR)
        self.panel.hide()
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(frame, 1)
        line.addWidget(self.panel)
        return whole

    # -- events ------------------------------------------------------------------------------------------------

    def _take(self, files: Files) -> None:
        if self.model.add(files) and not self.rows.currentIndex().isValid():
            self.rows.selectionModel().setCurrentIndex(
                self.model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self._refresh()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Started):
            self.model.start(event.item)
            self.rows.scrollTo(self.model.index_of(event.item))
        elif isinstance(event, Finished):
            self.model.finish(event.item, event.result)
            self._ended += 1
        else:
            self.model.cancel(event.item)
            self._ended += 1
        self.status.emit()
        self._refresh()

    def _progressed(self, share: float, step: str) -> None:
        for item in self.model.items(Stage.WORKING):
            self.model.progress(item, share, step)

    def _over(self) -> None:
        if self.order is not None:
            for item in self.order.items:  # those that a stopped run left
                if item.stage in (Stage.WORKING, Stage.WAITING):
                    self.model.cancel(item)
        self.job = self.order = None
        self._load_recipients()
        self._refresh()

    def _selected(self, index: QModelIndex) -> None:
        item: Item | None = index.data(Role.ITEM) if index.isValid() else None
        self.panel.show_item(item)
        self.panel.setVisible(item is not None and item.result is not None)

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        now = self.rows.currentIndex()
        if now.isValid() and first.row() <= now.row() <= last.row() and now.data(Role.SHARE) is None:
            self._selected(now)

    def _load_recipients(self) -> None:
        self.desk.jobs.call(
            lambda: [recipient.name for recipient in self.desk.session.catalog.recipients()],
            self.recipient.offer,
            self.desk.messages.show_error,
        )

    def _refresh(self) -> None:
        total = self.model.rowCount()
        waiting = self.model.items(*_TO_DO)
        running = self.job is not None
        if self._left:  # before, there is nothing to say and an earlier queue to read
            save_queue(self.desk.session.folder, self.model.items())
        self.stack.setCurrentIndex(1 if total else 0)
        self.form.setEnabled(not running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.start_button.setVisible(not running)
        self.start_button.setEnabled(bool(waiting) and bool(self.recipient.name()))
        self.start_button.setText(self._start_words(waiting))
        name_missing = bool(waiting) and not self.recipient.name()
        self.start_button.setToolTip(tr("Say first who the copies are for.") if name_missing else "")
        finished = any(item.stage not in (*_TO_DO, Stage.WORKING) for item in self.model.items())
        self.retry_button.setVisible(bool(self.model.items(*_MISSED)) and not running)
        self.again_button.setVisible(finished and not running)
        self.clear_button.setVisible(finished and not running)
        self.counts.show_text(self._summary(total))
        self.status.emit()

    def _start_words(self, waiting: Sequence[Item]) -> str:
        if not waiting:
            return tr("Protect")
        recipients = max(1, len(self.recipient.names()))
        left = [item for item in waiting if item.stage is Stage.INTERRUPTED and item.recipient]
        copies = len(left) + recipients * (len(waiting) - len(left))
        if recipients > 1:
            return counted(copies, "Make {count} copy", "Make {count} copies")
        return counted(copies, "Protect {count} file", "Protect {count} files")

    def _summary(self, total: int) -> str:
        parts = []
        for stage in (Stage.PROTECTED, Stage.REFUSED, Stage.FAILED, Stage.CANCELLED):
            found = len(self.model.items(stage))
            if found:
                parts.append(_ended(stage, found))
        return "  ·  ".join(parts) if parts else counted(total, "{count} file", "{count} files")


def _ended(stage: Stage, count: int) -> str:
    if stage is Stage.PROTECTED:
        return counted(count, "{count} protected", "{count} protected")
    if stage is Stage.REFUSED:
        return counted(count, "{count} refused", "{count} refused")
    if stage is Stage.FAILED:
        return counted(count, "{count} failed", "{count} failed")
    return counted(count, "{count} cancelled", "{count} cancelled")
