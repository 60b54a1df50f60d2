"""Where a work may lie in a suspect: as the whole of it, by its local features, or as an uncut part of its own size.

Features are SIFT keypoints (Lowe, 2004) with the square-root kernel of Arandjelovic and Zisserman (2012), matched by
the ratio test; the map comes from MAGSAC++ (Barath et al., 2020). OpenCV supplies both and is used here alone, with a
fixed seed and one thread. Mirrored and inverted suspects cost no further features: both permute a descriptor's bins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from core.image.frame import Plane, resample
from core.image.opencv import opencv
from core.image.overlay import Fit, Matrix, Suspect, through
from core.image.reference import Original

_ASPECT = 0.05  # by which a whole picture's aspect may differ
_LARGEST = 600_000  # pixels of a suspect in which features are sought
_FEATURES = 3000
_CONTRAST = 0.02  # half of Lowe's: flat art has few features
_RATIO = 0.8
_AROUND = 31  # pixels of the local contrast
_STRETCH = np.float32(40)  # grey levels
_FLOOR = np.float32(1.5)  # grey levels: less contrast is not stretched further
_NEAR = 3.0  # canonical pixels between a match and the map
_ENOUGH = 25  # matches that agree: no other turn or tone needs to be tried
_LEAST = 6
_LEAST_PART = 48  # canonical pixels a side
_FIRST_PARTS = 2


@dataclass(frozen=True, eq=False)
class Features:
    """Keypoints as (x, y) on edges, float64 (n, 2), and their unit descriptors, float32 (n, 128)."""

    points: npt.NDArray[np.float64]
    descriptors: npt.NDArray[np.float32]


def whole(suspect: Suspect, work: Original) -> Iterator[Fit]:
    """Yield the fits of a suspect that shows the whole work, upright, turned by 180 degrees and mirrored."""
    height, width = suspect.shape
    rows, columns = work.luma.shape
    if abs(height * columns / (width * rows) - 1) > _ASPECT:
        return
    across, down = width / columns, height / rows
    for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        yield Fit(np.array([[x * across, 0, width * (x < 0)], [0, y * down, height * (y < 0)], [0, 0, 1.0]]))


def by_features(suspect: Suspect, features: Features, work: Features) -> list[Fit]:
    """Return the fits that the features of both suggest, the best supported first."""
    found: list[tuple[int, Fit]] = []
    for inverted in (False, True):
        for mirrored in (False, True):
            found += _fits(features, work, suspect.shape[1], mirrored, inverted)
            if found and max(count for count, _ in found) >= _ENOUGH:
                return [fit for _, fit in sorted(found, key=lambda item: -item[0])]
    return [fit for _, fit in sorted(found, key=lambda item: -item[0])[:4]]


def as_part(suspect: Suspect, work: Original) -> list[Fit]:
    """Return the fits of a suspect that was cut out of the work and not scaled, upright and mirrored."""
    vertical, horizontal = work.scales
    shape = round(suspect.shape[0] * vertical), round(suspect.shape[1] * horizontal)
    if min(shape) < _LEAST_PART or shape[0] > work.luma.shape[0] or shape[1] > work.luma.shape[1]:
        return []
    cut = resample(suspect.luma, shape, (vertical, horizontal))
    frame = work.luma
    size = tuple(scipy.fft.next_fast_len(length, real=True) for length in frame.shape)
    quick = frame - ndimage.uniform_filter(frame, 15)
    spectrum = scipy.fft.rfft2(quick, size)
    square = np.zeros((frame.shape[0] + 1, frame.shape[1] + 1))
    square[1:, 1:] = np.cumsum(np.cumsum(quick.astype(np.float64) ** 2, axis=0), axis=1)
    h, w = shape
    energy = square[h:, w:] - square[:-h, w:] - square[h:, :-w] + square[:-h, :-w]
    fits = []
    for mirrored in (False, True):
        piece = cut[:, ::-1] if mirrored else cut
        piece = piece - ndimage.uniform_filter(piece, 15)
        product = spectrum * np.conj(scipy.fft.rfft2(piece, size))
        likeness = scipy.fft.irfft2(product, size)[: energy.shape[0], : energy.shape[1]]
        likeness = likeness / np.sqrt(np.maximum(energy, 1e-3 * energy.max() + 1e-9))
        for inverted in (False, True):
            y, x = np.unravel_index(int((-likeness if inverted else likeness).argmax()), likeness.shape)
            height = abs(float(likeness[y, x]))
            scale = np.array([[1 / horizontal, 0, -x / horizontal], [0, 1 / vertical, -y / vertical], [0, 0, 1.0]])
            if mirrored:
                scale = _mirror(suspect.shape[1]) @ scale
            fits.append((height, Fit(scale, inverted)))
    return [fit for _, fit in sorted(fits, key=lambda item: -item[0])[:_FIRST_PARTS]]


def features_of(luma: Plane, *, evened: bool = False) -> Features:
    """Return the features of a plane of luma (grey levels); of a large one, at 0.6 MP.

    `evened` divides by the local contrast first: smooth pictures then have features, too.
    """
    factor = max(1.0, (luma.size / _LARGEST) ** 0.5)
    shape = max(1, round(luma.shape[0] / factor)), max(1, round(luma.shape[1] / factor))
    plane = luma if factor == 1.0 else resample(luma, shape)
    if evened:
        high = plane - ndimage.uniform_filter(plane, _AROUND)
        rms = np.sqrt(np.maximum(ndimage.uniform_filter(high * high, _AROUND), 0))
        plane = np.float32(128) + _STRETCH * high / (rms + _FLOOR)
    grey = np.clip(np.rint(plane), 0, 255).astype(np.uint8)
    cv2 = opencv()
    finder = cv2.SIFT_create(nfeatures=_FEATURES, contrastThreshold=_CONTRAST)
    keypoints, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None or len(keypoints) == 0:
        return Features(np.zeros((0, 2)), np.zeros((0, 128), np.float32))
    back = np.array([luma.shape[1] / shape[1], luma.shape[0] / shape[0]])
    points = (np.array([point.pt for point in keypoints], np.float64) + 0.5) * back
    rooted = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))
    return Features(points, rooted.astype(np.float32))


def _fits(features: Features, work: Features, width: int, mirrored: bool, inverted: bool) -> list[tuple[int, Fit]]:
    first, second = _matches(_permuted(features.descriptors, mirrored, inverted), work.descriptors)
    if len(first) < _LEAST:
        return []
    points = features.points[first]
    if mirrored:
        points = through(_mirror(width), points)
    source, target = points.astype(np.float64), work.points[second]
    cv2 = opencv()
    found = []
    cv2.setRNGSeed(1)
    matrix, agreeing = cv2.findHomography(source, target, cv2.USAC_MAGSAC, _NEAR, maxIters=3000, confidence=0.999)
    found.append((matrix, agreeing))
    if agreeing is None or int(agreeing.sum()) < _ENOUGH:
        cv2.setRNGSeed(1)
        similar, agreeing = cv2.estimateAffinePartial2D(
            source, target, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, maxIters=3000, confidence=0.999
        )
        found.append((None if similar is None else np.vstack([similar, [0, 0, 1]]), agreeing))
    fits = []
    for matrix, agreeing in found:
        if matrix is None or agreeing is None or abs(np.linalg.det(matrix)) < 1e-9:
            continue
        count = len(np.unique(second[agreeing.ravel() > 0]))  # many features on one are no evidence
        back = np.linalg.inv(matrix)
        back = back / back[2, 2]
        if count >= _LEAST:
            fits.append((count, Fit(_mirror(width) @ back if mirrored else back, inverted)))
    return fits


def _matches(
    one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the numbers of features that are clearly nearest to one another, by the ratio of distances."""
    if len(one) == 0 or len(other) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    likeness = one @ other.T
    number = np.arange(len(one))
    nearest = likeness.argmax(axis=1)
    best = likeness[number, nearest]
    likeness[number, nearest] = -2
    next_best = likeness.max(axis=1)
    clear = np.maximum(1 - best, 0) < _RATIO**2 * np.maximum(1 - next_best, 0)
    return np.flatnonzero(clear), nearest[clear]


def _permuted(descriptors: npt.NDArray[np.float32], mirrored: bool, inverted: bool) -> npt.NDArray[np.float32]:
    """Return the descriptors that the mirrored or inverted picture would have: 4x4 cells of 8 directions each."""
    cells = descriptors.reshape(-1, 4, 4, 8)
    if inverted:  # every gradient turns round, and with them the keypoint's own direction
        cells = cells[:, ::-1, ::-1]
    if mirrored:
        cells = cells[:, ::-1][..., (0, 7, 6, 5, 4, 3, 2, 1)]
    return np.ascontiguousarray(cells).reshape(-1, 128)


def _mirror(width: int) -> Matrix:
    return np.array([[-1.0, 0, width], [0, 1, 0], [0, 0, 1]])
