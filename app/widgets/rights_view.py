"""What a file says on rights, which statements were taken off it, and what its content credentials are worth."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app import verdicts
from app.i18n import shown, tr
from app.theme import Space
from app.widgets.facts import Facts
from app.widgets.parts import IconLabel, clear, column, label, row
from core.model import Checked
from core.printable import printable


class RightsView(QWidget):
    """A part of a verdict, with a heading of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._body = column(self, spacing=Space.S)
        self.said = ""

    def show_rights(self, checked: Checked) -> None:
        """Show what one examined file says."""
        clear(self._body)
        self._body.addWidget(label(tr("Rights statements and credentials"), "heading"))
        gone, says = verdicts.removed(checked), verdicts.statements(checked)
        credentials = shown(printable(checked.credentials))
        if gone:
            self._sentence("trouble", "probable", gone)
        if says:
            self._body.addWidget(label(tr("The file itself says:"), "muted"))
            self._body.addWidget(Facts(says))
        else:
            self._body.addWidget(label(tr("The file itself says nothing on rights."), "muted", wrap=True))
        if credentials:
            self._sentence("lock", "muted", credentials)
        self.said = " ".join(filter(None, (gone, *(f"{name}: {value}" for name, value in says), credentials)))

    def _sentence(self, icon: str, role: str, text: str) -> None:
        line = row(spacing=Space.S)
        line.addWidget(IconLabel(icon, role), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, wrap=True, selectable=True), 1)
        self._body.addLayout(line)
