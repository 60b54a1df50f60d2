"""Score to false-alarm probability to verdict.

The signs of a mark come from a cryptographic generator, so they are random by the key and not by the suspect: for
any suspect whatever, the statistic t = sum(L x) / ||L|| of soft values L against an independent row x of signs obeys
P(t >= T) <= 3.179 Q(T), Q the normal tail (Bentkus and Dzindzalieta, "A tight Gaussian bound for weighted sums of
Rademacher random variables", Bernoulli 21, 2015, Theorem 1.1), and also P(t >= T) <= exp(-T^2 / 2) (Hoeffding, 1963).
The union over N candidates and H hypotheses that reached the codebook multiplies it by N H.
"""

from __future__ import annotations

import math
from dataclasses import replace

from core.model import Finding, Verdict

CERTAIN = 1e-9
PROBABLE = 1e-4
_BENTKUS = 1.0 / (2.0 * math.erfc(1.0))  # 3.17866: equality for two equal weights, so 3.178 would be too small
_SMALLEST = 1e-300  # beyond this a float would underflow to 0, which is no upper bound of anything


def single_tail(score: float) -> float:
    """Return the proven bound on P(t >= score) for one row and one hypothesis: between 0 and 1."""
    if not score > 0:  # also catches NaN, which must never look like a detection
        return 1.0
    bound = min(1.0, _BENTKUS * 0.5 * math.erfc(score / math.sqrt(2.0)), math.exp(-0.5 * score * score))
    return max(bound, _SMALLEST)


def false_alarm(score: float, *, candidates: int, hypotheses: int) -> float:
    """Return the proven chance that any of `candidates` rows on any of `hypotheses` reaches `score` by coincidence.

    Both counts are upper bounds fixed in code, at least 1; ValueError otherwise.
    """
    if candidates < 1 or hypotheses < 1:
        raise ValueError(f"candidates and hypotheses must be at least 1, not {candidates} and {hypotheses}")
    return min(1.0, single_tail(score) * candidates * hypotheses)


def threshold(probability: float, *, candidates: int, hypotheses: int) -> float:
    """Return the smallest score (to 1e-9) whose false-alarm probability is at most `probability` (0 < p < 1)."""
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability must lie between 0 and 1, not {probability}")
    low, high = 0.0, 60.0  # erfc underflows beyond 38
    while high - low > 1e-9:
        middle = 0.5 * (low + high)
        if false_alarm(middle, candidates=candidates, hypotheses=hypotheses) <= probability:
            high = middle
        else:
            low = middle
    return high


def verdict(probability: float) -> Verdict:
    """Return the verdict for a proven false-alarm probability."""
    if probability <= CERTAIN:
        return Verdict.CERTAIN
    if probability <= PROBABLE:
        return Verdict.PROBABLE
    return Verdict.NOTHING


def tried(finding: Finding, times: int) -> Finding:
    """Return a finding whose probabilities hold for the union over so many keys or parts, with the verdict they allow.

    `times` counts all that were tried, whether or not they had findings.
    """
    if times == 1:
        return finding
    owned = finding.key_probability
    # The verdict rests on the whole statement, or on "a mark of this key" where that alone is as strong as it says.
    basis = finding.probability
    if owned is not None and verdict(basis) is not finding.verdict:
        basis = owned
    return replace(
        finding,
        probability=min(1.0, finding.probability * times),
        verdict=verdict(min(1.0, basis * times)),
        hypotheses=finding.hypotheses * times,
        key_probability=None if owned is None else min(1.0, owned * times),
    )


def in_words(probability: float) -> str:
    """Return the probability as people read it: "less than once in 10^12 checks".

    The power is rounded down, so that the words never claim more than the number.
    """
    if probability > 0.1:
        return "more often than once in 10 checks"
    power = 300 if probability <= 1e-300 else math.floor(-math.log10(probability) + 1e-12)
    count = f"{10**power:,}" if power <= 6 else f"10^{power}"
    return f"less than once in {count} checks"
