"""Sends every hostile, broken or odd file through protect and check in one batch each: nothing may stop a batch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import material
from bench.child import Ran
from bench.commands import Home, objects

MEMORY_LIMIT = 2048.0  # MB that no batch may pass


def rows(place: Path, scratch: Path, *, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield two rows of batches, then one row a file. `scratch` is emptied first."""
    shutil.rmtree(scratch, ignore_errors=True)
    home = Home(scratch / "creator")
    bad = material.files(place, "bad", only=only)
    out = scratch / "copies"
    out.mkdir(parents=True)
    found: dict[str, dict[str, Any]] = {path.name: {"file": path.name} for path in bad}
    before = {path: path.read_bytes() for path in bad}
    protecting = home.protect(bad, out)
    yield _batch("protect", protecting, bad, found, "source", "status")
    checking = home.check(bad)
    yield _batch("check", checking, bad, found, "file", "verdict")
    for path in bad:
        found[path.name]["untouched_source"] = path.read_bytes() == before[path]
        yield found[path.name]


def complaints(row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with how a file was handled, in words; empty when all is right."""
    wrong = []
    for job in ("protect", "check"):
        answer = row.get(job)
        if answer is None:
            wrong.append(f"{job}: no answer")
        elif answer["answers"] > 1:
            wrong.append(f"{job}: {answer['answers']} answers")
        elif answer["said"] in ("refused", "failed", "could not be read"):
            if row["file"] not in answer["message"]:
                wrong.append(f"{job}: the sentence does not name the file")
            if not answer["message"].rstrip().endswith((".", "!")):
                wrong.append(f"{job}: no whole sentence")
    if not row.get("untouched_source", True):
        wrong.append("the source was changed")
    return wrong


def _batch(
    job: str, ran: Ran, bad: Sequence[Path], found: dict[str, dict[str, Any]], name: str, word: str
) -> dict[str, Any]:
    """Put a batch's answers into the rows of its files and return the row of the batch."""
    for seconds, said in objects(ran):
        row = found.get(Path(str(said.get(name))).name)
        if row is not None:
            answers = row[job]["answers"] + 1 if job in row else 1
            row[job] = {
                "said": said.get(word),
                "message": said.get("message") or "",
                "seconds": round(seconds, 2),
                "answers": answers,
            }
    return {
        "batch": job,
        "files": len(bad),
        "answered": sum(job in row for row in found.values()),
        "code": ran.code,
        "seconds": round(ran.seconds, 1),
        "memory": round(ran.memory),
        "broke": ran.broke,
        "errors": ran.errors[-2000:] if ran.broke else "",
    }
