"""The sections on what must never happen: false alarms, and files that break the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.bad import MEMORY_LIMIT, complaints
from bench.negatives import WIDELY
from bench.results import Results, accused_wrongly
from bench.tables import bullet, cell, middle, names, paragraph, table

PARTS = {
    "negatives_images": "unmarked pictures, each with several keys",
    "originals": "unmarked originals beside their own references, informed",
    "negatives_audio": "unmarked recordings, each with several keys, and their 10 s pieces",
    "works": "the trial recordings before they are marked, each with several keys",
    "images": "marked pictures, foreign keys",
    "audio": "marked recordings, foreign key",
}


NEGATIVES = ("negatives_images", "negatives_sounds")


def false_alarms(runs: Mapping[str, Results]) -> list[str]:
    """Return the lines of the section on marks found where there are none."""
    lines = ["## No false alarms", ""]
    done = [runs[name] for name in NEGATIVES if name in runs]
    for name, noun in zip(NEGATIVES, ("Pictures", "Recordings"), strict=True):
        lines += [f"{noun}: Not measured yet.", ""] if name not in runs else []
    if not done:
        return lines
    every_row = [row for results in done for row in results.rows]
    lines += paragraph(
        f"Measured {names(dict.fromkeys(results.about['date'] for results in done))}. Each check asked for "
        f"{done[0].about['candidates']:,} issued serials; one "
        f"of {WIDELY} also for all 2^20. The largest score is that of the best row of the codebook over all "
        "alignments that "
        "reached it, also where the check rightly says nothing."
    )
    body = []
    for part, title in PARTS.items():
        rows = [row for row in every_row if row["part"] == part]
        every = [row for row in rows if "every" in row]
        if rows:
            body.append(
                [
                    title,
                    len(rows),
                    sum(row["check"][0] == "c" for row in rows),
                    sum(row["check"][0] == "p" for row in rows),
                    f"{middle([row['score'] for row in rows])} / {max(row['score'] for row in rows):.2f}",
                    len(every),
                    sum(row["every"][0] == "c" for row in every),
                    f"{max((row['every_score'] for row in every), default=0):.2f}",
                    max(row["vectors"] for row in rows),
                    middle([row["seconds"] for row in rows]),
                ]
            )
    head = ["searched", "checks", "certain", "probable", "largest score: middle / highest"]
    lines += table(
        [*head, "checks of 2^20", "certain", "highest score", "most alignments in one check", "seconds, middle"], body
    )
    loud = [
        f"`{row['file']}` ({row['what']}, score {row['check'][1]:.1f})"
        for row in every_row
        if row["check"][0] in "cp" or row.get("every", ["n"])[0] in "cp"
    ]
    lines += paragraph(f"Marks seen where there are none, `probable` included: {names(loud)}.")
    wrong = sum(
        accused_wrongly(value)
        for name in ("images", "sounds")
        if name in runs
        for row in runs[name].rows
        for value in row.get("checks", {}).values()
    )
    lines += paragraph(f"Wrong copies named under the damage of the sections above: {wrong}.")
    return lines


def hostile_files(results: Results | None) -> list[str]:
    """Return the lines of the section on broken and hostile files."""
    lines = ["## Broken, hostile and odd files", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    lines += paragraph(
        f"Measured {results.about['date']}: all in one batch through `protect`, then all in one batch through `check`."
    )
    batches = [row for row in results.rows if "batch" in row]
    for row in batches:
        state = "no breakdown" if not row["broke"] else "BROKE DOWN"
        limit = "within" if row["memory"] <= MEMORY_LIMIT else "ABOVE"
        lines += bullet(
            f"`{row['batch']}`: {row['answered']} of {row['files']} files answered, exit code {row['code']}, {state}, "
            f"{row['seconds']:g} s in all, peak memory {row['memory']} MB ({limit} the limit of {MEMORY_LIMIT:g} MB)."
        )
    lines.append("")
    rows = [row for row in results.rows if "batch" not in row]
    body = [[f"`{row['file']}`", *(_told(row.get(job), row["file"]) for job in ("protect", "check"))] for row in rows]
    lines += table(["file", "protect", "check"], body)
    wrong = [f"`{row['file']}` ({'; '.join(found)})" for row in rows if (found := complaints(row))]
    lines += paragraph(f"Handled badly: {names(wrong)}.")
    return lines


def _told(answer: Any, name: str) -> str:
    """Return an answer for the table; what every "nothing found" says is left out, what it says of this file stays."""
    if answer is None:
        return "no answer"
    message = answer["message"] or ""
    if answer["said"] == "nothing found":
        message = message[message.find(name) :] if name in message else ""
    return f"{answer['said']}: {cell(message)}" if message else str(answer["said"])
