"""Every named damage to recordings: the same each time, of the right form, and truly a change."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from bench.attacks import NotApplicable, SoundAttack, generator
from bench.attacks.codecs import mp3_shape, resampled
from bench.attacks.sounds import ATTACKS, active, active_seconds, cut

VOICE = sample_recording(12.0, 16000)


def test_names_are_unique_and_plain() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
    assert all("#" not in name and name == name.lower() for name in names)
    assert len({attack.title for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_sound_damage(attack: SoundAttack) -> None:
    before = VOICE.copy()
    try:
        first, rate = attack.apply(VOICE, 16000, generator(1, attack.name))
    except NotApplicable as reason:
        assert str(reason)
        assert attack.name in {"mono", "aac_64"}
        return
    again, _ = attack.apply(VOICE, 16000, generator(1, attack.name))
    assert np.array_equal(VOICE, before), "the recording handed in was changed"
    assert first.dtype == np.float32
    assert first.ndim == 2
    assert np.array_equal(first, again)
    assert np.isfinite(first).all()
    assert len(first) / rate <= len(VOICE) / 16000 + 0.2
    same = rate == 16000 and first.shape == VOICE.shape and np.array_equal(first, VOICE)
    assert same == (attack.name in {"none", "rate_16000"})


def test_cuts_hold_sound_and_are_pieces() -> None:
    rate = 8000
    quiet = np.zeros((40 * rate, 1), np.float32)
    quiet[30 * rate : 34 * rate] = resampled(sample_recording(4.0, 16000), 16000, rate)
    for turn in range(8):
        piece, _ = cut(quiet, rate, generator(turn), seconds=5)
        assert len(piece) == 5 * rate
        assert active_seconds(piece, rate) >= 1.9
    with pytest.raises(NotApplicable, match="shorter than"):
        cut(quiet, rate, generator(0), seconds=41)
    with pytest.raises(NotApplicable, match="2 s of sound"):
        cut(np.zeros((20 * rate, 1), np.float32), rate, generator(0), seconds=5)


def test_active_sound_is_told_from_pauses() -> None:
    rate = 16000
    signal = np.zeros((4 * rate, 1), np.float32)
    signal[rate : 3 * rate] = 0.2 * np.random.default_rng(1).standard_normal((2 * rate, 1))
    assert active_seconds(signal, rate) == pytest.approx(2.0, abs=0.05)
    assert not active(np.zeros((rate, 1), np.float32), rate).any()
    assert active(np.zeros((3, 1), np.float32), rate).size == 0


@pytest.mark.parametrize(("rate", "kilobits"), [(48000, 64), (44100, 128), (16000, 32), (16000, 64)])
def test_mp3_has_its_bit_rate(rate: int, kilobits: int) -> None:
    from bench.attacks.codecs import encoded

    samples, new_rate, level = mp3_shape(sample_recording(6.0, rate), rate, kilobits=kilobits)
    data = encoded(samples, new_rate, "MP3", "MPEG_LAYER_III", level, constant=True)
    assert len(data) * 8 / 6.0 / 1000 == pytest.approx(kilobits, rel=0.03)


def test_odd_rates_reach_mp3_resampled() -> None:
    samples, rate, _ = mp3_shape(np.zeros((19200, 6), np.float32), 192000, kilobits=64)
    assert (rate, samples.shape) == (44100, (4410, 1))
