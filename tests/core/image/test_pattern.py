from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.image.parameters import PARAMETERS
from core.image.pattern import TILE, Offset, Pattern, moved, serial_array, slots_of
from core.keys import CreatorKey
from core.model import SERIALS


@pytest.fixture(scope="module")
def pattern(key: CreatorKey) -> Pattern:
    return Pattern.of(key)


def test_a_tile_has_unit_variance_and_no_mean(pattern: Pattern) -> None:
    tile = pattern.tile(5)
    assert tile.shape == (TILE, TILE)
    assert float(tile.std()) == pytest.approx(1.0, abs=0.03)
    assert float(tile.mean()) == pytest.approx(0.0, abs=0.01)


def test_keys_share_nothing(pattern: Pattern, other_key: CreatorKey) -> None:
    other = Pattern.of(other_key)
    assert abs(np.corrcoef(pattern.tile(5).ravel(), other.tile(5).ravel())[0, 1]) < 0.2  # some frequencies
    assert abs(np.corrcoef(pattern.pilot.ravel(), other.pilot.ravel())[0, 1]) < 0.05


def test_the_tile_carries_the_serials_row(pattern: Pattern) -> None:
    values = slots_of(pattern.tile(9)).ravel() * pattern.slot_signs
    soft = np.bincount(pattern.data_index, values[pattern.data_slots])
    assert pattern.codebook.best(soft, np.arange(64))[0].serial == 9
    assert (values[pattern.pilot_slots] > 0).mean() > 0.9  # the template turns some


def test_every_sign_is_repeated_alike(pattern: Pattern) -> None:
    repeats = np.bincount(pattern.data_index)
    assert repeats.size == PARAMETERS.data_signs
    assert repeats.max() - repeats.min() <= 1
    slots = np.concatenate([pattern.pilot_slots, pattern.data_slots])
    assert np.array_equal(np.sort(slots), np.arange(slots.size))


def test_origins_differ_between_serials_and_are_the_same_in_any_company(pattern: Pattern) -> None:
    origins = pattern.origins(np.arange(500))
    assert len({tuple(origin) for origin in origins.tolist()}) > 490
    assert origins.min() >= 0
    assert origins.max() < TILE
    assert np.array_equal(pattern.origins(np.array([7, 300, SERIALS - 1]))[:2], origins[[7, 300]])
    assert pattern.origins(np.array([], np.int64)).shape == (0, 2)


def test_a_plane_starts_at_the_origin(pattern: Pattern) -> None:
    y, x = pattern.origins(np.array([3]))[0]
    plane = pattern.plane(3, (700, 600))
    assert np.array_equal(plane[: TILE - y, : min(600, TILE - x)], pattern.tile(3)[y:, x : x + 600])
    assert np.array_equal(plane[TILE:, :], plane[: 700 - TILE, :])


@settings(deadline=None, max_examples=20)
@given(st.integers(0, TILE - 1), st.integers(0, TILE - 1))
def test_moving_back_restores_the_tile(pattern: Pattern, y: int, x: int) -> None:
    tile = pattern.tile(1)
    shifted = np.roll(tile, (-y, -x), axis=(0, 1))
    assert np.array_equal(moved(shifted, Offset(y, x)), tile)


def test_half_pixels_move_through_the_spectrum(pattern: Pattern) -> None:
    tile = pattern.tile(1)
    twice = moved(moved(tile, Offset(0.5, 0.25)), Offset(0.5, 0.75))
    assert np.abs(twice - np.roll(tile, (1, 1), axis=(0, 1))).max() < 0.1


def test_the_pattern_of_version_1_never_changes(pattern: Pattern) -> None:
    """Copies that are out in the world carry it: these figures may only change with a new version."""
    assert PARAMETERS.version == 1
    assert pattern.origins(np.array([0, 1, 77])).tolist() == ORIGINS
    assert pattern.tile(77)[[0, 100, 400], [0, 50, 500]] == pytest.approx(VALUES, abs=1e-4)
    assert pattern.template[[0, 100], [0, 50]] == pytest.approx(TEMPLATE, abs=1e-5)


def test_candidates_are_sorted_and_checked() -> None:
    assert serial_array(None) is None
    got = serial_array([5, 1, 5])
    assert got is not None
    assert got.tolist() == [1, 5]
    with pytest.raises(ValueError, match="serials"):
        serial_array([SERIALS])


ORIGINS = [[136, 429], [85, 287], [270, 151]]
VALUES = [0.72148, 1.84582, 1.065]
TEMPLATE = [0.752821, 0.888185]
