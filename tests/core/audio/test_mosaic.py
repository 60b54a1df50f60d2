"""Short pieces in any order: each is found where it lies, and noise is not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.audio.mosaic import KNOWN_LEAST, PILOT_LEAST, mosaic
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.model import FloatArray
from tests.core.audio.made import KEY, SERIAL, readings_at

PATTERN = pattern_of(KEY)


def shuffled(speed: float = 1.0) -> FloatArray:
    """Return the positions of eight seconds of a copy, taken from anywhere in it."""
    starts = np.random.default_rng(0).permutation(6000)[:8]
    return np.concatenate([start + speed * (np.arange(100) + 1.0) for start in starts])


@pytest.mark.parametrize("speed", [0.85, 1.0, 1.2])
def test_cuts_in_any_order_are_found(speed: float) -> None:
    positions = shuffled(speed)
    path = mosaic(
        readings_at(positions, strength=0.45),
        PATTERN.pilot_chips(),
        PARAMETERS,
        least=PILOT_LEAST,
        speed=speed,
        pitch=1.02,
    )
    right = sum(
        1
        for piece in path
        for frame in range(piece.first, min(piece.last, len(positions)))
        if abs((piece.at(frame + 1.0) - positions[frame] + 3200) % 6400 - 3200) < 1.5
    )
    assert right > 550
    assert all(a.last <= b.first for a, b in pairwise(path))
    assert all(piece.speed == speed and piece.pitch == 1.02 for piece in path)


def test_noise_has_few_pieces_and_none_of_a_known_serial() -> None:
    noise = np.random.default_rng(1).standard_normal((6000, PARAMETERS.pairs)).astype(np.float32)
    found = mosaic(noise, PATTERN.pilot_chips(), PARAMETERS, least=PILOT_LEAST)
    assert sum(piece.last - piece.first for piece in found) < 1500
    assert mosaic(noise, PATTERN.chips(SERIAL), PARAMETERS, least=KNOWN_LEAST) == ()


def test_silence_and_short_recordings_have_no_pieces() -> None:
    silence = np.zeros((500, PARAMETERS.pairs), np.float32)
    assert mosaic(silence, PATTERN.pilot_chips(), PARAMETERS, least=PILOT_LEAST) == ()
    assert mosaic(silence[:100], PATTERN.pilot_chips(), PARAMETERS, least=PILOT_LEAST) == ()
