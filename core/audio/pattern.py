"""What a key and a serial write: signs over time cells and band pairs of a 64 s superperiod.

In every 4 time cells 40 of the 104 cells are pilot, which depends on the key alone and lets the detector align. The
others are data: each carries a keyed sign times one sign of the serial's row of the codebook. Every run of 1024 data
cells in time order meets all 1024 signs of the row in an order of its own, so that any second feeds them evenly.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.audio.parameters import PARAMETERS, Parameters
from core.keys import CreatorKey
from core.model import SERIALS, FloatArray, Kind
from core.spread import Codebook, SignArray, permutation, signs


class Pattern:
    """The keyed layout of one key.

    `pilot` and `data` are flat cell numbers (time cell x pairs + pair) in time order, `pilot_signs` and `data_signs`
    their keyed signs, `bits` the place of each data cell in a row of `codebook`.
    """

    def __init__(self, key: CreatorKey, parameters: Parameters = PARAMETERS) -> None:
        self.parameters = parameters
        self._key = key
        cells = parameters.time_cells * parameters.pairs
        block = parameters.block_cells * parameters.pairs
        dealing = key.derive("pilot cells", Kind.AUDIO)
        is_pilot = np.zeros((cells // block, block), bool)
        for index, row in enumerate(is_pilot):
            row[permutation(dealing, block, index=index)[: parameters.block_pilots]] = True
        self.pilot: npt.NDArray[np.int64] = np.flatnonzero(is_pilot)
        self.data: npt.NDArray[np.int64] = np.flatnonzero(~is_pilot)
        self.pilot_signs: SignArray = signs(key.derive("pilot", Kind.AUDIO), self.pilot.size)
        self.data_signs: SignArray = signs(key.derive("data", Kind.AUDIO), self.data.size)
        length = parameters.code_length
        orders = key.derive("order", Kind.AUDIO)
        runs = [permutation(orders, length, index=run) for run in range(-(-self.data.size // length))]
        self.bits: npt.NDArray[np.int64] = np.concatenate(runs)[: self.data.size]
        self.codebook = Codebook(key.derive("codebook", Kind.AUDIO), length)

    def chips(self, serial: int) -> SignArray:
        """Return the signs of all cells for one serial: int8 of shape (time cells, pairs)."""
        chips = np.empty(self.parameters.time_cells * self.parameters.pairs, np.int8)
        chips[self.pilot] = self.pilot_signs
        chips[self.data] = self.data_signs * self.codebook.row(serial)[self.bits]
        return chips.reshape(self.parameters.time_cells, self.parameters.pairs)

    def pilot_chips(self) -> SignArray:
        """Return the pilot's signs, 0 in data cells: int8 of shape (time cells, pairs)."""
        chips = np.zeros(self.parameters.time_cells * self.parameters.pairs, np.int8)
        chips[self.pilot] = self.pilot_signs
        return chips.reshape(self.parameters.time_cells, self.parameters.pairs)

    def soft(self, cells: FloatArray) -> npt.NDArray[np.float64]:
        """Return the 1024 soft values of a code word: cell values (time cells, pairs) folded by bit."""
        values = cells.reshape(-1)[self.data] * self.data_signs
        folded = np.bincount(self.bits, weights=values, minlength=self.parameters.code_length)
        return folded.astype(np.float64, copy=False)

    def start(self, serial: int) -> int:
        """Return the frame of the superperiod at which a copy with this serial begins.

        It differs from copy to copy, so that the copies of one creator cannot be averaged at equal places.
        """
        if not 0 <= serial < SERIALS:
            raise ValueError(f"a serial lies between 0 and {SERIALS - 1}, not {serial}")
        secret = self._key.derive("start", Kind.AUDIO, context=serial.to_bytes(4, "big"))
        return int.from_bytes(secret[:8], "big") % self.parameters.period_frames


@lru_cache(maxsize=4)
def pattern_of(key: CreatorKey) -> Pattern:
    """Return the layout of a key, kept for the next call (making one takes some 20 ms)."""
    return Pattern(key)
