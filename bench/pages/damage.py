"""What the sections on damaged pictures (pictures.py) and on damaged recordings (recordings.py) have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bench.attacks import ImageAttack, SoundAttack
from bench.material import CANDIDATES
from bench.results import Results, accused_wrongly, found
from bench.tables import bullet, cell, middle, names, number, paragraph, percent, share, table

Groups = Sequence[tuple[str, Callable[[Any], bool]]]
SURVIVES, FAILS = 0.95, 0.50


def values(rows: Sequence[Any], attack: str, part: str = "checks") -> list[tuple[str, list[Any]]]:
    """Return the file and outcome of every check under an attack, its repetitions (`name#2`) among them."""
    return [
        (row["file"], value)
        for row in rows
        for name, value in row.get(part, {}).items()
        if name.partition("#")[0] == attack
    ]


def hits(rows: Sequence[Any], attack: str, part: str = "checks") -> tuple[int, int]:
    """Return how many checks under an attack found the right copy, and how many there were."""
    done = values(rows, attack, part)
    return sum(found(value) for _, value in done), len(done)


def section(
    title: str,
    mark: str,
    results: Results | None,
    attacks: Sequence[ImageAttack] | Sequence[SoundAttack],
    groups: Groups,
) -> list[str]:
    """Return the lines of a section: a table by attack and class, every miss by name, what was left out."""
    lines = [f"## {title}", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    marked = [row for row in results.rows if "refused" not in row]
    versions = sorted({row["parameters"] for row in marked})
    about = results.about
    lines += paragraph(
        f"Measured {about['date']}, {mark} mark version {names(map(str, versions))}, strength standard, seed "
        f"{about['seed']}. {len(marked)} of {len(results.rows)} files could be marked. Each was marked and damaged in "
        f"memory and read back among {CANDIDATES:,} issued serials, with the sizes of all works known to the catalog. "
        "Found: `certain`, and the right serial. The column with 2^20 "
        "serials is "
        "the case of a lost catalog: the key alone."
    )
    kept = [(name, [row for row in marked if belongs(row)]) for name, belongs in groups]
    kept = [(name, rows) for name, rows in kept if rows]
    body = []
    for attack in attacks:
        done = values(marked, attack.name)
        if done:
            scores = [value[1] for _, value in values(kept[0][1], attack.name)] if kept else []
            body.append(
                [
                    attack.title,
                    *(share(*hits(rows, attack.name)) for _, rows in kept),
                    f"{middle(scores, 1)} / {number(min(scores), 1) if scores else '–'}",
                    share(*hits(marked, attack.name, "every")),
                ]
            )
    first = kept[0][0] if kept else ""
    head = ["damage", *(f"{name} ({len(rows)})" for name, rows in kept)]
    lines += table([*head, f"score, {first}: middle / lowest", "all, of 2^20 serials"], body)
    lines += _wrong(marked)
    lines += ["Every miss, with its score (0 where nothing was even probable):", ""]
    for attack in attacks:
        missed = [f"`{file}` {value[1]:.1f}" for file, value in values(marked, attack.name) if not found(value)]
        if missed:
            lines += bullet(f"{attack.title}: {names(missed)}")
    if lines[-1] == "":
        lines.append("- none")
    lines.append("")
    lines += not_done(results.rows, attacks)
    return lines


def _wrong(rows: Sequence[Any]) -> list[str]:
    checks = [(row["file"], value) for row in rows for part in ("checks", "every") for value in row[part].values()]
    wrong = [f"`{file}`" for file, value in checks if accused_wrongly(value)]
    return paragraph(f"A wrong serial was named in {len(wrong)} of {len(checks):,} checks: {names(wrong)}.")


def not_done(rows: Sequence[Any], attacks: Sequence[ImageAttack] | Sequence[SoundAttack]) -> list[str]:
    """Return what was left out: refused files, and damage that has no meaning for a file."""
    lines = []
    for row in rows:
        if "refused" in row:
            lines += bullet(f"Refused: `{row['file']}`: {cell(row['refused'])}")
    titles = {attack.name: attack.title for attack in attacks}
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name, reason in row.get("skipped", {}).items():
            plain = name.partition("#")[0]
            files = reasons.setdefault((titles.get(plain, plain), reason), [])
            if row["file"] not in files:
                files.append(row["file"])
    for (title, reason), files in reasons.items():
        shown = names(f"`{f}`" for f in files) if len(files) <= 4 else f"{len(files)} files"
        lines += bullet(f"Not done, {title}: {reason} ({shown}).")
    return ["Left out:", "", *lines, ""] if lines else []


def survival(
    title: str, results: Results, attacks: Sequence[ImageAttack] | Sequence[SoundAttack], groups: Groups
) -> list[str]:
    """Return one point of the summary: what is survived by nearly all files, by some, by few."""
    rows: list[Any] = [
        row for row in results.rows if "refused" not in row and any(belongs(row) for _, belongs in groups)
    ]
    told: dict[str, list[str]] = {"good": [], "middling": [], "bad": []}
    for attack in attacks:
        right, of = hits(rows, attack.name)
        if of and attack.name != "none":
            level = "good" if right >= SURVIVES * of else "middling" if right >= FAILS * of else "bad"
            told[level].append(attack.title if level == "good" else f"{attack.title} ({percent(right, of)})")
    text = f"**{title}** ({len(rows)}): found in at least 95 % of the files after {_listed(told['good'])}."
    if told["middling"]:
        text += f" Found in some only after {_listed(told['middling'])}."
    if told["bad"]:
        text += f" Mostly lost after {_listed(told['bad'])}."
    return bullet(text)


def _listed(titles: Sequence[str]) -> str:
    """Return titles, some of which hold commas, as a list in words."""
    return "; ".join(titles) or "none of these"
