"""JPEG: pixels from a file stripped to its bones, and a new file around the source's own segments.

Everything that is not pixels - JFIF, EXIF, XMP, ICC, IPTC, comments - is copied byte for byte in its order; only tables
and scans come from the encoder, which gets the source's quantisation tables, subsampling, colour model and mode.
"""

from __future__ import annotations

import io
import re
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageFile, JpegImagePlugin

from core.errors import UnreadableError
from core.media.jpeg_behind import without_claims
from core.media.orientation import orientation_of, stored, upright
from core.media.picture import LEAST_ROWS, Picture, check_size, cut, damaged, decoding, partly, suffix_note
from core.media.pixels import Pixels, Space

_ENCODER = threading.Lock()
_SCANS = 100  # usual are 10; each one costs a pass over the picture
_APP0, _APP1, _APP2, _APP11, _APP13, _APP14, _COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEE, 0xFE
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_USUAL, _ARITHMETIC = frozenset({0xC0, 0xC1, 0xC2}), frozenset({0xC9, 0xCA})  # frames of 8 bits that are read
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_SOS, _EOI, _DRI = 0xDA, 0xD9, 0xDD
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)  # within a scan: not stuffed, restart or filling
_FILLING = re.compile(rb"\xff{2,}")
_SEGMENT_LIMIT = 10_000  # more than any real file has
_ROUNDS_TO_4_2_X = {(1, 1): 0, (2, 1): 1, (2, 2): 2}  # luma samples per chroma sample -> Pillow's number


class Segment(NamedTuple):
    """One marker segment: the marker's second byte and the payload (without the length)."""

    marker: int
    payload: bytes

    def packed(self) -> bytes:
        """Return the segment as it stands in a file."""
        return bytes((0xFF, self.marker)) + (len(self.payload) + 2).to_bytes(2, "big") + self.payload


@dataclass(frozen=True, slots=True)
class Layout:
    """A JPEG file taken apart: segments before the first scan, the scans themselves, what follows the picture.

    `scans` runs from the first scan's marker to before the end marker. `complete` is whether that end marker is there.
    """

    segments: tuple[Segment, ...]
    scans: bytes
    scan_count: int
    trailer: bytes
    complete: bool


