"""MP4, M4A and QuickTime files with other sound tracks: everything else stays in the file, byte for byte.

The new sound is encoded into files of their own. Their tables and descriptions take the place of the old ones in
"moov", and the chunks of all tracks are written in the order in which they stood, those of the sound exchanged.
A file in fragments becomes an ordinary one by that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import numpy as np

from core.media import fragments, mp4
from core.media.encoding import Encoding, Voice, finer
from core.media.mp4 import Box, Numbers, Place, Table
from core.media.same_streams import same_streams
from core.model import Recording

_PIECE = 1 << 22  # bytes copied at once
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # the identifier of content credentials (C2PA, "uuid" box)
_BOUND = (b"saio", b"senc", b"iloc")  # boxes in "moov" that tell further places, as of encrypted files
_NOTE = b"iTunSMPB"  # iTunes' note of the old encoder's delay


@dataclass(frozen=True, slots=True)
class Mp4:
    """What is kept of such a file: itself. `voices` are the sound tracks to write, `brand` the file's first kind."""

    path: Path
    format: str
    brand: str
    voices: tuple[Voice, ...]

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples as its one sound track."""
        self.write_all((samples,), file)

    def write_all(self, samples: Sequence[Recording], file: BinaryIO) -> None:
        """Write the file with these recordings as its sound tracks."""
        kind = "mov" if self.brand in ("", "qt  ") else "mp4"
        with ExitStack() as stack:
            source = stack.enter_context(self.path.open("rb"))
            tracks = []
            for voice, one in zip(self.voices, samples, strict=True):
                made = stack.enter_context(TemporaryFile(dir=Path(file.name).parent))
                encoded(voice.encoding, one, made, kind)
                tracks.append((voice.index, made, len(one) / voice.encoding.rate))
            _Exchange(source, tracks).write(file)

    def faithful(self, copy: Path) -> bool:
        """Return whether a written copy holds all other streams unchanged."""
        but = {voice.index for voice in self.voices}
        split = in_fragments(self.path)  # FFmpeg gives pictures there at other times than in an ordinary file
        return same_streams(self.path, copy, self.format, but, timed=not split) and (
            not split or _same_times(self.path, copy, but)
        )

    def finer(self) -> Mp4 | None:
        """Return the same with half as much bit rate again."""
        voices = finer(self.voices)
        return None if voices is None else replace(self, voices=voices)


def obstacle(path: Path, indexes: Sequence[int]) -> str:
    """Return why sound tracks at these places cannot be exchanged, as the rest of a sentence; empty where so."""
    try:
        with path.open("rb") as file:
            movie = fragments.movie(file)
            if any(box.name in _BOUND for box in mp4.walk(movie)):
                return "is encrypted or bound to places in it"
            tracks = movie.all(b"trak")
            for one in tracks:
                mp4.table(one)
            simple = all(_simple(mp4.edits(_sound(tracks, index))) for index in indexes)
            return "" if simple else "has edits in its sound track"
    except fragments.EncryptedError:
        return "is encrypted or bound to places in it"
    except ValueError:
        return "has tables that contradict each other"


def in_fragments(path: Path) -> bool:
    """Return whether a file is in fragments, as for streaming: its copy is an ordinary one."""
    try:
        with path.open("rb") as file:
            return fragments.fragmented(mp4.places(file))
    except ValueError:
        return False


def _same_times(source: Path, copy: Path, but: Collection[int]) -> bool:
    """Return whether the tables of all tracks but those at some places tell the same times in both files."""
    told = []
    for path in (source, copy):
        with path.open("rb") as file:
            tracks = enumerate(fragments.movie(file).all(b"trak"))
            stbls = [track.find(b"mdia", b"minf", b"stbl") for number, track in tracks if number not in but]
        boxes = [[box and box.find(name) for name in (b"stts", b"ctts", b"stss", b"stsz")] for box in stbls]
        told.append([[box and box.payload for box in some] for some in boxes])
    return told[0] == told[1]


def exact_seconds(path: Path, index: int) -> Fraction | None:
    """Return the length of a sound track in its own units of time, None where it has no simple one.

    An edit list tells it in the film's units, often milliseconds: where both mean the same, the finer one is right.
    """
    try:
        with path.open("rb") as file:
            movie = fragments.movie(file)
        track, mvhd = movie.all(b"trak")[index], movie.find(b"mvhd")
        media, edits = track.find(b"mdia", b"mdhd"), mp4.edits(track)
        if mp4.handler(track) != b"soun" or media is None or mvhd is None or (edits and not _simple(edits)):
            return None
        scale, film = mp4.scale_of(media), mp4.scale_of(mvhd)
    except (ValueError, LookupError):
        return None
    played, first = edits[-1] if edits else (0, 0)
    seconds = Fraction(_scale_and_length(media)[1] - first, scale)
    told = Fraction(played, film) if played else seconds
    return seconds if seconds > 0 and abs(told - seconds) <= Fraction(1, film) else None


def with_credentials(path: Path) -> bool:
    """Return whether a file holds content credentials, which would not fit a copy."""
    with path.open("rb") as file:
        return any(_is_c2pa(file, place) for place in mp4.places(file))


def encoded(encoding: Encoding, samples: Recording, file: BinaryIO, name: str) -> None:
    """Encode a recording alone into a seekable file of the kind `name` ("mov", "mp4", "adts" ...)."""
    import av

    with av.open(file, "w", format=name) as container:
        stream = encoding.add_to(container)
        for packet in encoding.packets(stream, samples):
            container.mux(packet)


@dataclass(slots=True)
class _New:
    """A sound track to put in place of the one at `at`: its file, table, delay in its own units, and first samples."""

    at: int
    file: BinaryIO
    table: Table
    delay: int
    firsts: Numbers

    def chunks(self, old: Table) -> list[tuple[int, int, int, BinaryIO, tuple[int, int]]]:
        """Return its chunks, each with the place of the old one for whose time it comes."""
        bounds = np.append(self.firsts, self.table.count)
        kept = np.flatnonzero(np.diff(bounds) > 0)
        begins = self.table.bytes_before(bounds[kept]) + _start(self.table)
        lengths = self.table.bytes_before(bounds[kept + 1]) - self.table.bytes_before(bounds[kept])
        rows = zip(old.offsets[kept].tolist(), begins.tolist(), lengths.tolist(), strict=True)
        return [(*row, self.file, (self.at, number)) for number, row in enumerate(rows)]


class _Exchange:
    """A file whose sound tracks are exchanged for those of other files: (place of the track, file, seconds) of each."""

    def __init__(self, source: BinaryIO, tracks: Sequence[tuple[int, BinaryIO, float]]) -> None:
        self._source = source
        self._movie = fragments.movie(source)
        self._tracks = self._movie.all(b"trak")
        self._tables = [mp4.table(track) for track in self._tracks]
        self._new: dict[int, _New] = {}
        for at, made, seconds in tracks:
            old, movie = _sound(self._tracks, at), mp4.movie(made)
            new_track = _sound(movie.all(b"trak"), 0)
            old_edits = mp4.edits(old)
            delay = max((place for _, place in mp4.edits(new_track)), default=0)
            new = _New(at, made, mp4.table(new_track), delay, np.empty(0, np.int64))
            new.firsts = _boundaries(self._tables[at], max((place for _, place in old_edits), default=0), new)
            _describe(old, new_track, new.firsts, new.table.count)
            self._set_edits(old, old_edits, delay, seconds)
            self._new[at] = new

    def write(self, file: BinaryIO) -> None:
        """Write the file."""
        places = [
            place
            for number, place in enumerate(mp4.places(self._source))
            if not (number and place.name in fragments.PIECES) and not _is_c2pa(self._source, place)
        ]
        chunks = self._chunks()
        total = sum(length for _, length, _, _ in chunks)
        wide = self._source.seek(0, 2) + total >= 2**32
        self._set_offsets(chunks, 0, wide)
        size = len(self._movie.packed())
        before, at = 0, None
        for place in places:
            if place.name == b"mdat" and at is None:
                at = before + 16
            before += size if place.name == b"moov" else 0 if place.name == b"mdat" else place.size
        self._set_offsets(chunks, at or 0, wide)
        written = False
        for place in places:
            if place.name == b"moov":
                file.write(self._movie.packed())
            elif place.name != b"mdat":
                _copy(self._source, place.start, place.size, file)
            elif not written:
                file.write(b"\x00\x00\x00\x01mdat" + (total + 16).to_bytes(8, "big"))
                for start, length, origin, _ in chunks:
                    _copy(origin, start, length, file)
                written = True

    def _chunks(self) -> list[tuple[int, int, BinaryIO, tuple[int, int]]]:
        """Return all chunks in the order of the source: place, length, file, and (track, number in the track)."""
        found: list[tuple[int, int, int, BinaryIO, tuple[int, int]]] = []
        for number, table in enumerate(self._tables):
            if number in self._new:
                found += self._new[number].chunks(table)
                continue
            for i, (start, size) in enumerate(zip(table.offsets.tolist(), table.lengths().tolist(), strict=True)):
                found.append((start, start, size, self._source, (number, i)))
        found.sort(key=lambda chunk: chunk[0])
        return [chunk[1:] for chunk in found]

    def _set_offsets(self, chunks: list[tuple[int, int, BinaryIO, tuple[int, int]]], start: int, wide: bool) -> None:
        by_track: dict[int, dict[int, int]] = {number: {} for number in range(len(self._tracks))}
        for _, length, _, (track, number) in chunks:
            by_track[track][number] = start
            start += length
        for number, offsets in by_track.items():
            ordered = np.array([offsets[place] for place in range(len(offsets))], np.int64)
            mp4.set_offsets(self._tracks[number], ordered, wide)

    def _set_edits(self, track: Box, old: list[tuple[int, int]], delay: int, seconds: float) -> None:
        mvhd = self._movie.find(b"mvhd")
        scale = mp4.scale_of(mvhd) if mvhd is not None else 1
        empty = [row for row in old if row[1] < 0]
        lengths = [length for length, place in old if place >= 0 and length]
        rows = [*empty, (lengths[0] if lengths else round(seconds * scale), delay)]
        boxes = [box for box in track.boxes or () if box.name != b"edts"]
        place = next(i for i, box in enumerate(boxes) if box.name == b"mdia")
        track.boxes = [*boxes[:place], mp4.edit_box(rows), *boxes[place:]]
        for box in self._movie.boxes or ():
            if box.name == b"udta":
                box.payload = _without_note(box.payload)


def _sound(tracks: Sequence[Box], index: int) -> Box:
    """Return the track at a place, which must hold sound. ValueError where there is none."""
    if index >= len(tracks) or mp4.handler(tracks[index]) != b"soun":
        raise ValueError("a sound track at another place")
    return tracks[index]


def _boundaries(old: Table, delay: int, new: _New) -> Numbers:
    """Return the first sample of each new chunk, so that it begins at the time of the old one."""
    seconds = (old.times() - delay) / old.scale
    firsts = new.table.numbers_at(np.round(seconds * new.table.scale).astype(np.int64) + new.delay)
    if len(firsts):
        firsts[0] = 0
    return firsts


def _simple(edits: list[tuple[int, int]]) -> bool:
    """Return whether an edit list only delays the sound and cuts its start, as encoders write it."""
    return [place >= 0 for _, place in edits] in ([], [True], [False, True])


def _start(table: Table) -> int:
    """Return where the samples of an encoded file begin; ValueError where they do not lie in one piece."""
    begins = table.offsets - table.bytes_before(table.firsts)
    if not len(begins) or np.any(begins != begins[0]):
        raise ValueError("an encoded track in several pieces")
    return int(begins[0])


def _describe(track: Box, new: Box, firsts: Numbers, count: int) -> None:
    """Give a track the description and the tables of a new one, whose chunks begin at these samples."""
    media, stbl = track.find(b"mdia", b"mdhd"), track.find(b"mdia", b"minf", b"stbl")
    new_media, made = new.find(b"mdia", b"mdhd"), new.find(b"mdia", b"minf", b"stbl")
    if media is None or stbl is None or new_media is None or made is None:
        raise ValueError("a track without its tables")
    counts = np.diff(np.append(firsts, count))
    tables = {b"stsc": mp4.chunked(counts[counts > 0])}
    stbl.boxes = [tables.get(box.name, box) for box in made.boxes or ()]
    scale, length = _scale_and_length(new_media)
    if media.payload[:1] == b"\x01":
        media.payload = media.payload[:20] + scale + length.to_bytes(8, "big") + media.payload[32:]
    else:
        media.payload = media.payload[:12] + scale + length.to_bytes(4, "big") + media.payload[20:]


def _scale_and_length(media: Box) -> tuple[bytes, int]:
    data = media.payload
    if data[:1] == b"\x01":
        return data[20:24], int.from_bytes(data[24:32], "big")
    return data[12:16], int.from_bytes(data[16:20], "big")


def _without_note(payload: bytes) -> bytes:
    """Return the user data without iTunes' note of the old encoder's delay, which would be wrong in a copy."""
    if _NOTE not in payload:
        return payload
    boxes, rest = mp4.parsed(payload)
    for box in boxes:
        if box.name == b"meta":
            head = 4 if box.payload[:4] == bytes(4) else 0
            inner, behind = mp4.parsed(box.payload[head:])
            for one in inner:
                if one.name == b"ilst":
                    items, tail = mp4.parsed(one.payload)
                    kept = [item for item in items if not (item.name == b"----" and _NOTE in item.payload)]
                    one.payload = b"".join(item.packed() for item in kept) + tail
            box.payload = box.payload[:head] + b"".join(one.packed() for one in inner) + behind
    return b"".join(box.packed() for box in boxes) + rest


def _is_c2pa(file: BinaryIO, place: Place) -> bool:
    if place.name != b"uuid":
        return False
    file.seek(place.start + place.header)
    return file.read(16) == _C2PA


def _copy(source: BinaryIO, start: int, size: int, target: Any) -> None:
    source.seek(start)
    while size > 0:
        data = source.read(min(size, _PIECE))
        if not data:
            raise ValueError("the source ends too early")
        target.write(data)
        size -= len(data)
