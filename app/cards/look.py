"""How the window looks and moves."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtWidgets import QApplication

from app.cards.card import Card
from app.desk import Desk
from app.i18n import tr
from app.theme import Space, theme
from app.widgets.choice import Choice
from app.widgets.parts import column, label, row
from core.errors import CountermarkError
from core.settings import Motion, Theme


class LookCard(Card):
    """Colours and movement."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Look"))
        self.theme_choice = Choice(
            tr("Colours"),
            (
                (Theme.SYSTEM, tr("As the system"), tr("Light or dark, as the system is")),
                (Theme.LIGHT, tr("Light"), tr("Dark ink on paper")),
                (Theme.DARK, tr("Dark"), tr("Light ink on a dark ground")),
            ),
        )
        self.motion_choice = Choice(
            tr("Movement"),
            (
                (Motion.USUAL, tr("Usual"), tr("What appears may fade in")),
                (Motion.REDUCED, tr("Reduced"), tr("Nothing moves by itself")),
            ),
        )
        self.theme_choice.chosen.connect(lambda value: self._choose(theme=Theme(value)))
        self.motion_choice.chosen.connect(lambda value: self._choose(motion=Motion(value)))
        line = row(spacing=Space.XL)
        for title, choice in ((tr("Colours"), self.theme_choice), (tr("Movement"), self.motion_choice)):
            cell = column(spacing=Space.XS)
            cell.addWidget(label(title, "small"))
            cell.addWidget(choice)
            line.addLayout(cell)
        line.addStretch(1)
        self.content.addLayout(line)
        self.shown()

    def shown(self) -> None:
        self.theme_choice.choose(self.desk.session.settings.theme)
        self.motion_choice.choose(self.desk.session.settings.motion)

    def _choose(self, **changed: Any) -> None:
        session = self.desk.session
        try:
            session.change(dataclasses.replace(session.settings, **changed))
        except CountermarkError as error:
            self.desk.messages.show_error(error)
        self.shown()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, session.settings.theme.value, still=session.settings.motion is Motion.REDUCED)
