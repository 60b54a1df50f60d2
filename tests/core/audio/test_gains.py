"""Writing: what changes, by how much, and what must not change at all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from app.samples import sample_recording
from core.audio.gains import Marked, sign_track, survey
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.keys import CreatorKey
from core.model import FloatArray, Strength


def write(samples: FloatArray, rate: int, key: CreatorKey, serial: int = 9) -> FloatArray:
    peak = float(np.abs(samples).max())
    loud = survey(samples, rate)
    return Marked(samples, rate, pattern_of(key), serial, Strength.STANDARD, loud=loud, peak=peak)[:]


def test_signs_are_held_in_a_cell_and_faded_at_its_borders() -> None:
    chips = np.array([[1], [-1], [1]] + [[1]] * 3197, np.int8)
    times = np.array([0.010, 0.015, 0.020, 0.0225, 0.030])
    assert sign_track(chips, times, 0, PARAMETERS)[:, 0] == pytest.approx([1, 1, 0, -0.5, -1])
    assert sign_track(chips, times + 64.0, 0, PARAMETERS)[:, 0] == pytest.approx([1, 1, 0, -0.5, -1], abs=1e-5)
    assert sign_track(chips, times, 2, PARAMETERS)[0, 0] == pytest.approx(-1)  # two frames into the superperiod


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_shape_and_kind_stay(kind: type, channels: int, key: CreatorKey) -> None:
    samples = np.repeat(sample_recording(2.0, 16000), channels, axis=1).astype(kind) * np.linspace(0.5, 1, channels)
    samples = samples.astype(kind)
    before = samples.copy()
    out = write(samples, 16000, key)
    assert out.shape == samples.shape and out.dtype == kind
    assert np.array_equal(samples, before), "the input was changed"
    assert not np.array_equal(out, samples)


def test_channels_get_one_gain(key: CreatorKey) -> None:
    one = sample_recording(3.0, 16000)
    stereo = np.concatenate([one, 0.25 * one], axis=1)
    change = write(stereo, 16000, key) - stereo
    assert np.allclose(change[:, 1], 0.25 * change[:, 0], atol=2e-6)


def test_digital_silence_stays_untouched_and_nothing_comes_before_an_onset(key: CreatorKey) -> None:
    rate = 48000
    speech = sample_recording(3.0, rate)
    samples = np.zeros((6 * rate, 1), np.float32)
    samples[2 * rate : 5 * rate] = speech * (np.arange(len(speech)) >= 0)[:, None]
    samples[2 * rate : 2 * rate + 200] += 0.3  # a hard onset
    change = np.abs(write(samples, rate, key) - samples)[:, 0]
    assert change[: 2 * rate - round(0.004 * rate)].max() == 0.0
    assert change[5 * rate + round(0.004 * rate) :].max() == 0.0
    assert change[2 * rate :].max() > 1e-3


def test_only_the_band_of_the_pattern_changes(key: CreatorKey) -> None:
    samples = sample_recording(4.0, 48000)
    change = (write(samples, 48000, key) - samples)[:, 0]
    hertz, power = signal.welch(change, 48000, nperseg=4096)
    inside = power[(hertz > 300) & (hertz < 6500)].sum()
    assert power[(hertz < 120) | (hertz > 7300)].sum() < 1e-4 * inside


def test_gains_stay_within_the_strength(key: CreatorKey) -> None:
    """A steady noise shows the gains themselves: no band moves by more than its two decibels."""
    noise = 0.1 * np.random.default_rng(1).standard_normal((16000 * 4, 1))
    out = write(noise, 16000, key)
    ratio = float(np.sum((out - noise) ** 2) / np.sum(noise**2))
    assert 1e-4 < ratio < (10 ** (1.7 / 20) - 1) ** 2


def test_no_peak_passes_full_scale(key: CreatorKey) -> None:
    samples = sample_recording(4.0, 16000)
    samples = np.clip(4.0 * samples, -1.0, 1.0 - 2.0**-15)  # loud and clipped
    out = write(samples, 16000, key)
    assert np.abs(out).max() <= 1.0
    assert np.sum((out - samples) ** 2) > 1e-4 * np.sum(samples**2), "the mark was lost with the peaks"


def test_a_float_recording_over_full_scale_keeps_its_own_peak(key: CreatorKey) -> None:
    samples = 3.0 * sample_recording(3.0, 16000)
    out = write(samples, 16000, key)
    assert np.abs(out).max() <= np.abs(samples).max() * (1 + 1e-6)
    assert np.abs(samples).max() > 1.0


def test_blocks_leave_no_seam(key: CreatorKey, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sample_recording(5.0, 16000)
    whole = write(samples, 16000, key)
    monkeypatch.setattr("core.audio.gains._FRAMES", 37)
    assert np.allclose(write(samples, 16000, key), whole, atol=1e-6)


class Strip:
    """A recording that is no array."""

    def __init__(self, samples: FloatArray) -> None:
        self.shape, self.dtype, self._samples = samples.shape, samples.dtype, samples
        self.longest = 0

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> FloatArray:
        part = self._samples[place]
        self.longest = max(self.longest, len(part))
        return part


def test_a_stretch_is_the_same_however_it_is_asked_for(key: CreatorKey) -> None:
    rate = 22050
    samples = np.concatenate([sample_recording(7.0, rate), 0.5 * sample_recording(7.0, rate, seed=2)], axis=1)
    source = Strip(samples)
    loud = survey(samples, rate)
    made = Marked(source, rate, pattern_of(key), 5, Strength.STRONG, loud=loud, peak=float(np.abs(samples).max()))
    whole = made[:]
    assert whole.shape == samples.shape == made.shape and len(made) == len(samples)
    for first, last in ((0, 1), (1234, 99_000), (len(samples) - 10, len(samples) + 10), (70_000, 70_000)):
        assert np.array_equal(made[first:last], whole[first:last])
    assert source.longest < 3 * rate, "the source was asked for in large pieces"
    with pytest.raises(ValueError, match="one piece"):
        made[0:10:2]


def test_music_is_told_from_speech(key: CreatorKey) -> None:
    rate = 16000
    time = np.arange(4 * rate) / rate
    chord = sum(np.sin(2 * np.pi * f * time + f) for f in (220, 277, 330, 440, 880, 1760)) * 0.05
    music = (chord + 0.01 * np.random.default_rng(0).standard_normal(time.size))[:, None]
    assert survey(music, rate).dense()
    assert not survey(sample_recording(12.0, rate), rate).dense()
