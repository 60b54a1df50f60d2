"""Fails when the sound mark weakens: generated recordings and some trial files, marked, damaged, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.samples import sample_recording
from bench import material
from bench.attacks import NotApplicable, generator
from bench.attacks.sounds import ATTACKS, CUTS
from core.errors import CountermarkError
from tests.bench.floors import FLOORS, found, hold

pytestmark = pytest.mark.slow

SECONDS = 65.0  # of trial recordings at most


def generated_recordings() -> Iterator[tuple[str, Any]]:
    """Yield recordings of several voices, rates and channels, and a quiet one."""
    for seed, (rate, channels, level) in enumerate(
        [(48000, 1, 1.0), (44100, 2, 1.0), (16000, 1, 1.0), (22050, 1, 0.5), (48000, 1, 0.05)], 1
    ):
        voice = sample_recording(20.0, rate, seed) * np.float32(level)
        yield f"voice {seed}", (np.repeat(voice, channels, axis=1), rate)


def trial_recordings(place: Path) -> Iterator[tuple[str, Any]]:
    """Yield some of the trial recordings, long ones shortened."""
    from core.media.sounds import read_sound

    for path in material.files(place, "audio")[::3]:
        try:
            sound = read_sound(path)
        except CountermarkError:
            continue
        if len(sound.samples) >= 10 * sound.rate:
            yield path.name, (sound.samples[: round(SECONDS * sound.rate)], sound.rate)


def count_recordings(recordings: Iterator[tuple[str, Any]], names: list[str]) -> dict[str, int]:
    """Return the same for recordings."""
    from core import audio

    attacks = [attack for attack in (*ATTACKS, *CUTS) if attack.name in names]
    counted = dict.fromkeys(["of", *names], 0)
    for name, (samples, rate) in recordings:
        serial, candidates = material.serials_for(name)
        try:
            marked = audio.embed(samples, rate, key=material.bench_key(), serial=serial).samples
        except CountermarkError:
            continue
        counted["of"] += 1
        assert marked is not None
        clean = np.asarray(marked, np.float32)
        assert audio.detect(clean, rate, key=material.bench_key("stranger"), serials=candidates) == (), name
        for attack in attacks:
            try:
                heard, new_rate = attack.apply(clean, rate, generator(material.SEED, attack.name, name))
            except NotApplicable:
                continue
            findings = audio.detect(heard, new_rate, key=material.bench_key(), serials=candidates)
            counted[attack.name] += found(findings, serial)
    return counted


def test_generated_recordings() -> None:
    floors = FLOORS["generated recordings"]
    hold(count_recordings(generated_recordings(), ["mp3_64", "cut_10"]), floors)


def test_trial_recordings(dev_data: Path) -> None:
    floors = FLOORS["trial recordings"]
    hold(count_recordings(trial_recordings(dev_data), ["mp3_64", "cut_10"]), floors)
