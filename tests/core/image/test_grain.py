from __future__ import annotations

import numpy as np
import pytest

from core.image.frame import Plane
from core.image.grain import Grain


def _art(rows: int, columns: int) -> Plane:
    return np.random.default_rng(7).integers(0, 4, (rows, columns)).astype(np.float32) * 60


@pytest.mark.parametrize(("size", "top", "left"), [(2, 0, 0), (3, 1, 2), (4, 3, 0)])
def test_enlarged_pixel_art_shows_its_grain(size: int, top: int, left: int) -> None:
    art = _art(60, 80).repeat(size, 0).repeat(size, 1)[(-top) % size :, (-left) % size :]
    assert Grain.of(art, None) == Grain(size, top, left)


@pytest.mark.parametrize(("size", "top", "left"), [(2, 0, 0), (3, 1, 2), (4, 3, 1), (5, 0, 4)])
def test_squares_are_picked_and_enlarged_again(size: int, top: int, left: int) -> None:
    art = _art(23, 31).repeat(size, 0).repeat(size, 1)[(-top) % size : -1, (-left) % size : -1]
    grain = Grain(size, top, left)
    squares = grain.picked(art)
    assert np.array_equal(grain.enlarged(squares, 0, art.shape[0], art.shape[1]), art)
    part = grain.rows(17, 41)
    assert np.array_equal(grain.enlarged(squares[part], 17, 41, art.shape[1]), art[17:41])


def test_other_pictures_have_none(original: np.ndarray) -> None:
    assert Grain.of(original[..., 0].astype(np.float32), None).size == 1
    assert Grain.of(np.zeros((200, 200), np.float32), None).size == 1
    assert Grain.of(_art(200, 200), None).size == 1


def test_what_is_hidden_does_not_count() -> None:
    art = _art(60, 80).repeat(2, 0).repeat(2, 1)
    alpha = np.ones_like(art)
    alpha[:40] = 0
    art[:40] = np.random.default_rng(1).random((40, 160)) * 255
    assert Grain.of(art, None).size == 1
    assert Grain.of(art, alpha).size == 2
