"""A film with several sound tracks as it is protected: each track carries the same mark.

What the catalog keeps of it to compare with is one track behind the other, so that a copy of any of them is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.decide import tried
from core.errors import RefusedError
from core.keys import CreatorKey
from core.medium import Medium, SoundMedium
from core.model import Conversion, Embedded, Finding, FloatArray, Recording, Reference, Strength, Verdict
from core.questions import Question

if TYPE_CHECKING:
    from core.media.sounds import Sound

_Serials = npt.NDArray[np.int64] | None


def of_sound(sound: Sound) -> SoundMedium:
    """Return the medium of a recording: of one sound track, or of all that its file holds."""
    return SoundtracksMedium(sound) if sound.others else SoundMedium(sound)


class SoundtracksMedium(SoundMedium):
    """The sound tracks of one film. Its size is told of the first."""

    def __init__(self, sound: Sound) -> None:
        super().__init__(sound)
        self._tracks = tuple(SoundMedium(one) for one in (sound, *sound.others))

    def converted(self, conversion: Conversion) -> Medium:
        medium = super().converted(conversion)
        return of_sound(medium.sound) if isinstance(medium, SoundMedium) else medium

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        marked: list[Embedded | None] = []
        reason: RefusedError | None = None
        notes: list[str] = []
        for number, track in enumerate(self._tracks, 1):
            try:
                one = track.embed(key, serial, strength)
            except RefusedError as error:
                reason = error
                marked.append(None)
                notes += (f"Sound track {number} can carry no mark and stays as it is.", error.message)
            else:
                marked.append(one)
                notes += one.notes
        first = next((one for one in marked if one is not None), None)
        if first is None:
            raise reason or RefusedError("There is no sound in it.", "Choose another file.")
        tracks = tuple(None if one is None else one.samples for one in marked)
        return replace(first, tracks=tracks, notes=tuple(dict.fromkeys(notes)))

    def write(self, marked: Embedded, target: Path) -> None:
        from core.media.sounds import write_tracks

        write_tracks(self.sound, marked.tracks, target)

    def finer(self) -> Medium | None:
        from core.media.sounds import finer

        sound = finer(self.sound)
        return None if sound is None else of_sound(sound)

    def difference(self, copy: Medium, marked: Embedded) -> str:
        if not isinstance(copy, SoundtracksMedium) or len(copy._tracks) != len(self._tracks):
            return "sound tracks were lost"
        for mine, other, samples in zip(self._tracks, copy._tracks, marked.tracks, strict=True):
            wrong = "" if samples is None else mine.difference(other, replace(marked, samples=samples))
            if wrong:
                return wrong
        return ""

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        return set(finding.certain_in) >= {
            number for number, samples in enumerate(marked.tracks) if samples is not None
        }

    def detect(self, key: CreatorKey, serials: _Serials, references: Sequence[Reference] = ()) -> tuple[Finding, ...]:
        return self._together(lambda track: track.detect(key, serials, references))

    def detect_informed(
        self, key: CreatorKey, serials: _Serials, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        return self._together(lambda track: track.detect_informed(key, serials, references))

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        answers = [track.shows_work(reference, where) for track in self._tracks]
        return True if True in answers else False if False in answers else None

    def signal(self) -> bytes:
        from core.audio import reference_signal

        return reference_signal(self._joined(), self.sound.rate)

    def fingerprint(self) -> bytes:
        from core.fingerprint import sounds

        return sounds.fingerprint(self._joined(), self.sound.rate)

    def question(self) -> Question:
        return tuple(part for track in self._tracks for part in track.question())

    def _together(self, asked: Callable[[SoundMedium], tuple[Finding, ...]]) -> tuple[Finding, ...]:
        """Return what is found in the tracks, as one file says it, best first."""
        found = [(number, one) for number, track in enumerate(self._tracks) for one in asked(track)]
        return told_together(found, len(self._tracks), len(self._tracks))

    def _joined(self) -> Recording:
        from core.media.resampled import resampled

        rate = self.sound.rate
        sounds = [track.sound for track in self._tracks]
        return _Joined(
            [one.samples if one.rate == rate else resampled(one.path, one.samples, one.rate, rate) for one in sounds]
        )


def told_together(found: Sequence[tuple[int, Finding]], tracks: int, parts: int) -> tuple[Finding, ...]:
    """Return findings in sound tracks (by their places) as those of a file with so many of them, best first.

    The probability is corrected for all `parts` of the file that were searched.
    Tracks with the same mark are one finding, whose `tracks` names them: the best of them is told, with its places.
    """
    by_serial: dict[int | None, list[tuple[int, Finding]]] = {}
    for number, finding in found:
        by_serial.setdefault(finding.serial, []).append((number, finding))
    return tuple(
        sorted(
            (one for some in by_serial.values() for one in _one(some, tracks, parts)),
            key=lambda finding: finding.probability,
        )
    )


def _one(some: list[tuple[int, Finding]], tracks: int, parts: int) -> Iterator[Finding]:
    some.sort(key=lambda told: told[1].probability)
    numbers = [number + 1 for number, _ in some]
    finding = tried(some[0][1], parts)
    if finding.verdict is not Verdict.NOTHING:
        if tracks > 1:
            certain = tuple(sorted(number for number, one in some if one.verdict is Verdict.CERTAIN))
            finding = replace(finding, tracks=(numbers[0], *sorted(numbers[1:])), certain_in=certain)
        yield finding


class _Joined:
    """Recordings of one rate, one behind the other; mixed to one channel where they have not equally many."""

    def __init__(self, parts: Sequence[Recording]) -> None:
        self._parts = parts
        self._mixed = len({part.shape[1] for part in parts}) > 1
        self._starts = np.cumsum([0, *(len(part) for part in parts)])
        self.shape = (int(self._starts[-1]), 1 if self._mixed else int(parts[0].shape[1]))
        self.dtype: np.dtype[Any] = np.result_type(*(part.dtype for part in parts))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> FloatArray:
        first, last, _ = place.indices(len(self))
        held = []
        for start, part in zip(self._starts.tolist(), self._parts, strict=False):
            begin, end = max(first - start, 0), min(last - start, len(part))
            if begin < end:
                piece = part[begin:end]
                held.append(piece.mean(axis=1, keepdims=True) if self._mixed else piece)
        return np.concatenate(held).astype(self.dtype, copy=False) if held else np.empty((0, self.shape[1]), self.dtype)
