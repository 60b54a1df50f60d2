"""What the robustness runs on pictures (bench/pictures.py) and on recordings (bench/recordings.py) have in common."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import material
from bench.attacks import generator
from bench.results import outcome
from core.model import Finding, Reference

# Read a second time among all 2^20 serials, as if the catalog were lost: few attacks, on one file of four, since a
# search without candidates takes seconds.
ALL_SERIALS = frozenset({"jpeg_50", "mp3_64", "mp3_64 10", "mp3_64 5"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: which attacks (all if empty) and which sizes of works the catalog is said to hold."""

    attacks: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    def wants(self, name: str) -> bool:
        return not self.attacks or name in self.attacks


def widely_read(path: Path) -> bool:
    """Return whether this file is one of those that are read among all serials, too."""
    return int(generator(material.SEED, "all serials", path.name).integers(4)) == 0


def of_embedding(quality: Any, parameters: int, notes: Sequence[str], expected: Finding, serial: int) -> dict[str, Any]:
    """Return what a row keeps of an embedding."""
    return {
        "parameters": parameters,
        "quality": {name: round(float(value), 4) for name, value in quality.items()},
        "notes": list(notes),
        "expected": outcome((expected,), serial),
    }


def of_checks(
    checks: dict[str, Any], every: dict[str, Any], skipped: dict[str, str], times: list[float]
) -> dict[str, Any]:
    """Return what a row keeps of its checks: outcomes by attack, those among all serials, what was not done, times."""
    done: dict[str, Any] = {"checks": checks, "every": every, "skipped": skipped}
    if times:
        done["check_seconds"] = [round(statistics.median(times), 3), round(max(times), 3)]
    return done
