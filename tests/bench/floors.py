"""Floors: how many copies must at least be found after the damage of every day. They only ever rise.

The numbers stand in floors.json. A change that lowers one of them makes the marks worse and does not go in.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.model import Finding, Verdict

FLOORS: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))


def found(findings: tuple[Finding, ...], serial: int) -> bool:
    """Return whether the right copy is named with certainty; fail where a wrong one is."""
    named = [f.serial for f in findings if f.serial is not None and f.verdict is not Verdict.NOTHING]
    assert set(named) <= {serial}, f"a wrong copy was named: {named} instead of {serial}"
    return any(f.serial == serial and f.verdict is Verdict.CERTAIN for f in findings)


def hold(counted: dict[str, int], floors: dict[str, int]) -> None:
    """Fail where a count lies below its floor."""
    low = {name: (counted[name], floor) for name, floor in floors.items() if counted[name] < floor}
    assert not low, f"below the floor (found, floor): {low}; all: {counted}"
