"""Fails when the picture mark weakens: generated pictures and some trial files, marked, damaged, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.samples import sample_picture
from bench import material
from bench.attacks import generator
from bench.attacks.images import ATTACKS
from core.errors import CountermarkError
from tests.bench.floors import FLOORS, found, hold

pytestmark = pytest.mark.slow

PIXELS = 5_000_000  # of trial pictures at most


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


def count_pictures(pictures: Iterator[tuple[str, Any]], names: list[str]) -> dict[str, int]:
    """Return how many pictures there were ("of"), and in how many the right copy was found after each attack."""
    from core import image

    attacks = [attack for attack in ATTACKS if attack.name in names]
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


def test_generated_pictures() -> None:
    floors = FLOORS["generated pictures"]
    hold(count_pictures(generated_pictures(), ["jpeg_50", "scale_50"]), floors)


def test_trial_pictures(dev_data: Path) -> None:
    floors = FLOORS["trial pictures"]
    hold(count_pictures(trial_pictures(dev_data), ["jpeg_50", "scale_50"]), floors)
