"""The readings of one recording at the frequency scales that a search asks for."""

from __future__ import annotations

import numpy as np

from core.audio.features import Analysis
from core.model import FloatArray

_KEPT_FRAMES = 150_000  # of readings at other frequency scales than 1: 16 MB


class Readings:
    """The readings of a recording at any frequency scale, kept for the next question; few of a long recording.

    Those of a long recording are whole in half precision, which is turned to single where sums are made of it.
    """

    def __init__(self, analysis: Analysis) -> None:
        """Make the readings at scale 1; the others follow when they are asked for."""
        self._analysis = analysis
        self._own = analysis.readings()
        self._whole: dict[float, FloatArray] = {}
        self._pieces: dict[tuple[float, int, int], FloatArray] = {}

    def whole(self, pitch: float) -> FloatArray:
        """Return the readings of the whole recording."""
        if pitch == 1.0:
            return self._own
        if pitch not in self._whole:
            while self._whole and (len(self._whole) + 1) * self._analysis.frames > _KEPT_FRAMES:
                del self._whole[next(iter(self._whole))]
            self._whole[pitch] = self._analysis.readings(pitch)
        return self._whole[pitch]

    def piece(self, pitch: float, first: int, last: int) -> FloatArray:
        """Return the readings of frames `first` to `last`."""
        if pitch == 1.0 or pitch in self._whole or (first == 0 and last >= self._analysis.frames):
            return self.whole(pitch)[first:last].astype(np.float32, copy=False)
        if (pitch, first, last) not in self._pieces:
            readings = self._analysis.readings(pitch, first, last)
            self._pieces[(pitch, first, last)] = readings.astype(np.float32, copy=False)
        return self._pieces[(pitch, first, last)]

    def around(self, pitch: float, first: int, last: int) -> tuple[FloatArray, int]:
        """Return readings that hold frames `first` to `last`, and the frame that they begin with."""
        if pitch == 1.0 or pitch in self._whole:
            return self.whole(pitch), 0
        for start, end in [(b, e) for p, b, e in self._pieces if p == pitch and b <= first and last <= e]:
            return self._pieces[(pitch, start, end)], start
        return self.piece(pitch, first, last), first
