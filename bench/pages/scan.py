"""The section on scans of whole folders: what was killed and resumed, and what a second process brings."""

from __future__ import annotations

from bench.results import Results
from bench.tables import paragraph, share, table


def section(results: Results | None) -> list[str]:
    """Return the lines of the section on scans."""
    lines = ["## Scans of whole folders", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    cases = {row["case"]: row for row in results.rows}
    whole = cases["killed"]
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(whole["kinds"].items()))
    verdicts = ", ".join(f"{number:,} {verdict}" for verdict, number in whole["verdicts"].items())
    killed = " and ".join(f"{at:,}" for at in whole["killed_at"])
    lines += paragraph(
        f"Measured {results.about['date']} on {results.about['system']}. {whole['files']:,} files ({kinds}) were "
        f"scanned by {whole['jobs']} processes at a time; the scan was killed (SIGKILL) {len(whole['killed_at'])} "
        f"times, when it had about {killed} results, and resumed. Most files are cheap on purpose: recordings of a "
        "third of a second, and files cut off at their beginning."
    )
    body = [
        ["files with exactly one result (JSON Lines)", share(whole["once"], whole["files"])],
        ["files with two results, with none", f"{whole['twice']:,}, {whole['missing']:,}"],
        ["lines of the table (CSV) beside its head", f"{whole['rows']:,}"],
        ["files that the catalog has exactly one check of", share(whole["catalog_once"], whole["files"])],
        ["results equal to those of an unbroken scan, of a sample", share(whole["same"], whole["sample"])],
        ["verdicts", verdicts],
        ["time, all four runs and their starts", f"{whole['seconds']:,} s (load {whole['load']} on 2 cores)"],
        ["most memory of one process of the last run", f"{whole['memory']:,} MB"],
    ]
    lines += table(["what", "found"], body)
    speeds = [row for row in results.rows if row["case"].startswith("jobs") and row["seconds"]]
    if speeds:
        lines += paragraph(
            f"Unmarked pictures of 96 to 200 pixels, each searched in full, {speeds[0]['files']} of them. The load is "
            "that of the machine meanwhile (2 would be full): where it is high, a second process gets little, and "
            "computing time is the fairer figure."
        )
        table_rows = [
            [
                row["jobs"],
                f"{(row['files'] - 1) / row['seconds']:.2f}",
                f"{row['cpu'] / row['files']:.2f}",
                row["load"],
            ]
            for row in speeds
        ]
        lines += table(["processes", "files a second", "CPU seconds a file, starts included", "load"], table_rows)
    return lines
