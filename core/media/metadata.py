"""What travels from one container of pictures into another: profile, EXIF, XMP, IPTC, resolution, text.

A converted copy is upright and may have another size, so what its metadata say of that is set right, and the small
preview in EXIF, which would show the picture without a mark, goes.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from core.media.picture import DECODING_ERRORS
from core.media.png_chunks import take_apart
from core.media.tiff_fields import Directory, Tag, directories, directory_at

_EXIF_IFD, _GPS_IFD = 34665, 34853
_WIDTH, _HEIGHT = 40962, 40963  # of the picture, as EXIF tells them again
_IPTC = 0x0404  # its number among Photoshop's resources
_TURNED = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>\s*))[2-8]")
_COLOURS = frozenset({b"cHRM", b"gAMA", b"sRGB", b"cICP", b"mDCV", b"cLLI"})
_GAMMA = 45455  # hundred thousandths: 1 / 2.2
_TEXT_LIMIT = 100  # pieces of text in a PNG
# Of a TIFF these describe the picture data, or are carried in another way.
_OF_LAYOUT = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 330, 332, 338}
    | {339, 347, 513, 514, 529, 530, 531, 532, 700, 33723, 34377, 34675, 37724, 50341, 52545}
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a picture says of itself, empty where it says nothing. `dpi` is pixels an inch across and down.

    `exif` begins with the header of a TIFF file. `notes` say what could not be taken over.
    """

    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    dpi: tuple[float, float] | None = None
    text: tuple[tuple[str, str], ...] = ()
    chunks: tuple[tuple[bytes, bytes], ...] = ()  # of a PNG, that tell its colours
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def hdr(self) -> bool:
        """Whether a PNG tells colours beyond the common ones by numbers."""
        return any(name == b"cICP" for name, _ in self.chunks)

    @property
    def odd_gamma(self) -> bool:
        """Whether a PNG tells a gamma other than the common one, and no profile."""
        told = dict(self.chunks)
        gamma = int.from_bytes(told.get(b"gAMA", b""), "big")
        return bool(gamma) and not self.icc and b"sRGB" not in told and abs(gamma - _GAMMA) > _GAMMA // 50


def metadata_of(path: Path, name: str) -> Metadata:
    """Return what a picture file of this format says of itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is not needed here
            return _of_heic(path) if name == "HEIC" else _of_others(path, name)
    except DECODING_ERRORS:
        return Metadata(notes=(f"The metadata of {path.name} could not be read; the copy leaves them out.",))


def fitted(metadata: Metadata, width: int, height: int) -> Metadata:
    """Return the metadata for an upright picture of this size, without previews."""
    exif = metadata.exif
    with contextlib.suppress(ValueError):
        exif = _fitted(exif, width, height) if exif else b""
    return replace(metadata, exif=exif, xmp=_TURNED.sub(rb"\g<1>1", metadata.xmp))


def _of_heic(path: Path) -> Metadata:
    import pillow_heif

    info = pillow_heif.open_heif(path).info
    return Metadata(_bytes(info.get("icc_profile")), _tiff(_bytes(info.get("exif"))), _bytes(info.get("xmp")))


def _of_others(path: Path, name: str) -> Metadata:
    with Image.open(path) as image:
        info: dict[Any, Any] = image.info
        exif = _tiff(_bytes(info.get("exif"))) if name != "TIFF" else _exif_of_tiff(image)
        text = getattr(image, "text", {}) if name == "PNG" else {}
        photoshop = info.get("photoshop")
        iptc = photoshop.get(_IPTC) if isinstance(photoshop, dict) else None
        if name == "TIFF":
            iptc = getattr(image, "tag_v2", {}).get(33723)
        dpi = info.get("dpi")
        return Metadata(
            _bytes(info.get("icc_profile")),
            exif,
            _bytes(info.get("xmp")),
            _bytes(iptc),
            (float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None,
            tuple((str(k), str(v)) for k, v in text.items() if k != "XML:com.adobe.xmp")[:_TEXT_LIMIT],
            _colours_of(path) if name == "PNG" else (),
        )


def _colours_of(path: Path) -> tuple[tuple[bytes, bytes], ...]:
    """Return the chunks of a PNG that tell its colours, but for the profile."""
    chunks, _ = take_apart(path.read_bytes())
    return tuple((chunk.name, chunk.payload) for chunk in chunks if chunk.name in _COLOURS and chunk.sound)


def _exif_of_tiff(image: Image.Image) -> bytes:
    exif = image.getexif()
    for tag in set(exif) & _OF_LAYOUT:
        del exif[tag]
    return _tiff(exif.tobytes()) if len(exif) else b""


def _tiff(exif: bytes) -> bytes:
    return exif.removeprefix(b"Exif\x00\x00")


def _bytes(found: object) -> bytes:
    return bytes(found) if isinstance(found, bytes | bytearray | memoryview) else b""


def _fitted(exif: bytes, width: int, height: int) -> bytes:
    """Return an EXIF block that tells this size and no turn. ValueError for a damaged one."""
    row = directories(exif)
    data = bytearray(exif)
    _set(data, row[0], Tag.ORIENTATION, 1)
    for place in row[0].numbers(exif, _EXIF_IFD)[:1]:
        inner = directory_at(exif, place, row[0].order, big=False)
        _set(data, inner, _WIDTH, width)
        _set(data, inner, _HEIGHT, height)
    if len(row) > 1:
        data[row[0].next : row[0].next + 4] = bytes(4)
        for start, size in zip(
            row[1].numbers(exif, Tag.PREVIEW_OFFSET), row[1].numbers(exif, Tag.PREVIEW_LENGTH), strict=False
        ):
            if start + size >= len(data):
                del data[start:]
            else:
                data[start : start + size] = bytes(size)
    return bytes(data)


def _set(data: bytearray, fields: Directory, tag: int, value: int) -> None:
    field = fields.fields.get(tag)
    if field is not None and field.values == 1 and value < 1 << (8 * field.size):
        data[field.start : field.start + field.size] = value.to_bytes(field.size, fields.order)
