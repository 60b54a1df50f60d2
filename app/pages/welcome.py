"""The first start: whose key it is, a passphrase, and the 24 words to write down and to read back."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from app.desk import Desk
from app.i18n import shown, tr
from app.pages.gate import Gate
from app.sheet import save_sheet, sheet_of
from app.theme import Space
from app.widgets.facts import Facts
from app.widgets.parts import button, column, label, row
from app.widgets.passphrase_fields import PassphraseFields, words_field
from app.widgets.recovery_proof import RecoveryProof
from app.widgets.recovery_words import RecoveryWords
from core.errors import CountermarkError
from core.keys import CreatorKey
from core.recovery import RecoverySheet


class WelcomePage(Gate):
    """Makes the key, or restores one from its words, and shows what it is and where it lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.steps = QStackedWidget()
        self.steps.addWidget(self._first())
        self.steps.addWidget(self._second())
        self.steps.addWidget(self._third())
        self.sheet.addWidget(self.steps)
        self._restoring = False
        self._words: RecoverySheet | None = None
        self.wants_tour = False
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
        self.words_field = words_field()
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
        self.sheet_button = button(tr("Save a sheet to print…"), self._save_sheet, icon="file")
        self.written = button(tr("I have them on paper"), self._ask_for_words, look="primary")
        line = row(spacing=Space.S)
        line.addWidget(self.sheet_button)
        line.addStretch(1)
        line.addWidget(self.written)
        stack.addLayout(line)
        self.saved = label(look="muted", wrap=True)
        self.saved.hide()
        stack.addWidget(self.saved)
        stack.addStretch(1)
        return page

    def _third(self) -> QWidget:
        page = QWidget()
        stack = column(page, spacing=Space.L)
        stack.addWidget(label(tr("Read three of them back"), "verdict"))
        stack.addWidget(
            label(tr("So that you know they are right. A sheet nobody has tried is no backup."), "lead", wrap=True)
        )
        self.proof = RecoveryProof()
        self.proof.changed.connect(self._proof_changed)
        self.proof.entered.connect(self._go)
        stack.addWidget(self.proof)
        self.back_button = button(tr("Show the words again"), self._show_words, look="quiet")
        self.tour_button = button(tr("Short tour first"), self._tour)
        self.tour_button.setToolTip(tr("A minute: two samples are protected, damaged and found"))
        self.go_button = button(tr("Start"), self._go, look="primary")
        line = row(spacing=Space.S)
        line.addWidget(self.back_button)
        line.addStretch(1)
        line.addWidget(self.tour_button)
        line.addWidget(self.go_button)
        stack.addLayout(line)
        stack.addStretch(1)
        self._proof_changed()
        return page

    # -- events ------------------------------------------------------------------------------------------------

    def _made(self, key: CreatorKey) -> None:
        self.secrets.clear()
        self.words_field.clear()
        if self._restoring:  # whoever typed all words has them
            self.passed.emit()
            return
        file = self.desk.session.active_key_file()
        self._words = sheet_of(key, file, " ".join(self.name.text().split()))
        self.desk.memory.keep(unproven=key.id)
        self.desk.memory.save()
        self.name.setEnabled(False)
        self.facts.show_facts(((tr("Key"), key.id), (tr("Its file"), str(file.path))))
        self._show_words()

    def _show_words(self) -> None:
        assert self._words is not None
        self.recovery.show_words(self._words.words)
        self.steps.setCurrentIndex(1)
        self.written.setFocus()

    def _ask_for_words(self) -> None:
        self.recovery.show_words(())
        self.proof.ask(self._words)
        self.steps.setCurrentIndex(2)
        self.proof.go()

    def _save_sheet(self) -> None:
        assert self._words is not None
        try:
            path = save_sheet(self._words, self)
        except CountermarkError as error:
            self.desk.messages.show_error(error)
            return
        if path is not None:
            self.saved.setText(tr("Saved as {path}. Print it twice, then delete the file.", path=path))
            self.saved.setAccessibleName(self.saved.text())
            self.saved.show()

    def _proof_changed(self) -> None:
        for one in (self.go_button, self.tour_button):
            one.setEnabled(self.proof.proven())

    def _failed(self, error: Exception) -> None:
        self._refresh()
        if isinstance(error, CountermarkError):
            self.problem.setText(shown(str(error)))
            self.problem.show()
        else:
            self.desk.messages.show_error(error)

    def _tour(self) -> None:
        self.wants_tour = True
        self._go()

    def _go(self) -> None:
        if not self.proof.proven():
            return
        self._words = None
        self.proof.ask(None)
        self.desk.memory.keep(unproven="")
        self.desk.memory.save()
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
