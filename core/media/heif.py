"""HEIC and AVIF: pixels of the main picture at their own depth, and a new file around the source's own metadata.

EXIF, XMP, profile, turns and light levels are copied byte for byte; only the coded picture with its opacity is new. The
files do not tell their quality, so a fine one is taken, and depth and subsampling as the source's decoder needs them.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image

from core.errors import RefusedError
from core.media.boxes import Box, Item, Items, Property, Reference, put_together, take_apart
from core.media.picture import IncompleteError, Picture, check_size, damaged, decoding, suffix_note
from core.media.pixels import Pixels, Space

Format = Literal["HEIC", "AVIF"]
_QUALITY = 90
_FINEST = 100  # of AVIF this is lossless, of HEIC nearly
_SPEED = 6  # of the AV1 encoder: finer settings took forty times as long for 4 % fewer bytes
_PRESET = "medium"  # of the HEVC encoder: "slow" took twice as long for 2 % fewer bytes
_HEVC = threading.Lock()  # its depth is a setting of the whole library
_CODED = {"HEIC": b"hvc1", "AVIF": b"av01"}
_METADATA = frozenset({b"Exif", b"mime", b"uri "})
_TURNS = frozenset({b"irot", b"imir"})
_KEPT = frozenset({b"pasp", b"clli", b"mdcv", b"cclv", b"amve", b"ndwt", b"reve", b"udes"})  # true of other pixels too
_LIGHT = frozenset({b"clli", b"mdcv", b"cclv", b"amve", b"ndwt"})
_USUAL_PRIMARIES, _USUAL_CURVES = frozenset({1, 2, 5, 6}), frozenset({1, 2, 5, 6, 13, 14, 15})
_OPACITY = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


class Coding(NamedTuple):
    """How a picture is coded: bits of a sample, and chroma as "444", "422", "420" or "400" (grey)."""

    bits: int
    chroma: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a copy keeps beside its pixels, and how it is coded."""

    format: Format
    metadata: tuple[Item, ...]
    properties: tuple[Property, ...]  # of the picture, without those of its coding
    coding: Coding
    quality: int = _QUALITY

    def encode(self, pixels: Pixels) -> bytes:
        stored = turned_back(pixels, self.properties)
        made = take_apart(_coded(self.format, stored, self.coding, self.quality))
        return _around(made, self.metadata, self.properties)

    @property
    def colours(self) -> tuple[Property, ...]:
        """What tells the colours and lights by numbers."""
        return tuple(p for p in self.properties if p.box.name in _LIGHT or p.box.payload[:4] == b"nclx")

    @property
    def usual_colours(self) -> bool:
        """Whether nothing is told by numbers that is not true of every common picture (sRGB, or not said)."""
        told = next((p.box.payload for p in self.properties if p.box.payload[:4] == b"nclx"), b"")
        return len(told) < 8 or (told[5] in _USUAL_PRIMARIES and told[7] in _USUAL_CURVES)

    def finer(self) -> Kept | None:
        """Return the same with half the distance to the best quality."""
        return None if self.quality >= _FINEST else replace(self, quality=(self.quality + _FINEST + 1) // 2)


def read(path: Path, data: bytes, name: Format) -> Picture:
    """Return the main picture of a HEIC or AVIF file."""
    try:
        items = take_apart(data)
    except ValueError as error:
        raise damaged(path) from error
    main = items.items[items.primary]
    first = next(iter(items.parts(main.number)), main)
    moving = b"moov" in items.others
    width, height = _size(main)
    check_size(path, width, height, 8)
    with decoding(path):
        coding = _coding(first)
        pixels, space = _heic(data, coding) if name == "HEIC" else _avif(data, main, coding, moving=moving)
    notes = suffix_note(path, name)
    obstacle: RefusedError | None = None
    if moving:
        notes += (f"{path.name} is an animation; its main picture was examined.",)
        obstacle = IncompleteError(
            f"{path.name} is an animation, which is not protected in this format.",
            "Save it as an animated WebP and protect that file.",
            path=path,
        )
    elif first.type != _CODED[name]:
        obstacle = RefusedError(
            f"{path.name} is a kind of {name} that can be checked but not protected.", "Save it as PNG.", path=path
        )
    metadata = tuple(item for item in items.of(b"cdsc", main.number) if item.type in _METADATA and _harmless(item))
    kept = Kept(name, metadata, _lasting(main), coding)
    return Picture(path, pixels, space, name, notes + _left_out(path, items, data), obstacle, kept)


def turned(stored: Pixels, properties: Sequence[Property]) -> Pixels:
    """Return stored pixels as they are to be seen: "irot" turns against the clock, "imir" mirrors."""
    for box, _ in properties:
        if box.name == b"irot":
            stored = np.rot90(stored, box.payload[0] & 3)
        elif box.name == b"imir":
            stored = stored[:, ::-1] if box.payload[0] & 1 else stored[::-1]
    return np.ascontiguousarray(stored)


def turned_back(pixels: Pixels, properties: Sequence[Property]) -> Pixels:
    """Return upright pixels as a file with these turns stores them."""
    for box, _ in reversed(properties):
        if box.name == b"irot":
            pixels = np.rot90(pixels, -(box.payload[0] & 3))
        elif box.name == b"imir":
            pixels = pixels[:, ::-1] if box.payload[0] & 1 else pixels[::-1]
    return np.ascontiguousarray(pixels)


def widened(pixels: Pixels, bits: int) -> Pixels:
    """Return samples of 10 or 12 bits as 16 bits, full scale to full scale; samples of 8 bits as they are."""
    if bits <= 8:
        return pixels
    return (pixels << (16 - bits)) | (pixels >> (2 * bits - 16))


def narrowed(pixels: Pixels, bits: int) -> Pixels:
    """Return samples of 16 bits as the nearest ones of 10 or 12 bits, in uint16."""
    top = (1 << bits) - 1
    return ((pixels.astype(np.uint32) * top + 32767) // 65535).astype(np.uint16)


def _heic(data: bytes, coding: Coding) -> tuple[Pixels, Space]:
    import pillow_heif

    with _HEVC:
        file = pillow_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
        pixels = np.array(file)
        mode = str(file.mode).partition(";")[0]
        bits = int(file.info["bit_depth"])
    if mode.endswith("a"):
        raise ValueError("premultiplied")
    if coding.chroma == "400" and pixels.ndim == 3:  # a grey picture with opacity comes as colours
        pixels = pixels[..., 0] if pixels.shape[2] != 4 else np.ascontiguousarray(pixels[..., [0, 3]])
    return widened(pixels, bits), "grey" if coding.chroma == "400" else "rgb"


def _avif(data: bytes, main: Item, coding: Coding, *, moving: bool) -> tuple[Pixels, Space]:
    if coding.bits > 8 and not moving:
        from imagecodecs import avif_decode

        pixels = widened(np.asarray(avif_decode(data, index=0)), coding.bits)
    else:
        with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:  # gives 8 bits, whatever there is
            pixels = np.asarray(image)
    if pixels.ndim == 3 and (pixels.shape[2] == 1 or (coding.chroma == "400" and pixels.shape[2] == 3)):
        pixels = pixels[..., 0]  # grey with opacity stays four channels: the encoder knows no other way
    pixels = turned(_clipped(pixels, main.find(b"clap")), main.properties)
    return pixels, "grey" if pixels.ndim == 2 else "rgb"


def _clipped(pixels: Pixels, clap: bytes | None) -> Pixels:
    """Return what a "clap" property shows of the coded picture: a size, and how far its middle is moved."""
    if clap is None or len(clap) < 32:
        return pixels
    numbers = [int.from_bytes(clap[i : i + 4], "big", signed=i in (16, 24)) for i in range(0, 32, 4)]
    if 0 in numbers[1::2]:
        raise ValueError("no clean aperture")
    width, height, right, down = (n / d for n, d in zip(numbers[::2], numbers[1::2], strict=True))
    x, y = ((pixels.shape[1] - width) / 2 + right), ((pixels.shape[0] - height) / 2 + down)
    if min(x, y, width - 1, height - 1) < 0 or x + width > pixels.shape[1] or y + height > pixels.shape[0]:
        raise ValueError("no clean aperture")
    return pixels[round(y) : round(y + height), round(x) : round(x + width)]


def _size(item: Item) -> tuple[int, int]:
    ispe = item.find(b"ispe") or b""
    return int.from_bytes(ispe[4:8], "big"), int.from_bytes(ispe[8:12], "big")


def _coding(item: Item) -> Coding:
    """Return how an item is coded, as the configuration of its decoder says."""
    av1, hevc = item.find(b"av1C"), item.find(b"hvcC")
    if av1 is not None and len(av1) >= 4:
        high, twelve, grey, across, down = (bool(av1[2] & bit) for bit in (0x40, 0x20, 0x10, 0x08, 0x04))
        chroma = "400" if grey else "420" if across and down else "422" if across else "444"
        return Coding(12 if high and twelve else 10 if high else 8, chroma)
    if hevc is not None and len(hevc) >= 18:
        return Coding(8 + (hevc[17] & 7), ("400", "420", "422", "444")[hevc[16] & 3])
    return Coding(8, "444")


def _coded(format: Format, stored: Pixels, coding: Coding, quality: int) -> bytes:
    """Return a bare file of these pixels."""
    bits = 8 if stored.dtype == np.uint8 else 12 if coding.bits > 10 else 10
    array = stored if bits == 8 else narrowed(stored, bits)
    if format == "AVIF":
        from imagecodecs import avif_encode

        # At full quality the encoder is lossless, which needs all chroma samples.
        chroma = coding.chroma if quality < _FINEST and coding.chroma != "400" else "444"
        chroma = "400" if array.ndim == 2 else chroma
        return bytes(avif_encode(array, level=quality, speed=_SPEED, bitspersample=bits, pixelformat=chroma))
    return _hevc(array, bits, coding, quality)


def _hevc(array: Pixels, bits: int, coding: Coding, quality: int) -> bytes:
    import pillow_heif

    channels = 1 if array.ndim == 2 else array.shape[2]
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels] + (";16" if bits > 8 else "")
    array = array << (16 - bits) if bits > 8 else array
    buffer = io.BytesIO()
    options = pillow_heif.options
    with _HEVC:
        usual = options.SAVE_HDR_TO_12_BIT
        options.SAVE_HDR_TO_12_BIT = bits == 12
        try:
            pillow_heif.encode(
                mode,
                array.shape[1::-1],
                np.ascontiguousarray(array).tobytes(),
                buffer,
                quality=quality,
                **({"chroma": int(coding.chroma)} if coding.chroma != "400" else {}),
                enc_params={"preset": _PRESET},
            )
        finally:
            options.SAVE_HDR_TO_12_BIT = usual
    return buffer.getvalue()


def _around(made: Items, metadata: Sequence[Item], properties: Sequence[Property]) -> bytes:
    """Return the newly coded picture in a file with other metadata and properties."""
    main = made.items[made.primary]
    turns = [one for one in properties if one.box.name in _TURNS]
    coding = [one for one in main.properties if one.box.name not in (b"colr", *_TURNS)]
    clipped = [one for one in coding if one.box.name == b"clap"]  # comes before any turn
    coding = [one for one in coding if one.box.name != b"clap"]
    others = [one for one in properties if one.box.name not in (b"colr", *_TURNS)]
    said = [*coding, *_colours(main, properties), *others, *clipped]
    items = [main._replace(number=1, properties=(*said, *turns))]
    references = []
    for opacity in made.of(b"auxl", main.number):
        number = len(items) + 1
        items.append(opacity._replace(number=number, properties=(*opacity.properties, *turns)))
        references.append(Reference(b"auxl", number, (1,)))
    for item in metadata:
        number = len(items) + 1
        items.append(item._replace(number=number, properties=()))
        references.append(Reference(b"cdsc", number, (1,)))
    brands = b"avif\x00\x00\x00\x00avifmif1miaf" if main.type == b"av01" else b"heic\x00\x00\x00\x00mif1heicmiaf"
    return put_together(brands, items, references, 1)


def _colours(main: Item, properties: Sequence[Property]) -> list[Property]:
    """Return what is said of the colours: the source's own profile and primaries, the new coding's own matrix."""
    profiles = [one for one in properties if one.box.name == b"colr" and one.box.payload[:4] in (b"prof", b"rICC")]
    mine = next((one for one in main.properties if one.box.payload[:4] == b"nclx" and one.box.name == b"colr"), None)
    source = next((one.box.payload for one in properties if one.box.payload[:4] == b"nclx"), None)
    if mine is None:
        return profiles
    head = mine.box.payload[:8] if source is None or len(source) < 11 else source[:8]  # primaries and curve
    return [*profiles, Property(Box(b"colr", head + mine.box.payload[8:]), mine.essential)]


def _lasting(item: Item) -> tuple[Property, ...]:
    """Return the properties of a picture that stay true for other pixels."""
    names = _TURNS | _KEPT | {b"colr"}
    return tuple(one for one in item.properties if one.box.name in names)


def _harmless(item: Item) -> bool:
    """Return whether metadata stay true for other pixels: content credentials do not."""
    return b"c2pa" not in item.entry.lower()


def _left_out(path: Path, items: Items, data: bytes) -> tuple[str, ...]:
    """Return notes about what a copy does not hold."""
    main = items.primary
    notes = []
    aux = [item.find(b"auxC") or b"" for item in items.of(b"auxl", main)]
    own = {main, *(part.number for part in items.parts(main))}
    own |= {item.number for item in (*items.of(b"auxl", main), *items.of(b"cdsc", main), *items.of(b"thmb", main))}
    hidden = {part.number for number in own for part in items.parts(number)}
    further = [item for item in items.items.values() if item.number not in own | hidden and item.find(b"ispe")]
    if further or any(not any(kind in name for kind in _OPACITY) for name in aux):
        notes.append(
            f"{path.name} holds more than its main picture (further pictures, depth or brightness maps);"
            " the copy leaves that out."
        )
    if items.of(b"thmb", main):
        notes.append(f"The small preview inside {path.name} carries no mark; the copy leaves it out.")
    if b"c2pa" in data[:4096].lower() or any(not _harmless(item) for item in items.items.values()):
        notes.append(f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.")
    return tuple(notes)
