"""Recordings from files and back: what libsndfile opens is read, the formats of `docs/formats.md` are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import RefusedError, UnreadableError, WriteError
from core.media import caf_au_w64, flac, mp3, ogg, tracks, wav
from core.media.container import errors
from core.media.files import cannot_write
from core.media.picture import Lossy
from core.media.signatures import FILMS, SOUNDS, format_of
from core.media.sound import Beside, KeptTracks, Sound
from core.model import Recording

__all__ = ["Sound", "finer", "read_sound", "require_writable", "write_sound"]

_READERS: dict[str, Callable[[Path], Sound]] = {
    "WAV": wav.read,
    "AIFF": wav.read,
    "FLAC": flac.read,
    "MP3": mp3.read,
    "Ogg": ogg.read,
}


def read_sound(path: Path) -> Sound:
    """Return the recording of a file, of a film its sound track.

    Of a damaged file it is what could be decoded, samples that are no numbers are silence; `notes` say so.
    UnreadableError where there is no sound, or more than the memory can take.
    """
    name = format_of(path)
    if name not in (*SOUNDS, *FILMS):
        raise UnreadableError(f"{path.name} is a picture, not a recording.", "Choose a recording.", path=path)
    reader = _READERS.get(name)
    if reader is not None:
        return reader(path)
    return caf_au_w64.read(path, name) if name in ("CAF", "AU", "W64") else tracks.read(path)


def require_writable(sound: Sound) -> None:
    """Raise RefusedError, with what to do, where a copy of this recording would lose something."""
    if sound.obstacle is not None:
        raise sound.obstacle
    if sound._kept is None:
        raise RefusedError(
            f"{sound.path.name} is {sound.format}, which can be checked but not protected.",
            "Save it as WAV or FLAC and protect that file.",
            path=sound.path,
        )


def finer(sound: Sound) -> Sound | None:
    """Return the recording to be written with finer coding than its source's, or None where its format has none."""
    kept = sound._kept.finer() if isinstance(sound._kept, Lossy) else None
    return None if kept is None else replace(sound, _kept=kept)


def write_sound(sound: Sound, samples: Recording, target: Path) -> None:
    """Write a file that is like the recording's own, with other samples (of the same shape as `sound.samples`).

    Samples are rounded to the source's depth and clipped where it has whole numbers. `target` is the caller's temporary
    file. RefusedError as `require_writable`; WriteError where the file cannot be written or has another length.
    """
    write_tracks(sound, (samples,), target)


def write_tracks(sound: Sound, samples: Sequence[Recording | None], target: Path) -> None:
    """Write a file with other samples of its sound track and of its `others`, None for one that stays as it is.

    Errors as `write_sound`.
    """
    require_writable(sound)
    tracks = (sound, *sound.others)
    new: list[tuple[int, Recording]] = []
    for number, (track, one) in enumerate(zip(tracks, samples, strict=True)):
        if one is not None:
            if one.shape != track.samples.shape or one.dtype.kind != "f":
                raise ValueError(f"samples are {one.dtype}{one.shape}, not as read")
            new.append((number, one))
    kept = sound._kept
    assert kept is not None  # require_writable
    name = sound.path.name
    try:
        with target.open("w+b") as file:
            if sound.others:
                assert isinstance(kept, KeptTracks)
                kept = replace(kept, voices=tuple(kept.voices[number] for number, _ in new))  # type: ignore[type-var]
                kept.write_all([one for _, one in new], file)
            else:
                kept.write(new[0][1], file)
    except MemoryError:
        raise WriteError(f"A copy of {name} needs more memory than there is.", "Close other programs.") from None
    except OSError as error:
        raise cannot_write(target, error) from error
    except errors() as error:
        raise WriteError(f"A copy of {name} could not be encoded: {error}.", "Save it as WAV.") from error
    try:
        again = read_sound(target)
    except UnreadableError as error:
        raise WriteError(f"The copy of {name} could not be read again.", "Try again.", path=target) from error
    written = (again, *again.others)
    same = len(written) == len(tracks) and all(_alike(*pair) for pair in zip(written, tracks, strict=True))
    if isinstance(kept, Beside):
        same = same and kept.faithful(target)
    if not same or again.obstacle is not None:
        raise WriteError(f"The copy of {name} did not come out as it should.", "Save it as WAV.", path=target)


def _alike(one: Sound, other: Sound) -> bool:
    """Return whether two recordings are of one format, rate and length."""
    return (one.format, one.subtype, one.rate, one.samples.shape) == (
        other.format,
        other.subtype,
        other.rate,
        other.samples.shape,
    )
