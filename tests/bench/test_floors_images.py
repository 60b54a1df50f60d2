"""Fails when the picture mark weakens: generated pictures and some trial files, marked, damaged, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.samples import sample_picture
from bench import material, sample
from bench.attacks import generator
from bench.attacks.images import ATTACKS
from bench.attacks.images.codecs import tables
from core import image
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference
from tests.bench.floors import FLOORS, found, hold

pytestmark = pytest.mark.slow

KEY = material.bench_key()

BLIND = ("jpeg_50", "scale_50", "crop_33", "rotate_7_full", "mirror", "aspect_80_100", "perspective_3", "collage_70")
INFORMED = ("crop_5", "jpeg_10", "bend_3")  # read with the work's reference, in one picture of so many:
_INFORMED_EVERY = 2


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
    """Yield some of the trial pictures, large ones scaled down."""
    for path in material.files(place, "images")[::8]:
        try:
            picture = sample.opened(path)
        except CountermarkError:
            continue
        if picture is not None and picture.space is None:
            yield path.name, picture.pixels


def count_pictures(pictures: Iterator[tuple[str, Any]], *, stranger: bool) -> dict[str, int]:
    """Return in how many pictures the right copy was found after each attack; "of" and "informed of" tell of how many.

    With `stranger`, nothing may be found with a foreign key.
    """
    counted = dict.fromkeys(["of", *BLIND, "informed of", *INFORMED], 0)
    for name, pixels in pictures:
        serial, candidates = material.serials_for(name)
        try:
            marked = image.embed(pixels, key=KEY, serial=serial).pixels
        except CountermarkError:
            continue
        with_reference = counted["of"] % _INFORMED_EVERY == 0
        counted["of"] += 1
        assert marked is not None
        seen = material.as_seen(marked)
        if stranger:
            assert image.detect(seen, key=material.bench_key("stranger"), serials=candidates) == (), name
        for attack in (attack for attack in ATTACKS if attack.name in BLIND):
            damaged = attack.apply(seen, generator(material.SEED, attack.name, name))
            counted[attack.name] += found(image.detect(damaged, key=KEY, serials=candidates), serial)
        if with_reference:
            counted["informed of"] += 1
            for name_of, findings in _informed(name, pixels, seen, candidates):
                counted[name_of] += found(findings, serial)
    return counted


def _informed(name: str, pixels: Any, seen: Any, candidates: Any) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield what informed detection finds after each attack, beside the original."""
    height, width = pixels.shape[:2]
    reference = Reference(1, Kind.IMAGE, width=width, height=height, signal=image.reference_signal(pixels))
    for attack in (attack for attack in ATTACKS if attack.name in INFORMED):
        damaged = attack.apply(seen, generator(material.SEED, attack.name, name))
        known = tables(attack.jpeg) if attack.jpeg else None
        yield (
            attack.name,
            image.detect_informed(damaged, key=KEY, serials=candidates, references=(reference,), jpeg_tables=known),
        )


def test_generated_pictures() -> None:
    hold(count_pictures(generated_pictures(), stranger=True), FLOORS["generated pictures"])


def test_trial_pictures(dev_data: Path) -> None:
    hold(count_pictures(trial_pictures(dev_data), stranger=False), FLOORS["trial pictures"])
