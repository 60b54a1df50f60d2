"""Counts false statements about recordings: wrong keys, and true serials that are not among the candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.attacks import Samples, generator
from bench.attacks.codecs import mp3
from bench.attacks.levels import noise
from bench.negatives import listening
from bench.recordings import place_of_piece, whole
from bench.results import outcome
from core.errors import CountermarkError

WRONG_KEYS = 2000  # checks in all, of short pieces, with a wrong key for every twenty
ABSENT = 1000  # checks in all, of pieces of copies whose serial is not among the candidates
_WRONG_KEY_SECONDS = 3.0
_A_KEY = 20  # checks in a row with one wrong key: making a key's search tables takes longer than one check
_ABSENT_SECONDS = 8.0


def rows(
    place: Path, *, only: str = "", quick: bool = False, done: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row a recording: how many checks with wrong keys and without the true serial, and what they said."""
    files = material.files(place, "audio", only=only, quick=quick)
    left = {"wrong_key": WRONG_KEYS, "absent": ABSENT}
    for number, path in enumerate(files):
        # Those that are left take over what refused ones would have had.
        share = {kind: -(-count // (40 if quick else len(files) - number)) for kind, count in left.items()}
        row = (done or {}).get(path.name)
        if row is None:
            copy = _copy(path)
            if copy is None:
                continue
            row = {
                "file": path.name,
                "wrong_key": _counted(_wrong_keys(path.name, *copy, share["wrong_key"])),
                "absent": _counted(_absent(path.name, *copy, share["absent"])),
            }
        yield dict(row)
        left = {kind: count - row[kind]["checks"] for kind, count in left.items()}


def _copy(path: Path) -> tuple[Samples, int] | None:
    from core import audio
    from core.media.sounds import read_sound

    serial, _ = material.serials_for(path.name)
    try:
        sound = read_sound(path)
        marked = audio.embed(whole(sound.samples), sound.rate, key=material.bench_key(), serial=serial)
    except CountermarkError:
        return None
    return whole(marked.samples), sound.rate


Check = tuple[tuple[Any, ...], float]  # findings, seconds of sound that were searched


def _wrong_keys(name: str, samples: Samples, rate: int, count: int) -> Iterator[Check]:
    """Yield checks of random pieces of a copy with keys that marked nothing."""
    from core import audio

    frames = min(len(samples), round(_WRONG_KEY_SECONDS * rate))
    for number in range(count):
        random = generator(material.SEED, "wrong key", number, name)
        start = int(random.integers(len(samples) - frames + 1))
        _, candidates = material.serials_for(f"{name} wrong key {number}")
        key = material.bench_key(f"stranger {number // _A_KEY} {name}")
        piece = samples[start : start + frames]
        yield audio.detect(piece, rate, key=key, serials=candidates), frames / rate


def _absent(name: str, samples: Samples, rate: int, count: int) -> Iterator[Check]:
    """Yield checks of pieces of a copy, untouched, in noise or as MP3, among serials without its own."""
    from core import audio

    frames = min(len(samples), round(_ABSENT_SECONDS * rate))
    serial, _ = material.serials_for(name)
    for number in range(count):
        random = generator(material.SEED, "absent", number, name)
        start, _ = place_of_piece(samples, rate, frames, random)
        heard, new_rate = samples[start : start + frames], rate
        if number % 3 == 1:
            heard, new_rate = noise(heard, rate, random, decibels=20)
        elif number % 3 == 2:
            heard, new_rate = mp3(heard, rate, kilobits=64)
        _, candidates = material.serials_for(f"{name} absent {number}")
        others = candidates[candidates != serial]
        yield audio.detect(heard, new_rate, key=material.bench_key(), serials=others), frames / rate


def _counted(checks: Iterator[Check]) -> dict[str, Any]:
    """Return how many checks there were, what they said, and the largest score that any row reached.

    `wrong` counts checks that are certain of a serial; none of these serials is right. `key` counts those certain of
    the key alone, which is right where the copy carries its mark.
    """
    told = {"checks": 0, "wrong": 0, "probable": 0, "key": 0, "heard": 0.0}
    with listening() as heard:
        for findings, seconds in checks:
            told["checks"] += 1
            told["heard"] += seconds
            named = [f for f in findings if f.serial is not None]
            told["wrong"] += any(outcome((f,), None)[0] == "c" for f in named)
            told["probable"] += any(outcome((f,), None)[0] == "p" for f in named)
            told["key"] += any(f.serial is None and outcome((f,), None)[0] == "c" for f in findings)
    return told | {"heard": round(told["heard"], 1), "score": round(float(np.float64(heard.score)), 2)}
