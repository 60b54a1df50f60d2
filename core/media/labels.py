"""What files say of themselves, read from any and exchanged in those that are written: XMP and text fields.

Picture and sound are not touched: the file is the one that its writer made, with other descriptions around it.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable
from pathlib import Path

from core.errors import CountermarkError, RefusedError, UnreadableError, WriteError
from core.labels import Labels
from core.media import label_boxes, label_pictures, label_riff, label_tags
from core.media.files import cannot_write
from core.media.signatures import cannot_open, format_of

_PICTURES: dict[str, tuple[Callable[[bytes], bytes], Callable[..., bytes]]] = {
    "JPEG": (label_pictures.jpeg_xmp, label_pictures.jpeg_labelled),
    "PNG": (label_pictures.png_xmp, label_pictures.png_labelled),
    "TIFF": (label_pictures.tiff_xmp, label_pictures.tiff_labelled),
    "WebP": (label_pictures.webp_xmp, label_pictures.webp_labelled),
    "AVIF": (label_boxes.picture_xmp, label_boxes.picture_labelled),
    "HEIC": (label_boxes.picture_xmp, label_boxes.picture_labelled),
}
_TAGGED = ("MP3", "AIFF", "FLAC", "Ogg", "M4A")
_PACKET = re.compile(rb"<x:xmpmeta[\s>].{0,4000000}?</x:xmpmeta>", re.DOTALL)
_SEARCHED = 200_000_000  # bytes of a file of another format that are searched for a packet


def read_labels(path: Path) -> Labels:
    """Return what a file says of itself; of formats that are not written, an XMP packet that lies open in it.

    Descriptions that make no sense count as none: they are a stranger's. UnreadableError where there is no file.
    """
    name = format_for_labels(path)
    try:
        if name in _PICTURES:
            return Labels("", _PICTURES[name][0](path.read_bytes()))
        if name == "WAV":
            return label_riff.read(path)
        if name in _TAGGED:
            return label_tags.read(path, name)
        return Labels("", _scanned(path))
    except OSError as error:
        raise cannot_open(path, error) from error
    except (ValueError, LookupError, MemoryError):
        return Labels()


def has_room(path: Path) -> bool:
    """Return whether statements can be written into a file of this format."""
    return format_for_labels(path) in (*_PICTURES, *_TAGGED, "WAV")


def write_labels(
    path: Path, *, xmp: bytes | None = None, fields: tuple[tuple[str, str], ...] = (), strip: bool = False
) -> None:
    """Exchange the XMP packet (None: it stays; b"": it goes) and these text fields of a file that was just written.

    Fields of other names stay; an empty text takes a field away. `strip` takes private data out of what is there:
    places, serial numbers, owners, previews. RefusedError for a format without room for statements, WriteError where
    the file cannot be written; it is the caller's temporary file, and of no use then.
    """
    name = format_for_labels(path)
    try:
        if name in _PICTURES:
            path.write_bytes(_PICTURES[name][1](path.read_bytes(), xmp, strip=strip))
        elif name == "WAV":
            label_riff.write(path, xmp=xmp, fields=fields, strip=strip)
        elif name in _TAGGED:
            label_tags.write(path, name, xmp=xmp, fields=fields, strip=strip)
        else:
            raise RefusedError(f"{name} has no room for statements.", "Protect it without terms, or as PNG or WAV.")
    except OSError as error:
        raise cannot_write(path, error) from error
    except CountermarkError:
        raise
    except (ValueError, LookupError) as error:
        raise WriteError(
            f"The statements could not be written: the {name} file came out in a way that is not understood ({error}).",
            "Protect it without terms, and report this.",
            path=path,
        ) from error


def format_for_labels(path: Path) -> str:
    """Return the format of a file, "M4A" for all its kin, "" for what Countermark does not read as media."""
    try:
        name = format_of(path)
    except UnreadableError:
        if not path.is_file():
            raise
        with path.open("rb") as file:
            head = file.read(12)
        if head[4:8] != b"ftyp":
            return ""
        return "HEIC" if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1") else "M4A"
    return "M4A" if name in ("MP4", "MOV", "3GP", "MP4 or M4A") else name


def _scanned(path: Path) -> bytes:
    """Return the first XMP packet that lies open in a file."""
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return b""
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = _PACKET.search(data, 0, min(len(data), _SEARCHED))
            return b"" if found is None else bytes(found[0])
