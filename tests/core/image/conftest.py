from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.samples import sample_picture
from core.image import embed
from core.keys import CreatorKey
from core.model import Embedded, Kind, Reference

SERIAL = 777


@pytest.fixture(scope="session")
def key() -> CreatorKey:
    return CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def other_key() -> CreatorKey:
    return CreatorKey.from_bytes(bytes(range(1, 33)))


@pytest.fixture(scope="session")
def original() -> npt.NDArray[np.uint8]:
    return sample_picture(900, 600, seed=4)


@pytest.fixture(scope="session")
def embedded(original: npt.NDArray[Any], key: CreatorKey) -> Embedded:
    return embed(original, key=key, serial=SERIAL)


@pytest.fixture(scope="session")
def marked(embedded: Embedded) -> npt.NDArray[np.uint8]:
    assert embedded.pixels is not None
    embedded.pixels.setflags(write=False)
    return embedded.pixels


@pytest.fixture(scope="session")
def reference(original: npt.NDArray[Any]) -> Reference:
    return Reference(1, Kind.IMAGE, original.shape[1], original.shape[0])
