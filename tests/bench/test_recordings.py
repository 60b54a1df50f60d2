"""The run on recordings with a pretended core: every attack is met, pieces lie where they should."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.samples import sample_recording
from bench import recordings
from bench.attacks import generator
from bench.attacks.sounds import ATTACKS
from bench.results import found
from bench.robustness import Plan
from bench.sound_goals import LENGTHS, places
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}
SOME = frozenset({"none", "noise_20", "noise_10", "speed_0.9", "polarity", "mono", "rate_8000"})


class Pretended:
    """A mark that is found in pieces of 5 s and longer."""

    def __init__(self) -> None:
        self.serial = -1
        self.lengths: list[float] = []

    def embed(self, samples: Any, rate: int, *, key: Any, serial: int) -> Embedded:
        self.serial = serial
        return Embedded({}, Finding(serial, **CERTAIN), 2, samples=samples)

    def detect(self, samples: Any, rate: int, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        assert samples.dtype == np.float32
        assert serials is None or len(serials) == 1000
        self.lengths.append(round(len(samples) / rate, 1))
        return (Finding(self.serial, where=((80.5, 85.0),), **CERTAIN),) if len(samples) >= 4.9 * rate else ()


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    from core import audio

    mark = Pretended()
    monkeypatch.setattr(audio, "embed", mark.embed)
    monkeypatch.setattr(audio, "detect", mark.detect)
    monkeypatch.setattr(recordings, "_references", lambda samples, rate: ())
    sound = SimpleNamespace(samples=np.tile(sample_recording(8.0, 16000), (3, 1)), rate=16000)
    monkeypatch.setattr(recordings, "_read", lambda path: sound)
    return mark


def test_a_recording_meets_its_attacks_at_all_their_lengths(pretended: Pretended) -> None:
    row = recordings.recording_row(Path("voice_x.wav"), Plan(attacks=SOME))
    for attack in ATTACKS:
        if attack.name in SOME and attack.name != "mono":
            for length in LENGTHS[attack.goal]:
                for turn in range(places(length, attack.goal)):
                    name = f"{attack.name} {length}" + (f"#{turn + 1}" if turn else "")
                    assert found(row["checks"][name]) == (length != "3"), name
    assert row["skipped"] == {"mono": "the recording is mono already"}
    assert row["seconds"] == 24.0
    assert 8 < row["active"] <= 24
    assert row["parameters"] == 2
    assert {10.0, 5.0, 3.0, 15.0, 24.0} <= set(pretended.lengths)
    assert all(0.3 < share <= 1 for share in row["shares"].values())


def test_music_meets_less(pretended: Pretended) -> None:
    row = recordings.recording_row(Path("music_x.wav"), Plan(attacks=SOME))
    assert {name.split()[0] for name in row["checks"]} == {"none", "noise_20", "speed_0.9"}


def test_rows_that_are_done_are_not_made_again(pretended: Pretended) -> None:
    done = {"voice_a.wav": {"file": "voice_a.wav", "kept": True}}
    plan = Plan(attacks=frozenset({"none"}))
    made = list(recordings.rows([Path("voice_a.wav"), Path("voice_b.wav")], plan, done=done))
    assert made[0] == done["voice_a.wav"]
    assert "checks" in made[1]


def test_pieces_start_at_the_same_places_and_hold_sound() -> None:
    rate = 8000
    samples = np.zeros((20 * rate, 1), np.float32)
    samples[9 * rate : 13 * rate] = np.repeat(sample_recording(4.0, rate), 1, axis=1)
    start, share = recordings.place_of_piece(samples, rate, 3 * rate, generator(1))
    assert 8 * rate <= start <= 11 * rate
    assert share > 0.5
    copy = recordings.Copy("a.wav", rate, samples, 1, None, (), wide=False)
    piece, told = recordings._piece(copy, samples, samples, rate, "3", 0)
    again, _ = recordings._piece(copy, samples, samples * 2, rate, "3", 0)
    assert np.array_equal(again, 2 * piece)
    slow, _ = recordings._piece(copy, samples, np.repeat(samples, 2, axis=0), rate, "3", 0)
    assert len(slow) == len(piece) == 3 * rate
    assert told > 0.5 and np.abs(slow).max() > 0


def test_a_place_is_right_within_two_seconds() -> None:
    def told(*spans: tuple[float, float]) -> bool:
        return recordings._well_placed((Finding(5, where=spans, **CERTAIN),), 5)

    assert told((79.0, 86.0))
    assert told((80.5, 82.0), (83.0, 85.0))
    assert not told((70.0, 85.0))
    assert not told((81.0, 90.0))
    assert not told()
