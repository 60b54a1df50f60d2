"""Makes docs/limits.md of the committed results: the same results always give the same page, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import material
from bench.pages import (
    catalog,
    costs,
    fingerprints,
    harm,
    hostile,
    main_job,
    peers,
    picture_goals,
    pictures,
    recording_goals,
    recordings,
    scan,
    security,
    security_sounds,
    sound_peers,
    words,
)
from bench.results import Results, load

PAGE = material.HERE.parent / "docs" / "limits.md"
SECURITY = PAGE.with_name("security.md")  # written by hand but for its measured part
RUNS = (
    "files",
    "images",
    "security",
    "peers",
    "sounds",
    "security_sounds",
    "sound_peers",
    "negatives_images",
    "negatives_sounds",
    "sound_keys",
    "bad",
    "fingerprints",
    "quality",
    "speed",
    "catalog",
    "scan",
)


def stored(place: Path = material.RESULTS) -> dict[str, Results]:
    """Return the committed runs by name; one that was never made is missing."""
    return {name: found for name in RUNS if (found := load(place / f"{name}.jsonl")) is not None}


def render(runs: Mapping[str, Results]) -> str:
    """Return the page made of these runs."""
    lines = [
        "<!-- Made by `python -m bench report` of bench/results; a test holds them together. Do not edit. -->",
        "",
        *words.opening(runs),
        *main_job.section(runs.get("files")),
        *picture_goals.section(runs),
        *pictures.section(runs.get("images")),
        *security.section(runs.get("security")),
        *peers.section(runs.get("peers")),
        *recording_goals.section(runs),
        *recordings.recordings(runs.get("sounds")),
        *security_sounds.section(runs.get("security_sounds")),
        *sound_peers.section(runs.get("sound_peers")),
        *harm.false_alarms(runs),
        *harm.hostile_files(runs.get("bad")),
        *fingerprints.section(runs.get("fingerprints")),
        *costs.quality(runs.get("quality")),
        *costs.speed(runs.get("speed")),
        *catalog.section(runs.get("catalog")),
        *scan.section(runs.get("scan")),
        *words.closing(runs),
    ]
    return "\n".join(lines).rstrip() + "\n"


def write(page: Path = PAGE, place: Path = material.RESULTS) -> None:
    """Write the page of the committed runs."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(stored(place)), encoding="utf-8", newline="\n")
    security = hostile.inserted(SECURITY.read_text(encoding="utf-8"), beside(place))
    SECURITY.write_text(security, encoding="utf-8", newline="\n")


def beside(place: Path = material.RESULTS) -> dict[str, Results]:
    """Return the committed runs whose results stand on the page on security."""
    return {name: found for name in ("hostile", "fuzz") if (found := load(place / f"{name}.jsonl")) is not None}


def versions(results: Results) -> list[Any]:
    """Return the parameter versions that the rows of a run name, in order."""
    return sorted({row["parameters"] for row in results.rows if "parameters" in row})
