"""The quality measures on changes of known size."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from core.audio.quality import quality


def test_a_change_of_known_size() -> None:
    samples = sample_recording(4.0, 16000)
    measures = quality(samples, samples * 1.01, 16000, active_seconds=3.456)
    assert measures["snr_db"] == pytest.approx(40.0, abs=0.01)
    assert measures["segmental_snr_db"] == pytest.approx(40.0, abs=0.1)
    assert measures["active_seconds"] == 3.46


def test_no_change_is_finite() -> None:
    samples = sample_recording(2.0, 16000)
    measures = quality(samples, samples.copy(), 16000, active_seconds=2.0)
    assert measures["snr_db"] == 200.0 and measures["pause_leakage_db"] == -200.0
    assert measures["noise_to_mask_db"] < -60.0
    assert all(np.isfinite(value) for value in measures.values())
    silent = quality(np.zeros((10, 1)), np.zeros((10, 1)), 16000, active_seconds=0.0)
    assert all(np.isfinite(value) for value in silent.values())


def test_noise_in_pauses_is_seen() -> None:
    rate = 16000
    samples = sample_recording(4.0, rate)
    samples[rate : 2 * rate] = 0.0
    noisy = samples.copy()
    noisy[rate : 2 * rate] += 1e-3 * np.random.default_rng(0).standard_normal((rate, 1)).astype(np.float32)
    measures = quality(samples, noisy, rate, active_seconds=3.0)
    loud = 10 * np.log10(np.mean(samples[samples != 0] ** 2))
    assert measures["pause_leakage_db"] == pytest.approx(-60.0 - loud, abs=4.0)


def test_noise_is_heard_more_where_nothing_masks_it() -> None:
    rate = 16000
    tone = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(2 * rate) / rate)[:, None]
    near = 0.01 * np.sin(2 * np.pi * 1050 * np.arange(2 * rate) / rate)[:, None]
    far = 0.01 * np.sin(2 * np.pi * 5000 * np.arange(2 * rate) / rate)[:, None]
    heard = [quality(tone, tone + change, rate, active_seconds=2.0)["noise_to_mask_db"] for change in (near, far)]
    assert heard[1] > heard[0]
