"""The opt-out kit for a website: the same refusal in each of the ways that machines look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QFileDialog, QPlainTextEdit, QWidget

from app.desk import Desk
from app.i18n import tr
from app.sections.section import Section
from app.theme import Space
from app.widgets.form import Field, Form
from app.widgets.parts import ComboBox, button, card, column, label, row
from app.widgets.side_by_side import SideBySide
from app.widgets.written import Written
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CountermarkError
from core.model import DataMining, Terms
from core.model.statements import Statements
from core.rights.optout import kit, write_kit
from core.rights.statements import statements_of


class OptOutPart(Section):
    """What the kit is made of, its files to look at, and the button that writes them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Opt-out kit"))
        self._terms: dict[str, Terms] = {}
        self._wanted = ""
        self._creator = ""
        self.files: dict[str, str] = {}
        self.content.setSpacing(Space.M)
        self.written = Written(desk)
        self.content.addWidget(self.written)
        self.content.addWidget(SideBySide(self._choices(), self._files(), spacing=Space.L), 1)
        self.write_button = button(tr("Write the kit…"), self._write, look="primary")
        self.tool_row.addWidget(self.write_button)

    def choose(self, terms: int) -> None:
        """Make the kit of these terms."""
        self._wanted = str(terms)

    def shown(self) -> None:
        session = self.desk.session
        key = session.keys[0].id if session.keys else ""
        self.desk.jobs.call(lambda: _known(session.catalog, key), self._offer, self.desk.messages.show_error)

    def search_now(self) -> None:
        self.form.go_to("terms")

    def _choices(self) -> QWidget:
        frame = card()
        stack = column(frame, margins=Space.L, spacing=Space.M)
        stack.addWidget(label(tr("What the website says"), "heading"))
        self.form = Form(
            [
                Field("terms", tr("Terms"), choices=[("", tr("None: everything is reserved"))], half=True),
                Field("site", tr("Address of the website"), placeholder=tr("As in the terms"), half=True),
                Field("policy", tr("Address of the policy in words"), placeholder=tr("As in the terms"), half=True),
                Field("assistants", tr("Shut out AI assistants that fetch pages, too"), check=True, half=True),
            ]
        )
        self.form.changed.connect(self._make)
        stack.addWidget(self.form)
        self.wrong = label(look="wrong", wrap=True, selectable=True)
        stack.addWidget(self.wrong)
        stack.addWidget(
            label(
                tr(
                    "It is a notice and no lock: it makes your refusal readable for machines, which laws ask for. It"
                    " does not reach what was taken before, nor copies elsewhere. README.txt says what each file does."
                ),
                "muted",
                wrap=True,
            )
        )
        stack.addStretch(1)
        return frame

    def _files(self) -> QWidget:
        frame = card()
        stack = column(frame, margins=Space.L, spacing=Space.M)
        head = row()
        head.addWidget(label(tr("Its files"), "heading"), 1)
        self.file = ComboBox(tr("File of the kit"))
        self.file.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # its files come later
        self.file.currentTextChanged.connect(self._show_file)
        head.addWidget(self.file)
        stack.addLayout(head)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("What stands in the file"))
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # it is read by machines, whoever looks at it
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        stack.addWidget(self.text, 1)
        return frame

    def _offer(self, found: tuple[Sequence[Terms], str]) -> None:
        terms, self._creator = found
        self._terms = {str(one.id): one for one in terms}
        self.form.offer(
            "terms", [("", tr("None: everything is reserved")), *((key, one.name) for key, one in self._terms.items())]
        )
        if self._wanted in self._terms:
            self.form.show_values({**self.form.values(), "terms": self._wanted})
        self._wanted = ""
        self._make()

    def _said(self) -> Statements:
        given = self.form.values()
        site, policy = given["site"].strip(), given["policy"].strip()
        terms = self._terms.get(given["terms"])
        if terms is None:
            return Statements(creator=self._creator, mining=DataMining.PROHIBITED, policy=policy, web_statement=site)
        said = statements_of(terms, creator=self._creator, year=date.today().year)
        return replace(said, policy=policy or said.policy, web_statement=site or said.web_statement)

    def _make(self) -> None:
        try:
            self.files = kit(self._said(), assistants=bool(self.form.values()["assistants"]))
        except CountermarkError as error:
            self.files = {}
            self.wrong.setText(str(error))
        self.wrong.setVisible(not self.files)
        self.write_button.setEnabled(bool(self.files))
        if [self.file.itemText(place) for place in range(self.file.count())] != list(self.files):
            self.file.clear()
            self.file.addItems(list(self.files))
        self._show_file(self.file.currentText())

    def _show_file(self, name: str) -> None:
        self.text.setPlainText(self.files.get(name, ""))

    def _write(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Where to? A new folder is made there."))
        if not folder:
            return
        files, place = dict(self.files), Path(folder) / tr("Opt-out kit")
        self.desk.jobs.call(lambda: write_kit(files, place), self.written.show_path, self.desk.messages.show_error)


def _known(catalog: Catalog, key: str) -> tuple[list[Terms], str]:
    return list(catalog.every(Terms, Query(sort="name"))), catalog.creator(key) if key else ""
