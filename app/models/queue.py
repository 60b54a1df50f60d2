"""The files that are to be protected, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.i18n import shown, tr
from app.models.rows import Index, Role, State
from core.model import Protected, Status, Verdict
from core.presets import Preset
from core.printable import printable


class Stage(Enum):
    """Where a file of the queue is."""

    WAITING = "waiting"
    WORKING = "working"
    PROTECTED = "protected"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ASKED = "asked"  # its user must say whether it is to be protected all the same
    LEFT_OUT = "left out"  # its user said no
    INTERRUPTED = "interrupted"  # the program ended while it was worked on: to be done again


TO_DO = (Stage.WAITING, Stage.INTERRUPTED)

_FROM_STATUS = {
    Status.PROTECTED: Stage.PROTECTED,
    Status.REFUSED: Stage.REFUSED,
    Status.FAILED: Stage.FAILED,
}

# What `core.protect` calls its steps, in the reader's language at the time of reading.
_STEPS: dict[str, Callable[[], str]] = {
    "reading": lambda: tr("Reading"),
    "marking": lambda: tr("Marking"),
    "writing": lambda: tr("Writing"),
    "verifying": lambda: tr("Reading the mark back"),
}


@dataclass(slots=True, eq=False)
class Item:
    """One file of the queue."""

    path: Path
    icon: str = "file"
    stage: Stage = Stage.WAITING
    share: float = 0.0
    step: str = ""
    result: Protected | None = None
    recipient: str = ""  # for whom, from the start of its run on
    wanted: Preset | None = None  # how, likewise
    allowed: frozenset[str] = frozenset()  # the questions that its user has answered with yes
    watched: bool = False  # whether it came into a watched folder and is done as that one says
    order: int = field(default=0)

    @property
    def settled(self) -> bool:
        """Whether it is to be done as it was wanted before: it was cut off, or is tried again."""
        return bool(self.recipient) and (self.stage is Stage.INTERRUPTED or self.wanted is not None)


class QueueModel(QAbstractListModel):
    """The queue as a list; files that are already waiting are not taken twice."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._waiting: set[Path] = set()
        self._order = 0

    def add(self, files: Iterable[tuple[Path, str]]) -> int:
        """Add files with the icons of their kinds, once each, and return how many were new."""
        fresh: list[Item] = []
        for path, icon in files:
            if path in self._waiting:
                continue
            self._waiting.add(path)
            self._order += 1
            fresh.append(Item(path, icon, order=self._order))
        self._append(fresh)
        return len(fresh)

    def restore(self, items: Iterable[Item]) -> int:
        """Take up what an earlier queue left and return how many that are."""
        left = [item for item in items if item.path not in self._waiting]
        self._waiting |= {item.path for item in left}
        self._append(left)
        return len(left)

    def hand_in(self, files: Iterable[tuple[Path, str]], wanted: Preset) -> dict[Path, list[Item]]:
        """Add files that are settled from the start, and return the rows of each: one for each recipient of `wanted`.

        Rows that wait already, or are at work, stand for their file and recipient; others are of what the file was.
        One that was cut off stays so: what brought the program down is not begun again by itself.
        """
        going = {
            (item.path, item.recipient): item
            for item in self._items
            if item.wanted == wanted and item.stage in (*TO_DO, Stage.WORKING, Stage.ASKED)
        }
        rows: dict[Path, list[Item]] = {}
        fresh: list[Item] = []
        for path, icon in files:
            rows[path] = []
            for name in wanted.recipients:
                item = going.get((path, name))
                if item is None:
                    item = Item(path, icon, recipient=name, wanted=wanted)
                    fresh.append(item)
                item.watched = True
                rows[path].append(item)
        self._waiting |= {item.path for item in fresh}
        self._append(fresh)
        return rows

    def holds(self, item: Item) -> bool:
        """Return whether an item is on the list."""
        return item.order < len(self._items) and self._items[item.order] is item

    def items(self, *stages: Stage) -> list[Item]:
        """Return the items that are in one of the stages, or all of them."""
        return [item for item in self._items if not stages or item.stage in stages]

    def start(self, item: Item) -> None:
        """Note that a file is being worked on."""
        self._move(item, Stage.WORKING, 0.0)

    def progress(self, item: Item, share: float, step: str) -> None:
        """Note how far a file is."""
        item.step = step
        self._move(item, Stage.WORKING, share)

    def finish(self, item: Item, result: Protected) -> None:
        """Note what became of a file."""
        item.result = result
        self._move(item, _FROM_STATUS[result.status], 1.0)

    def ask(self, item: Item, result: Protected) -> None:
        """Note that a file waits for its user's answer."""
        item.result = result
        self._move(item, Stage.ASKED, 0.0)

    def answer(self, item: Item, allowed: Iterable[str]) -> None:
        """Note what was answered: a file waits again with what is allowed now, or is left out where nothing is."""
        item.allowed |= frozenset(allowed)
        if allowed:
            item.result = None
        self._move(item, Stage.WAITING if allowed else Stage.LEFT_OUT, 0.0)

    def cancel(self, item: Item) -> None:
        """Note that a file was stopped."""
        self._move(item, Stage.CANCELLED, 0.0)

    def spread(self, items: Sequence[Item], recipients: Sequence[str], wanted: Preset) -> list[Item]:
        """Give files to recipients, one copy for each, and return the items in the order of the list.

        A file for several recipients becomes several rows, one below the other. `wanted` says how the copies are to
        be; one that is settled keeps its recipient and stays as it was wanted.
        """
        chosen = {id(item) for item in items}
        spread: list[Item] = []
        whole: list[Item] = []
        for item in self._items:
            whole.append(item)
            if id(item) not in chosen:
                continue
            # One that was cut off keeps the recipient that it was for.
            if item.settled:
                names, item.wanted = [item.recipient], item.wanted or wanted
            else:
                names, item.wanted = list(recipients), wanted
            item.recipient, item.stage = names[0], Stage.WAITING
            more = [Item(item.path, item.icon, recipient=name, wanted=wanted) for name in names[1:]]
            whole += more
            spread += [item, *more]
        self.beginResetModel()
        self._items = whole
        self._number()
        self.endResetModel()
        return spread

    def move(self, item: Item, step: int) -> bool:
        """Let a file change places with the one above (-1) or below (1), and return whether there is one."""
        place, other = item.order, item.order + step
        if not 0 <= other < len(self._items) or self._items[place] is not item:
            return False
        upper = max(place, other)  # this row goes before the other one
        self.beginMoveRows(QModelIndex(), upper, upper, QModelIndex(), upper - 1)
        self._items[place], self._items[other] = self._items[other], self._items[place]
        self._number()
        self.endMoveRows()
        return True

    def again(self, *stages: Stage) -> None:
        """Let every file wait once more, for another recipient; or those in some stages, to be tried again."""
        for item in self._items:
            if item.stage not in (Stage.WAITING, Stage.WORKING) and (not stages or item.stage in stages):
                item.result, item.allowed = None, frozenset()
                if not stages:
                    item.recipient, item.wanted, item.watched = "", None, False
                self._move(item, Stage.WAITING, 0.0)

    def remove(self, gone: Sequence[Item]) -> None:
        """Take items off the list; those at work stay."""
        leaving = {id(item) for item in gone if item.stage is not Stage.WORKING}
        if not leaving:
            return
        self.beginResetModel()
        self._items = [item for item in self._items if id(item) not in leaving]
        self._waiting = {item.path for item in self._items}
        self._number()
        self.endResetModel()

    def index_of(self, item: Item) -> QModelIndex:
        """Return the place of an item."""
        return self.index(item.order, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(item.path.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{printable(str(item.path))}\n{_detail(item)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{printable(item.path.name)}, {_state(item).word}, {_detail(item)}"
        if role == Role.ITEM:
            return item
        if role == Role.STATE:
            return _state(item)
        if role == Role.DETAIL:
            return _detail(item)
        if role == Role.SHARE:
            return item.share if item.stage is Stage.WORKING else None
        if role == Role.KIND:
            return item.icon
        if role == Role.ACTION:
            return tr("Cancel this file") if item.stage is Stage.WORKING else tr("Take this file off the list")
        return None

    def _append(self, items: list[Item]) -> None:
        if items:
            first = len(self._items)
            self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
            self._items += items
            self._number()
            self.endInsertRows()

    def _number(self) -> None:
        for place, item in enumerate(self._items):
            item.order = place

    def _move(self, item: Item, stage: Stage, share: float) -> None:
        item.stage, item.share = stage, share
        if self.holds(item):
            place = self.index(item.order, 0)
            self.dataChanged.emit(place, place)


def _state(item: Item) -> State:
    return {
        Stage.WAITING: State(tr("Waiting"), "waiting", "muted"),
        Stage.WORKING: State(tr("Protecting"), "working", "accent"),
        Stage.PROTECTED: State(tr("Protected"), "certain", "certain"),
        Stage.REFUSED: State(tr("Refused"), "refused", "probable"),
        Stage.FAILED: State(tr("Failed"), "trouble", "trouble"),
        Stage.CANCELLED: State(tr("Cancelled"), "cancelled", "muted"),
        Stage.ASKED: State(tr("Your answer?"), "probable", "probable"),
        Stage.LEFT_OUT: State(tr("Left out"), "cancelled", "muted"),
        Stage.INTERRUPTED: State(tr("To do again"), "retry", "probable"),
    }[item.stage]


def _detail(item: Item) -> str:
    result = item.result
    if item.stage is Stage.PROTECTED and result is not None and result.output is not None:
        certain = result.expected is not None and result.expected.verdict is Verdict.CERTAIN
        return tr(
            "{recipient}  ·  no. {serial}  ·  {certainty}  ·  in {folder}",
            recipient=result.recipient,
            serial=result.serial,
            certainty=tr("certain") if certain else tr("probable"),
            folder=printable(result.output.parent.name),
        )
    if item.stage is Stage.CANCELLED:
        return tr("Stopped; nothing was left behind.")
    if item.stage is Stage.INTERRUPTED:
        return tr("The program ended while it was worked on; nothing half done was left behind.")
    if result is not None:
        return shown(result.message)
    if item.stage is Stage.WORKING and item.step:
        return _STEPS[item.step]() if item.step in _STEPS else item.step
    return tr("for {recipient}", recipient=item.recipient) if item.recipient else printable(str(item.path.parent))
