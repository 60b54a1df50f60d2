"""Protecting the files of a queue: what happens beside the window, told as plain events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.models.queue import Item
from app.session import Session
from core.errors import CancelledError
from core.model import Protected, Strength
from core.progress import Progress


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


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What is wanted of a run. `stopped` may grow while it lasts: single files that are not wanted any more."""

    items: Sequence[Item]  # each knows for whom it is
    out: Path | None
    strength: Strength
    stopped: set[int]

    def stop(self, item: Item) -> None:
        """Take one file out of the run."""
        self.stopped.add(id(item))


def protect_queue(session: Session, order: Order, progress: Progress) -> Iterator[Event]:
    """Yield what happens to each file. CancelledError when the whole run is stopped."""
    from core.protect import protect

    for item in order.items:
        if id(item) in order.stopped:
            yield Stopped(item)
            continue
        yield Started(item)

        def report(share: float, step: str, item: Item = item) -> None:
            if id(item) in order.stopped:
                raise CancelledError
            progress(share, step)

        try:
            for result in protect(
                [item.path],
                recipient=item.recipient,
                catalog=session.catalog,
                key=session.key,
                out=order.out,
                strength=order.strength,
                progress=report,
            ):
                yield Finished(item, result)
        except CancelledError:
            progress(0.0, "")  # raises again where everything is to stop
            yield Stopped(item)
