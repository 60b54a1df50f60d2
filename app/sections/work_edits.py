"""What is changed in works and copies from the window: beside it, each as one step that can be undone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.catalog_words import done_words
from app.desk import Desk
from app.widgets.bulk_panel import BulkEdit
from core.catalog.text import parts_of
from core.errors import CountermarkError
from core.model import Copy, Work

if TYPE_CHECKING:
    from core.catalog.store import Catalog


class WorkEdits(QObject):
    """`done` tells in words what was changed, `refused` that it was not; `ended` follows either.

    With `at_once` set, changes are made before anything else happens: the window is being closed.
    """

    done = Signal(str)
    refused = Signal()
    ended = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.at_once = False

    def edit_work(self, number: int, changed: dict[str, str]) -> None:
        """Give a work other values, as its form has them."""
        fields: dict[str, Any] = dict(changed)
        if "tags" in fields:
            fields["tags"] = parts_of(changed["tags"])
        for name in ("terms", "creator"):
            if name in fields:
                fields[name] = int(changed[name]) if changed[name] else None
        self._change("edited", "works", lambda catalog: catalog.edit(Work, [number], **fields))

    def edit_copy(self, number: int, changed: dict[str, str]) -> None:
        """Give a copy other values, as its form has them."""
        self._change("edited", "copies", lambda catalog: catalog.edit(Copy, [number], **changed))

    def edit_all(self, numbers: Sequence[int], wanted: BulkEdit) -> None:
        """Change several works in the same way."""

        def edit(catalog: Catalog) -> int:
            with catalog.together("edited") as editor:
                return sum(editor.change(Work, number, wanted.fields, wanted.add, wanted.remove) for number in numbers)

        self._change("edited", "works", edit)

    def bin_works(self, numbers: Sequence[int]) -> None:
        """Put works into the bin."""
        self._change("put into the bin", "works", lambda catalog: catalog.bin(Work, numbers))

    def bin_copies(self, numbers: Sequence[int]) -> None:
        """Put copies into the bin."""
        self._change("put into the bin", "copies", lambda catalog: catalog.bin(Copy, numbers))

    def _change(self, what: str, table: str, act: Callable[[Catalog], int]) -> None:
        session = self._desk.session
        if self.at_once:
            with contextlib.suppress(CountermarkError):  # nobody is there any more to read why
                act(session.catalog)
            return

        def changed(count: int) -> None:
            if count:
                self.done.emit(done_words(what, {table: count}))
            self.ended.emit()

        def failed(error: Exception) -> None:
            self._desk.messages.show_error(error)
            self.refused.emit()
            self.ended.emit()

        self._desk.jobs.call(lambda: act(session.catalog), changed, failed)
