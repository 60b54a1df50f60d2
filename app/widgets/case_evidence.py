"""The evidence of a case: its package, what that does not prove, and the log that it rests on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.dossier import Dossier
from app.i18n import shown, tr
from app.theme import Space
from app.widgets.log_seal import LogSeal
from app.widgets.package_maker import PackageMaker
from app.widgets.parts import button, column, label, rule
from app.widgets.side_by_side import SideBySide
from core.evidence.report import LIMITS


class CaseEvidence(QWidget):
    """A part of a case. `done` tells that something was written, `status` that work began or ended, `onward` leads to
    the next part.
    """

    done = Signal()
    onward = Signal()
    status = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        left, right = QWidget(), QWidget()
        column(self).addWidget(SideBySide(left, right))
        body = column(left, spacing=Space.M)
        body.addWidget(label(tr("Evidence package"), "heading"))
        self.package = PackageMaker(desk)
        body.addWidget(self.package)
        onward = button(tr("On to the notices"), self.onward.emit, look="quiet", icon="after")
        body.addWidget(onward, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        body = column(right, spacing=Space.M)
        body.addWidget(label(tr("What it does not prove"), "heading"))
        for limit in LIMITS:
            body.addWidget(label(f"·  {shown(limit)}", wrap=True, selectable=True))
        body.addWidget(rule())
        body.addWidget(label(tr("The signed log"), "heading"))
        self.log = LogSeal(desk)
        body.addWidget(self.log)
        body.addStretch(1)
        self.package.status.connect(self.status)
        self.package.done.connect(self.done)
        self.log.done.connect(self.done)

    def show_dossier(self, dossier: Dossier) -> None:
        """Show the evidence of a case."""
        self.package.show_case(dossier.case)
        self.log.show_log(dossier.log_head, dossier.stamps)

    def working_on(self) -> str:
        """Return what is packed; empty when nothing is."""
        return self.package.working_on()
