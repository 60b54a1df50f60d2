"""The section on attacks by people who know how the audio mark works."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.results import Results
from bench.tables import bullet, number, paragraph

Row = Mapping[str, Any]


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Recordings: attacks by those who know", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    lines += paragraph(
        f"Measured {results.about['date']} on voices and music of at least 8 s, each among "
        f"{results.about['candidates']:,} issued serials. The attacker has marked copies and knows this program, but "
        "neither the key nor the originals."
    )
    for title, tell in CASES.items():
        rows = [row for row in results.rows if row["case"] == title]
        if rows:
            lines += bullet(tell(rows))
    return [*lines, ""]


def _wrong_keys(rows: Sequence[Row]) -> str:
    tries, certain, probable = (sum(row[name] for row in rows) for name in ("tries", "certain", "probable"))
    return (
        f"**Wrong keys with the work at hand.** Pieces of {len(rows)} copies compared with their works by other keys: "
        f"{certain} `certain` and {probable} `probable` in {tries} checks."
    )


def _deleted(rows: Sequence[Row]) -> str:
    values = [value for row in rows for part in ("checks", "informed") for value in row[part].values()]
    blind = [value for row in rows for value in row["checks"].values()]
    wrong = sum(value[3] == 0 for value in values)
    keyed = sum(value[0] == "c" and value[3] is None for value in blind)
    return (
        f"**Deleted serials.** Pieces of 8 s of {len(rows)} copies whose serial is no longer among the candidates, "
        f"untouched, as MP3 64 and in noise: another recipient was named in {wrong} of {len(values)} checks, blind and "
        f"informed. Blind, {keyed} of {len(blind)} said rightly that it is a mark of this key with an unknown serial."
    )


def _five(rows: Sequence[Row]) -> str:
    of = sum(row["copies"] for row in rows)
    blind, informed = (sum(row[part]["right"] for row in rows) for part in ("blind", "informed_found"))
    wrong = sum(row[part]["wrong"] for row in rows for part in ("blind", "informed_found"))
    key = sum(max(row[part]["key"] for part in ("blind", "informed_found")) for row in rows)
    any_named = sum(max(row[part]["right"] for part in ("blind", "informed_found")) > 0 for row in rows)
    return (
        f"**The average of five recipients' copies** ({len(rows)} recordings): {blind} of {of} copies found blind, "
        f"{informed} of {of} informed; at least one of the five was named in {any_named} of {len(rows)} recordings, "
        f"the key was certain in {key}; somebody else was accused {wrong} times."
    )


def _folding(rows: Sequence[Row]) -> str:
    single = statistics.fmean(row["single"] for row in rows)
    long = [row for row in rows if row["folded"] is not None]
    told = "no recording was longer than the period of 64 s"
    if long:
        alone = statistics.fmean(row["single"] for row in long)
        told = (
            f"of the {len(long)} longer than the period of 64 s, {_per_cent(alone)} from single looks and "
            f"{_per_cent(statistics.fmean(row['folded'] for row in long))} from all that repeats"
        )
    return (
        f"**Reading the signs of one copy without the key:** {_per_cent(single)} right in the mean of {len(rows)} "
        f"recordings (half would be chance); {told}."
    )


def _many(rows: Sequence[Row]) -> str:
    row = rows[0]
    return (
        f"**Summing {row['works']} works of one key at equal places:** {_per_cent(row['folded'])} of a copy's signs "
        f"right, {_per_cent(row['single'])} from that copy alone."
    )


def _theft(rows: Sequence[Row]) -> str:
    marks = sum(row["mark"][0] == "c" for row in rows)
    shown = [row["shows_work"] for row in rows if row["mark"][0] == "c"]
    honest = sum(row["copy_shows_work"] is True for row in rows)
    own = sum(row["victim_shows_itself"] is True for row in rows)
    return (
        f"**A mark lifted off one copy and laid over another recording** ({len(rows)} tries): `certain` in {marks}. Of "
        f"these the finding says {shown.count(False)} times that the sound is not the work, {shown.count(None)} times "
        f"that it cannot tell, {shown.count(True)} times that it is. Pieces of honest copies are said to show their "
        f"work in {honest} of {len(rows)}, the victims' sound to be their own in {own}."
    )


def _per_cent(share: float) -> str:
    return f"{number(100 * share, 1)} %"


CASES: dict[str, Callable[[Sequence[Row]], str]] = {
    "wrong keys": _wrong_keys,
    "deleted serial": _deleted,
    "average of five copies": _five,
    "folding": _folding,
    "folding many works": _many,
    "copy attack": _theft,
}
