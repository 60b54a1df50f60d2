"""Marks every recording in memory, damages it in every named way and reads it back among 1,000 serials."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.attacks import NotApplicable, generator
from bench.attacks.sounds import ATTACKS, active_seconds
from bench.results import outcome
from bench.robustness import ALL_SERIALS, Plan, of_checks, of_embedding, widely_read
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference

CUTS = 2  # places at which each cut is repeated


def rows(files: Sequence[Path], plan: Plan, *, jobs: int = 1) -> Iterator[dict[str, Any]]:
    """Yield one row a file, in order: its checks by attack, or why it was refused."""
    if jobs <= 1:
        for path in files:
            yield recording_row(path, plan)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(recording_row, files, [plan] * len(files))


def references(files: Sequence[Path]) -> tuple[Reference, ...]:
    """Return what a catalog that holds all these works knows of them: their sizes."""
    known = []
    for number, path in enumerate(files, 1):
        try:
            sound = _read(path)
            seconds = len(sound.samples) / sound.rate
            known.append(Reference(number, Kind.AUDIO, seconds=seconds, rate=sound.rate))
        except CountermarkError:
            continue  # it is not in the catalog then; the row of the file says why
    return tuple(known)


def recording_row(path: Path, plan: Plan) -> dict[str, Any]:
    """Return the row of one recording."""
    from core import audio

    key = material.bench_key()
    serial, candidates = material.serials_for(path.name)
    row: dict[str, Any] = {"file": path.name, "class": material.class_of(path.name, Kind.AUDIO)}
    try:
        sound = _read(path)
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
    row |= of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    clean = np.asarray(marked.samples, np.float32)

    def check(heard: np.ndarray[Any, Any], rate: int, serials: np.ndarray[Any, Any] | None) -> tuple[Finding, ...]:
        return audio.detect(heard, rate, key=key, serials=serials, references=plan.references)

    checks: dict[str, Any] = {}
    every: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    times: list[float] = []
    wide = widely_read(path)
    for attack in ATTACKS:
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
    return row | of_checks(checks, every, skipped, times)


def _read(path: Path) -> Any:
    from core.media.sounds import read_sound

    return read_sound(path)
