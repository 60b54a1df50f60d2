"""The keyed random code: rows, candidates, the screen, and the null that the proof speaks of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import SERIALS
from core.spread import Codebook, keystream, permutation, signs

SECRET = bytes(range(32))
BOOK = Codebook(SECRET, 1024)


def test_rows_are_stable_signs_of_the_keystream() -> None:
    row = BOOK.row(3)
    assert row.dtype == np.int8 and set(np.unique(row)) == {-1, 1}
    bits = np.unpackbits(np.frombuffer(keystream(SECRET, 128, block=3 * 8), np.uint8))
    assert np.array_equal(row, 1 - 2 * bits.astype(int))


def test_the_keystream_is_seekable() -> None:
    whole = keystream(SECRET, 160)
    assert keystream(SECRET, 64, block=4) == whole[64:128]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, SERIALS - 1), min_size=1, max_size=40, unique=True), st.data())
def test_the_true_serial_wins_among_any_candidates(serials: list[int], data: st.DataObject) -> None:
    true = data.draw(st.sampled_from(serials))
    noise = np.random.default_rng(true).normal(size=1024)
    match = BOOK.best(BOOK.row(true) + noise, serials)[0]
    assert match.serial == true
    assert match.score == pytest.approx(
        float((BOOK.row(true) + noise) @ BOOK.row(true)) / np.linalg.norm(BOOK.row(true) + noise)
    )


@pytest.mark.parametrize("seed", range(4))
def test_screening_and_matrix_product_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    soft = rng.normal(size=1024) if seed < 3 else rng.standard_cauchy(1024)
    candidates = np.sort(rng.choice(SERIALS, 20_000, replace=False))
    screened = BOOK.best(soft, candidates)[0]
    by_parts = max((BOOK.best(soft, part)[0] for part in np.array_split(candidates, 5)), key=lambda m: m.score)
    assert screened == by_parts


def test_key_alone_finds_the_serial_among_all() -> None:
    soft = BOOK.row(1_000_001 % SERIALS) * 0.4 + np.random.default_rng(1).normal(size=1024)
    assert BOOK.best(soft)[0].serial == 1_000_001 % SERIALS


def test_many_vectors_at_once_equal_one_at_a_time() -> None:
    soft = np.random.default_rng(2).normal(size=(9, 1024))
    assert BOOK.best(soft, range(500)) == [BOOK.best(one, range(500))[0] for one in soft]


def test_random_rows_follow_the_normal_null() -> None:
    soft = np.random.default_rng(3).uniform(-1, 1, 1024) ** 3
    rows = np.stack([BOOK.row(s) for s in range(4000)]).astype(float)
    scores = rows @ soft / np.linalg.norm(soft)
    assert abs(scores.mean()) < 0.06
    assert abs(scores.std() - 1.0) < 0.04
    assert abs(np.corrcoef(rows[:200])[~np.eye(200, dtype=bool)]).max() < 6 / np.sqrt(1024)


@pytest.mark.parametrize("serials", [[], [-1], [SERIALS]])
def test_impossible_candidates_are_named(serials: list[int]) -> None:
    with pytest.raises(ValueError, match="serials"):
        BOOK.best(np.ones(1024), serials)


def test_silence_scores_nothing() -> None:
    assert BOOK.best(np.zeros(1024), [1, 2])[0].score == 0.0


def test_permutations_differ_by_index_and_key() -> None:
    first, second = permutation(SECRET, 1024), permutation(SECRET, 1024, index=1)
    assert sorted(first) == list(range(1024))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, permutation(bytes(32), 1024))
    assert np.array_equal(second, permutation(SECRET, 1024, index=1))


def test_signs_are_balanced() -> None:
    assert abs(int(signs(SECRET, 100_001).sum())) < 1300


def test_rows_that_were_kept_are_used_for_their_own_candidates_alone() -> None:
    book = Codebook(SECRET, 1024)
    soft = book.row(7) + np.random.default_rng(4).normal(size=1024)
    for candidates in ([3, 7, 9], [3, 8, 9], [3, 7, 9], range(20, 30), [7]):
        assert book.best(soft, candidates) == Codebook(SECRET, 1024).best(soft, candidates)
