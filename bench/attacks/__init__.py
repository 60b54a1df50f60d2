"""Named, seeded damage to pictures and recordings.

Each attack is one function in a module of `images` or in `sounds` and one row in the `ATTACKS` table there. An attack
is told which random generator to use, so that the same name, file and seed always give the same damage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]


class NotApplicable(Exception):  # noqa: N818 - not an error: this attack has no meaning for this file
    """An attack that cannot be done to this file, with the reason in plain words."""


@dataclass(frozen=True, slots=True)
class ImageAttack:
    """Damage to a picture: `apply` takes uint8 (height, width, 3) and returns uint8 (h, w, 3) or grey (h, w).

    `jpeg` is the quality of the JPEG file that the damage leaves behind, whose tables a detector may read; 0 for none.
    """

    name: str
    title: str
    apply: Callable[[Pixels, np.random.Generator], Pixels]
    jpeg: int = 0


@dataclass(frozen=True, slots=True)
class SoundAttack:
    """Damage to a recording: `apply` takes float32 (frames, channels) and a rate in Hz, and returns the same pair.

    `goal` is the number of the goal that it belongs to (see `bench.goals`), 0 where none was set for it; `music`
    says whether music meets it too, `cut` whether it is done at several places.
    """

    name: str
    title: str
    apply: Callable[[Samples, int, np.random.Generator], tuple[Samples, int]]
    goal: int = 0
    music: bool = False
    cut: bool = False


def generator(*words: object) -> np.random.Generator:
    """Return the random generator that belongs to these words (seed, attack, file ...): the same on every machine."""
    digest = hashlib.sha256("\x00".join(str(word) for word in words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
