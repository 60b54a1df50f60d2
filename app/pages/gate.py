"""What stands before the window proper: a centred sheet for the first start and for a key that asks its passphrase."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from app.i18n import shown, tr
from app.theme import Size, Space, set_look
from app.widgets.parts import IconLabel, button, column, label, row, scrolled
from app.widgets.passphrase_fields import PassphraseFields, secret_field, words_field
from core.errors import KeyFileError


class Gate(QWidget):
    """A centred sheet; `passed` is emitted when the key is open."""

    passed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "page")
        inside = QWidget()
        middle = column(inside, margins=Space.XL)
        middle.addStretch(2)
        sheet = QWidget()
        sheet.setMaximumWidth(Size.READING)
        self.sheet: QVBoxLayout = column(sheet, spacing=Space.L)
        line = row()
        line.addStretch(1)
        line.addWidget(sheet, 100)
        line.addStretch(1)
        middle.addLayout(line)
        middle.addStretch(3)
        column(self).addWidget(scrolled(inside))

    def shown(self) -> None:
        """Put the cursor where it belongs."""


class UnlockPage(Gate):
    """Asks for the passphrase of the key."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._mending = False
        self.sheet.addWidget(IconLabel("drawing-key", "accent", Size.DRAWING))
        self.title = label(tr("Open your key"), "title")
        self.sheet.addWidget(self.title)
        self.which = label(look="muted", wrap=True)
        self.sheet.addWidget(self.which)
        self.field = secret_field(tr("Passphrase"))
        self.field.setPlaceholderText(tr("Passphrase"))
        self.field.returnPressed.connect(self.unlock)
        self.button = button(tr("Open"), self.unlock, look="primary")
        self._asking = QWidget()
        line = row(self._asking, spacing=Space.S)
        line.addWidget(self.field, 1)
        line.addWidget(self.button)
        self.sheet.addWidget(self._asking)
        self.sheet.addWidget(self._with_words())
        self.problem = label(look="trouble", wrap=True)
        self.problem.hide()
        self.sheet.addWidget(self.problem)
        self.switch = button(tr("I have lost the passphrase"), self._switch, look="quiet")
        foot = row()
        foot.addWidget(self.switch)
        foot.addStretch(1)
        self.sheet.addLayout(foot)

    def shown(self) -> None:
        self.field.setFocus()

    def unlock(self) -> None:
        """Open the key with what was typed."""
        passphrase, session = self.field.text(), self.desk.session
        self._wait(True)

        def work() -> None:
            session.unlock(lambda file: passphrase)
            _ = session.catalog  # opened here, so that no page waits for it later

        self.desk.jobs.call(work, lambda done: self._opened(), self._failed)

    def renew(self) -> None:
        """Open the key with its words, and give it the passphrase that was typed."""
        if not self.renew_button.isEnabled():
            return
        words, passphrase, session = self.words.toPlainText(), self.secrets.passphrase(), self.desk.session
        self._wait(True)

        def work() -> None:
            if self._mending:
                session.mend_key(words, passphrase)
            else:
                session.renew_key(session.active_key_file(), words, passphrase)
            session.unlock(lambda file: passphrase)
            _ = session.catalog

        self.desk.jobs.call(work, lambda done: self._opened(), self._failed)

    def mend(self) -> bool:
        """Ask for the words of a key whose file is damaged, and return whether there is one."""
        broken = self.desk.session.ring.damaged()
        if broken:
            self._mending = True
            self.title.setText(tr("The file of your key is damaged"))
            self.which.setText(tr("Key {key}", key=", ".join(broken)))
            self.told.setText(
                tr(
                    "The 24 words on your sheet put it anew, and your catalog stays as it is. The damaged file is kept "
                    "beside the new one."
                )
            )
            self.renew_button.setText(tr("Restore my key"))
            self.anew.show()
            for part in (self._asking, self.switch):
                part.hide()
            self.words.setFocus()
        return bool(broken)

    def open_without(self) -> None:
        """Open a key that has no passphrase: there is nothing to ask."""
        self._asking.hide()
        self.switch.hide()
        self.title.setText(tr("Opening your key…"))
        self.unlock()

    def _with_words(self) -> QWidget:
        self.anew = QWidget()
        stack = column(self.anew, spacing=Space.L)
        self.told = label(
            tr("The 24 words on your sheet open the key, too. Give it another passphrase with them."), wrap=True
        )
        stack.addWidget(self.told)
        self.words = words_field()
        self.words.textChanged.connect(self._refresh)
        stack.addWidget(self.words)
        self.secrets = PassphraseFields()
        self.secrets.changed.connect(self._refresh)
        self.secrets.entered.connect(self.renew)
        stack.addWidget(self.secrets)
        self.renew_button = button(tr("Open with the words"), self.renew, look="primary")
        line = row()
        line.addWidget(self.renew_button)
        line.addStretch(1)
        stack.addLayout(line)
        self.anew.hide()
        self._refresh()
        return self.anew

    def _switch(self) -> None:
        """Ask for the words instead of the passphrase, or the other way round."""
        lost = self.anew.isHidden()
        self.anew.setVisible(lost)
        self._asking.setVisible(not lost)
        self.problem.hide()
        self.switch.setText(tr("I know the passphrase") if lost else tr("I have lost the passphrase"))
        (self.words if lost else self.field).setFocus()

    def _refresh(self) -> None:
        self.renew_button.setEnabled(bool(self.words.toPlainText().split()) and self.secrets.agree())

    def _opened(self) -> None:
        self.field.clear()
        self.words.clear()
        self.secrets.clear()
        self._wait(False)
        self.passed.emit()

    def _failed(self, error: Exception) -> None:
        self._wait(False)
        if isinstance(error, KeyFileError):
            self.problem.setText(shown(str(error)))
            self.problem.show()
            if self.anew.isHidden():
                self.field.selectAll()
                self.field.setFocus()
            else:
                self.words.setFocus()
        else:
            self.desk.messages.show_error(error)

    def _wait(self, waiting: bool) -> None:
        for part in (self._asking, self.anew, self.switch):
            part.setEnabled(not waiting)
        self.button.setText(tr("Opening…") if waiting else tr("Open"))
        if waiting:
            self.problem.hide()
