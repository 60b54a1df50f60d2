"""What marking may never do to a recording, whatever its rate, channels, depth and level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.samples import sample_recording
from core.audio import detect, embed
from core.keys import CreatorKey
from core.model import Embedded, FloatArray
from tests.core.audio.conftest import RATE, SERIAL

KEY = CreatorKey.from_bytes(bytes(range(32)))
FULL = 1.0 - 2.0**-15  # the largest 16-bit value


@settings(deadline=None, max_examples=8)
@given(
    st.sampled_from([8000, 11025, 48000, 192000]),
    st.integers(1, 6),
    st.sampled_from([np.float32, np.float64]),
    st.floats(0.02, 3.0),
    st.integers(0, 999),
)
def test_a_copy_keeps_form_length_and_peak(rate: int, channels: int, kind: type, level: float, odd: int) -> None:
    voice = sample_recording(3.0, rate, seed=2).astype(kind)[: 3 * rate - odd]
    turns = np.linspace(1.0, -0.5, channels) if channels > 1 else np.ones(1)
    samples = (voice * level / np.abs(voice).max() * turns).astype(kind)
    copy = embed(samples, rate, key=KEY, serial=7).samples
    assert copy is not None
    assert copy.shape == samples.shape and copy.dtype == samples.dtype
    assert np.isfinite(copy[:]).all()
    assert np.abs(copy[:]).max() <= max(FULL, float(np.abs(samples).max())) + 1e-7


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_a_copy_in_whole_numbers_is_read(copy: Embedded, bits: int) -> None:
    assert copy.samples is not None
    scale = 2.0 ** (bits - 1)
    whole = np.rint(np.asarray(copy.samples[:], np.float64) * scale)
    assert whole.max() <= scale - 1 and whole.min() >= -scale, "a sample passed full scale"
    found = detect((whole / scale).astype(np.float32), RATE, key=KEY, serials=[SERIAL])
    assert [finding.serial for finding in found] == [SERIAL]


def test_channels_stay_in_proportion() -> None:
    voice = sample_recording(4.0, 16000, seed=3)
    samples = voice * np.array([[1.0, 0.25, -0.5]], np.float32)
    copy = embed(samples, 16000, key=KEY, serial=7).samples
    assert copy is not None
    assert np.allclose(copy[:, 1], 0.25 * copy[:, 0], atol=1e-6)
    assert np.allclose(copy[:, 2], -0.5 * copy[:, 0], atol=1e-6)


def test_pauses_stay_as_they_were_and_onsets_have_no_echo_before_them() -> None:
    rate = 48000
    voice = sample_recording(6.0, rate, seed=4)
    samples = voice.copy()
    samples[2 * rate : 3 * rate] = 0.0
    hiss = 1e-5 * np.random.default_rng(1).standard_normal((rate, 1)).astype(np.float32)
    samples[4 * rate : 5 * rate] = hiss
    made = embed(samples, rate, key=KEY, serial=7)
    assert made.samples is not None
    change = np.abs(made.samples[:] - samples)
    loud = float(np.sqrt(np.mean(voice**2)))
    inside = round(0.04 * rate)  # frames of 32 ms reach into what stands beside them
    assert level(change[2 * rate + inside : 3 * rate - inside]) == -200.0
    assert level(change[4 * rate + inside : 5 * rate - inside]) < 20 * np.log10(loud) - 90.0
    for onset in (3 * rate, 5 * rate):
        before = change[onset - inside : onset - round(0.005 * rate)]  # the ear hides 5 ms before an onset
        assert level(before) < 20 * np.log10(loud) - 60.0
    assert made.quality["pause_leakage_db"] < -45.0  # the cut edges of the voice, no pause of speech, make it so high
    assert made.quality["noise_to_mask_db"] < -5.0


def level(change: FloatArray) -> float:
    """Return the level of a change in dB; -200 for none at all."""
    power = float(np.mean(np.square(change, dtype=np.float64)))
    return 10 * np.log10(power) if power > 0 else -200.0


def test_the_mark_is_weaker_on_music_than_on_speech() -> None:
    rate = 16000
    voice = sample_recording(6.0, rate, seed=5)
    tones = np.arange(6 * rate)[:, None] * np.array([[220.0, 331.0, 442.0, 663.0, 1320.0, 2650.0]]) / rate
    hiss = 0.02 * np.random.default_rng(2).standard_normal((6 * rate, 1))
    music = (0.05 * np.sin(2 * np.pi * tones).sum(axis=1, keepdims=True) + hiss).astype(np.float32)
    snr = [embed(sound, rate, key=KEY, serial=1).quality["snr_db"] for sound in (voice, music)]
    assert snr[1] > snr[0]
