"""The detector's view: the same at any rate, in blocks, for any gain and polarity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.samples import sample_recording
from core.audio.features import analyse, cell_readings, channel_weights, pair_features
from tests.core.audio.made import band_levels


@settings(deadline=None, max_examples=25)
@given(st.integers(8000, 192000), st.floats(0.6, 2.5))
def test_any_rate_gives_frames_of_ten_milliseconds(rate: int, seconds: float) -> None:
    samples = np.random.default_rng(0).standard_normal((int(seconds * rate), 1)).astype(np.float32)
    levels = band_levels(samples, rate)
    assert abs(levels.shape[0] - seconds * 100) <= 2 and levels.shape[1] == 52
    assert np.isfinite(levels).all()


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000, 44101])
def test_rates_agree(rate: int) -> None:
    hertz = 1000.0
    levels = [
        band_levels(np.sin(2 * np.pi * hertz * np.arange(rate_) / rate_)[:, None].astype(np.float32), rate_)[20:80]
        for rate_ in (16000, rate)
    ]
    assert np.abs(levels[0] - levels[1])[:, 4:6].max() < 0.2
    assert levels[1][:, 5].mean() == pytest.approx(0.0, abs=3.0)  # a full-scale sine reads about 0 dB


def test_blocks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sample_recording(5.0, 44100)
    whole = band_levels(samples, 44100)
    monkeypatch.setattr("core.audio.features._BLOCK_SECONDS", 0.7)
    blocks = band_levels(samples, 44100)
    assert blocks.shape == whole.shape
    assert np.abs(10 ** (blocks / 20) - 10 ** (whole / 20)).max() < 1e-5


def test_gain_and_polarity_do_not_matter() -> None:
    samples = sample_recording(4.0, 16000)
    plain = pair_features(band_levels(samples, 16000))
    assert np.allclose(pair_features(band_levels(-samples, 16000)), plain, atol=1e-3)
    assert np.abs(pair_features(band_levels(0.1 * samples, 16000)) - plain).mean() < 1e-3


def test_channels_that_cancel_are_not_mixed() -> None:
    one = sample_recording(2.0, 16000)
    assert channel_weights(np.concatenate([one, 0.5 * one], axis=1), 16000) == pytest.approx([0.5, 0.5])
    assert channel_weights(np.concatenate([0.9 * one, -one], axis=1), 16000) == pytest.approx([0, 1])
    assert channel_weights(np.zeros((0, 2), np.float32), 16000) == pytest.approx([0.5, 0.5])


def test_silence_says_nothing() -> None:
    assert not pair_features(band_levels(np.zeros((16000, 1), np.float32), 16000)).any()
    assert pair_features(band_levels(np.zeros((0, 1), np.float32), 16000)).shape == (0, 26)


def test_a_reading_is_two_frames() -> None:
    features = np.random.default_rng(3).standard_normal((2001, 3)).astype(np.float32)
    readings = cell_readings(features.copy())
    assert np.array_equal(readings[:-1], features[:-1] + features[1:]) and np.array_equal(readings[-1], features[-1])
    assert cell_readings(np.zeros((0, 3), np.float32)).shape == (0, 3)


def test_long_recordings_are_kept_as_bytes_and_read_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.tile(sample_recording(12.0, 16000), (3, 1))
    whole = analyse(samples, 16000)
    plain = whole.readings()
    assert np.array_equal(plain[:-1], cell_readings(pair_features(whole.levels()))[:-1]) and not plain[-1].any()
    monkeypatch.setattr("core.audio.features._PIECE", 800)
    assert np.array_equal(whole.readings(), plain)
    there = cell_readings(pair_features(whole.levels(1.05, 100, 2500)))
    assert np.allclose(whole.readings(1.05, 100, 2500)[:-1], there[:-1])
    monkeypatch.setattr("core.audio.features._LONG_FRAMES", 1000)
    packed = analyse(samples, 16000)
    assert packed.frames == whole.frames
    loud = whole.levels() > -80
    assert np.abs(packed.levels() - whole.levels())[loud].mean() < 0.2
    assert packed.readings().dtype == np.float16 and plain.dtype == np.float32
    same = np.corrcoef(packed.readings().ravel(), plain.ravel())[0, 1]
    assert same > 0.99