def take_apart(data: bytes) -> Layout:
    """Return the layout of a JPEG file. ValueError where it is none; one cut within its scans is not `complete`."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no start of image")
    segments: list[Segment] = []
    place = 2
    while len(segments) < _SEGMENT_LIMIT:
        filling = _FILLING.match(data, place)
        place = place if filling is None else filling.end() - 1
        if len(data) < place + 4 or data[place] != 0xFF or data[place + 1] < 0xC0:
            raise ValueError("no segment where one should be")
        marker = data[place + 1]
        if marker in (_EOI, 0xD8) or 0xD0 <= marker <= 0xD7:
            raise ValueError("no scan")
        if marker == _SOS:
            break
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if length < 2 or place + 2 + length > len(data):
            raise ValueError("cut in the header")
        segments.append(Segment(marker, data[place + 4 : place + 2 + length]))
        place += 2 + length
    else:
        raise ValueError("too many segments")
    end, count = _end_of_scans(data, place)
    trailer = b"" if end is None else data[end + 2 :]
    return Layout(tuple(segments), data[place : len(data) if end is None else end], count, trailer, end is not None)


def _end_of_scans(data: bytes, place: int) -> tuple[int | None, int]:
    """Return where the end marker stands (None: nowhere) and the number of scans."""
    count = 0
    for _ in range(_SEGMENT_LIMIT):
        found = _MARKER.search(data, place)
        if found is None:
            break
        place = found.start()
        marker = data[place + 1]
        if marker == _EOI:
            return place, count
        count += marker == _SOS
        place += 2 + max(2, int.from_bytes(data[place + 2 : place + 4], "big"))
    return None, count


def put_together(segments: tuple[Segment, ...] | list[Segment], scans: bytes, trailer: bytes = b"") -> bytes:
    """Return the file that `take_apart` takes apart."""
    return b"".join([b"\xff\xd8", *(segment.packed() for segment in segments), scans, b"\xff\xd9", trailer])


@dataclass(frozen=True, slots=True)
class _Kept:
    segments: tuple[Segment, ...]
    tables: tuple[tuple[int, ...], ...]
    subsampling: int
    progressive: bool
    restart: int
    stores_rgb: bool
    ink_inverted: bool
    orientation: int

    def encode(self, pixels: Pixels) -> bytes:
        array = stored(pixels, self.orientation)
        if array.ndim == 3 and array.shape[2] == 4:
            image = Image.frombytes("CMYK", array.shape[1::-1], (array if self.ink_inverted else 255 - array).tobytes())
        else:
            image = Image.fromarray(array)
        made = take_apart(self._encoded(image))
        segments = list(self.segments)
        colour = [s for s in made.segments if s.marker == _APP14]
        if colour and (self.stores_rgb or self.ink_inverted):  # how the encoder stored the colours
            at = next((i for i, s in enumerate(segments) if s.marker == _APP14), None)
            segments = [s for s in segments if s.marker != _APP14]
            segments.insert(len(segments) if at is None else at, colour[0])
        segments += [s for s in made.segments if s.marker < 0xE0]
        return put_together(segments, made.scans)

    def finer(self) -> _Kept | None:
        """Return the same with half the quantisation steps.

        Pixels that were quantised before fall back to their old values when a change is smaller than half a step.
        """
        if max(map(max, self.tables)) <= 1:
            return None
        return replace(self, tables=tuple(tuple((step + 1) // 2 for step in table) for table in self.tables))

    def _encoded(self, image: Image.Image) -> bytes:
        return saved(
            image,
            qtables=[list(table) for table in self.tables],
            subsampling=self.subsampling,
            progressive=self.progressive,
            keep_rgb=self.stores_rgb,
            restart_marker_blocks=self.restart,
        )


def saved(image: Image.Image, **options: Any) -> bytes:
    """Return a picture as the encoder saves it with these options."""
    buffer = io.BytesIO()
    # The encoder needs room for the whole file at once, and what it takes by itself is too little for very fine
    # pictures (4.1 bytes a pixel were measured for noise); its least room is a setting of the library.
    with _ENCODER:
        usual = ImageFile.MAXBLOCK
        ImageFile.MAXBLOCK = max(usual, 2 * len(image.getbands()) * image.width * image.height)
        try:
            image.save(buffer, "JPEG", optimize=True, **options)
        finally:
            ImageFile.MAXBLOCK = usual
    return buffer.getvalue()


def read(path: Path, data: bytes) -> Picture:
    """Return the picture of a JPEG file; of one that is cut off, the rows that are there."""
    try:
        layout = take_apart(data)
    except ValueError as error:
        raise damaged(path) from error
    frame = next((s for s in layout.segments if s.marker in _SOF), None)
    if frame is None or len(frame.payload) < 6:
        raise damaged(path)
    height, width = int.from_bytes(frame.payload[1:3], "big"), int.from_bytes(frame.payload[3:5], "big")
    check_size(path, width, height, frame.payload[5])
    if layout.scan_count > _SCANS:
        raise UnreadableError(
            f"{path.name} holds {layout.scan_count} scans, where ten are usual: a sign of harmful intent.",
            "Open it in an image editor, and save it anew.",
            path=path,
        )
    arithmetic = frame.marker in _ARITHMETIC
    if frame.payload[0] != 8 or not (arithmetic or frame.marker in _USUAL) or (arithmetic and frame.payload[5] == 4):
        raise UnreadableError(
            f"{path.name} is a JPEG of a rare kind (12 bits, lossless or hierarchical), which cannot be read.",
            "Save it as an ordinary JPEG, or as PNG or TIFF.",
            path=path,
        )
    bones = put_together([s for s in layout.segments if s.marker < 0xE0 or _matters(s)], layout.scans)
    with decoding(path), Image.open(io.BytesIO(bones), formats=["JPEG"]) as image:
        assert isinstance(image, JpegImagePlugin.JpegImageFile)
        pixels = _arithmetic(bones) if arithmetic else np.array(image)
        tables = {number: tuple(table) for number, table in image.quantization.items()}
        layers = list(image.layer)
    space: Space = "grey" if pixels.ndim == 2 else "cmyk" if pixels.shape[2] == 4 else "rgb"
    adobe = any(s.marker == _APP14 and s.payload.startswith(b"Adobe") for s in layout.segments)
    if space == "cmyk" and not adobe:
        pixels = 255 - pixels  # Pillow takes every file for Adobe's, who store 255 where there is no ink
    turn = next((orientation_of(s.payload) for s in layout.segments if _is_exif(s)), 1)
    if not layout.complete:
        return _cut(path, pixels, space, turn)
    segments, notes = _worth_keeping(path, layout)
    if arithmetic:
        notes += (f"{path.name} is coded arithmetically, which few programs read; the copy is coded in the usual way.",)
    kept = _Kept(
        segments=segments,
        tables=_tables(tables, layers),
        subsampling=_subsampling(layers),
        progressive=frame.marker in _PROGRESSIVE,
        restart=next((int.from_bytes(s.payload[:2], "big") for s in layout.segments if s.marker == _DRI), 0),
        stores_rgb=_stores_rgb(layout.segments, layers),
        ink_inverted=adobe,
        orientation=turn,
    )
    return Picture(path, upright(pixels, turn), space, "JPEG", suffix_note(path, "JPEG") + notes, _kept=kept)


def _arithmetic(data: bytes) -> Pixels:
    """Return the pixels of an arithmetically coded file, which Pillow's decoder does not know."""
    import imagecodecs

    pixels: Pixels = imagecodecs.jpeg8_decode(data)
    return pixels


