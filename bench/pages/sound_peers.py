"""The table that sets the audio mark beside audiowmark on the same clips."""

from __future__ import annotations

from typing import Any

from bench.attacks.sounds import ATTACKS
from bench.pages.damage import not_done
from bench.peers.audiowmark import MODES
from bench.results import Results
from bench.sound_peers import EARLIER, ROWS
from bench.tables import names, paragraph, table


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Recordings: beside audiowmark", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    rows = results.rows
    versions = list(dict.fromkeys(row["version"] for row in rows if "version" in row))
    missing = list(dict.fromkeys(row["missing"] for row in rows if "missing" in row))
    lengths = [row["seconds"] for row in rows]
    lines += paragraph(
        f"Measured {results.about['date']}: {len(rows)} clips of voices, {min(lengths):g} to {max(lengths):g} s, "
        "marked by each program at its standard strength, damaged alike, read whole. audiowmark: the exact payload is "
        f"among what it prints; ours: `certain`, right serial among {results.about['candidates']:,}."
    )
    if versions:
        lines += paragraph(f"The other program: {names(versions)}.")
    else:
        lines += paragraph(
            f"audiowmark was not measured: {names(missing)}. Its figures are quoted from an earlier measurement on "
            "other clips (14 to 30 s, with the milder tempo 1.05, pitch -1 and speed 1.05)."
        )
    lines += table(["damage", "ours", *(f"audiowmark, {mode.name}" for mode in MODES)], _body(rows, bool(versions)))
    lost, of = behind(results)
    if of:
        lines += paragraph(f"Rows in which this mark is behind: {names(lost)}.")
    return [*lines, *not_done(rows, ATTACKS)]


def _body(rows: Any, measured: bool) -> list[list[Any]]:
    body = []
    for attack in ATTACKS:
        if attack.name not in ROWS or not any(attack.name in row["ours"] for row in rows):
            continue
        if measured:
            theirs = ["{}/{}".format(*_theirs(rows, attack.name, mode.name)) for mode in MODES]
            theirs = ["–" if each == "0/0" else each for each in theirs]
        else:
            theirs = [f"{value} (quoted)" for value in EARLIER.get(attack.name, ("–", "–"))] + ["–"]
        body.append([attack.title, "{}/{}".format(*ours(rows, attack.name)), *theirs])
    return body


def ours(rows: Any, attack: str) -> tuple[int, int]:
    """Return in how many clips our mark was found after an attack, and how many there were."""
    each = [row["ours"][attack] for row in rows if attack in row["ours"]]
    return sum(each), len(each)


def _theirs(rows: Any, attack: str, mode: str) -> tuple[int, int]:
    each = [row["theirs"][attack][mode] for row in rows if mode in row["theirs"].get(attack, {})]
    return sum(each), len(each)


def _behind(rows: Any, attack: str) -> bool:
    """Return whether any way of using the other program found more than ours did."""
    right, _ = ours(rows, attack)
    return any(_theirs(rows, attack, mode.name)[0] > right for mode in MODES)


def behind(results: Results) -> tuple[list[str], int]:
    """Return the attacks in which this mark is behind, and how many were compared; none where nothing was."""
    compared = [name for name in ROWS if any(_theirs(results.rows, name, mode.name)[1] for mode in MODES)]
    return [name for name in compared if _behind(results.rows, name)], len(compared)
