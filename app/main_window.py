"""The window: a rail of pages, the page in front, a line at the foot, and drops taken anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QStackedWidget, QWidget

from app import icons, shortcuts
from app.crash import log_tail, versions
from app.desk import Desk
from app.i18n import counted, tr
from app.jobs import Jobs
from app.memory import Memory
from app.messages import Messages, catch_bugs
from app.models.checks import Suspect
from app.models.queue import Stage
from app.notices import Notices
from app.page_stack import PageStack
from app.pages.check import CheckPage
from app.pages.gate import Gate, UnlockPage
from app.pages.page import Page
from app.pages.protect import ProtectPage
from app.pages.welcome import WelcomePage
from app.panes import go_to_pane
from app.pasted import save_pasted
from app.queue_file import load_queue
from app.session import LOG_NAME, Session
from app.shell import Shell
from app.theme import Size, Space, set_look, theme
from app.watching import Watching
from app.widgets.drop_veil import DropVeil
from app.widgets.parts import button, column, row
from app.widgets.rail import Rail
from app.widgets.shortcut_list import ShortcutList
from core.errors import CountermarkError

if TYPE_CHECKING:
    from app.pages.cases import CasesPage
    from app.pages.catalog import CatalogPage
    from app.pages.settings import SettingsPage

_PROTECT, _CHECK, _CATALOG, _CASES, _SETTINGS = range(5)
LATER = ("app.pages.catalog", "app.pages.cases", "app.pages.settings")  # loaded when the window has come to rest
_CLOSING = 10.0  # seconds that looks into folders and the catalog have to stop; work has stopped before


class MainWindow(QMainWindow):
    """Countermark's window over an open data folder. It opens the key itself, or makes the first one.

    `last_end` is what is known of a run that did not end cleanly, None where the last one did.
    """

    def __init__(self, session: Session, *, last_end: str | None = None) -> None:
        super().__init__()
        theme.dress(self)
        self.setWindowTitle("Countermark")
        self.setWindowIcon(icons.application_icon())
        self.resize(*Size.WINDOW)
        self.setMinimumSize(*Size.SMALLEST)
        self.setAcceptDrops(True)
        self.jobs = Jobs(self)
        self.messages = Messages()
        catch_bugs(self.messages, self)
        watching = Watching(session, self.jobs, self.messages.show_error)
        self.desk = Desk(session, self.jobs, self.messages, Memory(session.folder), watching)
        self.notices = Notices(self)
        self.stack: PageStack | None = None  # of the pages, once the key is open
        self._last_end = last_end
        self.gate: Gate | None = None
        self._closing = False
        self._outer = QStackedWidget()  # the gate, then the shell
        whole = QWidget()
        set_look(whole, "page")
        stack = column(whole, spacing=0)
        self._message_room = column(spacing=0)
        self._message_room.addWidget(self.messages)
        stack.addLayout(self._message_room)
        stack.addWidget(self._outer, 1)
        self.setCentralWidget(whole)
        self.veil = DropVeil(whole)
        theme.changed.connect(self._retint)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._retint)  # it may have other pixels
        shortcuts.connect(self, "escape", self.escape)
        self.restoreGeometry(QByteArray.fromBase64(self.desk.memory.text("geometry").encode()))
        self._begin()

    # -- the gate ----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Show what comes first: the welcome, the passphrase, or at once the pages."""
        session = self.desk.session
        if session.keys:
            self._enter()
            return
        if not session.has_key:
            self._show_gate(WelcomePage(self.desk))
            return
        unlock = UnlockPage(self.desk)
        self._show_gate(unlock)
        try:
            file = session.active_key_file()
        except CountermarkError as error:
            if not unlock.mend():
                self.messages.show_error(error)
                unlock.setEnabled(False)
            return
        unlock.which.setText(tr("Key {key}", key=file.id))
        if not file.protected:
            unlock.open_without()

    def _show_gate(self, gate: Gate) -> None:
        self.gate = gate
        gate.passed.connect(self._enter)
        self._outer.addWidget(gate)
        self._outer.setCurrentWidget(gate)
        gate.shown()

    def _enter(self) -> None:
        """Open the pages: the key is there."""
        self._outer.addWidget(self._shell())
        self._outer.setCurrentIndex(self._outer.count() - 1)
        tour = isinstance(self.gate, WelcomePage) and self.gate.wants_tour
        if self.gate is not None:
            self._outer.removeWidget(self.gate)
            self.gate.deleteLater()
            self.gate = None
        self._shortcuts()
        self._restore()
        self._pages().make_the_others()
        self.desk.watching.changed.connect(self._say_status)
        self.desk.watching.begin(self.protect_page, self.check_page)
        for problem in self.desk.session.problems:
            self.messages.show_error(CountermarkError(problem))
        if tour:
            self.show_tour()

    # -- the shell ---------------------------------------------------------------------------------------------

    def _shell(self) -> QWidget:
        self.rail = Rail()
        for icon, word in (
            ("protect", tr("Protect")),
            ("check", tr("Check")),
            ("catalog", tr("Catalog")),
            ("cases", tr("Cases")),
        ):
            self.rail.add(icon, word, keys=shortcuts.entry(f"page.{icon}").shown())
        self.rail.add("settings", tr("Settings"), keys=shortcuts.entry("page.settings").shown(), at_foot=True)
        self.rail.chosen.connect(self.go)
        self.stack = PageStack(
            (self._protect_page, self._check_page, self._catalog_page, self._cases_page, self._settings_page),
            busy=lambda: self.jobs.at_work,
            modules=LATER,
        )
        self.stack.made.connect(self._made)
        right = QWidget()
        below = column(right, spacing=0)
        below.addWidget(self.stack, 1)
        below.addWidget(self._foot())
        self.shell = Shell(self.rail, right, self.desk.memory)
        return self.shell

    def _protect_page(self) -> Page:
        return ProtectPage(self.desk)

    def _check_page(self) -> Page:
        made = CheckPage(self.desk)
        made.show_work.connect(self._show_work)
        made.open_case.connect(self._open_case)
        return made

    def _catalog_page(self) -> Page:
        from app.pages.catalog import CatalogPage

        made = CatalogPage(self.desk)
        made.protect.connect(lambda: self.go(_PROTECT))
        return made

    def _cases_page(self) -> Page:
        from app.pages.cases import CasesPage

        made = CasesPage(self.desk)
        made.show_work.connect(self._show_work)
        return made

    def _settings_page(self) -> Page:
        from app.pages.settings import SettingsPage

        made = SettingsPage(self.desk)
        made.help.tour.connect(self.show_tour)
        made.help.shortcuts.connect(self.show_shortcuts)
        return made

    def _made(self, page: Page) -> None:
        """Let a new page stand as it was left."""
        page.status.connect(self._say_status)
        for splitter in page.findChildren(QSplitter):
            sizes = self.desk.memory.numbers(f"splitter.{splitter.objectName()}")
            if len(sizes) == splitter.count():
                splitter.setSizes(sizes)

    def _foot(self) -> QWidget:
        self.foot = QWidget()
        set_look(self.foot, "foot")
        line = row(self.foot, margins=(Space.L, Space.XS, Space.L, Space.XS))
        self.status_button = button("", self._go_to_work, look="foot")
        self.status_button.setAccessibleName(tr("What runs in the background"))
        line.addWidget(self.status_button, 1)
        self.foot.hide()
        return self.foot

    def _shortcuts(self) -> None:
        for name, act in (
            ("open", self.open_files),
            ("page.protect", lambda: self.go(_PROTECT)),
            ("page.check", lambda: self.go(_CHECK)),
            ("page.catalog", lambda: self.go(_CATALOG)),
            ("page.cases", lambda: self.go(_CASES)),
            ("page.settings", lambda: self.go(_SETTINGS)),
            ("find", self.search),
            ("paste", self.paste),
            ("pane.next", lambda: go_to_pane(self, self.page, 1)),
            ("pane.previous", lambda: go_to_pane(self, self.page, -1)),
            ("rail", self.toggle_rail),
            ("shortcuts", self.show_shortcuts),
            ("undo", lambda: self._turn(back=True)),
            ("redo", lambda: self._turn(back=False)),
        ):
            shortcuts.connect(self, name, act)

    def _restore(self) -> None:
        """Go back to where the window was left; after a crash, to what was cut off."""
        memory = self.desk.memory
        number = next(iter(memory.numbers("page")), _PROTECT)
        cut_off = sum(item.stage is Stage.INTERRUPTED for item in load_queue(self.desk.session.folder))
        self.go(_PROTECT if cut_off or not 0 <= number <= _SETTINGS else number)
        if self._last_end is None:
            if memory.text("unproven"):
                self.messages.tell(
                    tr("Nobody has proven yet that the recovery words of your key are on paper."),
                    tr("Settings, “Your keys”: show the words, and read three of them back."),
                )
            return
        hint = tr("Nothing half done is left of it. Copy the details and send them to the makers.")
        if cut_off:
            words = counted(cut_off, "{count} file was cut off", "{count} files were cut off")
            hint = tr("{files} and can be protected again: first in the list.", files=words) + " " + hint
        details = f"{versions()}\n\n{self._last_end}\n{log_tail(self.desk.session.folder / LOG_NAME)}"
        self.messages.tell(tr("Countermark ended unexpectedly the last time."), hint, details)

    def _remember(self) -> None:
        """Keep how the window stands for the next start."""
        memory = self.desk.memory
        memory.keep(geometry=bytes(self.saveGeometry().toBase64().data()).decode())
        if self.pages:
            self.shell.remember()
            memory.keep(page=[self._front()], preset=self.protect_page.presets.name())
            splitters = {f"splitter.{each.objectName()}": each.sizes() for each in self.findChildren(QSplitter)}
            memory.keep(**{name: sizes for name, sizes in splitters.items() if all(sizes)})
        memory.save()

    # -- actions -----------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page in front."""
        return self._pages().page(self._front())

    @property
    def pages(self) -> list[Page]:
        """The pages that are there already."""
        return [] if self.stack is None else [page for _, page in self.stack.there()]

    @property
    def protect_page(self) -> ProtectPage:
        return cast("ProtectPage", self._pages().page(_PROTECT))

    @property
    def check_page(self) -> CheckPage:
        return cast("CheckPage", self._pages().page(_CHECK))

    @property
    def catalog_page(self) -> CatalogPage:
        return cast("CatalogPage", self._pages().page(_CATALOG))

    @property
    def cases_page(self) -> CasesPage:
        return cast("CasesPage", self._pages().page(_CASES))

    @property
    def settings_page(self) -> SettingsPage:
        return cast("SettingsPage", self._pages().page(_SETTINGS))

    def _pages(self) -> PageStack:
        assert self.stack is not None  # before the key is open nobody asks
        return self.stack

    def _front(self) -> int:
        return self._pages().currentIndex()

    def go(self, number: int) -> None:
        """Bring a page to the front."""
        page = self._pages().page(number)
        self.rail.choose(number)
        self._pages().setCurrentWidget(page)
        page.shown()

    def open_files(self) -> None:
        """Choose files for the page in front."""
        if self._front() == _CHECK:
            self.check_page.choose_files()
        elif self._front() == _CASES:
            self.cases_page.choose_file()
        else:
            self.go(_PROTECT)
            self.protect_page.choose_files()

    def paste(self) -> None:
        """Take the files that were copied elsewhere; a copied picture itself, a screenshot say, is checked."""
        data = QGuiApplication.clipboard().mimeData()
        paths = _local_files(data)
        if paths:
            self.add_files(paths)
        elif data.hasImage():
            try:
                path = save_pasted(QGuiApplication.clipboard().image(), self.desk.session.folder)
            except CountermarkError as error:
                self.messages.show_error(error)
            else:
                self.go(_CHECK)
                self.check_page.add_files([path])

    def search(self) -> None:
        """Search the catalog, or the cases where they are in front."""
        if self._front() == _CASES:
            self.cases_page.search_now()
            return
        self.go(_CATALOG)
        self.catalog_page.search_now()

    def toggle_rail(self) -> None:
        """Show icons alone on the left, or words too."""
        self.shell.toggle()

    def show_shortcuts(self) -> None:
        """Show what can be done with the keyboard."""
        sheet = ShortcutList(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_tour(self) -> None:
        """Show how it all goes, on samples."""
        from app.tour_window import TourWindow  # it loads all that marks and finds

        tour = TourWindow(self.desk, self)
        tour.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tour.open()

    def escape(self) -> None:
        """Close the list under a field, else take the message away, or stop what the page in front is working on."""
        listed = QApplication.activePopupWidget()
        if listed is not None:  # shortcuts come before it
            listed.close()
        elif not self.messages.isHidden():
            self.messages.dismiss()
        elif self.pages:
            self.page.escape()

    def add_files(self, paths: list[Path]) -> None:
        """Hand files to the page in front, or to Protect where that page takes none."""
        if not self.page.drop_words(len(paths)):
            self.go(_PROTECT)
        self.page.add_files(paths)

    # -- events ------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = _local_files(event.mimeData())
        if not self.pages or not paths or event.source() is not None:  # what is dragged out does not come in again
            event.ignore()
            return
        event.acceptProposedAction()
        self.veil.say(self.page.drop_words(len(paths)) or self.protect_page.drop_words(len(paths)))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.veil.hide()
        paths = _local_files(event.mimeData())
        if self.pages and paths:
            event.acceptProposedAction()
            self.add_files(paths)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.notices.seen()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closing or not self._working():
            self._leave()
            event.accept()
            return
        event.ignore()
        self.messages.ask(
            tr("Countermark is still working."),
            tr("If you close it now, the file at work is not finished. Nothing half done is left behind."),
            tr("Stop and close"),
            self._stop_and_close,
        )

    def _retint(self) -> None:
        icons.retint(self)

    def _turn(self, *, back: bool) -> None:
        """Undo or redo what was edited, on the page where that shows."""
        if self._front() == _CATALOG:
            self.catalog_page.undo() if back else self.catalog_page.redo()

    def _working(self) -> bool:
        return any(page.working_on() for page in self.pages)

    def _stop_and_close(self) -> None:
        self._closing = True
        self.desk.watching.end()  # before what was taken is cancelled: it comes again at the next start
        self.jobs.cancel_all()
        self.setEnabled(False)
        self._close_when_done()

    def _close_when_done(self) -> None:
        """Close once the file at work has stopped, without blocking the window meanwhile."""
        if self.jobs.at_work:
            QTimer.singleShot(50, self._close_when_done)
        else:
            self.close()

    def _leave(self) -> None:
        self._remember()
        self.desk.watching.end()
        self.jobs.close(_CLOSING)
        self.desk.session.close()

    def _say_status(self) -> None:
        working = next((said for page in self.pages if (said := page.working_on())), "")
        words = working or self.desk.watching.words()
        self.foot.setVisible(bool(words))
        self.status_button.setText(words)
        self.setWindowTitle(f"{working}  ·  Countermark" if working else "Countermark")  # for taskbars
        self.status_button.setToolTip(
            tr("Go to the page that is at work") if working else tr("Go to the list of watched folders")
        )
        for page in self.pages:
            self.notices.look(page, bool(page.working_on()), page.done_words)

    def _go_to_work(self) -> None:
        for number, page in self._pages().there():
            if page.working_on():
                self.go(number)
                return
        self.go(_SETTINGS)
        self.settings_page.show_watched()

    def _show_work(self, work: int) -> None:
        self.go(_CATALOG)
        self.catalog_page.show_work(work)

    def _open_case(self, suspect: Suspect) -> None:
        self.go(_CASES)
        self.cases_page.begin(suspect.path, suspect.works)


def _local_files(data: QMimeData) -> list[Path]:
    """Return the files and folders on this computer that are dragged or were copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
