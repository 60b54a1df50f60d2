"""Recordings in containers that FFmpeg opens: M4A, raw AAC, AMR, AC-3, WMA, and the sound tracks of films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import RefusedError, UnreadableError
from core.media import av_sound, mp4_sound
from core.media.aac import Adts
from core.media.container import Contents, Track, contents, opened
from core.media.encoding import Voice, like
from core.media.picture import suffix_note
from core.media.remux import MUXERS, Remuxed
from core.media.sound import Kept, Sound, check_only, cut, faulty, made_finite

TRACKS = 4  # sound tracks of a film that are examined and marked
_ORDINARY = "Export it anew as an ordinary MP4 or M4A file, not encrypted, and protect that one."
_SHORT = 0.25  # seconds that the sound may lack of what its container tells
_MP4 = ("M4A", "MP4", "MOV", "3GP")
_SUBTYPES = {"mp3": "MPEG_LAYER_III", "mp3float": "MPEG_LAYER_III"}


def read(path: Path) -> Sound:
    """Return the recording of a file, of a film its first sound track with all `others`.

    UnreadableError where there is none.
    """
    found = contents(path)
    if not found.tracks:
        raise UnreadableError(
            f"{path.name} has no sound track.", "Choose a recording, or a film with sound.", path=path
        )
    tracks = found.tracks if len(found.tracks) <= TRACKS else found.tracks[:1]
    read = [_read(path, found, tracks[0])]
    for number, track in enumerate(tracks[1:], 2):
        try:
            read.append(_read(path, found, track))
        except UnreadableError:
            broken = faulty(path, f"is damaged: its sound track {number} cannot be decoded")
            return replace(read[0][0], notes=suffix_note(path, found.format) + read[0][0].notes, obstacle=broken)
    first, *others = (sound for sound, _ in read)
    notes = suffix_note(path, found.format) + tuple(dict.fromkeys(note for sound, _ in read for note in sound.notes))
    sound = replace(first, notes=notes, others=tuple(others))
    faults = [one.obstacle for one, _ in read if one.obstacle is not None]
    if faults:
        return replace(sound, obstacle=faults[0])
    kept, why, said = _kept(path, found, [decoded for _, decoded in read])
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
    path: Path, found: Contents, tracks: Sequence[av_sound.Decoded]
) -> tuple[Kept | None, RefusedError | None, tuple[str, ...]]:
    """Return what writes a copy, or why there is none, and what is to be said of it."""
    if len(found.tracks) > TRACKS:
        why = RefusedError(
            f"{path.name} has {len(found.tracks)} sound tracks; more than {TRACKS} cannot be marked together.",
            "Export it with fewer sound tracks and protect that file.",
            path=path,
        )
        return None, why, ()
    voices: list[Voice] = []
    said: tuple[str, ...] = ()
    for number, (track, decoded) in enumerate(zip(found.tracks, tracks, strict=True), 1):
        channels = decoded.samples.shape[1]
        with opened(path, found.format) as container:
            context = container.streams[track.index].codec_context
            encoding = like(context, decoded.rate, decoded.layout, channels, decoded.bit_rate)
        if encoding is None or not _able(found.format, encoding.encoder):
            return None, _not_written(path, found, number, known=encoding is not None), ()
        if track.codec == "aac" and track.profile not in ("LC", "Main", ""):
            if len(tracks) > 1:
                said += (f"Sound track {number} of {path.name} is {track.profile}; the copy has it as AAC-LC.",)
            else:
                said += (f"The sound of {path.name} is {track.profile}; the copy has it as AAC-LC.",)
        voices.append(Voice(track.index, decoded.start, encoding, channels))
    if found.pictures and len(voices) > 1:
        said += (
            f"The mark goes into each of the {len(voices)} sound tracks that can carry it; the pictures are copied as"
            " they are.",
        )
    elif found.pictures:
        said += ("The mark is in the sound track; the pictures are copied as they are.",)
    if found.format == "AAC":
        return Adts(path, voices[0].encoding, voices[0].channels), None, said
    if found.format in MUXERS:
        return Remuxed(path, found.format, tuple(voices)), None, said
    if fault := mp4_sound.obstacle(path, [voice.index for voice in voices]):
        return None, RefusedError(f"{path.name} {fault}.", _ORDINARY, path=path), said
    if mp4_sound.in_fragments(path):
        said += (f"{path.name} is written in fragments, as for streaming; the copy is an ordinary file.",)
    if mp4_sound.with_credentials(path):
        said += (f"The content credentials of {path.name} would not fit a marked copy, which leaves them out.",)
    return mp4_sound.Mp4(path, found.format, found.brand, tuple(voices)), None, said


def _not_written(path: Path, found: Contents, number: int, *, known: bool) -> RefusedError:
    """Return the refusal of a sound track whose coding is read but not written, in this container or in any."""
    what = "a film" if found.pictures else "a file"
    kind = f"{what} in {found.format}" if known else f"{found.format} with sound in {found.tracks[number - 1].codec}"
    if len(found.tracks) > 1:
        kind += f" (sound track {number})"
    return check_only(path, kind, "MP4, MOV or MKV with AAC" if found.pictures else "WAV or FLAC")


def _able(name: str, encoder: str) -> bool:
    """Return whether a container of this format is written with sound of this coding."""
    if name == "AVI":  # which cannot tell the delay of other encoders
        return encoder == "libmp3lame" or encoder.startswith("pcm_")
    return name in MUXERS or name == "AAC" or (name in _MP4 and encoder != "vorbis")
