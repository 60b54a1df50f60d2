"""The section on how quick a large catalog is."""

from __future__ import annotations

from bench.results import Results
from bench.tables import number, paragraph, table

_PAGE, _OPENING = 100.0, 500.0  # milliseconds that a page and opening should take at most


def section(results: Results | None) -> list[str]:
    """Return the lines of the section on catalogs of many works and copies."""
    lines = ["## A large catalog", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    size = next(row for row in results.rows if row["case"] == "size")
    lines += paragraph(
        f"Measured {results.about['date']} on {results.about['system']}, Python {results.about['python']}, in a "
        f"made-up catalog of {size['works']:,} works and {size['copies']:,} copies of one key "
        f"({size['megabytes']:,.0f} MB, without the stored originals), on a machine that was busy with other work: "
        "wall milliseconds are upper bounds, CPU milliseconds the fairer figure. A page holds 100. “First” is the "
        "first time in its process, “again” the best of five further ones, CPU the middle of theirs."
    )
    cases = [row for row in results.rows if row["case"] != "size"]
    looks = [row for row in cases if row["again"] is not None and row["case"].startswith(_INTERACTIVE)]
    slow = [f"{row['case']} ({row['cpu']:.0f} ms)" for row in looks if row["cpu"] > _PAGE]
    opening = next(row for row in cases if row["case"] == "opening")
    lines += paragraph(
        f"Lists and searches whose CPU time is more than {_PAGE:.0f} ms: {', '.join(slow) or 'none'} of {len(looks)}. "
        f"Opening takes {opening['again']:.0f} ms (wanted: under {_OPENING:.0f})."
    )
    body = [[row["case"], *(number(row[part], 0) for part in ("first", "again", "cpu"))] for row in cases]
    return [*lines, *table(["what", "first, ms", "again, ms", "CPU, ms"], body)]


_INTERACTIVE = ("page", "number", "copies", "works", "search", "licences", "open cases", "whose", "what was")
