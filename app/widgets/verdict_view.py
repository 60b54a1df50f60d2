"""The verdict on one suspect file: big words, what they rest on, where the mark lies, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app import verdicts
from app.i18n import tr
from app.models.checks import Suspect
from app.previews import Preview
from app.theme import Size, Space, set_look
from app.widgets.disclosure import Disclosure
from app.widgets.facts import Facts
from app.widgets.parts import ElidedLabel, IconLabel, button, clear, column, label, row, rule, scrolled
from app.widgets.preview_view import PreviewView
from core.model import Checked, Finding, Match, Verdict

_LOOKS = {"certain": "verdict-certain", "probable": "verdict-probable", "trouble": "verdict-trouble", "": "verdict"}


class VerdictView(QFrame):
    """Shows one examined file, or how far its examination is."""

    show_work = Signal(int)
    open_folder = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_look(self, "card")
        self._checked: Checked | None = None
        inside = QWidget()
        self._body = column(inside, margins=(Space.XL, Space.L, Space.XL, Space.L), spacing=Space.M)
        self._area: QScrollArea = scrolled(inside)
        column(self, margins=Space.XS).addWidget(self._area)
        self.title = label()
        self.preview = PreviewView()
        self._coverage = label()

    def show_suspect(self, suspect: Suspect | None) -> None:
        """Show what is known of a file by now."""
        self._start()
        self._checked = None if suspect is None else suspect.result
        if suspect is None:
            return
        if suspect.result is None:
            self._unfinished(suspect)
        else:
            self._finished(suspect.result)
        self._body.addStretch(1)
        self._area.verticalScrollBar().setValue(0)

    def show_preview(self, preview: Preview) -> None:
        """Show the file's view where its verdict is in front."""
        checked = self._checked
        if checked is None or preview.path != checked.file:
            return
        best = _best(checked)
        role = "probable" if checked.verdict is Verdict.PROBABLE else "certain"
        self.preview.show_preview(preview, best.where if best else (), role)
        self.preview.show()
        said = verdicts.coverage(best, checked.kind, preview.seconds) if best else ""
        self._coverage.setText(said)
        self._coverage.setVisible(bool(said))

    # -- building ----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        clear(self._body)
        self.title = label(wrap=True, selectable=True)
        self.preview = PreviewView()
        self.preview.hide()
        self._coverage = label(look="muted")
        self._coverage.hide()

    def _unfinished(self, suspect: Suspect) -> None:
        text = tr("Cancelled.") if suspect.cancelled else tr("Checking…") if suspect.working else tr("Waiting…")
        self._say(text, "verdict")
        self._body.addWidget(ElidedLabel(suspect.path.name, "muted"))

    def _finished(self, checked: Checked) -> None:
        said = verdicts.words(checked)
        head = row(spacing=Space.M)
        role = said.look or "muted"
        head.addWidget(IconLabel(said.icon, role, Size.ICON_LARGE), 0, Qt.AlignmentFlag.AlignTop)
        set_look(self.title, _LOOKS[said.look])
        self.title.setText(said.title)
        self.title.setAccessibleName(said.title)
        head.addWidget(self.title, 1)
        self._body.addLayout(head)
        self._body.addWidget(ElidedLabel(str(checked.file), "muted"))
        for sentence in said.sentences:
            self._body.addWidget(label(sentence, "lead", wrap=True, selectable=True))
        best = _best(checked)
        if best is not None:
            done = verdicts.transform(best)
            if done:
                self._body.addWidget(label(done, wrap=True, selectable=True))
        self._body.addWidget(self.preview)
        self._body.addWidget(self._coverage)
        self._actions(checked)
        if best is not None:
            self._body.addWidget(rule())
            self._body.addWidget(Disclosure(tr("Details"), Facts(verdicts.details(best))))
        elif checked.verdict is Verdict.NOTHING:
            limits = label(verdicts.what_can_be_found(checked.kind), wrap=True, selectable=True)
            self._body.addWidget(Disclosure(tr("What can be found?"), limits))
        for other in checked.matches[1:]:
            self._other(other)

    def _actions(self, checked: Checked) -> None:
        line = row(spacing=Space.S)
        work = checked.matches[0].work if checked.matches else None
        if work is not None:
            line.addWidget(button(tr("Show the work"), self._emit_work(work.id), icon="catalog"))
        if checked.verdict is not Verdict.UNREADABLE:
            line.addWidget(
                button(
                    tr("Open folder"),
                    lambda: self.open_folder.emit(checked.file),
                    look="quiet" if work else "",
                    icon="folder",
                )
            )
        line.addStretch(1)
        self._body.addLayout(line)

    def _emit_work(self, number_: int) -> Callable[[], None]:
        return lambda: self.show_work.emit(number_)

    def _other(self, match: Match) -> None:
        self._body.addWidget(rule())
        self._body.addWidget(label(tr("Also found"), "small"))
        self._body.addWidget(label(verdicts.headline(match), "strong", wrap=True, selectable=True))
        self._body.addWidget(label(verdicts.odds(match.finding), wrap=True, selectable=True))

    def _say(self, text: str, look: str) -> None:
        set_look(self.title, look)
        self.title.setText(text)
        self.title.setAccessibleName(text)
        self._body.addWidget(self.title)


def _best(checked: Checked) -> Finding | None:
    if checked.verdict in (Verdict.CERTAIN, Verdict.PROBABLE) and checked.matches:
        return checked.matches[0].finding
    return None
