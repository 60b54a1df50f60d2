from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.samples import sample_picture
from core import decide
from core.image import Parameters, detect
from core.image.align import TURNS, alignments, turned
from core.image.frontend import folded
from core.image.pattern import Pattern
from core.image.reading import KEY_HYPOTHESES, KEY_PLACES, key_false_alarm
from core.keys import CreatorKey
from core.model import Kind, Reference, Verdict
from tests.core.image.conftest import SERIAL

RGB = npt.NDArray[np.uint8]
SERIALS = np.arange(1000)


def scaled(pixels: RGB, share: float) -> RGB:
    size = round(pixels.shape[1] * share), round(pixels.shape[0] * share)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def compressed(pixels: RGB, quality: int, kind: str = "JPEG") -> RGB:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, kind, quality=quality)
    return np.asarray(Image.open(data))


DAMAGE: dict[str, Callable[[RGB], npt.NDArray[Any]]] = {
    "nothing": lambda p: p,
    "JPEG 50": lambda p: compressed(p, 50),
    "JPEG 20": lambda p: compressed(p, 20),
    "WebP 50": lambda p: compressed(p, 50, "WEBP"),
    "half size": lambda p: scaled(p, 0.5),
    "37 %": lambda p: scaled(p, 0.37),
    "double size": lambda p: scaled(p, 2.0),
    "half size and JPEG 60": lambda p: compressed(scaled(p, 0.5), 60),
    "180 degrees": lambda p: p[::-1, ::-1],
    "inverted": lambda p: 255 - p,
    "inverted, 180 degrees, JPEG 60": lambda p: compressed(np.ascontiguousarray(255 - p[::-1, ::-1]), 60),
    "grey": lambda p: p[..., 1],
    "deep": lambda p: p.astype(np.uint16) * 257,
    "float": lambda p: (p / 255.0).astype(np.float32),
    "brighter": lambda p: np.clip(p * 1.3, 0, 255).astype(np.uint8),
    "noise": lambda p: np.clip(p + np.random.default_rng(0).normal(0, 12, p.shape), 0, 255).astype(np.uint8),
    "shifted": lambda p: np.roll(p, (31, 77), axis=(0, 1)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_right_serial_is_certain_after(damage: str, marked: RGB, key: CreatorKey) -> None:
    found = detect(DAMAGE[damage](marked), key=key, serials=SERIALS)
    assert [(finding.serial, finding.verdict) for finding in found] == [(SERIAL, Verdict.CERTAIN)]
    finding = found[0]
    assert (finding.level, finding.candidates, finding.hypotheses) == ("blind", 1000, Parameters().hypotheses)
    bound = decide.false_alarm(finding.score, candidates=1000, hypotheses=Parameters().hypotheses)
    assert finding.probability == bound


@pytest.mark.parametrize("damage", ["nothing", "JPEG 50", "half size"])
def test_another_key_finds_nothing(damage: str, marked: RGB, other_key: CreatorKey, reference: Reference) -> None:
    suspect = DAMAGE[damage](marked)
    assert detect(suspect, key=other_key, serials=SERIALS, references=[reference]) == ()


def test_an_unmarked_picture_holds_nothing(original: RGB, key: CreatorKey, reference: Reference) -> None:
    assert detect(original, key=key, serials=SERIALS, references=[reference]) == ()
    assert detect(original[50:400, 50:600], key=key, serials=SERIALS, references=[reference]) == ()


def test_all_serials_are_tried_without_a_catalog(marked: RGB, key: CreatorKey) -> None:
    found = detect(compressed(marked, 50), key=key, serials=None)
    assert [finding.serial for finding in found] == [SERIAL]
    assert found[0].candidates == 2**20


@pytest.mark.parametrize("serials", [np.arange(700), np.array([], np.int64)])
def test_a_mark_of_the_key_without_its_serial(serials: npt.NDArray[Any], marked: RGB, key: CreatorKey) -> None:
    found = detect(marked, key=key, serials=serials)
    assert [(finding.serial, finding.verdict) for finding in found] == [(None, Verdict.CERTAIN)]
    assert found[0].probability == key_false_alarm(found[0].score)
    assert (found[0].candidates, found[0].hypotheses) == (KEY_PLACES, KEY_HYPOTHESES)


@pytest.mark.parametrize("turn", [False, True])
def test_a_crop_is_found_by_the_size_of_its_work(
    turn: bool, marked: RGB, key: CreatorKey, reference: Reference
) -> None:
    crop = marked[123:423, 211:661]
    crop = crop[::-1, ::-1] if turn else crop
    others = [Reference(number, Kind.IMAGE, 640 + 90 * number, 480) for number in range(2, 9)]
    found = detect(
        compressed(np.ascontiguousarray(crop), 80), key=key, serials=SERIALS, references=[*others, reference]
    )
    assert [finding.serial for finding in found] == [SERIAL]
    assert "shows 25 % of the work" in found[0].transform
    assert ("turned by 180 degrees" in found[0].transform) == turn
    assert found[0].where == ((0, 0), (450, 0), (450, 300), (0, 300))


def test_a_paste_is_found_with_its_place(marked: RGB, key: CreatorKey, reference: Reference) -> None:
    page = sample_picture(1500, 1100, seed=9)
    page[201:801, 333:1233] = marked
    found = detect(page, key=key, serials=SERIALS, references=[reference])
    assert [finding.serial for finding in found] == [SERIAL]
    assert found[0].transform == "pasted into a larger picture at its original size"
    for got, wanted in zip(found[0].where, ((333, 201), (1233, 201), (1233, 801), (333, 801)), strict=True):
        assert got == pytest.approx(wanted, abs=2)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("nothing", "unchanged in size"),
        ("half size", "50 % of the original size"),
        ("double size", "200 % of the original size"),
        ("180 degrees", "unchanged in size, turned by 180 degrees"),
        ("inverted", "unchanged in size, tones inverted"),
        ("shifted", "shifted or cropped"),
    ],
)
def test_what_was_done_is_said(damage: str, words: str, marked: RGB, key: CreatorKey, reference: Reference) -> None:
    found = detect(DAMAGE[damage](marked), key=key, serials=SERIALS, references=[reference])
    assert found[0].transform == words


