"""Looks for marks where there are none: unmarked pictures and recordings, and copies marked with a foreign key.

A check hides scores that prove nothing, so the bench listens to the codebook: the largest score that any row
reached in a check is kept, with the number of alignments that were compared with the rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material
from bench.results import outcome
from core.errors import CountermarkError
from core.model import Finding, Kind
from core.spread import Codebook, Match

PIECE = 10.0  # seconds of the pieces into which unmarked recordings are cut, besides the whole
WIDELY = 25  # one check of so many looks among all 2^20 serials, too: seconds each


@dataclass(slots=True)
class Listened:
    """The largest score that a codebook gave, and how many vectors of soft values it was asked about."""

    score: float = 0.0
    vectors: int = 0


@contextmanager
def listening() -> Iterator[Listened]:
    """Note what every codebook answers while this lasts."""
    heard = Listened()
    answer = Codebook.best

    def best(self: Codebook, soft: npt.ArrayLike, serials: npt.ArrayLike | None = None) -> list[Match]:
        matches = answer(self, soft, serials)
        heard.vectors += len(matches)
        heard.score = max([heard.score, *(match.score for match in matches)])
        return matches

    Codebook.best = best  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        Codebook.best = answer  # type: ignore[method-assign]


def rows(place: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a check: nothing may be found in any of them."""
    number = 0
    for part in ("negatives_images", "negatives_audio"):
        for path in material.files(place, part, only=only, quick=quick):
            for what, detect in _unmarked(path, material.kind_of_part(part)):
                yield _row(path, part, what, detect, number)
                number += 1
    for part in ("images", "audio"):
        for path in material.files(place, part, only=only, quick=quick):
            kind = material.kind_of_part(part)
            try:
                detect = _foreign_picture(path) if kind is Kind.IMAGE else _foreign_recording(path)
            except CountermarkError:
                continue  # refused: there is no copy to look at
            yield _row(path, part, "copy with a foreign key", detect, number)
            number += 1


Detect = Callable[[npt.NDArray[np.int64] | None], tuple[Finding, ...]]


def _row(path: Path, part: str, what: str, detect: Detect, number: int) -> dict[str, Any]:
    _, candidates = material.serials_for(f"{path.name} {what}")
    row: dict[str, Any] = {"file": path.name, "part": part, "what": what}
    with listening() as heard:
        started = time.perf_counter()
        row["check"] = outcome(detect(candidates), None)
        row["seconds"] = round(time.perf_counter() - started, 2)
    row |= {"score": round(heard.score, 2), "vectors": heard.vectors}
    if number % WIDELY == 0:
        with listening() as heard:
            row["every"] = outcome(detect(None), None)
        row["every_score"] = round(heard.score, 2)
    return row


def _unmarked(path: Path, kind: Kind) -> Iterator[tuple[str, Detect]]:
    key = material.bench_key()
    if kind is Kind.IMAGE:
        from core import image
        from core.media.images import read_image

        pixels = material.as_seen(read_image(path).pixels)
        yield "unmarked", lambda serials: image.detect(pixels, key=key, serials=serials)
        return
    from core import audio
    from core.media.sounds import read_sound

    sound = read_sound(path)
    samples, rate = sound.samples, sound.rate
    yield "unmarked", lambda serials: audio.detect(samples, rate, key=key, serials=serials)
    size = round(PIECE * rate)
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[start : start + size]
        yield f"unmarked, from {start // rate} s", partial(_in_piece, piece, rate)


def _in_piece(piece: Any, rate: int, serials: npt.NDArray[np.int64] | None) -> tuple[Finding, ...]:
    from core import audio

    return audio.detect(piece, rate, key=material.bench_key(), serials=serials)


def _foreign_picture(path: Path) -> Detect:
    from core import image
    from core.media.images import read_image

    picture = read_image(path)
    space = "cmyk" if picture.space == "cmyk" else None
    serial, _ = material.serials_for(path.name)
    marked = image.embed(picture.pixels, key=material.bench_key(), serial=serial, space=space).pixels
    assert marked is not None
    seen = material.as_seen(marked, space)
    return lambda serials: image.detect(seen, key=material.bench_key("stranger"), serials=serials)


def _foreign_recording(path: Path) -> Detect:
    from core import audio
    from core.media.sounds import read_sound

    sound = read_sound(path)
    serial, _ = material.serials_for(path.name)
    marked = audio.embed(sound.samples, sound.rate, key=material.bench_key(), serial=serial).samples
    assert marked is not None
    return lambda serials: audio.detect(marked, sound.rate, key=material.bench_key("stranger"), serials=serials)
