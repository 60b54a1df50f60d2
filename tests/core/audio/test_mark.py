"""Marking a copy: what is refused, what is noted, what comes back."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.samples import sample_recording
from core.audio import detect, embed, mark
from core.audio.parameters import PARAMETERS
from core.decide import verdict
from core.errors import RefusedError
from core.keys import CreatorKey
from core.model import SERIALS, Embedded, Finding, FloatArray, Verdict
from tests.core.audio.conftest import RATE, SERIAL

KEY = CreatorKey.from_bytes(bytes(range(32)))


def test_a_copy_comes_with_all_that_is_known_of_it(copy: Embedded, recording: FloatArray) -> None:
    assert copy.samples is not None and copy.pixels is None
    assert copy.samples.shape == recording.shape and copy.samples.dtype == recording.dtype
    assert copy.expected.serial == SERIAL and copy.expected.verdict is Verdict.CERTAIN
    assert copy.parameters == PARAMETERS.version and copy.notes == ()
    assert set(copy.quality) == {
        "snr_db", "segmental_snr_db", "pause_leakage_db", "noise_to_mask_db", "active_seconds",
    }  # fmt: skip
    assert all(type(value) is float and np.isfinite(value) for value in copy.quality.values())


def test_the_same_input_gives_the_same_copy(copy: Embedded, recording: FloatArray, key: CreatorKey) -> None:
    again = embed(recording, RATE, key=key, serial=SERIAL)
    assert np.array_equal(again.samples, copy.samples) and again.expected == copy.expected


def test_strengths_are_in_order(recording: FloatArray, key: CreatorKey) -> None:
    copies = [embed(recording, RATE, key=key, serial=1, strength=s) for s in ("subtle", "standard", "strong")]
    ratios = [c.quality["snr_db"] for c in copies]
    scores = [c.expected.score for c in copies]
    assert ratios[0] > ratios[1] + 0.5 > ratios[2] + 1.0 and scores[0] < scores[1] < scores[2]


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 96000, 192000])
def test_any_usual_rate_carries_the_mark(rate: int) -> None:
    samples = sample_recording(6.0, rate)
    copy = embed(samples, rate, key=KEY, serial=3)
    assert copy.expected.verdict is Verdict.CERTAIN
    # Read after the copy was brought to another rate, as the world does it.
    from scipy.signal import resample_poly

    divisor = np.gcd(rate, 16000)
    other = resample_poly(copy.samples, 16000 // divisor, rate // divisor, axis=0)
    assert [f.serial for f in detect(other, 16000, key=KEY, serials=[2, 3])] == [3]


@settings(deadline=None, max_examples=10)
@given(st.integers(8000, 60000), st.integers(1, 3), st.floats(4.0, 6.0), st.integers(0, SERIALS - 1))
def test_round_trip_at_odd_rates_and_lengths(rate: int, channels: int, seconds: float, serial: int) -> None:
    samples = np.repeat(sample_recording(seconds, rate, seed=2), channels, axis=1)
    copy = embed(samples, rate, key=KEY, serial=serial)
    assert copy.samples is not None and copy.samples.shape == samples.shape
    assert [f.serial for f in detect(copy.samples, rate, key=KEY, serials=[serial])] == [serial]


@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        (np.zeros((48000 * 5, 2), np.float32), 48000, "silent"),
        (np.zeros((1, 1), np.float32), 48000, "too short"),
        (np.zeros((0, 1), np.float32), 48000, "too short"),
        (sample_recording(0.9, 48000), 48000, "too short"),
        (sample_recording(5.0, 6000), 6000, "sampling rate"),
        (np.full((48000 * 4, 1), 0.5), 48000, "recognised"),  # a constant: no sound in any band
        (0.5 * np.sin(np.arange(48000 * 3) * 0.05)[:, None], 48000, "recognised"),  # one pure tone
    ],
)
def test_what_cannot_carry_a_mark_is_refused_in_one_sentence(samples: FloatArray, rate: int, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as caught:
        embed(samples, rate, key=KEY, serial=1)
    assert caught.value.hint and caught.value.message.endswith(".") and len(str(caught.value)) < 220


@pytest.mark.parametrize(
    ("owned", "named", "enough"), [(1e-13, 1e-8, True), (1e-11, 1e-8, False), (1e-13, 1e-6, False), (1e-6, 1e-5, False)]
)
def test_a_copy_is_made_only_where_it_would_be_certain_among_a_thousand(
    monkeypatch: pytest.MonkeyPatch, owned: float, named: float, enough: bool
) -> None:
    found = Finding(
        serial=1, verdict=verdict(owned), probability=named, score=7.0, level="blind", key_probability=owned
    )
    monkeypatch.setattr("core.audio.mark.detect", lambda *_, **__: (found,))
    samples = sample_recording(4.0, 16000, seed=5)
    with contextlib.nullcontext() if enough else pytest.raises(RefusedError, match="recognised"):
        assert embed(samples, 16000, key=KEY, serial=1).expected == found


def test_little_sound_is_marked_with_a_note() -> None:
    samples = sample_recording(2.2, 16000, seed=5)
    copy = embed(samples, 16000, key=KEY, serial=1)
    assert len(copy.notes) == 1 and "s of usable sound" in copy.notes[0]


def test_wrong_arguments_are_value_errors(recording: FloatArray) -> None:
    spoilt = recording.copy()
    spoilt[5] = np.inf
    with pytest.raises(ValueError, match="finite"):
        embed(spoilt, RATE, key=KEY, serial=1)
    with pytest.raises(ValueError, match="serial"):
        embed(recording, RATE, key=KEY, serial=SERIALS)
    with pytest.raises(ValueError, match="loud"):
        embed(recording, RATE, key=KEY, serial=1, strength="loud")
    with pytest.raises(ValueError, match="frames, channels"):
        embed(recording[:, 0], RATE, key=KEY, serial=1)


def test_a_second_mark_leaves_the_first(copy: Embedded) -> None:
    twice = embed(copy.samples, RATE, key=KEY, serial=9)
    assert {f.serial for f in detect(twice.samples, RATE, key=KEY, serials=[9, 10, SERIAL])} == {9, SERIAL}


def test_quality_of_a_long_recording_is_that_of_pieces_taken_as_they_are_needed() -> None:
    samples = np.random.default_rng(0).standard_normal((8000 * 150, 2)).astype(np.float32)
    spread = mark._spread(samples, 8000)
    each = 8000 * 5
    starts = np.linspace(0, len(samples) - each, 24).astype(int)
    joined = np.concatenate([samples[start : start + each] for start in starts])
    assert len(spread) == len(joined) and np.array_equal(spread[:], joined)
    assert np.array_equal(spread[each - 3 : 2 * each + 5], joined[each - 3 : 2 * each + 5])
    assert spread[7:7].shape == (0, 2)
    short = samples[: 8000 * 100]
    assert mark._spread(short, 8000) is short
