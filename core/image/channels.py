"""From any channel layout to luma, and the mark's luma residual back into it.

Luma is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) of the stored values, in grey levels 0..255 whatever the depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import RefusedError
from core.image.frame import Plane, Shape

Pixels = npt.NDArray[Any]
_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)
_INK_FLOOR = 0.25  # below this brightness of the inks, black takes no larger share of the residual
_ROWS = 64  # rows that are worked on at once: they stay in the processor's cache
_COLOURS = {1: 1, 2: 1, 3: 3, 4: 3}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the channels of an array are to be read. `full` is the value of white (of full ink for CMYK)."""

    shape: Shape
    channels: int
    cmyk: bool
    full: float

    @classmethod
    def of(cls, pixels: Pixels, space: str | None) -> Layout:
        """Return the layout; ValueError for an array or a space that is none of those named in `core.image`."""
        if pixels.ndim not in (2, 3) or pixels.size == 0:
            raise ValueError(f"pixels must be (height, width[, channels]), not {pixels.shape}")
        channels = 1 if pixels.ndim == 2 else pixels.shape[2]
        if channels not in _COLOURS:
            raise ValueError(f"pixels must have 1 to 4 channels, not {channels}")
        if space not in (None, "grey", "rgb", "cmyk") or (space == "cmyk" and channels != 4):
            raise ValueError(f"space must be grey, rgb, or cmyk with four channels, not {space}")
        if pixels.dtype == np.uint8:
            full = 255.0
        elif pixels.dtype == np.uint16:
            full = 65535.0
        elif pixels.dtype.kind == "f":
            full = 1.0
            if not np.isfinite(pixels).all():
                raise RefusedError("The picture holds values that are no numbers.", "Export it again.")
        else:
            raise ValueError(f"pixels must be uint8, uint16 or float, not {pixels.dtype}")
        return cls((int(pixels.shape[0]), int(pixels.shape[1])), channels, space == "cmyk", full)

    @property
    def has_alpha(self) -> bool:
        """Say whether the last channel is transparency."""
        return self.channels in (2, 4) and not self.cmyk

    def alpha(self, pixels: Pixels) -> Plane | None:
        """Return the opacity 0..1 as float32 (height, width), None where there is none."""
        if not self.has_alpha:
            return None
        return pixels[..., -1].astype(np.float32) * np.float32(1.0 / self.full)

    def luma(self, pixels: Pixels) -> Plane:
        """Return the luma in grey levels 0..255, transparency left out: float32 (height, width)."""
        luma = np.empty(self.shape, np.float32)
        for first in range(0, self.shape[0], _ROWS):
            luma[first : first + _ROWS] = self.luma_rows(pixels[first : first + _ROWS])
        return luma

    def luma_rows(self, rows: Pixels) -> Plane:
        """Return the luma of some rows of pixels."""
        unit = np.float32(255.0 / self.full)
        if self.cmyk:
            light = np.float32(1.0) - rows.astype(np.float32) * (unit / np.float32(255))
            return np.asarray((light[..., :3] @ _WEIGHTS) * light[..., 3] * np.float32(255))
        if self.channels >= 3:
            return np.asarray(rows[..., :3].astype(np.float32) @ (_WEIGHTS * unit))
        grey = rows if rows.ndim == 2 else rows[..., 0]
        return grey.astype(np.float32) * unit

    def rgb(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        """Return the colours as red, green and blue 0..1: float32 (height, width, 3), transparency left out."""
        values = pixels.astype(np.float32) * np.float32(1 / self.full)
        if self.cmyk:
            return np.asarray((1 - values[..., :3]) * (1 - values[..., 3:]))
        if self.channels >= 3:
            return values[..., :3]
        grey = values if values.ndim == 2 else values[..., 0]
        return np.repeat(grey[..., None], 3, axis=2)

    def add(self, rows: Pixels, residual: Plane, out: Pixels) -> None:
        """Write `rows` with the luma residual (grey levels) added into `out`: rounded, clipped, alpha as it was."""
        change = residual * np.float32(self.full / 255.0)
        if self.cmyk:
            _add_ink(rows, change, self.full, out)
            return
        if self.has_alpha:
            change[rows[..., -1] == 0] = 0
            out[..., -1] = rows[..., -1]
        colours = _COLOURS[self.channels]
        if rows.dtype.kind == "f":
            into, source = (out, rows) if rows.ndim == 2 else (out[..., :colours], rows[..., :colours])
            into[...] = np.clip(source + (change if rows.ndim == 2 else change[..., None]), 0.0, self.full)
            return
        # A whole number plus a rounded change is the rounded sum, and whole numbers are twice as fast.
        whole = np.rint(change, out=change).astype(np.int16 if self.full < 256 else np.int32)
        if colours == self.channels:
            flat = rows.reshape(rows.shape[0], -1)
            total = flat + (whole if colours == 1 else np.repeat(whole, colours, axis=1))
            out[...] = np.clip(total, 0, int(self.full), out=total).reshape(rows.shape)
        else:
            out[..., :colours] = np.clip(rows[..., :colours] + whole[..., None], 0, int(self.full))


def _add_ink(rows: Pixels, change: Plane, full: float, out: Pixels) -> None:
    """Darken or lighten by ink: black takes the share K of the change, cyan, magenta and yellow alike the rest.

    With the plain ink model R = (1 - C)(1 - K), luma then changes by exactly the residual where nothing clips, grey
    stays grey, and no division by a vanishing 1 - K occurs.
    """
    ink = rows.astype(np.float32) * np.float32(1.0 / full)
    paper = np.maximum((np.float32(1.0) - ink[..., :3]) @ _WEIGHTS, np.float32(_INK_FLOOR))
    black = ink[..., 3]
    values = rows.astype(np.float32)
    values[..., :3] -= change[..., None]
    values[..., 3] -= change * black / paper
    if rows.dtype.kind != "f":
        np.rint(values, out=values)
    out[...] = np.clip(values, 0.0, full, out=values)
