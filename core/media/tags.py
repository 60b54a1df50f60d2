"""What the tags of one recording say, for a copy in another container: ID3, Vorbis comments, MP4 and RIFF INFO.

Only text and pictures are carried over. What has no such form (private binary data, chapters, cue points) is named, so
that its owner can be told.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from core.media import riff

# What the containers call the same thing: Vorbis comment, ID3 frame, MP4 atom, RIFF INFO chunk.
_NAMES = (
    ("TITLE", "TIT2", "\xa9nam", "INAM"),
    ("ARTIST", "TPE1", "\xa9ART", "IART"),
    ("ALBUM", "TALB", "\xa9alb", "IPRD"),
    ("ALBUMARTIST", "TPE2", "aART", ""),
    ("COMPOSER", "TCOM", "\xa9wrt", "IMUS"),
    ("DATE", "TDRC", "\xa9day", "ICRD"),
    ("GENRE", "TCON", "\xa9gen", "IGNR"),
    ("COMMENT", "COMM", "\xa9cmt", "ICMT"),
    ("LYRICS", "USLT", "\xa9lyr", ""),
    ("COPYRIGHT", "TCOP", "cprt", "ICOP"),
    ("TRACKNUMBER", "TRCK", "trkn", "ITRK"),
    ("DISCNUMBER", "TPOS", "disk", ""),
    ("ISRC", "TSRC", "", ""),
    ("GROUPING", "TIT1", "\xa9grp", ""),
    ("BPM", "TBPM", "", ""),
    ("ENCODED-BY", "TENC", "", "ITCH"),
    ("PUBLISHER", "TPUB", "", ""),
    ("LANGUAGE", "TLAN", "", ""),
)
_OWN = frozenset({"ENCODER", "ENCODERSETTINGS", "ITUNSMPB", "ITUNNORM", "ISFT"})  # of the old coding, not of the work
_OWN_FRAMES = ("TSSE", "TLEN", "TSIZ")
_FREE = "----:com.apple.iTunes:"
_BROADCAST = {"bext": "broadcast data (bext)", "iXML": "iXML", "cue ": "cue points", "_PMX": "XMP"}


class Cover(NamedTuple):
    """A picture that goes with a recording: its kind ("image/png"), its use (3: front cover), its words, its bytes."""

    mime: str
    use: int
    words: str
    data: bytes


@dataclass(slots=True)
class Tags:
    """Texts by their name as Vorbis comments have it, pictures, and what could not be read as either."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    covers: list[Cover] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def add(self, name: str, values: list[str]) -> None:
        """Add the texts of one name; those that describe the old coding are passed over."""
        name = name.upper()
        if name not in _OWN:
            kept = self.texts.setdefault(name, [])
            kept += [value for value in values if value and value not in kept]

    def leave(self, name: str) -> None:
        """Note something that cannot be carried over."""
        if name not in self.left:
            self.left.append(name)


def read_tags(path: Path, name: str) -> Tags:
    """Return the tags of a file of a format ("WAV", "MP3" ...); of damaged ones what can be read."""
    from mutagen import MutagenError

    tags = Tags()
    reader = {"WAV": _of_wav, "AIFF": _of_id3, "MP3": _of_id3, "FLAC": _of_flac, "Ogg": _of_ogg, "M4A": _of_mp4}.get(
        name
    )
    if reader is not None:
        try:
            reader(path, tags)
        except (MutagenError, ValueError, LookupError, OSError):
            tags.leave("damaged tags")
    return tags


def as_id3(tags: Tags) -> bytes:
    """Return an ID3v2.4 tag, empty where there is nothing to say."""
    from mutagen import id3 as module

    id3: Any = module  # which has no types
    frames = id3.ID3()
    by_name = {vorbis: frame for vorbis, frame, _, _ in _NAMES}
    for name, values in tags.texts.items():
        frame = by_name.get(name)
        if frame == "COMM":
            frames.add(id3.COMM(3, "und", "", values))
        elif frame == "USLT":
            frames.add(id3.USLT(3, "und", "", "\n".join(values)))
        else:
            frames.add(getattr(id3, frame)(3, values) if frame else id3.TXXX(3, name, values))
    for number, cover in enumerate(tags.covers):
        words = cover.words or ("" if number == 0 else str(number + 1))  # two of one use need different words
        frames.add(id3.APIC(3, cover.mime, cover.use, words, cover.data))
    buffer = io.BytesIO()
    if len(frames):
        frames.save(buffer, v2_version=4)
    return buffer.getvalue()


