"""The section on recordings under named damage, read back in pieces, and its words in the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.attacks.activity import DENSE
from bench.attacks.sounds import ATTACKS
from bench.material import CANDIDATES
from bench.pages.damage import not_done
from bench.results import Results, accused_wrongly, found
from bench.sound_goals import REEL_SECONDS, WHOLE
from bench.tables import bullet, middle, names, number, paragraph, percent, share, table

SURVIVES, FAILS = 0.95, 0.50
_LONGEST = ("15", WHOLE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One check: a piece of this length of a damaged copy. `dense`: enough of it was sound before the damage."""

    file: str
    kind: str
    attack: str
    length: str
    value: Sequence[Any]
    dense: bool

    @property
    def found(self) -> bool:
        """Whether the right copy was found with certainty."""
        return found(list(self.value))


def pieces(results: Results, part: str = "checks") -> list[Piece]:
    """Return every check of a part of the rows: "checks" (blind), "informed" or "every"."""
    return list(_pieces(results, part))


def _pieces(results: Results, part: str) -> Iterator[Piece]:
    for row in results.rows:
        for name, value in row.get(part, {}).items():
            attack, _, place = name.partition(" ")
            held = row.get("shares", {}).get(place, 0.0)
            yield Piece(row["file"], row["class"], attack, place.partition("#")[0], value, held >= DENSE - 0.005)


def voices(some: Sequence[Piece]) -> list[Piece]:
    """Return the pieces that the goals speak of: of voices, with enough sound."""
    return [piece for piece in some if piece.kind == "voice" and piece.dense]


def counted(some: Sequence[Piece], chosen: Callable[[Piece], bool]) -> tuple[int, int]:
    """Return how many of the chosen pieces were found, and how many there are."""
    kept = [piece for piece in some if chosen(piece)]
    return sum(piece.found for piece in kept), len(kept)


