"""What the surroundings of a keypoint look like, in 32 bits that survive compression, scaling and turning.

Histograms of gradients over 4 x 4 parts and 8 directions, in a frame turned to the strongest direction (Lowe, 2004),
then a cosine transform over the parts and a Fourier transform over the directions. The signs of 31 of its 128 values
are the bits: those that changed least often between a picture and what compression, scaling, cropping and turning made
of it (1.5 to 6.6 % of 7,581 pairs), were about balanced, and differed from each other. The last bit is the blob's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.fingerprint.keypoints import Array, Keypoints, Layer

BITS = 32
_DIRECTIONS = 36
_SECOND = 0.8  # a further direction nearly as strong as the strongest makes a further feature
_REACH = 4.5  # sizes of the keypoint: radius in which directions are counted
_SIDE = 12.0  # sizes of the keypoint: side of the described square
_SAMPLES = 16  # along that side
# Each bit: wave over the rows, over the columns, kind and order of the wave over directions, and the value's median.
_CHOSEN = (
    *((0, 3, "c1", 0.0), (0, 0, "c1", 0.18), (0, 1, "c1", 0.0), (0, 0, "c2", 0.19), (0, 0, "s1", 0.0)),
    *((0, 2, "c1", -0.15), (1, 0, "s1", -0.02), (3, 0, "s1", 0.0), (0, 1, "c0", -0.02), (0, 1, "s1", 0.0)),
    *((1, 1, "s1", 0.05), (2, 0, "s1", 0.0), (1, 2, "s1", 0.0), (0, 1, "c2", 0.0), (1, 0, "c2", 0.0)),
    *((0, 2, "c0", -0.12), (0, 2, "s1", 0.0), (0, 0, "s2", 0.0), (1, 1, "s2", 0.0), (2, 2, "c1", 0.02)),
    *((1, 0, "s2", 0.0), (0, 0, "c0", 0.57), (2, 2, "s1", 0.0), (0, 0, "c3", 0.06), (1, 2, "c1", 0.0)),
    *((0, 3, "c3", 0.0), (2, 0, "c1", -0.02), (2, 1, "s1", 0.0), (1, 0, "c0", 0.0), (3, 3, "s2", 0.0)),
    *((2, 0, "c0", -0.08),),
)
_MEDIANS = np.array([chosen[3] for chosen in _CHOSEN], np.float32)
_SURE = 1.0  # beyond every other value: the blob's own bit is never doubted
_WEIGHTS = np.uint32(1) << np.arange(BITS, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Features:
    """Described keypoints: place and size in pixels, angle in radians, and values whose signs are the bits (n, 32)."""

    x: Array
    y: Array
    size: Array
    angle: Array
    values: Array

    def __len__(self) -> int:
        return len(self.x)

    def mirrored(self, width: int) -> Features:
        """Return what the picture's mirror image, left for right, would give."""
        return Features(width - 1 - self.x, self.y, self.size, np.pi - self.angle, _turned(self.values, _MIRRORED))

    def inverted(self) -> Features:
        """Return what the picture's negative would give."""
        return Features(self.x, self.y, self.size, self.angle + np.pi, _turned(self.values, _INVERTED))

    def codes(self) -> npt.NDArray[np.uint32]:
        """Return the bits of each feature."""
        return np.asarray((self.values > 0) @ _WEIGHTS, np.uint32)

    def probes(self, weak: int) -> npt.NDArray[np.uint32]:
        """Return the codes (n, 2^weak) that the bits and all changes of the `weak` least certain ones make."""
        order = np.argsort(np.abs(self.values), axis=1)[:, :weak]
        flips = _WEIGHTS[order].astype(np.uint32)
        every = (np.arange(2**weak)[:, None] >> np.arange(weak)) & 1
        changes = np.zeros((len(self), 2**weak), np.uint32)
        for place in range(weak):
            changes ^= flips[:, place : place + 1] * every[:, place].astype(np.uint32)
        return np.asarray(self.codes()[:, None] ^ changes, np.uint32)


