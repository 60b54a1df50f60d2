"""Some pictures of a film: few, and as different from each other as can be, so that each scene is likely to be there.

Films that are small enough to decode are looked through in steps of time, long ones at their key frames alone. Of what
was looked at, those are taken that differ most from all taken before, in what they show and then in their time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.errors import UnreadableError
from core.media.container import contents, errors, opened

if TYPE_CHECKING:
    from av import VideoFrame

MOST = 24  # pictures of a film
_LOOKED_AT = 120  # pictures that they are chosen from
_STEP = 0.5  # seconds between two that are looked at, at least
_DECODED = 2_500_000_000  # pixels up to which all pictures are decoded: 40 seconds of 1080p at 30 a second
_SIDE = 1920  # pixels of the longer side; larger pictures are made smaller
_THUMB = 32
_FLAT = 3.0  # grey levels of deviation: less shows nothing
_SAME = 0.02  # share of full scale by which two pictures differ that show the same
_FEW = 6  # pictures that are taken even of a film in which nothing moves
_TIME = 0.1  # what the whole length of the film counts against the share of full scale
_LARGEST = 120_000_000  # pixels
_BEFORE = 0.001  # seconds: time stamps are rounded
_SKIPPED = 500  # pictures that cannot be decoded, one after the other, before the rest is given up


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a film: its time in seconds and its pixels, uint8 (height, width, 3), upright."""

    time: float
    pixels: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Look:
    time: float
    thumb: npt.NDArray[np.float32]


def frames(path: Path, name: str, index: int) -> tuple[Frame, ...]:
    """Return up to MOST pictures of one stream of a film, the most different first; () where none can be decoded.

    The same file always gives the same pictures. No more than these and small looks at others are held in memory.
    """
    with opened(path, name) as container:
        plan = _Plan.of(container, index)
        if plan is None:
            return ()
        looks = [
            _Look(frame.time, thumb)
            for frame in plan.walk(container, _times(plan))
            if (thumb := _thumb(frame)).std() > _FLAT
        ]
    chosen = _different(looks, plan.seconds)
    found: dict[float, Frame] = {}
    with opened(path, name) as container:
        for frame in plan.walk(container, sorted(looks[place].time for place in chosen)):
            found.setdefault(frame.time, Frame(frame.time, _pixels(frame, plan.aspect)))
    times = dict.fromkeys(looks[place].time for place in chosen)
    return tuple(found[time] for time in times if time in found)


