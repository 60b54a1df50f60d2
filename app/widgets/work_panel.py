"""One work of the catalog: its picture and facts, what can be edited, its copies, and all that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QWidget

from app.catalog_reads import About, Choices, Names
from app.catalog_words import done_word, verdict_state
from app.desk import Desk
from app.i18n import counted, date, joined, number, tr
from app.models.entries import EntriesModel, Entry
from app.models.rows import Role, State
from app.models.works import kind_word, size_words
from app.standings import state_of
from app.theme import Size, Space, set_look, theme
from app.widgets.copies_part import CopiesPart
from app.widgets.disclosure import Disclosure
from app.widgets.facts import Facts
from app.widgets.form import Field
from app.widgets.kept_form import KeptForm, offer
from app.widgets.parts import button, column, icon_button, label, row, rule, scrolled
from app.widgets.short_list import ShortList
from app.widgets.tag_completer import TagCompleter
from core.model import CaseStatus, Check, Consent, Work


class WorkPanel(QFrame):
    """The inspector of one work. `edited` tells of other values, `binned` that it is to be put into the bin."""

    edited = Signal(int, dict)
    binned = Signal()
    show_record = Signal(object, int)  # asks for another thing: its kind and number

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._work: Work | None = None
        self._inherited = ""
        self._terms: Names = []
        set_look(self, "card")
        inside = QWidget()
        whole = column(inside, margins=(0, Space.M, 0, Space.M), spacing=Space.S)
        body = column(margins=(Space.M, 0, Space.M, 0), spacing=Space.S)
        whole.addLayout(body)
        self._picture = _Picture()
        body.addWidget(self._picture)
        self.title = label(look="heading", wrap=True, selectable=True)
        self.bin_button = icon_button("clear", tr("Move to the bin"), self.binned.emit)
        head = row(spacing=Space.S)
        head.addWidget(self.title, 1)
        head.addWidget(self.bin_button, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(head)
        self.facts = Facts()
        body.addWidget(self.facts)
        self.folder_button = button(tr("Open folder"), self._open_original, look="quiet", icon="folder")
        self.folder_button.setToolTip(tr("Open the folder of the original"))
        body.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignLeading)
        body.addWidget(rule())
        self.copies_part = CopiesPart(desk)
        self.copies, self.rows = self.copies_part.copies, self.copies_part.rows
        self.copies_shown = Disclosure(tr("Copies"), self.copies_part)
        self.copies_shown.open()
        whole.addWidget(self.copies_shown)
        self.form = self._form()
        self.form_shown = Disclosure(tr("Title, tags, terms and notes"), self.form)
        whole.addWidget(self.form_shown)
        self.agreements, self.agreements_shown = self._list(tr("Agreements about this work"))
        self.checks, self.checks_shown = self._list(tr("Checks that found this work"), "folder")
        self.cases, self.cases_shown = self._list(tr("Cases of this work"))
        self.history, self.history_shown = self._list(tr("History of this work"))
        for part in (self.agreements_shown, self.checks_shown, self.cases_shown, self.history_shown):
            whole.addWidget(part)
        whole.addStretch(1)
        self.area = scrolled(inside)
        column(self, margins=Space.XS).addWidget(self.area)

    @property
    def work(self) -> Work | None:
        """The work in front."""
        return self._work

    def show_choices(self, choices: Choices) -> None:
        """Offer these terms and creators."""
        self._terms = choices.terms
        self._offer_terms()
        self.tags.offer(choices.tags)
        offer(self.form, "creator", (("", tr("Nobody")), *((str(number), name) for number, name in choices.creators)))
        if not self.form.unkept():
            self._fill()

    def show_work(self, work: Work, picture: QPixmap | None) -> None:
        """Show a work; what is known of it besides follows."""
        other = self._work is None or work.id != self._work.id
        if other:
            self.keep()
            self.area.verticalScrollBar().setValue(0)
        self._work = work
        self._picture.show_picture(picture)
        self.title.setText(work.title)
        self.title.setAccessibleName(work.title)
        sound = f"{number(work.rate)} Hz" if work.rate else ""
        self.facts.show_facts(
            (
                (tr("Kind"), kind_word(work.kind)),
                (tr("Size"), size_words(work)),
                (tr("Rate"), sound),
                (tr("Since"), date(work.created)),
                (tr("Original"), Path(work.path).name),
                (tr("Tags"), joined(work.tags)),
            )
        )
        if other or not self.form.unkept():
            self._fill()
        if other:
            self.copies_part.show_copies(work, ())
            for model in (self.agreements, self.checks, self.cases, self.history):
                model.show_entries(())

    def show_about(self, about: About) -> None:
        """Show what is known of the work, if it is still in front."""
        if self._work is None or about.work.id != self._work.id:
            return
        self._work = about.work
        self._inherited = about.inherited
        self._offer_terms()
        self.copies_part.show_copies(about.work, about.copies, about.total)
        self.copies_shown.button.setText(
            counted(about.total, "{count} copy", "{count} copies") if about.copies else tr("Copies")
        )
        today = day.today().isoformat()
        self._show(
            self.agreements,
            self.agreements_shown,
            counted(len(about.agreements), "{count} agreement", "{count} agreements"),
            [Entry(item.title, state_of(item, today), "agreement", item) for item in about.agreements],
        )
        self._show(
            self.checks,
            self.checks_shown,
            counted(len(about.checks), "{count} check", "{count} checks"),
            [_check(item) for item in about.checks],
        )
        self._show(
            self.cases,
            self.cases_shown,
            counted(len(about.cases), "{count} case", "{count} cases"),
            [Entry(item.title, State(_status(item.status), "", "muted"), "file", item) for item in about.cases],
        )
        self._show(
            self.history,
            self.history_shown,
            tr("History"),
            [
                Entry(
                    done_word(item.what),
                    State(f"{date(item.moment, short=True)}  ·  {item.who}", "", "muted"),
                    "waiting",
                    item,
                )
                for item in about.edits
            ],
        )

    def keep(self) -> None:
        """Keep what was typed."""
        self.form.keep()
        self.copies_part.keep()

    def revert(self) -> bool:
        """Forget what was typed and not yet kept; return whether there was anything."""
        typed = bool(self.form.unkept() or self.copies_part.form.unkept())
        self.form.revert()
        self.copies_part.form.revert()
        return typed

    # -- building ----------------------------------------------------------------------------------------------

    def _form(self) -> KeptForm:
        made = KeptForm(
            (
                Field("title", tr("Title")),
                Field("tags", tr("Tags"), placeholder=tr("sea, winter, portfolio")),
                Field("terms", tr("Terms"), choices=(("", tr("None")),)),
                Field("creator", tr("Creator"), choices=(("", tr("Nobody")),)),
                Field("rights", tr("Rights statement"), placeholder=tr("Where it differs from that of the terms")),
                Field("note", tr("Note"), lines=3),
            )
        )
        made.setContentsMargins(Space.M, 0, Space.M, 0)
        made.kept.connect(self._edit)
        field = made.controls["tags"]
        assert isinstance(field, QLineEdit)
        self.tags = TagCompleter(field)
        return made

    def _list(self, name: str, action_icon: str = "close") -> tuple[EntriesModel, Disclosure]:
        model, rows = EntriesModel(self), ShortList(name, action_icon=action_icon)
        rows.setModel(model)
        rows.acted.connect(self._open)
        rows.opened.connect(self._open)
        shown = Disclosure(name, rows)
        shown.hide()
        return model, shown

    @staticmethod
    def _show(model: EntriesModel, shown: Disclosure, title: str, entries: Sequence[Entry]) -> None:
        model.show_entries(entries)
        shown.button.setText(title)
        shown.setVisible(bool(entries))

    def _offer_terms(self) -> None:
        none = tr("As of the creator: {name}", name=self._inherited) if self._inherited else tr("None")
        offer(self.form, "terms", (("", none), *((str(number), name) for number, name in self._terms)))

    def _fill(self) -> None:
        work = self._work
        if work is None:
            return
        self.form.show_values(
            {
                "title": work.title,
                "tags": joined(work.tags),
                "terms": str(work.terms or ""),
                "creator": str(work.creator or ""),
                "rights": work.rights,
                "note": work.note,
            }
        )

    def _edit(self, changed: dict[str, str]) -> None:
        if self._work is not None:
            self.edited.emit(self._work.id, changed)

    def _open_original(self) -> None:
        if self._work is not None:
            self._desk.show_in_folder(Path(self._work.path))

    def _open(self, index: QModelIndex) -> None:
        item = index.data(Role.ITEM)
        if isinstance(item, Consent):
            self.show_record.emit(Consent, item.id)
        elif isinstance(item, Check):
            self._desk.show_in_folder(Path(item.path))


class _Picture(QWidget):
    """A thumbnail in the middle; no room is taken where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Thumbnail"))

    def show_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self.setVisible(picture is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Size.TILE, Size.TILE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().toRectF()
        size = self._picture.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = room
        place.setSize(size)
        place.moveCenter(self.rect().toRectF().center())
        painter.drawPixmap(place, self._picture, self._picture.rect().toRectF())
        painter.setPen(theme.colour("line"))
        painter.drawRect(place)
        painter.end()


def _check(item: Check) -> Entry:
    word, icon, role = verdict_state(item.verdict)
    return Entry(
        item.file,
        State(word, icon, role),
        str(item.kind or "file"),
        item,
        detail=date(item.created),
        action=tr("Open the folder of this file"),
    )


def _status(status: CaseStatus) -> str:
    return {CaseStatus.OPEN: tr("open"), CaseStatus.WAITING: tr("waiting"), CaseStatus.CLOSED: tr("closed")}[status]
