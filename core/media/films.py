"""Films as suspects: their sound tracks, and some of their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import UnreadableError
from core.media.container import contents
from core.media.frames import Frame, frames
from core.media.sound import Sound
from core.media.tracks import TRACKS, read_track


@dataclass(frozen=True, slots=True)
class Film:
    """What of a film is examined: its length in seconds, its sound tracks, its pictures (the most different first).

    `notes` are plain sentences on what could not be examined.
    """

    path: Path
    format: str
    seconds: float
    sounds: tuple[Sound, ...]
    frames: tuple[Frame, ...]
    notes: tuple[str, ...]


def read_film(path: Path) -> Film:
    """Return what of a film is examined. UnreadableError where nothing of it can be decoded."""
    found = contents(path)
    notes: list[str] = []
    sounds: list[Sound] = []
    for number, track in enumerate(found.tracks[:TRACKS], 1):
        try:
            sound = read_track(path, found, track)
        except UnreadableError:
            notes.append(f"Sound track {number} of {path.name} cannot be decoded and was not examined.")
            continue
        sounds.append(sound)
        notes += sound.notes
    if len(found.tracks) > TRACKS:
        notes.append(f"Of the {len(found.tracks)} sound tracks of {path.name} the first {TRACKS} were examined.")
    pictures: tuple[Frame, ...] = ()
    for index in found.pictures[:1]:
        try:
            pictures = frames(path, found.format, index)
        except UnreadableError:
            pictures = ()
        if not pictures:
            notes.append(f"The pictures of {path.name} cannot be decoded, or show nothing; its sound was examined.")
    if not sounds and not pictures:
        raise UnreadableError(
            f"{path.name} is damaged: neither sound nor pictures can be read from it.",
            "Ask for a complete file.",
            path=path,
        )
    return Film(path, found.format, found.seconds, tuple(sounds), pictures, tuple(notes))
