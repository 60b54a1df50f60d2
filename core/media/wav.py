"""WAV and AIFF: the samples are exchanged in place, every other byte of the file stays as it was.

A copy has as many samples of the same coding as its source, so the sound takes exactly the same room. Headers of any
kind (WAVE_FORMAT_EXTENSIBLE, RF64), LIST/INFO, bext, iXML, cue, ID3, XMP and unknown chunks are thereby kept byte for
byte.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import BinaryIO

from core.media import other_sounds, plain, riff
from core.media.pcm import Coding
from core.media.plain import Found
from core.media.signatures import cannot_open
from core.media.sound import Sound, check_header, damaged, decoding, silent_file

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_STREAMED = 0x7FFF0000  # writers that cannot go back put a size from here on


def read(path: Path) -> Sound:
    """Return the recording of a WAV or AIFF file; of one that is cut off, what is there."""
    try:
        with path.open("rb") as file, decoding(path):
            try:
                form = riff.outline(file)
            except ValueError as error:
                raise damaged(path) from error
            name = "AIFF" if form.form[0] == b"FORM" else "WAV"
            length = file.seek(0, 2)
            found = _in_aiff(path, file, form) if name == "AIFF" else _in_wav(path, file, form, length)
            if found is None:
                return other_sounds.read(path, name)
            credentials = [(chunk.start, chunk.size) for chunk in form.chunks if chunk.name == b"C2PA"]
            return plain.read(path, file, found, length, name, credentials)
    except OSError as error:
        raise cannot_open(path, error) from error


def _in_wav(path: Path, file: BinaryIO, form: riff.Outline, length: int) -> Found | None:
    """Return where the sound of a WAV file is, None for codings that libsndfile has to read."""
    format_, data = form.find(b"fmt "), form.find(b"data")
    if format_ is None or format_.size < 16:
        raise damaged(path)
    if data is None:
        raise silent_file(path)
    file.seek(format_.start)
    coding, channels, rate, frame = described(path, file.read(min(format_.size, 40)))
    if coding is None:
        return None
    size, fault = data.size, ""
    repairs: tuple[tuple[int, bytes], ...] = ()
    rest = length - (data.start + data.declared)
    following = next((chunk for chunk in form.chunks if chunk.start > data.start), None)
    unnamed = (following is None or following.size < following.declared) and rest >= 8
    streamed = data.declared >= _STREAMED and data.size < data.declared and not form.wide
    if streamed or (unnamed and data.declared == 0):
        size = (length - data.start) // frame * frame
        repairs = _true_sizes(data, size, length)
    elif unnamed and rest >= frame:
        size = (length - data.start) // frame * frame
        fault = (
            f"has a header that tells {data.declared // frame / rate:.2f} seconds, but holds"
            f" {size // frame / rate:.2f} seconds"
        )
    declared = None if repairs or fault else data.declared // frame
    return Found(coding, channels, rate, data.start, declared, size, repairs, fault)


def described(path: Path, head: bytes) -> tuple[Coding | None, int, int, int]:
    """Return what a "fmt " chunk says: the coding (None for one that libsndfile has to read), channels, rate in Hz and
    bytes of a frame. UnreadableError where it says nothing sensible.
    """
    tag, channels, rate, _, frame, bits = (
        int.from_bytes(head[i:j], "little") for i, j in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 14), (14, 16))
    )
    valid = bits
    if tag == _EXTENSIBLE and len(head) >= 40:
        tag = int.from_bytes(head[24:26], "little") if head[26:28] == b"\x00\x00" else 0
        valid = int.from_bytes(head[18:20], "little") or bits
    check_header(path, rate, channels, 0)
    width = frame // channels
    coding = _coding(tag, width, bits, valid)
    return coding if frame == width * channels else None, channels, rate, frame


def _true_sizes(data: riff.Chunk, size: int, length: int) -> tuple[tuple[int, bytes], ...]:
    """Return the header fields that tell the true sizes, for a file whose writer did not know them."""
    if length - 8 >= riff.UNKNOWN:
        return ((4, b"\xff\xff\xff\xff"),)  # too long for the fields: they stay as they were
    return ((4, (length - 8).to_bytes(4, "little")), (data.start - 4, size.to_bytes(4, "little")))


def _coding(tag: int, width: int, bits: int, valid: int) -> Coding | None:
    if tag == _PCM and 1 <= width <= 4 and 8 * width - 8 < bits <= 8 * width:
        valid = valid if 8 * width - 8 < valid <= 8 * width else bits
        return Coding("integer", width, valid, "<", offset=width == 1)
    if tag == _FLOAT and width in (4, 8) and bits == 8 * width:
        return Coding("float", width, bits, "<")
    if tag in (_ALAW, _ULAW) and width == 1:
        return Coding("alaw" if tag == _ALAW else "ulaw", 1, 8, "<")
    return None


def _in_aiff(path: Path, file: BinaryIO, form: riff.Outline) -> Found | None:
    """Return where the sound of an AIFF file is, None for codings that libsndfile has to read."""
    common, sound = form.find(b"COMM"), form.find(b"SSND")
    if common is None or common.size < 18:
        raise damaged(path)
    if sound is None or sound.size < 8:
        raise silent_file(path)
    file.seek(common.start)
    head = file.read(min(common.size, 22))
    channels, frames, bits = (int.from_bytes(head[i:j], "big") for i, j in ((0, 2), (2, 6), (6, 8)))
    rate = _extended(head[8:18])
    kind = head[18:22] if form.form[1] == b"AIFC" else b"NONE"
    check_header(path, rate, channels, 0)
    coding: Coding | None = None
    if kind in (b"NONE", b"twos", b"in24", b"in32", b"sowt") and 1 <= bits <= 32:
        coding = Coding("integer", -(-bits // 8), bits, "<" if kind == b"sowt" else ">")
    elif kind in (b"fl32", b"FL32", b"fl64", b"FL64"):
        coding = Coding("float", 8 if b"64" in kind else 4, 64 if b"64" in kind else 32, ">")
    elif kind in (b"ulaw", b"ULAW", b"alaw", b"ALAW"):
        coding = Coding("ulaw" if kind.lower() == b"ulaw" else "alaw", 1, 8, ">")
    if coding is None:
        return None
    file.seek(sound.start)
    offset = int.from_bytes(file.read(4), "big")
    start = sound.start + 8 + offset
    there = max(0, sound.start + sound.size - start)
    size = min(frames * coding.width * channels, there)
    return Found(coding, channels, rate, start, frames, size)


def _extended(data: bytes) -> int:
    """Return the whole number nearest to an 80-bit extended float (IEEE 754), 0 for what is no sensible rate."""
    exponent = int.from_bytes(data[:2], "big") - 16383 - 63
    if not -64 < exponent < 0:
        return 0
    return round(math.ldexp(int.from_bytes(data[2:], "big"), exponent))
