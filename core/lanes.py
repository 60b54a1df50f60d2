"""Lanes: which serials a computer may issue, so that two with the same key never issue the same one.

The 2^20 serials of a key are divided into 64 lanes of 16,384. A computer that has a key for itself begins in lane 0
and, should that ever be full, goes on in the others; one that shares it stays within its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from core.errors import KeyFileError
from core.model import SERIALS

LANES = 64
SERIALS_EACH = SERIALS // LANES


@dataclass(frozen=True, slots=True)
class Lane:
    """The lane of one computer. `alone`: no other computer issues serials of this key."""

    number: int = 0
    alone: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.number < LANES:
            raise KeyFileError(
                f"A computer's number lies between 0 and {LANES - 1}, not {self.number}.", "Choose another number."
            )

    def ranges(self) -> tuple[range, ...]:
        """Return the serials to draw from: all of the first range before any of the next."""
        own = range(self.number * SERIALS_EACH, (self.number + 1) * SERIALS_EACH)
        return (own, range(SERIALS)) if self.alone else (own,)


def random_lane(taken: Collection[int] = ()) -> int:
    """Return a lane for a further computer, drawn at random: never lane 0, which the first one has, nor one `taken`."""
    free = [number for number in range(1, LANES) if number not in taken]
    if not free:
        raise KeyFileError("All computer numbers of this key are taken.", "Choose the number of one no longer used.")
    return secrets.choice(free)
