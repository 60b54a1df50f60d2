"""What other people's programs read of a copy: ffprobe, exiftool and sox find in it what they find in its source."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.media import riff
from core.media.sounds import read_sound, write_sound

from .conftest import copied_sound, tone
from .made import exiftool, ffprobe, heard

COVER = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415408d763f80f000101010"
    "01bb6ee560000000049454e44ae426082"
)
CHANGED = {  # what belongs to the file or to the sound itself
    "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate", "FileInodeChangeDate", "AudioBitrate",
    "MD5Signature", "Encoder", "LameVBRQuality", "LameQuality", "LameMethod", "LameLowPassFilter", "LameBitrate",
    "LameStereoMode", "VBRFrames", "VBRBytes", "VBRScale", "FrameSizeMin", "FrameSizeMax", "BlockSizeMin",
    "BlockSizeMax", "ID3Size", "Vendor", "NominalBitrate", "Duration",
}  # fmt: skip


def sox(path: Path) -> dict[str, str]:
    """Return what soxi tells of a file."""
    if shutil.which("soxi") is None:
        pytest.skip("soxi, the reader that this test asks, is not installed")
    lines = subprocess.run(["soxi", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()
    pairs = (line.partition(":") for line in lines)
    return {
        name.strip(): value.strip()
        for name, _, value in pairs
        if name.strip() not in ("Input File", "Bit Rate", "File Size")
    }


def told(path: Path) -> dict[str, Any]:
    """Return what exiftool tells of a file, without what belongs to the sound itself."""
    return {name: value for name, value in exiftool(path).items() if name.partition(":")[2] not in CHANGED}


def tags(path: Path) -> dict[str, Any]:
    """Return the tags that ffprobe tells, of the file and its streams."""
    found = ffprobe(path, "format", "streams")
    of_streams = [{k.lower(): v for k, v in one.get("tags", {}).items()} for one in found["streams"]]
    of_file = {k.lower(): v for k, v in found["format"].get("tags", {}).items() if k.lower() != "encoder"}
    for one in of_streams:
        one.pop("encoder", None)
    return {"file": of_file, "streams": of_streams}


def bext() -> bytes:
    fields = b"A take".ljust(256, b"\0") + b"Ada".ljust(32, b"\0") + b"REF1".ljust(32, b"\0")
    return fields + b"2026-11-2720:00:00" + struct.pack("<QH", 48_000, 1) + bytes(254) + b"A=PCM,F=48000\r\n"


IXML = b'<?xml version="1.0"?><BWFXML><PROJECT>Hall</PROJECT><SCENE>4</SCENE><TAKE>7</TAKE></BWFXML>'
CUE = struct.pack("<I", 1) + struct.pack("<II4sIII", 1, 1000, b"data", 0, 0, 1000)
INFO = b"INFOINAM\x08\0\0\0Stimme 1IART\x04\0\0\0Ada\0"


def broadcast(path: Path, subtype: str, form: str = "WAV", channels: int = 2) -> Path:
    """Write a WAV file with everything that studios put into one."""
    plain = path.with_name("plain.wav")
    soundfile.write(plain, tone(48_000, channels, 48000), 48000, subtype, format=form)
    data = plain.read_bytes()
    with plain.open("rb") as file:
        place = riff.outline(file).find(b"data")
    assert place is not None
    before, sound = data[12 : place.start - 8], data[place.start - 8 :]
    extra = [(b"bext", bext()), (b"iXML", IXML)]
    behind = [(b"cue ", CUE), (b"LIST", INFO)]
    packed = [
        b"".join([name, struct.pack("<I", len(body)), body, b"\0" * (len(body) & 1)])
        for name, body in (*extra, *behind)
    ]
    body = b"WAVE" + before + packed[0] + packed[1] + sound + packed[2] + packed[3]
    if data[:4] == b"RF64":
        at = body.index(b"ds64") + 8
        body = body[:at] + struct.pack("<Q", len(body)) + body[at + 8 :]
        path.write_bytes(data[:8] + body)
    else:
        path.write_bytes(data[:4] + struct.pack("<I", len(body)) + body)
    return path


@pytest.mark.parametrize(
    ("subtype", "form", "channels"),
    [
        ("PCM_16", "WAV", 2),
        ("PCM_24", "WAV", 1),
        ("PCM_24", "WAVEX", 6),
        ("FLOAT", "WAV", 2),
        ("DOUBLE", "WAV", 2),
        ("PCM_24", "RF64", 2),
    ],
)
def test_broadcast_wave_is_read_the_same_by_others(folder: Path, subtype: str, form: str, channels: int) -> None:
    source = broadcast(folder / "take.wav", subtype, form, channels)
    other = tone(48_000, channels, 48000, seed=2)
    sound, again, target = copied_sound(source, other.astype(np.float64 if subtype == "DOUBLE" else np.float32))
    mine = told(source)
    assert mine == told(target)
    assert (
        mine["RIFF:Description"] == "A take" and mine["RIFF:Originator"] == "Ada" and mine["RIFF:Title"] == "Stimme 1"
    )
    assert tags(source) == tags(target) and tags(target)["file"]["coding_history"] == "A=PCM,F=48000\r\n"
    streams = [ffprobe(path, "streams")["streams"][0] for path in (source, target)]
    assert streams[0] == streams[1] and streams[0].get("channel_layout") == (
        "5.1" if channels == 6 else streams[0].get("channel_layout")
    )
    assert np.abs(heard(target) - again.samples).max() < 1e-6
    if form != "RF64":  # which sox does not know
        assert sox(source) == sox(target)
    assert sound.subtype == subtype and IXML in target.read_bytes() and CUE in target.read_bytes()


def test_channel_masks_of_any_kind_are_kept(folder: Path) -> None:
    for mask in (0x3, 0x4, 0x33, 0x3F, 0x60F, 0x0):
        channels = max(1, mask.bit_count())
        soundfile.write(folder / "x.wav", tone(5000, channels), 44100, "PCM_24", format="WAVEX")
        data = bytearray((folder / "x.wav").read_bytes())
        at = data.index(b"fmt ") + 8 + 20
        data[at : at + 4] = struct.pack("<I", mask)
        (folder / "x.wav").write_bytes(data)
        _, _, target = copied_sound(folder / "x.wav", tone(5000, channels, seed=2).astype(np.float32))
        assert target.read_bytes()[at : at + 4] == struct.pack("<I", mask)
        layouts = [ffprobe(path, "streams")["streams"][0].get("channel_layout") for path in (folder / "x.wav", target)]
        assert layouts[0] == layouts[1]


def tagged(path: Path) -> None:
    """Put tags with a cover into a file with mutagen."""
    from mutagen.flac import FLAC, Picture
    from mutagen.id3 import APIC, COMM, TCOP, TIT2, TPE1, TXXX
    from mutagen.mp3 import MP3
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    kind = path.suffix
    if kind == ".mp3":
        made: Any = MP3(path)
        made.add_tags()
        for frame in (TIT2(3, ["Stimme Ü"]), TPE1(3, ["Ada"]), TCOP(3, ["2026 Ada"]), COMM(3, "eng", "", ["hello"])):
            made.tags.add(frame)
        made.tags.add(TXXX(3, "plus:DataMining", ["DMI-PROHIBITED"]))
        made.tags.add(APIC(0, "image/png", 3, "cover", COVER))
        made.save()
        return
    made = {".flac": FLAC, ".ogg": OggVorbis, ".opus": OggOpus}[kind](path)
    made["TITLE"], made["ARTIST"], made["PLUS_DATAMINING"] = "Stimme Ü", "Ada", "DMI-PROHIBITED"
    if kind == ".flac":
        picture = Picture()
        picture.data, picture.mime, picture.type = COVER, "image/png", 3
        made.add_picture(picture)
    made.save()


@pytest.mark.parametrize(
    ("name", "form", "subtype"),
    [
        ("song.mp3", "MP3", "MPEG_LAYER_III"),
        ("song.flac", "FLAC", "PCM_24"),
        ("song.ogg", "OGG", "VORBIS"),
        ("song.opus", "OGG", "OPUS"),
        ("song.aiff", "AIFF", "PCM_24"),
        ("song.caf", "CAF", "PCM_24"),
        ("song.au", "AU", "PCM_16"),
        ("song.w64", "W64", "PCM_24"),
    ],
)
def test_tags_and_sound_are_read_the_same_by_others(folder: Path, name: str, form: str, subtype: str) -> None:
    source, target = folder / name, folder / f"copy {name}"
    soundfile.write(source, tone(48_000, 2, 48000), 48000, subtype, format=form)
    if form in ("MP3", "FLAC", "OGG"):
        tagged(source)
    sound = read_sound(source)
    write_sound(sound, 0.5 * sound.samples[:], target)
    assert tags(source) == tags(target)
    if form in ("MP3", "FLAC", "OGG"):
        streams = tags(target)
        assert "stimme ü" in str(streams).lower() and "dmi-prohibited" in str(streams).lower()
    if form not in ("CAF", "AU", "W64"):  # which exiftool does not know
        assert told(source) == told(target)
    mine, other = heard(source), heard(target)
    assert mine.shape == other.shape
    assert np.corrcoef(mine[3000:-3000, 0], other[3000:-3000, 0])[0, 1] > 0.97
    if form not in ("MP3", "OGG", "CAF"):
        assert sox(source) == sox(target)
