"""Marks pictures in memory, damages them in every named way and reads them back among 1,000 serials.

Every check is first blind: the file alone, with the sizes of all works known. Where a goal speaks of informed
detection, or where the blind search found nothing (the first few of a picture), the damaged picture is read again
with the reference that the catalog keeps of the work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import goals, material, sample
from bench.attacks import ImageAttack, NotApplicable, generator
from bench.attacks.images import ATTACKS
from bench.attacks.images.codecs import tables
from bench.results import found, outcome
from bench.robustness import ALL_SERIALS, of_checks, of_embedding, widely_read
from core.errors import CountermarkError
from core.model import Kind, Reference

RESCUES = 6  # misses of a picture that are read again with its reference, besides those that a goal speaks of
_EVERY_OTHER = 4  # damage of which no goal speaks is done to one picture of so many


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: which attacks (all if empty), and the sizes of all works that the catalog is said to hold."""

    attacks: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    def of(self, about: Mapping[str, Any], number: int) -> Iterator[ImageAttack]:
        """Yield the attacks on one picture: those that a goal speaks of, and of the others every fourth picture's."""
        spoken = goals.wanted_of(about, "blind") | goals.wanted_of(about, "informed")
        for attack in ATTACKS:
            if self.attacks:
                wanted = attack.name in self.attacks
            else:
                wanted = attack.name in spoken or number % _EVERY_OTHER == 0
            if wanted:
                yield attack


@dataclass(slots=True)
class _Checks:
    """The outcomes of one picture by attack; `informed` ends with the level of the finding."""

    blind: dict[str, Any] = field(default_factory=dict)
    every: dict[str, Any] = field(default_factory=dict)
    informed: dict[str, Any] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    informed_times: list[float] = field(default_factory=list)
    rescues: int = 0


def rows(
    files: Sequence[Path],
    *,
    attacks: frozenset[str] = frozenset(),
    jobs: int = 1,
    minutes: float = 0.0,
    done: Mapping[str, dict[str, Any]] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield one row a picture, in order: its checks by attack, or why it was refused.

    `done` are rows by file that an earlier run left behind. No picture is begun after `minutes` (0: no limit).
    """
    started = time.monotonic()
    native = sample.natives(files)
    pictures, unreadable = _opened(files, native)
    known = tuple(
        Reference(number, Kind.IMAGE, width=picture.pixels.shape[1], height=picture.pixels.shape[0])
        for number, picture in enumerate(pictures, 1)
    )
    yield from unreadable
    plan = Plan(attacks, known)
    begun = done or {}
    for picture in pictures:
        if picture.name in begun:
            yield begun[picture.name]
    waiting = [(number, picture) for number, picture in enumerate(pictures) if picture.name not in begun]
    if jobs <= 1:
        for number, picture in waiting:
            if minutes and time.monotonic() - started > 60 * minutes:
                return
            yield row_of(picture, plan, number)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        numbers, remaining = [n for n, _ in waiting], [p for _, p in waiting]
        yield from pool.map(row_of, remaining, [plan] * len(remaining), numbers)


def row_of(picture: sample.Picture, plan: Plan, number: int = 0) -> dict[str, Any]:
    """Return the row of one picture."""
    from core import image

    key = material.bench_key()
    serial, candidates = material.serials_for(picture.name)
    row: dict[str, Any] = dict(picture.about)
    try:
        marked = image.embed(picture.pixels, key=key, serial=serial, space=picture.space)
    except CountermarkError as error:
        return row | {"refused": str(error)}
    assert marked.pixels is not None
    row |= of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    seen = material.as_seen(marked.pixels, picture.space)
    signal = image.reference_signal(picture.pixels, space=picture.space)
    height, width = picture.pixels.shape[:2]
    reference = Reference(number + 1, Kind.IMAGE, width=width, height=height, signal=signal)
    wanted = goals.wanted_of(row, "informed")
    wide = widely_read(Path(picture.name))
    checks = _Checks()
    for attack in plan.of(row, number):
        try:
            damaged = attack.apply(seen, generator(material.SEED, attack.name, picture.name))
        except NotApplicable as reason:
            checks.skipped[attack.name] = str(reason)
            continue
        started = time.perf_counter()
        blind = outcome(image.detect(damaged, key=key, serials=candidates, references=plan.references), serial)
        checks.times.append(time.perf_counter() - started)
        checks.blind[attack.name] = blind
        if wide and attack.name in ALL_SERIALS:
            found_widely = image.detect(damaged, key=key, serials=None, references=plan.references)
            checks.every[attack.name] = outcome(found_widely, serial)
        rescue = not found(blind) and checks.rescues < RESCUES and attack.name not in wanted
        checks.rescues += rescue
        if attack.name in wanted or rescue:
            started = time.perf_counter()
            checks.informed[attack.name] = _informed(damaged, attack, serial, candidates, reference)
            checks.informed_times.append(time.perf_counter() - started)
    row |= of_checks(checks.blind, checks.every, checks.skipped, checks.times)
    row["informed"] = checks.informed
    if checks.informed_times:
        row["informed_seconds"] = round(float(np.median(checks.informed_times)), 3)
    return row


def _informed(
    damaged: npt.NDArray[np.uint8],
    attack: ImageAttack,
    serial: int,
    candidates: npt.NDArray[np.int64],
    reference: Reference,
) -> list[Any]:
    """Return the outcome of informed detection and the level of its finding ("" for none)."""
    from core import image

    findings = image.detect_informed(
        damaged,
        key=material.bench_key(),
        serials=candidates,
        references=(reference,),
        jpeg_tables=tables(attack.jpeg) if attack.jpeg else None,
    )
    return [*outcome(findings, serial), findings[0].level if findings else ""]


def _opened(files: Sequence[Path], native: frozenset[str]) -> tuple[list[sample.Picture], list[dict[str, Any]]]:
    """Return the pictures of these files, one of several with the same pixels, and a row for each unreadable file."""
    pictures, unreadable, known = [], [], set()
    for path in files:
        try:
            picture = sample.opened(path, native)
        except CountermarkError as error:
            unreadable.append({"file": path.name, "group": "", "refused": str(error)})
            continue
        if picture is not None and (digest := sample.digest(picture)) not in known:
            known.add(digest)
            pictures.append(picture)
    return pictures, unreadable
