"""The first and last words of docs/limits.md: what the numbers mean, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from bench import files
from bench.pages import harm, main_job, pictures, recordings
from bench.results import Results
from bench.tables import bullet, names, paragraph, share
from core.model import Kind


def opening(runs: Mapping[str, Results]) -> list[str]:
    """Return the first lines: what survives, what does not, how it was measured."""
    lines = [
        "# What the mark survives, and what it does not",
        "",
        *paragraph(
            "Every number on this page was measured by a command of this project (`python -m bench`) on real pictures "
            "and recordings; nothing is estimated, and every miss is named. Other files will give other numbers."
        ),
        "## In short",
        "",
    ]
    if "files" in runs:
        lines += _main_job(runs["files"])
    if "images" in runs:
        lines += pictures.in_short(runs["images"])
    if "sounds" in runs:
        lines += recordings.in_short(runs["sounds"])
    rows = [row for name in harm.NEGATIVES if name in runs for row in runs[name].rows]
    if rows:
        alarms = sum(row["check"][0] == "c" or row.get("every", ["n"])[0] == "c" for row in rows)
        lines += bullet(f"**False alarms:** {alarms} in {len(rows):,} checks of unmarked files and of foreign keys.")
    lines += [
        *bullet(
            "**Never claimed:** that a generated look-alike or a cloned voice is recognised, or that a mark outlives "
            "being made anew by a strong generative model."
        ),
        "",
        "## How it was measured",
        "",
        *bullet(
            "Classes of whole files go by the beginning of the file name: *photo-like* (photos, faces, paintings, "
            "renders, greys, in any format and depth), *flat* (coloured flat art, diagrams, text, pixel art), *odd* "
            "(transparent, silent, very "
            "quiet), *tiny*. A class is no excuse: all are counted."
        ),
        *bullet(
            "Damage is named and seeded: the same file always gets the same damage. Pieces of recordings come from "
            "random places, of which those that hold enough sound are preferred, the same for every damage."
        ),
        *bullet(
            "A finding counts only if it is `certain` and names the right copy. `certain` means that the proven "
            "chance of "
            "a coincidence, corrected for all that was tried, is at most 1 in 10^9; in recordings that holds for *a "
            "mark "
            "of this key*, and the chance that the serial is wrong is at most 1 in 10^4 besides."
        ),
        *bullet("Small counts: one file of 40 is 2.5 %. Differences of that size mean nothing."),
        "",
    ]
    return lines


def closing(runs: Mapping[str, Results]) -> list[str]:
    """Return the last lines: how to make this page again, and with what it was made."""
    lines = [
        "## To measure again",
        "",
        *paragraph(
            "`python -m bench all --data FOLDER` runs everything and writes this page; `images`, `security`, `peers`, "
            "`sounds`, `security_sounds`, `sound_peers`, `files`, `negatives`, `bad`, `quality`, `speed` and `catalog` "
            "run one part; `report` only writes the page. "
            "`--only NAME`, `--attack NAME` and `--quick` measure less and leave this page alone. A run that was cut "
            "off goes on where it was."
        ),
    ]
    for name, run in runs.items():
        libraries = ", ".join(f"{library} {version}" for library, version in run.about["libraries"].items())
        versions = sorted({row["parameters"] for row in run.rows if "parameters" in row})
        marks = f", mark version {names(map(str, versions))}" if versions else ""
        lines += bullet(
            f"{name}: {run.about['date']}, {len(run.rows)} rows, seed {run.about['seed']}{marks}; "
            f"Python {run.about['python']}, {libraries}."
        )
    return [*lines, ""]


def _main_job(results: Results) -> list[str]:
    lines = []
    for kind, noun in ((Kind.IMAGE, "pictures"), (Kind.AUDIO, "recordings")):
        rows = [row for row in results.rows if row["kind"] == kind]
        groups = [(name, members) for name, members in main_job.groups(rows, kind) if members]
        if not rows:
            continue
        protected = sum(row["status"] == "protected" for row in rows)
        told = [f"{protected} of {len(rows)} {noun} could be protected"]
        told.append(f"untouched copies found: {share(*main_job.hits(rows, 'untouched'))}")
        for check, title in files.DAMAGE[kind].items():
            each = [
                f"{name} {share(*main_job.hits(members, check))}"
                for name, members in groups
                if main_job.hits(members, check)[1]
            ]
            told.append(f"after {title}: {', '.join(each)}")
        lines += bullet(f"**Whole files, {noun}:** {'; '.join(told)}.")
    return lines
