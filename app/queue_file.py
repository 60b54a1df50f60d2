"""The queue on disk, so that a crash or a restart of the system loses none of it.

One small JSON file in the data folder, written anew at every change. What was being worked on when the program ended
comes back first and says so: `core.protect` left nothing half done of it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from app.models.queue import Item, Stage

_NAME = "queue.json"
_KEPT = (Stage.WAITING, Stage.WORKING, Stage.INTERRUPTED)
_log = logging.getLogger(__name__)


def save_queue(folder: Path, items: Iterable[Item]) -> None:
    """Write down what waits and what is being worked on. A disk that does not take it costs nothing but the memory."""
    rows = [
        {
            "path": str(item.path),
            "icon": item.icon,
            "stage": item.stage.value,
        }
        | ({"recipient": item.recipient} if item.recipient else {})
        for item in items
        if item.stage in _KEPT
    ]
    path = folder / _NAME
    try:
        if not rows:
            path.unlink(missing_ok=True)
            return
        handle, name = tempfile.mkstemp(prefix=".queue-", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(rows, file)
            Path(name).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        _log.warning("The queue could not be kept: %s", error)


def load_queue(folder: Path) -> list[Item]:
    """Return what was left of the last queue: what was cut off first. A damaged file counts as none."""
    try:
        rows = json.loads((folder / _NAME).read_text("ascii"))
        items = [
            Item(
                Path(str(row["path"])),
                str(row["icon"]),
                Stage.WAITING if Stage(row["stage"]) is Stage.WAITING else Stage.INTERRUPTED,
                recipient=str(row.get("recipient", "")),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return sorted(items, key=lambda item: item.stage is Stage.WAITING)
