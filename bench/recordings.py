"""Marks every recording, damages it in every named way and reads pieces of it back among 1,000 serials.

The damage comes first, then the cut, as in life: a site re-encodes a whole clip, and somebody takes 5 s of it. The
pieces of a recording start at the same places whatever the damage, so that rows can be compared.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.attacks import NotApplicable, Samples, SoundAttack, generator
from bench.attacks.activity import DENSE, FRAME, active, active_seconds, frame_size
from bench.attacks.mixing import PIECE_AT, PIECE_SECONDS
from bench.attacks.sounds import ATTACKS
from bench.results import found, outcome
from bench.robustness import ALL_SERIALS, Plan, of_embedding, widely_read
from bench.sound_goals import (
    INFORMED,
    LENGTHS,
    MUSIC_LENGTHS,
    REEL_SECONDS,
    SHORT_INFORMED,
    STRETCH_SECONDS,
    WHOLE,
    places,
)
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference

PLACE_WITHIN = 2.0  # seconds by which the place of a marked piece may be told wrongly
_TRIED = 200  # random places for a piece; the one with most sound is taken where none is dense


@dataclass(slots=True)
class Copy:
    """A marked recording with all that its checks need."""

    name: str
    rate: int
    samples: Samples
    serial: int
    candidates: Any
    references: tuple[Reference, ...]
    wide: bool
    stretches: dict[str, Samples] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """What a row keeps of its checks, by "attack length" (and "#2" for a second place)."""

    checks: dict[str, Any] = field(default_factory=dict)
    informed: dict[str, Any] = field(default_factory=dict)
    every: dict[str, Any] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    placed: dict[str, bool] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)


def rows(
    files: Sequence[Path], plan: Plan, *, minutes: float = 0.0, done: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row a file, in order: its checks, or why it was refused. Rows that are `done` are not made again.

    After so many `minutes` (0: any) no further file is begun.
    """
    before, started = dict(done or {}), time.monotonic()
    for number, path in enumerate(files, 1):
        if path.name in before:
            yield dict(before[path.name])
            continue
        if minutes and time.monotonic() - started > 60 * minutes:
            sys.stderr.write(f"sounds: {path.name} and what follows was not begun after {minutes:g} min\n")
            return
        yield recording_row(path, plan)
        spent = time.monotonic() - started
        sys.stderr.write(f"sounds: {number} of {len(files)} files, {spent / 60:.0f} min so far\n")


def recording_row(path: Path, plan: Plan) -> dict[str, Any]:
    """Return the row of one recording."""
    from core import audio

    serial, candidates = material.serials_for(path.name)
    row: dict[str, Any] = {"file": path.name, "class": material.class_of(path.name, Kind.AUDIO)}
    started = _processor_seconds()
    try:
        sound = _read(path)
        samples = whole(sound.samples)
        row |= {
            "seconds": round(len(samples) / sound.rate, 1),
            "active": round(active_seconds(samples, sound.rate), 1),
            "rate": sound.rate,
            "channels": samples.shape[1],
        }
        marked = audio.embed(samples, sound.rate, key=material.bench_key(), serial=serial)
    except CountermarkError as error:
        return row | {"refused": str(error)}
    assert marked.samples is not None
    row |= of_embedding(marked.quality, marked.parameters, marked.notes, marked.expected, serial)
    references = _references(samples, sound.rate)
    copy = Copy(path.name, sound.rate, whole(marked.samples), serial, candidates, references, widely_read(path))
    made = Read()
    music = row["class"] not in ("voice", "odd")
    for attack in ATTACKS:
        if plan.wants(attack.name) and (attack.music or not music):
            _meet(attack, copy, made, MUSIC_LENGTHS if music and attack.goal != 5 else LENGTHS[attack.goal], music)
    row |= {name: getattr(made, name) for name in ("checks", "informed", "every", "skipped", "shares", "placed")}
    times = {part: [round(float(np.median(t)), 3), round(max(t), 3), len(t)] for part, t in made.seconds.items()}
    return row | {"check_seconds": times, "cpu": round(_processor_seconds() - started, 1)}


def _processor_seconds() -> float:
    """Return the seconds that this process and the programs it called have computed."""
    return sum(os.times()[:4])


def whole(samples: Any) -> Samples:
    """Return a recording that may be had in stretches as one array."""
    return np.asarray(samples[0 : len(samples)], np.float32)


def _references(samples: Samples, rate: int) -> tuple[Reference, ...]:
    """Return what informed detection knows: the work itself, as its user or a fingerprint names it."""
    from core import audio

    if not hasattr(audio, "reference_signal"):
        return ()
    seconds = len(samples) / rate
    signal = audio.reference_signal(samples, rate)
    return (Reference(1, Kind.AUDIO, seconds=seconds, rate=rate, signal=signal),)


