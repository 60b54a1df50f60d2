"""Which format a file has, by its content; its name is never trusted."""

from __future__ import annotations

from pathlib import Path

from core.errors import UnreadableError
from core.media import mpeg
from core.model import Kind

PICTURES = ("JPEG", "PNG", "TIFF", "WebP", "GIF", "BMP", "AVIF", "HEIC", "JPEG 2000", "PNM")
SOUNDS = ("WAV", "AIFF", "FLAC", "Ogg", "MP3", "CAF", "AU", "W64", "M4A", "AAC", "AMR", "AC-3", "WMA")
FILMS = ("MP4", "MOV", "3GP", "Matroska", "WebM", "AVI", "WMV", "FLV", "MPEG-TS", "MPEG")  # or sound in such files
SUFFIXES = {  # of files, the usual one first
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "AVIF": (".avif",),
    "HEIC": (".heic", ".heif", ".hif"),
    "JPEG 2000": (".jp2", ".j2k", ".jpx"),
    "PNM": (".ppm", ".pgm", ".pnm"),
    "WAV": (".wav", ".wave", ".bwf", ".rf64"),
    "AIFF": (".aif", ".aiff", ".aifc"),
    "FLAC": (".flac",),
    "Ogg": (".ogg", ".oga", ".opus"),
    "MP3": (".mp3",),
    "CAF": (".caf",),
    "AU": (".au", ".snd"),
    "W64": (".w64",),
    "M4A": (".m4a", ".m4b", ".m4r", ".mp4"),
    "AAC": (".aac", ".adts"),
    "AMR": (".amr", ".awb"),
    "AC-3": (".ac3", ".eac3", ".ec3"),
    "WMA": (".wma", ".asf"),
    "MP4": (".mp4", ".m4v"),
    "MOV": (".mov", ".qt"),
    "3GP": (".3gp", ".3gpp", ".3g2"),
    "Matroska": (".mkv", ".mka"),
    "WebM": (".webm", ".weba"),
    "AVI": (".avi",),
    "WMV": (".wmv", ".asf"),
    "FLV": (".flv",),
    "MPEG-TS": (".ts", ".mts", ".m2ts"),
    "MPEG": (".mpg", ".mpeg", ".vob"),
}
# Known, and not read: what they are called, and what their owner can do.
_ELSEWHERE = {
    "PDF": "Save its pictures as PNG or TIFF and try again.",
    "SVG or HTML": "Save it as a PNG picture and try again.",
    "Photoshop": "Save the picture as TIFF or PNG and try again.",
    "ZIP": "Unpack it and choose the files inside.",
}
_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
    (b"caff", "CAF"),
    (b".snd", "AU"),
    (b"riff\x2e\x91\xcf\x11", "W64"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMV"),
    (b"\x1a\x45\xdf\xa3", "Matroska"),
    (b"FLV\x01", "FLV"),
    (b"\x00\x00\x01\xba", "MPEG"),
    (b"#!AMR", "AMR"),
    (b"%PDF-", "PDF"),
    (b"<svg", "SVG or HTML"),
    (b"<?xml", "SVG or HTML"),
    (b"8BPS", "Photoshop"),
    (b"PK\x03\x04", "ZIP"),
)
_HEAD = 262144  # bytes in which an MP3 must show two frames after its tag


def format_of(path: Path) -> str:
    """Return the format of a file: one of PICTURES, SOUNDS or FILMS.

    UnreadableError: missing, empty, a folder, not to be opened, or of no format that Countermark reads.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
            name = _by_start(head)
            if name is None:
                skip = mpeg.id3_size(head)
                file.seek(skip)
                data = file.read(_HEAD)
                if skip and data.startswith(b"fLaC"):
                    name = "FLAC"
                elif _is_adts(data):
                    name = "AAC"
                elif _is_transport(data):
                    name = "MPEG-TS"
                elif mpeg.first_frame(data) is not None:
                    name = "MP3"
    except OSError as error:
        raise cannot_open(path, error) from error
    if not head:
        raise UnreadableError(f"{path.name} is empty.", "Ask for the file again.", path=path)
    if name is None:
        raise UnreadableError(
            f"{path.name} is neither a picture nor a recording that can be read.",
            "Check that it is the right file; its name says nothing about its content.",
            path=path,
        )
    if name in _ELSEWHERE:
        raise UnreadableError(f"{path.name} is {name}, which cannot be read.", _ELSEWHERE[name], path=path)
    return name


def kind_of_format(name: str) -> Kind:
    """Return whether a format holds a picture, a recording or a film."""
    return Kind.IMAGE if name in PICTURES else Kind.VIDEO if name in FILMS else Kind.AUDIO


def cannot_open(path: Path, error: OSError) -> UnreadableError:
    """Return the sentence for a file that the operating system does not open."""
    if isinstance(error, FileNotFoundError):
        return UnreadableError(
            f"There is no file {path.name} in {path.absolute().parent}.", "Check its name.", path=path
        )
    if path.is_dir():
        return UnreadableError(f"{path.name} is a folder.", "Choose the files in it.", path=path)
    reason = error.strerror or type(error).__name__
    return UnreadableError(f"{path.name} cannot be opened: {reason}.", "Check its permissions.", path=path)


def _by_start(head: bytes) -> str | None:
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "AVI"
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return "WAV"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip") and (head[:4] < b"\x10" or head[4:8] == b"mdat"):
        return "MOV"  # from before the time of brands
    if head[:2] == b"BM" and len(head) > 18 and int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    if head[:2] in (b"P5", b"P6") and head[2:3].isspace():
        return "PNM"
    if head[:2] == b"\x0bw" and len(head) > 5 and head[5] >> 3 <= 16:
        return "AC-3"
    return "AAC" if _is_adts(head) else None


def _is_adts(data: bytes) -> bool:
    """Return whether a frame of raw AAC stands here (ISO/IEC 13818-7, ADTS)."""
    return len(data) > 6 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0 and (data[2] >> 2) & 15 < 13


def _is_transport(data: bytes) -> bool:
    """Return whether packets of an MPEG transport stream stand here, of 188 bytes or with their times 192."""
    return any(
        len(data) > start + 3 * size and all(data[start + size * i] == 0x47 for i in range(4))
        for start, size in ((0, 188), (4, 192))
    )


def _by_brand(head: bytes) -> str:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, length - 3, 4))]
    if b"avif" in brands:
        return "AVIF"
    if any(brand in (b"heic", b"heix", b"mif1", b"hevc", b"msf1", b"heim", b"heis") for brand in brands):
        return "HEIC"
    if head[8:12] == b"qt  ":
        return "MOV"
    if head[8:10] == b"3g":
        return "3GP"
    return "M4A" if head[8:11] in (b"M4A", b"M4B") else "MP4"
