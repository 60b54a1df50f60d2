"""Triples of peaks: what a work and a suspect share gives the same ones, and each leads to one work at one place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from core.fingerprint.index import packed
from core.fingerprint.triples import _APART, TripleIndex, entries, triples

OWN = b"CMt\x01"
Codes = npt.NDArray[np.uint32]


def pairs(seed: int, count: int = 60, spread: int = 1500) -> tuple[Codes, Codes]:
    """Return codes and frames of peaks with four partners each, as recordings give them."""
    rng = np.random.default_rng(seed)
    frames = np.repeat(np.sort(rng.choice(spread, count, replace=False)), 4).astype(np.uint32)
    band = np.repeat(rng.integers(32, 136, count), 4).astype(np.uint32)
    return band | rng.integers(24, 105, 4 * count, np.uint32) << 8 | rng.integers(
        1, 32, 4 * count, np.uint32
    ) << 15, frames


def test_triples_do_not_depend_on_the_order_of_pairs() -> None:
    codes, frames = pairs(1)
    order = np.random.default_rng(2).permutation(len(codes))
    made, at = triples(codes, frames, 4)
    again, at_again = triples(codes[order], frames[order], 4)
    assert sorted(zip(made.tolist(), at.tolist(), strict=True)) == sorted(
        zip(again.tolist(), at_again.tolist(), strict=True)
    )
    assert len(made) == 6 * 60 and made.max() < 2**31


def test_a_peak_with_one_partner_makes_none() -> None:
    codes, frames = pairs(1)
    made, at = triples(codes[::4], frames[::4], 4)
    assert made.size == at.size == 0
    assert triples(codes[:0], frames[:0], 4)[0].size == 0


@pytest.mark.parametrize("shift", [-400, 0, 333])
def test_a_work_is_found_wherever_the_suspect_begins(shift: int) -> None:
    rows = [(number, packed(OWN, *pairs(number))) for number in range(10, 40)]
    index = TripleIndex(OWN, rows, fingerprint_of=dict(rows).__getitem__)
    codes, frames = pairs(25)
    moved = frames.astype(np.int64) - shift
    votes = index.votes(*triples(codes[moved >= 0], moved[moved >= 0].astype(np.uint32), 4))
    assert max(votes, key=votes.__getitem__) == 25
    assert votes[25] > 0.8 * np.unique(moved[moved >= 0]).size
    assert all(agree < 8 for work, agree in votes.items() if work != 25)


def test_an_index_made_a_part_at_a_time_is_the_whole() -> None:
    rows = [(number, packed(OWN, *pairs(number))) for number in range(10, 30)]
    whole, every = entries(OWN, rows)
    first, some = entries(OWN, rows[:7])
    second, others = entries(OWN, rows[7:], int(first["end"][0]))
    assert (np.sort(np.concatenate([some, others])) == every).all()
    assert (np.concatenate([first["starts"], second["starts"]]) == whole["starts"]).all()
    assert second["end"] == whole["end"] and np.diff(whole["starts"]).min() > _APART
