"""Settings: a few cards, each about one thing."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.cards.backups import BackupsCard
from app.cards.card import Card
from app.cards.help import HelpCard
from app.cards.keys import KeysCard
from app.cards.look import LookCard
from app.cards.watched import WatchedCard
from app.desk import Desk
from app.i18n import tr
from app.pages.page import Page
from app.theme import Size, Space
from app.widgets.parts import column, scrolled


class SettingsPage(Page):
    """The look of the window, watched folders, the keys, the data and its backups, help."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Settings"), "")
        self.subtitle.hide()
        self.look, self.keys = LookCard(desk), KeysCard(desk)
        self.watched = WatchedCard(desk)
        self.backups, self.help = BackupsCard(desk), HelpCard(desk)
        self.cards: tuple[Card, ...] = (self.look, self.watched, self.keys, self.backups, self.help)
        inside = QWidget()
        stack = column(inside, spacing=Space.L)
        for card in self.cards:
            card.setMaximumWidth(Size.READING + Size.INSPECTOR)
            stack.addWidget(card)
        stack.addStretch(1)
        self._scrolled = scrolled(inside)
        self.content.addWidget(self._scrolled, 1)

    def shown(self) -> None:
        for card in self.cards:
            card.shown()

    def show_watched(self) -> None:
        """Bring the watched folders in sight."""
        self._scrolled.ensureWidgetVisible(self.watched)
        self.watched.rows.setFocus()

    def escape(self) -> bool:
        return any(card.escape() for card in self.cards)
