"""Catalog: works with their copies, and all else that is kept, each in a part of its own; undo and redo of edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget

from app.catalog_words import done_words
from app.desk import Desk
from app.i18n import tr
from app.pages.page import Page
from app.sections.bin import BinSection
from app.sections.consents import ConsentsSection
from app.sections.history import HistorySection
from app.sections.recipients import RecipientsSection
from app.sections.section import Section
from app.sections.terms import TermsSection
from app.sections.works import WorksSection
from app.theme import Space
from app.widgets.tabs import Tabs
from app.widgets.toast import Toast
from core.errors import CatalogError
from core.model import Work

_PART = TypeVar("_PART", bound=Section)
Done = tuple[str, Mapping[str, int]]


def _parts() -> tuple[tuple[str, type[Any]], ...]:
    """Return the parts of the page with their names, in order: works first."""
    return (
        (tr("Works"), WorksSection),
        (tr("Recipients"), RecipientsSection),
        (tr("Consents"), ConsentsSection),
        (tr("Terms"), TermsSection),
        (tr("Bin"), BinSection),
        (tr("History"), HistorySection),
    )


class CatalogPage(Page):
    """The parts of the catalog, of which one is in front. `protect` asks for the page where works are protected."""

    protect = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Catalog"), tr("Your protected works, and who got which copy."))
        self.toast = Toast(self)
        self.tabs = Tabs(tr("Parts of the catalog"))
        self.stack = QStackedWidget()
        self._made: dict[int, Section] = {}  # a part is made when it is first shown: all at once delay the start
        for name, _ in _parts():
            self.tabs.add(name)
        self.works = cast(WorksSection, self.part(0))
        self.works.protect.connect(self.protect)
        self.tabs.chosen.connect(self.go)
        self.content.setSpacing(Space.M)
        self.content.addWidget(self.tabs)
        self.content.addWidget(self.stack, 1)
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda step=step: self._step(step))
        self._show_tools()

    def part(self, number: int) -> Section:
        """Return a part by its place, made where it is asked for first."""
        if number not in self._made:
            section = self._made[number] = _parts()[number][1](self.desk)
            self.stack.addWidget(section)
            self.action_row.addWidget(section.tools)
            section.tools.hide()  # until it is in front
            section.show_work.connect(self.show_work)
            section.show_record.connect(self.show_record)
            section.done.connect(lambda words: self.toast.say(words, self.undo))
            section.said.connect(lambda words: self.toast.say(words))
        return self._made[number]

    @property
    def section(self) -> Section:
        """The part in front."""
        return self.part(max(self.tabs.current(), 0))

    @property
    def search(self) -> QLineEdit:
        """The field in which works are searched."""
        return self.works.search

    # -- what the window asks ----------------------------------------------------------------------------------

    def shown(self) -> None:
        self.section.shown()

    def go(self, number: int) -> None:
        """Bring a part to the front."""
        self.section.keep()
        self.tabs.choose(number)
        self.stack.setCurrentWidget(self.part(number))
        self._show_tools()
        self.section.shown()

    def go_to(self, kind: type[_PART]) -> _PART:
        """Bring the part of a kind to the front and return it."""
        self.go([part for _, part in _parts()].index(kind))
        return cast(_PART, self.section)

    def search_now(self) -> None:
        """Put the cursor into the search field of the part in front; of works where it has none."""
        if type(self.section).search_now is Section.search_now:
            self.go_to(WorksSection)
        self.section.search_now()

    def show_work(self, work: int) -> None:
        """Bring one work to the front."""
        self.show_record(Work, work)

    def show_record(self, kind: type[Any], number: int) -> None:
        """Bring one thing to the front, where a part shows such."""
        for _, part in _parts():
            if part.shows is kind:
                self.go_to(part).bring(number)
                return

    def escape(self) -> bool:
        if self.toast.text():
            self.toast.hide()
        else:
            self.section.escape()  # what was typed and not yet kept, or a search
        return True

    def undo(self) -> None:
        """Undo the last edit of the catalog."""
        self.section.keep()
        self._turn(
            lambda: self.desk.session.catalog.take_back(),
            lambda done: self.toast.say(tr("Undone. {what}", what=done_words(*done)), self.redo, tr("Redo")),
        )

    def redo(self) -> None:
        """Do again what was undone last."""
        self._turn(
            lambda: self.desk.session.catalog.do_again(),
            lambda done: self.toast.say(tr("Done again. {what}", what=done_words(*done)), self.undo),
        )

    def _turn(self, act: Callable[[], Done], said: Callable[[Done], object]) -> None:
        def turned(done: Done) -> None:
            said(done)
            self.section.shown()

        def failed(error: Exception) -> None:
            if isinstance(error, CatalogError):
                self.toast.say(f"{error.message} {error.hint}")
            else:
                self.desk.messages.show_error(error)

        self.desk.jobs.call(act, turned, failed)

    def _step(self, step: int) -> None:
        self.go((self.tabs.current() + step) % len(_parts()))

    def _show_tools(self) -> None:
        for section in self._made.values():
            section.tools.setVisible(section is self.section)

    # -- events ------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.section.keep()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() == QEvent.Type.Close:
            self.works.keep_at_once()
        return super().eventFilter(watched, event)
