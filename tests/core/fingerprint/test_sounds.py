"""A recording is found again by how it sounds: a few seconds of it, compressed, noisy, at another speed or pitch."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from app.samples import sample_recording
from core.fingerprint import sounds
from core.fingerprint.index import HEADER
from core.fingerprint.triples import TripleIndex

Samples = npt.NDArray[np.float32]
RATE = 16000
WORKS = 5


@functools.cache
def sung(number: int, seconds: float = 20.0, rate: int = RATE) -> Samples:
    """Return tones with overtones that begin, glide and end as no other number's do: (frames, 1)."""
    rng = np.random.default_rng(number)
    time = np.arange(int(seconds * rate)) / rate
    sound = np.zeros(len(time))
    begin = 0.0
    while begin < seconds:
        length, pitch = rng.uniform(0.12, 0.5), rng.uniform(110, 500)
        own = (time >= begin) & (time < begin + length)
        place = time[own] - begin
        envelope = np.sin(np.pi * place / length) ** 0.5
        glide = pitch * (1 + rng.uniform(-0.1, 0.1) * place / length)
        for overtone in range(1, 9):
            sound[own] += envelope * rng.uniform(0, 1) / overtone * np.sin(2 * np.pi * overtone * glide * place)
        begin += length * rng.uniform(0.6, 1.2)
    return (0.2 * sound / np.abs(sound).max())[:, None].astype(np.float32)


@pytest.fixture(scope="module")
def index() -> TripleIndex:
    return sounds.index([(number, sounds.fingerprint(sung(number), RATE)) for number in range(1, WORKS + 1)])


def cut(samples: Samples, seconds: float = 8.0, start: float = 6.03) -> Samples:
    return samples[int(start * RATE) : int((start + seconds) * RATE)]


def noisy(samples: Samples) -> Samples:
    noise = np.random.default_rng(1).normal(size=samples.shape) * samples.std() * 10**-0.5
    return (samples + noise).astype(np.float32)


def telephone(samples: Samples) -> Samples:
    band = signal.butter(4, (300, 3400), "band", fs=RATE, output="sos")
    return signal.sosfilt(band, samples, axis=0).astype(np.float32)


def faster(samples: Samples, by: float) -> Samples:
    count = int(len(samples) / by)
    return np.interp(np.arange(count) * by, np.arange(len(samples)), samples[:, 0])[:, None].astype(np.float32)


def over_music(samples: Samples) -> Samples:
    return (samples + 0.4 * sung(77, len(samples) / RATE)[: len(samples)]).astype(np.float32)


CHANGES: dict[str, Callable[[Samples], Samples]] = {
    "eight seconds": lambda samples: samples,
    "three seconds": lambda samples: samples[: 3 * RATE],
    "softer": lambda samples: 0.05 * samples,
    "upside down": lambda samples: -samples,
    "noise 10 dB below": noisy,
    "telephone": telephone,
    "6 % faster": lambda samples: faster(samples, 1.06),
    "12 % slower": lambda samples: faster(samples, 0.89),
    "over music": over_music,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_work_is_nominated_first(index: TripleIndex, change: str) -> None:
    best = sounds.nominate([index], CHANGES[change](cut(sung(2))), RATE)
    assert best and best[0].work == 2


def test_rate_and_channels_do_not_matter(index: TripleIndex) -> None:
    high = signal.resample_poly(cut(sung(3)), 3, 1).astype(np.float32)
    best = sounds.nominate([index], np.repeat(high, 2, axis=1), 3 * RATE)
    assert best[0].work == 3


def test_strangers_are_not_nominated(index: TripleIndex) -> None:
    for stranger in (cut(sung(30)), cut(sung(31)), sample_recording(8.0, RATE)):
        assert all(nomination.votes < 10 for nomination in sounds.nominate([index], stranger, RATE))


def test_a_piece_late_in_a_long_recording_is_found(index: TripleIndex) -> None:
    long = np.concatenate([sung(40, 33.0), cut(sung(4)), sung(41, 5.0)])
    assert sounds.nominate([index], long, RATE)[0].work == 4


def test_peaks_do_not_depend_on_where_a_recording_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sung(1)
    expected = sounds.peaks(whole, RATE, 24)
    monkeypatch.setattr(sounds, "_AT_ONCE", 500)
    divided = sounds.peaks(whole, RATE, 24)
    both = set(zip(expected.frame.tolist(), expected.band.tolist(), strict=True))
    same = both & set(zip(divided.frame.tolist(), divided.band.tolist(), strict=True))
    assert len(same) > 0.97 * len(both)


@pytest.mark.parametrize("rate", [1000, 8000, 44100, 192000])
@pytest.mark.parametrize("frames", [1, 50, 30_000])
def test_any_recording_has_a_fingerprint(index: TripleIndex, frames: int, rate: int) -> None:
    silence = np.zeros((frames, 2), np.float32)
    assert len(sounds.fingerprint(silence, rate)) == HEADER
    assert sounds.nominate([index], silence, rate) == []
    hiss = np.random.default_rng(0).normal(size=(frames, 1))
    assert (len(sounds.fingerprint(hiss, rate)) - HEADER) % 8 == 0


def test_a_fingerprint_is_small_and_always_the_same() -> None:
    first = sounds.fingerprint(sung(1), RATE)
    assert first == sounds.fingerprint(sung(1), RATE)
    assert HEADER + 8 * 100 < len(first) <= HEADER + 20 * 320


def test_a_long_recording_is_read_once_from_its_beginning_on() -> None:
    whole = sung(1)
    asked: list[slice] = []

    class Read:
        shape, dtype = whole.shape, whole.dtype

        def __len__(self) -> int:
            return len(whole)

        def __getitem__(self, place: slice) -> Samples:
            asked.append(place)
            return whole[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sounds, "_AT_ONCE", 250)
        assert len(sounds.fingerprint(Read(), RATE)) > HEADER
    assert len(asked) > 4
    for before, after in itertools.pairwise(asked):
        assert before.stop - 0.2 * RATE < after.start <= before.stop
