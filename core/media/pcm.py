"""Uncompressed samples between their bytes and floats, exactly: what was read and not changed is written as it was.

Full scale of b bits is 2^(b-1) both ways, so that every integer comes back; writing rounds to nearest and clips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.floating[Any]]

Family = Literal["integer", "float", "ulaw", "alaw"]


@dataclass(frozen=True, slots=True)
class Coding:
    """How one sample is stored: `bits` of meaning at the top of `width` bytes.

    `offset` is whether integers are stored with their middle in place of 0 (8-bit WAV).
    """

    family: Family
    width: int
    bits: int
    order: Literal["<", ">"]
    offset: bool = False

    @property
    def subtype(self) -> str:
        """The coding in the words of libsndfile."""
        if self.family == "integer":
            return f"PCM_{'U' if self.offset else 'S'}8" if self.width == 1 else f"PCM_{self.width * 8}"
        return {"float": "FLOAT" if self.width == 4 else "DOUBLE", "ulaw": "ULAW", "alaw": "ALAW"}[self.family]

    @property
    def dtype(self) -> np.dtype[np.floating[Any]]:
        """The float type that holds every value of this coding."""
        wide = self.width == 8 or (self.family == "integer" and self.bits > 24)
        return np.dtype(np.float64 if wide else np.float32)

    def decoded(self, data: bytes, channels: int) -> Samples:
        """Return samples (frames, channels) of bytes that hold whole frames."""
        if self.family == "float":
            return np.frombuffer(data, f"{self.order}f{self.width}").reshape(-1, channels).astype(self.dtype)
        if self.family != "integer":
            return (_companded(data, self.family, decode=True) / np.float32(32768.0)).reshape(-1, channels)
        if self.width == 3:
            padded = np.zeros((len(data) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)[:, :: 1 if self.order == "<" else -1]
            values: npt.NDArray[np.signedinteger[Any]] = padded.view("<i4").ravel() >> 8
        elif self.offset:
            values = np.frombuffer(data, np.uint8).astype(np.int16) - 128
        else:
            values = np.frombuffer(data, f"{self.order}i{self.width}")
        samples: Samples = values.astype(self.dtype).reshape(-1, channels)
        samples *= 2.0 ** (1 - 8 * self.width)
        return samples

    def encoded(self, samples: Samples) -> bytes:
        """Return the bytes of samples (frames, channels)."""
        if self.family == "float":
            return samples.astype(f"{self.order}f{self.width}").tobytes()
        flat = samples.astype(np.float64).ravel()
        if self.family != "integer":
            return _companded(whole(flat, 16).astype("<i2").tobytes(), self.family, decode=False).tobytes()
        values = whole(flat, self.bits) << (8 * self.width - self.bits)
        if self.width == 3:
            parts = values.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]
            return np.ascontiguousarray(parts[:, :: 1 if self.order == "<" else -1]).tobytes()
        if self.offset:
            return (values + 128).astype(np.uint8).tobytes()
        return values.astype(f"{self.order}i{self.width}").tobytes()


def whole(samples: npt.NDArray[np.float64], bits: int) -> npt.NDArray[np.int64]:
    """Return samples as whole numbers of so many bits, rounded and clipped."""
    scale = 2.0 ** (bits - 1)
    return np.clip(np.rint(samples * scale), -scale, scale - 1.0).astype(np.int64)


def _companded(data: bytes, family: Family, *, decode: bool) -> npt.NDArray[Any]:
    """Return 16-bit values of G.711 bytes, or the bytes of little-endian 16-bit values."""
    codes = _values_of_codes(family)
    if decode:
        return codes[np.frombuffer(data, np.uint8)].astype(np.float32)
    # The nearest code to each value: the middle between two neighbours decides. Of the two zeros of mu-law it is +0.
    order = np.argsort(codes, kind="stable")
    ordered = codes[order].astype(np.int64)
    values = np.frombuffer(data, "<i2").astype(np.int64)
    return order[np.searchsorted((ordered[1:] + ordered[:-1]) / 2.0, values, side="right")].astype(np.uint8)


def _values_of_codes(family: Family) -> npt.NDArray[np.int32]:
    """Return the 16-bit value of each of the 256 codes (ITU-T G.711)."""
    code = np.arange(256, dtype=np.int32)
    if family == "ulaw":
        code = code ^ 0xFF
        size = (((code & 0x0F) << 3) + 0x84 << ((code >> 4) & 7)) - 0x84
        return np.where(code & 0x80, -size, size)
    code = code ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 0x0F) << 4
    size = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size)
