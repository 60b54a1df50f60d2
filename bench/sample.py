"""Which pictures the long runs use, in what size, and of which class each is.

A rule, not a list, so that any folder of pictures can be measured: nothing under 0.1 MP, all flat pictures and
cut-outs, and photo-like ones in turn by the first word of their names. Pictures
over 2 MP are first scaled down, except a few, to bound the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from bench import material
from bench.attacks import generator
from bench.attacks.images.codecs import resized
from bench.goals import CUTOUT, FLAT, LEAST, PHOTO, WHITE
from core.model import Kind

SHRINK_ABOVE, SHRUNK = 2.0, 1.0  # megapixels
NATIVES, NATIVE_MOST = 3, 3.0  # so many pictures of up to so many megapixels stay as they are
PHOTOS = 22
_PAPER, _PAPER_SHARE = 240, 0.45  # a flat picture with this share of luma above 240 is line art or text on white


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the sample: its pixels as they are marked (see `core.image.embed`), `space` for CMYK."""

    name: str
    group: str
    pixels: npt.NDArray[Any]
    space: str | None
    native: bool

    @property
    def megapixels(self) -> float:
        return self.pixels.shape[0] * self.pixels.shape[1] / 1e6

    @property
    def about(self) -> dict[str, Any]:
        """What a row says of it."""
        height, width = self.pixels.shape[:2]
        return {
            "file": self.name,
            "group": self.group,
            "size": [width, height],
            "megapixels": round(self.megapixels, 3),
            "native": self.native,
        }


def chosen(files: Sequence[Path], *, photos: int = PHOTOS) -> list[Path]:
    """Return the files of the sample, classes mixed, so that a run that is cut short has some of each."""
    kinds: dict[str, list[Path]] = {}
    for path in files:
        label = material.class_of(path.name, Kind.IMAGE)
        if label != "tiny":
            kinds.setdefault(path.name.split("_")[0] if label == "photo-like" else label, []).append(path)
    for name, members in kinds.items():
        generator(material.SEED, "sample", name).shuffle(members)  # type: ignore[arg-type]
    others = [path for label in ("flat", "odd") for path in kinds.pop(label, [])]
    mixed: list[Path] = []
    while len(mixed) < photos and any(kinds.values()):
        mixed += [members.pop() for members in kinds.values() if members]
    mixed = mixed[:photos]
    step = max(1, -(-len(mixed) // max(len(others), 1)))
    order: list[Path] = []
    while mixed or others:
        order += mixed[:step] + others[:1]
        mixed, others = mixed[step:], others[1:]
    return order


def natives(files: Sequence[Path]) -> frozenset[str]:
    """Return the names of the files that stay in their own size although they are large."""
    large = [path.name for path in files if SHRINK_ABOVE < _megapixels(path) <= NATIVE_MOST]
    return frozenset(large[:NATIVES])


def opened(path: Path, native: frozenset[str] = frozenset()) -> Picture | None:
    """Return a picture of the sample, None where it is too small for it; CountermarkError where it cannot be read."""
    from core.media.images import read_image

    picture = read_image(path)
    space = "cmyk" if picture.space == "cmyk" else None
    pixels = picture.pixels
    seen = material.as_seen(pixels, space)
    group = _group(path.name, seen)
    size = pixels.shape[0] * pixels.shape[1] / 1e6
    if size < LEAST:
        return None
    stays = size <= SHRINK_ABOVE or path.name in native
    if not stays:
        factor = (SHRUNK / size) ** 0.5
        pixels, space = resized(seen, round(seen.shape[1] * factor), round(seen.shape[0] * factor)), None
    return Picture(path.name, group, pixels, space, stays)


def digest(picture: Picture) -> bytes:
    """Return the same bytes for the same pixels."""
    return hashlib.sha256(np.ascontiguousarray(picture.pixels)).digest()


def _megapixels(path: Path) -> float:
    try:
        with Image.open(path) as file:
            return file.width * file.height / 1e6
    except OSError:  # no picture, or none that Pillow knows
        return 0.0


def _group(name: str, seen: npt.NDArray[np.uint8]) -> str:
    label = material.class_of(name, Kind.IMAGE)
    if label == "photo-like":
        return PHOTO
    if label != "flat":
        return CUTOUT
    luma = seen.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return WHITE if float(np.mean(luma >= _PAPER)) >= _PAPER_SHARE else FLAT
