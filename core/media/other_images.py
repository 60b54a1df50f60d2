"""Pictures in formats that are examined but not written: BMP, PNM, JPEG 2000 and odd kinds of TIFF."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import RefusedError
from core.media.orientation import orientation_of, upright
from core.media.picture import Picture, check_size, decoding, suffix_note
from core.media.pixels import Pixels, Space

Image.MAX_IMAGE_PIXELS = None  # `check_size` is asked before anything is decoded, and its answer is a sentence
_DEEP = ("I;16", "I;16B", "I;16L", "I;16N")


def read(path: Path, data: bytes, name: str, *, obstacle: RefusedError | None = None) -> Picture:
    """Return the first frame of any still format that Pillow opens."""
    with decoding(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about metadata, which is not needed here
        with Image.open(io.BytesIO(data)) as image:
            check_size(path, image.width, image.height, 4)
            exif = image.info.get("exif", b"")
            turn = orientation_of(exif) if isinstance(exif, bytes) else 1
            pixels, space = _decoded(image)
    notes = suffix_note(path, name)
    return Picture(path, upright(pixels, turn), space, name, notes, obstacle)


def _decoded(image: Image.Image) -> tuple[Pixels, Space]:
    if image.mode in _DEEP:
        return np.asarray(image).astype(np.uint16), "grey"
    if image.mode in ("F", "I"):  # floats are taken as 0 to 1, whole numbers as 16 bits
        values = np.nan_to_num(np.asarray(image, np.float64)) * (65535.0 if image.mode == "F" else 1.0)
        return np.clip(np.rint(values), 0, 65535).astype(np.uint16), "grey"
    if image.mode == "CMYK":
        return np.asarray(image), "cmyk"
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L")), "grey"
    if image.mode in ("LA", "La"):
        return np.asarray(image.convert("LA")), "grey"
    clear = image.mode in ("RGBA", "RGBa", "PA") or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if clear else "RGB")), "rgb"
