"""Recordings in codings that are examined but not written, as libsndfile reads them."""

from __future__ import annotations

from pathlib import Path

from core.errors import RefusedError
from core.media.blocks import decode
from core.media.picture import suffix_note
from core.media.sound import Sound, check_only, made_finite, silent_file


def read(path: Path, name: str, *, obstacle: RefusedError | None = None) -> Sound:
    """Return the recording of any file that libsndfile opens."""
    sound = decode(path)
    if len(sound.samples) == 0:
        raise silent_file(path)
    notes = suffix_note(path, name)
    if not sound.whole:
        notes += (f"{path.name} is cut off or damaged; {len(sound.samples) / sound.rate:.1f} seconds were examined.",)
    _, said = made_finite(path, sound.samples)
    refusal = obstacle or check_only(path, f"{name} of the kind {sound.subtype}")
    return Sound(path, sound.samples, sound.rate, name, sound.subtype, notes + said, refusal)
