"""Loudness against the standard's own anchors."""

import numpy as np
import pytest

from core.audio.loudness import loudness


def tone(level: float, seconds: float, rate: int, frequency: float = 997.0, channels: int = 1) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000, 192000])
def test_a_full_scale_tone_at_997_hz_has_the_loudness_that_the_standard_gives_it(rate: int) -> None:
    assert loudness(tone(1.0, 5.0, rate), rate) == pytest.approx(-3.01, abs=0.1)


def test_two_channels_add_up_and_levels_count_in_decibels() -> None:
    mono = loudness(tone(0.1, 5.0, 48000), 48000)
    assert loudness(tone(0.1, 5.0, 48000, channels=2), 48000) == pytest.approx(mono + 3.01, abs=0.02)
    assert loudness(tone(0.01, 5.0, 48000), 48000) == pytest.approx(mono - 20.0, abs=0.02)


def test_silence_between_does_not_count() -> None:
    loud = tone(0.1, 10.0, 48000)
    paused = np.concatenate([loud, np.zeros((20 * 48000, 1)), loud])
    assert loudness(paused, 48000) == pytest.approx(loudness(loud, 48000), abs=0.1)


def test_low_hum_weighs_less_than_speech_frequencies() -> None:
    assert loudness(tone(0.1, 5.0, 48000, 25.0), 48000) < loudness(tone(0.1, 5.0, 48000, 1000.0), 48000) - 6.0


def test_silence_and_short_pieces() -> None:
    assert loudness(np.zeros((48000, 2)), 48000) == -np.inf
    assert loudness(np.zeros((0, 1)), 48000) == -np.inf
    assert loudness(tone(1.0, 0.2, 48000), 48000) == pytest.approx(-3.0, abs=0.5)


def test_pieces_make_no_difference() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (48000 * 31 + 777, 1))
    whole = loudness(noise, 48000)
    assert whole == pytest.approx(loudness(noise[: 48000 * 30], 48000), abs=0.1)
