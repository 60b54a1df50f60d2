"""The keyed layout: even dealing, fresh orders, independence of serials and keys."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.parameters import PARAMETERS
from core.audio.pattern import Pattern, pattern_of
from core.keys import CreatorKey
from core.model import SERIALS


@pytest.fixture(scope="module")
def pattern(key: CreatorKey) -> Pattern:
    return pattern_of(key)


def test_pilot_is_dealt_evenly(pattern: Pattern) -> None:
    block = pattern.pilot // (PARAMETERS.block_cells * PARAMETERS.pairs)
    assert set(np.bincount(block)) == {PARAMETERS.block_pilots}


def test_every_run_of_data_meets_every_sign_in_a_fresh_order(pattern: Pattern) -> None:
    runs = pattern.bits.reshape(-1, PARAMETERS.code_length)
    assert (np.sort(runs, axis=1) == np.arange(PARAMETERS.code_length)).all()
    same = (runs[:, None] == runs[None, :]).mean(axis=2)
    assert same[~np.eye(len(runs), dtype=bool)].max() < 0.02


def test_cells_of_pilot_and_data_are_all_cells_once(pattern: Pattern) -> None:
    cells = np.sort(np.concatenate([pattern.pilot, pattern.data]))
    assert np.array_equal(cells, np.arange(PARAMETERS.time_cells * PARAMETERS.pairs))


def test_soft_values_of_the_chips_are_the_row(pattern: Pattern) -> None:
    soft = pattern.soft(pattern.chips(77).astype(np.float32))
    assert np.array_equal(soft, 50.0 * pattern.codebook.row(77))
    assert abs(pattern.soft(pattern.chips(78).astype(np.float32)) @ pattern.codebook.row(77)) < 50 * 6 * 32


def test_serials_share_the_pilot_alone(pattern: Pattern) -> None:
    one, other = pattern.chips(1).reshape(-1), pattern.chips(2).reshape(-1)
    assert np.array_equal(one[pattern.pilot], other[pattern.pilot])
    assert abs(float((one[pattern.data] * other[pattern.data]).mean())) < 0.15
    assert np.array_equal(np.flatnonzero(pattern.pilot_chips()), pattern.pilot)


def test_keys_share_nothing(pattern: Pattern, other_key: CreatorKey) -> None:
    other = pattern_of(other_key)
    assert abs(float((pattern.chips(1) * other.chips(1)).mean())) < 0.02
    assert not np.array_equal(pattern.pilot, other.pilot)


def test_copies_start_at_different_places(pattern: Pattern) -> None:
    starts = {pattern.start(serial) for serial in range(50)}
    assert len(starts) > 45 and all(0 <= start < PARAMETERS.period_frames for start in starts)
    with pytest.raises(ValueError, match="serial"):
        pattern.start(SERIALS)
