"""Recordings in containers that FFmpeg opens: M4A, raw AAC, AMR, AC-3, WMA, and the sound tracks of films."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.errors import RefusedError, UnreadableError
from core.media import av_sound, mp4_sound
from core.media.aac import Adts
from core.media.container import Contents, Track, contents, opened
from core.media.encoding import like
from core.media.picture import suffix_note
from core.media.remux import MUXERS, Remuxed
from core.media.sound import Kept, Sound, check_only, cut, faulty, made_finite

_ORDINARY = "Export it anew as an ordinary MP4 or M4A file, not encrypted and not for streaming, and protect that one."
_SHORT = 0.25  # seconds that the sound may lack of what its container tells
_MP4 = ("M4A", "MP4", "MOV", "3GP")
_SUBTYPES = {"mp3": "MPEG_LAYER_III", "mp3float": "MPEG_LAYER_III"}


def read(path: Path) -> Sound:
    """Return the recording of a file, of a film its first sound track. UnreadableError where there is none."""
    found = contents(path)
    if not found.tracks:
        raise UnreadableError(
            f"{path.name} has no sound track.", "Choose a recording, or a film with sound.", path=path
        )
    track = found.tracks[0]
    sound, decoded = _read(path, found, track)
    notes = suffix_note(path, found.format) + sound.notes
    if sound.obstacle is not None:
        return replace(sound, notes=notes)
    kept, why, said = _kept(path, found, track, decoded)
    return replace(sound, notes=notes + said, obstacle=why, _kept=kept)


def read_track(path: Path, found: Contents, track: Track) -> Sound:
    """Return the recording of one sound track, to be examined; its notes are on damage alone."""
    return _read(path, found, track)[0]


def subtype(track: Track) -> str:
    """Return the coding of a track in one word."""
    return _SUBTYPES.get(track.codec, track.codec.upper())


def _read(path: Path, found: Contents, track: Track) -> tuple[Sound, av_sound.Decoded]:
    exact = mp4_sound.exact_seconds(path, track.index) if found.format in _MP4 else None
    decoded = av_sound.decode(path, found.format, track.index, exact)
    seconds = len(decoded.samples) / decoded.rate
    notes: tuple[str, ...] = ()
    obstacle: RefusedError | None = None
    promised = seconds if decoded.declared is None else decoded.declared / decoded.rate
    if decoded.faults:
        obstacle = faulty(path, f"is damaged: {decoded.faults} pieces of its sound cannot be decoded")
        notes += (f"{path.name} is cut off or damaged; {seconds:.1f} seconds were examined.",)
    elif seconds < promised - _SHORT:
        obstacle = cut(path, seconds, promised)
        notes += (obstacle.message,)
    refusal, said = made_finite(path, decoded.samples)
    sound = Sound(
        path,
        decoded.samples,
        decoded.rate,
        found.format,
        subtype(track),
        notes + said,
        obstacle or refusal,
        start=decoded.start,
    )
    return sound, decoded


def _kept(
    path: Path, found: Contents, track: Track, decoded: av_sound.Decoded
) -> tuple[Kept | None, RefusedError | None, tuple[str, ...]]:
    """Return what writes a copy, or why there is none, and what is to be said of it."""
    what = "a film" if found.pictures else "a file"
    if len(found.tracks) > 1:
        why = RefusedError(
            f"{path.name} has {len(found.tracks)} sound tracks, and a mark in one would leave the others bare.",
            "Export it with one sound track and protect that file.",
            path=path,
        )
        return None, why, ()
    channels = decoded.samples.shape[1]
    with opened(path, found.format) as container:
        context = container.streams[track.index].codec_context
        encoding = like(context, decoded.rate, decoded.layout, channels, decoded.bit_rate)
    if encoding is None or not _able(found.format, encoding.encoder):
        kind = f"{what} in {found.format}" if encoding else f"{found.format} with sound in {track.codec}"
        return None, check_only(path, kind, "MP4, MOV or MKV with AAC" if found.pictures else "WAV or FLAC"), ()
    said: tuple[str, ...] = ()
    if track.codec == "aac" and track.profile not in ("LC", "Main", ""):
        said += (f"The sound of {path.name} is {track.profile}; the copy has it as AAC-LC.",)
    if found.pictures:
        said += ("The mark is in the sound track; the pictures are copied as they are.",)
    if found.format == "AAC":
        return Adts(path, encoding, channels), None, said
    if found.format in MUXERS:
        return Remuxed(path, found.format, track.index, decoded.start, encoding, channels), None, said
    if fault := mp4_sound.obstacle(path):
        return None, RefusedError(f"{path.name} {fault}.", _ORDINARY, path=path), said
    if mp4_sound.with_credentials(path):
        said += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
    return mp4_sound.Mp4(path, found.format, track.index, found.brand, encoding, channels), None, said


def _able(name: str, encoder: str) -> bool:
    """Return whether a container of this format is written with sound of this coding."""
    if name == "AVI":  # which cannot tell the delay of other encoders
        return encoder == "libmp3lame" or encoder.startswith("pcm_")
    return name in MUXERS or name == "AAC" or (name in _MP4 and encoder != "vorbis")
