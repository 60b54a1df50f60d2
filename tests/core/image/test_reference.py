from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.image import reference_signal
from core.image.channels import Layout
from core.image.frame import Plane, canonical_shape, resample, visible
from core.image.reference import _predicted, _restored, original

RGB = npt.NDArray[np.uint8]


def test_it_holds_the_luma_at_canonical_size(original_pixels: RGB) -> None:
    signal = reference_signal(original_pixels)
    kept = original(signal)
    layout = Layout.of(original_pixels, None)
    luma, _ = visible(layout.luma(original_pixels), None, canonical_shape(layout.shape))
    assert kept.shape == (600, 900)
    assert kept.luma.dtype == np.float32
    assert np.abs(kept.luma - np.clip(luma, 0, 255)).max() <= 0.2501
    assert kept.scales == pytest.approx((luma.shape[0] / 600, luma.shape[1] / 900))
    assert len(signal) < 600_000


@pytest.fixture(name="original_pixels")
def _original_pixels(original: RGB) -> RGB:
    return original


def test_a_cut_out_is_known_on_every_ground() -> None:
    generator = np.random.default_rng(2)
    pixels = generator.integers(0, 256, (60, 80, 4)).repeat(8, 0).repeat(8, 1).astype(np.uint8)
    pixels[..., 3] = np.where(generator.random((60, 80)) < 0.5, 0, 255).repeat(8, 0).repeat(8, 1)
    kept = original(reference_signal(pixels))
    filled, cover = visible(*_planes(pixels), kept.luma.shape)  # type: ignore[arg-type]
    assert cover is not None and kept.cover is not None
    assert np.abs(np.clip(kept.cover, 0, 1) - cover).max() <= 0.5 / 160 + 1e-6
    assert np.abs(kept.luma - filled)[cover > 0.5].max() < 2.0
    luma, alpha = _planes(pixels)
    for tone in (0, 90, 255):
        page = resample((luma - tone) * alpha + tone, kept.luma.shape)
        assert np.abs(kept.over(tone).luma - page)[(cover > 0.01) & (cover < 0.99)].max() < 2.0
    opaque = original(reference_signal(pixels[..., :3]))
    assert opaque.cover is None
    assert opaque.over(7) is opaque


def _planes(pixels: RGB) -> tuple[Plane, Plane]:
    layout = Layout.of(pixels, None)
    alpha = layout.alpha(pixels)
    assert alpha is not None
    return layout.luma(pixels), alpha


@pytest.mark.parametrize("shape", [(64, 64), (500, 3, 1), (30, 2000, 4), (77, 130, 2)])
def test_all_layouts_have_a_reference(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert original(reference_signal(pixels)).shape == shape[:2]


def test_depth_makes_no_difference(original_pixels: RGB) -> None:
    deep = original_pixels.astype(np.uint16) * 257
    assert np.abs(original(reference_signal(deep)).luma - original(reference_signal(original_pixels)).luma).max() <= 0.5


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.int16, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 510)))
def test_prediction_is_undone(levels: npt.NDArray[np.int16]) -> None:
    assert np.array_equal(_restored(*_predicted(levels)), levels)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_signal_is_refused(small_signal: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(small_signal) - 1))
    change = data.draw(st.integers(1, 255))
    damaged = bytearray(small_signal)
    damaged[place] ^= change
    with pytest.raises(ValueError, match="reference"):
        original(bytes(damaged))
    with pytest.raises(ValueError, match="reference"):
        original(small_signal[:place])
    with pytest.raises(ValueError, match="reference"):
        original(b"\x89PNG" + small_signal)


@pytest.fixture(scope="module", name="small_signal")
def _small_signal() -> bytes:
    return reference_signal(np.random.default_rng(3).integers(0, 256, (40, 50)).astype(np.uint8))
