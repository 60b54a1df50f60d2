"""The fingerprint of a picture: what finds the work that a picture shows, or a part of it, without any mark.

Each keypoint gives a code of its surroundings and its place, size and angle. A work is nominated where many features
of a suspect have codes of the work's and agree on one change of place, size and angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from core.fingerprint.descriptors import Features, describe
from core.fingerprint.index import Codes, Hits, Index, Nomination, Numbers, packed
from core.fingerprint.keypoints import Array, keypoints

HEADER = b"CMi\x01"  # picture, version 1
_KEPT_PIXELS, _KEPT = 250_000, 360  # of a work: at this size, so many features
_REPEATED = 4  # features of one work with one code
_ASKED_PIXELS, _ASKED = 500_000, 1_200  # of a suspect, which may show the work small and among other things
_WEAK = 5  # bits of a suspect's feature that may be wrong
_LIKELY = 48  # works whose features are compared by place
_COMPARED = 240  # features of one work that are
_VOTES = 4  # features that must agree
CLEAR = 16  # features that make a likeness clear: no stranger has as many, see docs/limits.md
_TURN = np.radians(25.0)  # by which features that agree may differ in angle
_OCTAVES = 0.6  # and in size
_NEAR, _SLACK = 0.04, 0.2  # and in place: of the work's longer side, and of the distance between them (stretching)
_SIZES, _SMALLEST = 16.0, 12  # a stored size: steps to an octave, and octaves below the longer side where they begin
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Question = tuple[Features, int]


def fingerprint(pixels: npt.NDArray[Any], *, space: str | None = None) -> bytes:
    """Return the fingerprint of a picture, 3 kB at most: `pixels` and `space` as `core.image.embed` takes them."""
    small = grey(pixels, _KEPT_PIXELS, space=space)
    found = describe(*keypoints(small, 2 * _KEPT), all_directions=False)
    codes = found.codes()
    kept = np.sort(_different(codes)[:_KEPT])
    return packed(HEADER, codes[kept], _places(found, max(small.shape))[kept])


def index(rows: list[tuple[int, bytes]]) -> Index:
    """Return an index of works (number, fingerprint) to nominate from."""
    return Index(HEADER, rows)


def nominate(
    parts: Sequence[Index], pixels: npt.NDArray[Any], *, space: str | None = None, count: int = 6
) -> list[Nomination]:
    """Return the works, best first, that a picture may show, or a part of them, mirrored or in inverted tones too.

    `parts` are the indexes that the works are divided into.
    """
    return answered(parts, question(pixels, space=space), count=count) if any(map(len, parts)) else []


def question(pixels: npt.NDArray[Any], *, space: str | None = None) -> Question:
    """Return what indexes are asked for a picture: its features, and the width of the picture that they lie in."""
    small = grey(pixels, _ASKED_PIXELS, space=space)
    return describe(*keypoints(small, _ASKED), all_directions=True), int(small.shape[1])


def answered(parts: Sequence[Index], asked: Question, *, count: int = 6) -> list[Nomination]:
    """Return the works, best first, that a picture may show whose `question` this is."""
    plain, width = asked
    if not any(map(len, parts)) or not len(plain):
        return []
    mirrored = plain.mirrored(width)
    votes: dict[int, int] = {}
    for features in (plain, mirrored, plain.inverted(), mirrored.inverted()):
        probes = features.probes(_WEAK)
        for works in parts:
            hits = works.hits(probes)
            for place in works.likeliest(hits, _LIKELY):
                number = int(works.works[place])
                found = _agreeing(features, hits.of(hits.work == place))
                votes[number] = max(votes.get(number, 0), found)
    best = sorted(votes, key=lambda number: (-votes[number], number))[:count]
    return [Nomination(number, votes[number]) for number in best if votes[number] >= _VOTES]


def grey(pixels: npt.NDArray[Any], area: int, *, space: str | None = None) -> Array:
    """Return a picture's brightness, 0 to 1, over white where it is transparent, at `area` pixels or less: float32."""
    full = float(np.iinfo(pixels.dtype).max) if np.issubdtype(pixels.dtype, np.integer) else 1.0
    height, width = pixels.shape[:2]
    step = max(1, int(np.sqrt(height * width / area)))
    down, across = min(step, height), min(step, width)
    whole = pixels[: height // down * down, : width // across * across]
    blocks = whole.reshape(height // down, down, width // across, across, -1)
    small = np.nan_to_num(blocks.mean(axis=(1, 3), dtype=np.float32) / np.float32(full), posinf=1.0, neginf=0.0)
    return _shrunk(_brightness(np.clip(small, 0.0, 1.0), space), area)


def _brightness(small: Array, space: str | None) -> Array:
    """Return one channel of one to four, with transparency laid over white."""
    channels = small.shape[2]
    if space == "cmyk" and channels == 4:
        return np.asarray(((1 - small[:, :, :3]) * (1 - small[:, :, 3:])) @ _LUMA, np.float32)
    seen = small[:, :, :3] @ _LUMA if channels >= 3 else small[:, :, 0]
    if channels in (2, 4):
        alpha = small[:, :, -1]
        seen = seen * alpha + (1 - alpha)
    return np.asarray(seen, np.float32)


def _shrunk(picture: Array, area: int) -> Array:
    """Return the picture at `area` pixels or less, blurred before as that takes."""
    height, width = picture.shape
    share = np.sqrt(area / (height * width))
    if share >= 1:
        return picture
    blurred = ndimage.gaussian_filter(picture, 0.45 * np.sqrt(1 / share**2 - 1))
    rows, columns = (
        (np.arange(max(1, round(side * share))) + 0.5) / max(1, round(side * share)) * side - 0.5
        for side in (height, width)
    )
    grid = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(ndimage.map_coordinates(blurred, grid, order=1, mode="nearest"), np.float32)


def _places(features: Features, longer: int) -> Codes:
    """Return place, size and angle of each feature in a byte each, in shares of the longer side."""
    place = np.stack(
        [
            np.clip(np.rint(features.x / longer * 255), 0, 255),
            np.clip(np.rint(features.y / longer * 255), 0, 255),
            np.clip(np.rint((np.log2(features.size / longer) + _SMALLEST) * _SIZES), 0, 255),
            np.rint(features.angle / (2 * np.pi) * 256) % 256,
        ]
    ).astype(np.uint32)
    return np.asarray(place[0] | place[1] << 8 | place[2] << 16 | place[3] << 24, np.uint32)


def _different(codes: Codes) -> Numbers:
    """Return which features to keep, best first: of a pattern that repeats, only a few of one code."""
    order = np.argsort(codes, kind="stable")
    same = np.searchsorted(codes[order], codes[order], "left")
    return np.sort(order[np.arange(len(codes)) - same < _REPEATED])


def _agreeing(features: Features, hits: Hits) -> int:
    """Return how many features agree best on how a work was moved, scaled and turned: each of either side once."""
    if len(hits.asked) > _COMPARED:
        hits = hits.of(np.argsort(-hits.weight, kind="stable")[:_COMPARED])
    known = np.stack([hits.place & 255, hits.place >> 8 & 255], axis=1).astype(np.float32) / np.float32(255)
    seen = np.stack([features.x, features.y], axis=1)[hits.asked]
    # The pixels of the suspect that the work's longer side takes, and the angle by which it is turned, by each hit.
    octaves = np.log2(features.size[hits.asked]) - ((hits.place >> 16 & 255) / _SIZES - _SMALLEST)
    turn = features.angle[hits.asked] - (hits.place >> 24) * (2 * np.pi / 256)
    # Where each hit (a column) would lie by the change that another (a row) implies, in shares of the longer side.
    apart = known[None] - known[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    side = np.exp2(octaves)[:, None]
    x = (seen[None, :, 0] - seen[:, None, 0]) / side - (apart[:, :, 0] * cos - apart[:, :, 1] * sin)
    y = (seen[None, :, 1] - seen[:, None, 1]) / side - (apart[:, :, 0] * sin + apart[:, :, 1] * cos)
    agree = np.hypot(x, y) < _NEAR + _SLACK * np.hypot(apart[:, :, 0], apart[:, :, 1])
    agree &= np.abs(octaves[None] - octaves[:, None]) < _OCTAVES
    agree &= np.cos(turn[None] - turn[:, None]) > np.cos(_TURN)
    best = agree[np.argmax(agree.sum(axis=1))]
    return min(len(np.unique(hits.asked[best])), len(np.unique(hits.place[best])))
