from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.image.frame import canonical_shape
from core.image.levels import Level, levels
from core.image.pattern import Pattern
from core.image.spectrum import Candidate, search, windows
from core.keys import CreatorKey

RGB = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]


def luma_of(pixels: RGB) -> npt.NDArray[np.float32]:
    return np.asarray(pixels @ np.array([0.299, 0.587, 0.114]), np.float32)


def warped(pixels: RGB, linear: Matrix, shape: tuple[int, int]) -> RGB:
    """Return a view of `shape` around the middle; `linear` takes its displacements (y, x) to the picture's."""
    (a, b), (c, d) = linear
    middle, centre = np.array(pixels.shape[:2]) / 2, np.array(shape) / 2
    y, x = middle - linear @ centre
    view = Image.fromarray(pixels).transform(
        (shape[1], shape[0]),
        Image.Transform.AFFINE,
        (d, c, x, b, a, y),
        Image.Resampling.BICUBIC,
        fillcolor=(90, 90, 90),
    )
    return np.asarray(view)


def found(pixels: RGB, key: CreatorKey, count: int = 14) -> list[Candidate]:
    pattern = Pattern.of(key)
    every = [c for number, level in enumerate(levels(luma_of(pixels))) for c in search(level, number, pattern, count)]
    return sorted(every, key=lambda candidate: -candidate.score)[:count]


def error(candidate: Candidate, true: Matrix) -> float:
    size = np.linalg.norm(true, 2)
    return float(min(np.linalg.norm(sign * candidate.linear - true, 2) for sign in (1, -1)) / size)


def turn(degrees: float, size: float = 1.0) -> Matrix:
    cosine, sine = math.cos(math.radians(degrees)) * size, math.sin(math.radians(degrees)) * size
    return np.array([[cosine, sine], [-sine, cosine]])


WARPS: dict[str, tuple[Matrix, tuple[int, int]]] = {
    "turned by 5 degrees": (turn(5), (520, 820)),
    "turned by 143 degrees": (turn(143), (700, 700)),
    "cropped and enlarged": (turn(0, 0.72), (560, 760)),
    "reduced and turned": (turn(-31, 1.7), (360, 480)),
    "mirrored": (np.diag([1.0, -1.0]), (600, 900)),
    "mirrored and turned": (turn(20) @ np.diag([1.0, -1.0]), (560, 760)),
    "sheared": (np.array([[1.0, 0.0], [0.06, 1.0]]), (580, 860)),
    "turned and squeezed": (turn(12) @ np.diag([1.06, 0.95]), (560, 760)),
}


@pytest.mark.parametrize("warp", WARPS)
def test_the_map_of_a_warped_picture_is_among_the_first_candidates(warp: str, marked: RGB, key: CreatorKey) -> None:
    linear, shape = WARPS[warp]
    frame = canonical_shape(marked.shape[:2])
    true = np.diag([frame[0] / marked.shape[0], frame[1] / marked.shape[1]]) @ linear
    candidates = found(warped(marked, linear, shape), key)
    assert min(error(candidate, true) for candidate in candidates) < 0.004


def test_candidates_come_best_first_and_know_their_level(marked: RGB, key: CreatorKey) -> None:
    candidates = found(warped(marked, turn(9), (520, 800)), key)
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    assert all(c.linear.shape == (2, 2) and c.region is None for c in candidates)
    assert error(candidates[0], turn(9, math.sqrt(420_000 / (600 * 900)))) < 0.01


def test_the_own_key_stands_out(marked: RGB, key: CreatorKey, other_key: CreatorKey) -> None:
    view = warped(marked, turn(9), (520, 800))
    own, others = found(view, key), found(view, other_key)
    assert own[0].score > 1.2 * own[1].score
    assert own[0].score > 1.5 * others[0].score


