"""Fails when the sound mark weakens: generated recordings and some trial voices, marked, damaged, cut and read back."""

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
from bench.recordings import place_of_piece, whole
from core.errors import CountermarkError
from core.model import Kind
from tests.bench.floors import FLOORS, found, hold

pytestmark = pytest.mark.slow

# Seconds of the piece that is read after each damage (0: the whole stretch), none of which needs a program: the floors
# hold on every machine. All at once take about three minutes on one busy core.
PIECES = {
    "mp3_64": 3.0, "opus_32": 3.0, "opus_16": 5.0, "phone": 5.0, "noise_20": 5.0, "noise_10": 0.0,
    "room": 5.0, "recorded_again": 0.0, "speed_0.9": 3.0, "speed_1.25": 5.0, "cuts_50ms": 5.0, "no_silence": 5.0,
    "cut_10": 0.0,
}  # fmt: skip
STRETCH = 20.0  # seconds of a trial recording that are marked
GENERATED = ("mp3_64", "phone", "noise_20", "speed_0.9", "cuts_50ms", "cut_10")


def generated_recordings() -> Iterator[tuple[str, Any]]:
    """Yield recordings of several voices, rates and channels, and a quiet one."""
    for seed, (rate, channels, level) in enumerate(
        [(48000, 1, 1.0), (44100, 2, 1.0), (16000, 1, 1.0), (22050, 1, 0.5), (48000, 1, 0.05)], 1
    ):
        voice = sample_recording(20.0, rate, seed) * np.float32(level)
        yield f"voice {seed}", (np.repeat(voice, channels, axis=1), rate)


def trial_recordings(place: Path) -> Iterator[tuple[str, Any]]:
    """Yield stretches of some trial voices of at least 10 s."""
    from core.media.sounds import read_sound

    voices = [path for path in material.files(place, "audio") if material.class_of(path.name, Kind.AUDIO) == "voice"]
    for path in voices[1::2]:
        try:
            sound = read_sound(path)
        except CountermarkError:
            continue
        samples, frames = whole(sound.samples), round(STRETCH * sound.rate)
        if len(samples) >= 10 * sound.rate:
            frames = min(frames, len(samples))
            start, _ = place_of_piece(samples, sound.rate, frames, generator(material.SEED, "floor", path.name))
            yield path.name, (samples[start : start + frames], sound.rate)


def count_recordings(recordings: Iterator[tuple[str, Any]], names: tuple[str, ...]) -> dict[str, int]:
    """Return how many recordings there were ("of"), and in how many the right copy was found after each damage."""
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
        clean = whole(marked)
        assert audio.detect(clean, rate, key=material.bench_key("stranger"), serials=candidates) == (), name
        for attack in attacks:
            try:
                heard, new_rate = attack.apply(clean, rate, generator(material.SEED, attack.name, name))
            except NotApplicable:
                continue
            piece = _piece(clean, rate, heard, new_rate, PIECES[attack.name], name)
            findings = audio.detect(piece, new_rate, key=material.bench_key(), serials=candidates)
            counted[attack.name] += found(findings, serial)
    return counted


def _piece(clean: Any, rate: int, heard: Any, new_rate: int, seconds: float, name: str) -> Any:
    """Return a piece of a damaged recording that stands where the undamaged one has sound."""
    frames = round(seconds * new_rate)
    if not frames or len(heard) <= frames:
        return heard
    start, _ = place_of_piece(clean, rate, round(seconds * rate), generator(material.SEED, "floor piece", name))
    first = round(start / max(1, len(clean) - seconds * rate) * (len(heard) - frames))
    return heard[first : first + frames]


def test_generated_recordings() -> None:
    hold(count_recordings(generated_recordings(), GENERATED), FLOORS["generated recordings"])


def test_trial_recordings(dev_data: Path) -> None:
    hold(count_recordings(trial_recordings(dev_data), tuple(PIECES)), FLOORS["trial recordings"])
