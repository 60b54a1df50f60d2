"""The table of goals of the picture mark, with what was measured beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.attacks.images import ATTACKS
from bench.goals import GOALS, Goal
from bench.pages.pictures import hits, marked
from bench.results import Results, accused_wrongly, found
from bench.tables import bullet, names, paragraph, share, table

Row = Mapping[str, Any]
CHECKS, SEARCHES = 10_000, 2_000  # goal 7: so many checks without a wrong serial, full searches without a mark
_TIMES = (  # case, job, what it is, seconds wanted, MB wanted
    ("12 MP picture", "embed", "embed 12 MP", 0.7, 400),
    ("24 MP picture", "embed", "embed 24 MP", 1.2, None),
    ("0.4 MP picture", "detect", "detect without geometry, 0.4 MP", 0.15, None),
    ("1 MP picture", "nothing", "full search that finds nothing, 1 MP", 2.0, None),
)


def section(runs: Mapping[str, Results]) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Goals of the picture mark", ""]
    results = runs.get("images")
    if results is None:
        return [*lines, "Not measured yet.", ""]
    rows = marked(results)
    lines += paragraph(
        f"Measured {results.about['date']}; how, is said in the next section. A goal counts every check of its damage "
        "in its pictures. The column that decides is bold; the others show what the other levels found of the same "
        "checks (informed detection only where it was tried)."
    )
    body, short = [], []
    for goal in GOALS:
        told = _measured(goal, rows)
        if told is not None:
            body.append(told)
            short += _short(goal, rows)
    body += [*_safety(runs), *_times(runs.get("speed"))]
    lines += table(["#", "goal", "wanted", "pictures", "blind", "informed", "synthesised", "met"], body)
    if short:
        lines += ["What keeps a goal from being met, or from 100 %:", "", *short, ""]
    return lines


def _measured(goal: Goal, rows: list[Row]) -> list[Any] | None:
    some = [row for row in rows if goal.belongs(row)]
    blind = _sum(some, goal, "checks")
    informed = _sum(some, goal, "informed")
    if not (blind if goal.level == "blind" else informed)[1]:
        return None
    by_reference = _sum(some, goal, "informed", "informed")[0]
    by_synthesis = _sum(some, goal, "informed", "synthesised")[0]
    tried = informed[1]
    if goal.level == "blind":
        met = 100 * blind[0] >= goal.wanted * blind[1]
        shown = [f"**{share(*blind)}**", f"{by_reference} of {tried} tried", f"{by_synthesis} of {tried} tried"]
    else:
        met = 100 * informed[0] >= goal.wanted * informed[1]
        both = by_reference + by_synthesis
        shown = [share(*blind), f"{by_reference} of {tried}", f"{by_synthesis} more; **{share(both, tried)}**"]
    title = f"{goal.title} ({len(goal.attacks)} kinds)" if len(goal.attacks) > 1 else goal.title
    return [goal.number, title, f"{goal.wanted:g} %", len(some), *shown, _answer(met)]


def _sum(rows: list[Row], goal: Goal, part: str, level: str = "") -> tuple[int, int]:
    each = [hits(rows, attack, part, level) for attack in goal.attacks]
    return sum(right for right, _ in each), sum(of for _, of in each)


def _short(goal: Goal, rows: list[Row]) -> list[str]:
    part = "checks" if goal.level == "blind" else "informed"
    some = [row for row in rows if goal.belongs(row)]
    told = []
    for attack in ATTACKS:
        if attack.name in goal.attacks:
            files = [
                f"`{row['file']}`"
                for row in some
                if attack.name in row.get(part, {}) and not found(row[part][attack.name])
            ]
            if files:
                told.append(f"{attack.title}: {names(files)}")
    return bullet(f"Goal {goal.number}, {goal.title}: {'; '.join(told)}.") if told else []


def _safety(runs: Mapping[str, Results]) -> Iterator[list[Any]]:
    """Yield the rows of goal 7: wrong serials under damage, and marks where there are none."""
    values = [
        value
        for name in ("images", "security")
        for row in (runs[name].rows if name in runs else ())
        for part in ("checks", "every", "informed")
        for value in row.get(part, {}).values()
    ]
    wrong = sum(accused_wrongly(value[:4]) for value in values)
    met = "yes" if wrong == 0 and len(values) >= CHECKS else "NO" if wrong else "as far as counted"
    yield [
        "7",
        "wrong serial named",
        f"0 in {CHECKS:,}",
        "–",
        f"**{wrong} of {len(values):,}**",
        "with it",
        "with it",
        met,
    ]
    if "negatives_images" in runs:
        rows = runs["negatives_images"].rows
        alarms = sum(row[part][0] == "c" for row in rows for part in ("check", "every") if part in row)
        checks = sum(part in row for row in rows for part in ("check", "every"))
        met = "yes" if alarms == 0 and checks >= SEARCHES else "NO" if alarms else "as far as counted"
        wanted = f"0 in {SEARCHES:,}"
        yield ["7", "`certain` without a mark", wanted, "–", f"**{alarms} of {checks:,}**", "with it", "–", met]


def _times(speed: Results | None) -> Iterator[list[Any]]:
    """Yield the rows of goal 8 that the speed run holds."""
    rows = {(row["case"], row["job"]): row for row in (speed.rows if speed else ())}
    for case, job, title, seconds, memory in _TIMES:
        row = rows.get((case, job))
        if row is not None:
            wanted = f"{seconds:g} s" + (f", {memory} MB" if memory else "")
            taken = f"**{row['cpu']:.2f} s**" + (f", {row['memory']} MB" if memory else "")
            met = row["cpu"] < seconds and (memory is None or row["memory"] < memory)
            yield ["8", title, wanted, "–", taken, "–", "–", _answer(met)]


def _answer(met: bool) -> str:
    return "yes" if met else "NO"
