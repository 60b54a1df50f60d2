"""Informed detection: the suspect is registered to a stored work, the work is taken out of it, the rest is read.

With the host gone and the geometry known, the mark is read after damage that leaves the blind reader nothing. That two
pictures register says that one shows the other; only the mark's own statistic says that it is a certain copy.

The pattern starts at a place that depends on the serial. In the work's own frame a candidate is therefore read at its
own origin alone. Pilot and template, which do not depend on the serial's row, choose which candidates are read; each
choice counts as one of the vectors that reach the codebook, although it meets few of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core import decide
from core.image.channels import Layout
from core.image.frame import Plane
from core.image.frontend import folded, whitened
from core.image.mask import Visibility
from core.image.overlay import Suspect, View
from core.image.parameters import PARAMETERS
from core.image.pattern import TILE, Offset, Pattern, serial_array
from core.image.reading import soft_values
from core.image.reference import Original, original
from core.image.registration import Features, features_of
from core.image.showing import in_words, outline, registered
from core.image.synthesis import synthesised
from core.image.transfer import subtracted
from core.keys import CreatorKey
from core.model import SERIALS, Finding, Kind, Reference, Verdict

REFERENCES = 6  # works that are tried at most
_LEAST_PIXELS = 256  # a suspect smaller than this holds nothing to read
# Power of the mask over the local RMS, floor beside the local RMS in grey levels, origins that are read. The second is
# best for drawings after JPEG (7.8 against 6.0 after JPEG 10), the third for blurred ones (9.9 against 8.4).
_FRONT_ENDS = ((0.5, 1.0, 2), (1.0, 5.0, 1), (0.0, 0.25, 1))
# Origins read first of all: as many copies, each with its own, may lie over one another. With 2 the average of five
# copies gave two of them, with 8 all five.
_TOGETHER = 8
_CLIP = np.float32(2.0)
_EXPONENT = 0.5  # of the mask, as the blind front end guesses it
_DEPTH = 64  # best candidates by pilot or template that are grouped by origin


def detect_informed(
    pixels: npt.NDArray[Any],
    *,
    key: CreatorKey,
    serials: npt.ArrayLike | None,
    references: Sequence[Reference],
    space: str | None = None,
    jpeg_tables: Sequence[Sequence[int]] | None = None,
) -> tuple[Finding, ...]:
    """Return the marks of this key that a comparison with stored works brings to light, best first.

    `pixels`, `space`: as in `embed`. `serials`: the candidates (array of int), or None for all 2^20. `references`: the
    works that the suspect may show; those with a `signal` count, at most 6. `jpeg_tables`: the quantisation tables of
    the suspect's file, luma first, 64 numbers each row by row. `level` of a finding is "informed" or "synthesised",
    `where` the work's outline. ValueError for arguments of another form and for a damaged signal.
    """
    layout = Layout.of(pixels, space)
    candidates = serial_array(serials)
    luma = layout.luma(pixels)
    if luma.size < _LEAST_PIXELS or min(luma.shape) < 8:
        return ()
    return compared(luma, layout.alpha(pixels), Pattern.of(key), candidates, references, jpeg_tables)


def compared(
    luma: Plane,
    alpha: Plane | None,
    pattern: Pattern,
    candidates: npt.NDArray[np.int64] | None,
    references: Sequence[Reference],
    jpeg_tables: Sequence[Sequence[int]] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings in a plane of luma (grey levels) with its opacity, as `detect_informed` does."""
    works = [r for r in references if r.kind is Kind.IMAGE and r.signal][:REFERENCES]
    if not works or (candidates is not None and candidates.size == 0):
        return ()
    search = Comparison(Suspect(luma, alpha), pattern, candidates, jpeg_tables)
    for reference in works:
        search.with_work(original(reference.signal))
        if search.certain:
            break
    return search.findings()


