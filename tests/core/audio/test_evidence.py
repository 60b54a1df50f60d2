"""The two numbers: what they count, and that chance reaches them as rarely as they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from core.audio import read as reading
from core.audio import search_scales
from core.audio.align import REFINEMENTS, SHIFTS, Alignment, Path, read, read_path, refined, repitched, trimmed
from core.audio.evidence import (
    ALONE,
    FOUND_POOL,
    NEAR_POOL,
    PATHS,
    SCALES_POOL,
    SERIAL_LIMIT,
    TOGETHER,
    Charges,
    Codes,
    Evidence,
    charges,
    ranked,
    ranked_path,
)
from core.audio.features import Analysis
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.search_near import FOUND_DRIFT, NEAR_DRIFT, STRETCH, _drifts, _windows, near, near_alignments
from core.audio.search_scales import OFFSETS, blocks, on_grid
from core.audio.track import track
from core.decide import false_alarm
from tests.core.audio.made import KEY, SERIAL, readings_at, straight


@pytest.mark.parametrize("frames", [50, 400, 600, 601, 800, 1190, 1200, 1201, 6400, 70_000, 360_000])
def test_every_alignment_that_can_be_tried_is_charged(frames: int) -> None:
    charged = charges(frames, PARAMETERS)
    spans = _windows(-(-frames // STRETCH))
    longest = max(b - a for a, b in spans)
    own = Counter[int]()
    for a, b in spans:
        drifts = _drifts((b - a) * STRETCH, NEAR_DRIFT)
        assert np.count_nonzero(drifts == 0.0) == 1
        own[1 if b - a == longest else 3] += PARAMETERS.period_frames
        own[2 if b - a == longest else 4] += (len(drifts) - 1) * PARAMETERS.period_frames
    readings = np.random.default_rng(0).standard_normal((frames, PARAMETERS.pairs)).astype(np.float32)
    places = search_scales._windows(readings)
    left_out = search_scales._odd_blocks() if places[0][1] - places[0][0] <= 600 else []
    grid = sum(int(on_grid(number).sum()) for number in range(len(blocks())) if number not in left_out)
    elsewhere = len(places) * grid * OFFSETS
    slowest, fastest = -(-round(frames * 0.79) // STRETCH), -(-round(frames * 1.26) // STRETCH)
    for stretches in (slowest, -(-frames // STRETCH), fastest):
        whole = sum(len(_drifts((b - a) * STRETCH, FOUND_DRIFT)) for a, b in _windows(stretches))
        again = grid * whole * PARAMETERS.period_frames if places != [(0, frames)] else 0
        every = {**own, 0: elsewhere + again}
        assert charged.tried >= sum(every.values()) * (1 + REFINEMENTS)
        given = sum(
            count * (SHIFTS / charged.of(_one(group)) + (1 + REFINEMENTS - SHIFTS) / charged.of(_one(group, fine=True)))
            for group, count in every.items()
            if count
        )
        assert given <= 1.0 + 1e-12, "more risk is given away than there is"
    assert near_alignments(3, NEAR_DRIFT) == sum(len(_drifts((b - a) * STRETCH, NEAR_DRIFT)) for a, b in _windows(3))


def _one(group: int, *, fine: bool = False, rank: int = 0) -> Alignment:
    return Alignment(0.0, 0, 800, 0.0, group=group, rank=rank, fine=fine)


def test_what_is_read_gets_no_more_risk_than_there_is() -> None:
    lists = [(1, NEAR_POOL), (0, SCALES_POOL), (0, FOUND_POOL)]
    given = sum(
        SHIFTS / ranked(_one(group, rank=rank)) + (1 + REFINEMENTS - SHIFTS) / ranked(_one(group, rank=rank, fine=True))
        for group, length in lists
        for rank in range(1, length + 1)
    )
    assert 0.9 < given <= 1.0
    assert all(ranked(_one(0)) >= ranked(_one(0, rank=rank)) for rank in (1, 2, 30, 600))
    assert sum(1 / ranked_path(number) for number in range(1, PATHS + 1)) <= 1.0
    # Pilot and data together twice (blind, with works); pilot alone and data alone twice, and the data along paths.
    assert 2 / TOGETHER + 5 / ALONE <= 1.0 + 1e-12


def test_every_alignment_and_path_that_is_read_is_charged() -> None:
    one = Alignment(0.0, 0, 800, 0.0, 1.1, 1.1)
    around = [*repitched(one), *refined(one), *trimmed(one)]
    assert len(around) <= REFINEMENTS
    assert sum(not a.fine for a in around) == SHIFTS - 1
    assert all(a.place - one.place in (-0.5, -0.25, 0.25, 0.5) and a.speed == 1.1 for a in around if not a.fine)
    assert min(NEAR_POOL, SCALES_POOL, FOUND_POOL) >= reading._MOST
    assert 2 * reading._SEEDS + 1 + reading._GATHERED <= PATHS


def test_no_two_paths_of_a_search_have_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(5).standard_normal((1500, PARAMETERS.pairs)).astype(np.float32)
    seen: list[int] = []

    def along(_: object, paths: list[Path], numbers: Sequence[int]) -> Iterator[Evidence]:
        assert len(paths) <= len(numbers)
        seen.extend(numbers)
        return iter(())

    monkeypatch.setattr(reading._Search, "_along", along)
    for frames in (900, 1500):
        seen.clear()
        list(reading._Search(_Readable(noise[:frames]), KEY, np.arange(5)).stages())
        assert len(seen) == len(set(seen)) == 2 * reading._SEEDS + 1 + reading._GATHERED
        assert min(seen) == 1 and max(seen) <= PATHS


class _Readable(Analysis):
    """Readings as they are, at any scale."""

    def __init__(self, values: np.ndarray) -> None:
        super().__init__(np.zeros((len(values), 1), np.uint8))
        self._values = values

    def readings(self, scale: float = 1.0, first: int = 0, last: int | None = None) -> np.ndarray:
        return self._values[first:last]


def test_the_order_of_the_pilot_says_nothing_about_the_data() -> None:
    """In noise the data at the alignment that the pilot puts first stay as they are by chance."""
    pattern, data, pilots = pattern_of(KEY), [], []
    codes = Codes(pattern, np.array([3]), 1, charges(500, PARAMETERS))
    for seed in range(80):
        noise = np.random.default_rng(seed).standard_normal((500, PARAMETERS.pairs)).astype(np.float32)
        first = reading._in_order(near(noise, KEY)[:3])
        said = codes.evidence([(a,) for a in first], [read(noise, a, pattern) for a in first])
        assert [a.rank for a in first] == [1, 2, 3]
        data.append(said[0].data)
        pilots.append(said[0].pilot)
    assert np.mean(pilots) > 2.5
    assert abs(np.mean(data)) < 0.35 and np.std(data) == pytest.approx(1.0, abs=0.25) and max(data) < 4


def test_a_marked_window_names_its_serial_and_a_foreign_one_does_not() -> None:
    readings = readings_at(straight(1000, 200.0))
    one = Alignment(0.0, 0, 1000, 700.0)
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1000, PARAMETERS))
    said = codes.evidence([(one,)], [read(readings, one, codes.pattern)])[0]
    assert said.serial == SERIAL and said.named and said.key_probability < 1e-20
    assert said.key_probability >= min(
        false_alarm(said.score, candidates=100, hypotheses=codes.charges.scaled),
        false_alarm(said.data, candidates=100, hypotheses=ranked(one)),
    )
    others = Codes(codes.pattern, np.arange(1000, 1100), 100, codes.charges).evidence(
        [(one,)], [read(readings, one, codes.pattern)]
    )[0]
    assert not others.named and others.serial_probability > SERIAL_LIMIT


def test_only_what_was_found_at_the_own_speed_is_charged_as_such() -> None:
    readings = readings_at(straight(1000, 200.0))
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1000, PARAMETERS))
    first = near(readings, KEY)[0]
    assert first.group == 1 and not first.fine
    assert {a.group for a in near(readings, KEY)} == {1, 2, 3, 4}
    assert all(a.group == 1 for a in (*refined(first), *trimmed(first)))
    assert near(readings, KEY, drift=FOUND_DRIFT)[0].group == near(readings, KEY, speed=1.1)[0].group == 0
    assert codes.charges.of(_one(0)) > 100 * codes.charges.of(first)


def test_a_path_is_judged_by_its_data_alone() -> None:
    positions = straight(1500, 0.0)
    positions[700:] += 37.0
    readings = readings_at(positions)
    path = track(readings, Alignment(0.0, 0, 700, 350.0), pattern_of(KEY).pilot_chips(), PARAMETERS)
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1500, PARAMETERS))
    said = codes.evidence([path], [read_path(readings, path, codes.pattern)], followed=[3])[0]
    assert said.followed and said.named and said.serial == SERIAL
    assert said.key_probability == pytest.approx(
        ALONE * false_alarm(said.data, candidates=100, hypotheses=24), rel=1e-6
    )


def test_the_pilot_along_a_path_proves_nothing() -> None:
    """In noise the pilot chooses where it agrees; the data there stay as they are by chance."""
    pattern = pattern_of(KEY)
    pilots, data = [], []
    for seed in range(40):
        noise = np.random.default_rng(seed).standard_normal((1000, PARAMETERS.pairs)).astype(np.float32)
        path = track(noise, Alignment(0.0, 0, 1000, 500.0 + 100 * seed), pattern.pilot_chips(), PARAMETERS, whole=True)
        reads = [read_path(noise, path, pattern)]
        said = Codes(pattern, np.array([seed]), 1, Charges((), 1, 1)).evidence([path], reads, followed=[1])[0]
        pilots.append(said.pilot)
        data.append(said.data)
    assert np.mean(pilots) > 1.5
    assert abs(np.mean(data)) < 0.6 and np.std(data) == pytest.approx(1.0, abs=0.4) and max(data) < 4
