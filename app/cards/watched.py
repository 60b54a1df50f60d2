"""The folders that are watched: what happens to the files that come, and how to pause or stop one."""

from __future__ import annotations

from app.cards.card import Card
from app.desk import Desk
from app.i18n import tr
from app.models.plain import PlainModel, Row
from app.models.rows import Role, State
from app.theme import Size, theme
from app.watched import Watched
from app.widgets.file_rows import FileRows
from app.widgets.folder_to_watch import what_happens
from app.widgets.parts import button, label
from core.errors import CountermarkError
from core.printable import printable

_SHOWN = 4  # folders that are seen without scrolling


class WatchedCard(Card):
    """A list of watched folders, and what can be done with the chosen one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Watched folders"),
            tr("What comes into them is protected or checked by itself, while this window is open."),
        )
        self.none = label(
            tr("No folder is watched. To begin, choose “Watch a folder…” on the page Protect or Check."),
            "muted",
            wrap=True,
        )
        self.content.addWidget(self.none)
        self.model = PlainModel()
        self.rows = FileRows(tr("Watched folders"))
        self.rows.setModel(self.model)
        self.rows.acted.connect(lambda index: self.stop())
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._refresh())
        self.content.addWidget(self.rows)
        self.pause_button = button(tr("Pause"), self.pause)
        self.stop_button = button(tr("Stop watching…"), self.stop)
        self.open_button = button(tr("Open folder"), self.open, icon="folder")
        self.add_buttons(self.pause_button, self.stop_button, self.open_button)
        desk.watching.changed.connect(self.load)
        self.load()

    def shown(self) -> None:
        self.load()

    def load(self) -> None:
        """Show the folders as they are now."""
        watching, chosen = self.desk.watching, self.chosen()
        self.model.show_rows([_row(rule, gone=watching.is_gone(rule)) for rule in watching.rules])
        self.rows.setFixedHeight(min(max(len(watching.rules), 1), _SHOWN) * theme.scaled(Size.ROW) + 2 * Size.FOCUS)
        here = [place for place, rule in enumerate(watching.rules) if chosen is not None and rule.id == chosen.id]
        self.rows.setCurrentIndex(self.model.index(here[0] if here else 0, 0))
        self._refresh()

    def chosen(self) -> Watched | None:
        """Return the folder that is chosen."""
        rule = self.rows.currentIndex().data(Role.ITEM) if self.rows.currentIndex().isValid() else None
        return rule if isinstance(rule, Watched) else None

    def pause(self) -> None:
        """Leave the chosen folder alone for a while, or go on with it."""
        rule = self.chosen()
        if rule is not None:
            try:
                self.desk.watching.switch(rule, on=not rule.on)
            except CountermarkError as error:
                self.desk.messages.show_error(error)

    def stop(self) -> None:
        """Ask whether the chosen folder is to be watched no more."""
        rule = self.chosen()
        if rule is not None:
            self.ask.ask(
                tr("Stop watching {folder}?", folder=printable(str(rule.folder))),
                tr("Nothing that comes into it is taken any more. What was taken stays in its list."),
                (),
                tr("Stop watching"),
                lambda values: self._stop(rule),
            )

    def open(self) -> None:
        """Open the chosen folder with the system's own program."""
        rule = self.chosen()
        if rule is not None:
            self.desk.show_in_folder(rule.folder / rule.folder.name)

    def _stop(self, rule: Watched) -> None:
        self.desk.watching.remove(rule)
        self.ask.done()

    def _refresh(self) -> None:
        rule = self.chosen()
        self.none.setVisible(rule is None)
        for widget in (self.rows, self.pause_button, self.stop_button, self.open_button):
            widget.setVisible(rule is not None)
        self.pause_button.setText(tr("Pause") if rule is None or rule.on else tr("Go on"))


def _row(rule: Watched, *, gone: bool) -> Row:
    if not rule.on:
        state = State(tr("Paused"), "pause", "muted")
    elif gone:
        state = State(tr("Not there at the moment"), "probable", "probable")
    else:
        state = State(tr("Watched"), "watch", "accent")
    return Row(printable(str(rule.folder)), what_happens(rule.wanted), state, "folder", rule)
