"""Find marks of a key in a recording with the help of the work itself: what it has beyond the work is the mark.

The recording is laid onto the work (`locate`); the difference of their band levels, without what varies slowly and
weighed by how surely it is told, takes the place of the blind features. As the place in the work is known, so is
each copy's place in the superperiod, and a candidate serial meets one offset alone. Neither step sees the key, so the
bounds of `core.decide` hold as they do for the blind search. Method: informed detection, Cox, Miller and Bloom, 2002.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.differences import Aligned, aligned, differences
from core.audio.evidence import ALONE, FAMILIES, TOGETHER, by_place
from core.audio.locate import place
from core.audio.parameters import PARAMETERS
from core.audio.pattern import Pattern, pattern_of
from core.audio.reference import WorkLevels, work_levels
from core.audio.strands import Placed
from core.audio.suspect import LONGEST_SECONDS, Stretch, Suspect
from core.decide import PROBABLE, false_alarm, verdict
from core.keys import CreatorKey
from core.model import SERIALS, Finding, FloatArray, Kind, Recording, Reference, Verdict

REFERENCES = 6  # that are tried
PLACES = 2  # ways to lay the recording onto each
READERS = 5  # of each place
SERIAL_LIMIT = 1e-4  # largest chance of a wrong serial that lets one be named
_SHARE_OF_PREDICTION = 0.6  # of what the pilot predicts, as in the blind search
_NAMED = 48  # candidates with the best pilot that are read at each place
_MANY = 20000  # candidates from which offsets are tried instead of candidates
_OFFSETS = 8
# Eight seconds of one voice in the work of another reached strands of 2.9 s with 42, of 2.2 s with 100, and 302 in all
# strands of a second and more, 5.6 a block of 0.12 s; a work with 50 ms cut out every second has some 40 a block.
_LONG_FRAMES, _LONG_EVIDENCE = 270, 110.0
_MOST, _MOST_EVIDENCE, _MOST_A_SECOND = 0.5, 350.0, 100.0
_UNLIKE_FRAMES, _UNLIKE_A_SECOND, _UNLIKE_SECONDS = 250, 75.0, 4.0
_SHORTEST_SECONDS = 0.5
_SPANS = 3  # the longest ones that carry a mark are compared by themselves, so many seconds of each at most
_LONGEST_SPAN = 120.0
_ALL = 0.9  # of a recording that carries the mark is as good as the whole


@dataclass(frozen=True, slots=True)
class _Evidence:
    serial: int
    score: float
    data: float
    pilot: float
    key_probability: float
    serial_probability: float

    @property
    def named(self) -> bool:
        """Whether the data alone say whose copy it is, as strongly as the pilot lets expect."""
        share = PARAMETERS.pilot_share
        predicted = self.pilot * math.sqrt((1.0 - share) / share)
        predicted /= math.sqrt(1.0 + predicted**2 / PARAMETERS.code_length)
        return self.serial_probability <= SERIAL_LIMIT and self.data >= _SHARE_OF_PREDICTION * predicted


def detect_informed(
    samples: Recording,
    rate: int,
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference],
) -> tuple[Finding, ...]:
    """Return the marks of a key that a recording carries beyond the works it may be of, best first.

    `samples` is float (frames, channels), full scale 1, at `rate` hertz; `serials` the candidates, None for all 2^20;
    `references` those works: six at most are tried, those without a signal are left out. ValueError for a damaged
    signal. `Finding.level` is "informed", `where` the spans that were laid onto the work, in seconds.
    """
    works = [r for r in references if r.kind is Kind.AUDIO and r.signal][:REFERENCES]
    wanted = None if serials is None else np.unique(np.asarray(serials, np.int64).ravel())
    if not works or samples.shape[0] < _SHORTEST_SECONDS * rate or (wanted is not None and wanted.size == 0):
        return ()
    suspect = Suspect(samples, rate)
    found: dict[int | None, Finding] = {}
    for reference in works:
        work = work_levels(reference.signal)
        for turn, placed in enumerate(place(suspect, work)[:PLACES]):
            lines = aligned(suspect, work, placed)
            for finding in _read(lines, placed, suspect, key, wanted, charge(len(works), turn)):
                known = found.get(finding.serial)
                if known is None or finding.probability < known.probability:
                    found[finding.serial] = finding
    return tuple(sorted(found.values(), key=lambda f: (f.serial is None, f.key_probability, f.probability)))


def charge(works: int, placing: int) -> int:
    """Return what each of the `READERS` vectors of a work, laid in one of two ways (from 0), is charged with.

    Five sixths of each work's risk belong to the first way. One work more than are compared is counted: a candidate's
    own work may be among them because the blind search saw a weak mark of that very candidate.
    """
    return (works + 1) * (6, 30)[placing] * READERS // 5


def ranked_candidate(place: int, number: int) -> int:
    """Return what the data alone are charged with for the candidate whose start the pilot puts at this place (from 1).

    A serial's start depends neither on its row nor on the data's signs, so the order of `number` candidates is settled
    before the data speak: half of the risk is dealt evenly to all, half by place.
    """
    return 2 * min(number, by_place(place))


def with_works(
    found: tuple[Finding, ...],
    samples: Recording,
    rate: int,
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference],
) -> tuple[Finding, ...]:
    """Return what the blind search found, and, unless that names somebody with certainty, what the works add."""
    if any(f.serial is not None and f.verdict is Verdict.CERTAIN for f in found):
        return found
    every = [*found, *detect_informed(samples, rate, key=key, serials=serials, references=references)]
    every.sort(key=lambda f: f.probability)
    best = {f.serial: f for f in reversed(every)}
    return tuple(sorted(best.values(), key=lambda f: (f.serial is None, f.key_probability, f.probability)))


def shows_work(
    samples: Recording, rate: int, reference: Reference, where: Sequence[tuple[float, float]] = ()
) -> bool | None:
    """Return whether a recording is the work or a part of it; None where it cannot be told.

    A mark can be lifted off one recording and laid over another; this compares the sound itself. `where` are the spans
    in seconds that carry the mark, where they are known: that these show the work is enough. Of a recording without
    them the first `LONGEST_SECONDS` are compared.
    """
    if reference.kind is not Kind.AUDIO or not reference.signal:
        return None
    work, length = work_levels(reference.signal), samples.shape[0] / rate
    answers = []
    if sum(end - start for start, end in where) < _ALL * length or length > LONGEST_SECONDS:
        for start, end in sorted(where, key=lambda span: span[0] - span[1])[:_SPANS]:
            beyond = max(0.0, end - start - _LONGEST_SPAN) / 2  # its middle: beginnings are often music
            stretch = Stretch(samples, round((start + beyond) * rate), round((end - beyond) * rate))
            answers.append(_shows(stretch, rate, work))
            if answers[-1]:
                return True
    if length <= LONGEST_SECONDS:
        return _shows(samples, rate, work)
    if answers:
        return None if None in answers else False
    return _shows(samples, rate, work) or None  # what comes later may still show it


def _shows(samples: Recording, rate: int, work: WorkLevels) -> bool | None:
    """Return whether a recording, of which the beginning is compared, shows a work."""
    if samples.shape[0] < _SHORTEST_SECONDS * rate:
        return None
    suspect = Suspect(samples, rate)
    unlike = True
    for best in place(suspect, work):
        longest = max(best.strands, key=lambda s: s.last - s.first)
        covered = sum(s.last - s.first for s in best.strands) / 100.0
        if longest.last - longest.first >= _LONG_FRAMES and longest.evidence >= _LONG_EVIDENCE:
            return True
        if best.share >= _MOST and best.coherent >= max(_MOST_EVIDENCE, _MOST_A_SECOND * covered):
            return True
        short = longest.last - longest.first < _UNLIKE_FRAMES
        unlike &= short and best.evidence < _UNLIKE_A_SECOND * suspect.seconds
    return False if unlike and suspect.sounding() >= _UNLIKE_SECONDS else None


def _read(
    lines: Aligned,
    placed: Placed,
    suspect: Suspect,
    key: CreatorKey,
    wanted: npt.NDArray[np.int64] | None,
    charged: int,
) -> list[Finding]:
    """Return what is found at one place: each serial that is named, or else the key alone where that is sure."""
    pattern = pattern_of(key)
    number = SERIALS if wanted is None else int(wanted.size)
    best: dict[int, _Evidence] = {}
    for features in differences(lines):
        for evidence in _evidence(features, int(lines.frames[0]), pattern, wanted, charged):
            known = best.get(evidence.serial)
            if known is None or evidence.key_probability < known.key_probability:
                best[evidence.serial] = evidence
    shown = sorted((e for e in best.values() if e.key_probability <= PROBABLE), key=lambda e: e.key_probability)
    named = [evidence for evidence in shown if evidence.named]
    return [
        Finding(
            serial=evidence.serial if evidence.named else None,
            verdict=verdict(evidence.key_probability),
            probability=min(1.0, evidence.key_probability + evidence.serial_probability * evidence.named),
            score=evidence.score if evidence.named else max(evidence.score, evidence.pilot),
            level="informed",
            where=_spans(placed, suspect.seconds),
            transform=_in_words(placed),
            candidates=number,
            hypotheses=charged,
            key_probability=evidence.key_probability,
        )
        for evidence in named or shown[:1]
    ]


def _evidence(
    features: FloatArray, first: int, pattern: Pattern, wanted: npt.NDArray[np.int64] | None, charged: int
) -> Iterator[_Evidence]:
    """Yield the evidence of the likeliest candidates; `features` are (frames, pairs) from work frame `first` on."""
    number = SERIALS if wanted is None else int(wanted.size)
    folded = [_cells(features, first, parity) for parity in (0, 1)]
    pilots = np.stack([_pilot_sums(cells, pattern) for cells in folded], axis=1).ravel()  # by start frame
    if wanted is not None and number < _MANY:
        starts = _starts(pattern, wanted.tobytes())
        chosen = np.argsort(-pilots[starts], kind="stable")[:_NAMED]
        for rank, index in enumerate(chosen, 1):
            start = int(starts[index])
            cells = np.roll(folded[start % 2], start // 2, axis=0)
            read = charged * ranked_candidate(rank, number)
            yield _weighed(cells, pattern, int(wanted[index]), charged, charged * number, read)
        top = int(pilots.argmax())
        cells = np.roll(folded[top % 2], top // 2, axis=0)
        yield _pilot_alone(cells, pattern, charged)
        return
    offsets = np.argsort(-pilots, kind="stable")[:_OFFSETS]
    placed = [np.roll(folded[o % 2], o // 2, axis=0) for o in offsets]
    matches = pattern.codebook.best(np.stack([pattern.soft(cells) for cells in placed]), wanted)
    for cells, match in zip(placed, matches, strict=True):
        every = charged * number
        yield _weighed(cells, pattern, match.serial, charged, every * PARAMETERS.period_frames, every * _OFFSETS)


def _cells(features: FloatArray, first: int, parity: int) -> FloatArray:
    """Return the folded cell values of a copy that starts at frame `parity` of the superperiod: float32 (cells, pairs).

    A cell covers frames i and i + 1 with i + parity even. Rolled by k cells they are those of a start at 2 k + parity.
    """
    begin = first + (first + parity) % 2
    count = (features.shape[0] - (begin - first)) // 2
    values = features[begin - first : begin - first + 2 * count].reshape(count, 2, -1).sum(axis=1)
    period = PARAMETERS.time_cells
    folded = np.zeros((period, features.shape[1]), np.float32)
    index = ((begin + parity) // 2 + np.arange(count)) % period
    np.add.at(folded, index, values)
    return folded


def _pilot_sums(cells: FloatArray, pattern: Pattern) -> FloatArray:
    """Return the pilot's statistic for every start, in whole cells: (time cells,)."""
    spectrum = fft.rfft(cells, axis=0).conj() * _pilot_spectrum(pattern)
    sums = fft.irfft(spectrum.sum(axis=1), cells.shape[0])
    energy = float(np.square(cells).sum()) * PARAMETERS.pilot_share
    scores: FloatArray = sums / math.sqrt(energy) if energy > 0 else np.zeros(cells.shape[0], np.float32)
    return scores