def joined(blind: Sequence[Finding], informed: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of both, best first, each serial once, a mark of unknown serial only where none is known."""
    found: dict[int | None, Finding] = {}
    for finding in sorted((*blind, *informed), key=lambda finding: finding.probability):
        found.setdefault(finding.serial, finding)
    if any(f.verdict is Verdict.CERTAIN for serial, f in found.items() if serial is not None):
        found.pop(None, None)
    return tuple(found.values())


class Reading(NamedTuple):
    """The best row at one origin."""

    score: float
    serial: int
    level: str
    view: View
    work: Original


class Comparison:
    """The readings of one suspect, work by work; `count` vectors reached the codebook so far."""

    def __init__(
        self,
        suspect: Suspect,
        pattern: Pattern,
        candidates: npt.NDArray[np.int64] | None,
        jpeg_tables: Sequence[Sequence[int]] | None = None,
    ) -> None:
        self.suspect = suspect
        self.pattern = pattern
        self.candidates = np.arange(SERIALS) if candidates is None else candidates
        self.jpeg_tables = jpeg_tables
        self.readings: list[Reading] = []
        self.count = 0
        self._known: dict[bool, Features] = {}
        self._origins = pattern.origins(self.candidates)

    @property
    def certain(self) -> bool:
        """Say whether a mark was found for certain."""
        return bool(self.readings) and self._probability(max(r.score for r in self.readings)) <= decide.CERTAIN

    def _features(self, evened: bool) -> Features:
        if evened not in self._known:
            self._known[evened] = features_of(self.suspect.luma, evened=evened)
        return self._known[evened]

    def with_work(self, work: Original) -> None:
        """Read what is left of the suspect when the work is taken out of it, plainly and then with its damage."""
        found = registered(self.suspect, work, self._features)
        if found is None:
            return
        view = found[0]
        self._read(view, work, subtracted(view), "informed")
        for rest in () if self.certain else synthesised(self.suspect, view, self.jpeg_tables):
            self._read(view, work, rest, "synthesised")

    def findings(self) -> tuple[Finding, ...]:
        """Return what passes, best first: more than one serial where several copies were laid over one another."""
        found: dict[int, Finding] = {}
        for reading in sorted(self.readings, key=lambda reading: -reading.score):
            probability = self._probability(reading.score)
            verdict = decide.verdict(probability)
            if verdict is Verdict.NOTHING or reading.serial in found:
                continue
            found[reading.serial] = Finding(
                serial=reading.serial,
                verdict=verdict,
                probability=probability,
                score=reading.score,
                level=reading.level,
                where=outline(reading.view, reading.work, self.suspect.shape),
                transform=in_words(reading.view, reading.work, self.suspect.shape),
                candidates=len(self.candidates),
                hypotheses=PARAMETERS.hypotheses,
            )
        return tuple(found.values())

    def _probability(self, score: float) -> float:
        return decide.false_alarm(score, candidates=len(self.candidates), hypotheses=PARAMETERS.hypotheses)

    def _read(self, view: View, work: Original, rest: Plane, level: str) -> None:
        deviation = np.sqrt(np.maximum(ndimage.uniform_filter(rest * rest, 9), 0))
        mask = Visibility(view.work).rms(_EXPONENT)
        for number, (power, floor, places) in enumerate(_FRONT_ENDS):
            scale = deviation + np.float32(floor)
            evened = np.clip(rest / scale, -_CLIP, _CLIP) * (mask / scale) ** np.float32(power)
            tile = folded(whitened(evened))
            for offset, serials in self._likeliest(
                tile, view, _TOGETHER if level == "informed" and number == 0 else places
            ):
                if self.count >= PARAMETERS.informed:
                    return
                self.count += 1
                soft, _ = soft_values(tile, offset, self.pattern, polarity=1)  # tones are known by now
                norm = float(np.sqrt(soft @ soft))
                if norm > 0:
                    scores = [float(soft @ self.pattern.codebook.row(int(serial))) / norm for serial in serials]
                    best = int(np.argmax(scores))
                    self.readings.append(Reading(scores[best], int(serials[best]), level, view, work))
            if self.certain:
                return

    def _likeliest(self, tile: Plane, view: View, count: int) -> list[tuple[Offset, npt.NDArray[np.int64]]]:
        """Return the places in the tile that pilot and template favour among the candidates' own, best first, and the
        candidates that start there.
        """
        places = (self._origins + np.array([view.top, view.left])) % TILE
        spectrum = np.conj(scipy.fft.rfft2(tile))
        height = np.full(len(places), -np.inf)
        for known in (self.pattern.sync_spectrum, self.pattern.pilot_spectrum):
            surface = scipy.fft.irfft2(spectrum * known, (TILE, TILE))
            deviation = max(float(np.sqrt(np.mean(surface * surface))), 1e-30)
            height = np.maximum(height, surface[places[:, 0], places[:, 1]] / deviation)
        number = places[:, 0] * TILE + places[:, 1]
        best = np.argsort(-height, kind="stable")[:_DEPTH]
        chosen = list(dict.fromkeys(number[best].tolist()))[:count]
        return [(Offset(*divmod(place, TILE)), self.candidates[number == place]) for place in chosen]
