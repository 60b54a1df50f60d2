"""The keyed pattern: chips that carry the serial, the pilot that finds their place, the template of sinusoids.

A tile of 64x64 blocks of 8x8 pixels repeats over the canonical frame. Each block holds a sign in each of seven low
DCT coefficients; a keyed share of them is the pilot, the others carry the signs of the serial's codeword, each about
twelve times, scrambled by keyed signs. Sinusoids at keyed lattice frequencies serve rotation and scale (Pereira and
Pun, "Robust template matching for affine resistant image watermarks", IEEE Trans. Image Processing 9(6), 2000).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core import spread
from core.image.frame import Plane, Shape
from core.image.parameters import PARAMETERS
from core.keys import CreatorKey
from core.model import SERIALS, Kind

TILE = PARAMETERS.block * PARAMETERS.blocks
_SLOTS = PARAMETERS.blocks**2 * len(PARAMETERS.coefficients)
_PILOT = round(_SLOTS * PARAMETERS.pilot_share)
_PHASES = 1 << 32  # block of the template's keystream where the phases start, far behind the choice of frequencies
_PURPOSES = ("order", "signs", "template", "origin", "codebook")


class Offset(NamedTuple):
    """Where the tile starts: pixel (y, x) of a plane shows tile pixel (y + offset.y, x + offset.x), modulo the tile."""

    y: float
    x: float


class Pattern:
    """All that a key fixes. `slots` of a tile are ordered by coefficient, then block row, then block column.

    `template_points` are the sinusoids' frequencies (vertical, horizontal) in cycles a canonical pixel, float64
    (24, 2), on the lattice k / 64; `template_phases` their phases at the tile's corner in radians, float64 (24,).
    """

    def __init__(self, order: bytes, signs: bytes, template: bytes, origin: bytes, codebook: bytes) -> None:
        """Each argument is a secret of 32 bytes, derived for this use alone."""
        slots = spread.permutation(order, _SLOTS)
        self.pilot_slots = np.sort(slots[:_PILOT])
        self.data_slots = slots[_PILOT:]
        self.data_index = np.arange(_SLOTS - _PILOT) % PARAMETERS.data_signs
        self.slot_signs = spread.signs(signs, _SLOTS).astype(np.float32)
        self.codebook = spread.Codebook(codebook, PARAMETERS.data_signs)
        self.template_points, self.template_phases = _sinusoids(template)
        self.template = _template(self.template_points, self.template_phases)
        self._origin = origin

        pilot = np.zeros(_SLOTS, np.float32)
        pilot[self.pilot_slots] = self.slot_signs[self.pilot_slots]
        self.pilot = _chips(pilot)
        self.pilot_spectrum = scipy.fft.rfft2(self.pilot)
        self.sync_spectrum = scipy.fft.rfft2(self.pilot + self.template)

    @classmethod
    def of(cls, key: CreatorKey) -> Pattern:
        """Return the pattern of a creator's key."""
        return _cached(*(key.derive(purpose, Kind.IMAGE) for purpose in _PURPOSES))

    def origins(self, serials: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the origin (y, x) of each serial's tile, int64 of shape (serials, 2).

        Works of one creator start at different places, so that averaging many of them cancels the pattern.
        """
        if serials.size == 0:
            return np.zeros((0, 2), np.int64)
        first, last = int(serials.min()), int(serials.max())
        stream = spread.keystream(self._origin, 16 * (last - first + 1), block=first)
        words = np.frombuffer(stream, "<u4").reshape(-1, 4)[serials - first]
        return (words[:, :2] % TILE).astype(np.int64)

    def tile(self, serial: int) -> Plane:
        """Return the tile of one serial at unit variance: float32 (512, 512), origin at its corner."""
        slots = self.slot_signs.copy()
        slots[self.data_slots] *= self.codebook.row(serial)[self.data_index]
        tile: Plane = _softened(_chips(slots) + self.template)
        return tile

    def plane(self, serial: int, shape: Shape) -> Plane:
        """Return the serial's pattern over a canonical frame of `shape`, from the serial's own origin."""
        y, x = self.origins(np.array([serial]))[0]
        rows = (np.arange(shape[0]) + y) % TILE
        columns = (np.arange(shape[1]) + x) % TILE
        plane: Plane = self.tile(serial)[rows[:, None], columns]
        return plane


def slots_of(tile: Plane) -> npt.NDArray[np.float32]:
    """Return the values of all slots of a tile whose blocks start at its corner: float32 (coefficients, blocks)."""
    blocks, block = PARAMETERS.blocks, PARAMETERS.block
    cut = tile.reshape(blocks, block, blocks, block).transpose(0, 2, 1, 3).reshape(-1, block * block)
    values: npt.NDArray[np.float32] = np.ascontiguousarray((cut @ _basis()).T)
    return values


def moved(tile: Plane, offset: Offset) -> Plane:
    """Return the folded tile moved so that its blocks start at its corner, for an offset in fractions of pixels."""
    if float(offset.y).is_integer() and float(offset.x).is_integer():
        return np.roll(tile, (int(offset.y), int(offset.x)), axis=(0, 1))
    phase_y = np.exp(-2j * np.pi * np.fft.fftfreq(TILE) * offset.y)
    phase_x = np.exp(-2j * np.pi * np.fft.rfftfreq(TILE) * offset.x)
    spectrum = scipy.fft.rfft2(tile) * (phase_y[:, None] * phase_x).astype(np.complex64)
    return np.asarray(scipy.fft.irfft2(spectrum, tile.shape), np.float32)


def _softened(tile: Plane) -> Plane:
    """Return the tile with the edges between its blocks blurred, at its old energy."""
    soft = ndimage.gaussian_filter(tile, PARAMETERS.softening, mode="wrap")
    return np.asarray(soft * (tile.std() / soft.std()))


@lru_cache(maxsize=4)
def _cached(*secrets: bytes) -> Pattern:
    return Pattern(*secrets)


@lru_cache(maxsize=1)
def _basis() -> npt.NDArray[np.float32]:
    """Return the orthonormal DCT functions of the used coefficients: float32 (64, coefficients)."""
    block = PARAMETERS.block
    delta = np.zeros((len(PARAMETERS.coefficients), block, block))
    for number, (v, u) in enumerate(PARAMETERS.coefficients):
        delta[number, v, u] = 1.0
    functions = scipy.fft.idctn(delta, axes=(1, 2), norm="ortho")
    return np.ascontiguousarray(functions.reshape(len(delta), -1).T.astype(np.float32))


def _chips(slots: npt.NDArray[np.float32]) -> Plane:
    blocks, block = PARAMETERS.blocks, PARAMETERS.block
    amplitude = math.sqrt((1.0 - PARAMETERS.template_share) * block**2 / len(PARAMETERS.coefficients))
    cut = (slots.reshape(len(PARAMETERS.coefficients), -1).T * np.float32(amplitude)) @ _basis().T
    tile = cut.reshape(blocks, blocks, block, block).transpose(0, 2, 1, 3).reshape(TILE, TILE)
    return np.ascontiguousarray(tile)


def _sinusoids(secret: bytes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the keyed frequencies and phases of the template: lattice points of the band, not next to the axes."""
    step = PARAMETERS.template_step
    low, high = (edge * step for edge in PARAMETERS.template_band)
    reach = range(-math.floor(high), math.floor(high) + 1)
    points = [(v, u) for v in reach for u in range(2, len(reach)) if abs(v) > 1 and low <= math.hypot(v, u) <= high]
    # From the keystream alone: a library's random numbers may change between its versions, a mark must not.
    chosen = spread.permutation(secret, len(points))[: PARAMETERS.sinusoids]
    words = spread.keystream(secret, 4 * PARAMETERS.sinusoids, block=_PHASES)
    phases = np.frombuffer(words, "<u4") * (2.0 * math.pi / 2**32)
    return np.array(points, np.float64)[chosen] / step, phases


def _template(points: npt.NDArray[np.float64], phases: npt.NDArray[np.float64]) -> Plane:
    """Return the sum of the sinusoids over a tile."""
    amplitude = math.sqrt(2.0 * PARAMETERS.template_share / PARAMETERS.sinusoids)
    position = np.arange(TILE)
    tile = np.zeros((TILE, TILE))
    for (v, u), phase in zip(points, phases, strict=True):
        tile += amplitude * np.cos(2.0 * math.pi * (v * position[:, None] + u * position) + phase)
    return tile.astype(np.float32)


def serial_array(serials: npt.ArrayLike | None) -> npt.NDArray[np.int64] | None:
    """Return the distinct candidates in ascending order, None for all; ValueError where one is out of range."""
    if serials is None:
        return None
    wanted = np.unique(np.asarray(serials, np.int64).ravel())
    if wanted.size and (wanted[0] < 0 or wanted[-1] >= SERIALS):
        raise ValueError(f"serials must be some of 0 .. {SERIALS - 1}")
    return wanted
