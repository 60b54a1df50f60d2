from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import RefusedError
from core.image import Parameters, detect, embed
from core.keys import CreatorKey
from core.model import Embedded, Strength, Verdict
from tests.core.image.conftest import SERIAL

RGB = npt.NDArray[np.uint8]


def test_the_mark_keeps_what_it_promises(embedded: Embedded, original: RGB) -> None:
    quality = embedded.quality
    assert quality["psnr"] >= 42.3
    assert quality["ssim"] >= Parameters().ssim
    assert quality["ssim_worst"] > 0.9
    assert quality["flat_rms"] <= Parameters().flat_rms or quality["flat_rms"] == 0
    assert 0 < quality["colour_difference"] < 1.0
    assert embedded.parameters == Parameters().version
    assert embedded.notes == ()


def test_the_stated_psnr_is_that_of_the_pixels(embedded: Embedded, original: RGB) -> None:
    assert embedded.pixels is not None
    error = np.mean((embedded.pixels.astype(float) - original) ** 2)
    assert 10 * np.log10(255**2 / error) == pytest.approx(embedded.quality["psnr"], abs=0.2)


def test_the_read_back_is_stated(embedded: Embedded, original: RGB) -> None:
    expected = embedded.expected
    assert (expected.serial, expected.verdict) == (SERIAL, Verdict.CERTAIN)
    assert expected.transform == "unchanged in size"
    height, width = original.shape[:2]
    assert expected.where == ((0, 0), (width, 0), (width, height), (0, height))


def test_the_same_input_gives_the_same_output(original: RGB, key: CreatorKey, embedded: Embedded) -> None:
    before = original.copy()
    again = embed(original, key=key, serial=SERIAL)
    assert np.array_equal(again.pixels, embedded.pixels)
    assert np.array_equal(original, before)


def test_copies_differ_in_their_whole_pattern(original: RGB, key: CreatorKey, marked: RGB) -> None:
    other = embed(original, key=key, serial=SERIAL + 1).pixels
    assert other is not None
    first, second = (pixels.astype(np.int16)[..., 1] - original[..., 1] for pixels in (marked, other))
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.2


def layouts() -> list[Any]:
    cases = []
    for dtype, full in ((np.uint8, 255), (np.uint16, 65535), (np.float32, 1.0), (np.float64, 1.0)):
        cases += [
            pytest.param(dtype, full, layout, id=f"{np.dtype(dtype)}-{layout}")
            for layout in ("grey", "grey1", "grey+alpha", "rgb", "rgba", "cmyk")
            if layout in ("rgb", "grey") or dtype == np.uint8
        ]
    return cases


@pytest.mark.parametrize(("dtype", "full", "layout"), layouts())
def test_every_layout_keeps_shape_and_dtype_and_is_found(
    original: RGB, key: CreatorKey, dtype: Any, full: float, layout: str
) -> None:
    values = original / 255.0
    opacity = np.ones(values.shape[:2])
    opacity[:, :100] = 0
    opacity[:, 100:140] = np.linspace(0, 1, 40)
    channels = {
        "grey": values[..., 1],
        "grey1": values[..., 1:2],
        "grey+alpha": np.dstack([values[..., 1], opacity]),
        "rgb": values,
        "rgba": np.dstack([values, opacity]),
        "cmyk": np.dstack([1 - values, 0.1 * opacity]),
    }[layout]
    pixels = (channels * full).astype(dtype)
    space = "cmyk" if layout == "cmyk" else None
    result = embed(pixels, key=key, serial=3, space=space)
    assert result.pixels is not None
    assert result.pixels.shape == pixels.shape
    assert result.pixels.dtype == pixels.dtype
    assert result.pixels.min() >= 0
    assert result.pixels.max() <= full
    if layout in ("grey+alpha", "rgba"):
        assert np.array_equal(result.pixels[..., -1], pixels[..., -1])
        assert np.array_equal(result.pixels[:, :100], pixels[:, :100])
    found = detect(result.pixels, key=key, serials=np.arange(100), space=space)
    assert [finding.serial for finding in found] == [3]


