"""What became of one file of the queue: the copy that was made, or why there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from app.compare_window import CompareWindow
from app.desk import Desk
from app.i18n import counted, number, powers, shown, tr
from app.models.queue import Item, Stage
from app.theme import Space, set_look
from app.widgets.facts import Facts
from app.widgets.parts import ElidedLabel, IconLabel, button, column, label, row, scrolled
from core.decide import in_words
from core.model import Protected, Status, Verdict
from core.printable import printable

_CLOSE = 40.0  # dB of PSNR from which a picture is called very close: off by 2.5 of 255 levels in the mean


class CopyPanel(QFrame):
    """The inspector of the Protect page. `answered` tells whether a file that waits is to be protected all the same,
    and whether that holds for all.
    """

    answered = Signal(bool, bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._output: Path | None = None
        self._result: Protected | None = None
        self._window: CompareWindow | None = None
        set_look(self, "card")
        inside = QWidget()
        body = column(inside, margins=Space.L, spacing=Space.M)
        head = row(spacing=Space.S)
        self._icon = IconLabel("certain", "certain")
        self._state = label(look="heading")
        head.addWidget(self._icon)
        head.addWidget(self._state, 1)
        body.addLayout(head)
        self._name = ElidedLabel(look="muted")
        body.addWidget(self._name)
        self.message = label(wrap=True, selectable=True)
        body.addWidget(self.message)
        self.facts = Facts()
        body.addWidget(self.facts)
        self.yes_button = button(tr("Protect all the same"), lambda: self._answer(True), look="primary")
        self.no_button = button(tr("Leave it out"), lambda: self._answer(False))
        self.for_all = QCheckBox(tr("The same for all files"))
        for widget in (self.for_all, self.yes_button, self.no_button):
            body.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        self.compare_button = button(tr("See the difference"), self._compare, icon="compare")
        body.addWidget(self.compare_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.folder_button = button(tr("Open folder"), self._open, look="quiet", icon="folder")
        body.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        column(self, margins=Space.XS).addWidget(scrolled(inside))

    def show_item(self, item: Item | None, asked: int = 0) -> None:
        """Show what became of a file; nothing while it waits. `asked` is the number of those that need an answer."""
        result = item.result if item is not None else None
        if result is None:
            return
        word, icon, role = {
            Status.PROTECTED: (tr("Protected"), "certain", "certain"),
            Status.REFUSED: (tr("Refused"), "refused", "probable"),
            Status.FAILED: (tr("Failed"), "trouble", "trouble"),
        }[result.status]
        waits = item is not None and item.stage is Stage.ASKED
        if waits:
            word, icon = tr("Your answer?"), "probable"
        self._ask(result, asked if waits else 0)
        self._icon.show_icon(icon, role)
        self._state.setText(word)
        self._name.show_text(printable(result.source.name))
        # The facts below say the first sentence already; notes that follow it are news.
        news = shown(result.message.removeprefix(f"Copy no. {result.serial} for {result.recipient}.").strip())
        if waits:
            news = _question(result)
        self.message.setText(news)
        self.message.setAccessibleName(news)
        self.message.setVisible(bool(news))
        self.facts.show_facts(_facts(result))
        self._output = result.output
        self._result = result
        self.compare_button.setVisible(result.output is not None)
        heard = item is not None and item.icon == "audio"
        self.compare_button.setText(tr("Hear the difference") if heard else tr("See the difference"))
        self.folder_button.setVisible(result.output is not None)

    def _ask(self, result: Protected, asked: int) -> None:
        """Show the answers to what a file waits for; to none of 0."""
        for widget in (self.yes_button, self.no_button):
            widget.setVisible(asked > 0)
        self.yes_button.setText(tr("Protect all the same") if result.known else tr("Make another copy"))
        words = counted(asked, "For {count} file", "For all {count}, and any to come")
        self.for_all.setText(words)
        self.for_all.setAccessibleName(words)
        self.for_all.setVisible(asked > 1)
        self.for_all.setChecked(False)

    def _answer(self, go_on: bool) -> None:
        self.answered.emit(go_on, self.for_all.isVisible() and self.for_all.isChecked())

    def _compare(self) -> None:
        result = self._result
        if result is None or result.output is None or result.serial is None:
            return
        if self._window is None:
            self._window = CompareWindow(self._desk, self.window())
        self._window.show_copy(result.source, result.output, result.serial)

    def _open(self) -> None:
        if self._output is not None:
            self._desk.show_in_folder(self._output)


def _facts(result: Protected) -> list[tuple[str, str]]:
    if result.status is not Status.PROTECTED or result.output is None or result.serial is None:
        return []
    facts = [
        (tr("Copy"), tr("no. {serial}", serial=result.serial)),
        (tr("For"), result.recipient),
        (tr("File"), printable(result.output.name)),
        (tr("Folder"), str(result.output.parent)),
    ]
    expected = result.expected
    if expected is not None:
        word = tr("certain") if expected.verdict is Verdict.CERTAIN else tr("probable")
        facts.append((tr("Read back"), word))
        facts.append((tr("By chance"), powers(shown(in_words(expected.probability)))))
    facts.append((tr("Quality"), _quality(result)))
    return facts


def _quality(result: Protected) -> str:
    """Return how little the mark changed, in the measure of its medium; empty where none was taken."""
    measured = result.quality
    if "psnr" in measured:
        close = measured["psnr"] >= _CLOSE
        return tr(
            "very close to the original: {psnr} dB PSNR, {ssim} SSIM" if close else "{psnr} dB PSNR, {ssim} SSIM",
            psnr=number(measured["psnr"], 1),
            ssim=number(measured.get("ssim", 0.0), 4),
        )
    if "snr_db" in measured:
        return tr("the mark lies {decibels} dB under the recording", decibels=number(measured["snr_db"], 1))
    return ""


def _question(result: Protected) -> str:
    """Return what the user of a file is to decide on."""
    said = list(result.known)
    if result.there is not None:
        name, folder = result.there.name, str(result.there.parent)
        said.append(
            tr("“{name}” is there already, in {folder}. Another copy gets another name.", name=name, folder=folder)
        )
    return "\n\n".join(said)
