"""What a thief does with recordings: signs are read, lifted and summed as the cases say."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from bench import security_sounds as security

RATE = 16000


@pytest.fixture(scope="module")
def works() -> list[security.Work]:
    return [security.Work(f"case {n}", sample_recording(10.0, RATE, seed=60 + n), RATE, n) for n in (1, 2)]


def test_one_look_reads_more_signs_than_chance(works: list[security.Work]) -> None:
    told = security.folded(works[0])
    assert 0.55 < told["single"] < 0.95 and told["folded"] is None and told["seconds"] == 10.0


def test_sums_of_works_read_no_more(works: list[security.Work]) -> None:
    told = security.folded_works(works)
    assert told["works"] == 2 and told["folded"] < told["single"]


def test_lifted_signs_carry_the_mark_but_not_the_sound(works: list[security.Work]) -> None:
    one, other = works
    victim = security.stolen(one, other)
    assert victim.shape == other.samples.shape and not np.array_equal(victim, other.samples)
    told = security.copy_attack(one, other)
    assert told["shows_work"] is not True and told["copy_shows_work"] is True
    assert told["victim_shows_itself"] is True


def test_agreement_counts_what_is_heard() -> None:
    readings = np.array([[1.0, -1.0, 0.0, 2.0]])
    assert security._agreement(readings, np.array([[1, 1, 1, 1]], np.int8)) == pytest.approx(0.667)
    assert security._agreement(np.zeros((1, 2)), np.ones((1, 2), np.int8)) == 0.5
