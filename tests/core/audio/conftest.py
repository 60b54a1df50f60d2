"""One recording, marked once, for all tests of the audio mark."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from core.audio import embed
from core.keys import CreatorKey
from core.model import Embedded, FloatArray

RATE = 16000
SERIAL = 4242


@pytest.fixture(scope="session")
def key() -> CreatorKey:
    return CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def other_key() -> CreatorKey:
    return CreatorKey.from_bytes(bytes(range(1, 33)))


@pytest.fixture(scope="session")
def recording() -> FloatArray:
    return sample_recording(16.0, RATE, seed=3)


@pytest.fixture(scope="session")
def copy(recording: FloatArray, key: CreatorKey) -> Embedded:
    return embed(recording, RATE, key=key, serial=SERIAL)


@pytest.fixture(scope="session")
def issued() -> np.ndarray:
    return np.arange(242, 10242, 10)
