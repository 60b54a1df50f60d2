"""Pictures as a screen shows them: eight bits, red, green and blue, on white where they are transparent."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_ROWS = 256  # that are converted at once


def shown(pixels: npt.NDArray[Any], space: str) -> npt.NDArray[np.uint8]:
    """Return an upright picture as uint8 (height, width, 3).

    `pixels` and `space` ("grey", "rgb", "cmyk") are those of `core.media.picture.Picture`: uint8, uint16 or floats of
    0 to 1, with alpha as the last channel where grey has two and RGB has four.
    """
    height, width = pixels.shape[:2]
    result = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _ROWS):
        result[top : top + _ROWS] = _rows(pixels[top : top + _ROWS], space)
    return result


def _rows(part: npt.NDArray[Any], space: str) -> npt.NDArray[np.uint8]:
    values = _eight_bits(part)
    if values.ndim == 2:
        values = values[:, :, None]
    if space == "cmyk":
        from PIL import Image

        size = (values.shape[1], values.shape[0])
        return np.asarray(
            Image.frombytes("CMYK", size, np.ascontiguousarray(values).tobytes()).convert("RGB"), np.uint8
        )
    colours = values.shape[2] - (values.shape[2] in (2, 4))
    seen = values[:, :, :colours]
    if colours < values.shape[2]:
        alpha = values[:, :, -1:].astype(np.uint16)
        seen = ((seen * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return np.asarray(np.broadcast_to(seen, (*seen.shape[:2], 3)), np.uint8)


def _eight_bits(part: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if part.dtype == np.uint16:
        return np.asarray(part >> 8, np.uint8)
    if not np.issubdtype(part.dtype, np.integer):
        return np.asarray(np.nan_to_num(np.clip(part, 0.0, 1.0)) * 255.0 + 0.5, np.uint8)
    return np.asarray(part, np.uint8)