def as_comments(tags: Tags) -> tuple[tuple[str, str], ...]:
    """Return Vorbis comments, pictures among them."""
    texts = [(name, value) for name, values in tags.texts.items() for value in values]
    pictures = [("METADATA_BLOCK_PICTURE", base64.b64encode(flac_picture(cover)).decode()) for cover in tags.covers]
    return (*texts, *pictures)


def flac_picture(cover: Cover) -> bytes:
    """Return the picture block of FLAC (RFC 9639, 8.8); width, height and colours are left to the picture itself."""
    mime, words = cover.mime.encode(), cover.words.encode()
    parts = [cover.use.to_bytes(4, "big"), len(mime).to_bytes(4, "big"), mime, len(words).to_bytes(4, "big"), words]
    return b"".join([*parts, bytes(16), len(cover.data).to_bytes(4, "big"), cover.data])


def into_mp4(tags: Tags, file: Any) -> list[str]:
    """Write the tags into an open M4A file; return the names of those for which it has no place."""
    from mutagen import mp4 as module

    mp4: Any = module  # which has no types
    made = mp4.MP4(file)
    if made.tags is None:
        made.add_tags()
    by_name = {vorbis: atom for vorbis, _, atom, _ in _NAMES}
    for name, values in tags.texts.items():
        atom = by_name.get(name)
        if atom in ("trkn", "disk"):
            made[atom] = [_pair(values[0])]
        elif atom:
            made[atom] = values
        else:
            made[_FREE + name] = [mp4.MP4FreeForm(value.encode()) for value in values]
    kinds = {"image/png": mp4.MP4Cover.FORMAT_PNG, "image/jpeg": mp4.MP4Cover.FORMAT_JPEG}
    covers = [cover for cover in tags.covers if cover.mime in kinds]
    if covers:
        made["covr"] = [mp4.MP4Cover(cover.data, kinds[cover.mime]) for cover in covers]
    file.seek(0)
    made.save(file)
    return ["pictures of other kinds than JPEG and PNG"] if len(covers) < len(tags.covers) else []


def as_info(tags: Tags) -> tuple[bytes, list[str]]:
    """Return the LIST chunk of a WAV file, empty where there is nothing to say, and the names that have no place in it.

    An ID3 tag beside it holds the rest.
    """
    by_name = {vorbis: chunk for vorbis, _, _, chunk in _NAMES if chunk}
    parts = []
    for name, values in tags.texts.items():
        if name in by_name:
            text = "; ".join(values).encode() + b"\0"
            parts.append((by_name[name].encode(), text))
    if not parts:
        return b"", []
    body = b"INFO" + riff.put_together((b"RIFF", b"INFO"), parts)[12:]
    return b"LIST" + len(body).to_bytes(4, "little") + body, []


def _of_id3(path: Path, tags: Tags) -> None:
    from mutagen import id3
    from mutagen.aiff import AIFF

    with path.open("rb") as file:
        start = file.read(4)
    try:
        if start == b"FORM":
            frames: Any = AIFF(path).tags  # type: ignore[no-untyped-call]
        else:
            frames = id3.ID3(path)  # type: ignore[no-untyped-call]
    except id3.ID3NoHeaderError:
        return
    _add_id3(frames, tags)


def _add_id3(frames: Any, tags: Tags) -> None:
    by_frame = {frame: vorbis for vorbis, frame, _, _ in _NAMES}
    for frame in (frames or {}).values():
        name = frame.FrameID
        if name == "APIC":
            tags.covers.append(Cover(frame.mime, int(frame.type), frame.desc, frame.data))
        elif name == "TXXX":
            tags.add(frame.desc, [str(text) for text in frame.text])
        elif name == "USLT":
            tags.add("LYRICS", [frame.text])
        elif name in by_frame:
            tags.add(by_frame[name], [str(text) for text in frame.text])
        elif name in ("WCOP", "WOAR"):
            tags.add("LICENSE" if name == "WCOP" else "CONTACT", [frame.url])
        elif name.startswith("T") and hasattr(frame, "text") and name not in _OWN_FRAMES:
            tags.add(name, [str(text) for text in frame.text])
        elif name not in _OWN_FRAMES:
            tags.leave({"PRIV": "private data", "CHAP": "chapters", "CTOC": "chapters"}.get(name, f"ID3 {name}"))


