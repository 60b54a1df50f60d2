"""The queue on disk, so that a crash or a restart of the system loses none of it.

One small JSON file in the data folder, written anew at every change. What was being worked on when the program ended
comes back first and says so: `core.protect` left nothing half done of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.models.queue import Item, Stage
from core.data_files import write_whole
from core.presets import Preset, preset_of

_NAME = "queue.json"
_KEPT = (Stage.WAITING, Stage.WORKING, Stage.ASKED, Stage.INTERRUPTED)
_CUT_OFF = (Stage.WORKING, Stage.INTERRUPTED)
_log = logging.getLogger(__name__)


def save_queue(folder: Path, items: Iterable[Item]) -> None:
    """Write down what waits and what is being worked on. A disk that does not take it costs nothing but the memory."""
    wanted: dict[Preset, int] = {}  # how copies are wanted is the same for many files
    rows = [_row(item, wanted) for item in items if item.stage in _KEPT]
    path = folder / _NAME
    try:
        if rows:
            said = {"files": rows, "wanted": [preset.fields() for preset in wanted]}
            write_whole(path, json.dumps(said), sync=False)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("The queue could not be kept: %s", error)


def load_queue(folder: Path) -> list[Item]:
    """Return what was left of the last queue: what was cut off first. A damaged file counts as none."""
    try:
        said = json.loads((folder / _NAME).read_text("ascii"))
        wanted = [preset_of(fields) for fields in said["wanted"]]
        items = [
            Item(
                Path(str(row["path"])),
                str(row["icon"]),
                Stage.INTERRUPTED if Stage(row["stage"]) in _CUT_OFF else Stage.WAITING,
                recipient=str(row.get("recipient", "")),
                wanted=wanted[row["wanted"]] if "wanted" in row else None,
            )
            for row in said["files"]
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return sorted(items, key=lambda item: item.stage is Stage.WAITING)


def _row(item: Item, wanted: dict[Preset, int]) -> dict[str, Any]:
    row: dict[str, Any] = {"path": str(item.path), "icon": item.icon, "stage": item.stage.value}
    if item.recipient:
        row["recipient"] = item.recipient
    if item.wanted is not None:
        row["wanted"] = wanted.setdefault(item.wanted, len(wanted))
    return row
