"""Measures how well works are found again by their fingerprints, how much strangers resemble them, and what it costs.

All trial files are the works of one catalog; each is damaged and asked for. Then files that are no works are asked for,
among a few works and among very many.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from bench import generated, material
from bench.attacks import NotApplicable, Pixels, Samples, generator, timing
from bench.attacks.images import ATTACKS as IMAGE_ATTACKS
from bench.attacks.images.codecs import resized
from bench.attacks.images.geometry import rotate_cropped
from bench.attacks.sounds import ATTACKS as SOUND_ATTACKS
from bench.child import run
from core.catalog.store import Catalog
from core.fingerprint import images, sounds
from core.fingerprint.index import Index, Nomination
from core.fingerprint.triples import TripleIndex
from core.indexes import AnyIndex, indexes
from core.medium import ImageMedium, SoundMedium
from core.model import Kind
from core.reading import read_medium

PICTURE_DAMAGE = (
    *("none", "crop_90", "crop_75", "crop_50", "crop_25", "crop_10", "mirror", "rotate_2_crop", "rotate_5_crop"),
    *("rotate_90", "screenshot_inset", "meme_bars", "border_5", "jpeg_30", "jpeg_10", "scale_50", "scale_25"),
    *("grey", "invert"),
)
SPEEDS = (1.01, 0.99, 1.03, 0.97, 1.05, 0.95)
SHORT_DAMAGE = ("none", "phone", "mp3_64", "noise_10", "bed_5_jazz")
SOUND_DAMAGE = (*SHORT_DAMAGE, "opus_16", *(f"speed_{factor}" for factor in SPEEDS), "pitch_up_1", "pitch_down_1")
LENGTHS = {10: SOUND_DAMAGE, 5: SHORT_DAMAGE}  # seconds of a recording that are asked for, and what is done to them
PICTURES, RECORDINGS = 100_000, 5_000  # works of the large catalogs
_SHOWN = 1.5e6  # pixels: as pictures are shown on sites
_KIN = 20  # votes from which an undamaged work counts as holding parts of another one
_ASKED = 12  # files with which the large catalogs are timed
_FIRST = 1_000_000  # number of the first work that nobody made

Row = dict[str, Any]


class Trial:
    """The trial files as works, and everything made of them once."""

    def __init__(self, place: Path, *, only: str = "", quick: bool = False) -> None:
        self._pictures = material.files(place, "images", only=only, quick=quick)
        self._recordings = material.files(place, "audio", only=only, quick=quick)
        self._others = {
            part: material.files(place, part, quick=quick) for part in ("negatives_images", "negatives_audio")
        }

    @cached_property
    def pictures(self) -> dict[str, Pixels]:
        """All works that are pictures, as sites show them."""
        return {path.name: _seen(path) for path in self._pictures}

    @cached_property
    def recordings(self) -> dict[str, tuple[Samples, int]]:
        """All works that are recordings."""
        return {path.name: _heard(path) for path in self._recordings}

    @cached_property
    def picture_works(self) -> list[tuple[int, bytes]]:
        """Number and fingerprint of all works that are pictures: of their files at full size."""
        return [(number, read_medium(path).fingerprint()) for number, path in enumerate(self._pictures, 1)]

    @cached_property
    def recording_works(self) -> list[tuple[int, bytes]]:
        """Number and fingerprint of all works that are recordings."""
        return [(number, sounds.fingerprint(*heard)) for number, heard in enumerate(self.recordings.values(), 1)]

    def strangers(self, kind: Kind) -> Iterator[tuple[str, Any]]:
        """Yield name and content of files that are no works: pictures, or pieces of recordings of ten seconds."""
        for path in self._others["negatives_images" if kind is Kind.IMAGE else "negatives_audio"]:
            if kind is Kind.IMAGE:
                yield path.name, _seen(path)
                continue
            samples, rate = _heard(path)
            step = int(max(LENGTHS) * rate)
            for number, first in enumerate(range(0, min(len(samples) - step, 30 * step), 3 * step)):
                yield f"{path.name} {number}", (samples[first : first + step], rate)


def rows(place: Path, scratch: Path, *, only: str = "", quick: bool = False, minutes: float = 0.0) -> Iterator[Row]:
    """Yield one row for each damaged work, each stranger, and each large catalog.

    After so many `minutes` no further picture is damaged: they come last, in an order of chance.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    end = time.monotonic() + 60 * minutes if minutes else float("inf")
    trial = Trial(place, only=only, quick=quick)
    counts = (PICTURES // 50, RECORDINGS // 50) if quick else (PICTURES, RECORDINGS)
    parts = {kind: [_index(trial, kind)] for kind in Kind}
    yield from _damaged(trial, Kind.AUDIO, parts[Kind.AUDIO], end)
    for kind, count in zip((Kind.AUDIO, Kind.IMAGE), counts[::-1], strict=True):
        yield from _unmarked(trial, kind, parts[kind], "these works")
        yield from _at_scale(trial, kind, count, scratch)
    yield from _damaged(trial, Kind.IMAGE, parts[Kind.IMAGE], end)


def asked(parts: Sequence[AnyIndex], content: Any, kind: Kind) -> list[Nomination]:
    """Return the works that a picture or a recording (samples, rate) leads to."""
    if kind is Kind.IMAGE:
        return images.nominate([part for part in parts if isinstance(part, Index)], content)
    return sounds.nominate([part for part in parts if isinstance(part, TripleIndex)], *content)


def _index(trial: Trial, kind: Kind) -> AnyIndex:
    return images.index(trial.picture_works) if kind is Kind.IMAGE else sounds.index(trial.recording_works)


def _damaged(trial: Trial, kind: Kind, parts: Sequence[AnyIndex], end: float) -> Iterator[Row]:
    """Yield, for each damage to each work: votes of the best work, of the right one, of the best stranger."""
    works: Mapping[str, Any] = trial.pictures if kind is Kind.IMAGE else trial.recordings
    damages = _picture_damages() if kind is Kind.IMAGE else _sound_damages()
    order = generator(material.SEED, "order").permutation(len(works))
    for number, name in [(int(place) + 1, list(works)[place]) for place in order]:
        if time.monotonic() > end:
            return
        whole = works[name]
        # Some trial files hold the same piece: then either is right.
        kin = {found.work for found in asked(parts, whole, kind) if found.votes >= _KIN} | {number}
        for damage, apply in damages:
            try:
                content = apply(whole, generator(material.SEED, damage, name))
            except NotApplicable:
                continue
            started = time.process_time()
            found = asked(parts, content, kind)
            yield {
                "file": name,
                "kind": kind.value,
                "damage": damage,
                "right": max((one.votes for one in found if one.work in kin), default=0),
                "wrong": max((one.votes for one in found if one.work not in kin), default=0),
                "seconds": round(time.process_time() - started, 3),
            }


def _picture_damages() -> list[tuple[str, Callable[..., Any]]]:
    known = {attack.name: attack.apply for attack in IMAGE_ATTACKS}
    known["rotate_2_crop"] = partial(rotate_cropped, degrees=2)
    return [(name, known[name]) for name in PICTURE_DAMAGE]


def _sound_damages() -> list[tuple[str, Callable[..., Any]]]:
    """Return each damage to a piece of each length."""
    known = {attack.name: attack.apply for attack in SOUND_ATTACKS}
    known |= {f"speed_{factor}": partial(timing.speed, factor=factor) for factor in SPEEDS}

    def damage(name: str, seconds: int) -> Callable[..., Any]:
        def apply(whole: tuple[Samples, int], random: np.random.Generator) -> tuple[Samples, int]:
            samples, rate = whole
            length = int(seconds * rate)
            if len(samples) < length:
                raise NotApplicable("it is shorter")
            first = int(random.integers(0, len(samples) - length + 1))
            return known[name](samples[first : first + length], rate, random)

        return apply

    return [(f"{name} {seconds}", damage(name, seconds)) for seconds, names in LENGTHS.items() for name in names]


def _unmarked(trial: Trial, kind: Kind, parts: Sequence[AnyIndex], among: str) -> Iterator[Row]:
    """Yield the votes of the work that each stranger resembles most."""
    for name, content in trial.strangers(kind):
        found = asked(parts, content, kind)
        yield {
            "file": name,
            "kind": kind.value,
            "among": among,
            "wrong": max((one.votes for one in found), default=0),
        }


def _at_scale(trial: Trial, kind: Kind, count: int, scratch: Path) -> Iterator[Row]:
    """Yield what a large catalog costs, then what works and strangers give in it."""
    home = scratch / kind.value
    with Catalog(home) as catalog:
        real = trial.picture_works if kind is Kind.IMAGE else trial.recording_works
        size = generated.fill(catalog, kind, (fingerprint for _, fingerprint in real))
        if kind is Kind.IMAGE:
            made = generated.pictures([fingerprint for _, fingerprint in real], count)
        else:
            heard = [sounds.kept_peaks(*one) for one in trial.recordings.values()]
            made = generated.recordings(heard, count)
        size += generated.fill(catalog, kind, made, _FIRST)
    row: Row = {
        "kind": kind.value,
        "case": f"{count} works",
        "works": count + len(real),
        "megabytes": round(size / 1e6),
    }
    for job in ("build", "ask"):
        done = run(
            [sys.executable, "-m", "bench.fingerprints", job, str(home), kind.value, str(_sample(trial, kind, scratch))]
        )
        if done.code != 0:
            raise RuntimeError(f"{job} failed: {done.errors}")
        row |= {job: json.loads(done.lines[-1][1])}
    yield row
    with Catalog(home) as catalog:
        parts = indexes(catalog, kind)
        yield from _unmarked(trial, kind, parts, "many")
    shutil.rmtree(home)


def _sample(trial: Trial, kind: Kind, scratch: Path) -> Path:
    """Return a file that holds what the large catalogs are asked for: half of works and of strangers."""
    path = scratch / f"{kind.value}.npz"
    if not path.exists():
        works: Iterable[Any] = trial.pictures.values() if kind is Kind.IMAGE else trial.recordings.values()
        if kind is Kind.AUDIO:
            works = ((samples[: 10 * rate], rate) for samples, rate in works)
        strangers = (content for _, content in trial.strangers(kind))
        chosen = [*list(works)[::5][: _ASKED // 2], *list(strangers)[::7][: _ASKED // 2]]
        held = {str(n): one if kind is Kind.IMAGE else one[0] for n, one in enumerate(chosen)}
        np.savez(path, **held, rates=np.array([0 if kind is Kind.IMAGE else one[1] for one in chosen]))
    return path


def _seen(path: Path) -> Pixels:
    """Return a picture as a site shows it: 8-bit RGB, at most 1.5 megapixels."""
    medium = read_medium(path)
    if not isinstance(medium, ImageMedium):
        raise TypeError(f"{path.name} is no picture")
    pixels = material.as_seen(medium.picture.pixels, medium.picture.space)
    height, width = pixels.shape[:2]
    share = (_SHOWN / (height * width)) ** 0.5
    return pixels if share >= 1 else resized(pixels, round(width * share), round(height * share))


def _heard(path: Path) -> tuple[Samples, int]:
    medium = read_medium(path)
    if not isinstance(medium, SoundMedium):
        raise TypeError(f"{path.name} is no recording")
    return np.asarray(medium.sound.samples[0 : len(medium.sound.samples)], np.float32), int(medium.sound.rate)


def _one(job: str, home: Path, kind: Kind, sample: Path) -> Row:
    """Return what building the index, or asking it, takes in this process."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    held = np.load(sample)
    content = [held[name] for name in held.files if name != "rates"]
    whole = content if kind is Kind.IMAGE else list(zip(content, held["rates"].tolist(), strict=True))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    wall, cpu = time.perf_counter(), time.process_time()
    with Catalog(home) as catalog:
        parts = indexes(catalog, kind)
        opened = {"wall": round(time.perf_counter() - wall, 2), "cpu": round(time.process_time() - cpu, 2)}
        files = [path.stat().st_size for path in (home / "fingerprints").iterdir()]
        if job == "build":
            walls = cpus = [0.0]
        else:
            asked(parts, whole[0], kind)  # imports and tables first: they are paid once a process
            walls, cpus = [], []
            for one in whole:
                wall, cpu = time.perf_counter(), time.process_time()
                asked(parts, one, kind)
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {
        "opened": opened,
        "wall": round(statistics.median(walls), 2),
        "cpu": round(statistics.median(cpus), 2),
        "most": round(max(cpus), 2),
        "memory": round(after),
        "grown": round(after - before),
        "file": round(sum(files) / 1e6),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_one(sys.argv[1], Path(sys.argv[2]), Kind(sys.argv[3]), Path(sys.argv[4]))) + "\n")
