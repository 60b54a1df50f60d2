"""A copy is damaged in memory and read back; nothing is written."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from app.samples import sample_picture, sample_recording
from core import audio, image
from core.keys import CreatorKey
from core.model import Verdict
from core.trial import PICTURES, SOUNDS, trial

KEY = CreatorKey.from_bytes(bytes(range(32)))
SERIALS = np.arange(50)


@pytest.mark.slow
def test_a_marked_picture_survives_what_it_should(tmp_path: Path) -> None:
    marked = image.embed(sample_picture(1000, 700), key=KEY, serial=7).pixels
    Image.fromarray(marked).save(tmp_path / "copy.png")
    tried = {each.damage: each for each in trial(tmp_path / "copy.png", serial=7, key=KEY, serials=SERIALS)}
    assert list(tried) == list(PICTURES)
    assert sum(each.verdict is Verdict.CERTAIN for each in tried.values()) >= 8
    assert list(tmp_path.iterdir()) == [tmp_path / "copy.png"]


@pytest.mark.slow
def test_a_marked_recording_survives_what_it_should(tmp_path: Path) -> None:
    samples = sample_recording(24.0).astype(np.float32)
    samples = samples if samples.ndim == 2 else samples[:, None]
    marked = audio.embed(samples, 48000, key=KEY, serial=7).samples
    soundfile.write(tmp_path / "copy.wav", np.asarray(marked), 48000, subtype="PCM_16")
    tried = {each.damage: each for each in trial(tmp_path / "copy.wav", serial=7, key=KEY, serials=SERIALS)}
    assert list(tried) == list(SOUNDS)
    assert sum(each.verdict is Verdict.CERTAIN for each in tried.values()) >= 4


@pytest.mark.parametrize("name", PICTURES)
def test_each_damage_changes_a_picture(name: str) -> None:
    before = sample_picture(1200, 500)
    after = PICTURES[name](before)
    assert after.dtype == np.uint8 and after.ndim == 3
    assert after.shape != before.shape or not np.array_equal(after, before)
    assert PICTURES[name](sample_picture(90, 60)).size


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_each_damage_changes_a_recording(name: str, rate: int) -> None:
    before = 0.2 * np.random.default_rng(1).normal(size=(12 * rate, 2)).astype(np.float32)
    after, new = SOUNDS[name](before, rate)
    assert after.ndim == 2 and 1000 <= new <= 192_000
    assert after.shape != before.shape or not np.array_equal(after, before)


def test_another_serial_counts_as_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.trial.PICTURES", {"jpeg60": PICTURES["jpeg60"]})
    marked = image.embed(sample_picture(700, 500), key=KEY, serial=7).pixels
    Image.fromarray(marked).save(tmp_path / "copy.png")
    assert next(trial(tmp_path / "copy.png", serial=7, key=KEY, serials=SERIALS)).verdict is Verdict.CERTAIN
    assert next(trial(tmp_path / "copy.png", serial=8, key=KEY, serials=SERIALS)).verdict is Verdict.NOTHING