def test_grey_in_colour_stays_grey(original: RGB, key: CreatorKey) -> None:
    grey = np.repeat(original[..., 1:2], 3, axis=2)
    pixels = embed(grey, key=key, serial=4).pixels
    assert pixels is not None
    assert np.array_equal(pixels[..., 0], pixels[..., 1])
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_deep_pictures_use_their_depth(original: RGB, key: CreatorKey) -> None:
    deep = original.astype(np.uint16) * 257
    pixels = embed(deep, key=key, serial=4).pixels
    assert pixels is not None
    change = pixels.astype(int) - deep
    assert np.mean(change % 257 != 0) > 0.9


def test_strength_sets_how_much_is_changed(original: RGB, key: CreatorKey) -> None:
    grain = np.random.default_rng(6).normal(0, 16, original.shape[:2])[..., None]
    busy = np.clip(original + grain, 0, 255).astype(np.uint8)
    levels = [embed(busy, key=key, serial=SERIAL, strength=strength) for strength in Strength]
    assert [level.quality["psnr"] for level in levels] == pytest.approx([46, 42.5, 40], abs=0.6)
    scores = [level.expected.score for level in levels]
    assert scores == sorted(scores)
    assert min(level.quality["ssim"] for level in levels) >= Parameters().ssim


@pytest.mark.parametrize("value", [40, 128, 235])
def test_an_even_page_is_hardly_touched(key: CreatorKey, value: int) -> None:
    result = embed(np.full((500, 700, 3), value, np.uint8), key=key, serial=4)
    assert result.pixels is not None
    assert np.abs(result.pixels.astype(int) - value).max() <= 1
    assert result.quality["flat_rms"] <= Parameters().flat_rms
    assert result.expected.verdict is Verdict.CERTAIN


def test_lines_on_white_gather_no_dirt(key: CreatorKey) -> None:
    page = np.full((600, 600), 255, np.uint8)
    page[100:500:40, 60:540] = 0
    page[60:540, 100:500:57] = 0
    page = np.minimum(page, np.roll(page, 1, axis=0))
    result = embed(page, key=key, serial=4)
    assert result.pixels is not None
    paper = page == 255
    for shift in (-2, -1, 1, 2):
        paper &= np.roll(page, shift, axis=0) == 255
        paper &= np.roll(page, shift, axis=1) == 255
    change = result.pixels.astype(int) - page
    assert np.abs(change[paper]).max() <= 1


@pytest.mark.parametrize(
    ("shape", "words"),
    [((64, 64, 3), "too small"), ((1, 4000, 3), "too small"), ((4000, 20), "too small"), ((100, 99), "too small")],
)
def test_too_small_pictures_are_refused_before_work(shape: tuple[int, ...], words: str, key: CreatorKey) -> None:
    with pytest.raises(RefusedError, match=words) as caught:
        embed(np.zeros(shape, np.uint8), key=key, serial=1)
    assert caught.value.hint


def test_a_fully_transparent_picture_is_refused(key: CreatorKey) -> None:
    with pytest.raises(RefusedError, match="transparent"):
        embed(np.zeros((300, 300, 4), np.uint8), key=key, serial=1)


def test_what_cannot_be_read_back_is_refused(key: CreatorKey) -> None:
    noise = np.random.default_rng(1).choice(np.array([0, 255], np.uint8), (150, 150))
    with pytest.raises(RefusedError, match="read back") as caught:
        embed(noise, key=key, serial=1, strength="subtle")
    assert "larger" in caught.value.hint


def test_a_weak_carrier_comes_with_a_note(key: CreatorKey) -> None:
    page = np.full((400, 400, 3), 255, np.uint8)
    page[100:300:20, 50:350] = 30
    result = embed(page, key=key, serial=1)
    assert len(result.notes) == 1
    assert "JPEG" in result.notes[0]


def test_arguments_of_another_form_are_errors(original: RGB, key: CreatorKey) -> None:
    with pytest.raises(ValueError, match="serial"):
        embed(original, key=key, serial=2**20)
    with pytest.raises(ValueError, match="loud"):
        embed(original, key=key, serial=1, strength="loud")


def test_a_white_page_says_what_its_mark_does_not_survive(key: CreatorKey) -> None:
    marked = embed(np.full((800, 800, 3), 255, np.uint8), key=key, serial=SERIAL)
    assert len(marked.notes) == 1 and "it can be lost when the copy is saved as JPEG" in marked.notes[0]
