"""Marks every picture in memory, damages it in every named way and reads it back among 1,000 serials."""

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
from bench.attacks.images import ATTACKS
from bench.results import outcome
from bench.robustness import ALL_SERIALS, Plan, of_checks, of_embedding, widely_read
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference


def rows(files: Sequence[Path], plan: Plan, *, jobs: int = 1) -> Iterator[dict[str, Any]]:
    """Yield one row a file, in order: its checks by attack, or why it was refused."""
    if jobs <= 1:
        for path in files:
            yield picture_row(path, plan)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(picture_row, files, [plan] * len(files))


def references(files: Sequence[Path]) -> tuple[Reference, ...]:
    """Return what a catalog that holds all these works knows of them: their sizes."""
    known = []
    for number, path in enumerate(files, 1):
        try:
            height, width = _read(path).pixels.shape[:2]
            known.append(Reference(number, Kind.IMAGE, width=width, height=height))
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
        picture = _read(path)
        space = "cmyk" if picture.space == "cmyk" else None
        row["size"] = [picture.pixels.shape[1], picture.pixels.shape[0]]
        marked = image.embed(picture.pixels, key=key, serial=serial, space=space)
    except CountermarkError as error:
        return row | {"refused": str(error)}
    assert marked.pixels is not None
    row |= of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    seen = material.as_seen(marked.pixels, space)

    def check(pixels: np.ndarray[Any, Any], serials: np.ndarray[Any, Any] | None) -> tuple[Finding, ...]:
        return image.detect(pixels, key=key, serials=serials, references=plan.references)

    checks: dict[str, Any] = {}
    every: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    times: list[float] = []
    wide = widely_read(path)
    for attack in ATTACKS:
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
    return row | of_checks(checks, every, skipped, times)


def _read(path: Path) -> Any:
    from core.media.images import read_image

    return read_image(path)