@lru_cache(maxsize=2)
def _pilot_spectrum(pattern: Pattern) -> npt.NDArray[np.complexfloating]:
    spectrum: npt.NDArray[np.complexfloating] = fft.rfft(pattern.pilot_chips().astype(np.float32), axis=0)
    return spectrum


@lru_cache(maxsize=2)
def _starts(pattern: Pattern, serials: bytes) -> npt.NDArray[np.int64]:
    """Return the frame of the superperiod at which each serial's copy begins."""
    return np.array([pattern.start(int(serial)) for serial in np.frombuffer(serials, np.int64)], np.int64)


def _weighed(cells: FloatArray, pattern: Pattern, serial: int, charged: int, both: int, alone: int) -> _Evidence:
    """Return the evidence of one serial with both proven bounds.

    `charged` is what its vector is charged with; `both` and `alone` what pilot and data together and the data alone are
    charged with, over all candidates.
    """
    pilot = cells.reshape(-1)[pattern.pilot].astype(np.float64)
    soft = pattern.soft(cells)
    pilot_sum, pilot_energy = float(pilot @ pattern.pilot_signs), float(pilot @ pilot)
    data_sum, data_energy = float(soft @ pattern.codebook.row(serial)), float(soft @ soft)
    if pilot_energy <= 0 or data_energy <= 0:
        return _Evidence(serial, 0.0, 0.0, 0.0, 1.0, 1.0)
    score = (pilot_sum + data_sum) / math.sqrt(pilot_energy + data_energy)
    data, pilot_score = data_sum / math.sqrt(data_energy), pilot_sum / math.sqrt(pilot_energy)
    both_p = false_alarm(score, candidates=1, hypotheses=both)
    data_p = false_alarm(data, candidates=1, hypotheses=alone)
    pilot_p = false_alarm(pilot_score, candidates=1, hypotheses=charged * PARAMETERS.period_frames)
    key_p = min(1.0, TOGETHER * both_p, ALONE * data_p, ALONE * pilot_p)
    return _Evidence(serial, score, data, pilot_score, key_p, min(1.0, FAMILIES * data_p))


