"""How well a suspect agrees with a work where it is laid over it, block by block, and how far each block is off.

Blocks of the high-passed planes are correlated by FFT. Their shifts correct the fit: first a projective map, in small
steps and with a prior that lets few blocks move it but not twist it, then a smooth displacement field for bends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane
from core.image.overlay import Fit, Matrix, Suspect, View

_BLOCK = 64  # canonical pixels
_SMALL = 48  # where little is seen
_HOP = 32
_REACH = 10.0  # pixels that a block may be off
_SEEN = 0.8  # of a block
_MANY = 40  # blocks from which the grid need not be finer
_LEAST_ENERGY = 0.3  # grey levels RMS in a block that has something to compare
_CAUCHY = 0.25  # pixels
_PRIOR = (30.0, 8.0, 3.0)  # pixels at the border by which shift, affine and projective part may change in one step
_NOISE = 0.5  # pixels that a block is off by chance, at full agreement
_BETTER = 0.002  # of mean agreement: less is no reason to leave a simpler map
_LEAST_BENT = 30_000  # canonical pixels: in less, a displacement field follows the damage
_BEND_KNOTS = 1.0  # blocks: width of the Gaussian that smooths the displacement field


@dataclass(frozen=True, eq=False)
class Agreement:
    """Blocks of a view: centres and shifts (x, y) in canonical pixels, float64 (n, 2).

    `peaks` are correlation coefficients at the best shift, `still` those without a shift, `energy` the work's contrast
    in each. `cells` are each block's row and column in a grid of `grid`.
    """

    centres: npt.NDArray[np.float64]
    shifts: npt.NDArray[np.float64]
    peaks: npt.NDArray[np.float64]
    still: npt.NDArray[np.float64]
    energy: npt.NDArray[np.float64]
    cells: npt.NDArray[np.int64]
    grid: tuple[int, int]
    hop: int

    @property
    def mean(self) -> float:
        """Return the mean agreement without a shift, detailed blocks counting a little more than even ones."""
        if not len(self.still):
            return 0.0
        weight = np.sqrt(self.energy)
        return float((weight * self.still).sum() / weight.sum())


def agreement(view: View, *, reach: float = _REACH) -> Agreement:
    """Return how the blocks of a view agree with the work."""
    shown, work = _comparable(view)
    side = _BLOCK if min(shown.shape) >= 2 * _BLOCK else min(_SMALL, *shown.shape)
    hop = _HOP
    while hop > 8 and view.share / hop**2 < _MANY:
        hop //= 2
    rows = np.arange(0, shown.shape[0] - side + 1, hop)
    columns = np.arange(0, shown.shape[1] - side + 1, hop)
    grid = len(rows), len(columns)
    corner = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    cells = np.stack(np.meshgrid(np.arange(grid[0]), np.arange(grid[1]), indexing="ij"), axis=-1).reshape(-1, 2)
    seen = _blocks(view.cover, side, hop).mean(axis=(1, 2)) >= _SEEN
    taper = np.hanning(side + 2)[1:-1].astype(np.float32)
    window = taper[:, None] * taper
    a = _blocks(work, side, hop)[seen] * window
    b = _blocks(shown, side, hop)[seen] * window
    power_a = np.einsum("nij,nij->n", a, a, dtype=np.float64)
    power_b = np.einsum("nij,nij->n", b, b, dtype=np.float64)
    energy = np.sqrt(power_a / float((window * window).sum()))
    used = (energy > _LEAST_ENERGY) & (power_b > 0)
    a, b = a[used], b[used]
    scale = np.sqrt(power_a[used] * power_b[used])
    product = np.conj(scipy.fft.rfft2(a)) * scipy.fft.rfft2(b)
    surface = scipy.fft.irfft2(product, (side, side)) / scale[:, None, None].astype(np.float32)
    limit = int(min(reach, side // 3))
    around = np.fft.fftshift(surface, axes=(1, 2))[
        :, side // 2 - limit : side // 2 + limit + 1, side // 2 - limit : side // 2 + limit + 1
    ]
    shifts, peaks = _peaks(around, limit)
    centres = corner[seen][used][:, ::-1] + side / 2 + np.array([view.left, view.top])
    still = around[:, limit, limit].astype(np.float64)
    return Agreement(centres, shifts, peaks, still, energy[used], cells[seen][used], grid, hop)


def straightened(suspect: Suspect, work: Plane, fit: Fit, *, rounds: int = 3) -> tuple[View, Agreement] | None:
    """Return the view whose projective map agrees best with the work, starting from a fit that is nearly right."""
    view = suspect.on(work, fit)
    if view is None:
        return None
    best = view, agreement(view)
    reach = _REACH
    for _ in range(rounds):
        found = best[1] if reach == _REACH else agreement(best[0], reach=reach)
        if len(found.peaks) == 0:
            break
        view = suspect.on(work, best[0].fit.moved(_correction(found)))
        if view is None:
            break
        new = agreement(view)
        if new.mean <= best[1].mean + _BETTER:
            if reach < _REACH:
                break
        else:
            best = view, new
        reach = 4.0
    return best


def bent(suspect: Suspect, work: Plane, view: View, found: Agreement, *, rounds: int = 3) -> tuple[View, Agreement]:
    """Return the view with a smooth displacement field on top, as far as that agrees better."""
    best = view, found
    for _ in range(rounds):
        found = best[1]
        if min(found.grid) < 3 or view.share < _LEAST_BENT:
            break
        fit = best[0].fit
        more = _field(found, work.shape, best[0])
        bend = more if fit.bend is None else fit.bend + more
        new_view = suspect.on(work, replace(fit, bend=bend.astype(np.float32)))
        if new_view is None:
            break
        new = agreement(new_view)
        if new.mean <= best[1].mean + _BETTER:
            break
        best = new_view, new
    return best


def _comparable(view: View) -> tuple[Plane, Plane]:
    """Return both planes without what only one of them can show: finer detail than the suspect has, slow light."""
    shown, work = view.plane, view.work
    coarse = max(1.0, 1.0 / view.fineness)
    if coarse > 1.2:
        work = ndimage.gaussian_filter(work, 0.5 * np.sqrt(coarse**2 - 1))
    width = 2 * round(6 * coarse) + 1
    cover = view.cover
    share = np.maximum(ndimage.uniform_filter(cover, width), np.float32(1e-3))
    high = [(p - ndimage.uniform_filter(p * cover, width) / share) * cover for p in (shown, work)]
    return high[0], high[1]


def _blocks(plane: Plane, side: int, hop: int) -> npt.NDArray[np.float32]:
    return np.lib.stride_tricks.sliding_window_view(plane, (side, side))[::hop, ::hop].reshape(-1, side, side)


def _peaks(surfaces: npt.NDArray[np.float32], limit: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the place (x, y) and height of each surface's peak, refined by parabolas."""
    count, side = len(surfaces), 2 * limit + 1
    place = surfaces.reshape(count, side * side).argmax(axis=1)
    rows, columns = np.divmod(place, side)
    number = np.arange(count)
    top = surfaces[number, rows, columns].astype(np.float64)
    shifts = np.empty((count, 2))
    for axis, (along, index) in enumerate(((columns, (0, 1)), (rows, (1, 0)))):
        inner = (along > 0) & (along < side - 1)
        down, right = index
        before = surfaces[number, np.maximum(rows - down, 0), np.maximum(columns - right, 0)].astype(np.float64)
        after = surfaces[number, np.minimum(rows + down, side - 1), np.minimum(columns + right, side - 1)]
        bend = before - 2 * top + after
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(inner & (bend < 0), 0.5 * (before - after) / bend, 0.0)
        shifts[:, axis] = along - limit + np.clip(part, -0.5, 0.5)
    return shifts, top


