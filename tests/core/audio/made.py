"""Readings with a mark in noise, made without any sound, and the band levels of a sound, for the tests."""

from __future__ import annotations

import numpy as np

from core.audio.features import level_blocks
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.keys import CreatorKey
from core.model import FloatArray

KEY = CreatorKey.from_bytes(bytes(range(32)))
SERIAL = 5


def readings_at(position: FloatArray, *, strength: float = 0.3, seed: int = 0, serial: int = SERIAL) -> FloatArray:
    """Return readings in noise of a copy; `position` is the pattern frame that the centre of each frame meets."""
    chips = pattern_of(KEY).chips(serial).astype(np.float32)
    noise = np.random.default_rng(seed).standard_normal((len(position), PARAMETERS.pairs)).astype(np.float32)
    return noise + np.float32(strength) * chips[(position // 2).astype(int) % PARAMETERS.time_cells]


def straight(frames: int, start: float, speed: float = 1.0) -> FloatArray:
    """Return the positions of a recording that was not cut: its readings of two frames are centred at i + 1."""
    return start + speed * (np.arange(frames) + 1.0)


def band_levels(samples: FloatArray, rate: int) -> FloatArray:
    """Return the band levels of a recording in dB: float32 (frames, bands)."""
    return np.concatenate([*level_blocks(samples, rate), np.zeros((0, PARAMETERS.bands), np.float32)])