def test_levels_reach_into_each_other(original: RGB) -> None:
    found_levels = levels(luma_of(original))
    assert [level.high.shape[0] for level in found_levels] == sorted(
        (level.high.shape[0] for level in found_levels), reverse=True
    )
    for finer, coarser in itertools.pairwise(found_levels):
        least, most = finer.reach[0] * finer.scales[0], coarser.reach[1] * coarser.scales[0]
        assert least < most


def test_a_hidden_part_leaves_nothing(original: RGB) -> None:
    alpha = np.ones(original.shape[:2], np.float32)
    alpha[:300] = 0
    for level in levels(luma_of(original), alpha):
        assert not level.high[: round(290 * level.scales[0])].any()


@pytest.mark.parametrize("shape", [(16, 16), (20, 900), (64, 64)])
def test_small_and_long_pictures_are_searched_without_error(shape: tuple[int, int], key: CreatorKey) -> None:
    noise: npt.NDArray[Any] = np.random.default_rng(1).integers(0, 255, (*shape, 3), np.uint8)
    found(noise, key)


def test_template_points_lie_on_the_lattice_inside_the_band(key: CreatorKey) -> None:
    pattern = Pattern.of(key)
    points = pattern.template_points
    assert points.shape == (24, 2) and pattern.template_phases.shape == (24,)
    assert np.array_equal(points * 64, np.round(points * 64))
    assert np.all((np.hypot(*points.T) >= 0.08) & (np.hypot(*points.T) <= 0.17))
    position = np.arange(64)
    waves = np.exp(2j * np.pi * (points[:, 0, None, None] * position[:, None] + points[:, 1, None, None] * position))
    amplitude = 2 * np.mean(pattern.template[:64, :64] * np.conj(waves), axis=(1, 2))
    assert np.allclose(np.abs(amplitude), np.abs(amplitude[0]), rtol=1e-4)
    assert np.allclose(np.exp(1j * pattern.template_phases), amplitude / np.abs(amplitude), atol=1e-4)


def test_windows_find_a_small_inset(marked: RGB, key: CreatorKey) -> None:
    view = np.asarray(
        Image.fromarray(np.random.default_rng(3).integers(90, 160, (75, 100, 3), np.uint8)).resize((1100, 825))
    )
    inset = np.asarray(Image.fromarray(marked).resize((450, 300), Image.Resampling.LANCZOS))
    collage = view.copy()
    collage[440:740, 520:970] = inset
    frame = canonical_shape(marked.shape[:2])
    true = np.diag([frame[0] / 300, frame[1] / 450])
    pyramid = levels(luma_of(collage))
    best = windows(pyramid[0], 0, Pattern.of(key))[0]
    assert error(best, true) < 0.01
    assert best.region is not None
    top, left, bottom, right = best.region
    assert 0 <= top < 740 and 440 < bottom <= 825 and 0 <= left < 970 and 520 < right <= 1100


@settings(deadline=None, max_examples=12)
@given(st.floats(0.8, 1.25), st.floats(-math.pi, math.pi), st.floats(-0.07, 0.07), st.booleans())
def test_refinement_finds_the_map_of_a_bare_template(size: float, angle: float, squeeze: float, mirrored: bool) -> None:
    pattern = Pattern.of(CreatorKey.from_bytes(bytes(range(32))))
    cosine, sine = math.cos(angle), math.sin(angle)
    turned = size * np.array([[cosine, sine], [-sine, cosine]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    true = turned @ np.diag([math.exp(squeeze), math.exp(-squeeze)])
    where = np.stack(np.meshgrid(np.arange(320), np.arange(400), indexing="ij"), axis=-1) @ true
    waves = np.cos(2 * np.pi * (where @ pattern.template_points.T) + pattern.template_phases).sum(axis=-1)
    noise = np.random.default_rng(1).normal(0, 6, waves.shape)
    level = Level((1.0, 1.0), (waves + noise).astype(np.float32), (0.75, 1.36))
    best = search(level, 0, pattern)[0]
    assert error(best, true.T) < 0.003
