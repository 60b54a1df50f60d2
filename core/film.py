"""A film that was read: its sound tracks and some of its pictures, examined one by one, told as one.

Each part is a hypothesis of its own, so every probability is multiplied by the number of parts. Pictures that carry the
same mark are one finding with their times: they show the same thing, so agreeing proves no more than one of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.decide import tried
from core.errors import RefusedError
from core.keys import CreatorKey
from core.medium import FromFile, ImageMedium, Medium, SoundMedium
from core.model import Conversion, Embedded, Finding, Kind, Reference, Strength, Verdict
from core.questions import Question, answers, nominated
from core.soundtracks import told_together

if TYPE_CHECKING:
    from core.fingerprint.index import Nomination
    from core.indexes import AnyIndex
    from core.media.films import Film
    from core.view import Stretch, View

_COMPARED = 4  # pictures that are compared with stored works
_PATIENCE = 240.0  # seconds after which no further picture is examined for a key
_Serials = npt.NDArray[np.int64] | None


class FilmMedium(FromFile):
    """A film as a suspect. What is protected of a film is its sound track, which is a `SoundMedium`."""

    kind = Kind.VIDEO

    def __init__(self, film: Film) -> None:
        from core.media.picture import Picture

        self.film = film
        self._sounds = tuple(SoundMedium(sound) for sound in film.sounds)
        self._pictures = tuple(
            ImageMedium(Picture(film.path, frame.pixels, "rgb", film.format)) for frame in film.frames
        )
        self._times = tuple(frame.time for frame in film.frames)
        self._likely: dict[int, set[int]] = {}  # by picture: the works that it may show
        self._marked: dict[int | None, list[int]] = {}  # by serial: the pictures that carry it
        self._late = 0

    @property
    def path(self) -> Path:
        return self.film.path

    @property
    def suffix(self) -> str:
        return self.film.path.suffix

    @property
    def notes(self) -> tuple[str, ...]:
        late: tuple[str, ...] = ()
        if self._late:
            looked_at = len(self._pictures) - self._late
            late = (f"Its examination took long, so that {looked_at} of {len(self._pictures)} pictures were examined.",)
        return (*self.film.notes, *late)

    def facts(self) -> dict[str, Any]:
        return {"seconds": self.film.seconds}

    size = facts

    def thumbnail(self) -> bytes:
        return self._pictures[0].thumbnail() if self._pictures else b""

    def require_writable(self) -> None:
        raise _not_written(self.film.path)

    def converted(self, conversion: Conversion) -> Medium:
        raise _not_written(self.film.path)

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        raise _not_written(self.film.path)

    def write(self, marked: Embedded, target: Path) -> None:
        raise _not_written(self.film.path)

    def finer(self) -> Medium | None:
        return None

    def difference(self, copy: Medium, marked: Embedded) -> str:
        return "it is a film"

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        return False

    def detect(self, key: CreatorKey, serials: _Serials, references: Sequence[Reference] = ()) -> tuple[Finding, ...]:
        sizes = _by_kind(references)
        return self._found(
            range(len(self._pictures)),
            lambda sound: sound.detect(key, serials, sizes[Kind.AUDIO]),
            lambda picture: picture.detect(key, serials, sizes[Kind.IMAGE]),
        )

    def detect_informed(
        self, key: CreatorKey, serials: _Serials, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        works = _by_kind(references)
        return self._found(
            self._worth_comparing(works[Kind.IMAGE]),
            lambda sound: sound.detect_informed(key, serials, works[Kind.AUDIO]) if works[Kind.AUDIO] else (),
            lambda picture: picture.detect_informed(key, serials, works[Kind.IMAGE]),
        )

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        if reference.kind is Kind.AUDIO:
            return _any(sound.shows_work(reference, where) for sound in self._sounds)
        marked = [place for places in self._marked.values() for place in places]
        places = dict.fromkeys((*marked, *self._worth_comparing([reference])))
        return _any(self._pictures[place].shows_work(reference) for place in list(places)[:_COMPARED])

    def signal(self) -> bytes:
        return b""

    def fingerprint(self) -> bytes:
        return b""

    def question(self) -> Question:
        parts = [part for medium in (*self._sounds, *self._pictures) for part in medium.question()]
        return tuple(parts)

    def nominate(self, works: Sequence[AnyIndex]) -> list[Nomination]:
        question = self.question()
        answered = answers(works, question)
        self.likely([[one.work for one in some] for some in answered])
        return nominated(question, answered)

    def likely(self, works: Sequence[Sequence[int]]) -> None:
        """Note for each part of its question which works it may show: their pictures are compared before others."""
        for place, some in enumerate(works[len(self._sounds) :]):
            self._likely[place] = set(some)

    def view(self, time: float | None = None) -> View:
        """Return the picture at a time in seconds, or the outline of the sound."""
        from core.media.frames import frame_at
        from core.view import of_picture

        if time is not None or not self._sounds:
            moment = time if time is not None else self._times[0] if self._times else 0.0
            return of_picture(frame_at(self.path, moment).pixels, cmyk=False)
        return self._sounds[0].view()

    def stretch(self, start: float, seconds: float) -> Stretch:
        """Return a piece of its first sound track to listen to."""
        if not self._sounds:
            raise RefusedError(f"{self.film.path.name} has no sound.", "Look at its pictures.", path=self.film.path)
        return self._sounds[0].stretch(start, seconds)

    def _worth_comparing(self, works: Sequence[Reference]) -> list[int]:
        """Return the places of a few pictures that are the likeliest to show one of these works."""
        if not works:
            return []
        wanted = {work.work for work in works}
        likely = [place for place in range(len(self._pictures)) if wanted & self._likely.get(place, wanted)]
        return likely[:_COMPARED]

    def _found(
        self,
        places: Sequence[int],
        in_sound: Callable[[SoundMedium], tuple[Finding, ...]],
        in_picture: Callable[[ImageMedium], tuple[Finding, ...]],
    ) -> tuple[Finding, ...]:
        """Return what is found in the sound tracks and in some of the pictures, as one film says it, best first."""
        parts = max(1, len(self._sounds) + len(self._pictures))
        heard = [
            (number, _moved(finding, sound.sound.start))
            for number, sound in enumerate(self._sounds)
            for finding in in_sound(sound)
        ]
        shown: list[tuple[int, Finding]] = []
        began = time.monotonic()
        for number, place in enumerate(places):
            if time.monotonic() - began > _PATIENCE:
                if len(places) == len(self._pictures):
                    self._late = max(self._late, len(places) - number)
                break
            shown += ((place, finding) for finding in in_picture(self._pictures[place]))
        corrected = (tried(finding, parts) for finding in self._together(shown))
        found = [finding for finding in corrected if finding.verdict is not Verdict.NOTHING]
        found += told_together(heard, len(self._sounds), parts)
        return tuple(sorted(found, key=lambda finding: finding.probability))

    def _together(self, shown: Sequence[tuple[int, Finding]]) -> Iterable[Finding]:
        """Yield one finding for each serial that pictures carry: the best of them, with the times of all."""
        by_serial: dict[int | None, list[tuple[int, Finding]]] = {}
        for place, finding in shown:
            by_serial.setdefault(finding.serial, []).append((place, finding))
        for serial, some in by_serial.items():
            some.sort(key=lambda one: one[1].probability)
            self._marked[serial] = [place for place, _ in some]
            first, best = some[0]
            times = [self._times[first], *sorted(self._times[place] for place, _ in some[1:])]
            yield replace(best, times=tuple((moment, moment) for moment in times))


def _by_kind(references: Sequence[Reference]) -> dict[Kind, list[Reference]]:
    return {kind: [one for one in references if one.kind is kind] for kind in (Kind.AUDIO, Kind.IMAGE)}


def _moved(finding: Finding, start: float) -> Finding:
    """Return a finding in a sound track with its places on the clock of the film."""
    return replace(finding, where=tuple((begin + start, end + start) for begin, end in finding.where))


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Return True where one says so, else False where one says that, else None."""
    said = False
    for answer in answers:
        if answer:
            return True
        said = said or answer is False
    return False if said else None


def _not_written(path: Path) -> RefusedError:
    return RefusedError(
        f"{path.name} is a film, of which the sound track is protected.", "Protect its pictures as files.", path=path
    )
