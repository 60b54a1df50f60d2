"""A recording as informed detection looks at it: its beginning, in pieces, without holding the file."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from core.audio import suspect
from core.audio.suspect import Suspect
from core.model import FloatArray

RATE = 16000


class Asked:
    """A recording that knows how much of it was asked for at once."""

    def __init__(self, samples: FloatArray) -> None:
        self.samples, self.most, self.last = samples, 0, 0
        self.shape, self.dtype = samples.shape, samples.dtype

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, place: slice) -> FloatArray:
        first, last, _ = place.indices(len(self))
        self.most, self.last = max(self.most, last - first), max(self.last, last)
        return self.samples[first:last]


def test_the_beginning_of_a_long_recording_is_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspect, "LONGEST_SECONDS", 80.0)
    asked = Asked(np.tile(sample_recording(30.0, RATE), (4, 1)))
    held = Suspect(asked, RATE)
    assert held.seconds == 80.0 and held.frames == 8000
    assert asked.last == 80 * RATE and asked.most < 40 * RATE


def test_spectra_and_levels_are_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Suspect(sample_recording(12.0, RATE), RATE)
    times = np.arange(0.005, 12.5, 0.0093)  # beyond the end, too
    power, levels, sounding = held.power(0, held.frames), held.levels(1.0, times), held.sounding()
    raised = held.levels(1.05, times)
    monkeypatch.setattr(suspect, "_AT_ONCE", 77)
    assert np.array_equal(held.power(0, held.frames), power) and held.sounding() == sounding
    assert np.allclose(held.levels(1.0, times), levels, atol=1e-3)
    assert np.allclose(held.levels(1.05, times), raised, atol=1e-3)
    assert held.power(50, 50).shape == (0, 257) and held.levels(1.0, times[:0]).shape[0] == 0
