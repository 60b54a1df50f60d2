"""The quality that a lossy WebP frame was made with, as far as its quantiser tells it (RFC 6386)."""

from __future__ import annotations


def quality_of(frame: bytes) -> int:
    """Return the encoder quality, 0 to 100, that fits the base quantiser of a lossy frame; 0 for a damaged one."""
    if len(frame) < 11 or frame[3:6] != b"\x9d\x01\x2a":
        return 0
    index = _base_quantiser(frame[10:])
    linear = (1.0 - index / 127.0) ** 3
    return min(100, round(100.0 * (1.5 * linear if linear < 0.5 else 0.5 * (linear + 1.0))))


def _base_quantiser(header: bytes) -> int:
    """Return the finest quantiser index, 0 to 127, in a frame header (RFC 6386, sections 9.2 to 9.6)."""
    bits = _BooleanDecoder(header)
    bits.literal(2)  # colour space, clamping
    absolute, segments = False, [0]
    if bits.flag():
        changes_map, changes_data = bits.flag(), bits.flag()
        if changes_data:
            absolute = bits.flag()
            segments = [bits.signed(7) if bits.flag() else 0 for _ in range(4)]
            for _ in range(4):
                if bits.flag():
                    bits.signed(6)
        if changes_map:
            for _ in range(3):
                if bits.flag():
                    bits.literal(8)
    bits.literal(10)  # loop filter: type, level, sharpness
    if bits.flag() and bits.flag():
        for _ in range(8):
            if bits.flag():
                bits.signed(6)
    bits.literal(2)  # number of partitions
    base = bits.literal(7)
    finest = min(segments) if absolute else base + min(segments)
    return min(max(finest, 0), 127)


class _BooleanDecoder:
    """The arithmetic decoder of RFC 6386, section 7, for even chances. Beyond the end it reads zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 2
        self._value = int.from_bytes(data[:2].ljust(2, b"\x00"), "big")
        self._range = 255
        self._shifts = 0

    def flag(self) -> bool:
        split = 1 + (((self._range - 1) * 128) >> 8)
        big = split << 8
        result = self._value >= big
        if result:
            self._range -= split
            self._value -= big
        else:
            self._range = split
        while self._range < 128:
            self._value <<= 1
            self._range <<= 1
            self._shifts += 1
            if self._shifts == 8:
                self._shifts = 0
                self._value |= self._data[self._place] if self._place < len(self._data) else 0
                self._place += 1
        return result

    def literal(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = 2 * value + self.flag()
        return value

    def signed(self, count: int) -> int:
        value = self.literal(count)
        return -value if self.flag() else value
