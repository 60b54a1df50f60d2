"""Settings: the look of the window, the key and where it lies, the data folder."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.desk import Desk
from app.i18n import tr
from app.pages.page import Page
from app.theme import Size, Space, theme
from app.widgets.choice import Choice
from app.widgets.facts import Facts
from app.widgets.parts import button, card, column, label, scrolled
from app.widgets.recovery_words import RecoveryWords
from core.errors import CountermarkError
from core.settings import Theme


class SettingsPage(Page):
    """A few cards, each about one thing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Settings"), "")
        self.subtitle.hide()
        inside = QWidget()
        inside.setMaximumWidth(Size.READING + 2 * Size.THUMBNAIL)
        stack = column(inside, spacing=Space.L)
        stack.addWidget(self._look())
        stack.addWidget(self._key())
        stack.addWidget(self._data())
        stack.addStretch(1)
        self.content.addWidget(scrolled(inside), 1)

    def shown(self) -> None:
        self._hide_words()
        session = self.desk.session
        try:
            file = session.active_key_file()
            name = session.catalog.creator(file.id)
        except CountermarkError as error:
            self.desk.messages.show_error(error)
            return
        self.key_facts.show_facts(
            (
                (tr("Creator"), name),
                (tr("Key"), file.id),
                (tr("Its file"), str(file.path)),
                (tr("Passphrase"), tr("yes") if file.protected else tr("none: everybody at this computer can use it")),
            )
        )
        self.theme_choice.choose(session.settings.theme)

    def _look(self) -> QWidget:
        self.theme_choice = Choice(
            tr("Colours"),
            (
                (Theme.SYSTEM, tr("As the system"), tr("Light or dark, as the system is")),
                (Theme.LIGHT, tr("Light"), tr("Dark ink on paper")),
                (Theme.DARK, tr("Dark"), tr("Light ink on a dark ground")),
            ),
        )
        self.theme_choice.choose(self.desk.session.settings.theme)
        self.theme_choice.chosen.connect(self._choose_theme)
        return _section(tr("Colours"), self.theme_choice)

    def _key(self) -> QWidget:
        self.key_facts = Facts()
        self.words = RecoveryWords()
        self.words.hide()
        self.words_button = button(tr("Show the recovery words"), self._toggle_words, icon="key")
        return _section(tr("Your key"), self.key_facts, self.words, self.words_button)

    def _data(self) -> QWidget:
        folder = self.desk.session.folder
        text = label(
            tr("The catalog, the keys and the settings lie in this folder. Back it up as a whole."), "muted", wrap=True
        )
        facts = Facts(((tr("Folder"), str(folder)),))
        opened = button(tr("Open folder"), lambda: self.desk.show_in_folder(folder / "catalog"), icon="folder")
        return _section(tr("Your data"), text, facts, opened)

    def _choose_theme(self, value: str) -> None:
        session = self.desk.session
        try:
            session.change(dataclasses.replace(session.settings, theme=Theme(value)))
        except CountermarkError as error:
            self.desk.messages.show_error(error)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, session.settings.theme.value)

    def _toggle_words(self) -> None:
        if self.words.isVisible():
            self._hide_words()
            return
        self.words.show_words(self.desk.session.key.words())
        self.words.show()
        self.words_button.setText(tr("Hide the recovery words"))

    def _hide_words(self) -> None:
        self.words.show_words(())
        self.words.hide()
        self.words_button.setText(tr("Show the recovery words"))


def _section(title: str, *content: QWidget) -> QWidget:
    frame = card()
    stack = column(frame, margins=Space.L, spacing=Space.M)
    stack.addWidget(label(title, "heading"))
    for widget in content:
        grows = not hasattr(widget, "clicked")
        stack.addWidget(widget, 0, Qt.AlignmentFlag(0) if grows else Qt.AlignmentFlag.AlignLeft)
    return frame
