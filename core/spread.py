"""Key + serial to chips; soft values correlated with many serials at once.

A mark carries its copy's serial as a keyed random code: row s of a codebook is a stretch of AES-256-CTR keystream
read as signs. Rows are therefore independent of each other and of any suspect, which is what the proven
false-alarm bound of `core.decide` needs; no row is ever derived from another. Any row is made on demand.

The family of methods is direct-sequence spread spectrum (Cox, Kilian, Leighton and Shamoon, "Secure spread
spectrum watermarking for multimedia", IEEE Trans. Image Processing 6(12), 1997).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core.model import SERIALS

SignArray = npt.NDArray[np.int8]
_BLOCK = 16  # bytes of one AES block
_CHUNK = 4096  # rows that are made and correlated at once: 1 MB packed at 2048 signs, within the caches
_SCREEN_FROM = 16384  # candidates from which screening by population counts pays
_SCREEN_VECTORS = 8  # soft vectors up to which it does: each costs a pass over the packed rows
_PLANES = 4  # sign vectors in the screen: 10 % of a Gaussian vector is left out, so a thousandth of the rows remains
_SCATTER = 64  # unasked rows between two asked ones from which a new stretch of keystream is cheaper


def keystream(secret: bytes, count: int, *, block: int = 0) -> bytes:
    """Return `count` bytes of the AES-256-CTR keystream of a 32-byte secret, from 16-byte block number `block` on."""
    cipher = Cipher(algorithms.AES(secret), modes.CTR(block.to_bytes(_BLOCK, "big")))
    return cipher.encryptor().update(bytes(count))


def signs(secret: bytes, count: int) -> SignArray:
    """Return `count` keyed signs, +1 or -1, as int8."""
    return _unpack(np.frombuffer(keystream(secret, -(-count // 8)), np.uint8))[:count]


def permutation(secret: bytes, count: int, *, index: int = 0) -> npt.NDArray[np.int64]:
    """Return the keyed permutation number `index` of 0 .. count - 1.

    Sorting 64-bit keystream words gives each order the same chance (ties have probability below 2^-40 for
    the few thousand cells of a mark and are broken by position).
    """
    blocks_each = -(-count * 8 // _BLOCK)
    words = np.frombuffer(keystream(secret, count * 8, block=index * blocks_each), "<u8")
    return np.argsort(words, kind="stable")


class Match(NamedTuple):
    """The best row of one vector of soft values: its serial and its score t = sum(L x) / ||L||."""

    serial: int
    score: float


class Codebook:
    """The keyed random code: one row of `length` signs for each serial, 0 <= serial < 2^20."""

    def __init__(self, secret: bytes, length: int) -> None:
        """`secret` is 32 bytes derived for this medium; `length` a multiple of 128."""
        if len(secret) != 32 or length % 128:
            raise ValueError(f"a codebook needs 32 secret bytes and a multiple of 128 signs, not {length}")
        self.length = length
        self._secret = secret
        self._row_bytes = length // 8
        # The rows asked for last: one check meets its candidates with many vectors, one after the other.
        self._last = np.zeros(0, np.int64), np.zeros((0, length // 8), np.uint8)

    def row(self, serial: int) -> SignArray:
        """Return the signs of one serial: int8 of shape (length,)."""
        if not 0 <= serial < SERIALS:
            raise ValueError(f"a serial lies between 0 and {SERIALS - 1}, not {serial}")
        return _unpack(self._packed(serial, 1)).reshape(-1)

    def best(self, soft: npt.ArrayLike, serials: npt.ArrayLike | None = None) -> list[Match]:
        """Return the best row for each vector of soft values.

        `soft` is (length,) or (vectors, length), any float; `serials` the candidates, or None for all 2^20.
        Ties go to the smaller serial. An all-zero vector scores 0. ValueError for no candidates.
        Memory stays near 100 MB whatever the number of candidates.
        """
        vectors = np.atleast_2d(np.asarray(soft, np.float64))
        if vectors.shape[1] != self.length:
            raise ValueError(f"soft values must have {self.length} columns, not {vectors.shape[1]}")
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        unit = (vectors / np.where(norms > 0, norms, 1.0)[:, None]).astype(np.float32)
        wanted = None if serials is None else np.asarray(serials, np.int64).ravel()
        if wanted is not None and wanted.size > 1 and not np.all(np.diff(wanted) > 0):
            wanted = np.unique(wanted)
        if wanted is not None and (wanted.size == 0 or wanted[0] < 0 or wanted[-1] >= SERIALS):
            raise ValueError(f"serials must be some of 0 .. {SERIALS - 1}")
        count = SERIALS if wanted is None else wanted.size
        if count >= _SCREEN_FROM and len(unit) <= _SCREEN_VECTORS:
            screens = [_Screen.of(vector) for vector in unit]
            for names, packed in self._chunks(wanted):
                for screen in screens:
                    screen.meet(names, packed)
            winner = [screen.best() for screen in screens]
        else:
            winner = self._exact(unit, wanted)
        # Scores are summed again in double precision: probabilities are read from them.
        return [
            Match(s, float(v @ self.row(s)) / float(n) if n > 0 else 0.0)
            for s, v, n in zip(winner, vectors, norms, strict=True)
        ]

    def _exact(self, unit: npt.NDArray[np.float32], wanted: npt.NDArray[np.int64] | None) -> list[int]:
        """Return the best serial of each unit vector by one matrix product a chunk."""
        top = np.full(len(unit), -np.inf, np.float32)
        winner = np.zeros(len(unit), np.int64)
        for names, packed in self._chunks(wanted):
            scores = unit @ _unpack(packed).T.astype(np.float32)
            place = scores.argmax(axis=1)
            value = scores[np.arange(len(unit)), place]
            better = value > top
            top[better] = value[better]
            winner[better] = names[place[better]]
        return [int(serial) for serial in winner]

    def _packed(self, first: int, count: int) -> npt.NDArray[np.uint8]:
        data = keystream(self._secret, count * self._row_bytes, block=first * self._row_bytes // _BLOCK)
        return np.frombuffer(data, np.uint8).reshape(count, self._row_bytes)

    def _chunks(
        self, wanted: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]]:
        """Yield (serials, packed rows) for all candidates in ascending order, at most _CHUNK rows at once."""
        if wanted is None:
            for first in range(0, SERIALS, _CHUNK):
                yield np.arange(first, first + _CHUNK), self._packed(first, _CHUNK)
            return
        if 1 < wanted.size <= _CHUNK:
            known, rows = self._last
            if not np.array_equal(known, wanted):
                rows = self._rows(wanted)
                self._last = wanted.copy(), rows
            yield wanted, rows
            return
        for start in range(0, wanted.size, _CHUNK):
            part = wanted[start : start + _CHUNK]
            yield part, self._rows(part)

    def _rows(self, wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """Return the packed rows of rising serials."""
        if wanted[-1] - wanted[0] == wanted.size - 1:
            return self._packed(int(wanted[0]), wanted.size)
        rows = np.empty((wanted.size, self._row_bytes), np.uint8)
        cuts = np.flatnonzero(np.diff(wanted) > _SCATTER) + 1
        for run_start, run_end in zip((0, *cuts), (*cuts, wanted.size), strict=True):
            run = wanted[run_start:run_end]
            stretch = self._packed(int(run[0]), int(run[-1] - run[0]) + 1)
            rows[run_start:run_end] = stretch[run - run[0]]
        return rows


def _unpack(packed: npt.NDArray[np.uint8]) -> SignArray:
    bits = np.unpackbits(packed, axis=-1).view(np.int8)
    bits *= -2
    bits += 1
    return bits


@dataclass
class _Screen:
    """One unit vector's search for its best row.

    The vector is written as a short sum of sign vectors, each of which meets a packed row in one XOR and population
    count. What the sum leaves out has norm e; by Hoeffding's bound it changes a row's score by more than
    e sqrt(2 ln 10^20) with probability below 10^-20, so no row further behind than twice that can be the best.
    """

    unit: npt.NDArray[np.float32]
    planes: list[npt.NDArray[np.uint64]]
    weights: list[np.float32]
    margin: float
    top: float = -math.inf
    kept: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.uint8]]] = field(
        default_factory=list
    )

    @classmethod
    def of(cls, unit: npt.NDArray[np.float32]) -> _Screen:
        """Return the screen of a unit vector: each sign vector takes what the ones before it leave."""
        rest = unit.astype(np.float64)
        planes, weights = [], []
        for _ in range(_PLANES):
            weight = float(np.abs(rest).mean())
            planes.append(np.packbits(rest < 0).view(np.uint64))
            weights.append(np.float32(weight))
            rest -= weight * np.where(rest < 0, -1.0, 1.0)
        return cls(unit, planes, weights, float(2.0 * np.linalg.norm(rest) * np.sqrt(2.0 * np.log(1e20))))

    def meet(self, names: npt.NDArray[np.int64], packed: npt.NDArray[np.uint8]) -> None:
        """Keep the rows of a chunk that are not too far behind the best so far."""
        words = packed.view(np.uint64)
        scores = np.full(len(words), sum(self.weights) * packed.shape[1] * 8, np.float32)
        for plane, weight in zip(self.planes, self.weights, strict=True):
            differing = np.bitwise_count(words ^ plane).astype(np.float32)
            scores -= differing @ np.full(words.shape[1], np.float32(2) * weight)
        self.top = max(self.top, float(scores.max()))
        near = scores >= self.top - self.margin
        self.kept.append((names[near], scores[near], packed[near]))

    def best(self) -> int:
        """Return the best of the kept rows, by their exact scores."""
        winner, top = 0, -math.inf
        for names, screened, packed in self.kept:
            near = screened >= self.top - self.margin
            if near.any():
                scores = _unpack(packed[near]).astype(np.float32) @ self.unit
                place = int(scores.argmax())
                if scores[place] > top:
                    winner, top = int(names[near][place]), float(scores[place])
        return winner
