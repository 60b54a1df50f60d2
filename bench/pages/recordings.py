"""The section on recordings under named damage, and its words in the summary."""

from __future__ import annotations

from bench.attacks.sounds import ATTACKS
from bench.pages.damage import Groups, section, survival
from bench.pages.main_job import CLIP
from bench.results import Results

GROUPS: Groups = (
    (f"voice, {CLIP:g} s and longer", lambda row: row["class"] == "voice" and row["seconds"] >= CLIP),
    (f"other, {CLIP:g} s and longer", lambda row: row["class"] != "voice" and row["seconds"] >= CLIP),
    ("shorter", lambda row: row["seconds"] < CLIP),
)


def recordings(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    return section("Recordings under named damage", "audio", results, ATTACKS, GROUPS)


def in_short(results: Results) -> list[str]:
    """Return the points of the summary."""
    return survival("Recordings of 10 s and longer", results, ATTACKS, GROUPS[:2])