def _cut(path: Path, pixels: Pixels, space: Space, turn: int) -> Picture:
    """Return the rows that were there: the decoder fills the rest with one colour."""
    flat = pixels.reshape(len(pixels), -1)
    changing = np.flatnonzero((flat[:, 1:] != flat[:, :-1]).any(axis=1))
    rows = 0 if changing.size == 0 else int(changing[-1]) + 1
    if rows < len(pixels):
        rows = rows // 16 * 16 - 16  # the last row of blocks may be cut in its middle
    if rows < LEAST_ROWS:
        raise cut(path)
    refusal, note = partly(path, rows, len(pixels))
    return Picture(path, upright(pixels[:rows], turn), space, "JPEG", (*suffix_note(path, "JPEG"), note), refusal)


def _matters(segment: Segment) -> bool:
    """Return whether a segment changes how the colours are decoded."""
    return (segment.marker == _APP0 and segment.payload.startswith(b"JFIF")) or (
        segment.marker == _APP14 and segment.payload.startswith(b"Adobe")
    )


def _is_exif(segment: Segment) -> bool:
    return segment.marker == _APP1 and segment.payload.startswith(b"Exif\x00")


def _worth_keeping(path: Path, layout: Layout) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """Return the segments that a copy takes over, and notes about the rest."""
    kept: list[Segment] = []
    notes: list[str] = []
    further = bool(layout.trailer.strip(b"\x00\xff\r\n"))
    credentials = preview = False
    for segment in layout.segments:
        if segment.marker < 0xE0:
            continue
        if segment.marker == _APP11 and segment.payload.startswith(b"JP"):
            credentials = True
        elif segment.marker == _APP2 and segment.payload.startswith(b"MPF\x00"):
            further = True
        else:
            kept.append(segment)
            preview = preview or (segment.marker in (_APP1, _APP13) and b"\xff\xd8\xff" in segment.payload)
    if further:
        kept = [s._replace(payload=without_claims(s.payload)) if s.marker == _APP1 else s for s in kept]
        notes.append(
            f"{path.name} holds more behind the picture (further pictures, a film or a brightness map);"
            " the copy leaves that out."
        )
    if credentials:
        notes.append(f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.")
    if preview:
        notes.append(f"The small preview inside {path.name} is kept as it is and carries no mark.")
    return tuple(kept), tuple(notes)


def _tables(tables: dict[int, tuple[int, ...]], layers: list[tuple[int, int, int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return the quantisation tables in the order of the encoder's components."""
    used = [tables[layer[3]] for layer in layers]
    if len(used) == 4:  # YCCK is written as CMYK, whose colours all need the fine table
        return (tuple(min(values) for values in zip(*used, strict=True)),)
    if len(used) == 3 and used[1] == used[2]:
        used = used[:2]
    return tuple(used)


def _subsampling(layers: list[tuple[int, int, int, int]]) -> int:
    if len(layers) != 3 or layers[1][1:3] != layers[2][1:3]:
        return 0
    ratio = (layers[0][1] / layers[1][1], layers[0][2] / layers[1][2])
    return next((number for pair, number in _ROUNDS_TO_4_2_X.items() if pair == ratio), 0)


def _stores_rgb(segments: tuple[Segment, ...], layers: list[tuple[int, int, int, int]]) -> bool:
    """Return whether three colours are stored as RGB, not as YCbCr, by the rules of the usual decoder (libjpeg)."""
    if len(layers) != 3 or any(s.marker == _APP0 and s.payload.startswith(b"JFIF") for s in segments):
        return False
    adobe = next((s.payload for s in segments if s.marker == _APP14 and s.payload.startswith(b"Adobe")), b"")
    if len(adobe) >= 12:
        return adobe[11] == 0
    return [layer[0] for layer in layers] == [0x52, 0x47, 0x42]
