"""Small views of pictures: for the catalog and the window."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

_THUMBNAIL = 256  # pixels of the longer side


def thumbnail(pixels: npt.NDArray[Any], *, cmyk: bool = False, side: int = _THUMBNAIL) -> bytes:
    """Return a picture's small PNG, `side` pixels at its longer side, of an upright array as `core.image` takes it."""
    from PIL import Image

    step = max(1, max(pixels.shape[:2]) // (4 * side))
    small = pixels[::step, ::step]
    if small.dtype == np.uint16:
        small = small >> 8
    elif not np.issubdtype(small.dtype, np.integer):
        small = np.nan_to_num(np.clip(small, 0.0, 1.0)) * 255.0 + 0.5
    small = np.ascontiguousarray(small.astype(np.uint8))
    if small.ndim == 3 and small.shape[2] == 1:
        small = small[:, :, 0]
    height, width = small.shape[:2]
    channels = 1 if small.ndim == 2 else small.shape[2]
    mode = "CMYK" if cmyk else {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    image = Image.frombytes(mode, (width, height), small.tobytes())
    if cmyk:
        image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
