"""The two numbers: what they count, and that chance reaches them as rarely as they say."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import read as reading
from core.audio import search_scales
from core.audio.align import REFINEMENTS, Alignment, read, read_path, refined, repitched, trimmed
from core.audio.evidence import (
    _STATISTICS,
    FOUND_POOL,
    NEAR_POOL,
    PATHS,
    SCALES_POOL,
    SERIAL_LIMIT,
    Charges,
    Codes,
    charges,
)
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
    own = sum(len(_drifts((b - a) * STRETCH, NEAR_DRIFT)) for a, b in _windows(-(-frames // STRETCH)))
    own *= PARAMETERS.period_frames * (1 + REFINEMENTS)
    readings = np.random.default_rng(0).standard_normal((frames, PARAMETERS.pairs)).astype(np.float32)
    places = search_scales._windows(readings)
    left_out = search_scales._odd_blocks() if places[0][1] - places[0][0] <= 600 else []
    grid = sum(int(on_grid(number).sum()) for number in range(len(blocks())) if number not in left_out)
    elsewhere = len(places) * grid * OFFSETS
    slowest, fastest = -(-round(frames * 0.79) // STRETCH), -(-round(frames * 1.26) // STRETCH)
    for stretches in (slowest, -(-frames // STRETCH), fastest):
        whole = sum(len(_drifts((b - a) * STRETCH, FOUND_DRIFT)) for a, b in _windows(stretches))
        again = grid * whole * PARAMETERS.period_frames if places != [(0, frames)] else 0
        tried = (elsewhere + again) * (1 + REFINEMENTS)
        assert charged.tried >= own + tried
        assert own / charged.own + tried / charged.scaled <= 1.0, "more risk is given away than there is"
    assert near_alignments(3, NEAR_DRIFT) == sum(len(_drifts((b - a) * STRETCH, NEAR_DRIFT)) for a, b in _windows(3))


def test_every_alignment_and_path_that_is_read_is_charged() -> None:
    one = Alignment(0.0, 0, 800, 0.0, 1.1, 1.1)
    assert len(repitched(one)) + len(refined(one)) + len(trimmed(one)) <= REFINEMENTS
    assert min(NEAR_POOL, SCALES_POOL, FOUND_POOL) >= reading._MOST
    assert 2 * reading._SEEDS + 1 + reading._GATHERED <= PATHS


def test_a_marked_window_names_its_serial_and_a_foreign_one_does_not() -> None:
    readings = readings_at(straight(1000, 200.0))
    one = Alignment(0.0, 0, 1000, 700.0)
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1000, PARAMETERS))
    said = codes.evidence([(one,)], [read(readings, one, codes.pattern)])[0]
    assert said.serial == SERIAL and said.named and said.key_probability < 1e-20
    assert said.key_probability >= min(
        false_alarm(said.score, candidates=100, hypotheses=codes.charges.scaled),
        false_alarm(said.data, candidates=100, hypotheses=PATHS),
    )
    others = Codes(codes.pattern, np.arange(1000, 1100), 100, codes.charges).evidence(
        [(one,)], [read(readings, one, codes.pattern)]
    )[0]
    assert not others.named and others.serial_probability > SERIAL_LIMIT


def test_only_what_was_found_at_the_own_speed_is_charged_as_such() -> None:
    readings = readings_at(straight(1000, 200.0))
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1000, PARAMETERS))
    first = near(readings, KEY)[0]
    assert all(codes.charged((a,)) == codes.charges.own for a in (first, *refined(first), *trimmed(first)))
    assert codes.charged((near(readings, KEY, drift=FOUND_DRIFT)[0],)) == codes.charges.scaled
    assert codes.charged((near(readings, KEY, speed=1.1)[0],)) == codes.charges.scaled
    assert codes.charges.scaled > 100 * codes.charges.own


def test_a_path_is_judged_by_its_data_alone() -> None:
    positions = straight(1500, 0.0)
    positions[700:] += 37.0
    readings = readings_at(positions)
    path = track(readings, Alignment(0.0, 0, 700, 350.0), pattern_of(KEY).pilot_chips(), PARAMETERS)
    codes = Codes(pattern_of(KEY), np.arange(100), 100, charges(1500, PARAMETERS))
    said = codes.evidence([path], [read_path(readings, path, codes.pattern)], followed=True)[0]
    assert said.followed and said.named and said.serial == SERIAL
    assert said.key_probability == pytest.approx(
        _STATISTICS * false_alarm(said.data, candidates=100, hypotheses=PATHS), rel=1e-6
    )


def test_the_pilot_along_a_path_proves_nothing() -> None:
    """In noise the pilot chooses where it agrees; the data there stay as they are by chance."""
    pattern = pattern_of(KEY)
    pilots, data = [], []
    for seed in range(40):
        noise = np.random.default_rng(seed).standard_normal((1000, PARAMETERS.pairs)).astype(np.float32)
        path = track(noise, Alignment(0.0, 0, 1000, 500.0 + 100 * seed), pattern.pilot_chips(), PARAMETERS, whole=True)
        reads = [read_path(noise, path, pattern)]
        said = Codes(pattern, np.array([seed]), 1, Charges(1, 1)).evidence([path], reads, followed=True)[0]
        pilots.append(said.pilot)
        data.append(said.data)
    assert np.mean(pilots) > 1.5
    assert abs(np.mean(data)) < 0.6 and np.std(data) == pytest.approx(1.0, abs=0.4) and max(data) < 4
