"""Find marks of a key in a recording and decide whose copy it is.

The search widens until it finds: the recording's own speed and pitch, which settles most; pieces of a cut copy,
followed by the pilot; all speeds, tempos and pitches on the windows with the most sound; the scales that speak loudest
there on the whole recording. Whatever is found is judged by the same two numbers (see `core.audio.evidence`), charged
as if all had been searched. `certain` needs the first at most 1e-9 and the second at most 1e-4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from core.audio.align import Alignment, Path, Reading, distinct, read, read_path, refined, repitched, same_line, trimmed
from core.audio.evidence import FOUND_POOL, NEAR_POOL, SCALES_POOL, SERIAL_LIMIT, Codes, Evidence, charges
from core.audio.features import Analysis, analyse
from core.audio.informed import with_works
from core.audio.mosaic import PILOT_LEAST, mosaic
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.readings import Readings
from core.audio.search_near import FOUND_DRIFT, near
from core.audio.search_scales import scales
from core.audio.timeline import course, transform, union
from core.audio.track import track
from core.decide import CERTAIN, PROBABLE, verdict
from core.keys import CreatorKey
from core.model import SERIALS, Finding, FloatArray, Recording, Reference

__all__ = ["ROUNDS", "SERIAL_LIMIT", "check_samples", "detect", "findings", "readings_of"]
ROUNDS = 6  # marks, or pieces of an edited copy, that are looked for in one recording
_FIRST, _MOST = 12, 400  # alignments that are read before the others (they settle a marked recording), and all
_MANY = 20000  # candidate serials from which fewer alignments are read, so that a check takes seconds
_FIRST_OF_MANY, _MOST_OF_MANY = 2, 64
_SEEDS, _SEEDS_OF_MANY = 8, 4  # alignments from which a cut copy is followed
_WORTH = 3.3  # pilot's deviations that an alignment must show: a mark that can be proven shows some 6
_GATHERED = 2  # scales at which short pieces are gathered
_PROPOSED = 6  # scales that are tried on the whole recording
_SHORTEST_SECONDS = 0.5


def detect(
    samples: Recording,
    rate: int,
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference] = (),
) -> tuple[Finding, ...]:
    """Return the marks of a key that a recording carries, best first; () where nothing reaches `probable`.

    `samples` is float32 or float64 (frames, channels), full scale 1, at `rate` hertz; ValueError for NaN, infinity or
    another shape. `serials` are the candidates (the issued serials), None for all 2^20. `references` are not needed to
    read a mark; where they carry signals and the blind search names nobody, the recording is compared with them.

    `Finding.key_probability` bounds the chance that there is no mark of this key at all. `Finding.probability` bounds
    the chance that the whole statement is a coincidence: for a named serial the sum of both numbers (up to 1e-4 for
    `certain`, in practice far less), for serial None the first number. `score` is S over pilot and data cells.
    Method: Cox et al., 1997 (spread spectrum); keyed gains on band pairs after Tachibana, 2003.
    """
    check_samples(samples, rate)
    wanted = _wanted(serials)
    if samples.shape[0] < _SHORTEST_SECONDS * rate or (wanted is not None and wanted.size == 0):
        return ()
    found = findings(analyse(samples, rate), key=key, serials=wanted)
    return with_works(found, samples, rate, key=key, serials=wanted, references=references)


def check_samples(samples: Recording, rate: int) -> None:
    """Raise ValueError unless samples are finite floats of shape (frames, channels) at a positive rate."""
    if len(samples.shape) != 2 or samples.shape[1] < 1 or samples.dtype not in (np.float32, np.float64):
        raise ValueError(f"samples must be float (frames, channels), not {samples.dtype} {samples.shape}")
    if rate < 1:
        raise ValueError(f"a sampling rate is a positive number of hertz, not {rate}")
    for start in range(0, samples.shape[0], 2**20):
        if not np.isfinite(samples[start : start + 2**20]).all():
            raise ValueError("samples must be finite numbers")


def readings_of(samples: Recording, rate: int) -> FloatArray:
    """Return the cell readings of a recording: float32 (frames of 10 ms, pairs)."""
    return analyse(samples, rate).readings()


def findings(
    analysis: Analysis,
    *,
    key: CreatorKey,
    serials: npt.NDArray[np.int64] | None,
) -> tuple[Finding, ...]:
    """Return the marks of a key that an analysis shows, best first."""
    search = _Search(analysis, key, serials)
    best: Evidence | None = None
    for evidence in search.stages():
        if best is None or _rank(evidence) < _rank(best):
            best = evidence
        if best.key_probability <= CERTAIN and best.named:
            break
    found: dict[int | None, Finding] = {}
    for _ in range(ROUNDS):
        # Further marks (a reel of several copies, an averaged or re-marked copy) stand out as the first one did.
        if best is None or best.key_probability > PROBABLE:
            break
        finding, line = search.finding(best)
        known = found.get(finding.serial)
        found[finding.serial] = finding if known is None else replace(known, where=union(known.where, finding.where))
        search.leave_out(best.path, line)
        best = search.further()
    return tuple(sorted(found.values(), key=lambda f: (f.serial is None, f.key_probability, f.probability)))


class _Search:
    """The search of one recording for one key, wider from stage to stage."""

    def __init__(self, analysis: Analysis, key: CreatorKey, serials: npt.NDArray[np.int64] | None) -> None:
        pattern = pattern_of(key)
        number = SERIALS if serials is None else int(serials.size)
        charged = charges(analysis.frames, PARAMETERS)
        self._key, self._pattern = key, pattern
        self._codes = Codes(pattern, serials, number, charged)
        self._many = number >= _MANY
        self._readings = Readings(analysis)
        self._pool: list[Alignment] = []  # alignments that may be read; each list is capped, as the proof counts

    def stages(self) -> Iterator[Evidence]:
        """Yield the best evidence of one stage after the other."""
        own = _in_order(distinct(near(self._readings.whole(1.0), self._key), NEAR_POOL, PARAMETERS))
        self._pool = own
        yield from self._best(own)
        yield from self._followed(own, [1, *range(3, 2 + _SEEDS)])
        yield from self._gathered([(1.0, 1.0)], [2])
        wide = scales(self._readings, self._key)
        every = _in_order(distinct(wide.alignments, SCALES_POOL, PARAMETERS))
        self._pool = self._pool[:NEAR_POOL] + every
        yield from self._best(every)
        numbers = range(_SEEDS + 2, 2 * _SEEDS + 2 + _GATHERED)
        if wide.covered:
            yield from self._followed(every, numbers[:_SEEDS])
            yield from self._gathered(wide.loudest[:_GATHERED], numbers[_SEEDS:])
            return
        whole: list[Alignment] = []
        for speed, pitch in sorted(wide.loudest[:_PROPOSED], key=lambda scale: scale[1]):
            whole += near(self._readings.whole(pitch), self._key, speed=speed, pitch=pitch, drift=FOUND_DRIFT)
        whole = _in_order(distinct(sorted(whole, key=lambda a: -a.score), FOUND_POOL, PARAMETERS))
        self._pool = self._pool + whole
        yield from self._best(whole)
        yield from self._followed(whole, numbers[:_SEEDS])
        yield from self._gathered(wide.loudest[:_GATHERED], numbers[_SEEDS:])

    def further(self) -> Evidence | None:
        """Return the best evidence among what was not left out."""
        few = _FIRST_OF_MANY if self._many else _FIRST
        return next(iter(self._best(sorted(self._pool, key=lambda a: -a.score)[:few])), None)

    def leave_out(self, path: Path, line: Path) -> None:
        """Forget the alignments that tell of a mark that is known by now."""
        self._pool = [
            alignment
            for alignment in self._pool
            if not any(same_line(alignment, piece, PARAMETERS) for piece in (*path, *_around(line, alignment)))
        ]

    def finding(self, evidence: Evidence) -> tuple[Finding, Path]:
        """Return what a piece of evidence says in the words of a finding, and the path of the copy."""
        serial = evidence.serial if evidence.named else None
        line = course(self._readings.whole(evidence.path[0].pitch), evidence.path, self._pattern, serial)
        probability = min(1.0, evidence.key_probability + (evidence.serial_probability if evidence.named else 0.0))
        return Finding(
            serial=serial,
            verdict=verdict(evidence.key_probability),
            probability=probability,
            score=evidence.score if evidence.named else max(evidence.score, evidence.pilot),
            where=line.where,
            transform=transform(line, self._pattern, serial),
            candidates=self._codes.number,
            hypotheses=self._codes.charges.tried,
            key_probability=evidence.key_probability,
        ), line.path

    def _best(self, alignments: Sequence[Alignment]) -> Iterator[Evidence]:
        """Yield the strongest evidence: a few alignments are read first, all if they do not settle it."""
        few, most = (_FIRST_OF_MANY, _MOST_OF_MANY) if self._many else (_FIRST, _MOST)
        alignments = [a for a in alignments[:most] if a.score >= _WORTH]
        best: Evidence | None = None
        for part in (alignments[:few], alignments[few:]):
            if not part:
                continue
            top = min(self._evidence(part), key=_rank)
            # All around the same one: a choice among them that led to further ones would have to be charged too.
            (base,) = top.path
            closer = self._evidence([*repitched(base), *refined(base), *trimmed(base)], serial=top.serial)
            top = min(top, *closer, key=_rank)
            if best is None or _rank(top) < _rank(best):
                best = top
            if best.key_probability <= CERTAIN:
                break
        if best is not None:
            yield best

    def _evidence(self, alignments: Sequence[Alignment], serial: int | None = None) -> list[Evidence]:
        """Return the evidence at each alignment, of the best candidate there or of one serial."""

        def place(alignment: Alignment) -> tuple[float, int, int]:
            return alignment.pitch, alignment.first, alignment.last

        alignments = sorted(alignments, key=place)
        reads: list[Reading] = []
        for where, group in groupby(alignments, key=place):
            same = list(group)
            readings, start = self._readings.around(*where)
            here = [a._replace(first=a.first - start, last=a.last - start) for a in same]
            reads += [read(readings, alignment, self._pattern) for alignment in here]
        return self._codes.evidence([(a,) for a in alignments], reads, serial)

    def _followed(self, alignments: Sequence[Alignment], numbers: Sequence[int]) -> Iterator[Evidence]:
        """Yield the strongest evidence along the paths that the pilot follows from the best alignments."""
        seeds = distinct(alignments, _SEEDS_OF_MANY if self._many else _SEEDS, PARAMETERS, each=1)
        pilot = self._pattern.pilot_chips()
        paths: dict[Alignment, Path] = {}
        for seed in sorted(seeds, key=lambda a: a.pitch):
            paths[seed] = track(self._readings.whole(seed.pitch), seed, pilot, PARAMETERS)
        yield from self._along([paths[seed] for seed in seeds], numbers)

    def _gathered(self, scales_: Sequence[tuple[float, float]], numbers: Sequence[int]) -> Iterator[Evidence]:
        """Yield the strongest evidence of short pieces that the pilot finds anywhere, at (speed, pitch) each."""
        pilot = self._pattern.pilot_chips()
        yield from self._along(
            [
                mosaic(self._readings.whole(pitch), pilot, PARAMETERS, least=PILOT_LEAST, speed=speed, pitch=pitch)
                for speed, pitch in scales_
            ],
            numbers,
        )

    def _along(self, paths: Sequence[Path], numbers: Sequence[int]) -> Iterator[Evidence]:
        """Yield the strongest evidence along paths that the pilot chose; the numbers say what each is charged with."""
        numbers = [number for path, number in zip(paths, numbers, strict=False) if path]
        paths = [path for path in paths if path]
        reads = [read_path(self._readings.whole(path[0].pitch), path, self._pattern) for path in paths]
        if paths:
            yield min(self._codes.evidence(paths, reads, followed=numbers), key=_rank)


def _rank(evidence: Evidence) -> tuple[bool, float, float]:
    """Return what is smaller for better evidence: a name counts more than a smaller number."""
    return not (evidence.named and evidence.key_probability <= CERTAIN), evidence.key_probability, -evidence.score


def _in_order(alignments: Sequence[Alignment]) -> list[Alignment]:
    """Return alignments, sorted by the pilot's score, that know their place."""
    return [alignment._replace(rank=place) for place, alignment in enumerate(alignments, 1)]


def _around(line: Path, alignment: Alignment) -> list[Alignment]:
    """Return the pieces of a path that share frames with an alignment."""
    return [piece for piece in line if piece.first < alignment.last and piece.last > alignment.first]


def _wanted(serials: npt.ArrayLike | None) -> npt.NDArray[np.int64] | None:
    return None if serials is None else np.unique(np.asarray(serials, np.int64).ravel())
