"""Looks for marks where there are none: unmarked pictures, and copies marked with a foreign key.

Every check is the full search. The pictures are looked through again and again, each round with another key, so that
a folder of a hundred pictures gives two thousand searches; and the originals of works are compared with their own
references, which informed detection would be the first to mistake for copies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material, sample
from bench.negatives import Detect, checked
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference

ROUNDS = 20  # keys with which every unmarked picture is searched
STRANGERS = 2  # foreign keys with which every copy is searched


def rows(place: Path, *, only: str = "", quick: bool = False, minutes: float = 0.0) -> Iterator[dict[str, Any]]:
    """Yield one row a check: nothing may be found in any of them. No check is begun after `minutes` (0: no limit)."""
    started = time.monotonic()
    unmarked = material.files(place, "negatives_images", only=only, quick=quick)[:: 4 if quick else 1]
    works = material.files(place, "images", only=only, quick=quick)[:: 4 if quick else 1]
    checks = [(path, "originals", "original, informed", 0) for path in works]
    checks += [(path, "images", f"copy with foreign key {n}", n) for n in range(STRANGERS) for path in works]
    checks += [(path, "negatives_images", f"unmarked, key {n}", n) for n in range(ROUNDS) for path in unmarked]
    for number, (path, part, what, turn) in enumerate(checks):
        if minutes and time.monotonic() - started > 60 * minutes:
            return
        try:
            detect = _MADE[part](path, turn)
        except CountermarkError:
            continue  # refused: there is nothing to look at
        if detect is not None:
            yield checked(path, part, what, detect, number)


def _unmarked(path: Path, turn: int) -> Detect:
    from core import image
    from core.media.images import read_image

    pixels = material.as_seen(read_image(path).pixels)
    key = _key(turn)
    return lambda serials: image.detect(pixels, key=key, serials=serials)


def _foreign(path: Path, turn: int) -> Detect | None:
    from core import image

    picture = sample.opened(path)
    if picture is None:
        return None
    serial, _ = material.serials_for(path.name)
    marked = image.embed(picture.pixels, key=material.bench_key(), serial=serial, space=picture.space).pixels
    assert marked is not None
    seen = material.as_seen(marked, picture.space)
    key = _key(turn + 1)
    return lambda serials: image.detect(seen, key=key, serials=serials)


def _original(path: Path, turn: int) -> Detect | None:
    from core import image

    picture = sample.opened(path)
    if picture is None:
        return None
    height, width = picture.pixels.shape[:2]
    signal = image.reference_signal(picture.pixels, space=picture.space)
    reference = Reference(1, Kind.IMAGE, width=width, height=height, signal=signal)
    seen = material.as_seen(picture.pixels, picture.space)

    def detect(serials: npt.NDArray[np.int64] | None) -> tuple[Finding, ...]:
        return image.detect_informed(seen, key=material.bench_key(), serials=serials, references=(reference,))

    return detect


def _key(turn: int) -> Any:
    """Return the key of a round: the bench's own first."""
    return material.bench_key(f"stranger {turn}" if turn else "creator")


_MADE = {"negatives_images": _unmarked, "images": _foreign, "originals": _original}
