"""Looks for marks where there are none: unmarked recordings and their pieces, and copies marked with a foreign key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material
from bench.attacks import NotApplicable, Samples
from bench.attacks.programs import played
from bench.negatives import Detect, checked
from bench.recordings import whole
from core.errors import CountermarkError
from core.keys import CreatorKey
from core.model import Finding, Kind, Reference

PIECE = 10.0  # seconds of the pieces into which unmarked recordings are cut, besides the whole
KEYS = 21  # with which each whole unmarked recording is searched: 10 hours, as the signs are random by the key
UNMARKED = {"negatives_audio": "negatives_audio", "audio": "works"}  # folders of unmarked recordings: part of the rows


def rows(place: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a check, with the seconds of sound that were `heard`: nothing may be found in any of them.

    Hours are those of the checks: the same recording counts once for every key, as the signs of each are drawn anew.
    """
    number = 0
    unmarked = [
        (part, path)
        for folder, part in UNMARKED.items()
        for path in material.files(place, folder, only=only, quick=quick)
    ]
    for turn in range(1 if quick else KEYS):  # making a key's tables takes longer than many a check
        key = material.bench_key(f"another {turn}") if turn else material.bench_key()
        what = "unmarked" + (f", key {turn + 1}" if turn else "")
        for part, path in unmarked:
            samples, rate = _read(path)
            row = checked(path, part, what, partial(_look, samples, rate, key), number)
            yield row | {"heard": round(len(samples) / rate, 1)}
            number += 1
    for part, path in unmarked:
        if part == "negatives_audio":
            for what, detect in _pieces(path):
                yield checked(path, part, what, detect, number) | {"heard": PIECE}
                number += 1
    for path in material.files(place, "audio", only=only, quick=quick):
        try:
            checks = list(_foreign(path))
        except CountermarkError:
            continue  # refused: there is no copy to look at
        for what, detect, seconds in checks:
            yield checked(path, "audio", what, detect, number) | {"heard": round(seconds, 1)}
            number += 1


def _pieces(path: Path) -> Iterator[tuple[str, Detect]]:
    """Yield the checks of an unmarked recording's pieces."""
    samples, rate = _read(path)
    size = round(PIECE * rate)
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[start : start + size]
        yield f"unmarked, from {start // rate} s", partial(_look, piece, rate, material.bench_key())


def _foreign(path: Path) -> Iterator[tuple[str, Detect, float]]:
    """Yield checks of a copy with a stranger's key: blind, and a piece of it with the help of the work's signal."""
    from core import audio

    samples, rate = _read(path)
    serial, _ = material.serials_for(path.name)
    marked = whole(audio.embed(samples, rate, key=material.bench_key(), serial=serial).samples)
    stranger = material.bench_key("stranger")
    yield "copy with a foreign key", partial(_look, marked, rate, stranger), len(marked) / rate
    size = min(len(marked), round(PIECE * rate))
    signal = audio.reference_signal(samples, rate)
    reference = Reference(1, Kind.AUDIO, seconds=len(samples) / rate, rate=rate, signal=signal)
    yield "foreign key, informed", partial(_look_informed, marked[:size], rate, stranger, reference), size / rate


def _look(samples: Samples, rate: int, key: CreatorKey, serials: npt.NDArray[np.int64] | None) -> tuple[Finding, ...]:
    from core import audio

    return audio.detect(samples, rate, key=key, serials=serials)


def _look_informed(
    samples: Samples, rate: int, key: CreatorKey, reference: Reference, serials: npt.NDArray[np.int64] | None
) -> tuple[Finding, ...]:
    from core.audio.informed import detect_informed

    return detect_informed(samples, rate, key=key, serials=serials, references=(reference,))


def _read(path: Path) -> tuple[Samples, int]:
    """Return a recording; by ffmpeg where the product's reader stops early (it does in some whole files of Opus)."""
    from core.media.sounds import read_sound

    sound = read_sound(path)
    samples = whole(sound.samples)
    if sound.notes:
        with suppress(NotApplicable):  # without ffmpeg, what could be read counts with its seconds
            samples = max(samples, played(path, sound.rate, samples.shape[1]), key=len)
    return samples, sound.rate
