"""Whether and how a suspect shows a work: the fit that agrees best, what was done in words, and where the work lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from core.image.agreement import Agreement, bent, straightened
from core.image.channels import Layout
from core.image.overlay import Fit, Matrix, Suspect, View, quad
from core.image.reference import Original, original
from core.image.registration import Features, as_part, by_features, features_of, whole
from core.model import Kind, Reference

Showing = tuple[View, Agreement]
Quad = tuple[tuple[float, float], ...]

_CLEARLY = 0.5  # mean agreement from which no other fit is sought
_PROMISING = 0.05  # before the fit is straightened
_AGREES = 0.12  # mean agreement from which it is worth reading what is left
_SHOWS = 0.35  # mean agreement of a suspect that shows the work
_OPEN = 0.25  # mean agreement from which it may
_SHOWS_BLOCKS = 12  # blocks at least that must speak for it, at shifts below a pixel
_PLAIN = 2  # grey levels by which a plain ground varies
_GROUND = 0.1  # of a suspect that has a plain ground
_SMOOTH = 400  # features below which a work is too smooth for plain ones
_LEAST_PIXELS = 256
_SAME = 0.01  # relative difference of a size that goes unmentioned
_TURNED = 0.3  # degrees
_SLANTED = 0.02  # relative difference of scale across the picture
_BENT = 0.3  # canonical pixels RMS
_ALL = 0.97  # of the work
_ANGLE_SEEN = 0.15  # of the work: in a smaller part, an angle is a guess
_PROBES = 100  # a side
_SLACK = 0.25  # canonical pixels


def registered(suspect: Suspect, work: Original, features: Callable[[bool], Features]) -> Showing | None:
    """Return the view in which a suspect shows the work best and how well, None where it does not show it.

    `features` gives the suspect's local features when they are wanted, evened or not: a whole picture needs none.
    A work with transparency is laid over the page's tone first, then taken without its surroundings.
    """
    best: Showing | None = None
    for version in _versions(suspect, work):
        if best is None:
            best = _registered(suspect, version, features)
        else:
            found = straightened(suspect, version.luma, best[0].fit)
            if found is not None and found[1].mean > best[1].mean:
                best = bent(suspect, version.luma, *found)
        if best is not None and best[1].mean > _CLEARLY:
            break
    return best


def _versions(suspect: Suspect, work: Original) -> Iterator[Original]:
    """Yield the looks that a work may have in a suspect."""
    if work.cover is not None and suspect.alpha is None:
        tones = np.bincount(np.clip(np.rint(suspect.luma), 0, 255).astype(np.int64).ravel(), minlength=256)
        tone = int(tones.argmax())
        if tones[max(0, tone - _PLAIN) : tone + _PLAIN + 1].sum() > _GROUND * suspect.luma.size:
            yield work.over(tone)
            yield work.over(255 - tone)  # of a suspect with inverted tones
    yield work


def _registered(suspect: Suspect, work: Original, features: Callable[[bool], Features]) -> Showing | None:
    best: Showing | None = None
    ways: tuple[Callable[[], Iterable[Fit]], ...] = (
        lambda: whole(suspect, work),
        lambda: as_part(suspect, work),
        lambda: _by_features(suspect, work, features),
    )
    for way in ways:
        for fit in way():
            found = straightened(suspect, work.luma, fit, rounds=1)
            if found is not None and (best is None or found[1].mean > best[1].mean):
                best = found
            if best is not None and best[1].mean > _CLEARLY:
                break
        if best is not None and best[1].mean > _CLEARLY:
            break
    if best is None or best[1].mean < _PROMISING:
        return None
    best = straightened(suspect, work.luma, best[0].fit)
    if best is None or best[1].mean < _AGREES:
        return None
    return bent(suspect, work.luma, *best)


def _by_features(suspect: Suspect, work: Original, features: Callable[[bool], Features]) -> list[Fit]:
    own = features_of(work.luma)
    smooth = len(own.points) < _SMOOTH
    return by_features(suspect, features(smooth), features_of(work.luma, evened=True) if smooth else own)


def shows_work(pixels: npt.NDArray[Any], reference: Reference, *, space: str | None = None) -> bool | None:
    """Return whether a picture shows a work or part of it: False means that it is another picture, None that it cannot
    be told.

    `pixels`, `space`: as in `embed`; `reference`: the work with its `signal`. A mark can be lifted off one picture and
    laid over another (Kutter, Voloshynovskiy and Herrigel, "The watermark copy attack", SPIE 3971, 2000); the picture
    itself cannot. ValueError for a damaged signal.
    """
    if reference.kind is not Kind.IMAGE or not reference.signal:
        return None
    layout = Layout.of(pixels, space)
    luma = layout.luma(pixels)
    if luma.size < _LEAST_PIXELS or min(luma.shape) < 8:
        return None
    suspect = Suspect(luma, layout.alpha(pixels))
    work = original(reference.signal)
    found = registered(suspect, work, lambda evened: features_of(luma, evened=evened))
    if found is not None:
        return True if speaks_for(found[1]) else None if found[1].mean > _OPEN else False
    return False


def speaks_for(agreement: Agreement) -> bool:
    """Say whether a view's agreement shows that the suspect shows the work."""
    close = (np.hypot(*agreement.shifts.T) < 1.0) & (agreement.peaks > _SHOWS)
    return agreement.mean > _SHOWS and int(close.sum()) >= min(_SHOWS_BLOCKS, max(3, len(close) // 2))


def outline(view: View, work: Original, shape: tuple[int, int]) -> Quad:
    """Return the corners (x, y) of the work in suspect pixels, from its own top left on, cut to the suspect."""
    corners = view.fit.points(quad(work.luma.shape))
    if not np.isfinite(corners).all():
        corners = quad(shape)
    inside = np.clip(corners, 0, [shape[1], shape[0]])
    return tuple((float(x), float(y)) for x, y in inside)


def in_words(view: View, work: Original, shape: tuple[int, int]) -> str:
    """Return what was done to the work: "mirrored, turned by 4 degrees, 62 % of the original size".

    `shape` is the suspect's (height, width).
    """
    matrix = view.fit.matrix @ np.diag([work.scales[1], work.scales[0], 1.0])  # from the work's own pixels
    near = _linear(matrix, _corners(view, work).mean(axis=0))
    parts: list[str] = []
    if view.fit.mirrored:
        parts.append("mirrored")
        near = near @ np.diag([-1.0, 1.0])
    angle = math.degrees(math.atan2(near[1, 0] - near[0, 1], near[0, 0] + near[1, 1]))
    if abs(angle) >= _TURNED:
        parts.append(f"turned by {abs(angle):.3g} degrees")
    across, down = np.linalg.norm(near, axis=0)
    size = math.sqrt(abs(np.linalg.det(near)))
    if abs(across / down - 1) > _SAME:
        parts.append(f"{100 * across:.0f} % of the original width and {100 * down:.0f} % of its height")
    elif abs(size - 1) > _SAME:
        parts.append(f"{100 * size:.0f} % of the original size")
    sizes = [math.sqrt(abs(np.linalg.det(_linear(matrix, corner)))) for corner in _corners(view, work)]
    share = _share(view, work, shape)
    if max(sizes) > (1 + _SLANTED) * min(sizes) and share > _ANGLE_SEEN:
        parts.append("seen at an angle")
    if view.fit.bend is not None and float(np.sqrt(np.mean(view.fit.bend**2))) > _BENT:
        parts.append("bent")
    if view.fit.inverted:
        parts.append("tones inverted")
    if share < _ALL:
        parts.append(f"shows {100 * share:.0f} % of the work")
    return ", ".join(parts) or "unchanged in size"


def _share(view: View, work: Original, shape: tuple[int, int]) -> float:
    """Return how much of the work lies in the suspect, 0 to 1."""
    rows, columns = work.luma.shape
    steps = (np.arange(_PROBES) + 0.5) / _PROBES
    probes = np.stack(np.meshgrid(steps * columns, steps * rows), axis=-1).reshape(-1, 2)
    x, y = view.fit.points(probes).T
    slack = view.fineness * _SLACK
    inside = (x > -slack) & (x < shape[1] + slack) & (y > -slack) & (y < shape[0] + slack)
    return float(inside.mean())


def _linear(matrix: Matrix, point: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the 2x2 derivative of a projective map at a point (x, y)."""
    x, y, depth = matrix @ np.array([point[0], point[1], 1.0])
    return np.asarray((matrix[:2, :2] - np.outer((x, y), matrix[2, :2]) / depth) / depth)


def _corners(view: View, work: Original) -> npt.NDArray[np.float64]:
    """Return the corners of what is seen, in the work's own pixels."""
    rows, columns = view.plane.shape
    seen = quad((rows, columns)) + np.array([view.left, view.top])
    return np.asarray(seen / np.array([work.scales[1], work.scales[0]]))
