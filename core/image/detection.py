"""Find the marks of a key in a picture.

Alignments of the suspect with the canonical frame are tried in order of cost: the whole picture, turned by quarters or
mirrored, at the sizes of stored works, then as the template in the spectrum suggests, with windows of it last. For
each, pilot and template suggest placements, the soft values there are correlated with the rows of all candidate
serials, and the best row is judged by the proven bound of `core.decide`. The number of vectors that reach the codebook
never exceeds `Parameters.blind`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

from core import decide
from core.image.align import QUARTERS, Alignment, alignments, placements
from core.image.channels import Layout
from core.image.describe import transform
from core.image.extent import marked_box, where
from core.image.frame import Plane
from core.image.hypotheses import EVENED, Hypotheses, Hypothesis, Row
from core.image.informed import compared, joined
from core.image.levels import levels
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern, serial_array
from core.image.reading import KEY_HYPOTHESES, KEY_PLACES, SEARCHES, key_false_alarm
from core.image.spectrum import Candidate, search, windows
from core.image.verify import Evened, Verified
from core.keys import CreatorKey
from core.model import Finding, Reference, Verdict

_LEAST_PIXELS = 256  # a suspect smaller than this holds nothing to read
_LEAST_LEFT = 0.15  # of a suspect: beside the marks found, where others are looked for
_PLAIN, _AROUND, _DRAWN = 1.5, 9, 0.05  # grey levels between pixels, pixels, share: less is plain
_LEAST_SIDE = 48  # one with a shorter side is not searched for turns and scales


def detect(
    pixels: npt.NDArray[Any],
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference] = (),
    space: str | None = None,
    jpeg_tables: Sequence[Sequence[int]] | None = None,
) -> tuple[Finding, ...]:
    """Return the marks of this key in a picture, best first; () where nothing reaches `probable`.

    `pixels`, `space`: as in `embed`. `serials`: the candidates (array of int), or None for all 2^20.
    `references`: the stored works; their sizes give the scale of crops and pastes. Where the blind search is not
    certain, the suspect is compared with those that have a signal, and `jpeg_tables` help as in `detect_informed`.
    ValueError for arguments of another form and damaged signals. A finding without serial says that the picture
    carries a mark of this key that no candidate explains.
    """
    layout = Layout.of(pixels, space)
    candidates = serial_array(serials)
    luma = layout.luma(pixels)
    if luma.size < _LEAST_PIXELS or min(luma.shape) < 8:
        return ()
    alpha, pattern = layout.alpha(pixels), Pattern.of(key)
    blind = find(luma, alpha, pattern, candidates, references)
    if any(finding.verdict is Verdict.CERTAIN and finding.serial is not None for finding in blind):
        return blind
    informed = compared(luma, alpha, pattern, candidates, references, jpeg_tables)
    return joined(blind, informed)


def find(
    luma: Plane,
    alpha: Plane | None,
    pattern: Pattern,
    candidates: npt.NDArray[np.int64] | None,
    references: Sequence[Reference] = (),
    *,
    thorough: bool = True,
) -> tuple[Finding, ...]:
    """Return the findings in a plane of luma (grey levels) with its opacity, as `detect` does.

    Without `thorough` the search for turns, scales and squeezes is left out.
    """
    found = Hypotheses(luma, alpha, pattern, candidates)
    ways = alignments(luma.shape, references)
    thorough = thorough and min(luma.shape) >= _LEAST_SIDE
    _whole(found, ways[0])
    _elsewhere(found, ways[1:], thorough=thorough)
    findings = _findings(found, references)
    for _ in range(1, SEARCHES):
        beside = _beside(luma, findings) if thorough and found.certain() else None
        if beside is None:
            break
        # Something else may lie beside a mark that fills only a part: a collage, a page with several pictures.
        visible = beside if alpha is None else beside * alpha
        found = Hypotheses(luma, visible, pattern, candidates, count=found.count)
        _elsewhere(found, ways[1:], thorough=True)
        known = {finding.serial for finding in findings}
        more = [one for one in _findings(found, references) if one.verdict is Verdict.CERTAIN]
        new = tuple(one for one in more if one.serial is not None and one.serial not in known)
        findings += new
        if not new:
            break
    return findings


def _elsewhere(found: Hypotheses, ways: Sequence[Alignment], *, thorough: bool) -> None:
    """Read the suspect at the sizes of works, then wherever the search leads, until something is certain."""
    if not found.certain():
        _sized(found, ways)
    if not found.certain() and thorough:
        _searched(found)
    if not found.certain():
        _refined(found)


def _beside(luma: Plane, findings: Sequence[Finding]) -> Plane | None:
    """Return 1 where none of the marks is, else 0: float32 of `luma`'s shape; None where little is left to look at.

    Plain parts, such as the corners beside a turned picture or bars above it, hold no other picture.
    """
    image = Image.new("L", (luma.shape[1], luma.shape[0]), 1)
    for finding in findings:
        ImageDraw.Draw(image).polygon(list(finding.where), fill=0)
    left = np.asarray(image, np.float32)
    if float(left.sum()) < max(_LEAST_LEFT * left.size, _LEAST_SIDE**2):
        return None
    coarse = luma[::2, ::2]
    step = np.zeros_like(coarse)
    step[:, 1:] += np.abs(np.diff(coarse, axis=1))
    step[1:] += np.abs(np.diff(coarse, axis=0))
    drawn = ndimage.uniform_filter((step > _PLAIN).astype(np.float32), _AROUND) > _DRAWN
    return left if float((left[::2, ::2] * drawn).mean()) >= _LEAST_LEFT else None


def _whole(found: Hypotheses, way: Alignment) -> None:
    """Read the suspect as a whole picture, then with other front ends, then turned by quarters or mirrored."""
    candidates = found.candidates
    origins = None if candidates is None else found.pattern.origins(candidates)
    for front_end in range(len(PARAMETERS.front_ends)):
        places = placements(found.tile(way, front_end), way, found.pattern, origins)
        most = PARAMETERS.offsets if front_end == 0 else PARAMETERS.offsets // 2
        found.read((Hypothesis(way, place, front_end) for place in places), _few(found, most))
        if found.certain():
            return
    places = placements(found.tile(way, 0), way, found.pattern, origins, QUARTERS)
    found.read((Hypothesis(way, place, 0) for place in places), _few(found, PARAMETERS.offsets // 2))


def _sized(found: Hypotheses, ways: Sequence[Alignment]) -> None:
    """Read the suspect at the scales of stored works, best placements of all of them first."""
    places = [
        Hypothesis(way, place, 0) for way in ways for place in placements(found.tile(way, 0), way, found.pattern, None)
    ]
    places.sort(key=lambda item: -item.placement.excess)
    found.read(places, _few(found, PARAMETERS.offsets))


def _searched(found: Hypotheses) -> None:
    """Read the suspect as the template in its spectrum suggests: on all levels, then in windows of them."""
    pyramid = levels(found.luma, found.alpha)
    evened = Evened(pyramid, found.luma.shape)
    for stage in (search, windows):
        candidates: list[Candidate] = []
        for number, level in enumerate(pyramid):
            candidates += stage(level, number, found.pattern)
        candidates.sort(key=lambda candidate: -candidate.score)
        _verified(found, evened, candidates[: PARAMETERS.verified])
        if found.certain():
            return


def _verified(found: Hypotheses, evened: Evened, candidates: Sequence[Candidate]) -> None:
    """Read the best candidates as they are, then locally re-synchronised where pilot or row give hope."""
    best = evened.verified(candidates, found.pattern)[: _few(found, PARAMETERS.read)]
    hopeful = [one for one in best if one.placement.excess > PARAMETERS.hopeful]
    _read_evened(found, hopeful if found.many else best)
    if found.certain():
        # What was done to the copy, and which part of it carries the mark, is seen more truly once it fits all over.
        hopeful = [one for one in best if one.alignment == found.rows[0].reading.alignment]
    for one in hopeful[: PARAMETERS.resynchronised]:
        better = evened.resynchronised(one, found.pattern)
        _read_evened(found, [better])
        if not found.certain():
            places = placements(found.tile(better.alignment, 1), better.alignment, found.pattern, None)
            found.read([Hypothesis(better.alignment, places[0], 1)], 1)
        if found.certain():
            return


def _read_evened(found: Hypotheses, verified: Sequence[Verified]) -> None:
    for one in verified:
        found.keep(one.alignment, one.tile)
    found.read([Hypothesis(one.alignment, one.placement, EVENED) for one in verified], len(verified))


def _refined(found: Hypotheses) -> None:
    """Read the best hypotheses with the front ends that they were not read with."""
    best = [row.reading for row in found.rows[: 1 if found.many else PARAMETERS.refined]]
    found.read(
        [
            Hypothesis(reading.alignment, reading.placement, front_end)
            for reading in best
            for front_end in range(len(PARAMETERS.front_ends))
        ],
        PARAMETERS.refined * (len(PARAMETERS.front_ends) - 1),
    )


def _few(found: Hypotheses, most: int) -> int:
    return min(most, 2) if found.many else most


def _findings(found: Hypotheses, references: Sequence[Reference]) -> tuple[Finding, ...]:
    """Return the best row of each serial that is certain, or the best where it is probable, else what the pilot says.

    Marks beside the first must be certain on their own.
    """
    if not found.rows:
        return ()
    score = key_score(found)
    by_key = key_false_alarm(score)
    best: dict[int, Row] = {}
    for row in found.rows:
        best.setdefault(row.serial, row)
    marks: list[Finding] = []
    for row in best.values() if found.number else ():
        probability = found.probability(row.score)
        verdict = decide.verdict(probability)
        if verdict is Verdict.CERTAIN or (verdict is Verdict.PROBABLE and not marks):
            marks.append(_finding(found, row, verdict, probability, by_key, references))
    if marks or by_key > decide.CERTAIN:
        return tuple(marks)
    pilot = max((row for row in found.rows if row.reading.alignment.key_only), key=lambda row: row.reading.pilot)
    row = Row(score, -1, pilot.reading)
    return (_finding(found, row, Verdict.CERTAIN, by_key, by_key, references),)


def key_score(found: Hypotheses) -> float:
    """Return the largest pilot z of the readings whose alignment the pilot had no part in, 0 where there is none."""
    return max((row.reading.pilot for row in found.rows if row.reading.alignment.key_only), default=0.0)


def _finding(
    found: Hypotheses,
    row: Row,
    verdict: Verdict,
    probability: float,
    by_key: float,
    references: Sequence[Reference],
) -> Finding:
    serial = None if row.serial < 0 else row.serial
    reading = row.reading
    shape, box = found.luma.shape, None
    if serial is not None:
        residual = found.residual(reading.alignment).whitened(max(reading.front_end, 0))
        box = marked_box(shape, reading, found.pattern, serial, residual)
    return Finding(
        serial=serial,
        verdict=verdict,
        probability=probability,
        score=row.score,
        where=where(shape, reading.alignment, box),
        transform=transform(shape, reading, found.pattern, serial, references, box),
        candidates=KEY_PLACES if serial is None else found.number,
        hypotheses=KEY_HYPOTHESES if serial is None else PARAMETERS.hypotheses,
        key_probability=by_key,
    )
