"""The section on works that are found again by their fingerprints, and on what that costs in large catalogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.attacks.images import ATTACKS as IMAGE_ATTACKS
from bench.attacks.sounds import ATTACKS as SOUND_ATTACKS
from bench.results import Results
from bench.tables import bullet, number, paragraph, share, table
from core.fingerprint import images, sounds
from core.model import Kind

CLEAR = {Kind.IMAGE: images.CLEAR, Kind.AUDIO: sounds.CLEAR}
_WHAT = {Kind.IMAGE: "pictures", Kind.AUDIO: "recordings"}
_TITLES = {attack.name: attack.title for attack in IMAGE_ATTACKS} | {"rotate_2_crop": "turned 2 degrees, cropped"}
_TITLES |= {attack.name: attack.title for attack in SOUND_ATTACKS}
_BEDS = "bed_"  # damage whose second sound is a work itself: which of the two is named first says nothing

Rows = Sequence[Mapping[str, Any]]


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Works found again by their fingerprints", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    lines += paragraph(
        f"Measured {results.about['date']}. A fingerprint nominates works; whatever it names is compared by other "
        "means, and only a mark is a finding. “First” means that the right work has most votes (features of pictures, "
        "peaks of recordings, that agree on one place), “clear” that it has as many as a likeness needs to be told on "
        f"the strength of the fingerprint alone: {CLEAR[Kind.IMAGE]} for pictures, {CLEAR[Kind.AUDIO]} for recordings."
    )
    for kind in Kind:
        mine = [row for row in results.rows if row["kind"] == kind]
        lines += _damaged(kind, [row for row in mine if "damage" in row])
    lines += _strangers([row for row in results.rows if "wrong" in row])
    lines += _large([row for row in results.rows if "case" in row])
    return lines


def _damaged(kind: Kind, rows: Rows) -> list[str]:
    if not rows:
        return []
    files = len({row["file"] for row in rows})
    if kind is Kind.IMAGE:
        said = (
            f"{files} of the trial pictures, taken by chance, damaged as a site shows them (1.5 megapixels at most), "
            "among all of them:"
        )
        body = [_line(damage, [row for row in rows if row["damage"] == damage]) for damage in _names(rows)]
        head = ["damage", "first", "clear", "fewest votes, median"]
    else:
        said = f"Pieces of {files} recordings, of 10 s and of 5 s, among all trial recordings:"
        body = [
            [
                f"{_TITLES.get(name, _speed(name))}, {seconds} s",
                *_line(whole, [row for row in rows if row["damage"] == whole])[1:],
            ]
            for whole in _names(rows)
            for name, seconds in [whole.rsplit(" ", 1)]
        ]
        head = ["piece", "first", "clear", "fewest votes, median"]
    return [*paragraph(said), *table(head, body)]


def _names(rows: Rows) -> list[str]:
    """Return the kinds of damage in the order in which they came."""
    return list(dict.fromkeys(row["damage"] for row in rows))


def _line(damage: str, rows: Rows) -> list[str]:
    kind = Kind(rows[0]["kind"])
    votes = sorted(row["right"] for row in rows)
    first = sum(row["right"] > row["wrong"] for row in rows)
    clear = sum(vote >= CLEAR[kind] for vote in votes)
    return [
        _TITLES.get(damage, damage),
        "–" if damage.startswith(_BEDS) else share(first, len(rows)),
        share(clear, len(rows)),
        f"{votes[0]}, {votes[len(votes) // 2]}",
    ]


def _speed(name: str) -> str:
    """Return the title of a speed: "speed 1.03"."""
    return name.replace("_", " ")


def _strangers(rows: Rows) -> list[str]:
    if not rows:
        return []
    body = []
    for kind in Kind:
        for among, who, where in (
            ("these works", "other files", "the trial files"),
            ("", "damaged works, for other works than theirs", "the trial files"),
            ("many", "other files", "the large catalog"),
        ):
            votes = [
                row["wrong"] for row in rows if row["kind"] == kind and row.get("among", "") == among and _alone(row)
            ]
            if votes:
                clear = sum(vote >= CLEAR[kind] for vote in votes)
                led = sum(vote > 0 for vote in votes)
                body.append([f"{_WHAT[kind]}: {who}", where, len(votes), led, max(votes), clear])
    head = ["asked for", "among", "asked", "led to some work", "most votes", "clear, wrongly"]
    said = "Files that show or sound like none of the works (recordings in pieces of 10 s), and works themselves:"
    return [*paragraph(said), *table(head, body)]


def _alone(row: Mapping[str, Any]) -> bool:
    """Return whether nothing but one work can be in what was asked for."""
    return not str(row.get("damage", "")).startswith(_BEDS)


def _large(rows: Rows) -> list[str]:
    if not rows:
        return []
    body = [
        [
            f"{row['works']:,} {_WHAT[Kind(row['kind'])]}",
            f"{row['megabytes']} MB",
            f"{row['build']['opened']['cpu']:.0f} s, {row['build']['memory']} MB",
            f"{row['ask']['file']} MB",
            f"{number(row['ask']['opened']['wall'])} s",
            f"{number(row['ask']['cpu'])} s, {number(row['ask']['most'])} s",
            f"{row['ask']['memory']} MB",
        ]
        for row in rows
    ]
    head = ["catalog", "fingerprints", "index made: CPU, memory", "file", "opened", "asked: CPU, the longest", "memory"]
    lines = paragraph(
        "Large catalogs hold the trial files and works that nobody made, with fingerprints like those of real files "
        "(recordings of a minute each). The index is made once and lies in a file that is mapped into memory; a "
        "process of its own opens it and asks for pictures and pieces of 10 s, works and strangers. Memory is the peak "
        "of the whole process, with the parts of the file that were read."
    )
    lines += table(head, body)
    return [
        *lines,
        *bullet(
            "A suspect recording is asked for in blocks of 30 s, each at 39 speeds, tempos and pitches unless the "
            "first settles it: the time grows with its length."
        ),
        "",
    ]
