"""Containers of several streams (MP4, Matroska, AVI ...): opened through FFmpeg, and what they hold.

The format that a file's own first bytes tell is the only one that is tried, and the file is handed over open: nothing
in it can make the demuxer guess another one or open another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UnreadableError
from core.media.signatures import cannot_open, format_of

if TYPE_CHECKING:
    from av.container import InputContainer

DEMUXERS = {
    "M4A": "mov",
    "MP4": "mov",
    "MOV": "mov",
    "3GP": "mov",
    "Matroska": "matroska",
    "WebM": "matroska",
    "AVI": "avi",
    "WMV": "asf",
    "WMA": "asf",
    "FLV": "flv",
    "MPEG-TS": "mpegts",
    "MPEG": "mpeg",
    "AAC": "aac",
    "AMR": "amr",
    "Ogg": "ogg",
}
_BUFFER = 1 << 16  # bytes read at once
_STREAMS = 200  # more than any real file has
_WITHOUT_PICTURES = {"MP4": "M4A", "WMV": "WMA"}  # what a film is called that holds sound alone
_DRAWN = ("attached_pic", "timed_thumbnails", "still_image")  # streams of pictures that do not move


@dataclass(frozen=True, slots=True)
class Track:
    """A stream of sound: its place in the file, its coding in FFmpeg's word, its language ("" where not told)."""

    index: int
    codec: str
    profile: str
    language: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a container holds: its format, its sound tracks, and the places of its streams of moving pictures.

    `brand` is its first kind in the file's own words, `seconds` the length that it tells, 0 where it tells none;
    `others` counts streams of other kinds.
    """

    format: str
    tracks: tuple[Track, ...]
    pictures: tuple[int, ...]
    others: int
    brand: str
    seconds: float


def errors() -> tuple[type[Exception], ...]:
    """Return what FFmpeg raises for damaged input."""
    import av

    from core.media.sound import DECODING_ERRORS

    return (av.FFmpegError, EOFError, *DECODING_ERRORS)


@contextmanager
def opened(path: Path, name: str) -> Iterator[InputContainer]:
    """Yield a file opened as what it is. UnreadableError where it cannot be, and where its reading fails inside."""
    import av

    from core.media.sound import damaged

    demuxer = DEMUXERS.get(name) or ("eac3" if _is_enhanced(path) else "ac3")
    try:
        file = path.open("rb")
    except OSError as error:
        raise cannot_open(path, error) from error
    with file:
        try:
            with av.open(file, "r", format=demuxer, metadata_errors="replace", buffer_size=_BUFFER) as container:
                if len(container.streams) > _STREAMS:
                    raise damaged(path)
                yield container
        except errors() as error:
            raise damaged(path) from error
        except MemoryError:
            raise UnreadableError(
                f"{path.name} needs more memory than there is.", "Close other programs and try again.", path=path
            ) from None


def contents(path: Path) -> Contents:
    """Return what a container holds. UnreadableError where it is none, or damaged."""
    name = format_of(path)
    with opened(path, name) as container:
        tracks, pictures, others = [], [], 0
        for stream in container.streams:
            if stream.type == "audio" and stream.codec_context is not None:
                about = stream.codec_context
                tracks.append(Track(stream.index, about.name, about.profile or "", stream.language or ""))
            elif moving(stream):
                pictures.append(stream.index)
            else:
                others += 1
        metadata = container.metadata
        if name == "Matroska" and _is_webm(path):
            name = "WebM"
        if not pictures:
            name = _WITHOUT_PICTURES.get(name, name)
        elif name in ("M4A", "WMA"):
            name = "MP4" if name == "M4A" else "WMV"
        seconds = (container.duration or 0) / 1_000_000
        return Contents(
            name, tuple(tracks), tuple(pictures), others, str(metadata.get("major_brand", "")), max(0.0, seconds)
        )


def moving(stream: Any) -> bool:
    """Return whether a stream shows moving pictures that can be decoded, and is no cover."""
    if stream.type != "video" or stream.codec_context is None:
        return False
    return not any(getattr(type(stream.disposition), name) & stream.disposition for name in _DRAWN)


def _is_webm(path: Path) -> bool:
    with path.open("rb") as file:
        return b"webm" in file.read(64)


def _is_enhanced(path: Path) -> bool:
    """Return whether raw AC-3 is of the enhanced kind (ATSC A/52, bsid above 10)."""
    try:
        with path.open("rb") as file:
            head = file.read(6)
    except OSError as error:
        raise cannot_open(path, error) from error
    return len(head) == 6 and head[5] >> 3 > 10
