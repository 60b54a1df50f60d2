"""Original and copy, ready to be looked at or listened to."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from app.comparing import AMPLIFIED, Pictures, Sounds, comparison
from app.samples import sample_picture
from core.errors import CountermarkError


def test_pictures_and_their_amplified_difference(tmp_path: Path) -> None:
    before = np.full((40, 60, 3), 100, np.uint8)
    after = before.copy()
    after[10, 20] += 3
    after[11, 21] -= 2
    Image.fromarray(before).save(tmp_path / "a.png")
    Image.fromarray(after).save(tmp_path / "b.png")
    both = comparison(tmp_path / "a.png", tmp_path / "b.png")
    assert isinstance(both, Pictures)
    seen = both.difference(0, 0, 60, 40)
    assert seen[10, 20].tolist() == [128 + 3 * AMPLIFIED] * 3
    assert seen[11, 21].tolist() == [128 - 2 * AMPLIFIED] * 3
    assert (seen == 128).all(axis=2).sum() == 40 * 60 - 2
    assert both.difference(20, 10, 22, 12, 1).shape == (2, 2, 3)


def test_recordings_are_brought_to_one_loudness(tmp_path: Path) -> None:
    wave = 0.2 * np.sin(np.arange(48000) * 0.1)
    soundfile.write(tmp_path / "a.wav", wave, 48000, subtype="FLOAT")
    soundfile.write(tmp_path / "b.wav", wave * 0.9, 48000, subtype="FLOAT")
    both = comparison(tmp_path / "a.wav", tmp_path / "b.wav")
    assert isinstance(both, Sounds)
    assert both.seconds == 1.0
    assert both.gain == pytest.approx(1 / 0.9, rel=1e-3)
    assert both.part("copy", 0, 4800) == pytest.approx(both.part("original", 0, 4800), abs=1e-3)
    apart = both.part("difference", 1000, 1100)[:, 0]
    assert apart == pytest.approx(-0.1 * wave[1000:1100] * 10.0, abs=1e-4)


def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "a.png")
    Image.new("RGB", (10, 12)).save(tmp_path / "b.png")
    soundfile.write(tmp_path / "c.wav", np.zeros(100), 8000)
    for other in ("b.png", "c.wav"):
        with pytest.raises(CountermarkError, match="cannot be laid beside"):
            comparison(tmp_path / "a.png", tmp_path / other)


def test_a_smaller_copy_is_compared_in_its_own_size(tmp_path: Path) -> None:
    before = sample_picture(601, 400)
    Image.fromarray(before).save(tmp_path / "a.png")
    small = np.asarray(Image.fromarray(before).resize((300, 200), Image.Resampling.LANCZOS))
    Image.fromarray(small).save(tmp_path / "b.png")
    both = comparison(tmp_path / "a.png", tmp_path / "b.png")
    assert isinstance(both, Pictures)
    assert both.scaled == (601, 400)
    assert both.original.shape == both.copy.shape == (200, 300, 3)
    assert np.array_equal(both.original, small)  # nothing but the mark would be seen as a difference
    Image.fromarray(small[:, :280]).save(tmp_path / "cut.png")
    with pytest.raises(CountermarkError, match="cannot be laid beside"):
        comparison(tmp_path / "a.png", tmp_path / "cut.png")


def test_a_copy_at_another_rate_is_heard_at_its_own(tmp_path: Path) -> None:
    wave = 0.2 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    soundfile.write(tmp_path / "a.wav", wave, 44100, subtype="FLOAT")
    again = 0.2 * np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
    soundfile.write(tmp_path / "b.wav", np.append(again, np.zeros(1000)), 48000, subtype="FLOAT")
    both = comparison(tmp_path / "a.wav", tmp_path / "b.wav")
    assert isinstance(both, Sounds)
    assert (both.rate, both.resampled) == (48000, 44100)
    assert both.part("original", 5000, 40000)[:, 0] == pytest.approx(again[5000:40000], abs=2e-3)
