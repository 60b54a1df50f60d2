"""The backups of the catalog: which there are, one more, all in one file, and the proof that one is good."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QMenu

from app.cards.card import Card
from app.desk import Desk
from app.i18n import counted, date, joined, number, tr
from app.models.plain import PlainModel, Row
from app.models.rows import Role, State
from app.theme import Size, theme
from app.widgets.facts import Facts
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, icon_button, label

if TYPE_CHECKING:
    from core.catalog.backup import Backup
    from core.catalog.export import Drill, Exported, Restored

_SHOWN = 3  # backups that are seen without scrolling


class BackupsCard(Card):
    """A list of backups, and what can be done with them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Your data and its backups"),
            tr(
                "Catalog, keys and settings lie in one folder. The catalog is backed up there once a day; a disk can "
                "fail as a whole, so write all of it to a file on another disk from time to time."
            ),
        )
        folder = desk.session.folder
        self.content.addWidget(Facts(((tr("Folder"), str(folder)),)))
        self.none = label(tr("There is no backup yet."), "muted")
        self.content.addWidget(self.none)
        self.model = PlainModel()
        self.rows = FileRows(tr("Backups"))
        self.rows.setModel(self.model)
        self.content.addWidget(self.rows)
        self.now_button = button(tr("Back up now"), self.back_up)
        self.export_button = button(tr("Write all to one file…"), self.export)
        self.try_button = button(tr("Try a backup…"), self.choose_and_try)
        self.try_button.setToolTip(tr("It is restored for trial, in a folder that is gone afterwards"))
        self.more_button = icon_button("dots", tr("More for the data folder"), self._open_more)
        self.more = QMenu(self)
        self.more.addAction(tr("Restore a backup…"), self.choose_and_restore)
        self.more.addAction(tr("Open folder"), lambda: desk.show_in_folder(folder / "catalog"))
        self.add_buttons(self.now_button, self.export_button, self.try_button, self.more_button)
        self.result = label(look="muted", wrap=True, selectable=True)
        self.result.hide()
        self.content.addWidget(self.result)

    def shown(self) -> None:
        from core.catalog.backup import backups

        self.desk.jobs.call(lambda: backups(self.desk.session.folder), self._listed, self.desk.messages.show_error)

    def back_up(self) -> None:
        """Make a backup now."""
        self._say(tr("Backing up …"))
        self.do(lambda: self.desk.session.catalog.back_up(), self._made)

    def export(self) -> None:
        """Write catalog, keys and settings to one file."""
        from core.catalog.export import export

        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Write all to"),
            str(Path.home() / f"Countermark {datetime.now().astimezone():%Y-%m-%d}.zip"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # no file is ever replaced
        )
        if name:
            folder = self.desk.session.folder
            self._say(tr("Writing …"))
            self.do(lambda: export(folder, Path(name)), self._exported)

    def choose_and_try(self) -> None:
        """Restore a backup for trial, and say whether it is good."""
        from core.catalog.export import drill

        source = self._choose(tr("Try a backup"))
        if source is not None:
            present = self.desk.session.catalog.path
            self._say(tr("Restoring {name} for trial …", name=source.name))
            self.do(lambda: drill(source, present), lambda tried: self._tried(source, tried))

    def choose_and_restore(self) -> None:
        """Put the catalog of a backup in place of the present one, which is set aside."""
        source = self._choose(tr("Restore a backup"))
        if source is None:
            return
        if self.desk.jobs.busy:
            self._say(tr("Wait until the window has finished its work, then restore."))
            return
        self.desk.messages.ask(
            tr("Put {name} in place of the present catalog?", name=source.name),
            tr("The present one is not lost: it is set aside in the data folder. Keys and settings stay."),
            tr("Restore it"),
            lambda: self.do(lambda: self.desk.session.restore(source), self._restored),
        )

    def _open_more(self) -> None:
        self.more.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _choose(self, title: str) -> Path | None:
        entry = self.rows.currentIndex().data(Role.ITEM) if self.rows.currentIndex().isValid() else None
        start = str(self.desk.session.folder if entry is None else entry.path)
        name, _ = QFileDialog.getOpenFileName(self, title, start, tr("Backups (*.sqlite3 *.zip)"))
        return Path(name) if name else None

    def _listed(self, found: list[Backup]) -> None:
        self.model.show_rows([_row(backup) for backup in found])
        self.none.setVisible(not found)
        self.rows.setVisible(bool(found))
        self.rows.setFixedHeight(min(max(len(found), 1), _SHOWN) * theme.scaled(Size.ROW) + 2 * Size.FOCUS)
        self.rows.setCurrentIndex(self.model.index(0, 0))

    def _made(self, backup: Backup) -> None:
        self._say(tr("Made {name}, read back and found whole.", name=backup.path.name))
        self.shown()

    def _exported(self, made: Exported) -> None:
        said = tr("{path} holds {what}, read back and found whole.", path=made.path, what=_held(made.counts))
        if made.left_out:
            keys = joined(made.left_out)
            said += " " + tr("Left out, since no passphrase seals them: the keys {keys}. Keep their words.", keys=keys)
        self._say(said)

    def _tried(self, source: Path, tried: Drill) -> None:
        if tried.problems:
            self._say(tr("{name} is no good backup:", name=source.name) + " " + " ".join(tried.problems))
            return
        said = tr("{name} restores: {what}.", name=source.name, what=_held(tried.counts))
        if tried.copy:
            said += " " + tr("Its oldest copy is known: {copy}.", copy=tried.copy)
        self._say(said)

    def _restored(self, done: Restored) -> None:
        said = tr("Restored {what}.", what=_held(done.counts))
        if done.set_aside is not None:
            said += " " + tr("The catalog that was there before: {path}", path=done.set_aside)
        self._say(said)
        self.shown()

    def _say(self, words: str) -> None:
        self.result.setText(words)
        self.result.setAccessibleName(words)
        self.result.show()


def _row(backup: Backup) -> Row:
    day = date(backup.moment.isoformat())
    time = f"{backup.moment.astimezone():%H:%M}"
    size = tr("{size} MB", size=number(backup.bytes / 1e6, 1))
    return Row(tr("{day}, {time}", day=day, time=time), backup.path.name, State(size, "", "muted"), "file", backup)


def _held(counts: dict[str, int]) -> str:
    works = counted(counts["works"], "{count} work", "{count} works")
    return tr("{works} and {copies}", works=works, copies=counted(counts["copies"], "{count} copy", "{count} copies"))
