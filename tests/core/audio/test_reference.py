"""What is kept of a work: small, exact to a step, and refused when damaged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import reference_signal
from core.audio.reference import STEP_DB, work_levels
from core.model import FloatArray
from tests.core.audio.conftest import RATE
from tests.core.audio.made import band_levels


def test_levels_come_back_to_half_a_step(recording: FloatArray) -> None:
    signal = reference_signal(recording, RATE)
    work = work_levels(signal)
    levels = band_levels(recording, RATE)
    assert work.frames == len(levels) and len(signal) < 5000 * len(recording) / RATE
    kept = levels > levels.max() - 255 * STEP_DB
    assert np.abs(work.levels(0, work.frames) - levels)[kept].max() <= STEP_DB / 2 + 1e-4
    assert np.array_equal(work.levels(30, 50), work.levels(0, work.frames)[30:50])
    assert reference_signal(recording, RATE) == signal


def test_silence_and_nothing_are_kept_too() -> None:
    assert work_levels(reference_signal(np.zeros((RATE, 2), np.float32), RATE)).frames == 100
    assert work_levels(reference_signal(np.zeros((0, 1), np.float32), RATE)).frames == 0


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damage_is_noticed(recording: FloatArray, data: st.DataObject) -> None:
    signal = bytearray(reference_signal(recording[:RATE], RATE))
    place = data.draw(st.integers(0, len(signal) - 1))
    if 5 <= place < 9:  # the loudest level: any finite number is as good as another
        return
    signal[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="signal"):
        work_levels(bytes(signal))


@given(st.binary(max_size=60))
def test_foreign_bytes_are_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match="signal"):
        work_levels(blob)