def _correction(found: Agreement) -> Matrix:
    """Return the projective map near identity that takes each block's centre to where it was found.

    Linearised, weighted least squares with Cauchy weights and a prior on each part.
    """
    low, high = found.centres.min(axis=0), found.centres.max(axis=0)
    middle, unit = (low + high) / 2, max(float((high - low).max()) / 2, 16.0)
    x, y = ((found.centres - middle) / unit).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    # Shift 2, affine 4, projective 2; all in pixels at the border of what is seen.
    horizontal = np.stack([one, zero, x, y, zero, zero, x * x, x * y], axis=1)
    vertical = np.stack([zero, one, zero, zero, x, y, x * y, y * y], axis=1)
    prior = np.diag(np.repeat([1 / size**2 for size in _PRIOR], (2, 4, 2)))
    strength = np.clip(found.peaks, 0.02, 1.0) ** 2 / _NOISE**2
    parts = np.zeros(8)
    for step in range(8):
        off = np.stack([found.shifts[:, 0] - horizontal @ parts, found.shifts[:, 1] - vertical @ parts])
        width = max(_CAUCHY, 1.5 * float(np.median(np.hypot(*off)))) if step else 4.0
        weight = strength / (1 + (off**2).sum(axis=0) / width**2)
        normal = (horizontal.T * weight) @ horizontal + (vertical.T * weight) @ vertical + prior
        right = (horizontal.T * weight) @ found.shifts[:, 0] + (vertical.T * weight) @ found.shifts[:, 1]
        parts = np.linalg.solve(normal, right)
    bx, by, axx, axy, ayx, ayy, px, py = parts / unit
    near = np.array([[1 + axx, axy, bx], [ayx, 1 + ayy, by], [-px, -py, 1.0]])
    scale = np.array([[1 / unit, 0, -middle[0] / unit], [0, 1 / unit, -middle[1] / unit], [0, 0, 1]])
    return np.asarray(np.linalg.inv(scale) @ near @ scale)


def _field(found: Agreement, shape: tuple[int, int], view: View) -> npt.NDArray[np.float64]:
    """Return the smoothed shifts of the blocks over the whole frame: (2, height, width)."""
    rows, columns = found.cells.T
    weight = np.zeros(found.grid)
    weight[rows, columns] = np.clip(found.peaks, 0, 1) ** 4
    moves = np.zeros((2, *found.grid))
    moves[:, rows, columns] = found.shifts.T
    middle = np.stack([ndimage.median_filter(part, 3, mode="nearest") for part in moves])
    weight *= 1 / (1 + ((moves - middle) ** 2).sum(axis=0) / _CAUCHY**2)
    total = ndimage.gaussian_filter(weight, _BEND_KNOTS, mode="constant") + 0.02
    smooth = np.stack([ndimage.gaussian_filter(part * weight, _BEND_KNOTS, mode="constant") / total for part in moves])
    first = found.centres[:, ::-1] - found.cells * found.hop  # where cell (0, 0) has its centre
    y = (np.arange(shape[0]) + 0.5 - first[0, 0]) / found.hop
    x = (np.arange(shape[1]) + 0.5 - first[0, 1]) / found.hop
    grid = np.meshgrid(y, x, indexing="ij")
    return np.stack([ndimage.map_coordinates(part, grid, order=1, mode="nearest") for part in smooth])
