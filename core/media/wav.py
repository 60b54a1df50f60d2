"""WAV and AIFF: the samples are exchanged in place, every other byte of the file stays as it was.

A copy has as many samples of the same coding as its source, so the sound takes exactly the same room. Headers of any
kind (WAVE_FORMAT_EXTENSIBLE, RF64), LIST/INFO, bext, iXML, cue, ID3, XMP and unknown chunks are thereby kept byte for
byte.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from core.errors import RefusedError
from core.media import other_sounds, riff
from core.media.pcm import Coding
from core.media.picture import suffix_note
from core.media.signatures import cannot_open
from core.media.sound import (
    BLOCK,
    COMPLETE,
    EXTRA_LIMIT,
    Sound,
    check_header,
    cut,
    damaged,
    decoding,
    faulty,
    made_finite,
    silent_file,
)
from core.media.stream import HELD, PlainStream
from core.model import Recording

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_STREAMED = 0x7FFF0000  # writers that cannot go back put a size from here on


class _Found(NamedTuple):
    """Where the sound of a file lies and how it is coded; `declared` counts the frames that the header promises."""

    coding: Coding
    channels: int
    rate: int
    start: int
    declared: int | None
    size: int
    repairs: tuple[tuple[int, bytes], ...] = ()  # header fields that are set right in a copy
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    before: bytes
    after: bytes
    coding: Coding

    def write(self, samples: Recording, file: BinaryIO) -> None:
        file.write(self.before)
        for start in range(0, len(samples), BLOCK):
            file.write(self.coding.encoded(samples[start : start + BLOCK]))
        file.write(self.after)


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
            return _read(path, file, form, found, length, name)
    except OSError as error:
        raise cannot_open(path, error) from error


def _read(path: Path, file: BinaryIO, form: riff.Outline, found: _Found, length: int, name: str) -> Sound:
    frame = found.coding.width * found.channels
    frames = found.size // frame
    check_header(path, found.rate, found.channels, frames)
    if frames == 0:
        raise silent_file(path)
    stream = PlainStream(path, found.start, found.coding, frames, found.channels)
    samples: Recording = stream if frames * found.channels > HELD else stream[:]
    notes = suffix_note(path, name)
    obstacle: RefusedError | None = None
    if found.fault:
        obstacle = faulty(path, found.fault)
        notes += (f"{path.name} {found.fault}.",)
    elif found.repairs:
        notes += (f"The header of {path.name} does not tell its length; all the sound that is there was taken.",)
    elif found.declared is not None and found.declared > frames:
        obstacle = cut(path, frames / found.rate, found.declared / found.rate)
        notes += (obstacle.message,)
    if found.coding.family == "float":
        refusal, said = made_finite(path, samples)
        obstacle, notes = obstacle or refusal, notes + said
    extra = length - frames * frame
    if extra > EXTRA_LIMIT:
        return Sound(path, samples, found.rate, name, found.coding.subtype, notes, obstacle or _heavy(path))
    file.seek(0)
    before = bytearray(file.read(found.start))
    file.seek(found.start + frames * frame)
    after = bytearray(file.read())
    for place, value in found.repairs:
        before[place : place + len(value)] = value
    for chunk in form.chunks:
        if chunk.name == b"C2PA":
            notes += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
            _blank(before, after, found.start + frames * frame, chunk)
    kept = _Kept(bytes(before), bytes(after), found.coding)
    return Sound(path, samples, found.rate, name, found.coding.subtype, notes, obstacle, kept)


def _in_wav(path: Path, file: BinaryIO, form: riff.Outline, length: int) -> _Found | None:
    """Return where the sound of a WAV file is, None for codings that libsndfile has to read."""
    format_, data = form.find(b"fmt "), form.find(b"data")
    if format_ is None or format_.size < 16:
        raise damaged(path)
    if data is None:
        raise silent_file(path)
    file.seek(format_.start)
    head = file.read(min(format_.size, 40))
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
    if coding is None or frame != width * channels:
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
    return _Found(coding, channels, rate, data.start, declared, size, repairs, fault)


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


def _in_aiff(path: Path, file: BinaryIO, form: riff.Outline) -> _Found | None:
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
    return _Found(coding, channels, rate, start, frames, size)


def _extended(data: bytes) -> int:
    """Return the whole number nearest to an 80-bit extended float (IEEE 754), 0 for what is no sensible rate."""
    exponent = int.from_bytes(data[:2], "big") - 16383 - 63
    if not -64 < exponent < 0:
        return 0
    return round(math.ldexp(int.from_bytes(data[2:], "big"), exponent))


def _blank(before: bytearray, after: bytearray, end: int, chunk: riff.Chunk) -> None:
    """Turn a chunk into one that players pass over, with nothing in it."""
    for part, origin in ((before, 0), (after, end)):
        start = chunk.start - 8 - origin
        if start >= 0 and start + 8 + chunk.size <= len(part):
            part[start : start + 4] = b"JUNK"
            part[start + 8 : start + 8 + chunk.size] = bytes(chunk.size)


def _heavy(path: Path) -> RefusedError:
    return RefusedError(
        f"{path.name} holds more than {EXTRA_LIMIT // 10**6} MB beside its sound.",
        f"Take out what does not belong to it. {COMPLETE}",
        path=path,
    )