def describe(points: Keypoints, layers: list[Layer], *, all_directions: bool) -> Features:
    """Return the features of keypoints, one for each, or also those of directions nearly as strong."""
    parts = []
    for number, layer in enumerate(layers):
        mine = np.flatnonzero(points.layer == number)
        if mine.size:
            parts.append(_described(points, mine, layer, all_directions))
    if not parts:
        empty = np.empty(0, np.float32)
        return Features(empty, empty, empty, empty, np.empty((0, BITS), np.float32))
    which = np.concatenate([part[0] for part in parts])
    order = np.argsort(which, kind="stable")  # as the keypoints came: best first
    which = which[order]
    angle = np.concatenate([part[1] for part in parts])[order]
    values = (np.concatenate([part[2] for part in parts]) @ _PROJECTION - _MEDIANS)[order]
    blob = np.where(points.bright[which], _SURE, -_SURE).astype(np.float32)
    return Features(
        points.x[which], points.y[which], points.size[which], angle, np.concatenate([values, blob[:, None]], axis=1)
    )


def _described(
    points: Keypoints, mine: npt.NDArray[np.intp], layer: Layer, all_directions: bool
) -> tuple[npt.NDArray[np.intp], Array, Array]:
    """Return point, angle and histograms (n, 128) of the features in one layer."""
    down, across = (ndimage.sobel(layer.blurred, axis) / np.float32(8) for axis in (0, 1))
    x, y = ((values[mine] + 0.5) / layer.scale - 0.5 for values in (points.x, points.y))
    size = points.size[mine] / layer.scale
    which, angle = _directions(across, down, x, y, size, _SECOND if all_directions else 1.0)
    x, y, size = x[which], y[which], size[which]
    steps = ((np.arange(_SAMPLES) + 0.5) / _SAMPLES - 0.5).astype(np.float32) * np.float32(_SIDE)
    u, v = np.tile(steps, _SAMPLES), np.repeat(steps, _SAMPLES)
    weight = np.exp(-(u**2 + v**2) / (0.5 * _SIDE**2))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    places = [y[:, None] + (u * sin + v * cos) * size[:, None], x[:, None] + (u * cos - v * sin) * size[:, None]]
    dx, dy = (ndimage.map_coordinates(slope, places, order=1, mode="nearest") for slope in (across, down))
    along, over = dx * cos + dy * sin, dy * cos - dx * sin
    return mine[which], angle, _histograms(along, over, weight)


def _histograms(along: Array, over: Array, weight: Array) -> Array:
    """Return the normalised histograms (n, 4 x 4 x 8) of gradients sampled on a square (n, 256)."""
    strength = np.hypot(along, over) * weight
    turn = np.arctan2(over, along) * np.float32(8 / (2 * np.pi)) % 8
    lower = np.floor(turn).astype(np.intp) % 8
    share = turn - np.floor(turn)
    samples = np.zeros((len(along), _SAMPLES**2, 8), np.float32)
    np.put_along_axis(samples, lower[:, :, None], (strength * (1 - share))[:, :, None], axis=2)
    np.put_along_axis(samples, ((lower + 1) % 8)[:, :, None], (strength * share)[:, :, None], axis=2)
    count = len(along)
    whole = samples.reshape(count, _SAMPLES, _SAMPLES * 8)
    rows = (_POOL @ whole).reshape(count, 4, _SAMPLES, 8)
    pooled = (_POOL @ rows).reshape(count, 4 * 4 * 8)
    limited = np.minimum(_unit(pooled), np.float32(0.2))  # one strong edge does not decide everything
    return _unit(limited)


def _unit(rows: Array) -> Array:
    """Return rows of length 1."""
    return np.asarray(rows / (np.sqrt((rows**2).sum(axis=1, keepdims=True)) + np.float32(1e-9)), np.float32)


