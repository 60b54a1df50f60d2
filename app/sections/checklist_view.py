"""What some laws ask of a record on digital replicas, what of it stands in this one, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import counted, date, tr
from app.theme import Space
from app.widgets.parts import IconLabel, button, card, clear, column, label, row
from core.model import Consent
from core.rights.consents import CHECKED, Point, checklist


class ChecklistView(QWidget):
    """The points, law by law. `wanted` names the field of the record in which a missing one belongs."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._body = column(self, spacing=Space.L)
        self.summary = label(look="strong", wrap=True)
        self.points: tuple[Point, ...] = ()

    def show_consent(self, consent: Consent) -> None:
        """Show the points of an agreement as it stands now."""
        self.points = checklist(consent)
        clear(self._body)
        missing = sum(point.there is False for point in self.points)
        self.summary = label(
            counted(missing, "{count} point is missing.", "{count} points are missing.")
            if missing
            else tr("Nothing is missing that Countermark can see."),
            "strong",
            wrap=True,
        )
        self._body.addWidget(self.summary)
        self._body.addWidget(
            label(
                tr(
                    "In California and New York a replica clause cannot be enforced where it replaces work in person,"
                    " lacks a reasonably specific description of uses, and the performer had neither counsel nor a"
                    " union."
                ),
                "muted",
                wrap=True,
            )
        )
        for law, points in groupby(self.points, lambda point: point.law):
            self._body.addWidget(self._law(law, list(points), locked=bool(consent.signed)))
        advice = tr(
            "Compared with the laws on {day}. Laws change and contracts differ, and this is no legal advice: have a"
            " lawyer or your union read it.",
            day=date(CHECKED),
        )
        self._body.addWidget(label(advice, "muted", wrap=True))
        self._body.addStretch(1)

    def _law(self, law: str, points: Sequence[Point], *, locked: bool) -> QWidget:
        frame = card()
        stack = column(frame, margins=Space.L, spacing=Space.M)
        stack.addWidget(label(tr(law), "heading", wrap=True))
        for point in points:
            stack.addLayout(self._point(point, locked=locked))
        return frame

    def _point(self, point: Point, *, locked: bool) -> QHBoxLayout:
        word, icon, role = {
            True: (tr("In the record"), "certain", "certain"),
            False: (tr("Missing"), "trouble", "probable"),
            None: (tr("Look yourself"), "waiting", "muted"),
        }[point.there]
        line = row(spacing=Space.M)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(IconLabel(icon, role), 0, top)
        words = column(spacing=Space.XS)
        words.addWidget(label(tr(point.asks), wrap=True))
        words.addWidget(label(word, "small"))
        line.addLayout(words, 1)
        if point.there is False and point.fields and not locked:
            go = button(tr("Fill in"), lambda: self.wanted.emit(point.fields[-1]), look="quiet")
            go.setAccessibleName(tr("Fill in: {point}", point=tr(point.asks)))
            line.addWidget(go, 0, top)
        return line