def frame_at(path: Path, time: float) -> Frame:
    """Return the picture of a film that stands at a time in seconds, or just behind, or the last one.

    UnreadableError where none can be decoded there.
    """
    found = contents(path)
    for index in found.pictures[:1]:
        with opened(path, found.format) as container:
            plan = _Plan.of(container, index)
            stream = container.streams[index]
            container.seek(max(0, round((time - _BEFORE) / (stream.time_base or 1))), stream=stream)
            for frame in islice(_at(_decoded(container, stream), [time]), 1):
                return Frame(frame.time, _pixels(frame, plan.aspect if plan else 1.0))
    raise UnreadableError(f"{path.name} shows no picture there.", "Ask for a complete file.", path=path)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a stream is walked through: all of it, or its key frames alone, found by jumping."""

    index: int
    start: float
    seconds: float
    whole: bool
    aspect: float

    @classmethod
    def of(cls, container: Any, index: int) -> _Plan | None:
        stream = container.streams[index]
        context = stream.codec_context
        if not 0 < context.width * context.height <= _LARGEST:
            return None
        start = float((stream.start_time or 0) * stream.time_base)
        seconds = float((stream.duration or 0) * stream.time_base) or (container.duration or 0) / 1_000_000
        rate = float(stream.average_rate or stream.guessed_rate or 30)
        pixels = max(seconds, 1.0) * min(max(rate, 1.0), 240.0) * context.width * context.height
        aspect = float(stream.sample_aspect_ratio or 1) or 1.0
        whole = seconds > 0 and pixels <= _DECODED
        return cls(index, start, max(seconds, 0.0), whole, aspect if 0.2 < aspect < 5 else 1.0)

    def walk(self, container: Any, times: Iterable[float]) -> Iterator[VideoFrame]:
        """Yield the pictures that stand at these ascending times or just behind; those at key frames before them."""
        stream = container.streams[self.index]
        for other in container.streams:
            if other.index != self.index:
                other.discard = type(other.discard).all
        if self.whole:
            stream.thread_type = "AUTO"
            yield from _at(_decoded(container, stream), times)
            return
        stream.codec_context.skip_frame = "NONKEY"
        last = -1.0
        for time in times:
            try:
                container.seek(round(time / stream.time_base), stream=stream)
            except errors():
                continue
            frame = next(_decoded(container, stream), None)
            if frame is not None and frame.time != last:
                last = frame.time
                yield frame


def _times(plan: _Plan) -> list[float]:
    """Return the times that are looked at."""
    count = max(1, min(_LOOKED_AT, round(plan.seconds / _STEP)))
    return [plan.start + plan.seconds * (place + 0.5) / count for place in range(count)]


def _at(decoded: Iterator[VideoFrame], times: Iterable[float]) -> Iterator[VideoFrame]:
    """Yield the first picture at or behind each time, and the last of all where it ends before; each one once."""
    wanted = iter(times)
    time = next(wanted, None)
    last = None
    for frame in decoded:
        if time is None:
            return
        last = frame
        if frame.time + 1e-6 >= time:
            last = None
            yield frame
            while time is not None and time <= frame.time + 1e-6:
                time = next(wanted, None)
    if last is not None:
        yield last


def _decoded(container: Any, stream: Any) -> Iterator[VideoFrame]:
    """Yield the pictures that can be decoded and have a time."""
    bad, failed = errors(), 0
    packets = container.demux(stream)
    while failed < _SKIPPED:
        try:
            pictures = next(packets).decode()
        except StopIteration:
            return
        except bad:
            failed += 1
            continue
        for picture in pictures:
            failed = 0
            if picture.time is not None and not picture.is_corrupt:
                yield picture
        failed += not pictures


def _different(looks: list[_Look], seconds: float) -> list[int]:
    """Return the places of those that differ most, first the one in the middle, then each farthest from all before."""
    if not looks:
        return []
    thumbs = np.stack([look.thumb for look in looks]) / 255.0
    times = np.array([look.time for look in looks]) * (_TIME / max(seconds, 1e-6))
    chosen = [len(looks) // 2]
    apart = np.full(len(looks), np.inf)
    unlike = np.full(len(looks), np.inf)
    while len(chosen) < min(MOST, len(looks)):
        shown = np.abs(thumbs - thumbs[chosen[-1]]).mean(axis=(1, 2))
        unlike = np.minimum(unlike, shown)
        apart = np.minimum(apart, shown + np.abs(times - times[chosen[-1]]))
        apart[chosen] = -1.0
        if len(chosen) >= _FEW:
            apart[unlike < _SAME] = -1.0
        farthest = int(np.argmax(apart))
        if apart[farthest] < 0:
            break
        chosen.append(farthest)
    return chosen


def _thumb(frame: VideoFrame) -> npt.NDArray[np.float32]:
    return frame.reformat(width=_THUMB, height=_THUMB, format="gray").to_ndarray().astype(np.float32)


def _pixels(frame: VideoFrame, aspect: float) -> npt.NDArray[np.uint8]:
    """Return a picture upright, with square pixels, not too large."""
    width, height = (frame.width * aspect, frame.height) if aspect > 1 else (frame.width, frame.height / aspect)
    scale = min(1.0, _SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    shown: Any = frame.reformat(width=size[0], height=size[1], format="rgb24")
    pixels: npt.NDArray[np.uint8] = shown.to_ndarray()
    quarters = round(frame.rotation / 90)
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters % 4 else pixels
