"""Protecting the files of a queue: what happens beside the window, told as plain events."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from app.models.queue import Item
from app.session import Session
from core.errors import CancelledError
from core.model import Protected, Terms
from core.presets import Preset
from core.progress import Progress

KNOWN, THERE = "known", "there"  # what people are asked about a file: it is known, or its copy's name is taken


class Started(NamedTuple):
    """A file is being worked on from now on."""

    item: Item


class Finished(NamedTuple):
    """A file is done, one way or the other."""

    item: Item
    result: Protected


class Stopped(NamedTuple):
    """A file was taken out by its user; the others go on."""

    item: Item


Event = Started | Finished | Stopped


class Order:
    """What is wanted of a run. Each item says for whom and how it is wanted; `items` are all of them.

    While it lasts, the window may add items, change the order of those that wait, take single ones out, and `answer`
    a question for all that follow.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        self._waiting = list(items)
        self._stopped: set[int] = set()
        self._answers: dict[str, bool] = {}
        self._over = False
        self._lock = threading.Lock()

    def take(self) -> Item | None:
        """Return the next item, None when none is left: from then on nothing can be added."""
        with self._lock:
            self._over = not self._waiting
            return None if self._over else self._waiting.pop(0)

    def add(self, items: Sequence[Item]) -> bool:
        """Let items follow the others, and return whether that was still possible."""
        with self._lock:
            if not self._over:
                self._waiting += items
                self.items += [item for item in items if item not in self.items]
                self._stopped -= {id(item) for item in items}
            return not self._over

    def sort(self) -> None:
        """Let the items that wait be done as they stand in the list."""
        with self._lock:
            self._waiting.sort(key=lambda item: item.order)

    def stop(self, item: Item) -> None:
        """Take one file out of the run."""
        self._stopped.add(id(item))

    def is_stopped(self, item: Item) -> bool:
        """Return whether a file was taken out."""
        return id(item) in self._stopped

    def answer(self, question: str, *, go_on: bool) -> None:
        """Answer a question for all files that are still to come."""
        self._answers[question] = go_on

    def answered(self, question: str) -> bool | None:
        """Return the answer for all, None while there is none."""
        return self._answers.get(question)


def protect_queue(session: Session, order: Order, progress: Progress) -> Iterator[Event]:
    """Yield what happens to each file. CancelledError when the whole run is stopped.

    RefusedError where a preset names terms that the catalog has not, before a file is touched with them.
    """
    from core.protect import protect

    while (item := order.take()) is not None:
        if order.is_stopped(item):
            yield Stopped(item)
            continue
        wanted = item.wanted or Preset()
        terms = _terms(session, wanted.terms)
        yield Started(item)

        def report(share: float, step: str, item: Item = item) -> None:
            if order.is_stopped(item):
                raise CancelledError
            progress(share, step)

        try:
            for result in protect(
                [item.path],
                recipient=item.recipient,
                catalog=session.catalog,
                key=session.key,
                out=_folder(wanted),
                strength=wanted.strength,
                conversion=wanted.conversions(),
                naming=wanted.pattern,
                terms=terms,
                keep=wanted.keep,
                strip=wanted.strip,
                sign=wanted.sign,
                purpose=wanted.purpose,
                unless_known=_asks(order, item, KNOWN),
                unless_there=_asks(order, item, THERE),
                progress=report,
            ):
                yield Finished(item, result)
        except CancelledError:
            progress(0.0, "")  # raises again where everything is to stop
            yield Stopped(item)


def questions(result: Protected) -> tuple[str, ...]:
    """Return what a file that was refused waits for: KNOWN, THERE, both or nothing."""
    return ((KNOWN,) if result.known else ()) + ((THERE,) if result.there is not None else ())


def _asks(order: Order, item: Item, question: str) -> bool:
    """Return whether a file is to be refused for a question, rather than be protected all the same."""
    return question not in item.allowed and order.answered(question) is not True


def _terms(session: Session, name: str) -> Terms | None:
    if not name:
        return None
    from core.catalog.names import one

    return session.catalog.get(Terms, one(session.catalog, Terms, name))


def _folder(wanted: Preset) -> Path | None:
    return None if wanted.folder is None else wanted.folder.expanduser()
