"""What a WAV file says of itself: LIST/INFO, the broadcast extension (bext), iXML and XMP; sound stays as it is.

Descriptions stand where they stood; new ones go behind the sound. (Microsoft RIFF; EBU Tech 3285; iXML 3.0; XMP
specification, part 3; EBU Tech 3306 for RF64.)
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from core.errors import RefusedError
from core.labels import Labels
from core.media import riff

_XMP, _IXML, _BEXT = b"_PMX", b"iXML", b"bext"
_CHUNK_LIMIT = 16_000_000  # bytes of a description that is read
_BEXT_LENGTH = 602  # bytes of the fixed part
_BEXT_FIELDS = {"Description": (0, 256), "Originator": (256, 32), "OriginatorReference": (288, 32)}
_UMID = (348, 64)  # holds the number of a device, and a place where its second half is used
_BEXT_VERSION = 346
_BLOCK = 1 << 20
_PLAIN = {
    "©": "(c)",
    "“": '"',
    "”": '"',
    "„": '"',
    "’": "'",
    "‘": "'",
    "–": "-",
    "—": "-",
    "…": "...",
    "Ł": "L",
    "ł": "l",
    "Ø": "O",
    "ø": "o",
    "ß": "ss",
    "Æ": "AE",
    "æ": "ae",
    "Œ": "OE",
    "œ": "oe",
    "Đ": "D",
    "đ": "d",
    "Þ": "Th",
    "þ": "th",
    "ð": "d",
    "ı": "i",
}
_PLACES = re.compile(rb"<(LOCATION|USER)>.*?</\1>|<LOCATION_GPS>[^<]*</LOCATION_GPS>", re.DOTALL)


def read(path: Path) -> Labels:
    """Return what a WAV file says. ValueError where it is none."""
    with path.open("rb") as file:
        form = riff.outline(file)
        found: dict[bytes, bytes] = {}
        for chunk in form.chunks:
            if chunk.name in (_XMP, _IXML, _BEXT, b"LIST") and chunk.size <= _CHUNK_LIMIT:
                file.seek(chunk.start)
                payload = file.read(chunk.size)
                if chunk.name != b"LIST" or payload.startswith(b"INFO"):
                    found.setdefault(chunk.name, payload)
    fields = [(f"INFO.{name.decode('latin-1')}", _text(value)) for name, value in _info(found.get(b"LIST", b""))]
    bext = found.get(_BEXT, b"")
    for name, (start, size) in _BEXT_FIELDS.items():
        if text := _text(bext[start : start + size]):
            fields.append((f"bext.{name}", text))
    if _IXML in found:
        fields.append(("iXML", found[_IXML].decode("utf-8", "replace").rstrip("\x00")))
    return Labels("RIFF", found.get(_XMP, b""), tuple(fields))


def write(path: Path, *, xmp: bytes | None, fields: tuple[tuple[str, str], ...], strip: bool) -> None:
    """Exchange what a WAV file says, in place. RefusedError where it would become longer than its kind can be."""
    with path.open("rb") as file, TemporaryFile(dir=path.parent) as made:
        form = riff.outline(file)
        _write(file, form, made, xmp, dict(fields), strip)
        length = made.tell()
        if length - 8 >= riff.UNKNOWN and not form.wide:
            raise RefusedError("With its statements the file would be larger than 4 GB.", "Save it as RF64 or FLAC.")
        made.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(made, target, _BLOCK)


def _write(
    file: BinaryIO, form: riff.Outline, made: BinaryIO, xmp: bytes | None, fields: dict[str, str], strip: bool
) -> None:
    changed: dict[bytes, bytes | None] = {}
    if xmp is not None:
        changed[_XMP] = xmp or None
    info = {name.removeprefix("INFO.").encode("latin-1"): text for name, text in fields.items() if name[:5] == "INFO."}
    bext = {name.removeprefix("bext."): text for name, text in fields.items() if name.startswith("bext.")}
    done = set()
    file.seek(0)
    made.write(file.read(12))
    for chunk in form.chunks:
        file.seek(chunk.start)
        name = chunk.name
        payload: bytes | None = None
        if name == b"LIST" and b"LIST" not in done and chunk.size <= _CHUNK_LIMIT and file.read(4) == b"INFO":
            file.seek(chunk.start)
            payload = _with_info(file.read(chunk.size), info)
        elif name == _BEXT and _BEXT not in done and chunk.size <= _CHUNK_LIMIT:
            payload = _with_bext(file.read(chunk.size), bext, strip)
        elif name == _IXML and _IXML not in done and chunk.size <= _CHUNK_LIMIT:
            old = file.read(chunk.size)
            payload = fields["iXML"].encode() if "iXML" in fields else old
            payload = _PLACES.sub(b"", payload) if strip and "iXML" not in fields else payload
        elif name == _XMP and _XMP in changed:
            payload = changed[_XMP] if _XMP not in done else None
            done.add(_XMP)
            if payload is None:
                continue
        if payload is not None:
            done.add(name)
            _chunk(made, name, payload)
            continue
        file.seek(chunk.start - 8)
        _copy(file, made, 8 + chunk.size)
        made.write(b"\x00" * (chunk.size & 1))
    for name, payload in (
        (b"LIST", _with_info(b"INFO", info) if info else b""),
        (_BEXT, _with_bext(b"", bext, False) if bext else b""),
        (_IXML, fields.get("iXML", "").encode()),
        (_XMP, changed.get(_XMP) or b""),
    ):
        if name not in done and payload:
            _chunk(made, name, payload)
    _true_length(made, form)


def _true_length(made: BinaryIO, form: riff.Outline) -> None:
    """Put the length of the whole into the header, or into the "ds64" chunk of a long file."""
    length = made.tell()
    if not form.wide:
        made.seek(4)
        made.write(min(length - 8, riff.UNKNOWN).to_bytes(4, "little"))
    else:
        sizes = form.find(b"ds64")
        if sizes is not None and sizes.start == 20:
            made.seek(sizes.start)
            made.write((length - 8).to_bytes(8, "little"))
    made.seek(length)


def _chunk(made: BinaryIO, name: bytes, payload: bytes) -> None:
    made.write(name + len(payload).to_bytes(4, "little") + payload + b"\x00" * (len(payload) & 1))


def _copy(file: BinaryIO, made: BinaryIO, size: int) -> None:
    while size > 0:
        part = file.read(min(size, _BLOCK))
        if not part:
            return
        made.write(part)
        size -= len(part)


def _info(payload: bytes) -> list[tuple[bytes, bytes]]:
    """Return names and values of a LIST/INFO chunk's content."""
    found = []
    place = 4
    while place + 8 <= len(payload):
        size = int.from_bytes(payload[place + 4 : place + 8], "little")
        found.append((payload[place : place + 4], payload[place + 8 : place + 8 + size]))
        place += 8 + size + (size & 1)
    return found


