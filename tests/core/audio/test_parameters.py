"""The constants fit together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio.parameters import PARAMETERS, band_shares
from core.model import Strength


def test_bands_and_cells_are_those_of_the_design() -> None:
    assert PARAMETERS.pairs == 26 and PARAMETERS.time_cells == 3200 and PARAMETERS.period_frames == 6400
    assert PARAMETERS.edges[0] == 200 and PARAMETERS.edges[-1] == 6880 and PARAMETERS.edges.size == 53
    assert 1 / 3 <= PARAMETERS.pilot_share <= 0.4


def test_data_cells_fill_whole_runs_of_the_code() -> None:
    data = PARAMETERS.time_cells * PARAMETERS.pairs * (1 - PARAMETERS.pilot_share)
    assert round(data) % PARAMETERS.code_length == 0


def test_strength_rises_with_frequency_and_level() -> None:
    standard = PARAMETERS.amplitudes(Strength.STANDARD, dense=False)
    assert standard[0] == pytest.approx(1.0) and standard[-1] == pytest.approx(2.0)
    assert (np.diff(standard) >= 0).all()
    assert PARAMETERS.amplitudes(Strength.SUBTLE, dense=False)[-1] == pytest.approx(1.8)
    assert PARAMETERS.amplitudes(Strength.STRONG, dense=False)[-1] == pytest.approx(2.2)
    assert PARAMETERS.amplitudes(Strength.STANDARD, dense=True)[-1] == pytest.approx(1.7)


@settings(deadline=None, max_examples=40)
@given(st.floats(15.0, 60.0), st.floats(0.8, 1.25))
def test_bands_share_each_bin_without_gap_or_overlap(spacing: float, scale: float) -> None:
    bins = int(9000 / spacing)
    shares = band_shares(PARAMETERS, spacing, bins, scale=scale)
    total = shares.sum(axis=0)
    assert shares.min() >= 0 and total.max() <= 1 + 1e-5
    inside = (np.arange(bins) * spacing > 200 * scale + spacing) & (np.arange(bins) * spacing < 6880 * scale - spacing)
    assert np.allclose(total[inside], 1.0, atol=1e-5)
