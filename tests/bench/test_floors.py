"""How many copies must at least be found after the damage of every day: floors that only ever rise.

The numbers stand in floors.json. A change that lowers one of them makes the marks worse and does not go in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.samples import sample_picture, sample_recording
from bench import material
from bench.attacks import NotApplicable, generator
from bench.attacks.images import ATTACKS as IMAGE_ATTACKS
from bench.attacks.sounds import ATTACKS as SOUND_ATTACKS
from core.errors import CountermarkError
from core.model import Finding, Verdict

pytestmark = pytest.mark.slow

FLOORS: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))
PIXELS = 5_000_000  # of trial pictures at most, and seconds of trial recordings: three minutes for all floors
SECONDS = 65.0
Detect = Callable[..., tuple[Finding, ...]]


def generated_pictures() -> Iterator[tuple[str, Any]]:
    """Yield pictures of several kinds: photo-like in three shapes, grey, 16 bit, transparent, soft, flat colours."""
    yield "landscape", sample_picture(900, 600, seed=1)
    yield "portrait", sample_picture(640, 960, seed=2)
    yield "large", sample_picture(1800, 1200, seed=3)
    yield "grey", sample_picture(900, 600, seed=4).mean(axis=2).astype(np.uint8)
    yield "deep", sample_picture(900, 600, seed=5).astype(np.uint16) * 257
    clear = np.full((600, 900, 4), 255, np.uint8)
    clear[:, :, :3] = sample_picture(900, 600, seed=6)
    clear[:100, :200, 3] = 0
    yield "transparent", clear
    small = sample_picture(300, 200, seed=7)
    yield "soft", np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)
    yield "flat", flat_art()


def flat_art() -> Any:
    """Return coloured areas with hard edges, no texture."""
    y, x = np.mgrid[0:700, 0:1000]
    art = np.empty((700, 1000, 3), np.uint8)
    art[:] = (196, 214, 160)
    random = generator("flat art")
    for _ in range(14):
        centre, size = random.uniform((0, 0), (700, 1000)), random.uniform(60, 220)
        inside = (y - centre[0]) ** 2 + (x - centre[1]) ** 2 < size**2
        art[inside] = random.integers(40, 220, 3)
    return art


def generated_recordings() -> Iterator[tuple[str, Any]]:
    """Yield recordings of several voices, rates and channels, and a quiet one."""
    for seed, (rate, channels, level) in enumerate(
        [(48000, 1, 1.0), (44100, 2, 1.0), (16000, 1, 1.0), (22050, 1, 0.5), (48000, 1, 0.05)], 1
    ):
        voice = sample_recording(20.0, rate, seed) * np.float32(level)
        yield f"voice {seed}", (np.repeat(voice, channels, axis=1), rate)


def trial_pictures(place: Path) -> Iterator[tuple[str, Any]]:
    """Yield some of the trial pictures that are not too large."""
    from core.media.images import read_image

    for path in material.files(place, "images")[::5]:
        try:
            picture = read_image(path)
        except CountermarkError:
            continue
        if picture.pixels.shape[0] * picture.pixels.shape[1] <= PIXELS and picture.space != "cmyk":
            yield path.name, picture.pixels


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


def count_pictures(pictures: Iterator[tuple[str, Any]], names: list[str]) -> dict[str, int]:
    """Return how many pictures there were ("of"), and in how many the right copy was found after each attack."""
    from core import image

    attacks = [attack for attack in IMAGE_ATTACKS if attack.name in names]
    counted = dict.fromkeys(["of", *names], 0)
    for name, pixels in pictures:
        serial, candidates = material.serials_for(name)
        try:
            marked = image.embed(pixels, key=material.bench_key(), serial=serial).pixels
        except CountermarkError:
            continue
        counted["of"] += 1
        assert marked is not None
        seen = material.as_seen(marked)
        assert image.detect(seen, key=material.bench_key("stranger"), serials=candidates) == (), name
        for attack in attacks:
            damaged = attack.apply(seen, generator(material.SEED, attack.name, name))
            counted[attack.name] += found(image.detect(damaged, key=material.bench_key(), serials=candidates), serial)
    return counted


def count_recordings(recordings: Iterator[tuple[str, Any]], names: list[str]) -> dict[str, int]:
    """Return the same for recordings."""
    from core import audio

    attacks = [attack for attack in SOUND_ATTACKS if attack.name in names]
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


def found(findings: tuple[Finding, ...], serial: int) -> bool:
    """Return whether the right copy is named with certainty; fail where a wrong one is."""
    named = [f.serial for f in findings if f.serial is not None and f.verdict is not Verdict.NOTHING]
    assert set(named) <= {serial}, f"a wrong copy was named: {named} instead of {serial}"
    return any(f.serial == serial and f.verdict is Verdict.CERTAIN for f in findings)


def hold(counted: dict[str, int], floors: dict[str, int]) -> None:
    """Fail where a count lies below its floor."""
    low = {name: (counted[name], floor) for name, floor in floors.items() if counted[name] < floor}
    assert not low, f"below the floor (found, floor): {low}; all: {counted}"


def test_generated_pictures() -> None:
    floors = FLOORS["generated pictures"]
    hold(count_pictures(generated_pictures(), ["jpeg_50", "scale_50"]), floors)


def test_generated_recordings() -> None:
    floors = FLOORS["generated recordings"]
    hold(count_recordings(generated_recordings(), ["mp3_64", "cut_10"]), floors)


def test_trial_pictures(dev_data: Path) -> None:
    floors = FLOORS["trial pictures"]
    hold(count_pictures(trial_pictures(dev_data), ["jpeg_50", "scale_50"]), floors)


def test_trial_recordings(dev_data: Path) -> None:
    floors = FLOORS["trial recordings"]
    hold(count_recordings(trial_recordings(dev_data), ["mp3_64", "cut_10"]), floors)
