"""Ways to break a file, each drawn from a seed: what storage, transfer and malice do to valid files."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import numpy as np

Random = np.random.Generator
_TELLING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def flipped(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with a few bits turned round."""
    for place in random.integers(0, len(data), random.integers(1, 12)):
        data[place] ^= 1 << int(random.integers(8))
    return bytes(data)


def head_flipped(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with a few bytes of its beginning drawn anew, where most fields lie."""
    for place in random.integers(0, min(len(data), 256), random.integers(1, 6)):
        data[place] = int(random.integers(256))
    return bytes(data)


def cut(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return its beginning."""
    return bytes(data[: int(random.integers(0, len(data)))])


def spliced(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return its beginning with the end of another file."""
    return bytes(data[: int(random.integers(1, len(data) + 1))]) + other[int(random.integers(0, len(other))) :]


def lying(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with numbers of its first part that say too much or too little: lengths, counts, sizes, offsets."""
    for _ in range(int(random.integers(1, 4))):
        place = int(random.integers(0, max(1, min(len(data), 1024) - 4)))
        value = int(random.choice(_TELLING))
        form = (">I", "<I", ">H", "<H")[int(random.integers(4))]
        data[place : place + struct.calcsize(form)] = struct.pack(form, value & (2 ** (8 * struct.calcsize(form)) - 1))
    return bytes(data)


def scaled(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with one number of its first part a little larger or smaller."""
    place = int(random.integers(0, max(1, min(len(data), 1024) - 4)))
    form = (">I", "<I", ">H", "<H")[int(random.integers(4))]
    size = struct.calcsize(form)
    field = bytes(data[place : place + size]).ljust(size, b"\0")
    value = (struct.unpack(form, field)[0] + int(random.integers(-16, 17))) % 2 ** (8 * size)
    data[place : place + size] = struct.pack(form, value)
    return bytes(data)


def doubled(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with a piece that comes twice, or many times."""
    start = int(random.integers(0, len(data)))
    stop = int(random.integers(start, min(len(data), start + 4096) + 1))
    return bytes(data[:stop]) + bytes(data[start:stop]) * int(random.choice((1, 2, 50))) + bytes(data[stop:])


def emptied(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it with a block of zeros or ones, as a lost sector leaves it."""
    start = int(random.integers(0, len(data)))
    stop = min(len(data), start + int(random.choice((16, 512, 4096))))
    data[start:stop] = (b"\0", b"\xff")[int(random.integers(2))] * (stop - start)
    return bytes(data)


def left_out(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it without a piece."""
    start = int(random.integers(0, len(data)))
    del data[start : start + int(random.integers(1, 512))]
    return bytes(data)


def other_head(data: bytearray, other: bytes, random: Random) -> bytes:
    """Return it behind the beginning of another file."""
    size = int(random.choice((4, 12, 16, 32, 64)))
    return other[:size] + bytes(data[size:])


MUTATIONS: tuple[Callable[[bytearray, bytes, Random], bytes], ...] = (
    *(flipped, head_flipped, cut, spliced, lying, scaled, doubled, emptied, left_out, other_head),
)


def mutated(valid: Sequence[tuple[str, bytes]], number: int, seed: int) -> tuple[str, str, bytes]:
    """Return one mutated file, always the same for a number and a seed: its source's name, what was done, its bytes.

    Sources take turns; a third of the files is broken in two ways.
    """
    random = np.random.default_rng((seed, number))
    name, source = valid[number % len(valid)]
    data, done = source, []
    for _ in range(1 + int(random.integers(3) == 0)):
        way = MUTATIONS[int(random.integers(len(MUTATIONS)))]
        other = valid[int(random.integers(len(valid)))][1] or b"\0"
        data = way(bytearray(data or b"\0"), other, random)
        done.append(way.__name__)
    return name, "+".join(done), data
