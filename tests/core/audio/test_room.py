"""What a room makes of a work: direct sound, echoes and noise are told apart, which helps where they bury a mark."""

from __future__ import annotations

import numpy as np

from app.samples import sample_recording
from core.audio import detect_informed, embed, reference_signal
from core.audio.reference import work_levels
from core.audio.room import echoes, expected
from core.keys import CreatorKey
from core.model import Kind, Reference, Verdict

RATE = 16000
KEY = CreatorKey.from_bytes(bytes(range(32)))


def test_a_level_rings_on_and_never_before_it_sounded() -> None:
    voice = np.zeros((3 * RATE, 1), np.float32)
    voice[RATE : RATE + RATE // 10] = sample_recording(0.1, RATE)
    work = work_levels(reference_signal(voice, RATE))
    for tail in echoes(work, np.arange(work.frames)):
        # 102 dB below the loudest is all that a kept work tells.
        assert tail[95].max() < 1e-9 * tail.max() and tail[115].max() > tail[190].max()
    part = echoes(work, np.arange(120, 150))
    whole = echoes(work, np.arange(work.frames))
    assert all(np.allclose(one, other[120:150], rtol=1e-3) for one, other in zip(part, whole, strict=True))


def test_direct_sound_echo_and_noise_are_told_apart() -> None:
    random = np.random.default_rng(1)
    direct = (10.0 ** random.uniform(-6, 0, (600, 6))).astype(np.float32)
    tail = np.roll(direct, 3, axis=0)
    heard = (0.5 * direct + 0.2 * tail + 0.001).astype(np.float32)
    total, share = expected(heard, direct, [tail])
    assert np.abs(10 * np.log10(total / heard)).mean() < 0.3
    assert np.abs(share - 0.5 * direct / heard).mean() < 0.02


def test_a_copy_heard_in_a_noisy_room_is_read() -> None:
    voice = sample_recording(8.0, RATE, seed=5)
    copy = embed(voice, RATE, key=KEY, serial=9).samples
    assert copy is not None
    random = np.random.default_rng(2)
    tail = random.standard_normal(RATE // 2) * 10 ** (-3 * np.arange(RATE // 2) / (RATE // 2))
    tail[:80] = 0
    tail *= 0.7 / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    wet = np.convolve(copy[:, 0], tail)[: len(copy)]
    wet += random.standard_normal(len(wet)) * 0.05 * wet.std()
    work = Reference(1, Kind.AUDIO, seconds=8.0, rate=RATE, signal=reference_signal(voice, RATE))
    found = detect_informed(
        wet.astype(np.float32)[:, None], RATE, key=KEY, serials=np.arange(0, 1000, 3), references=[work]
    )
    assert [(f.serial, f.verdict) for f in found] == [(9, Verdict.CERTAIN)]
