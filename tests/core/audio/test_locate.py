"""A recording is laid onto its work: at the right place, speed and pitch, around cuts, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from core.audio.locate import place
from core.audio.reference import WorkLevels, reference_signal, work_levels
from core.audio.suspect import Suspect
from core.model import FloatArray
from tests.core.audio.conftest import RATE


@pytest.fixture(scope="module")
def work(recording: FloatArray) -> WorkLevels:
    return work_levels(reference_signal(recording, RATE))


@pytest.mark.parametrize("start", [0.0, 3.2172, 10.5])
def test_a_piece_is_placed_to_two_milliseconds(start: float, recording: FloatArray, work: WorkLevels) -> None:
    first = round(start * RATE)
    best = place(Suspect(recording[first : first + 4 * RATE], RATE), work)[0]
    assert best.scale.pitch == best.scale.speed == 1.0
    longest = max(best.strands, key=lambda s: s.last - s.first)
    assert longest.lag + longest.drift * 0.5 * (longest.first + longest.last) == pytest.approx(100 * start, abs=0.2)
    assert best.share == 1.0


@pytest.mark.parametrize(("up", "down"), [(10, 9), (5, 6)])
def test_another_speed_is_told(up: int, down: int, recording: FloatArray, work: WorkLevels) -> None:
    from scipy.signal import resample_poly

    played = resample_poly(recording[4 * RATE : 10 * RATE], up, down, axis=0).astype(np.float32)
    best = place(Suspect(played, RATE), work)[0]
    assert best.scale.speed == pytest.approx(down / up, abs=0.002)
    assert best.scale.pitch == pytest.approx(down / up, abs=0.004)
    assert best.strands[0].lag == pytest.approx(400, abs=2)


def test_cuts_are_followed(recording: FloatArray, work: WorkLevels) -> None:
    edited = np.concatenate([recording[2 * RATE : 5 * RATE], recording[6 * RATE : 9 * RATE]])
    best = place(Suspect(edited, RATE), work)[0]
    lags = [round(s.lag + s.drift * s.first) for s in best.strands if s.last - s.first > 100]
    assert min(lags) == pytest.approx(200, abs=1) and max(lags) == pytest.approx(300, abs=1)


def test_another_recording_fits_worse(recording: FloatArray, work: WorkLevels) -> None:
    mine = place(Suspect(recording[: 6 * RATE], RATE), work)[0]
    other = place(Suspect(sample_recording(6.0, RATE, seed=77), RATE), work)
    assert all(o.coherent < 0.1 * mine.coherent for o in other)


def test_silence_lies_nowhere(work: WorkLevels) -> None:
    assert place(Suspect(np.zeros((3 * RATE, 1), np.float32), RATE), work) == []
    assert place(Suspect(np.zeros((100, 1), np.float32), RATE), work) == []
