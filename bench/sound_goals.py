"""The goals of the audio mark for named damage: which attacks, how long a piece, what share must be found."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = "whole"  # up to 40 s; of shorter recordings all there is
REEL_SECONDS = 40.0
STRETCH_SECONDS = 20.0  # of a recording that is damaged before short pieces are cut from it
LENGTHS: dict[int, tuple[str, ...]] = {  # seconds of the pieces that are read blind, by the attacks' goal
    0: ("10", "5"),
    1: ("10", "5", "3"),
    2: ("15", "10", "5"),
    3: (WHOLE,),
    5: (WHOLE,),
}
INFORMED: dict[int, tuple[str, ...]] = {0: (), 1: ("3",), 2: ("3",), 3: ("10",), 5: ()}
SHORT_INFORMED = {"opus_32": ("1.5",), "phone": ("2",)}  # besides
MUSIC_LENGTHS = ("10", "5")
PLACES = {"10": 1, "15": 1, WHOLE: 1}  # of a piece of this length; others are cut at two places
OTHER_PLACES = 2


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the goals: the attacks of a number (or some by name) at one length, and the share to be found.

    `informed` counts what was found blind or with the stored original.
    """

    number: str
    attacks: int | tuple[str, ...]
    length: str
    wanted: float  # per cent
    informed: bool = False
    without: tuple[str, ...] = ()
    what: str = ""


_HALL = ("hall", "bed_0_jazz")
_STRINGS = ("bed_0_strings",)
GOALS = (
    Goal("1", 1, "10", 100, what="everyday damage"),
    Goal("1", 1, "5", 95, what="everyday damage"),
    Goal("1", 1, "3", 85, what="everyday damage"),
    Goal("2", 2, "15", 100, without=_HALL, what="harder damage"),
    Goal("2", 2, "10", 95, without=_HALL, what="harder damage"),
    Goal("2", 2, "5", 65, without=_HALL, what="harder damage"),
    Goal("2", _HALL, "10", 75, what="hall, jazz as loud"),
    Goal("3", 3, WHOLE, 95, without=_STRINGS, what="hardest damage, 40 s"),
    Goal("3", _STRINGS, WHOLE, 60, what="strings as loud, 40 s"),
    Goal("4", 1, "3", 95, informed=True, what="everyday damage"),
    Goal("4", 2, "3", 95, informed=True, what="harder damage"),
    Goal("4", 3, "10", 95, informed=True, what="hardest damage"),
    Goal("4", ("opus_32",), "1.5", 90, informed=True, what="Opus 32"),
    Goal("4", ("phone",), "2", 90, informed=True, what="telephone"),
)


def places(length: str, goal: int) -> int:
    """Return at how many places of a recording a piece of this length is cut: two of short ones that a goal counts."""
    return PLACES.get(length, OTHER_PLACES) if goal else 1
