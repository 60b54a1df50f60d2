"""What the window says when something went wrong: the only place that shows errors.

An error says what happened to which file and what to do; its details can be copied. It lies in the page as a
banner and never blocks. A question that must be answered (stop the work and close?) is asked in the same place.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QMessageBox, QWidget

from app.crash import report
from app.i18n import shown, tr
from app.theme import Space, set_look, theme
from app.widgets.parts import IconLabel, button, column, icon_button, label, row
from core.errors import CancelledError, CountermarkError

log = logging.getLogger(__name__)


class Messages(QWidget):
    """The place for messages at the head of the content; it takes no room while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.details = ""
        self._frame = QFrame()
        column(self, margins=(Space.L, Space.L, Space.L, 0)).addWidget(self._frame)
        self._icon = IconLabel("trouble", "trouble")
        self._title = label(look="strong", wrap=True)
        self._title.setAccessibleName(tr("Message"))
        self._hint = label(wrap=True)
        self._act = button(tr("Go on"), self._acted)
        self._keep = button(tr("Keep working"), self.dismiss)
        self._copy = button(tr("Copy details"), self._copy_details, look="quiet", icon="copy")
        self._close = icon_button("close", tr("Dismiss this message"), self.dismiss)
        self._action: Callable[[], object] | None = None
        line = row(self._frame, margins=Space.M)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=Space.XS)
        words.addWidget(self._title)
        words.addWidget(self._hint)
        line.addLayout(words, 1)
        for widget in (self._copy, self._act, self._keep, self._close):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_error(self, error: BaseException) -> None:
        """Show what went wrong. A CountermarkError speaks for itself; anything else is a fault of the program."""
        if isinstance(error, CancelledError):
            return
        if isinstance(error, CountermarkError):
            where = "" if error.path is None else f"\n{error.path}"
            self._show(
                "banner", "trouble", shown(error.message), shown(error.hint), f"{error.message}\n{error.hint}{where}"
            )
            return
        said = report(error)
        log.error("a fault of the program:\n%s", said)
        self._show(
            "banner",
            "trouble",
            tr("Something went wrong inside Countermark."),
            tr("Your files were not changed. Copy the details and send them to the makers, then try again."),
            said,
        )

    def tell(self, title: str, hint: str, details: str = "") -> None:
        """Say what people should know, and is no error; it stays until it is taken away."""
        self._show("notice", "probable", title, hint, details)

    def done(self, title: str, hint: str) -> None:
        """Say what was done; it stays until it is taken away."""
        self._show("card", "certain", title, hint, "")

    def ask(self, question: str, hint: str, answer: str, action: Callable[[], object]) -> None:
        """Ask whether to do something that cannot wait; `answer` is the word on the button that does it."""
        self._show("notice", "probable", question, hint, "")
        self._action = action
        self._act.setText(answer)
        self._act.show()
        self._keep.show()
        self._close.hide()
        self._keep.setFocus()

    def text(self) -> str:
        """Return what is shown, empty when nothing is."""
        return f"{self._title.text()} {self._hint.text()}".strip() if not self.isHidden() else ""

    def dismiss(self) -> None:
        """Take the message away."""
        self._action = None
        self.hide()

    def _show(self, look: str, role: str, title: str, hint: str, details: str) -> None:
        set_look(self._frame, look)
        self._icon.show_icon("certain" if role == "certain" else "trouble", role)
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.details = details
        self._copy.setVisible(bool(details))
        self._act.hide()
        self._keep.hide()
        self._close.show()
        self.show()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self.details)

    def _acted(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()


def catch_bugs(messages: Messages, window: QWidget) -> None:
    """Show exceptions that nobody caught as messages, as long as the window lives."""
    before = sys.excepthook

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
            return
        messages.show_error(error)

    sys.excepthook = caught
    window.destroyed.connect(lambda: setattr(sys, "excepthook", before))


def last_words(title: str, error: CountermarkError) -> None:
    """Show why there will be no window, in a box of its own: there is no page yet that could hold a message."""
    box = QMessageBox(QMessageBox.Icon.Critical, title, f"{shown(error.message)}\n\n{shown(error.hint)}")
    theme.dress(box)
    box.exec()
