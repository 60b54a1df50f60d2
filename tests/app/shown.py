"""Pages with examples of the command line: their commands are run, and what they show is what comes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.app.command_line import in_process

_MONTHS = "(January|February|March|April|May|June|July|August|September|October|November|December)"
_VARYING = {  # what an example shows, and what may stand there
    r"\d{4}-\d\d-\d\dT\d{6}Z": r"\d{4}-\d\d-\d\dT\d{6}Z",
    r"^ +\d+\b": r" +\d+",
    rf"\d+ {_MONTHS} \d{{4}}": rf"\d+ {_MONTHS} \d{{4}}",
    r"\b[0-9a-f]{16}\b": "[0-9a-f]{16}",
    r"\b\d+\b": r"\d+",
    r"/(here|data)/": "/.*/",
    r"\.\.\.": ".*",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One command of a page: its arguments, the exit code, and the lines that it shows."""

    arguments: list[str]
    code: int
    shown: list[str]


def examples(page: str) -> list[Example]:
    """Return the examples of a page, in their order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for part in re.split(r"^\$ countermark ", block, flags=re.MULTILINE)[1:]:
            call, *shown = part.rstrip("\n").split("\n")
            code = re.search(r"# ends with (\d+)", call)
            found.append(Example(shlex.split(call, comments=True), int(code[1]) if code else 0, shown))
    return found


def pattern(shown: str) -> re.Pattern[str]:
    """Return what an example's line must match: its words exactly; numbers, dates, ids and folders of any value."""
    whole, end = "", 0
    for found in re.finditer("|".join(f"(?:{part})" for part in _VARYING), shown):
        other = next(other for part, other in _VARYING.items() if re.fullmatch(part, found[0]))
        whole += re.escape(shown[end : found.start()]) + other
        end = found.end()
    return re.compile(whole + re.escape(shown[end:]))


def run_page(page: str, *, home: Path, folder: Path, before: Callable[[list[str]], None]) -> None:
    """Run all examples of a page in a folder. `before` is told each command's arguments, to make what it needs.

    A line of three dots, set in like those around it, stands for any number of lines.
    """
    for example in examples(page):
        before(example.arguments)
        done = in_process(*example.arguments, home=home, folder=folder)
        assert done.code == example.code, (example.arguments, done)
        lines = [line.replace("\\", "/") for line in done.out.splitlines()]
        assert _matches(lines, example.shown), (example.arguments, lines, example.shown)


def _matches(lines: list[str], shown: list[str]) -> bool:
    if not shown:
        return not lines
    first, *rest = shown
    if first.strip() == "...":
        return any(_matches(lines[skipped:], rest) for skipped in range(len(lines) + 1))
    return bool(lines) and _alike(lines[0], first) and _matches(lines[1:], rest)


def _alike(line: str, shown: str) -> bool:
    if not shown.startswith("{"):
        return pattern(shown).fullmatch(line) is not None
    wanted, given = json.loads(shown.replace("{...}", "{}")), json.loads(line)
    same = {**given, "quality": {}}, {**wanted, "quality": {}}
    return list(given) == list(wanted) and _outline(same[0]) == _outline(same[1])


def _outline(value: object) -> object:
    """Return the fields and types of a JSON value."""
    if isinstance(value, dict):
        return {name: _outline(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_outline(item) for item in value]
    return type(value)
