"""`python -m bench images|sounds|files|negatives|bad|speed|quality|report|all`: measure, then write docs/limits.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench import bad, files, material, negatives, quality, report, robustness, speed
from bench.results import about, accused_wrongly, found, store
from core.model import Kind

RUNS = ("images", "sounds", "files", "negatives", "bad", "quality", "speed")


def main(words: list[str] | None = None) -> int:
    """Return the exit code: 0 when all was measured."""
    options = _options(words)
    if options.run == "report":
        report.write()
        return 0
    partial = bool(options.only or options.quick or options.attack)
    place = None if options.run == "speed" else material.folder(options.data)
    for run in RUNS if options.run == "all" else (options.run,):
        started = time.monotonic()
        target = (material.SCRATCH if partial else material.RESULTS) / f"{run}.jsonl"
        rows = _shown(run, _rows(run, place, options))
        head = about(run, seed=material.SEED, candidates=material.CANDIDATES, partial=partial)
        kept = store(target, head, rows)
        _say(f"{run}: {len(kept.rows)} rows in {time.monotonic() - started:.0f} s, kept in {target}")
    if not partial:
        report.write()
    return 0


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("run", choices=(*RUNS, "report", "all"))
    parser.add_argument("--data", type=Path, help="folder of trial files (else COUNTERMARK_DEV_DATA)")
    parser.add_argument("--only", default="", help="only files (or speed cases) whose name contains this")
    parser.add_argument("--attack", action="append", default=[], help="only this attack; may be given several times")
    parser.add_argument("--jobs", type=int, default=1, help="processes for images and sounds")
    parser.add_argument("--quick", action="store_true", help="one file of five; kept apart from the committed results")
    return parser.parse_args(words)


def _rows(run: str, place: Path | None, options: argparse.Namespace) -> Iterable[dict[str, Any]]:
    """Return the rows of one run as they come."""
    scratch = material.SCRATCH / "work" / run
    if run == "speed":
        return speed.rows(scratch, only=options.only, quick=options.quick)
    assert place is not None
    if run == "files":
        return files.rows(place, scratch, only=options.only, quick=options.quick)
    if run == "bad":
        return bad.rows(place, scratch, only=options.only)
    if run == "negatives":
        return negatives.rows(place, only=options.only, quick=options.quick)
    if run == "quality":
        return quality.rows(place, only=options.only, quick=options.quick)
    kind, part = (Kind.IMAGE, "images") if run == "images" else (Kind.AUDIO, "audio")
    known = robustness.references(material.files(place, part), kind)
    plan = robustness.Plan(attacks=frozenset(options.attack), references=known)
    chosen = material.files(place, part, only=options.only, quick=options.quick)
    return robustness.rows(chosen, kind, plan, jobs=options.jobs)


def _shown(run: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows, telling what each says."""
    for row in rows:
        _say(f"{run}: {_in_short(row)}")
        yield row


def _in_short(row: dict[str, Any]) -> str:
    name = str(row.get("file") or row.get("case") or row.get("batch"))
    if "refused" in row:
        return f"{name} refused: {row['refused']}"
    if "every" in row and "checks" in row:
        checks = row["checks"]
        missed = [f"{attack} {value[1]}" for attack, value in checks.items() if not found(value)]
        wrong = sum(accused_wrongly(value) for value in checks.values())
        said = f"{name} {len(checks) - len(missed)} of {len(checks)}"
        return said + (f", missed {', '.join(missed)}" if missed else "") + (f", WRONG {wrong}" if wrong else "")
    return name + " " + " ".join(f"{k}={v}" for k, v in row.items() if k not in ("file", "case"))[:400]


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
