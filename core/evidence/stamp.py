"""Time stamps by a third party (RFC 3161): the request as a file to be sent, the answer read when it came.

The machine that keeps the log can stay offline: request and answer are small files that may be carried. Whether an
answer is signed by the authority is checked with `openssl ts -verify`, for which the report gives the line.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import RefusedError

_SHA256 = bytes.fromhex("0609608648016503040201")
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_TOKEN = bytes.fromhex("060b2a864886f70d0109100104")
_LIMIT = 200_000  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority says: that this hash was there at this moment (ISO 8601, UTC)."""

    digest: bytes
    moment: str


def request(digest: bytes) -> bytes:
    """Return the request to stamp a SHA-256 hash, with a nonce and the wish for the certificates: about 70 bytes."""
    nonce = secrets.token_bytes(8)
    number = b"\x00" + nonce if nonce[0] & 0x80 else nonce.lstrip(b"\x00") or b"\x01"
    imprint = _der(0x30, _der(0x30, _SHA256 + b"\x05\x00") + _der(0x04, digest))
    return _der(0x30, b"\x02\x01\x01" + imprint + _der(0x02, number) + b"\x01\x01\xff")


def read(answer: bytes) -> Stamp:
    """Return what an answer says. RefusedError where it is none, or says that the request was refused."""
    if len(answer) > _LIMIT:
        raise RefusedError("This is no answer of a time stamping authority: it is too large.", "Choose its .tsr file.")
    try:
        return _stamp(answer)
    except (ValueError, IndexError) as error:
        raise RefusedError(
            f"This is no answer of a time stamping authority ({error}).", "Choose the .tsr file that it sent."
        ) from error


def _stamp(answer: bytes) -> Stamp:
    (outer,) = _parts(answer)
    status, *token = _parts(outer[1])
    granted = _parts(status[1])[0][1]
    if int.from_bytes(granted, "big") > 1 or not token:
        raise ValueError("the authority refused the request")
    kind, content = _parts(token[0][1])
    if _der(kind[0], kind[1]) != _SIGNED:
        raise ValueError("no signed data")
    signed = _parts(_parts(content[1])[0][1])
    inner = _parts(signed[2][1])
    if _der(inner[0][0], inner[0][1]) != _TOKEN:
        raise ValueError("no time stamp")
    info = _parts(_parts(_parts(inner[1][1])[0][1])[0][1])
    digest = _parts(info[2][1])[1][1]
    moment = info[4][1].decode("ascii").rstrip("Z").partition(".")[0]
    if len(digest) != 32:
        raise ValueError("no SHA-256 hash in it")
    return Stamp(digest, datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat())


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else _long(size)
    return bytes((tag,)) + length + content


def _long(size: int) -> bytes:
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(digits),)) + digits


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Return tag and content of the values that stand one after the other. ValueError where they do not fit in."""
    found = []
    place = 0
    while place < len(data):
        tag, size = data[place], data[place + 1]
        place += 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("a length that makes no sense")
            size = int.from_bytes(data[place : place + count], "big")
            place += count
        if place + size > len(data):
            raise ValueError("cut off")
        found.append((tag, data[place : place + size]))
        place += size
    return found
