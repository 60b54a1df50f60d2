"""A day, or a moment: typed as people write it, or picked from a calendar; empty where there is none."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QLineEdit, QToolButton, QWidget

from app import icons
from app.entered import day_of, day_words, moment_of, moment_words
from app.i18n import tr
from app.theme import Space, set_look, theme
from app.widgets.parts import button, column, row


class DateField(QLineEdit):
    """The field; the arrow key down, or the small calendar in it, opens the calendar."""

    picked = Signal()

    def __init__(self, name: str, empty: str = "", *, timed: bool = False) -> None:
        """`empty` are the words for no day, such as "No end"; with them the calendar offers that as well.

        A `timed` one takes hours and minutes behind the day, too.
        """
        super().__init__()
        self._empty, self._timed = empty, timed
        self._stored = self._words = ""  # a moment keeps its seconds and its zone as long as nobody changes it
        self._calendar: _Calendar | None = None
        self.setAccessibleName(name)
        self.setAcceptDrops(False)
        self.setPlaceholderText(empty or tr("As 2026-12-31"))
        self._action = QAction(tr("Pick from the calendar"), self)
        self._action.triggered.connect(self.open_calendar)
        self.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        for made in self.findChildren(QToolButton):
            made.setAccessibleName(tr("Pick from the calendar"))
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tint()
        theme.changed.connect(self._tint)
        self.editingFinished.connect(self._tidy)

    def day(self) -> str:
        """Return the day as 2026-12-31, or the moment with its zone; what is none as it was typed."""
        if self.text() == self._words:
            return self._stored
        return moment_of(self.text()) if self._timed else day_of(self.text())

    def show_day(self, day: str) -> None:
        """Show a stored day or moment."""
        self._stored, self._words = day, self._in_words(day)
        self.setText(self._words)

    def open_calendar(self) -> None:
        """Open the calendar below the field."""
        if self.isReadOnly() or not self.isEnabled():
            return
        if self._calendar is None:
            self._calendar = _Calendar(self, self._empty, self.accessibleName())
            self._calendar.picked.connect(self._take)
        self._calendar.show_day(self.day()[:10])
        self._calendar.move(self.mapToGlobal(QPoint(0, self.height() + Space.XS)))
        self._calendar.show()
        self._calendar.calendar.setFocus()

    def lock(self, on: bool) -> None:
        """Let the day be read and copied only, or be changed again."""
        self.setReadOnly(on)
        self._action.setVisible(not on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.open_calendar()
            return
        super().keyPressEvent(event)

    def _take(self, day: str) -> None:
        self.show_day(day)
        self.setFocus()
        self.picked.emit()

    def _tidy(self) -> None:
        shown = self._in_words(self.day())
        if shown != self.text():
            self.setText(shown)

    def _in_words(self, day: str) -> str:
        return moment_words(day) if self._timed else day_words(day)

    def _tint(self) -> None:
        self._action.setIcon(icons.icon("calendar", "muted"))


class _Calendar(QFrame):
    """A month to pick a day from, in a frame that goes away when one looks elsewhere."""

    picked = Signal(str)

    def __init__(self, parent: QWidget, empty: str, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_look(self, "raised")
        stack = column(self, margins=Space.S, spacing=Space.S)
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName(tr("Calendar: {name}", name=name))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        self.calendar.setGridVisible(False)
        for part, icon, words in (
            ("qt_calendar_prevmonth", "before", tr("Previous month")),
            ("qt_calendar_nextmonth", "after", tr("Next month")),
        ):
            made = self.calendar.findChild(QToolButton, part)
            if made is not None:
                icons.set_icon(made, icon, "muted")
                made.setAccessibleName(words)
                made.setToolTip(words)
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)
        stack.addWidget(self.calendar)
        foot = row(spacing=Space.S)
        foot.addWidget(button(tr("Today"), lambda: self._pick(QDate.currentDate()), look="quiet"))
        if empty:
            foot.addWidget(button(empty, lambda: self._close_with(""), look="quiet"))
        foot.addStretch(1)
        stack.addLayout(foot)

    def show_day(self, day: str) -> None:
        known = QDate.fromString(day, "yyyy-MM-dd")
        self.calendar.setSelectedDate(known if known.isValid() else QDate.currentDate())
        icons.retint(self)
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):  # Qt paints them red by itself
            form = self.calendar.weekdayTextFormat(weekday)
            form.setForeground(theme.colour("ink"))
            self.calendar.setWeekdayTextFormat(weekday, form)

    def _pick(self, day: QDate) -> None:
        self._close_with(day.toString("yyyy-MM-dd"))

    def _close_with(self, day: str) -> None:
        self.hide()
        self.picked.emit(day)
