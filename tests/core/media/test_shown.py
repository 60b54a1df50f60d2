"""What a screen shows of each kind of picture."""

import numpy as np
import pytest

from core.media.shown import shown


def test_grey_colour_and_depth() -> None:
    grey = np.array([[0, 128, 255]], np.uint8)
    assert shown(grey, "grey").tolist() == [[[0] * 3, [128] * 3, [255] * 3]]
    deep = np.array([[[65535, 256, 0]]], np.uint16)
    assert shown(deep, "rgb").tolist() == [[[255, 1, 0]]]
    assert shown(np.array([[[1.5, np.nan, 0.5]]], np.float32), "rgb").tolist() == [[[255, 0, 128]]]


@pytest.mark.parametrize(("alpha", "expected"), [(255, 10), (0, 255), (128, 132)])
def test_what_is_transparent_lies_on_white(alpha: int, expected: int) -> None:
    clear = np.array([[[10, 10, 10, alpha]]], np.uint8)
    assert shown(clear, "rgb").tolist() == [[[expected] * 3]]
    assert shown(np.array([[[10, alpha]]], np.uint8), "grey").tolist() == [[[expected] * 3]]


def test_inks_become_colours_and_strips_make_no_difference() -> None:
    inks = np.zeros((600, 2, 4), np.uint8)
    inks[:, 1, 3] = 255
    seen = shown(inks, "cmyk")
    assert seen.shape == (600, 2, 3)
    assert seen[:, 0].min() == 255 and seen[:, 1].max() == 0
