from __future__ import annotations

import numpy as np
import pytest

from core.image.channels import Layout
from core.image.quality import Meter, colour_difference


def test_known_noise_gives_its_psnr_and_flat_rms() -> None:
    meter = Meter()
    luma = np.full((140, 140), 128, np.float32)
    change = np.where(np.indices(luma.shape).sum(axis=0) % 2 == 0, 1, -1).astype(np.float32)
    meter.add(luma, change)
    assert meter.psnr == pytest.approx(20 * np.log10(255), abs=1e-6)
    assert meter.flat_rms == pytest.approx(1.0)
    assert meter.flat_share == 1.0


def test_no_change_is_perfect() -> None:
    meter = Meter()
    meter.add(np.random.default_rng(0).random((70, 70), np.float32) * 255, np.zeros((70, 70), np.float32))
    assert (meter.psnr, meter.ssim, meter.ssim_worst) == (99.0, 1.0, 1.0)


def test_similarity_is_the_defined_one() -> None:
    generator = np.random.default_rng(2)
    before = (generator.random((7, 7)) * 255).astype(np.float32)
    after = before + generator.normal(0, 20, (7, 7)).astype(np.float32)
    meter = Meter()
    meter.add(before, after - before)
    x, y = before.astype(float).ravel(), after.astype(float).ravel()
    covariance = np.cov(x, y)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    expected = (2 * x.mean() * y.mean() + c1) * (2 * covariance[0, 1] + c2)
    expected /= (x.mean() ** 2 + y.mean() ** 2 + c1) * (covariance[0, 0] + covariance[1, 1] + c2)
    assert meter.ssim == pytest.approx(expected, rel=1e-4)


def test_transparent_pixels_do_not_dilute() -> None:
    luma, change = np.full((140, 140), 90, np.float32), np.zeros((140, 140), np.float32)
    weight = np.zeros_like(luma)
    change[:70], weight[:70] = 2.0, 1.0
    meter = Meter()
    meter.add(luma, change, weight)
    assert meter.mean_square == pytest.approx(4.0)


def test_strips_add_up_to_the_whole() -> None:
    generator = np.random.default_rng(5)
    luma, change = generator.random((2, 140, 90), np.float32) * 200
    whole, strips = Meter(), Meter()
    whole.add(luma, change)
    for first in range(0, 140, 28):
        strips.add(luma[first : first + 28], change[first : first + 28])
    assert strips.ssim == pytest.approx(whole.ssim, rel=1e-5)
    assert strips.psnr == pytest.approx(whole.psnr, rel=1e-6)


def test_colour_difference_of_greys_is_that_of_lightness() -> None:
    before = np.full((20, 20), 119, np.uint8)
    assert colour_difference(before, before, Layout.of(before, None)) == 0.0
    lighter = np.full((20, 20), 120, np.uint8)
    assert colour_difference(before, lighter, Layout.of(before, None)) == pytest.approx(0.39, abs=0.02)
