"""The first start: whose key it is, a passphrase, and the 24 words to write down."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QStackedWidget, QWidget

from app.desk import Desk
from app.i18n import shown, tr
from app.pages.gate import Gate
from app.theme import Size, Space
from app.widgets.facts import Facts
from app.widgets.parts import button, column, label, row
from app.widgets.passphrase_fields import PassphraseFields
from app.widgets.recovery_words import RecoveryWords
from core.errors import CountermarkError
from core.keys import CreatorKey


class WelcomePage(Gate):
    """Makes the key, or restores one from its words, and shows what it is and where it lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.steps = QStackedWidget()
        self.steps.addWidget(self._first())
        self.steps.addWidget(self._second())
        self.sheet.addWidget(self.steps)
        self._restoring = False
        self._refresh()

    def shown(self) -> None:
        self.name.setFocus()

    def make(self) -> None:
        """Make or restore the key with what was typed."""
        if not self.make_button.isEnabled():
            return
        session, name, passphrase = self.desk.session, " ".join(self.name.text().split()), self.secrets.passphrase()
        words = self.words_field.toPlainText() if self._restoring else ""
        self.make_button.setEnabled(False)
        self.make_button.setText(tr("Making your key…"))
        self.problem.hide()

        def work() -> CreatorKey:
            key = session.restore_key(words, passphrase) if words else session.make_key(passphrase)
            session.catalog.name_creator(key.id, name)
            return key

        self.desk.jobs.call(work, self._made, self._failed)

    # -- building ----------------------------------------------------------------------------------------------

    def _first(self) -> QWidget:
        page = QWidget()
        stack = column(page, spacing=Space.L)
        stack.addWidget(label(tr("Welcome to Countermark"), "verdict"))
        stack.addWidget(
            label(
                tr(
                    "Countermark puts an invisible mark into your pictures and recordings, a different one for each "
                    "recipient. Your key makes these marks, and only your key finds them again. It stays on this "
                    "computer."
                ),
                "lead",
                wrap=True,
            )
        )
        cell = column(spacing=Space.XS)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Your name or company"))
        self.name.setMaxLength(200)
        self.name.setAcceptDrops(False)
        self.name.textChanged.connect(self._refresh)
        self.name.returnPressed.connect(self.make)
        title = label(tr("Your name or company"), "small")
        title.setBuddy(self.name)
        cell.addWidget(title)
        cell.addWidget(self.name)
        stack.addLayout(cell)
        self.words_field = QPlainTextEdit()
        self.words_field.setAccessibleName(tr("The 24 recovery words of your key"))
        self.words_field.setPlaceholderText(tr("The 24 recovery words, in their order"))
        self.words_field.setTabChangesFocus(True)
        self.words_field.setAcceptDrops(False)
        self.words_field.setFixedHeight(Size.TILE_PICTURE)
        self.words_field.textChanged.connect(self._refresh)
        self.words_field.hide()
        stack.addWidget(self.words_field)
        self.secrets = PassphraseFields()
        self.secrets.changed.connect(self._refresh)
        self.secrets.entered.connect(self.make)
        stack.addWidget(self.secrets)
        self.problem = label(look="trouble", wrap=True)
        self.problem.hide()
        stack.addWidget(self.problem)
        self.make_button = button(tr("Make my key"), self.make, look="primary")
        self.restore_button = button(tr("I have a key already"), self._switch, look="quiet")
        line = row(spacing=Space.S)
        line.addWidget(self.make_button)
        line.addWidget(self.restore_button)
        line.addStretch(1)
        stack.addLayout(line)
        stack.addStretch(1)
        return page

    def _second(self) -> QWidget:
        page = QWidget()
        stack = column(page, spacing=Space.L)
        stack.addWidget(label(tr("Write down your 24 words"), "verdict"))
        stack.addWidget(
            label(
                tr(
                    "They are your key, in words. If this computer is lost, they bring it back; without them, nobody "
                    "can find your marks again. Keep them on paper, away from this computer, and show them to nobody."
                ),
                "lead",
                wrap=True,
            )
        )
        self.recovery = RecoveryWords()
        stack.addWidget(self.recovery)
        self.facts = Facts()
        stack.addWidget(self.facts)
        self.written = QCheckBox(tr("I have written them down"))
        self.written.setAccessibleName(self.written.text())
        self.go_button = button(tr("Start"), self._go, look="primary")
        self.written.toggled.connect(self.go_button.setEnabled)
        self.go_button.setEnabled(False)
        line = row(spacing=Space.S)
        line.addWidget(self.written)
        line.addStretch(1)
        line.addWidget(self.go_button)
        stack.addLayout(line)
        stack.addStretch(1)
        return page

    # -- events ------------------------------------------------------------------------------------------------

    def _made(self, key: CreatorKey) -> None:
        self.secrets.clear()
        self.words_field.clear()
        self.name.setEnabled(False)
        self.recovery.show_words(key.words())
        file = self.desk.session.active_key_file()
        self.facts.show_facts(((tr("Key"), key.id), (tr("Its file"), str(file.path))))
        self.steps.setCurrentIndex(1)
        self.written.setFocus()

    def _failed(self, error: Exception) -> None:
        self._refresh()
        if isinstance(error, CountermarkError):
            self.problem.setText(shown(str(error)))
            self.problem.show()
        else:
            self.desk.messages.show_error(error)

    def _go(self) -> None:
        self.recovery.show_words(())
        self.passed.emit()

    def _switch(self) -> None:
        self._restoring = not self._restoring
        self.words_field.setVisible(self._restoring)
        self.restore_button.setText(tr("Make a new key instead") if self._restoring else tr("I have a key already"))
        (self.words_field if self._restoring else self.name).setFocus()
        self._refresh()

    def _refresh(self) -> None:
        complete = bool(self.name.text().strip()) and self.secrets.agree()
        if self._restoring:
            complete = complete and bool(self.words_field.toPlainText().split())
        self.make_button.setEnabled(complete)
        self.make_button.setText(tr("Restore my key") if self._restoring else tr("Make my key"))
