"""Protect: files in, one marked copy of each out, for one recipient."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk, Files
from app.i18n import counted, tr
from app.jobs import Job
from app.models.queue import TO_DO, Item, QueueModel, Stage
from app.models.rows import Role
from app.pages.page import Page
from app.pages.run import Event, Finished, Order, Started, protect_queue, questions
from app.queue_file import load_queue, save_queue
from app.session import Session
from app.shortcuts import connect
from app.usual_presets import usual_presets
from app.watching import Standing
from app.widgets.empty import EmptyState
from app.widgets.folder_to_watch import FolderToWatch
from app.widgets.front_stack import FrontStack
from app.widgets.parts import button, card, column
from app.widgets.preset_choice import PresetChoice
from app.widgets.protect_form import ProtectForm, same_choices
from app.widgets.queue_view import GOING, MISSED, QueueView
from core.model import Protected, Terms
from core.presets import Preset, Presets

_TOGETHER = 100  # milliseconds in which the results of a run are shown together
_WRITTEN_EVERY = 0.5  # seconds after which a run's queue is written down again


class ProtectPage(Page):
    """The queue of files and the terms under which they are marked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Protect"), tr("One marked copy for each recipient. Your originals stay untouched."))
        self.model = QueueModel(self)
        self.job: Job | None = None
        self.order: Order | None = None
        self._ended = 0
        self._at_work: Item | None = None
        self._written = 0.0
        self._next: list[Item] = []  # allowed after their run was over
        self._left = False  # whether an earlier queue was asked for
        self.start_button = button(tr("Protect"), self.start, look="primary")
        self.cancel_button = button(tr("Cancel all"), self.cancel, icon="close")
        self.watch_button = button(tr("Watch a folder…"), self.watch, icon="watch")
        self.watch_button.setToolTip(tr("Protect all that comes into a folder, with these choices"))
        self.action_row.addWidget(self.cancel_button)
        self.action_row.addWidget(self.watch_button)
        self.action_row.addWidget(self.start_button)
        self.content.addWidget(self._form())
        self.content.addWidget(self.presets.ask)
        self.to_watch = FolderToWatch(desk)
        self.content.addWidget(self.to_watch)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_TOGETHER)
        self._soon.timeout.connect(self._show_run)
        self.stack = FrontStack()  # the form comes first
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self._queue())
        self.content.addWidget(self.stack, 1)
        self.form.more.button.clicked.connect(self._look_whether_signing)
        self.form.changed.connect(self._chosen_otherwise)
        self.recipient.returnPressed.connect(self.start)
        connect(self, "protect.start", self.start)
        self._refresh()

    # -- what the window asks ----------------------------------------------------------------------------------

    def shown(self) -> None:
        self._load_names()
        self._take_up()
        if not self.recipient.text():
            self.recipient.setFocus()

    def add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.desk.memory.note(paths)
            self.desk.gather(paths, self._take, label=tr("Looking for pictures and recordings"))

    def take_watched(self, files: Files, wanted: Preset | None) -> dict[Path, list[Item]]:
        """Protect what came into a watched folder, and return its rows. Nothing that somebody looks at changes."""
        self._take_up()
        rows = self.model.hand_in(files, wanted or Preset())
        under_way = self._under_way()
        fresh = [item for several in rows.values() for item in several if item.stage is Stage.WAITING]
        self._run_also([item for item in fresh if id(item) not in under_way])
        self._refresh()
        return rows

    def standing(self, rows: Sequence[Item]) -> Standing:
        """Return how far a file of a watched folder is."""
        stages = {item.stage for item in rows if self.model.holds(item)}
        if stages & {*TO_DO, *GOING}:
            return Standing.GOING
        return Standing.STOPPED if stages & {*MISSED} else Standing.DONE

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
        done, total = min(self._ended + 1, len(self.order.items)), len(self.order.items)
        name = self._at_work.path.name if self._at_work is not None else ""
        return tr("Protecting {done} of {total}  ·  {name}", done=done, total=total, name=name)

    def done_words(self) -> str:
        return self.view.summary()

    def escape(self) -> bool:
        asked = next((ask for ask in (self.presets.ask, self.to_watch) if not ask.isHidden()), None)
        if asked is not None:
            asked.leave()
        elif self.job is not None:
            self.cancel()
        else:
            return False
        return True

    # -- actions -----------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Let people choose files by the system's own dialog."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Add files to protect"), self.desk.memory.last_folder())
        self.add_files([Path(name) for name in chosen])

    def choose_folder(self, folder: Path = Path()) -> None:
        """Add a folder, or a file; without one let people choose a folder by the system's own dialog."""
        if folder == Path():
            folder = Path(
                QFileDialog.getExistingDirectory(self, tr("Add all files of a folder"), self.desk.memory.last_folder())
            )
        if folder != Path():
            self.add_files([folder])

    def start(self) -> None:
        """Protect all files that wait, for the recipient that is named."""
        waiting = self._to_start()
        if not self._may_start() or not waiting:
            return
        if self._hindrance(waiting):
            self._go_to_missing()
            return
        self._run_also(self.model.spread(waiting, self.recipient.names(), self.form.preset()))
        self._refresh()

    def watch(self) -> None:
        """Let people choose a folder: all that comes into it is protected as the form says now."""
        if missing := self._missing():
            self.desk.messages.tell(missing, "")
            self._go_to_missing()
            return
        self.to_watch.choose(dataclasses.replace(self.form.preset(), name=self.presets.name()))

    def cancel(self) -> None:
        """Stop the run; what is finished stays, the file at work leaves nothing behind."""
        if self.job is not None:
            self.job.cancel()
            for item in self._next:
                self.model.cancel(item)
            self._next = []
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

    def answer(self, go_on: bool, for_all: bool) -> None:
        """Answer what the chosen file waits for, or what all of them wait for."""
        chosen = self.view.chosen()
        if chosen is None or chosen.result is None or chosen.stage is not Stage.ASKED:
            return
        asked = frozenset(questions(chosen.result))
        alike = [item for item in self.model.items(Stage.ASKED) if for_all or item is chosen]
        alike = [item for item in alike if item.result is not None and asked.issuperset(questions(item.result))]
        for item in alike:
            self.model.answer(item, asked if go_on else ())
        if for_all and self.order is not None:
            for question in asked:
                self.order.answer(question, go_on=go_on)
        if go_on and (self.order is None or not self.order.add(alike)):
            self._next += alike
        if self.job is None:
            self._run_next()
        for item in self.model.items(Stage.ASKED)[:1]:
            self.view.choose(item)
        self.view.show_chosen()
        self._refresh()

    def again(self) -> None:
        """Let finished files wait once more, for another recipient."""
        self.model.again()
        self._refresh()
        self.recipient.setFocus()
        self.recipient.selectAll()

    def retry(self) -> None:
        """Let the files that failed or were cancelled wait once more."""
        self.model.again(*MISSED)
        self._refresh()

    def shift(self, step: int) -> None:
        """Let the chosen file be done earlier (-1) or later (1), also while others are worked on."""
        item = self.view.chosen()
        if item is not None and self.model.move(item, step):
            if self.order is not None:
                self.order.sort()
            self.view.choose(item)
            self._refresh()

    def clear_finished(self) -> None:
        """Take everything off the list that neither waits nor is at work."""
        self.model.remove([i for i in self.model.items() if i.stage not in GOING])
        self._refresh()

    # -- building ----------------------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        settings, show_error = self.desk.session.settings, self.desk.messages.show_error
        self.presets = PresetChoice(
            Presets(self.desk.session.folder, usual_presets()), lambda: self.form.preset(), show_error
        )
        self.form = ProtectForm(self.presets)
        self.recipient, self.out = self.form.recipient, self.form.out
        self.form.show_preset(
            Preset(
                recipients=(settings.recipient,) if settings.recipient else (),
                output_folder=settings.output_folder,
                strength=settings.strength,
            )
        )
        self.presets.mark(self.desk.memory.text("preset"))
        if (preset := self.presets.preset()) is not None:
            self.form.show_preset(preset)
        self.presets.chosen.connect(self.form.show_preset)
        return self.form

    def _empty(self) -> QWidget:
        self.empty_card = card()
        stack = column(self.empty_card)
        self.empty = EmptyState(
            "drawing-protect",
            tr("Drop pictures, recordings or whole folders anywhere in this window."),
            tr("JPEG, PNG, TIFF, WebP, HEIC, AVIF, GIF; WAV, FLAC, MP3, M4A, Ogg, Opus, AIFF; films."),
            tr("Add files"),
            self.choose_files,
            "add",
        )
        stack.addWidget(self.empty)
        return self.empty_card

    def _queue(self) -> QWidget:
        self.view = QueueView(self.desk, self.model)
        self.rows, self.panel, self.counts = self.view.rows, self.view.panel, self.view.counts
        self.view.acted.connect(self.act_on)
        self.view.shifted.connect(self.shift)
        self.view.retried.connect(self.retry)
        self.view.again.connect(self.again)
        self.view.cleared.connect(self.clear_finished)
        self.view.files.connect(self.choose_files)
        self.view.folder.connect(self.choose_folder)
        self.panel.answered.connect(self.answer)
        return self.view

    # -- events ------------------------------------------------------------------------------------------------

    def _take_up(self) -> None:
        """Take up what an earlier queue left, once."""
        if not self._left:
            self._left = True
            if self.model.restore(load_queue(self.desk.session.folder)):
                self._refresh()

    def _by_itself(self) -> bool:
        """Return whether all that a run does came into watched folders: people go on as if there were none."""
        return self.order is not None and all(item.watched for item in self.order.items)

    def _may_start(self) -> bool:
        """Return whether people may start a run now."""
        return self.job is None or self._by_itself()

    def _under_way(self) -> set[int]:
        """Return the ids of the items that the run does, or that follow it."""
        run = self.order.items if self.order is not None else []
        return {id(item) for item in (*run, *self._next)}

    def _to_start(self) -> list[Item]:
        """Return what waits to be started."""
        under_way = self._under_way()
        return [item for item in self.model.items(*TO_DO) if id(item) not in under_way]

    def _run_also(self, items: Sequence[Item]) -> None:
        """Protect items, after those of the run that there may be."""
        if self.order is None and items:
            self._run(items)
        elif self.order is not None and not self.order.add(items):
            self._next += items

    def _run(self, items: Sequence[Item]) -> None:
        order = Order(items)
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

    def _run_next(self) -> None:
        """Protect what was allowed after its run."""
        items, self._next = [item for item in self._next if item.stage is Stage.WAITING], []
        if items:
            self._run(items)

    def _chosen_otherwise(self) -> None:
        """Say of which preset the form speaks, if of any."""
        preset = self.presets.preset()
        if preset is not None and not same_choices(self.form.preset(), preset):
            self.presets.mark("")
        self._refresh(write=False)

    def _take(self, files: Files) -> None:
        if self.model.add(files):
            self.view.choose_first()
        self._refresh()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Started):
            self.model.start(event.item)
            self._at_work = event.item
            self.status.emit()
        elif isinstance(event, Finished):
            self._finished(event.item, event.result)
            self._ended += 1
        else:
            self.model.cancel(event.item)
            self._ended += 1
        if not self._soon.isActive():
            self._soon.start()

    def _show_run(self) -> None:
        """Show how far a run is; its queue is written down now and then, since that takes longer."""
        if self._at_work is not None and not self._by_itself():
            self.rows.scrollTo(self.model.index_of(self._at_work))
        now = time.monotonic()
        self._refresh(write=now - self._written > _WRITTEN_EVERY)

    def _finished(self, item: Item, result: Protected) -> None:
        """Note what became of a file: also that it waits for an answer, unless that was given for all."""
        asked = questions(result)
        answers = [self.order.answered(question) if self.order is not None else None for question in asked]
        if not asked:
            self.model.finish(item, result)
        elif False in answers:
            item.result = result
            self.model.answer(item, ())
        else:
            self.model.ask(item, result)

    def _progressed(self, share: float, step: str) -> None:
        if self._at_work is not None and self._at_work.stage is Stage.WORKING:
            self.model.progress(self._at_work, share, step)

    def _over(self) -> None:
        if self.order is not None:
            for item in self.order.items:  # those that a stopped run left
                if item.stage in (Stage.WORKING, Stage.WAITING) and item not in self._next:
                    self.model.cancel(item)
        self.job = self.order = self._at_work = None
        self._load_names()
        self._run_next()
        self._refresh()

    def _load_names(self) -> None:
        session = self.desk.session
        self.desk.jobs.call(lambda: _names(session), lambda found: self._offer(*found), self.desk.messages.show_error)

    def _offer(self, recipients: Sequence[str], terms: Sequence[str]) -> None:
        self.recipient.offer(recipients)
        self.form.offer_terms(terms)

    def _look_whether_signing(self) -> None:
        """Look whether content credentials can be signed, when that is first offered: the library is slow to load."""
        from core.rights.manifests import available

        self.form.more.button.clicked.disconnect(self._look_whether_signing)
        self.desk.jobs.call(available, self.form.allow_signing, self.desk.messages.show_error)

    def _write_queue(self) -> None:
        self._written = time.monotonic()
        if self._left:  # before, there is nothing to say and an earlier queue to read
            save_queue(self.desk.session.folder, self.model.items())

    def _refresh(self, *, write: bool = True) -> None:
        """Show what the queue is now, and write it down."""
        self._soon.stop()
        total = self.model.rowCount()
        waiting = self._to_start()
        running, may_start = self.job is not None, self._may_start()
        if write:
            self._write_queue()
        front = self.view if total else self.empty_card
        self.stack.setCurrentWidget(front)
        self.stack.fit()
        self.form.setEnabled(may_start)  # somebody may be typing while a watched folder's file is protected
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.start_button.setVisible(may_start)
        hindrance = self._hindrance(waiting)
        self.start_button.setEnabled(bool(waiting) and not hindrance)
        self.start_button.setText(self._start_words(waiting))
        self.start_button.setToolTip(hindrance)
        self.view.show_state(running=running)
        self.status.emit()

    def _hindrance(self, waiting: Sequence[Item]) -> str:
        """Return what must be said before these files can be protected; empty where all is said."""
        return "" if all(item.settled for item in waiting) else self._missing()

    def _missing(self) -> str:
        """Return what the form lacks; empty where it says all."""
        return self.form.naming.trouble() if self.recipient.names() else tr("Say first who the copies are for.")

    def _go_to_missing(self) -> None:
        (self.form.more.button if self.recipient.names() else self.recipient).setFocus()

    def _start_words(self, waiting: Sequence[Item]) -> str:
        if not waiting:
            return tr("Protect")
        recipients = max(1, len(self.recipient.names()))
        settled = sum(item.settled for item in waiting)
        copies = settled + recipients * (len(waiting) - settled)
        if recipients > 1:
            return counted(copies, "Make {count} copy", "Make {count} copies")
        return counted(copies, "Protect {count} file", "Protect {count} files")


def _names(session: Session) -> tuple[list[str], list[str]]:
    """Return the names of recipients and of terms."""
    catalog = session.catalog
    return [recipient.name for recipient in catalog.recipients()], [terms.name for terms in catalog.every(Terms)]
