"""Recordings as they are to be when a copy is wanted in another format, or at another bit rate.

Tags and covers go with them as far as both containers can say them; what is left out is said. The mark is put into what
is written, so it is whole whatever the conversion.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from core.errors import RefusedError
from core.media import tags as tags_of
from core.media.aac import Adts
from core.media.encoding import Encoding
from core.media.files import kind_of
from core.media.flac import Block, Flac
from core.media.mp3 import Mp3
from core.media.mp4_sound import Mp4, encoded
from core.media.ogg import Coded
from core.media.pcm import Coding
from core.media.plain import Plain
from core.media.remux import Remuxed
from core.media.resampled import resampled
from core.media.sound import DamagedError, Kept, Sound
from core.media.tags import Tags
from core.model import Conversion, Kind, Recording

FORMATS = Conversion.RECORDINGS
_NAMES = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "m4a": "M4A", "ogg": "Ogg", "opus": "Ogg"}
_SUBTYPES = {"mp3": "MPEG_LAYER_III", "m4a": "AAC", "ogg": "VORBIS", "opus": "OPUS"}
_RATES: dict[str, tuple[int, ...]] = {
    "mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    "m4a": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
    "opus": (8000, 12000, 16000, 24000, 48000),
}
_USUAL = {"mp3": 96_000, "m4a": 96_000, "ogg": 96_000, "opus": 64_000}  # bit/s a channel where none is asked for
_BOUNDS = {"mp3": (32_000, 320_000), "m4a": (24_000, 576_000), "ogg": (45_000, 500_000), "opus": (6_000, 510_000)}
_CHANNELS = {"mp3": 2, "ogg": 2, "opus": 2, "flac": 8, "wav": 1024}
_M4A_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
_MASKS = {3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 8: 0x63F}  # speakers of so many channels, as others write them
_RF64 = 2**32 - 2**20  # bytes from which a WAV file needs long sizes


def converted(sound: Sound, name: str | None = None, bit_rate: int | None = None) -> Sound:
    """Return the recording as a copy is to be: in one of FORMATS, at a bit rate in bit/s; None keeps what there is.

    RefusedError where the format cannot hold it, where it is a film (whose copy keeps the pictures), and where only a
    part of the file could be read. What has no bit rate, such as WAV, passes over that.
    """
    if name is not None and name not in FORMATS:
        raise ValueError(f"the format is one of {', '.join(FORMATS)}, not {name}")
    if isinstance(sound.obstacle, DamagedError):
        raise sound.obstacle
    if name is None or (sound._kept is not None and _same(sound, name)):
        return sound if bit_rate is None else _at_rate(sound, bit_rate)
    if kind_of(sound.path) is Kind.VIDEO:
        raise RefusedError(
            f"{sound.path.name} is a film, and its copy stays one.",
            "Protect it without asking for another format.",
            path=sound.path,
        )
    if sound.others:
        raise RefusedError(
            f"{sound.path.name} has {1 + len(sound.others)} sound tracks, and a copy in {name.upper()} holds one.",
            "Protect it without asking for another format.",
            path=sound.path,
        )
    channels = sound.channels
    if channels > 2 and sound.format == "Ogg":  # whose order of channels is another one
        raise RefusedError(
            f"{sound.path.name} has {channels} channels, whose order other formats do not share.",
            "Protect it without asking for another format.",
            path=sound.path,
        )
    if channels > _CHANNELS.get(name, 6) or (name == "m4a" and channels not in _M4A_LAYOUTS):
        raise RefusedError(
            f"{sound.path.name} has {channels} channels, more than a copy in {name.upper()} can hold.",
            "Choose WAV or FLAC for its copies.",
            path=sound.path,
        )
    rate = _rate(name, sound.rate)
    samples = sound.samples if rate == sound.rate else resampled(sound.path, sound.samples, sound.rate, rate)
    told = tags_of.read_tags(sound.path, sound.format)
    wanted = _bounded(name, bit_rate or _USUAL.get(name, 0) * channels)
    kept, subtype, left = _WRITERS[name](sound, told, rate, channels, wanted)
    notes = [f"The copy is {name.upper()}, the original {sound.format}."]
    if rate != sound.rate:
        notes.append(f"{name.upper()} cannot have {sound.rate} Hz; the copy has {rate} Hz.")
    if left := [*told.left, *left]:
        notes.append(f"Left out, since {name.upper()} has no place for it: {', '.join(left)}.")
    return replace(
        sound,
        samples=samples,
        rate=rate,
        format=_NAMES[name],
        subtype=subtype,
        notes=tuple(notes),
        obstacle=None,
        start=0.0,
        _kept=kept,
    )


@dataclass(frozen=True, slots=True)
class FreshM4a:
    """What a new M4A file is made of: how its sound is encoded, and its tags."""

    encoding: Encoding
    channels: int
    tags: Tags

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples."""
        with TemporaryFile(dir=Path(file.name).parent) as made:
            encoded(self.encoding, samples, made, "ipod")
            made.seek(0)
            tags_of.into_mp4(self.tags, made)
            made.seek(0)
            while data := made.read(1 << 20):
                file.write(data)

    def finer(self) -> FreshM4a | None:
        """Return the same with half as much bit rate again."""
        encoding = self.encoding.finer(self.channels)
        return None if encoding is None else replace(self, encoding=encoding)