def _directions(
    across: Array, down: Array, x: Array, y: Array, size: Array, share: float
) -> tuple[npt.NDArray[np.intp], Array]:
    """Return point and angle of each direction that is at least this share of the strongest of its point."""
    steps = np.linspace(-_REACH, _REACH, 15, dtype=np.float32)
    u, v = np.tile(steps, 15), np.repeat(steps, 15)
    inside = u**2 + v**2 <= _REACH**2
    u, v = u[inside], v[inside]
    places = [y[:, None] + v * size[:, None], x[:, None] + u * size[:, None]]
    dx, dy = (ndimage.map_coordinates(slope, places, order=1, mode="nearest") for slope in (across, down))
    strength = np.hypot(dx, dy) * np.exp(-(u**2 + v**2) / (2 * 1.5**2))
    turn = np.arctan2(dy, dx) * (_DIRECTIONS / (2 * np.pi)) % _DIRECTIONS
    lower = np.floor(turn).astype(np.intp)
    own = np.arange(len(x))[:, None] * _DIRECTIONS
    counts = np.zeros(len(x) * _DIRECTIONS)
    for bin_, part in ((lower, strength * (1 - (turn - lower))), (lower + 1, strength * (turn - lower))):
        counts += np.bincount((own + bin_ % _DIRECTIONS).ravel(), part.ravel(), len(counts))
    histogram = counts.reshape(-1, _DIRECTIONS)
    for _ in range(3):
        histogram = (np.roll(histogram, 1, 1) + 2 * histogram + np.roll(histogram, -1, 1)) / 4
    left, right = np.roll(histogram, 1, 1), np.roll(histogram, -1, 1)
    peak = (histogram > left) & (histogram >= right) & (histogram >= share * histogram.max(axis=1, keepdims=True))
    which, bin_ = np.nonzero(peak)
    before, here, after = left[which, bin_], histogram[which, bin_], right[which, bin_]
    angle = (bin_ + 0.5 * (before - after) / (before - 2 * here + after - 1e-12)) * (2 * np.pi / _DIRECTIONS)
    return which, angle.astype(np.float32)


def _cosines() -> npt.NDArray[np.float64]:
    """Return the orthonormal cosine transform of four values: (wave, place)."""
    waves = np.cos(np.pi * np.arange(4)[:, None] * (np.arange(4) + 0.5) / 4) * np.sqrt(0.5)
    waves[0] *= np.sqrt(0.5)
    return np.asarray(waves)


def _projection() -> Array:
    """Return what makes the chosen values of a histogram: (128, 31)."""
    cosines, place = _cosines(), 2 * np.pi * np.arange(8) / 8
    columns = []
    for down, across, wave, _ in _CHOSEN:
        order = int(wave[1])
        turn = np.cos(order * place) if wave[0] == "c" else -np.sin(order * place)
        turn = turn / np.sqrt(8) * (np.sqrt(2) if order else 1)
        columns.append(np.einsum("a,b,c->abc", cosines[down], cosines[across], turn).ravel())
    return np.stack(columns, axis=1).astype(np.float32)


def _pool() -> Array:
    """Return the weights with which 16 samples along a side make 4 parts, linear in between: (4, 16)."""
    place = (np.arange(_SAMPLES) + 0.5) / 4 - 0.5
    return np.asarray(np.maximum(0, 1 - np.abs(place - np.arange(4)[:, None])), np.float32)


def _turned(values: Array, signs: Array) -> Array:
    """Return the values of features whose waves changed their signs, as the medians did not."""
    changed = np.empty_like(values)
    changed[:, :-1] = signs[:-1] * (values[:, :-1] + _MEDIANS) - _MEDIANS
    changed[:, -1] = signs[-1] * values[:, -1]
    return changed


_PROJECTION, _POOL = _projection(), _pool()
# A mirror turns the rows and the sense of turning over, a negative (whose strongest direction is the opposite one) the
# rows and the columns, and dark blobs to bright ones.
_MIRRORED = np.array([(-1) ** (down + (wave[0] == "s")) for down, _, wave, _ in _CHOSEN] + [1], np.float32)
_INVERTED = np.array([(-1) ** (down + across) for down, across, _, _ in _CHOSEN] + [-1], np.float32)