def _pilot_alone(cells: FloatArray, pattern: Pattern, charged: int) -> _Evidence:
    """Return the evidence of a copy whose serial is not among the candidates."""
    pilot = cells.reshape(-1)[pattern.pilot].astype(np.float64)
    energy = float(pilot @ pilot)
    score = float(pilot @ pattern.pilot_signs) / math.sqrt(energy) if energy > 0 else 0.0
    alone = false_alarm(score, candidates=1, hypotheses=charged * PARAMETERS.period_frames)
    return _Evidence(-1, score, 0.0, score, min(1.0, ALONE * alone), 1.0)


def _spans(placed: Placed, seconds: float) -> tuple[tuple[float, float], ...]:
    """Return the seconds of the recording that were laid onto the work, touching ones joined."""
    pace = 100.0 * placed.scale.speed
    joined: list[tuple[float, float]] = []
    for strand in placed.strands:
        start, end = round(strand.first / pace, 2), round(min(seconds, strand.last / pace), 2)
        if joined and start - joined[-1][1] < 0.5:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _in_words(placed: Placed) -> str:
    """Return in words what was done to the copy: speed, pitch, and from where in the work it was taken."""
    scale = placed.scale
    words = []
    if abs(scale.speed - 1.0) < 0.002:
        words.append("unchanged speed")
    else:
        words.append(f"{abs(scale.speed - 1.0):.1%} {'faster' if scale.speed > 1.0 else 'slower'}")
    semitones = 12.0 * math.log2(scale.pitch)
    if abs(semitones) >= 0.1:
        words.append(f"pitch {abs(semitones):.1f} semitones {'higher' if semitones > 0 else 'lower'}")
    first = placed.strands[0]
    words.append(f"from {max(0.0, (first.first * (1.0 + first.drift) + first.lag) / 100.0):.1f} s into the work")
    if len(placed.strands) > 1 and any(abs(s.lag - first.lag) > 2.0 for s in placed.strands[1:]):
        words.append("with cuts")
    return ", ".join(words)
