"""The measured part of docs/security.md: mutated files that were opened, and parsers that were fuzzed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.hostile import MEMORY
from bench.results import Results
from bench.tables import names, paragraph, table

BEGIN = "<!-- Made by `python -m bench report` of bench/results; a test holds them together. Do not edit. -->"
END = "<!-- End of what is made. -->"


def inserted(page: str, runs: Mapping[str, Results]) -> str:
    """Return a page with its measured part made anew. ValueError where it has no place for it."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError("the page has no place for what is measured")
    lines = [BEGIN, "", *mutated(runs.get("hostile")), *fuzzed(runs.get("fuzz")), END]
    return before + "\n".join(lines) + after


def mutated(results: Results | None) -> list[str]:
    """Return the lines on mutated files."""
    if results is None:
        return ["Mutated files: not measured yet.", ""]
    whole = next(row for row in results.rows if row.get("case") == "all")
    kinds = [row for row in results.rows if "format" in row]
    failures = [row for row in results.rows if "failure" in row]
    lines = paragraph(
        f"**Mutated files** ({results.about['date']}, seed {whole['seed']}): {whole['files']:,} files made of "
        f"{whole['sources']} valid or damaged ones were opened as a check opens a suspect, in {whole['seconds']:,} s "
        f"on a busy machine, by {whole['workers']} workers. {_count(failures, 'failure')}. The main process took "
        f"{whole['memory']:,} MB at most ({'within' if whole['memory'] <= MEMORY else 'ABOVE'} the limit of "
        f"{MEMORY:,.0f} MB; {whole['memory_before']:,} MB before the first file), "
        f"a worker {whole['worker_memory']:,} MB."
    )
    body = [
        [
            f"`{row['format']}`",
            f"{row['files']:,}",
            f"{row.get('read', 0):,}",
            f"{row.get('said', 0):,}",
            f"{row['files'] - row.get('read', 0) - row.get('said', 0):,}",
            f"{row['slowest']:g}",
        ]
        for row in kinds
    ]
    head = ["made of", "files", "read, in part at least", "refused with a sentence", "failures", "slowest, s"]
    lines += table(head, body)
    told = [f"no. {row['number']} of `{row['source']}` ({row['done']}): {row['failure']}" for row in failures]
    return [*lines, *paragraph(f"Failures: {names(told)}.")]


def fuzzed(results: Results | None) -> list[str]:
    """Return the lines on fuzzing."""
    if results is None:
        return ["Fuzzing: not measured yet.", ""]
    lines = paragraph(
        f"**Fuzzing** ({results.about['date']}, atheris {results.about['atheris']}, `python -m bench.fuzz`): coverage "
        "guides what is tried. A parser may return or refuse; opening must end in a picture, a recording, or one "
        "sentence with a hint."
    )
    body = [
        [f"`{row['target']}`", f"{row['inputs']:,}", f"{row['seconds']:,}", f"{row['slowest']:.1f}", row["found"]]
        for row in results.rows
    ]
    return [*lines, *table(["target", "inputs", "seconds", "slowest, s", "found"], body)]


def _count(failures: list[Any], word: str) -> str:
    return f"{len(failures) or 'No'} {word}{'' if len(failures) == 1 else 's'}"
