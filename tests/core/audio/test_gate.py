"""Where a recording may be marked: loud moments of each band, never its pauses or its noise."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.gate import gate, opening
from core.audio.parameters import PARAMETERS

BANDS = PARAMETERS.bands


def levels(loud: float, own: float, quiet: float) -> np.ndarray:
    """Return levels of 400 frames, half of them pauses: the last ten bands reach `own` dB, the others `loud`."""
    out = np.full((400, BANDS), loud, np.float32)
    out[:, -10:] = own
    out[::2] = quiet
    return out


def test_a_band_as_loud_as_the_others_opens_forty_below_the_loud_cells() -> None:
    opens = opening(levels(-20.0, -20.0, -110.0))
    assert opens.shape == (BANDS,) and opens == pytest.approx(-60.0)


def test_a_quiet_band_opens_by_its_own_level() -> None:
    opens = opening(levels(-20.0, -45.0, -110.0))
    assert opens[:-10] == pytest.approx(-60.0) and opens[-10:] == pytest.approx(-75.0)


def test_what_lies_far_below_the_loud_cells_stays_alone() -> None:
    opens = opening(levels(-20.0, -70.0, -115.0))
    assert opens[-10:] == pytest.approx(-80.0)


def test_the_noise_of_a_band_stays_alone() -> None:
    noisy = levels(-20.0, -45.0, -70.0)
    opens = opening(noisy)
    # 20 dB over what it shows in pauses would be -50; it never opens later than the other bands do.
    assert opens[-10:] == pytest.approx(-60.0)
    noisy = levels(-20.0, -45.0, -88.0)
    opens = opening(noisy)
    assert opens[-10:] == pytest.approx(-68.0)
    assert not gate(noisy, opens)[::2, -10:].max(initial=0.0) > 0.7
    assert gate(np.full((9, BANDS), -88.0, np.float32), opens)[4, -10:] == pytest.approx(0.0)


def test_factors_fall_within_fifteen_decibels() -> None:
    opens = np.full(BANDS, -60.0, np.float32)
    steady = [np.full((9, BANDS), level, np.float32) for level in (-59.0, -67.5, -75.0)]
    assert [float(gate(level, opens)[4, 0]) for level in steady] == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)
