"""Attacks on the audio mark by people who know how it works: wrong keys, deleted serials, collusion, folding, theft.

Each case yields one row a recording (one for all where works are summed). An attacker here has marked copies and
this program, never the key or the originals. `informed` outcomes had the work's reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from bench import material
from bench.attacks import Samples, generator
from bench.attacks.codecs import mp3
from bench.attacks.levels import noise
from bench.recordings import place_of_piece, whole
from bench.results import outcome
from core.audio.parameters import PARAMETERS
from core.audio.pattern import Pattern, pattern_of
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference, Strength, Verdict

RECORDINGS, KEYS, COPIES = 10, 4, 5
SECONDS = 40.0
_PIECE = 8.0
_OUTWEIGHED = 0.05  # readings under this tell nothing: pauses


class Work:
    """One recording of at least 8 s with its marked copy, its reference, its serial and the candidates."""

    def __init__(self, name: str, samples: Samples, rate: int, number: int) -> None:
        from core import audio

        self.name, self.samples, self.rate = name, samples, rate
        self.serial, self.candidates = material.serials_for(name)
        self.marked = self.copy(self.serial)
        signal = audio.reference_signal(samples, rate)
        self.reference = Reference(number, Kind.AUDIO, seconds=len(samples) / rate, rate=rate, signal=signal)

    def copy(self, serial: int) -> Samples:
        """Return the copy with this serial."""
        from core import audio

        return whole(audio.embed(self.samples, self.rate, key=material.bench_key(), serial=serial).samples)

    def piece(self, samples: Samples, seconds: float = _PIECE) -> Samples:
        """Return a piece of a copy that holds sound."""
        frames = min(len(samples), round(seconds * self.rate))
        start, _ = place_of_piece(samples, self.rate, frames, generator(material.SEED, "security", self.name))
        return samples[start : start + frames]


def rows(
    files: Sequence[Path], *, quick: bool = False, done: Mapping[str, dict[str, Any]] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of all cases, over the voices and music of at least 8 s."""
    begun = done or {}
    works = list(_works(files, 2 if quick else RECORDINGS))
    cases: dict[str, Callable[[Work], dict[str, Any]]] = {
        "wrong keys": wrong_keys,
        "deleted serial": deleted_serial,
        "average of five copies": averaged_copies,
        "folding": folded,
    }
    for title, case in cases.items():
        for work in works:
            name = f"{title}: {work.name}"
            yield begun.get(name) or {"file": name, "case": title} | case(work)
    for work, other in zip(works, works[1:] + works[:1], strict=True):
        name = f"copy attack: {work.name}"
        yield begun.get(name) or {"file": name, "case": "copy attack"} | copy_attack(work, other)
    name = "folding many works"
    yield begun.get(name) or {"file": name, "case": name} | folded_works(works)


def wrong_keys(work: Work) -> dict[str, Any]:
    """Compare pieces of a copy with its work by keys that are not its own."""
    from core import audio

    verdicts = []
    for number in range(KEYS):
        key = material.bench_key(f"stranger {number}")
        for heard in (work.piece(work.marked), work.piece(work.marked, 3.0)):
            found = audio.detect_informed(
                heard, work.rate, key=key, serials=work.candidates, references=[work.reference]
            )
            verdicts += [finding.verdict for finding in found]
    return {
        "tries": 2 * KEYS,
        "certain": verdicts.count(Verdict.CERTAIN),
        "probable": verdicts.count(Verdict.PROBABLE),
    }


def deleted_serial(work: Work) -> dict[str, Any]:
    """Look for a copy whose serial is no longer among the candidates: it may not be given to anybody else."""
    from core import audio

    others = work.candidates[work.candidates != work.serial]
    random = generator(material.SEED, "deleted", work.name)
    piece = work.piece(work.marked)
    heard = {
        "none": (piece, work.rate),
        "mp3_64": mp3(piece, work.rate, kilobits=64),
        "noise_20": noise(piece, work.rate, random, decibels=20),
    }
    checks, informed = {}, {}
    for name, (samples, rate) in heard.items():
        checks[name] = outcome(audio.detect(samples, rate, key=material.bench_key(), serials=others), None)
        found = audio.detect_informed(
            samples, rate, key=material.bench_key(), serials=others, references=[work.reference]
        )
        informed[name] = outcome(found, None)
    return {"checks": checks, "informed": informed}


def averaged_copies(work: Work) -> dict[str, Any]:
    """Average the copies of several recipients: whose copies are still found, and is anybody else accused?"""
    from core import audio

    drawn = generator(material.SEED, "colluders", work.name).choice(work.candidates, COPIES, replace=False)
    serials = {int(serial) for serial in drawn}
    total = sum((work.copy(serial).astype(np.float64) for serial in sorted(serials)), np.zeros(work.samples.shape))
    mixed = (total / COPIES).astype(np.float32)
    key = material.bench_key()
    blind = audio.detect(mixed, work.rate, key=key, serials=work.candidates)
    informed = audio.detect_informed(mixed, work.rate, key=key, serials=work.candidates, references=[work.reference])
    return {"copies": COPIES, "blind": _named(blind, serials), "informed_found": _named(informed, serials)}


