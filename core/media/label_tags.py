"""What MP3, AIFF, FLAC, Ogg and M4A files say of themselves: ID3, Vorbis comments and the atoms of iTunes.

The tags are exchanged in the file that was written; its sound is not touched. `mutagen` reads and writes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import WriteError
from core.labels import Labels
from core.media.label_boxes import film_xmp, label_film

_OWN = "com.apple.iTunes"  # the name space in which players look for further atoms
_PRIVATE_ATOMS = ("apID", "ownr", "purd", "cnID", "\xa9xyz", "loci")
_PRIVATE_FRAMES = ("TOWN", "OWNE", "COMR")


def read(path: Path, name: str) -> Labels:
    """Return what a file of this format says. ValueError where its tags cannot be read."""
    try:
        return {"Vorbis": _read_comments, "ID3": _read_id3, "MP4": _read_atoms}[container(name)](path)
    except _errors() as error:
        raise ValueError(str(error)) from error


def write(path: Path, name: str, *, xmp: bytes | None, fields: tuple[tuple[str, str], ...], strip: bool) -> None:
    """Exchange these fields and the XMP of a file, in place; fields of other names stay."""
    kind = container(name)
    writer = {"Vorbis": _write_comments, "ID3": _write_id3, "MP4": _write_atoms}[kind]
    try:
        writer(path, name, xmp, fields, strip)
    except _errors() as error:
        raise WriteError(f"Its tags could not be written: {error}.", "Protect it without terms.", path=path) from error


def container(name: str) -> str:
    """Return the language of the tags of a format. KeyError for one without tags."""
    return {"MP3": "ID3", "AIFF": "ID3", "FLAC": "Vorbis", "Ogg": "Vorbis", "M4A": "MP4"}[name]


def _errors() -> tuple[type[Exception], ...]:
    from mutagen import MutagenError

    return (MutagenError, ValueError, LookupError, TypeError, AttributeError, EOFError)


def _commented(path: Path) -> Any:
    """Return the open FLAC, Vorbis or Opus file."""
    import mutagen
    from mutagen.flac import FLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    library: Any = mutagen  # which has no types
    with path.open("rb") as file:
        found = library.File(file, options=[FLAC, OggVorbis, OggOpus])
    if found is None:
        raise ValueError("no Vorbis comments")
    return found


def _read_comments(path: Path) -> Labels:
    tags = _commented(path).tags or ()
    return Labels("Vorbis", b"", tuple((str(name), str(value)) for name, value in tags if _is_text(str(name))))


def _is_text(name: str) -> bool:
    return name.casefold() not in ("metadata_block_picture", "coverart")


def _write_comments(path: Path, name: str, xmp: bytes | None, fields: tuple[tuple[str, str], ...], strip: bool) -> None:
    file = _commented(path)
    if file.tags is None:
        file.add_tags()
    for own, _ in fields:
        if own in file.tags:
            del file.tags[own]
    for own, text in fields:
        if text:
            file.tags.append((own, text))
    file.save(path)


def _id3(path: Path) -> Any:
    """Return the ID3 tag of an MP3 or AIFF file in its own version, a new one where there is none."""
    import mutagen.aiff
    import mutagen.id3

    id3: Any = mutagen.id3
    with path.open("rb") as file:
        kind: Any = mutagen.aiff._IFFID3 if file.read(4) == b"FORM" else id3.ID3
    try:
        tag = kind(path, translate=False)
        return tag if tag.version[:2] >= (2, 3) else kind(path)
    except id3.ID3NoHeaderError:
        return kind()


def _read_id3(path: Path) -> Labels:
    tag = _id3(path)
    xmp, fields = b"", []
    for frame in tag.values():
        name = str(frame.FrameID)
        if name == "PRIV":
            xmp = bytes(frame.data) if frame.owner == "XMP" else xmp
        elif name in ("TXXX", "WXXX"):
            fields.append((f"{name}:{frame.desc}", frame.url if name == "WXXX" else "; ".join(map(str, frame.text))))
        elif name.startswith("T"):
            fields.append((name, "; ".join(map(str, frame.text))))
        elif name == "USER":
            fields.append((name, str(frame.text)))
        elif name.startswith("W"):
            fields.append((name, str(frame.url)))
    return Labels("ID3", xmp, tuple(fields))


def _write_id3(path: Path, name: str, xmp: bytes | None, fields: tuple[tuple[str, str], ...], strip: bool) -> None:
    import mutagen.id3

    id3: Any = mutagen.id3
    tag = _id3(path)
    version = tag.version[1] if tag.version[1] in (3, 4) else 4
    encoding = id3.Encoding.UTF8 if version == 4 else id3.Encoding.UTF16
    for own, text in fields:
        frame, _, desc = own.partition(":")
        tag.delall(own if desc else frame)
        if not text:
            continue
        if frame == "USER":
            tag.add(id3.USER(encoding=encoding, lang="eng", text=text))
        elif frame == "TXXX":
            tag.add(id3.TXXX(encoding=encoding, desc=desc, text=[text]))
        elif frame.startswith("W"):
            tag.add(getattr(id3, frame)(url=text))
        else:
            tag.add(getattr(id3, frame)(encoding=encoding, text=[text]))
    if xmp is not None:
        for key in [key for key, frame in tag.items() if frame.FrameID == "PRIV" and frame.owner == "XMP"]:
            del tag[key]
        if xmp:
            tag.add(id3.PRIV(owner="XMP", data=xmp))
    for frame in _PRIVATE_FRAMES if strip else ():
        tag.delall(frame)
    tag.save(path, v2_version=version)


def _read_atoms(path: Path) -> Labels:
    import mutagen.mp4

    mp4: Any = mutagen.mp4
    tags: Any = mp4.MP4(path).tags or {}
    fields = []
    for name, values in tags.items():
        if name.startswith("----:"):
            text = "; ".join(bytes(value).decode("utf-8", "replace") for value in values)
            fields.append((f"----:{name.split(':', 2)[-1]}", text))
        elif isinstance(values, list) and all(isinstance(value, str) for value in values):
            fields.append((name, "; ".join(values)))
    with path.open("rb") as film:
        return Labels("MP4", film_xmp(film), tuple(fields))


def _write_atoms(path: Path, name: str, xmp: bytes | None, fields: tuple[tuple[str, str], ...], strip: bool) -> None:
    import mutagen.mp4

    mp4: Any = mutagen.mp4
    file = mp4.MP4(path)
    if file.tags is None:
        file.add_tags()
    for own, text in fields:
        key = f"----:{_OWN}:{own.removeprefix('----:')}" if own.startswith("----:") else own
        if key in file.tags:
            del file.tags[key]
        if text:
            file.tags[key] = [mp4.MP4FreeForm(text.encode())] if own.startswith("----:") else [text]
    for key in [key for key in file.tags if strip and key in _PRIVATE_ATOMS]:
        del file.tags[key]
    file.save(path)
    if xmp is not None:
        with path.open("rb+") as film:
            label_film(film, xmp)
