"""The section on pictures under named damage, and its words in the summary."""

from __future__ import annotations

from bench.attacks.images import ATTACKS
from bench.pages.damage import Groups, section, survival
from bench.results import Results

GROUPS: Groups = (
    ("photo-like", lambda row: row["class"] == "photo-like"),
    ("flat", lambda row: row["class"] == "flat"),
    ("odd and tiny", lambda row: row["class"] in ("odd", "tiny")),
)


def pictures(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    return section("Pictures under named damage", "image", results, ATTACKS, GROUPS)


def in_short(results: Results) -> list[str]:
    """Return the points of the summary."""
    return [
        *survival("Photo-like pictures", results, ATTACKS, GROUPS[:1]),
        *survival("Flat pictures (diagrams, text, vector art)", results, ATTACKS, GROUPS[1:2]),
    ]
