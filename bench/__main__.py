"""`python -m bench RUN`: measure one part (or `all`), then write docs/limits.md; `report` only writes the page.

`formats` writes docs/formats.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench import (
    bad,
    catalog,
    files,
    fingerprints,
    hostile,
    material,
    negatives_images,
    negatives_sounds,
    pictures,
    quality,
    recordings,
    report,
    sample,
    scan,
    security_images,
    security_sounds,
    sound_keys,
    sound_peers,
    speed,
)
from bench.formats import page
from bench.peers import compare
from bench.results import about, accused_wrongly, begun, found, store
from bench.robustness import Plan

Rows = Iterable[dict[str, Any]]
Run = Callable[[Path, Path, argparse.Namespace], Rows]  # folder of trial files, scratch folder, options -> rows


def _images(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    whole = sample.chosen(material.files(place, "images"))
    chosen = [path for path in whole if options.only in path.name][:: 13 if options.quick else 1]
    return pictures.rows(
        chosen, attacks=frozenset(options.attack), jobs=options.jobs, minutes=options.minutes, done=options.done
    )


def _sounds(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    chosen = material.files(place, "audio", only=options.only, quick=options.quick)
    plan = Plan(attacks=frozenset(options.attack))
    return recordings.rows(chosen, plan, minutes=options.minutes, done=options.done)


def _security(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    return security_images.rows(material.files(place, "images"), quick=options.quick, done=options.done)


def _peers(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    return compare.rows(material.files(place, "images"), quick=options.quick, done=options.done)


def _security_sounds(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    return security_sounds.rows(material.files(place, "audio"), quick=options.quick, done=options.done)


def _hostile(place: Path, scratch: Path, options: argparse.Namespace) -> Rows:
    try:
        trials = material.folder(options.data)
    except FileNotFoundError:  # it makes its own files; real ones are welcome where they are there
        trials = None
    return hostile.rows(trials, scratch, count=hostile.COUNT // (33 if options.quick else 1), only=options.only)


RUNS: dict[str, Run] = {
    "images": _images,
    "security": _security,
    "peers": _peers,
    "sounds": _sounds,
    "files": lambda place, scratch, o: files.rows(place, scratch, only=o.only, quick=o.quick),
    "negatives_images": lambda place, scratch, o: negatives_images.rows(
        place, only=o.only, quick=o.quick, minutes=o.minutes
    ),
    "negatives_sounds": lambda place, scratch, o: negatives_sounds.rows(place, only=o.only, quick=o.quick),
    "security_sounds": _security_sounds,
    "sound_keys": lambda place, scratch, o: sound_keys.rows(place, only=o.only, quick=o.quick, done=o.done),
    "sound_peers": lambda place, scratch, o: sound_peers.rows(place, only=o.only, quick=o.quick, done=o.done),
    "bad": lambda place, scratch, o: bad.rows(place, scratch, only=o.only),
    "hostile": _hostile,
    "quality": lambda place, scratch, o: quality.rows(place, only=o.only, quick=o.quick),
    "fingerprints": lambda place, scratch, o: fingerprints.rows(
        place, scratch, only=o.only, quick=o.quick, minutes=o.minutes
    ),
    "catalog": lambda place, scratch, o: catalog.rows(scratch, only=o.only, quick=o.quick),
    "scan": lambda place, scratch, o: scan.rows(place, scratch, quick=o.quick),
    "speed": lambda place, scratch, o: speed.rows(scratch, only=o.only, quick=o.quick),
}
CODE = ("core", "bench/attacks", "bench/goals.py", "bench/sound_goals.py", "bench/sample.py", "bench/material.py")
SEVERAL = {"all": tuple(RUNS), "negatives": ("negatives_images", "negatives_sounds", "sound_keys")}
WITHOUT_FILES = {"catalog", "hostile", "speed"}


def main(words: list[str] | None = None) -> int:
    """Return the exit code: 0 when all was measured."""
    options = _options(words)
    if options.run == "report":
        report.write()
        return 0
    if options.run == "formats":
        page.write()
        return 0
    partial = bool(options.only or options.quick or options.attack)
    place = material.HERE if options.run in WITHOUT_FILES else material.folder(options.data)
    for run in SEVERAL.get(options.run, (options.run,)):
        started = time.monotonic()
        target = (material.SCRATCH if partial else material.RESULTS) / f"{run}.jsonl"
        head = about(
            run, seed=material.SEED, candidates=material.CANDIDATES, partial=partial, code=material.code_of(CODE)
        )
        options.done = {} if options.afresh else begun(target, head)
        rows = _shown(run, RUNS[run](place, material.SCRATCH / "work" / run, options))
        kept = store(target, head, rows)
        _say(f"{run}: {len(kept.rows)} rows in {time.monotonic() - started:.0f} s, kept in {target}")
    if not partial:
        report.write()
    return 0


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("run", choices=(*RUNS, *SEVERAL, "report", "formats"))
    parser.add_argument("--data", type=Path, help="folder of trial files (else COUNTERMARK_DEV_DATA)")
    parser.add_argument("--only", default="", help="only files (or speed cases) whose name contains this")
    parser.add_argument("--attack", action="append", default=[], help="only this attack; may be given several times")
    parser.add_argument("--jobs", type=int, default=1, help="processes for images and sounds")
    parser.add_argument(
        "--minutes",
        type=float,
        default=0.0,
        help="begin no further picture (images, negatives_images, fingerprints) after so many minutes",
    )
    parser.add_argument("--afresh", action="store_true", help="do not go on where a run of the same code was cut off")
    parser.add_argument("--quick", action="store_true", help="a few files; kept apart from the committed results")
    return parser.parse_args(words)


def _shown(run: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows, telling what each says, how many there are by now, and after how long."""
    started = time.monotonic()
    for number, row in enumerate(rows, 1):
        _say(f"{run} {number}, {time.monotonic() - started:.0f} s: {_in_short(row)}")
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