def test_without_works_the_size_is_not_guessed(marked: RGB, key: CreatorKey) -> None:
    assert detect(marked, key=key, serials=SERIALS)[0].transform == "whole picture"


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (1, 5000), (5000, 3, 3), (40, 40, 4), (9, 9000)])
def test_odd_suspects_hold_nothing(shape: tuple[int, ...], key: CreatorKey, reference: Reference) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert detect(noise, key=key, serials=SERIALS, references=[reference]) == ()
    assert detect(np.zeros(shape, np.uint8), key=key, serials=SERIALS, references=[reference]) == ()


def turned_page(pixels: RGB, degrees: float, scale: float = 1.0) -> RGB:
    """Return the picture turned anticlockwise, as a whole on a grey page."""
    image = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(128, 128, 128))
    return scaled(np.asarray(image), scale)


def tilted(pixels: RGB, share: float) -> RGB:
    height, width = pixels.shape[:2]
    quad = (share * width, 0, 0, height, width, height * (1 - share), width * (1 - share), share * height)
    image = Image.fromarray(pixels).transform((width, height), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    return np.asarray(image)


GEOMETRY: dict[str, tuple[Callable[[RGB], RGB], str]] = {
    "mirrored": (lambda p: p[:, ::-1], "unchanged in size, mirrored"),
    "upside down": (lambda p: p[::-1], "unchanged in size, mirrored top to bottom"),
    "a quarter": (lambda p: np.rot90(p), "unchanged in size, turned by 90 degrees anticlockwise"),
    "mirrored quarter, half size": (
        lambda p: scaled(np.rot90(p[:, ::-1], -1), 0.5),
        "50 % of the original size, mirrored, turned by 90 degrees clockwise",
    ),
    "turned crop": (lambda p: turned_page(p, 7)[180:480, 220:720], "turned by 7 degrees anticlockwise"),
    "mirrored crop": (lambda p: compressed(np.ascontiguousarray(p[40:400, 600:90:-1]), 70), "mirrored"),
    "squeezed crop": (lambda p: scaled(p[100:500, 150:750], 0.8)[:, ::-1][::-1], "turned by 180 degrees"),
    "inverted crop": (lambda p: 255 - scaled(p[50:450, 100:700], 0.9), "tones inverted"),
}


@pytest.mark.parametrize("name", GEOMETRY)
def test_geometry_is_found_and_said(name: str, marked: RGB, key: CreatorKey, reference: Reference) -> None:
    damage, words = GEOMETRY[name]
    found = detect(np.ascontiguousarray(damage(marked)), key=key, serials=SERIALS, references=[reference])
    assert [(finding.serial, finding.verdict) for finding in found] == [(SERIAL, Verdict.CERTAIN)]
    assert words in found[0].transform


def test_a_crop_of_unknown_scale_says_what_it_shows(marked: RGB, key: CreatorKey, reference: Reference) -> None:
    suspect = scaled(marked[100:500, 150:750], 0.62)
    found = detect(suspect, key=key, serials=SERIALS, references=[reference])
    assert found[0].transform == "62 % of the original size, shows 44 % of the work"
    assert found[0].where == ((0, 0), (372, 0), (372, 248), (0, 248))
    assert "of the original size" not in detect(suspect, key=key, serials=SERIALS)[0].transform


def test_a_turned_page_shows_the_picture_in_its_place(marked: RGB, key: CreatorKey) -> None:
    suspect = turned_page(marked, 20)
    found = detect(suspect, key=key, serials=SERIALS)
    assert "turned by 20 degrees anticlockwise" in found[0].transform
    cosine, sine = np.cos(np.deg2rad(20)), np.sin(np.deg2rad(20))
    middle = np.array((suspect.shape[1], suspect.shape[0])) / 2
    for got, (x, y) in zip(found[0].where, ((-450, -300), (450, -300), (450, 300), (-450, 300)), strict=True):
        wanted = middle + np.array((cosine * x + sine * y, cosine * y - sine * x))
        assert np.hypot(*(np.array(got) - wanted)) < 60


def test_two_marks_side_by_side_are_both_found(marked: RGB, original: RGB, key: CreatorKey) -> None:
    from core.image import embed

    other = embed(sample_picture(800, 600, seed=12), key=key, serial=31).pixels
    assert other is not None
    page = np.full((640, 1400, 3), 90, np.uint8)
    page[20:620, 20:720] = marked[:, :700]
    page[30:630, 740:1390] = other[:, :650]
    found = detect(page, key=key, serials=SERIALS)
    assert {finding.serial for finding in found} == {SERIAL, 31}
    for finding in found:
        middle = np.mean([x for x, _ in finding.where])
        assert (middle < 720) == (finding.serial == SERIAL)


@pytest.mark.parametrize("kind", ["unmarked", "marked", "two scales", "noise"])
def test_the_budget_of_hypotheses_is_never_exceeded(
    kind: str, marked: RGB, original: RGB, key: CreatorKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = Pattern.of(key)
    asked = []
    best = pattern.codebook.best

    def counted(soft: npt.NDArray[Any], serials: npt.ArrayLike | None = None) -> list[Any]:
        asked.append(len(np.atleast_2d(soft)))
        return best(soft, serials)

    monkeypatch.setattr(pattern.codebook, "best", counted)
    suspect = {
        "unmarked": original[40:420, 30:600],
        "marked": turned_page(marked, 12)[150:500, 200:600],
        "two scales": np.concatenate([marked[:400], np.repeat(np.repeat(marked[:200, :450], 2, 0), 2, 1)]),
        "noise": np.random.default_rng(3).integers(0, 256, (400, 500, 3)).astype(np.uint8),
    }[kind]
    sizes = [Reference(number, Kind.IMAGE, 700 + 37 * number, 500) for number in range(12)]
    detect(suspect, key=key, serials=SERIALS, references=sizes)
    assert 0 < sum(asked) <= Parameters().blind
    front_ends = len(Parameters().front_ends)  # each reading could have been chosen to be read with the others, too
    assert front_ends * Parameters().blind + Parameters().informed == Parameters().hypotheses


def test_scales_of_works_are_tried_once_and_bounded() -> None:
    same = [Reference(number, Kind.IMAGE, 900, 600) for number in range(50)]
    sound = [Reference(99, Kind.AUDIO, 0, 0, seconds=3.0, rate=48000)]
    assert len(alignments((300, 450), [*same, *sound])) == 2
    many = [Reference(number, Kind.IMAGE, 500 + 7 * number, 400) for number in range(200)]
    assert len(alignments((300, 450), many)) == 1 + Parameters().alignments
    assert len(alignments((600, 900), same)) == 1  # a picture of the work's own size is no crop


def test_turning_the_tile_equals_turning_the_plane() -> None:
    plane = np.random.default_rng(2).random((600, 777), np.float32)
    for turn in TURNS:
        turned_plane = plane[:: -1 if turn.upside_down else 1, :: -1 if turn.mirrored else 1]
        assert np.allclose(turned(folded(plane), plane.shape, turn), folded(turned_plane), atol=1e-5)


def test_false_alarms_stay_below_the_bound(original: RGB) -> None:
    suspect = scaled(original, 0.4)
    for number in range(6):
        assert detect(suspect, key=CreatorKey.from_bytes(bytes([number]) * 32), serials=np.arange(200)) == ()


@pytest.mark.slow
def test_an_unmarked_picture_holds_none_of_all_serials(original: RGB, key: CreatorKey) -> None:
    assert detect(original, key=key, serials=None) == ()


@pytest.mark.slow
def test_no_serial_is_ever_confused(key: CreatorKey, marked: RGB) -> None:
    generator = np.random.default_rng(8)
    for quality in generator.integers(5, 95, 60):
        found = detect(compressed(scaled(marked, generator.uniform(0.2, 1.2)), int(quality)), key=key, serials=SERIALS)
        assert all(finding.serial in (SERIAL, None) for finding in found)
        missing = np.setdiff1d(SERIALS, [SERIAL])
        found = detect(compressed(marked, int(quality)), key=key, serials=missing)
        assert all(finding.serial is None for finding in found)
