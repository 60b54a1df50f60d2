"""Bytes to floats and back, bit for bit."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.media.pcm import Coding, whole

CODINGS = [
    *(Coding("integer", width, 8 * width, order) for width in (1, 2, 3, 4) for order in ("<", ">")),
    Coding("integer", 1, 8, "<", offset=True),
]


@given(st.binary(min_size=24, max_size=480), st.sampled_from(CODINGS), st.sampled_from([1, 2]))
@settings(deadline=None)
def test_every_integer_comes_back(data: bytes, coding: Coding, channels: int) -> None:
    data = data[: len(data) // 24 * 24]
    samples = coding.decoded(data, channels)
    assert samples.shape == (len(data) // coding.width // channels, channels)
    assert samples.min() >= -1.0 and samples.max() < 1.0
    assert coding.encoded(samples) == data


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("width", [4, 8])
def test_every_float_comes_back(width: int, order: Any) -> None:
    coding = Coding("float", width, 8 * width, order)
    values = np.random.default_rng(1).standard_normal(500) * 10.0 ** np.arange(-25, 25).repeat(10)
    data = values.astype(f"{order}f{width}").tobytes()
    assert coding.encoded(coding.decoded(data, 2)) == data


@pytest.mark.parametrize("family", ["ulaw", "alaw"])
def test_companded_values_are_those_of_libsndfile(family: Any) -> None:
    coding = Coding(family, 1, 8, "<")
    data = bytes(range(256))
    theirs, _ = soundfile.read(
        io.BytesIO(data), dtype="int16", format="RAW", subtype=family.upper(), channels=1, samplerate=8000
    )
    mine = coding.decoded(data, 1).ravel() * 32768
    assert np.array_equal(mine, theirs)
    back = coding.encoded(coding.decoded(data, 1))
    assert np.array_equal(coding.decoded(back, 1), coding.decoded(data, 1))  # G.711 has two zeros


@pytest.mark.parametrize("family", ["ulaw", "alaw"])
def test_the_nearest_companded_value_is_taken(family: Any) -> None:
    coding = Coding(family, 1, 8, "<")
    codes = np.sort(coding.decoded(bytes(range(256)), 1).ravel())
    values = np.random.default_rng(2).uniform(-1, 1, 2000)[:, None]
    chosen = coding.decoded(coding.encoded(values), 1).ravel()
    nearest = np.abs(codes[None] - values).min(axis=1)
    assert np.all(np.abs(chosen - values.ravel()) <= nearest + 2**-15)


def test_rounding_is_to_nearest_and_clips() -> None:
    values = np.array([0.0, 0.49, 0.51, -0.49, -0.51, 200.0, -200.0]) / 128
    assert whole(values, 8).tolist() == [0, 0, 1, 0, -1, 127, -128]
