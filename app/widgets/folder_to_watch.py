"""A folder that is to be watched from now on: chosen by the system's dialog, and said in words before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.desk import Desk
from app.i18n import counted, joined, tr
from app.watched import Watched
from app.widgets.ask import Ask, Asked
from app.widgets.protect_form import in_words
from core.presets import Preset
from core.printable import printable


class FolderToWatch(Ask):
    """Hidden until a folder is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def choose(self, wanted: Preset | None) -> None:
        """Let people choose a folder, and `say` what will happen."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Watch a folder"), self._desk.memory.last_folder())
        if chosen:
            self.say(Path(chosen).absolute(), wanted)

    def say(self, folder: Path, wanted: Preset | None) -> None:
        """Say what will happen to files that come into a folder: protected as `wanted` says, or checked."""
        rule = Watched(folder, wanted)
        before = self._desk.watching.replaced(rule)
        said = (
            tr("From now on, this happens to what comes into it or into a folder in it:"),
            what_happens(wanted),
            tr("Countermark looks while its window is open, and takes what came meanwhile at its next start."),
            *([] if before is None else _ended(before, rule)),
            tr("Files that are there already are left alone, unless you say so here:"),
        )
        self.ask(
            tr("Watch the folder {folder}?", folder=printable(str(folder))),
            "\n".join(said),
            (Asked("present", tr("Also the files that are there already"), check=True),),
            tr("Watch it"),
            lambda values: self._watch(rule, values),
        )

    def _watch(self, rule: Watched, values: Mapping[str, str]) -> None:
        present = bool(values["present"])
        self.done()
        self._desk.watching.add(rule, present=present, then=self._watched)

    def _watched(self, rule: Watched, left: int) -> None:
        alone = counted(
            left,
            "{count} file that is there already is left alone.",
            "{count} files that are there already are left alone.",
        )
        self._desk.messages.done(
            tr("The folder {folder} is watched from now on.", folder=printable(rule.folder.name or str(rule.folder))),
            (alone + " " if left else "") + tr("To pause or stop: Settings, “Watched folders”."),
        )


def _ended(before: Watched, rule: Watched) -> list[str]:
    """Return what is to be known of a rule whose place another takes."""
    ends = what_happens(before.wanted)
    if ends == what_happens(rule.wanted):
        return [tr("It is watched so already.")]
    return [tr("It is watched already. This will happen no more:"), ends]


def what_happens(wanted: Preset | None) -> str:
    """Return in one line what happens to files that come into a folder."""
    if wanted is None:
        return tr("Checked")
    how = tr("choices of “{preset}”", preset=wanted.name) if wanted.name else in_words(wanted)
    where = (
        tr("copies in {folder}", folder=printable(wanted.output_folder))
        if wanted.folder
        else tr("copies beside the originals")
    )
    return "  ·  ".join((tr("Protected for {names}", names=joined(wanted.recipients)), how, where))
