"""Several works at once: what is changed in all of them, their copies' files, the bin."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from app.catalog_reads import Choices
from app.i18n import counted, tr
from app.theme import Space, set_look
from app.widgets.form import Field, Form
from app.widgets.kept_form import NONE, offer
from app.widgets.parts import button, column, label, rule, scrolled
from app.widgets.tag_completer import TagCompleter
from core.catalog.text import parts_of


class BulkEdit(NamedTuple):
    """What is to be changed in all chosen works: fields, and tags to give and to take away."""

    fields: dict[str, int | None]
    add: tuple[str, ...]
    remove: tuple[str, ...]


class BulkPanel(QFrame):
    """The inspector of several works. `edited` tells what is to be changed in all of them."""

    edited = Signal(object)  # a BulkEdit
    binned = Signal()
    copied = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_look(self, "card")
        inside = QWidget()
        body = column(inside, margins=Space.M, spacing=Space.M)
        self.title = label(look="heading", wrap=True)
        body.addWidget(self.title)
        self.hint = label(tr("What you change here is changed in all of them, as one step."), "muted", wrap=True)
        body.addWidget(self.hint)
        unchanged = (("", tr("Leave as it is")),)
        self.form = Form(
            (
                Field("add", tr("Give tags"), placeholder=tr("sea, winter")),
                Field("remove", tr("Take tags away")),
                Field("terms", tr("Terms"), choices=unchanged),
                Field("creator", tr("Creator"), choices=unchanged),
            )
        )
        self.tags = []
        for name in ("add", "remove"):
            field = self.form.controls[name]
            assert isinstance(field, QLineEdit)
            self.tags.append(TagCompleter(field))
        self.form.changed.connect(self._refresh)
        body.addWidget(self.form)
        self.change_button = button("", self._change, look="primary")
        body.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeading)
        body.addWidget(rule())
        self.copy_button = button(tr("Copy the files of their copies"), self.copied.emit, look="quiet", icon="copy")
        self.bin_button = button(tr("Move to the bin"), self.binned.emit, look="quiet", icon="clear")
        for made in (self.copy_button, self.bin_button):
            body.addWidget(made, 0, Qt.AlignmentFlag.AlignLeading)
        body.addStretch(1)
        column(self, margins=Space.XS).addWidget(scrolled(inside))
        self.show_count(2)

    def show_choices(self, choices: Choices) -> None:
        """Offer these terms and creators."""
        for completer in self.tags:
            completer.offer(choices.tags)
        for name, known in (("terms", choices.terms), ("creator", choices.creators)):
            none = tr("None") if name == "terms" else tr("Nobody")
            numbered = ((str(number), word) for number, word in known)
            offer(self.form, name, (("", tr("Leave as it is")), (NONE, none), *numbered))

    def show_count(self, count: int) -> None:
        """Show how many works are chosen."""
        words = counted(count, "{count} work", "{count} works")
        self.title.setText(words)
        self.title.setAccessibleName(words)
        self.change_button.setText(counted(count, "Change {count} work", "Change {count} works"))
        self._refresh()

    def clear(self) -> None:
        """Empty the fields: it is done."""
        self.form.show_values({})
        self._refresh()

    def _refresh(self) -> None:
        self.change_button.setEnabled(any(self.form.values().values()))

    def _change(self) -> None:
        values = self.form.values()
        fields = {
            name: None if values[name] == NONE else int(values[name]) for name in ("terms", "creator") if values[name]
        }
        self.edited.emit(BulkEdit(fields, parts_of(values["add"]), parts_of(values["remove"])))