@dataclass(frozen=True, slots=True)
class FreshWav:
    """What a new WAV file is made of: how its samples are stored, at which rate, and its tags."""

    coding: Coding
    rate: int
    tags: Tags

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples; where it is very long, with the sizes of RF64."""
        channels = samples.shape[1]
        size = len(samples) * channels * self.coding.width
        info, _ = tags_of.as_info(self.tags)
        id3 = tags_of.as_id3(self.tags)
        behind = info + (b"id3 " + struct.pack("<I", len(id3)) + id3 + bytes(len(id3) & 1) if id3 else b"")
        fmt = self._format(channels)
        total = 4 + 8 + len(fmt) + 8 + size + (size & 1) + len(behind)
        if total < _RF64:
            head = b"RIFF" + struct.pack("<I", total) + b"WAVE"
            data = b"data" + struct.pack("<I", size)
        else:
            long = struct.pack("<QQQI", total + 36, size, len(samples), 0)
            head = b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<I", len(long)) + long
            data = b"data\xff\xff\xff\xff"
        file.write(head + b"fmt " + struct.pack("<I", len(fmt)) + fmt + data)
        Plain(b"", bytes(size & 1) + behind, self.coding).write(samples, file)

    def _format(self, channels: int) -> bytes:
        kind = 3 if self.coding.family == "float" else 1
        frame = channels * self.coding.width
        bits = 8 * self.coding.width
        if channels <= 2:
            return struct.pack("<HHIIHH", kind, channels, self.rate, self.rate * frame, frame, bits)
        head = struct.pack("<HHIIHH", 0xFFFE, channels, self.rate, self.rate * frame, frame, bits)
        guid = struct.pack("<I", kind) + bytes.fromhex("00001000800000aa00389b71")
        return head + struct.pack("<HHI", 22, bits, _MASKS.get(channels, 0)) + guid


_Made = tuple[Kept, str, list[str]]


def _to_wav(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    bits = _depth(sound)
    coding = Coding("float", 4, 32, "<") if bits > 24 else Coding("integer", bits // 8, bits, "<")
    return FreshWav(coding, rate, told), coding.subtype, []


def _to_flac(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    bits = min(_depth(sound), 24)
    texts = tags_of.as_comments(replace(told, covers=[]))
    body = b"".join(
        len(text).to_bytes(4, "little") + text for text in (f"{name}={value}".encode() for name, value in texts)
    )
    vendor = b"Countermark"
    comment = len(vendor).to_bytes(4, "little") + vendor + len(texts).to_bytes(4, "little") + body
    blocks = (Block(4, comment), *(Block(6, tags_of.flac_picture(cover)) for cover in told.covers))
    return Flac(b"", blocks, b"", bits, rate), f"PCM_{bits}", []


def _to_mp3(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    return Mp3(tags_of.as_id3(told), b"", rate, bit_rate, True), _SUBTYPES["mp3"], []


def _to_m4a(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    other = [cover for cover in told.covers if cover.mime not in ("image/png", "image/jpeg")]
    left = ["pictures of other kinds than JPEG and PNG"] if other else []
    encoding = Encoding("aac", rate, _M4A_LAYOUTS[channels], bit_rate, 0)
    return FreshM4a(encoding, channels, told), _SUBTYPES["m4a"], left


def _to_ogg(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    return Coded(tags_of.as_comments(told), "VORBIS", rate, bit_rate), "VORBIS", []


def _to_opus(sound: Sound, told: Tags, rate: int, channels: int, bit_rate: int) -> _Made:
    return Coded(tags_of.as_comments(told), "OPUS", rate, bit_rate), "OPUS", []


_WRITERS: dict[str, Callable[[Sound, Tags, int, int, int], _Made]] = {
    "wav": _to_wav,
    "flac": _to_flac,
    "mp3": _to_mp3,
    "m4a": _to_m4a,
    "ogg": _to_ogg,
    "opus": _to_opus,
}


def _same(sound: Sound, name: str) -> bool:
    """Return whether a recording is in a format already."""
    return sound.format == _NAMES[name] and sound.subtype == _SUBTYPES.get(name, sound.subtype)


def _at_rate(sound: Sound, bit_rate: int) -> Sound:
    """Return a recording to be written at another bit rate, where its format has one."""
    kept: Any = sound._kept
    if isinstance(kept, Mp3):
        return replace(sound, _kept=replace(kept, bit_rate=_bounded("mp3", bit_rate), constant=True))
    if isinstance(kept, Coded):
        name = "ogg" if kept.codec == "VORBIS" else "opus"
        return replace(sound, _kept=replace(kept, bit_rate=_bounded(name, bit_rate)))
    if isinstance(kept, (Mp4, Remuxed)):
        return replace(sound, _kept=replace(kept, voices=tuple(voice.at(bit_rate) for voice in kept.voices)))
    if isinstance(kept, Adts):
        return replace(sound, _kept=replace(kept, encoding=kept.encoding.at(bit_rate, sound.channels)))
    return sound


def _rate(name: str, rate: int) -> int:
    """Return the rate that a format has for a source's: the same, or the next higher one, or the highest."""
    rates = _RATES.get(name)
    return rate if rates is None else next((one for one in rates if one >= rate), rates[-1])


def _bounded(name: str, bit_rate: int) -> int:
    low, high = _BOUNDS.get(name, (0, 0))
    return min(max(bit_rate, low), high)


def _depth(sound: Sound) -> int:
    """Return the bits in which a recording's samples are kept without loss; 24 for what was lossy."""
    known = {"PCM_U8": 16, "PCM_S8": 16, "PCM_16": 16, "ULAW": 16, "ALAW": 16, "PCM_24": 24, "ALAC_16": 16}
    deep = {"PCM_32": 32, "FLOAT": 32, "DOUBLE": 32}
    return {**known, **deep}.get(sound.subtype, 24)
