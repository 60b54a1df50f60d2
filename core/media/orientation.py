"""EXIF orientation: read the tag, turn stored pixels upright, turn upright pixels back into the stored layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]
_TAG = 0x0112
_SHORT = 3
_INVERSE = {6: 8, 8: 6}  # all other turns undo themselves


def orientation_of(exif: bytes) -> int:
    """Return the orientation, 1 to 8, that an EXIF block (with or without its "Exif" header) names; 1 where none."""
    tiff = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return 1
    little = order == "little"
    start = _number(tiff[4:8], little)
    count = _number(tiff[start : start + 2], little)
    for place in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        entry = tiff[place : place + 12]
        if _number(entry[:2], little) == _TAG and _number(entry[2:4], little) == _SHORT:
            value = _number(entry[8:10], little)
            return value if 1 <= value <= 8 else 1
    return 1


def upright(stored: Pixels, orientation: int) -> Pixels:
    """Return stored pixels (h, w[, c]) as they are to be seen."""
    match orientation:
        case 2:
            turned = stored[:, ::-1]
        case 3:
            turned = stored[::-1, ::-1]
        case 4:
            turned = stored[::-1]
        case 5:
            turned = stored.swapaxes(0, 1)
        case 6:
            turned = np.rot90(stored, -1)
        case 7:
            turned = stored[::-1, ::-1].swapaxes(0, 1)
        case 8:
            turned = np.rot90(stored, 1)
        case _:
            turned = stored
    return np.ascontiguousarray(turned)


def stored(pixels: Pixels, orientation: int) -> Pixels:
    """Return upright pixels in the layout that a file of this orientation stores."""
    return upright(pixels, _INVERSE.get(orientation, orientation))


def _number(data: bytes, little: bool) -> int:
    return int.from_bytes(data, "little" if little else "big")
