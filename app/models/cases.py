"""The cases as a list: those that are due first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.dossier import is_due
from app.i18n import date as day_in_words
from app.i18n import tr
from app.models.rows import Index, Role, State
from core.model import Case, CaseStatus
from core.printable import printable


class CasesModel(QAbstractListModel):
    """Cases in the order in which they are given; `due` counts those to be looked at by today."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.due = 0
        self._today = ""
        self._cases: list[Case] = []

    def show_cases(self, cases: Sequence[Case]) -> None:
        """Show these cases."""
        self.beginResetModel()
        self._today = date.today().isoformat()
        self._cases = list(cases)
        self.due = sum(is_due(case, self._today) for case in cases)
        self.endResetModel()

    def place_of(self, number: int) -> QModelIndex:
        """Return where a case stands, or an invalid index."""
        places = (place for place, case in enumerate(self._cases) if case.id == number)
        return self.index(next(places, -1), 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cases)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        case = self._cases[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(case.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\u2002".join(filter(None, (tr("no. {number}", number=case.id), printable(case.found_where))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{printable(case.title)}, {self.state(case).word}, {printable(case.found_where)}"
        if role == Role.ITEM:
            return case
        if role == Role.STATE:
            return self.state(case)
        if role == Role.DETAIL:
            return printable(case.found_where)
        if role == Role.KIND:
            return "cases"
        return None

    def state(self, case: Case) -> State:
        """Return how far a case has come, as people see it."""
        day = day_in_words(case.follow_up, short=True)
        if is_due(case, self._today):
            said = tr("Due today") if case.follow_up == self._today else tr("Due since {day}", day=day)
            return State(said, "probable", "probable")
        if case.status is CaseStatus.CLOSED:
            return State(tr("Closed"), "certain", "muted")
        if case.status is CaseStatus.WAITING:
            return State(tr("Look on {day}", day=day) if day else tr("Waiting"), "waiting", "muted")
        return State(tr("Look on {day}", day=day) if day else tr("Open"), "working", "accent")
