"""Looks for marks where there are none: unmarked pictures, and copies marked with a foreign key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import material
from bench.negatives import Detect, checked
from core.errors import CountermarkError


def rows(place: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a check: nothing may be found in any of them."""
    number = 0
    for path in material.files(place, "negatives_images", only=only, quick=quick):
        yield checked(path, "negatives_images", "unmarked", _unmarked(path), number)
        number += 1
    for path in material.files(place, "images", only=only, quick=quick):
        try:
            detect = _foreign(path)
        except CountermarkError:
            continue  # refused: there is no copy to look at
        yield checked(path, "images", "copy with a foreign key", detect, number)
        number += 1


def _unmarked(path: Path) -> Detect:
    from core import image
    from core.media.images import read_image

    pixels = material.as_seen(read_image(path).pixels)
    return lambda serials: image.detect(pixels, key=material.bench_key(), serials=serials)


def _foreign(path: Path) -> Detect:
    from core import image
    from core.media.images import read_image

    picture = read_image(path)
    space = "cmyk" if picture.space == "cmyk" else None
    serial, _ = material.serials_for(path.name)
    marked = image.embed(picture.pixels, key=material.bench_key(), serial=serial, space=space).pixels
    assert marked is not None
    seen = material.as_seen(marked, space)
    return lambda serials: image.detect(seen, key=material.bench_key("stranger"), serials=serials)
