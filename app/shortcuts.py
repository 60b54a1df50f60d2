"""The shortcuts of the window, in one place: what connects them and what lists them both read from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.i18n import tr

Keys = str | QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that keys do. The first of `keys` is the one that is shown; widgets that take theirs by themselves
    (`built_in`) are listed, not connected.
    """

    name: str
    group: str
    words: str
    keys: tuple[Keys, ...]
    built_in: bool = False

    def shown(self) -> str:
        """Return its first keys as this system writes them."""
        return sequence(self.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def entries() -> tuple[Entry, ...]:
    """Return everything that keys do, in the reader's words, group by group."""
    standard = QKeySequence.StandardKey
    everywhere, protect, lists, compare = tr("Everywhere"), tr("Protect"), tr("Lists"), tr("Original and copy")
    return (
        Entry("page.protect", everywhere, tr("Go to Protect"), ("Ctrl+1",)),
        Entry("page.check", everywhere, tr("Go to Check"), ("Ctrl+2",)),
        Entry("page.catalog", everywhere, tr("Go to the catalog"), ("Ctrl+3",)),
        Entry("page.cases", everywhere, tr("Go to the cases"), ("Ctrl+4",)),
        Entry("page.settings", everywhere, tr("Go to the settings"), ("Ctrl+,",)),
        Entry("open", everywhere, tr("Add files"), (standard.Open,)),
        Entry("paste", everywhere, tr("Take copied files, or check a copied picture"), (standard.Paste,)),
        Entry("find", everywhere, tr("Search the catalog or the cases"), (standard.Find,)),
        Entry("undo", everywhere, tr("Undo the last edit of the catalog"), ("Ctrl+Z",)),
        Entry("redo", everywhere, tr("Do it again"), ("Ctrl+Shift+Z",)),
        Entry("pane.next", everywhere, tr("Go to the next part of the window"), ("F6",)),
        Entry("pane.previous", everywhere, tr("Go to the part before"), ("Shift+F6",)),
        Entry("rail", everywhere, tr("Show icons alone on the left, or words too"), ("Ctrl+B",)),
        Entry("escape", everywhere, tr("Take a message away, or stop the work"), ("Esc",)),
        Entry("shortcuts", everywhere, tr("Show these shortcuts"), ("F1", "Ctrl+/")),
        Entry("protect.start", protect, tr("Protect the files that wait"), ("Ctrl+Return", "Ctrl+Enter")),
        Entry("protect.up", protect, tr("Do the chosen file earlier"), ("Alt+Up",)),
        Entry("protect.down", protect, tr("Do the chosen file later"), ("Alt+Down",)),
        Entry("list.open", lists, tr("Open the chosen row"), ("Return",), built_in=True),
        Entry("list.act", lists, tr("Cancel the chosen file, or take it off the list"), ("Del",), built_in=True),
        Entry("compare.space", compare, tr("Play or pause; change between original and copy"), ("Space",)),
        Entry("compare.left", compare, tr("Move the edge between them"), ("Left", "Right"), built_in=True),
        Entry("compare.larger", compare, tr("Show them larger"), ("+",), built_in=True),
        Entry("compare.smaller", compare, tr("Show them smaller"), ("-",), built_in=True),
        Entry("compare.whole", compare, tr("Show the whole picture"), ("0",), built_in=True),
        Entry("compare.close", compare, tr("Close the window"), ("Esc",), built_in=True),
    )


def connect(widget: QWidget, name: str, act: Callable[[], object]) -> None:
    """Let the keys of an entry call `act` while the widget's window is in front and the widget is shown."""
    for keys in entry(name).keys:
        QShortcut(sequence(keys), widget).activated.connect(act)


def entry(name: str) -> Entry:
    """Return what is said of the keys with this name. KeyError for an unknown one."""
    found = {each.name: each for each in entries()}[name]
    if found.built_in:
        raise KeyError(name)
    return found


def sequence(keys: Keys) -> QKeySequence:
    """Return keys as Qt wants them."""
    return QKeySequence(keys)


def connected(root: QObject) -> set[str]:
    """Return all keys that are connected below an object, in Qt's portable form."""
    found = root.findChildren(QShortcut, options=Qt.FindChildOption.FindChildrenRecursively)
    return {shortcut.key().toString() for shortcut in found}
