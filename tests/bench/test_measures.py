"""The bench's own measures against values known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.samples import sample_picture, sample_recording
from bench.measures import change_in_pauses, flat_rms, luma, psnr, segmental_snr, snr, ssim, ssim_uniform

PLANE = luma(sample_picture(180, 120))


def test_equal_pictures() -> None:
    assert psnr(PLANE, PLANE) == math.inf
    assert ssim(PLANE, PLANE) == pytest.approx(1.0)
    assert ssim_uniform(PLANE, PLANE) == pytest.approx(1.0)


def test_psnr_of_a_known_change() -> None:
    assert psnr(PLANE, PLANE + 1) == pytest.approx(48.1308, abs=1e-3)


def test_ssim_of_constant_planes_follows_the_formula() -> None:
    one, two = np.full((40, 40), 100.0, np.float32), np.full((40, 40), 120.0, np.float32)
    expected = (2 * 100 * 120 + 6.5025) / (100**2 + 120**2 + 6.5025)
    assert ssim(one, two) == pytest.approx(expected, abs=1e-6)
    assert ssim_uniform(one, two) == pytest.approx(expected, abs=1e-6)


def test_both_windows_agree_on_small_noise_and_fall_with_it() -> None:
    grain = np.random.default_rng(1).standard_normal(PLANE.shape).astype(np.float32)
    values = [(ssim(PLANE, PLANE + s * grain), ssim_uniform(PLANE, PLANE + s * grain)) for s in (1, 3, 9)]
    assert all(abs(a - b) < 0.02 for a, b in values)
    assert values[0] > values[1] > values[2]


def test_flat_rms_looks_at_flat_places_only() -> None:
    plane = np.full((100, 200), 128.0, np.float32)
    plane[:, 100:] += 40 * np.random.default_rng(1).standard_normal((100, 100)).astype(np.float32)
    changed = plane.copy()
    changed[:, :100] += np.where(np.arange(100) % 2, 0.4, -0.4)
    changed[:, 100:] += 5
    assert flat_rms(plane, changed) == pytest.approx(0.4, abs=0.02)
    assert flat_rms(plane[:, 100:], changed[:, 100:]) is None


def test_ratios_of_sound_to_change() -> None:
    rate = 16000
    voice = sample_recording(6.0, rate)
    louder = voice * np.float32(1.1)
    assert snr(voice, louder) == pytest.approx(20.0, abs=0.01)
    assert snr(voice, voice) == math.inf
    measured = segmental_snr(voice, louder, rate)
    assert measured == pytest.approx(20.0, abs=0.2)
    hum = voice + np.float32(1e-3) * np.ones_like(voice)
    in_pauses = change_in_pauses(voice, hum, rate)
    assert in_pauses == pytest.approx(-60.0, abs=0.5)
    assert segmental_snr(np.zeros_like(voice), voice, rate) is None
