"""Readings at the scales that are asked for: the same wherever they come from, and few of a long recording."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import readings as module
from core.audio.features import analyse
from core.audio.readings import Readings
from core.model import FloatArray
from tests.core.audio.conftest import RATE


def test_pieces_are_kept_and_found_again(recording: FloatArray) -> None:
    analysis = analyse(recording, RATE)
    kept = Readings(analysis)
    whole = kept.whole(1.0)
    assert np.array_equal(whole, analysis.readings()) and kept.whole(1.0) is whole
    assert np.array_equal(kept.piece(1.0, 100, 300), whole[100:300])
    piece = kept.piece(1.05, 200, 900)
    assert piece.shape == (700, whole.shape[1]) and kept.piece(1.05, 200, 900) is piece
    inside, start = kept.around(1.05, 300, 800)
    assert inside is piece and start == 200
    # A piece says nearly what the whole says there.
    there = kept.whole(1.05)[300:800]
    assert np.corrcoef(there.ravel(), piece[100:600].ravel())[0, 1] > 0.98
    assert kept.around(1.05, 300, 800)[1] == 0


def test_few_are_kept_of_a_long_recording(recording: FloatArray, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyse(recording, RATE)
    kept = Readings(analysis)
    monkeypatch.setattr(module, "_KEPT_FRAMES", 2 * analysis.frames)
    for step in range(5):
        kept.whole(1.01 + step / 100)
    assert len(kept._whole) == 2