def _with_info(payload: bytes, info: dict[bytes, str]) -> bytes:
    entries = [(name, value) for name, value in _info(payload) if name not in info]
    entries += [(name, text.encode() + b"\x00") for name, text in info.items() if text]
    parts = [b"INFO"]
    for name, value in entries:
        parts += [name, len(value).to_bytes(4, "little"), value, b"\x00" * (len(value) & 1)]
    return b"".join(parts)


def _with_bext(payload: bytes, fields: dict[str, str], strip: bool) -> bytes:
    made = bytearray(payload.ljust(_BEXT_LENGTH, b"\x00"))
    if not payload:
        made[_BEXT_VERSION] = 1
    for name, text in fields.items():
        start, size = _BEXT_FIELDS[name]
        made[start : start + size] = _cut(text, size).ljust(size, b"\x00")
    if strip:
        made[_UMID[0] : _UMID[0] + _UMID[1]] = bytes(_UMID[1])
        start, size = _BEXT_FIELDS["OriginatorReference"]
        made[start : start + size] = bytes(size)
    return bytes(made)


def _cut(text: str, size: int) -> bytes:
    """Return text for a field of bext: in ASCII where its letters have a plain form, else in UTF-8."""
    plain = "".join(_PLAIN.get(sign, sign) for sign in text)
    letters = unicodedata.normalize("NFKD", plain)
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    if bare.isascii():
        return bare.encode()[:size]
    return text.encode()[:size].decode(errors="ignore").encode()


def _text(value: bytes) -> str:
    value = value.split(b"\x00", 1)[0]
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