def recordings(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Recordings under named damage", ""]
    if results is None or not any("shares" in row for row in results.rows):
        return [*lines, "Not measured yet.", ""]
    marked = [row for row in results.rows if "refused" not in row]
    versions = sorted({row["parameters"] for row in marked})
    about = results.about
    lines += paragraph(
        f"Measured {about['date']}, audio mark version {names(map(str, versions))}, strength standard, seed "
        f"{about['seed']}. {len(marked)} of {len(results.rows)} files could be marked. A stretch of each copy (up to "
        f"20 s, or {REEL_SECONDS:g} s where whole reels are read) was damaged, pieces were cut from what came out, and "
        f"each was read with the whole search among {CANDIDATES:,} issued serials. Found: `certain`, and the right "
        "serial. The table counts pieces of voices in which at least two seconds of three were sound before the "
        f'damage; "whole" is up to {REEL_SECONDS:g} s. "Informed" counts pieces that were found blind or with the '
        "work's stored signal."
    )
    blind, aided = pieces(results), pieces(results, "informed")
    lines += table(
        ["damage", "goal", "15 s or whole", "10 s", "5 s", "3 s", "informed", "score, longest: middle / lowest"],
        _by_attack(voices(blind), voices(aided)),
    )
    lines += _others(blind)
    lines += _wrong([*blind, *aided, *pieces(results, "every")])
    every = pieces(results, "every")
    lines += paragraph(
        f"Read among all 2^20 serials, the catalog lost: {share(*counted(every, lambda p: True))} found."
    )
    lines += ["Every miss in the table, longest pieces first (the lengths in seconds, `i` for informed):", ""]
    lines += _misses(voices(blind), voices(aided))
    lines += not_done([_without_lengths(row) for row in results.rows], ATTACKS)
    return [*lines, *_times(marked)]


def in_short(results: Results) -> list[str]:
    """Return the points of the summary."""
    some = [piece for piece in voices(pieces(results)) if piece.length in ("10", *_LONGEST)]
    told: dict[str, list[str]] = {"good": [], "middling": [], "bad": []}
    for attack in ATTACKS:
        mine = [piece for piece in some if piece.attack == attack.name]
        mine = [piece for piece in mine if piece.length == "10"] or mine
        right, of = counted(mine, lambda p: True)
        if of and attack.name != "none":
            level = "good" if right >= SURVIVES * of else "middling" if right >= FAILS * of else "bad"
            told[level].append(attack.title if level == "good" else f"{attack.title} ({percent(right, of)})")
    if not any(told.values()):
        return []
    text = f"**Voices, 10 s (40 s where only that was read):** found in at least 95 % after {_listed(told['good'])}."
    if told["middling"]:
        text += f" In some only after {_listed(told['middling'])}."
    if told["bad"]:
        text += f" Mostly lost after {_listed(told['bad'])}."
    return bullet(text)


def _by_attack(blind: Sequence[Piece], aided: Sequence[Piece]) -> Iterator[list[Any]]:
    for attack in ATTACKS:
        mine = [piece for piece in blind if piece.attack == attack.name]
        helped = [piece for piece in aided if piece.attack == attack.name]
        if not mine:
            continue
        lengths = [length for length in (*_LONGEST, "10", "5", "3") if any(p.length == length for p in mine)]
        scores = [piece.value[1] for piece in mine if piece.length == lengths[0]]
        told = [
            f"{length} s: {share(*counted(helped, lambda p, n=length: p.length == n))}"  # type: ignore[misc]
            for length in dict.fromkeys(piece.length for piece in helped)
        ]
        yield [
            attack.title,
            attack.goal or "–",
            share(*counted(mine, lambda p: p.length in _LONGEST)),
            *(share(*counted(mine, lambda p, n=length: p.length == n)) for length in ("10", "5", "3")),  # type: ignore[misc]
            "; ".join(told) or "–",
            f"{middle(scores, 1)} / {number(min(scores), 1)}",
        ]


def _others(blind: Sequence[Piece]) -> list[str]:
    """Return the table of what the goals do not speak of: music, and pieces of voices with less sound."""
    groups = (
        ("music", lambda p: p.kind == "music"),
        ("voice over music, songs", lambda p: p.kind == "voice and music"),
        ("voices, pieces with less sound", lambda p: p.kind == "voice" and not p.dense),
        ("odd recordings", lambda p: p.kind == "odd"),
    )
    kept = [(name, [piece for piece in blind if belongs(piece)]) for name, belongs in groups]
    kept = [(name, some) for name, some in kept if some]
    if not kept:
        return []
    body = []
    for attack in ATTACKS:
        cells = []
        for _, some in kept:
            each = [
                f"{length} s {right}/{of}"
                for length in (*_LONGEST, "10", "5", "3")
                for right, of in [counted(some, lambda p, n=length: p.attack == attack.name and p.length == n)]  # type: ignore[misc] # noqa: B023
                if of
            ]
            cells.append(", ".join(each).replace("whole s", "whole") or "–")
        if any(cell != "–" for cell in cells):
            body.append([attack.title, *cells])
    return [
        *paragraph("Beside the goals: music, and pieces in which more is pause than sound (found / pieces)."),
        *table(["damage", *(name for name, _ in kept)], body),
    ]


def _wrong(some: Sequence[Piece]) -> list[str]:
    wrong = [f"`{piece.file}` ({piece.attack})" for piece in some if accused_wrongly(list(piece.value))]
    return paragraph(f"A wrong serial was named in {len(wrong)} of {len(some):,} checks: {names(wrong)}.")


def _misses(blind: Sequence[Piece], aided: Sequence[Piece]) -> list[str]:
    lines: list[str] = []
    for attack in ATTACKS:
        missed: dict[str, Counter[str]] = {}
        for mark, some in (("", blind), ("i", aided)):
            for piece in some:
                if piece.attack == attack.name and not piece.found:
                    missed.setdefault(piece.file, Counter())[mark + piece.length] += 1
        if missed:
            each = (f"`{file}` ({', '.join(_often(*pair) for pair in n.items())})" for file, n in missed.items())
            lines += bullet(f"{attack.title}: {names(each)}")
    return [*(lines or ["- none"]), ""]


def _often(length: str, count: int) -> str:
    return length if count == 1 else f"{count} x {length}"


def _without_lengths(row: Any) -> dict[str, Any]:
    """Return a row whose reasons for what was not done are those of whole attacks; short files are plain to see."""
    return {**row, "skipped": {name: why for name, why in row.get("skipped", {}).items() if " " not in name}}


def _times(rows: Sequence[Any]) -> list[str]:
    told = []
    for part in ("blind", "informed", "damage"):
        each = [row["check_seconds"][part] for row in rows if part in row.get("check_seconds", {})]
        if each:
            told.append(
                f"{part} {middle([e[0] for e in each], 3)} s in the middle, {max(e[1] for e in each):.1f} s most"
            )
    return (
        paragraph(f"Wall seconds of one check on a shared machine, medians of files: {'; '.join(told)}.")
        if told
        else []
    )


def _listed(titles: Sequence[str]) -> str:
    """Return titles, some of which hold commas, as a list in words."""
    return "; ".join(titles) or "none of these"
