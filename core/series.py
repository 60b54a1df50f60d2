"""A picture file that holds several pictures: every one of them is marked alike, and a few of them are examined.

Frames are marked one after the other and laid aside, packed, until they are written. What does not change from frame to
frame keeps the pixels that it got first, so that the mark never flickers. In a check each picture that is looked at is
a hypothesis of its own, and so is the mean of the frames: every probability is multiplied by their number.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.decide import tried
from core.errors import RefusedError
from core.keys import CreatorKey
from core.likeness import alike, blocks
from core.medium import ALIKE_PIXELS, NEAR_PIXELS, ImageMedium, Medium
from core.model import Conversion, Embedded, Finding, Reference, Strength, Verdict
from core.progress import Progress, silent

if TYPE_CHECKING:
    from core.media.images import Picture
    from core.media.series import Series

_Array = npt.NDArray[Any]
_Serials = npt.NDArray[np.int64] | None
_COMPARED = 3  # pictures that are compared with stored works
_ROUNDED = 5  # milliseconds by which a frame may last longer or shorter: GIF counts hundredths


def of_picture(picture: Picture) -> ImageMedium:
    """Return the medium of a picture, or of a file that holds several."""
    return ImageMedium(picture) if picture.series is None else SeriesMedium(picture)


class SeriesMedium(ImageMedium):
    """An animation, or a file with several pages."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        assert picture.series is not None
        self.series: Series = picture.series
        self.progress: Progress = silent

    def converted(self, conversion: Conversion) -> Medium:
        from core.media.conversion import converted

        wanted = conversion.of(self.kind)
        return of_picture(converted(self.picture, wanted)) if wanted else self

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        from core.media.images import frames_of

        laid_aside = _LaidAside()
        first: Embedded | None = None
        reason: RefusedError | None = None
        before: _Array | None = None
        after: _Array | None = None
        for number, frame in enumerate(frames_of(self.picture)):
            self.progress(number / len(self.series.times), "marking")
            change = _changed(before, frame.pixels) if self.series.moving else None
            before = frame.pixels
            if change is not None and not change.any() and after is not None:
                if number - 1 in laid_aside.plain:
                    laid_aside.plain.append(number)
                laid_aside.add(after)
                continue
            try:
                one = self._marked(frame.pixels, frame.space, key, serial, strength, notes=first is None)
                first = first or one
                pixels = one.pixels
            except RefusedError as error:
                if not self.series.moving:
                    raise _page(number + 1, self.picture, error) from error
                laid_aside.plain.append(number)
                reason, pixels = error, frame.pixels
            assert pixels is not None
            if change is not None and after is not None:
                pixels = np.where(change[..., None] if pixels.ndim == 3 else change, pixels, after)
            laid_aside.add(pixels)
            after = pixels
        if first is None:
            raise reason or RefusedError("There is no picture in it.", "Choose another file.")
        notes = (*first.notes, *_said(laid_aside.plain))
        return replace(first, pixels=laid_aside[0], frames=laid_aside, notes=notes)

    def write(self, marked: Embedded, target: Any) -> None:
        from core.media.images import write_series

        if marked.frames is None:
            raise TypeError("a series is written with all its pictures")
        write_series(self.picture, marked.frames, target)

    def finer(self) -> Medium | None:
        from core.media.images import finer

        picture = finer(self.picture)
        return None if picture is None else SeriesMedium(picture)

    def difference(self, copy: Medium, marked: Embedded) -> str:
        from core.media.images import frames_of

        if not isinstance(copy, SeriesMedium) or marked.frames is None:
            return "its pictures are not all there"
        mine, other = self.picture, copy.picture
        if (mine.format, mine.space) != (other.format, other.space):
            return f"its format changed from {mine.format} ({mine.space}) to {other.format} ({other.space})"
        if len(self.series.times) != len(copy.series.times):
            return "pictures were lost"
        if not np.allclose(self.series.durations, copy.series.durations, atol=_ROUNDED, rtol=0):
            return "its pictures come at other times"
        for written, read in zip(marked.frames, frames_of(other), strict=True):
            if written.shape != read.pixels.shape or written.dtype != read.pixels.dtype:
                return "the size or depth of its pictures changed"
            if not alike(blocks(read.pixels), blocks(written), near=NEAR_PIXELS, share=ALIKE_PIXELS):
                return "its content changed"
        return ""

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        plain = marked.frames.plain if isinstance(marked.frames, _LaidAside) else ()
        return set(finding.certain_in) >= set(self._chosen).difference(plain)

    def detect(self, key: CreatorKey, serials: _Serials, references: Sequence[Reference] = ()) -> tuple[Finding, ...]:
        return self._together(
            (number, medium.detect(key, serials, references)) for number, medium in self._looked_at(self._chosen)
        )

    def detect_informed(
        self, key: CreatorKey, serials: _Serials, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        few = self._chosen[:: max(1, len(self._chosen) // _COMPARED)][:_COMPARED]
        return self._together(
            (number, medium.detect_informed(key, serials, references)) for number, medium in self._looked_at(few)
        )

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        said: bool | None = None
        for _, medium in self._looked_at(self._chosen[:: max(1, len(self._chosen) // _COMPARED)][:_COMPARED]):
            answer = medium.shows_work(reference)
            if answer:
                return True
            said = said if answer is None else False
        return said

    @cached_property
    def _chosen(self) -> tuple[int, ...]:
        from core.media.picture import decoding
        from core.media.series import worth_a_look

        with decoding(self.picture.path):
            return worth_a_look(self.series)

    def _looked_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, ImageMedium]]:
        """Yield pictures of these numbers, and the mean of them all as number -1 where they are frames."""
        from core.media.images import frames_of

        total: npt.NDArray[np.float64] | None = None
        for number, frame in enumerate(frames_of(self.picture)):
            if number not in numbers:
                continue
            alone = replace(self.picture, pixels=frame.pixels, space=frame.space, series=None)
            yield number, ImageMedium(alone)
            if self.series.moving:
                total = frame.pixels.astype(np.float64) if total is None else total + frame.pixels
        if total is not None and len(numbers) > 1:
            mean = np.rint(total / len(numbers)).astype(self.picture.pixels.dtype)
            yield -1, ImageMedium(replace(self.picture, pixels=mean, series=None))

    def _together(self, found: Iterator[tuple[int, tuple[Finding, ...]]]) -> tuple[Finding, ...]:
        """Return one finding for each serial: the best of its pictures, corrected for all that were looked at."""
        by_serial: dict[int | None, list[tuple[int, Finding]]] = {}
        looked_at = 0
        for number, findings in found:
            looked_at += 1
            self.progress(looked_at / (len(self._chosen) + 1), "searching")
            for finding in findings:
                by_serial.setdefault(finding.serial, []).append((number, finding))
        best = []
        for some in by_serial.values():
            some.sort(key=lambda one: one[1].probability)
            one = tried(some[0][1], max(1, looked_at))
            if one.verdict is not Verdict.NOTHING:
                certain = sorted(number for number, one in some if number >= 0 and one.verdict is Verdict.CERTAIN)
                times = self._times([number for number, _ in some])
                best.append(replace(one, times=times, certain_in=tuple(certain)))
        if any(one.serial is not None and one.verdict is Verdict.CERTAIN for one in best):
            best = [one for one in best if one.serial is not None]
        return tuple(sorted(best, key=lambda one: one.probability))

    def _times(self, numbers: Sequence[int]) -> tuple[tuple[float, float], ...]:
        """Return when frames with a mark are shown, the best first."""
        if not self.series.moving:
            return ()
        moments = [self.series.times[number] for number in numbers if number >= 0]
        return tuple((moment, moment) for moment in (*moments[:1], *sorted(moments[1:])))

    def _marked(
        self, pixels: _Array, space: str, key: CreatorKey, serial: int, strength: Strength, *, notes: bool
    ) -> Embedded:
        from core.image import embed

        return embed(pixels, key=key, serial=serial, strength=strength, space=space, outlook=notes)


class _LaidAside:
    """Marked pictures on disk, packed, in an unnamed file that goes with the last who knows it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the marked pictures
        self._places: list[tuple[int, int, tuple[int, ...], np.dtype[Any]]] = []
        self.plain: list[int] = []  # numbers of those that carry no mark

    def add(self, pixels: _Array) -> None:
        packed = zlib.compress(pixels.tobytes(), 1)
        start = self._file.seek(0, 2)
        self._file.write(packed)
        self._places.append((start, len(packed), pixels.shape, pixels.dtype))

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> _Array:
        start, length, shape, dtype = self._places[number]
        self._file.seek(start)
        return np.frombuffer(zlib.decompress(self._file.read(length)), dtype).reshape(shape)

    def __iter__(self) -> Iterator[_Array]:
        return (self[number] for number in range(len(self)))

    def __del__(self) -> None:
        self._file.close()


def _changed(before: _Array | None, pixels: _Array) -> npt.NDArray[np.bool_] | None:
    """Return where a frame differs from the one before, None where there is none."""
    if before is None or before.shape != pixels.shape:
        return None
    other: npt.NDArray[np.bool_] = before != pixels
    return np.asarray(other.any(axis=2)) if other.ndim == 3 else other


def _page(number: int, picture: Picture, error: RefusedError) -> RefusedError:
    return RefusedError(f"Page {number} of {picture.path.name}: {error.message}", error.hint, path=picture.path)


def _said(plain: Sequence[int]) -> tuple[str, ...]:
    """Return the note on frames that carry no mark."""
    if not plain:
        return ()
    which = ", ".join(str(number + 1) for number in plain[:5])
    which += f" and {len(plain) - 5} more" if len(plain) > 5 else ""
    return (f"Too plain or too restless to carry a mark are {len(plain)} of its frames (no. {which}).",)
