"""The keys: which there are, which marks new copies, and all that keeps one from being lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QMenu

from app.cards.card import Card
from app.cards.words import WordsPanel
from app.desk import Desk
from app.i18n import date, tr
from app.models.plain import PlainModel, Row
from app.models.rows import Role, State
from app.sheet import save_sheet, sheet_of
from app.theme import Size, theme
from app.widgets.ask import Asked
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, icon_button
from core.errors import CountermarkError, KeyFileError
from core.key_files import composed, read_key_file
from core.keyring import KeyEntry
from core.keys import CreatorKey

_SHOWN = 3  # keys that are seen without scrolling


class KeysCard(Card):
    """A list of keys, and what can be done with the chosen one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, tr("Your keys"), tr("A key makes your marks and finds them again. One of them marks new copies.")
        )
        self.new_button = button(tr("New key"), self.new, icon="add")
        self.arrive_button = icon_button("dots", tr("Bring in a key from elsewhere"), self._open_arrivals)
        self.head.addWidget(self.new_button)
        self.head.addWidget(self.arrive_button)
        self.arrivals = QMenu(self)
        self.arrivals.addAction(tr("Take in a key file…"), self.take_in)
        self.arrivals.addAction(tr("Restore a key from its 24 words…"), self.restore)
        self.model = PlainModel()
        self.rows = FileRows(tr("Keys"))
        self.rows.setModel(self.model)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._refresh())
        self.content.addWidget(self.rows)
        self.use_button = button(tr("Use for new copies"), self.use)
        self.words_button = button(tr("Recovery words"), self.words, icon="key")
        self.sheet_button = button(tr("Recovery sheet…"), self.save_sheet, icon="file")
        self.more_button = icon_button("dots", tr("More for the chosen key"), self._open_more)
        self.more = QMenu(self)
        self.more.addAction(tr("Name it…"), self.name)
        self.more.addAction(tr("Change its passphrase…"), self.passphrase)
        self.more.addAction(tr("Write it to a file…"), self.export)
        self.retire_action = self.more.addAction(tr("Retire it"), self.retire)
        self.add_buttons(self.use_button, self.words_button, self.sheet_button, self.more_button)
        self.words_panel = WordsPanel()
        self.words_panel.proven.connect(self._proven)
        self.content.addWidget(self.words_panel)

    # -- what the page asks ------------------------------------------------------------------------------------

    def shown(self) -> None:
        self.words_panel.leave()
        self.load()

    def escape(self) -> bool:
        if not self.words_panel.isHidden():
            self.words_panel.leave()
            return True
        return super().escape()

    def load(self, chosen: str = "") -> None:
        """Read the keys again."""
        session = self.desk.session
        now = chosen or (self.chosen().id if self.model.rowCount() and self.rows.currentIndex().isValid() else "")
        try:
            active, files = session.active_key_file(), session.key_files()
        except CountermarkError as error:
            self.desk.messages.show_error(error)
            return
        for problem in session.ring.problems()[:1]:
            self.desk.messages.show_error(problem)
        self.model.show_rows([_row(file, active) for file in files])
        self.rows.setFixedHeight(min(max(len(files), 1), _SHOWN) * theme.scaled(Size.ROW) + 2 * Size.FOCUS)
        place = next((place for place, file in enumerate(files) if file.id == now), 0)
        self.rows.setCurrentIndex(self.model.index(place, 0))
        self._refresh()

    def chosen(self) -> KeyEntry:
        """Return the key that is chosen."""
        entry = self.rows.currentIndex().data(Role.ITEM)
        assert isinstance(entry, KeyEntry)
        return entry

    # -- what can be done --------------------------------------------------------------------------------------

    def new(self) -> None:
        """Make a further key, that marks new copies from now on."""
        self._ask(
            tr("Make a new key"),
            tr("It marks new copies from now on. The others still find their marks."),
            (
                Asked("label", tr("What it is called"), optional=True),
                Asked("creator", tr("Whose works it marks"), text=self._creator()),
                Asked("new", tr("Passphrase (may be empty)"), secret=True, optional=True),
                Asked("again", tr("Passphrase again"), secret=True, repeats="new"),
            ),
            tr("Make it"),
            self._make,
        )

    def use(self) -> None:
        """Let the chosen key mark new copies; a closed one asks for its passphrase first."""
        file = self.chosen()
        self._opened(file, lambda key: self._done(lambda: self.desk.session.use_key(file)))

    def words(self) -> None:
        """Show the words of the chosen key."""
        self._opened(self.chosen(), self._show_words)

    def save_sheet(self) -> None:
        """Write the recovery sheet of the chosen key to a PDF."""
        file = self.chosen()

        def save(key: CreatorKey) -> None:
            path = save_sheet(sheet_of(key, file), self)
            if path is not None:
                hint = tr("Print it twice, keep both apart, then delete the file.")
                self.desk.messages.done(tr("The recovery sheet is in {path}.", path=path), hint)

        self._opened(file, lambda key: self._try(lambda: save(key)))

    def name(self) -> None:
        """Say what the chosen key is called, and whose it is."""
        file = self.chosen()

        def name(values: Mapping[str, str]) -> None:
            told = {part: " ".join(values[part].split()) for part in ("label", "creator")}

            def work() -> None:
                self.desk.session.ring.change(file, **told)
                if told["creator"]:
                    self.desk.session.catalog.name_creator(file.id, told["creator"])

            self.do(work, lambda _: self.load())

        fields = (
            Asked("label", tr("What it is called"), text=file.facts.label, optional=True),
            Asked("creator", tr("Whose works it marks"), text=file.facts.creator or self._creator(), optional=True),
        )
        self._ask(tr("Name the key {key}", key=file.id), "", fields, tr("Save"), name)

    def passphrase(self) -> None:
        """Let the chosen key open with another passphrase."""
        file, session = self.chosen(), self.desk.session
        old = (Asked("old", tr("The present passphrase"), secret=True),) if file.protected else ()
        self._ask(
            tr("Change the passphrase of {key}", key=file.name),
            tr("Nobody can reset it for you. Without one, everybody at this computer can use the key."),
            (
                *old,
                Asked("new", tr("The new passphrase (may be empty)"), secret=True, optional=True),
                Asked("again", tr("The new passphrase again"), secret=True, repeats="new"),
            ),
            tr("Change it"),
            lambda values: self.do(
                lambda: session.ring.change_passphrase(file, values.get("old", ""), values["new"]),
                lambda _: self.load(),
            ),
        )

    def export(self) -> None:
        """Write the chosen key to a file, sealed under its passphrase."""
        file, session = self.chosen(), self.desk.session
        secret = (Asked("secret", tr("Its passphrase"), secret=True),) if file.protected else ()

        def write(values: Mapping[str, str]) -> None:
            name, _ = QFileDialog.getSaveFileName(
                self,
                tr("Write the key to"),
                str(Path.home() / f"{file.id}.key"),
                options=QFileDialog.Option.DontConfirmOverwrite,  # no file is ever replaced
            )
            if not name:
                self.ask.leave()
                return
            other = bool(values["other"])
            self.do(
                lambda: session.export_key(file, values.get("secret", ""), Path(name), another_computer=other),
                lambda _: self._exported(Path(name)),
            )

        self._ask(
            tr("Write the key {key} to a file", key=file.name),
            tr("It opens with the same passphrase. Keep it where you keep passports."),
            (*secret, Asked("other", tr("It is for another computer, which marks copies too"), check=True)),
            tr("Choose where…"),
            write,
        )

    def retire(self) -> None:
        """Let the chosen key mark no new copies, or take it back."""
        file = self.chosen()
        self._done(lambda: self.desk.session.retire_key(file, undo=bool(file.facts.retired)))

    def take_in(self) -> None:
        """Take in the key of an exported file."""
        name, _ = QFileDialog.getOpenFileName(self, tr("Take in a key"), "", tr("Keys (*.key)"))
        if not name:
            return
        source, session = Path(name), self.desk.session

        def take(values: Mapping[str, str]) -> None:
            self.do(
                lambda: session.import_key(source, values.get("secret", "")),
                lambda key: self.load(key.id),
            )

        try:
            sealed = bool(read_key_file(source)["passphrase"])
        except KeyFileError as error:
            self.desk.messages.show_error(error)
            return
        fields = (Asked("secret", tr("Its passphrase"), secret=True),) if sealed else ()
        self._ask(tr("Take in the key of {name}", name=source.name), "", fields, tr("Take it in"), take)

    def restore(self) -> None:
        """Bring a key back from its words."""
        self._ask(
            tr("Restore a key from its 24 words"),
            tr("The first four letters of each do. A key that is new here marks new copies from now on."),
            (
                Asked("words", tr("The 24 recovery words, in their order"), lines=3),
                Asked("new", tr("Passphrase (may be empty)"), secret=True, optional=True),
                Asked("again", tr("Passphrase again"), secret=True, repeats="new"),
            ),
            tr("Restore it"),
            lambda values: self.do(
                lambda: self.desk.session.restore_key(values["words"], values["new"]), lambda key: self.load(key.id)
            ),
        )

    # -- how ---------------------------------------------------------------------------------------------------

    def _ask(
        self,
        title: str,
        text: str,
        fields: Sequence[Asked],
        answer: str,
        act: Callable[[Mapping[str, str]], object],
    ) -> None:
        self.words_panel.leave()
        self.ask.ask(title, text, fields, answer, act)

    def _make(self, values: Mapping[str, str]) -> None:
        session = self.desk.session
        told = {part: " ".join(values[part].split()) for part in ("label", "creator")}

        def work() -> CreatorKey:
            key = session.make_key(values["new"], **told)
            session.catalog.name_creator(key.id, told["creator"])
            return key

        def made(key: CreatorKey) -> None:
            self.desk.memory.keep(unproven=key.id)
            self.desk.memory.save()
            self.load(key.id)
            self._show_words(key)

        self.do(work, made)

    def _opened(self, file: KeyEntry, then: Callable[[CreatorKey], object]) -> None:
        """Hand over a key: at once where it is open, else after its passphrase."""
        session = self.desk.session
        for key in session.keys:
            if key.id == file.id:
                then(key)
                return
        if not file.protected:
            self.do(lambda: session.open_key(file, ""), then)
            return
        self._ask(
            tr("Open the key {key}", key=file.name),
            "",
            (Asked("secret", tr("Its passphrase"), secret=True),),
            tr("Open"),
            lambda values: self.do(lambda: session.open_key(file, composed(values["secret"])), then),
        )

    def _show_words(self, key: CreatorKey) -> None:
        self.words_panel.show_sheet(sheet_of(key, self.desk.session.ring.find(key.id)))

    def _proven(self, key: str) -> None:
        if self.desk.memory.text("unproven") == key:
            self.desk.memory.keep(unproven="")
            self.desk.memory.save()

    def _exported(self, path: Path) -> None:
        self.load()
        self.desk.messages.done(tr("The key is in {path}, which opens: that was tried.", path=path), "")

    def _creator(self) -> str:
        session = self.desk.session
        try:
            return session.catalog.creator(session.active_key_file().id)
        except CountermarkError:
            return ""

    def _done(self, act: Callable[[], object]) -> None:
        self._try(act)
        self.load()

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except CountermarkError as error:
            self.desk.messages.show_error(error)

    def _refresh(self) -> None:
        if not self.rows.currentIndex().isValid():
            return
        file, state = self.chosen(), self.rows.currentIndex().data(Role.STATE)
        self.use_button.setEnabled(state.icon != "certain" and not file.facts.retired)
        self.retire_action.setText(tr("Take it back into use") if file.facts.retired else tr("Retire it"))

    def _open_more(self) -> None:
        self.more.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _open_arrivals(self) -> None:
        self.arrivals.popup(self.arrive_button.mapToGlobal(QPoint(0, self.arrive_button.height())))


def _row(file: KeyEntry, active: KeyEntry) -> Row:
    facts = file.facts
    if facts.retired:
        state = State(tr("Retired"), "cancelled", "muted")
    elif file.id == active.id:
        state = State(tr("In use"), "certain", "certain")
    else:
        state = State(tr("Older marks"), "check", "muted")
    said = (
        file.id if facts.label else "",
        facts.creator,
        tr("since {day}", day=date(facts.created, short=True)) if facts.created else "",
        tr("under a passphrase") if file.protected else tr("without a passphrase"),
    )
    return Row(file.name, "  ·  ".join(filter(None, said)), state, "key", file)
