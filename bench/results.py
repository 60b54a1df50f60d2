"""Results as JSON Lines: the first line describes the run, each further line is one file or one measurement."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.model import Finding, Verdict

Row = Mapping[str, Any]
LETTERS = {Verdict.CERTAIN: "c", Verdict.PROBABLE: "p", Verdict.NOTHING: "n", Verdict.UNREADABLE: "u"}


@dataclass(frozen=True, slots=True)
class Results:
    """One stored run: `about` (date, versions, seeds) and its rows."""

    about: Row
    rows: tuple[Row, ...]


def about(run: str, **more: Any) -> dict[str, Any]:
    """Return the first line of a run: what ran, when, on what."""
    import numpy
    import PIL
    import scipy
    import soundfile

    return {
        "run": run,
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "libraries": {
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "pillow": PIL.__version__,
            "soundfile": soundfile.__version__,
            "libsndfile": soundfile.__libsndfile_version__,
        },
        **more,
    }


def store(path: Path, head: Row, rows: Iterable[Row]) -> Results:
    """Write a run to a file, line by line as its rows come, and return it; an older one is replaced at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.with_suffix(".tmp")
    kept: list[Row] = []
    with growing.open("w", encoding="utf-8") as file:
        file.write(_line(head))
        for row in rows:
            kept.append(row)
            file.write(_line(row))
            file.flush()
    growing.replace(path)
    return Results(head, tuple(kept))


def begun(path: Path, head: Row) -> dict[str, Row]:
    """Return the rows, by file, of a run that was cut off, where all but its date was the same."""
    growing = path.with_suffix(".tmp")
    if not growing.exists():
        return {}
    lines = growing.read_text(encoding="utf-8").split("\n")[:-1]  # what follows the last line end was cut off
    if not lines or {**json.loads(lines[0]), "date": ""} != {**head, "date": ""}:
        return {}
    return {row["file"]: row for row in map(json.loads, lines[1:])}


def load(path: Path) -> Results | None:
    """Return a stored run, or None where there is none."""
    if not path.exists():
        return None
    head, *rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return Results(head, tuple(rows))


def outcome(findings: tuple[Finding, ...], serial: int | None) -> list[Any]:
    """Return a check in four values: verdict letter, score, log10 of its probability, and 1 / 0 / None.

    The last says whether the serial is the right one; None where no serial was named.
    """
    if not findings:
        return ["n", 0.0, 0.0, None]
    best = findings[0]
    power = round(math.log10(max(best.probability, 1e-300)), 1)
    right = None if best.serial is None else int(best.serial == serial)
    wrong = any(f.serial not in (None, serial) and f.verdict is Verdict.CERTAIN for f in findings)
    return [LETTERS[best.verdict], round(best.score, 2), power, 0 if wrong else right]


def found(value: list[Any]) -> bool:
    """Return whether a check named the right serial with certainty."""
    return bool(value[0] == "c" and value[3] == 1)


def accused_wrongly(value: list[Any]) -> bool:
    """Return whether a check named a wrong serial at all."""
    return value[0] in "cp" and value[3] == 0


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