def _of_comments(comments: Any, tags: Tags) -> None:
    from mutagen.flac import Picture

    for name, value in comments or ():
        if name.upper() == "METADATA_BLOCK_PICTURE":
            picture: Any = Picture(base64.b64decode(value))  # type: ignore[no-untyped-call]
            tags.covers.append(Cover(picture.mime, picture.type, picture.desc, picture.data))
        elif name.upper() not in ("COVERART", "COVERARTMIME"):
            tags.add(name, [value])


def _of_flac(path: Path, tags: Tags) -> None:
    from mutagen.flac import FLAC

    file: Any = FLAC(path)  # type: ignore[no-untyped-call]
    _of_comments(file.tags, tags)
    tags.covers += [Cover(one.mime, one.type, one.desc, one.data) for one in file.pictures]
    if file.cuesheet is not None:
        tags.leave("the cue sheet")


def _of_ogg(path: Path, tags: Tags) -> None:
    from mutagen import File

    file: Any = File(path)
    _of_comments(file.tags if file is not None else (), tags)


def _of_mp4(path: Path, tags: Tags) -> None:
    from mutagen.mp4 import MP4

    file: Any = MP4(path)  # type: ignore[no-untyped-call]
    by_atom = {atom: vorbis for vorbis, _, atom, _ in _NAMES if atom}
    for name, values in (file.tags or {}).items():
        if name == "covr":
            kinds = {13: "image/jpeg", 14: "image/png"}
            tags.covers += [Cover(kinds.get(one.imageformat, "image/jpeg"), 3, "", bytes(one)) for one in values]
        elif name in ("trkn", "disk"):
            tags.add(by_atom[name], ["/".join(str(part) for part in pair if part) for pair in values])
        elif name.startswith("----:"):
            tags.add(name.rpartition(":")[2], [bytes(value).decode("utf-8", "replace") for value in values])
        elif name in by_atom:
            tags.add(by_atom[name], [str(value) for value in values])
        elif name not in ("\xa9too", "gnre"):
            tags.leave(f"MP4 {name}")
    if file.chapters:
        tags.leave("chapters")


def _of_wav(path: Path, tags: Tags) -> None:
    from mutagen import id3 as module

    id3: Any = module  # which has no types
    with path.open("rb") as file:
        chunks = riff.outline(file).chunks
        for chunk in chunks:
            if chunk.name.lower() == b"id3 ":
                file.seek(chunk.start)
                _add_id3(id3.ID3(io.BytesIO(file.read(chunk.size))), tags)
        for chunk in chunks:
            file.seek(chunk.start)
            if chunk.name == b"LIST" and file.read(4) == b"INFO":
                _add_info(file.read(max(0, chunk.size - 4)), tags)
            elif (name := chunk.name.decode("ascii", "replace")) in _BROADCAST:
                tags.leave(_BROADCAST[name])


def _add_info(data: bytes, tags: Tags) -> None:
    """Add the texts of a LIST chunk that an ID3 tag beside it, which can say more, does not hold."""
    by_chunk = {chunk: vorbis for vorbis, _, _, chunk in _NAMES if chunk}
    known = set(tags.texts)
    for inner, text in _pieces(data):
        name = by_chunk.get(inner, inner)
        if name not in known:
            tags.add(name, [text])


def _pieces(data: bytes) -> list[tuple[str, str]]:
    found = []
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        raw = data[place + 8 : place + 8 + size].rstrip(b"\0")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
        found.append((data[place : place + 4].decode("ascii", "replace"), text))
        place += 8 + size + (size & 1)
    return found


def _pair(text: str) -> tuple[int, int]:
    """Return "3/12" as the numbers of a track and of all."""
    first, _, last = text.partition("/")
    return tuple(int(part) if part.strip().isdigit() else 0 for part in (first, last))  # type: ignore[return-value]
