"""Probabilities are upper bounds, monotone, and worded without overstating."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide import false_alarm, in_words, single_tail, threshold, verdict
from core.model import Verdict


@pytest.mark.parametrize(("candidates", "score"), [(1, 6.67), (1000, 7.62), (100_000, 8.19), (2**20, 8.47)])
def test_thresholds_of_the_design(candidates: int, score: float) -> None:
    """The figures published with the method, for 24 hypotheses and 1e-9."""
    assert threshold(1e-9, candidates=candidates, hypotheses=24) == pytest.approx(score, abs=0.011)


@given(st.floats(0, 50), st.floats(0, 5), st.integers(1, 2**20), st.integers(1, 10**8))
def test_probability_falls_with_the_score_and_rises_with_the_tries(t: float, more: float, n: int, h: int) -> None:
    assert false_alarm(t + more, candidates=n, hypotheses=h) <= false_alarm(t, candidates=n, hypotheses=h)
    assert 0.0 < false_alarm(t, candidates=n, hypotheses=h) <= false_alarm(t, candidates=n, hypotheses=h + 1) <= 1.0


@pytest.mark.parametrize("weights", [np.ones(20), np.arange(1.0, 17.0), np.array([1.0, 1.0]), np.array([5.0, 1, 1, 1])])
def test_the_bound_holds_exactly_on_small_cases(weights: np.ndarray) -> None:
    signs = 1 - 2 * ((np.arange(2 ** len(weights))[:, None] >> np.arange(len(weights))) & 1)
    scores = np.sort(signs @ weights / np.linalg.norm(weights))
    for place, score in enumerate(scores):
        assert (len(scores) - place) / len(scores) <= single_tail(float(score)) + 1e-12


@pytest.mark.parametrize("score", [math.nan, -math.inf, -3.0, 0.0])
def test_no_score_is_no_evidence(score: float) -> None:
    assert false_alarm(score, candidates=1, hypotheses=1) == 1.0


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1e-9, Verdict.CERTAIN), (1.01e-9, Verdict.PROBABLE), (1e-4, Verdict.PROBABLE), (1.1e-4, Verdict.NOTHING)],
)
def test_verdicts(probability: float, said: Verdict) -> None:
    assert verdict(probability) is said


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "more often than once in 10 checks"),
        (0.01, "less than once in 100 checks"),
        (2e-5, "less than once in 10,000 checks"),
        (1e-9, "less than once in 10^9 checks"),
        (9e-22, "less than once in 10^21 checks"),
        (1e-300, "less than once in 10^300 checks"),
    ],
)
def test_words_never_claim_more_than_the_number(probability: float, words: str) -> None:
    assert in_words(probability) == words


@pytest.mark.parametrize("counts", [(0, 1), (1, 0)])
def test_counts_must_be_counted(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        false_alarm(5.0, candidates=counts[0], hypotheses=counts[1])