def folded(work: Work) -> dict[str, Any]:
    """Read the signs of one copy without the key: from one look at each cell, and from all that repeat after 64 s."""
    readings, signs = _looks(work)
    single = _agreement(readings, signs)
    period = PARAMETERS.time_cells
    if len(readings) <= period:
        return {"seconds": _length(work), "single": single, "folded": None}
    sums = np.zeros((period, PARAMETERS.pairs), np.float32)
    for start in range(0, len(readings), period):
        part = readings[start : start + period]
        sums[: len(part)] += part
    return {"seconds": _length(work), "single": single, "folded": _agreement(sums, signs[:period])}


def folded_works(works: Sequence[Work]) -> dict[str, Any]:
    """Sum the readings of many works at equal places: are the signs of a copy read better than from it alone?"""
    looks = [_looks(work) for work in works]
    length = min(len(readings) for readings, _ in looks)
    total = np.sum([readings[:length] / max(float(readings.std()), 1e-9) for readings, _ in looks], axis=0)
    return {
        "works": len(works),
        "single": round(
            float(np.mean([_agreement(readings[:length], signs[:length]) for readings, signs in looks])), 3
        ),
        "folded": round(float(np.mean([_agreement(total, signs[:length]) for _, signs in looks])), 3),
    }


def copy_attack(work: Work, other: Work) -> dict[str, Any]:
    """Lift the signs off a copy, lay them over another recording: the mark may be found, the sound is not the work."""
    from core import audio

    victim = stolen(work, other)
    key = material.bench_key()
    found = audio.detect(victim, other.rate, key=key, serials=work.candidates)
    where = next((finding.where for finding in found if finding.serial == work.serial), ())
    return {
        "mark": outcome(found, work.serial),
        "shows_work": audio.shows_work(victim, other.rate, work.reference, where),
        "victim_shows_itself": audio.shows_work(victim, other.rate, other.reference),
        "copy_shows_work": audio.shows_work(work.piece(work.marked), work.rate, work.reference),
    }


def stolen(work: Work, other: Work) -> Samples:
    """Return another recording with the signs that were read from a marked copy, laid on by the program's own gains."""
    from core.audio.gains import Marked, survey

    readings, _ = _looks(work)
    taken = cast(Pattern, _Lifted(np.where(readings < 0, -1, 1).astype(np.int8)))
    peak = float(np.abs(other.samples).max(initial=0.0))
    loud = survey(other.samples, other.rate)
    laid = Marked(other.samples, other.rate, taken, 0, Strength.STRONG, loud=loud, peak=peak)
    seconds = min(len(other.samples) / other.rate, len(readings) * PARAMETERS.cell_seconds)
    return whole(laid)[: round(seconds * other.rate)]


class _Lifted:
    """Signs that a thief read, in the shape of a pattern."""

    parameters = PARAMETERS

    def __init__(self, signs: npt.NDArray[np.int8]) -> None:
        self._signs = signs

    def chips(self, serial: int) -> npt.NDArray[np.int8]:
        """Return the signs, whatever the serial."""
        return self._signs

    def start(self, serial: int) -> int:
        """Return the beginning."""
        return 0


def _looks(work: Work) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]:
    """Return a copy's cell readings on its own grid (which a thief finds in two tries) and the true signs."""
    from core.audio.read import readings_of

    pattern = pattern_of(material.bench_key())
    start = pattern.start(work.serial)
    readings = readings_of(work.marked, work.rate)[start % 2 :: 2]
    cells = (start + start % 2) // 2 + np.arange(len(readings))
    return np.asarray(readings, np.float32), pattern.chips(work.serial)[cells % PARAMETERS.time_cells]


def _agreement(readings: npt.NDArray[np.floating], signs: npt.NDArray[np.int8]) -> float:
    """Return the share of right signs where anything is heard."""
    heard = np.abs(readings) > _OUTWEIGHED
    return round(float((np.sign(readings) == signs)[heard].mean()), 3) if heard.any() else 0.5


def _length(work: Work) -> float:
    return round(len(work.samples) / work.rate, 1)


def _named(findings: Sequence[Finding], serials: set[int]) -> dict[str, int]:
    """Return how many of the copies were named with certainty, how many strangers, and whether the key was certain."""
    named = {f.serial for f in findings if f.serial is not None and f.verdict is Verdict.CERTAIN}
    return {
        "right": len(named & serials),
        "wrong": len(named - serials),
        "key": int(any(f.verdict is Verdict.CERTAIN for f in findings)),
    }


def _works(files: Sequence[Path], count: int) -> Iterator[Work]:
    """Yield the first works that can be marked; one stays as long as it is, for folding."""
    from core.media.sounds import read_sound

    made = 0
    for path in files:
        if made == count:
            return
        try:
            sound = read_sound(path)
            if len(sound.samples) < _PIECE * sound.rate:
                continue
            seconds = len(sound.samples) / sound.rate if made == 0 else SECONDS
            samples = whole(sound.samples)[: round(seconds * sound.rate)].mean(axis=1, keepdims=True)
            yield Work(path.name, samples, sound.rate, made + 1)
        except CountermarkError:
            continue
        made += 1