def _meet(attack: SoundAttack, copy: Copy, made: Read, lengths: Sequence[str], music: bool) -> None:
    """Damage a stretch of the copy and read pieces of it."""
    informed = () if music else (*INFORMED[attack.goal], *SHORT_INFORMED.get(attack.name, ()))
    stretch = _stretch(copy, attack)
    try:
        started = time.perf_counter()
        heard, rate = attack.apply(stretch, copy.rate, generator(material.SEED, attack.name, copy.name))
        made.seconds.setdefault("damage", []).append(time.perf_counter() - started)
    except NotApplicable as reason:
        made.skipped[attack.name] = str(reason)
        return
    for length in dict.fromkeys((*lengths, *informed)):
        for turn in range(places(length, attack.goal)):
            name = f"{attack.name} {length}" + (f"#{turn + 1}" if turn else "")
            try:
                piece, share = _piece(copy, stretch, heard, rate, length, turn)
            except NotApplicable as reason:
                made.skipped[f"{attack.name} {length}"] = str(reason)
                break
            made.shares[name.removeprefix(attack.name + " ")] = share
            _read_piece(attack, name, copy, made, piece, rate, blind=length in lengths, aided=length in informed)


def _read_piece(
    attack: SoundAttack, name: str, copy: Copy, made: Read, piece: Samples, rate: int, *, blind: bool, aided: bool
) -> None:
    from core import audio

    key, serial = material.bench_key(), copy.serial
    right = False
    if blind:
        started = time.perf_counter()
        findings = audio.detect(piece, rate, key=key, serials=copy.candidates)
        _note(made, "blind", started)
        made.checks[name] = outcome(findings, serial)
        right = found(made.checks[name])
        if attack.name == "piece" and right:
            made.placed[name] = _well_placed(findings, serial)
        if copy.wide and name in ALL_SERIALS:
            made.every[name] = outcome(audio.detect(piece, rate, key=key, serials=None), serial)
    if aided and copy.references:
        if right:
            made.informed[name] = made.checks[name]
            return
        from core.audio.informed import detect_informed

        started = time.perf_counter()
        aids = detect_informed(piece, rate, key=key, serials=copy.candidates, references=copy.references)
        _note(made, "informed", started)
        made.informed[name] = outcome(aids, serial)
        if not blind and not found(made.informed[name]):
            findings = audio.detect(piece, rate, key=key, serials=copy.candidates)
            value = outcome(findings, serial)
            if found(value) or value[0] != "n":
                made.informed[name] = value


def _note(made: Read, part: str, started: float) -> None:
    made.seconds.setdefault(part, []).append(time.perf_counter() - started)


def _well_placed(findings: Sequence[Finding], serial: int) -> bool:
    """Return whether the spans of the finding begin and end where the marked piece does."""
    spans = next(finding.where for finding in findings if finding.serial == serial)
    if not spans:
        return False
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return abs(first - PIECE_AT) <= PLACE_WITHIN and abs(last - PIECE_AT - PIECE_SECONDS) <= PLACE_WITHIN


def _stretch(copy: Copy, attack: SoundAttack) -> Samples:
    """Return the part of the copy that an attack damages: up to 40 s for whole files, else up to 20 s."""
    length = REEL_SECONDS if WHOLE in LENGTHS[attack.goal] else STRETCH_SECONDS
    kind = f"{length:g}"
    if kind not in copy.stretches:
        frames = round(length * copy.rate)
        if len(copy.samples) <= frames:
            copy.stretches[kind] = copy.samples
        else:
            start, _ = place_of_piece(
                copy.samples, copy.rate, frames, generator(material.SEED, "stretch", kind, copy.name)
            )
            copy.stretches[kind] = copy.samples[start : start + frames]
    return copy.stretches[kind]


def _piece(copy: Copy, stretch: Samples, heard: Samples, rate: int, length: str, turn: int) -> tuple[Samples, float]:
    """Return a piece of the damaged stretch and the share of it that held sound before the damage.

    Its place is drawn in the undamaged stretch and carried over in proportion, whatever the damage did to the time.
    """
    if length == WHOLE:
        return heard, round(float(active(stretch, copy.rate).mean()), 2)
    seconds = float(length)
    frames = round(seconds * rate)
    if len(heard) < frames or len(stretch) < round(seconds * copy.rate):
        raise NotApplicable(f"what is left of the recording is shorter than {length} s")
    random = generator(material.SEED, "piece", length, turn, copy.name)
    start, share = place_of_piece(stretch, copy.rate, round(seconds * copy.rate), random)
    room = max(1, len(stretch) - round(seconds * copy.rate))
    first = round(start / room * (len(heard) - frames))
    return heard[first : first + frames], share


def place_of_piece(samples: Samples, rate: int, frames: int, random: np.random.Generator) -> tuple[int, float]:
    """Return where a piece starts, and the share of it that is sound.

    It is the first random place that is dense, or else the one of 200 with most sound.
    """
    sums = np.concatenate([[0], np.cumsum(active(samples, rate))])
    size = frame_size(rate)
    starts = random.integers(0, len(samples) - frames + 1, _TRIED)
    held = (sums[np.minimum((starts + frames) // size, len(sums) - 1)] - sums[starts // size]) * FRAME * rate / frames
    dense = np.flatnonzero(held >= DENSE)
    best = int(dense[0]) if len(dense) else int(held.argmax())
    return int(starts[best]), round(float(held[best]), 2)


def _read(path: Path) -> Any:
    from core.media.sounds import read_sound

    return read_sound(path)
