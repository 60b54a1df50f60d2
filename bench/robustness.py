"""Marks every picture or recording in memory, damages it in every named way and reads it back among 1,000 serials."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.attacks import NotApplicable, generator
from bench.attacks.images import ATTACKS as IMAGE_ATTACKS
from bench.attacks.sounds import ATTACKS as SOUND_ATTACKS
from bench.attacks.sounds import active_seconds
from bench.results import outcome
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference

# Read a second time among all 2^20 serials, as if the catalog were lost: few attacks, on one file of four, since a
# search without candidates takes seconds.
ALL_SERIALS = frozenset({"jpeg_50", "mp3_64", "cut_10"})
CUTS = 2  # places at which each cut is repeated


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: which attacks (all if empty) and which sizes of works the catalog is said to hold."""

    attacks: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    def wants(self, name: str) -> bool:
        return not self.attacks or name in self.attacks


def rows(files: Sequence[Path], kind: Kind, plan: Plan, *, jobs: int = 1) -> Iterator[dict[str, Any]]:
    """Yield one row a file, in order: its checks by attack, or why it was refused."""
    work: Callable[[Path, Plan], dict[str, Any]] = picture_row if kind is Kind.IMAGE else recording_row
    if jobs <= 1:
        for path in files:
            yield work(path, plan)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, files, [plan] * len(files))


def references(files: Sequence[Path], kind: Kind) -> tuple[Reference, ...]:
    """Return what a catalog that holds all these works knows of them: their sizes."""
    known = []
    for number, path in enumerate(files, 1):
        try:
            if kind is Kind.IMAGE:
                height, width = _read_image(path).pixels.shape[:2]
                known.append(Reference(number, kind, width=width, height=height))
            else:
                sound = _read_sound(path)
                known.append(Reference(number, kind, seconds=len(sound.samples) / sound.rate, rate=sound.rate))
        except CountermarkError:
            continue  # it is not in the catalog then; the row of the file says why
    return tuple(known)


def picture_row(path: Path, plan: Plan) -> dict[str, Any]:
    """Return the row of one picture."""
    from core import image

    key = material.bench_key()
    serial, candidates = material.serials_for(path.name)
    row: dict[str, Any] = {"file": path.name, "class": material.class_of(path.name, Kind.IMAGE)}
    try:
        picture = _read_image(path)
        space = "cmyk" if picture.space == "cmyk" else None
        row["size"] = [picture.pixels.shape[1], picture.pixels.shape[0]]
        marked = image.embed(picture.pixels, key=key, serial=serial, space=space)
    except CountermarkError as error:
        return row | {"refused": str(error)}
    assert marked.pixels is not None
    row |= _of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    seen = material.as_seen(marked.pixels, space)

    def check(pixels: np.ndarray[Any, Any], serials: np.ndarray[Any, Any] | None) -> tuple[Finding, ...]:
        return image.detect(pixels, key=key, serials=serials, references=plan.references)

    checks: dict[str, Any] = {}
    every: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    times: list[float] = []
    wide = _widely_read(path)
    for attack in IMAGE_ATTACKS:
        if not plan.wants(attack.name):
            continue
        try:
            damaged = attack.apply(seen, generator(material.SEED, attack.name, path.name))
        except NotApplicable as reason:
            skipped[attack.name] = str(reason)
            continue
        started = time.perf_counter()
        checks[attack.name] = outcome(check(damaged, candidates), serial)
        times.append(time.perf_counter() - started)
        if wide and attack.name in ALL_SERIALS:
            every[attack.name] = outcome(check(damaged, None), serial)
    return row | _of_checks(checks, every, skipped, times)


def recording_row(path: Path, plan: Plan) -> dict[str, Any]:
    """Return the row of one recording."""
    from core import audio

    key = material.bench_key()
    serial, candidates = material.serials_for(path.name)
    row: dict[str, Any] = {"file": path.name, "class": material.class_of(path.name, Kind.AUDIO)}
    try:
        sound = _read_sound(path)
        samples = np.asarray(sound.samples, np.float32)
        row |= {
            "seconds": round(len(samples) / sound.rate, 1),
            "active": round(active_seconds(samples, sound.rate), 1),
            "rate": sound.rate,
            "channels": samples.shape[1],
        }
        marked = audio.embed(samples, sound.rate, key=key, serial=serial)
    except CountermarkError as error:
        return row | {"refused": str(error)}
    assert marked.samples is not None
    row |= _of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    clean = np.asarray(marked.samples, np.float32)

    def check(heard: np.ndarray[Any, Any], rate: int, serials: np.ndarray[Any, Any] | None) -> tuple[Finding, ...]:
        return audio.detect(heard, rate, key=key, serials=serials, references=plan.references)

    checks: dict[str, Any] = {}
    every: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    times: list[float] = []
    wide = _widely_read(path)
    for attack in SOUND_ATTACKS:
        if not plan.wants(attack.name):
            continue
        for turn in range(CUTS if attack.cut else 1):
            name = attack.name if turn == 0 else f"{attack.name}#{turn + 1}"
            try:
                heard, rate = attack.apply(clean, sound.rate, generator(material.SEED, name, path.name))
            except NotApplicable as reason:
                skipped[name] = str(reason)
                continue
            started = time.perf_counter()
            checks[name] = outcome(check(heard, rate, candidates), serial)
            times.append(time.perf_counter() - started)
            if wide and name in ALL_SERIALS:
                every[name] = outcome(check(heard, rate, None), serial)
    return row | _of_checks(checks, every, skipped, times)


def _widely_read(path: Path) -> bool:
    """Return whether this file is one of those that are read among all serials, too."""
    return int(generator(material.SEED, "all serials", path.name).integers(4)) == 0


def _of_embedding(
    quality: Any, parameters: int, notes: Sequence[str], expected: Finding, serial: int
) -> dict[str, Any]:
    return {
        "parameters": parameters,
        "quality": {name: round(float(value), 4) for name, value in quality.items()},
        "notes": list(notes),
        "expected": outcome((expected,), serial),
    }


def _of_checks(
    checks: dict[str, Any], every: dict[str, Any], skipped: dict[str, str], times: list[float]
) -> dict[str, Any]:
    done: dict[str, Any] = {"checks": checks, "every": every, "skipped": skipped}
    if times:
        done["check_seconds"] = [round(statistics.median(times), 3), round(max(times), 3)]
    return done


def _read_image(path: Path) -> Any:
    from core.media.images import read_image

    return read_image(path)


def _read_sound(path: Path) -> Any:
    from core.media.sounds import read_sound

    return read_sound(path)
