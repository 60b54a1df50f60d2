from __future__ import annotations

import numpy as np
import pytest

from core.image.whitening import evened, locally_whitened


@pytest.mark.parametrize("shape", [(5, 7), (16, 16), (33, 130), (120, 75)])
def test_shape_and_type_stay(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(1).normal(0, 3, shape).astype(np.float32)
    white = locally_whitened(plane, 0.1)
    assert white.shape == shape and white.dtype == np.float32
    assert np.isfinite(white).all()


def test_a_very_large_floor_leaves_the_plane_as_it_is() -> None:
    plane = np.random.default_rng(1).normal(0, 3, (90, 110)).astype(np.float32)
    white = locally_whitened(plane, 1e6)
    assert np.corrcoef(white.ravel(), plane.ravel())[0, 1] > 0.9999


def test_a_loud_texture_no_longer_drowns_a_faint_wave() -> None:
    y, x = np.mgrid[:256, :256].astype(np.float32)
    noise = np.random.default_rng(2).normal(0, 0.3, y.shape)
    texture = 20 * np.sin(0.9 * x) * (1 + np.sin(0.05 * y))
    wave = np.cos(0.7 * y + 0.2 * x)
    plane = (texture + wave + noise).astype(np.float32)
    before = np.corrcoef(plane.ravel(), wave.ravel())[0, 1]
    after = np.corrcoef(locally_whitened(plane, 0.3).ravel(), wave.ravel())[0, 1]
    assert after > 3 * before


def test_an_empty_plane_stays_empty() -> None:
    assert not locally_whitened(np.zeros((40, 60), np.float32), 0.3).any()
    assert not evened(np.full((40, 60), 128, np.float32), None, 1.0, 0.3).any()
