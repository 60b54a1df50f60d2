"""Looks for marks where there are none: unmarked recordings and their pieces, and copies marked with a foreign key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material
from bench.negatives import Detect, checked
from core.errors import CountermarkError
from core.model import Finding

PIECE = 10.0  # seconds of the pieces into which unmarked recordings are cut, besides the whole


def rows(place: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a check: nothing may be found in any of them."""
    number = 0
    for path in material.files(place, "negatives_audio", only=only, quick=quick):
        for what, detect in _unmarked(path):
            yield checked(path, "negatives_audio", what, detect, number)
            number += 1
    for path in material.files(place, "audio", only=only, quick=quick):
        try:
            detect = _foreign(path)
        except CountermarkError:
            continue  # refused: there is no copy to look at
        yield checked(path, "audio", "copy with a foreign key", detect, number)
        number += 1


def _unmarked(path: Path) -> Iterator[tuple[str, Detect]]:
    from core import audio
    from core.media.sounds import read_sound

    key = material.bench_key()
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


def _foreign(path: Path) -> Detect:
    from core import audio
    from core.media.sounds import read_sound

    sound = read_sound(path)
    serial, _ = material.serials_for(path.name)
    marked = audio.embed(sound.samples, sound.rate, key=material.bench_key(), serial=serial).samples
    assert marked is not None
    return lambda serials: audio.detect(marked, sound.rate, key=material.bench_key("stranger"), serials=serials)
