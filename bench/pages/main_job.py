"""The section on whole files through the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench import files
from bench.results import Results
from bench.tables import bullet, cell, middle, names, paragraph, share, table
from core.model import Kind

Row = dict[str, Any]
CLIP = 10.0  # seconds from which a recording counts as a clip with 10 s of sound


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## The main job, on whole files", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    lines += paragraph(
        f"Measured {results.about['date']} with the command line as people use it: `countermark protect` on every "
        "trial "
        "file, one process each; the untouched copy checked in a process of its own; then copies damaged by other "
        "programs (Pillow, libsndfile) checked in one batch; then all untouched copies checked with the key of "
        "somebody "
        "else, whose catalog holds copies of its own. Found means: `certain`, and the right copy named."
    )
    for kind, title in ((Kind.IMAGE, "pictures"), (Kind.AUDIO, "recordings")):
        rows = [row for row in results.rows if row["kind"] == kind]
        if rows:
            lines += _of_kind(rows, kind, title)
    return lines


def groups(rows: Sequence[Any], kind: Kind) -> list[tuple[str, list[Any]]]:
    """Return the rows by the groups that the goals speak of."""
    if kind is Kind.IMAGE:
        names_of = ("photo-like", "flat", "odd", "tiny")
        return [(name, [r for r in rows if r["class"] == name]) for name in names_of]
    long = [r for r in rows if r["seconds_of_sound"] >= CLIP]
    short = [r for r in rows if r["seconds_of_sound"] < CLIP]
    return [(f"{CLIP:g} s and longer", long), ("shorter", short)]


def hits(rows: Sequence[Any], check: str) -> tuple[int, int]:
    """Return how many of the checks of this name found the right copy, and how many there were."""
    done = [row["checks"][check] for row in rows if check in row.get("checks", {})]
    return sum(found(value) for value in done), len(done)


def found(value: Any) -> bool:
    """Return whether a check of a file named the right copy with certainty."""
    return value["verdict"] == "certain" and value.get("right") is True


def _of_kind(rows: list[Any], kind: Kind, title: str) -> list[str]:
    checks = {"untouched": "untouched", **files.DAMAGE[kind]}
    body = []
    for name, members in [*groups(rows, kind), ("all", rows)]:
        if members:
            protected = sum(row["status"] == "protected" for row in members)
            foreign = [row["checks"]["foreign key"] for row in members if "foreign key" in row.get("checks", {})]
            silent = sum(value["verdict"] == "nothing found" for value in foreign)
            body.append(
                [
                    name,
                    f"{protected} of {len(members)}",
                    *(share(*hits(members, check)) for check in checks),
                    f"nothing in {silent} of {len(foreign)}",
                ]
            )
    lines = [f"### {title.capitalize()}", ""]
    lines += table(["class", "protected", *checks.values(), "foreign key"], body)
    lines += _goals(rows, kind)
    lines += _named(rows, checks)
    seconds = [row["seconds"] for row in rows]
    checking = [row["checks"]["untouched"]["seconds"] for row in rows if row.get("checks")]
    memory = [row["memory"] for row in rows] + [
        row["checks"]["untouched"]["memory"] for row in rows if row.get("checks")
    ]
    if seconds and checking:
        lines += paragraph(
            "Time of a whole process by the clock, beside whatever else the machine did: protect "
            f"{middle(seconds)} s in the middle, {max(seconds):.1f} s at most; check "
            f"{middle(checking)} s in the middle, {max(checking):.1f} s at most. Peak memory of any of them: "
            f"{max(memory)} MB."
        )
    return lines


def _goals(rows: list[Any], kind: Kind) -> list[str]:
    """Return what is wanted of this version and whether it was reached."""
    members = dict(groups(rows, kind))
    if kind is Kind.IMAGE:
        wanted = [("photo-like pictures", 95, members["photo-like"]), ("flat pictures", 75, members["flat"])]
    else:
        wanted = [(f"recordings of {CLIP:g} s and longer", 95, members[f"{CLIP:g} s and longer"])]
    right, of = hits(rows, "untouched")
    told = [f"every untouched copy: {'reached' if right == of else 'NOT reached'}"]
    for title, least, some in wanted:
        for check, damage in files.DAMAGE[kind].items():
            right, of = hits(some, check)
            reached = "reached" if 100 * right >= least * of else "NOT reached"
            told.append(f"{least} % of the {title} after {damage}: {reached}")
    return paragraph(f"Wanted of this version: {'; '.join(told)}.")


def _named(rows: list[Any], checks: dict[str, str]) -> list[str]:
    """Return every miss, refusal and difference by name."""
    lines = []
    for check, title in checks.items():
        missed = [
            f"`{row['file']}` ({_told(row['checks'][check])})"
            for row in rows
            if check in row.get("checks", {}) and not found(row["checks"][check])
        ]
        lines += bullet(f"Missed, {title}: {names(missed)}.")
    alarms = [
        f"`{row['file']}` ({_told(row['checks']['foreign key'])})"
        for row in rows
        if row.get("checks", {}).get("foreign key", {}).get("verdict") not in (None, "nothing found")
    ]
    lines += bullet(f"Something found with a foreign key: {names(alarms)}.")
    for row in rows:
        if row["status"] != "protected":
            said = cell(row.get("message") or "no word")
            lines += bullet(f"Not protected ({row['status']}): `{row['file']}`: {said}")
    for row in rows:
        if row.get("kept"):
            lines += bullet(f"Not kept in the copy of `{row['file']}`: {names(row['kept'])}.")
    changed = [f"`{row['file']}`" for row in rows if not row["untouched_source"]]
    broke = [
        f"`{row['file']}`" for row in rows if row["broke"] or row.get("checks", {}).get("untouched", {}).get("broke")
    ]
    lines += bullet(f"Sources changed: {names(changed)}. Processes that broke down or did not end: {names(broke)}.")
    for row in rows:
        if row.get("not_cut"):
            lines += bullet(f"Not cut to 10 s: `{row['file']}`: {row['not_cut']}.")
    return [*lines, ""]


def _told(value: Row) -> str:
    words = str(value["verdict"])
    if value.get("score") is not None:
        words += f", score {value['score']:.1f}"
    if value.get("right") is False:
        words += ", WRONG COPY"
    return words
