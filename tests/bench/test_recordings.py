"""The run on recordings with a pretended core: every attack is tried, cuts come twice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.samples import sample_recording
from bench import recordings
from bench.attacks.sounds import ATTACKS
from bench.robustness import Plan
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}


def test_a_recording_meets_every_attack_and_cuts_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from core import audio

    held: dict[str, int] = {}

    def embed(samples: Any, rate: int, *, key: Any, serial: int) -> Embedded:
        held["serial"] = serial
        return Embedded({}, Finding(serial, **CERTAIN), 2, samples=samples)

    def detect(samples: Any, rate: int, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        assert samples.dtype == np.float32
        return (Finding(held["serial"], **CERTAIN),)

    monkeypatch.setattr(audio, "embed", embed)
    monkeypatch.setattr(audio, "detect", detect)
    sound = SimpleNamespace(samples=sample_recording(11.0, 16000), rate=16000)
    monkeypatch.setattr(recordings, "_read", lambda path: sound)
    row = recordings.recording_row(Path("voice_x.wav"), Plan())
    tried = set(row["checks"]) | set(row["skipped"])
    assert {attack.name for attack in ATTACKS} <= tried
    assert {f"{attack.name}#2" for attack in ATTACKS if attack.cut} <= tried
    assert row["seconds"] == 11.0
    assert 4 < row["active"] <= 11
