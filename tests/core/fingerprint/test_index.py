"""The index finds every feature of a code, tells works apart, and passes over what is not its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.fingerprint.descriptors import Features
from core.fingerprint.index import Index, packed

OWN = b"CMt\x01"


def codes(*values: int) -> npt.NDArray[np.uint32]:
    return np.array(values, np.uint32)


def rows(works: dict[int, list[int]]) -> list[tuple[int, bytes]]:
    return [(work, packed(OWN, codes(*of), codes(*range(len(of))))) for work, of in works.items()]


WORKS = st.dictionaries(st.integers(1, 50), st.lists(st.integers(0, 30), max_size=12), max_size=8)


@settings(deadline=None)
@given(WORKS, st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), max_size=10))
def test_hits_are_those_of_a_plain_search(works: dict[int, list[int]], asked: list[list[int]]) -> None:
    index = Index(OWN, rows(works))
    hits = index.hits(np.array(asked, np.uint32).reshape(-1, 2))
    found = sorted(
        (int(question), int(index.works[work]), int(place))
        for question, work, place in zip(hits.asked, hits.work, hits.place, strict=True)
    )
    assert found == sorted(
        (question, work, place)
        for question, either in enumerate(asked)
        for code in either
        for work, of in works.items()
        for place, known in enumerate(of)
        if known == code
    )


def test_the_work_with_most_answers_is_likeliest() -> None:
    index = Index(OWN, rows({7: [1, 2, 3], 8: [1, 1, 1, 1], 9: [4]}))
    hits = index.hits(codes(1, 2, 3)[:, None])
    assert index.works[index.likeliest(hits, 5)].tolist() == [7, 8]
    assert index.works[index.likeliest(hits, 1)].tolist() == [7]


def test_what_everything_has_tells_nothing() -> None:
    index = Index(OWN, rows({1: [5] * 300, 2: [6]}))
    hits = index.hits(codes(5, 6)[:, None])
    assert index.works[index.likeliest(hits, 5)].tolist() == [2]


@pytest.mark.parametrize("wrong", [b"", b"CM", b"CMt\x02" + bytes(8), OWN + bytes(7), b"CMi\x01" + bytes(16)])
def test_fingerprints_of_another_version_or_damaged_ones_are_left_out(wrong: bytes) -> None:
    index = Index(OWN, [(1, wrong), *rows({2: [5]})])
    assert index.works.tolist() == [2]
    assert len(Index(OWN, [(1, wrong)])) == 0


def test_an_empty_index_answers() -> None:
    index = Index(OWN, [])
    hits = index.hits(codes(1, 2)[:, None])
    assert hits.asked.size == 0 and index.likeliest(hits, 3).size == 0


def test_probes_change_the_least_certain_bits() -> None:
    values = np.full((1, 32), 1.0, np.float32)
    values[0, 4], values[0, 9] = -0.01, 0.02
    one = np.zeros(1, np.float32)
    probes = Features(one, one, one, one, values).probes(2)[0].tolist()
    plain = 2**32 - 1 - 2**4
    assert sorted(probes) == sorted([plain, plain | 2**4, plain & ~(2**9), (plain | 2**4) & ~(2**9)])
