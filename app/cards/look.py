"""How the window looks, moves and speaks."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from app.cards.card import Card
from app.desk import Desk
from app.i18n import languages, tr
from app.theme import Size, Space, theme
from app.widgets.choice import Choice
from app.widgets.parts import ComboBox, column, label, row
from core.errors import CountermarkError
from core.settings import Motion, Theme


class LookCard(Card):
    """Colours, movement and language."""

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
        self.language_choice = ComboBox(tr("Language"))
        self.language_choice.addItem(tr("As the system"), "system")
        for code, name in languages().items():
            self.language_choice.addItem(name, code)
        self.language_choice.setMaximumWidth(Size.RAIL)
        self.language_choice.setToolTip(tr("It holds from the next start on."))
        self.language_choice.activated.connect(
            lambda place: self._choose(language=self.language_choice.itemData(place))
        )
        line = row(spacing=Space.XL)
        choices: tuple[tuple[str, QWidget], ...] = (
            (tr("Colours"), self.theme_choice),
            (tr("Movement"), self.motion_choice),
            (tr("Language"), self.language_choice),
        )
        for title, choice in choices:
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
        self.language_choice.setCurrentIndex(max(0, self.language_choice.findData(self.desk.session.settings.language)))

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
