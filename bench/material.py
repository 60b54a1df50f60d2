"""The files that are measured: where they lie, which class each belongs to, and the keys and serials of the bench."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.attacks import Pixels, generator
from core.keys import CreatorKey
from core.model import SERIALS, Kind

SEED = 20261122
CANDIDATES = 1000
HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"  # committed: docs/limits.md is made of these
SCRATCH = HERE / "data"  # not committed: partial runs and working files

# Classes by the beginning of the file name, first match wins. "Photo-like" means photos, faces, paintings, renders
# and greys in any format and depth; "flat" coloured flat art, diagrams, text and pixel art; "odd" a part of the
# picture or of the sound is missing by nature (transparent, silent, very quiet).
_IMAGE_CLASSES = (
    ("tiny_", "tiny"),
    ("flat_", "flat"),
    ("palette_", "flat"),
    ("alpha_pixelart", "flat"),
    ("alpha_", "odd"),
    ("photo_", "photo-like"),
    ("kodak_", "photo-like"),
    ("art_", "photo-like"),
    ("exif_", "photo-like"),
    ("gray_", "photo-like"),
    ("cmyk_", "photo-like"),
    ("deep16_", "photo-like"),
)
_SOUND_CLASSES = (
    ("voicemusic_", "voice and music"),
    ("voice_", "voice"),
    ("music_", "music"),
    ("odd_voice_", "voice"),
    ("odd_", "odd"),
)
IMAGE_CLASSES = ("photo-like", "flat", "odd", "tiny")
SOUND_CLASSES = ("voice", "voice and music", "music", "odd")


def folder(given: Path | None) -> Path:
    """Return the folder of trial files: as given, else COUNTERMARK_DEV_DATA, else ../shared/data/dev.

    FileNotFoundError where there is none.
    """
    place = given or Path(os.environ.get("COUNTERMARK_DEV_DATA") or HERE.parent.parent / "shared/data/dev")
    if not (place / "images").is_dir():
        raise FileNotFoundError(f"no trial files in {place}: name their folder with --data or COUNTERMARK_DEV_DATA")
    return place


def files(place: Path, part: str, *, only: str = "", quick: bool = False) -> list[Path]:
    """Return the files of one part ("images", "audio", "bad" ...) by name; `quick` takes one of five."""
    found = [p for p in sorted((place / part).iterdir()) if p.is_file() and only in p.name]
    return found[::5] if quick else found


def kind_of_part(part: str) -> Kind:
    """Return what the files of a part are."""
    return Kind.IMAGE if "images" in part else Kind.AUDIO


def class_of(name: str, kind: Kind) -> str:
    """Return the class of a file by the beginning of its name ("odd" where nothing fits)."""
    table = _IMAGE_CLASSES if kind is Kind.IMAGE else _SOUND_CLASSES
    return next((label for prefix, label in table if name.startswith(prefix)), "odd")


def bench_key(name: str = "creator") -> CreatorKey:
    """Return a key of the bench: public, always the same, never used for anything else."""
    return CreatorKey.from_bytes(hashlib.sha256(f"countermark bench: {name}".encode()).digest())


def code_of(parts: Sequence[str]) -> str:
    """Return a short digest of the sources in these folders and files of the project: the same code, the same word."""
    root, digest = HERE.parent, hashlib.sha256()
    for part in parts:
        for path in sorted((root / part).rglob("*.py")) or [root / part]:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def serials_for(name: str, *, count: int = CANDIDATES) -> tuple[int, npt.NDArray[np.int64]]:
    """Return the serial that a file's copy gets and the sorted candidates that it is among."""
    random = generator(SEED, "serials", name)
    drawn = random.choice(SERIALS, count, replace=False)
    return int(drawn[0]), np.sort(drawn).astype(np.int64)


def as_seen(pixels: npt.NDArray[np.generic], space: str | None = None) -> Pixels:
    """Return a picture as other programs pass it on: uint8 (height, width, 3), transparency over white."""
    flat: npt.NDArray[np.floating]
    if pixels.dtype == np.uint8:
        flat = pixels.astype(np.float32)
    elif pixels.dtype == np.uint16:
        flat = pixels.astype(np.float32) / np.float32(257)
    else:
        flat = np.clip(pixels.astype(np.float32), 0, 1) * 255
    if flat.ndim == 2:
        flat = flat[:, :, None]
    if space == "cmyk":
        flat = (255 - flat[:, :, :3]) * (255 - flat[:, :, 3:4]) / 255
    elif flat.shape[2] in (2, 4):
        cover = flat[:, :, -1:] / 255
        flat = flat[:, :, :-1] * cover + 255 * (1 - cover)
    seen = np.clip(np.rint(flat), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(seen, (*seen.shape[:2], 3)))
