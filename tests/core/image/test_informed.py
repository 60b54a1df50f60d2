from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageFilter

from app.samples import sample_picture
from core.image import detect, detect_informed, informed, reference_signal
from core.image.informed import Comparison, joined
from core.image.overlay import Suspect
from core.image.parameters import PARAMETERS
from core.image.pattern import Pattern
from core.image.reference import original as decoded
from core.image.registration import features_of
from core.image.showing import registered
from core.keys import CreatorKey
from core.model import Finding, Kind, Reference, Verdict
from core.spread import Codebook
from tests.core.image.conftest import SERIAL

RGB = npt.NDArray[np.uint8]
SERIALS = np.arange(1000)


@pytest.fixture(scope="module")
def work(original: RGB, reference: Reference) -> Reference:
    return replace(reference, signal=reference_signal(original))


def saved(pixels: RGB, quality: int) -> tuple[RGB, list[list[int]]]:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=quality)
    image = Image.open(data)
    return np.asarray(image), [list(image.quantization[0])]


def scaled(pixels: RGB, share: float) -> RGB:
    size = round(pixels.shape[1] * share), round(pixels.shape[0] * share)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def seen_at_an_angle(pixels: RGB, share: float) -> RGB:
    height, width = pixels.shape[:2]
    across, down = share * width, share * height
    # Corners of the source for those of the result: top left, bottom left, bottom right, top right.
    quad = (across, down, 0, height, width, height, width - across, down / 2)
    size = width, height
    return np.asarray(Image.fromarray(pixels).transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC))


def pasted(pixels: RGB, share: float) -> RGB:
    page = sample_picture(pixels.shape[1], pixels.shape[0], seed=11)
    small = scaled(pixels, share)
    page[70 : 70 + small.shape[0], 300 : 300 + small.shape[1]] = small
    return page


def bent(pixels: RGB, reach: float) -> RGB:
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(float)
    rows = np.rint(y + reach * np.sin(2 * np.pi * x / 240)).astype(int).clip(0, pixels.shape[0] - 1)
    columns = np.rint(x + reach * np.sin(2 * np.pi * y / 240)).astype(int).clip(0, pixels.shape[1] - 1)
    return pixels[rows, columns]


DAMAGE: dict[str, tuple[Callable[[RGB], npt.NDArray[np.uint8]], str]] = {
    "nothing": (lambda p: p, "unchanged in size"),
    "5 % crop": (lambda p: p[150:284, 300:501], "shows 5 % of the work"),
    "fifth of the size": (lambda p: scaled(p, 0.2), "20 % of the original size"),
    "JPEG 10": (lambda p: saved(p, 10)[0], "unchanged in size"),
    "seen at an angle": (lambda p: seen_at_an_angle(p, 0.08), "seen at an angle"),
    "40 % in a page": (lambda p: pasted(p, 0.4), "40 % of the original size"),
    "blurred": (lambda p: np.asarray(Image.fromarray(p).filter(ImageFilter.GaussianBlur(3))), "unchanged in size"),
    "bent": (lambda p: bent(p, 3), "bent"),
    "mirrored crop": (lambda p: p[40:560, 60:860][:, ::-1], "mirrored, shows 77 % of the work"),
    "quarter turn": (lambda p: np.rot90(p), "turned by 90 degrees"),
    "inverted, turned": (
        lambda p: 255 - np.asarray(Image.fromarray(p).rotate(20, Image.Resampling.BICUBIC, expand=True)),
        "tones inverted",
    ),
}


QUICK = ("5 % crop", "JPEG 10", "mirrored crop")


@pytest.mark.parametrize("damage", [d if d in QUICK else pytest.param(d, marks=pytest.mark.slow) for d in DAMAGE])
def test_the_right_serial_is_certain_after(damage: str, marked: RGB, work: Reference, key: CreatorKey) -> None:
    damaged, words = DAMAGE[damage]
    found = detect_informed(damaged(marked), key=key, serials=SERIALS, references=[work])
    assert [(finding.serial, finding.verdict, finding.level) for finding in found] == [
        (SERIAL, Verdict.CERTAIN, "informed")
    ]
    assert words in found[0].transform
    assert found[0].hypotheses == PARAMETERS.hypotheses
    assert found[0].candidates == 1000


def test_what_only_a_synthesis_explains(marked: RGB, work: Reference, key: CreatorKey) -> None:
    thumbnail = scaled(marked, 0.1)
    found = detect_informed(thumbnail, key=key, serials=SERIALS, references=[work])
    assert [(finding.serial, finding.level) for finding in found] == [(SERIAL, "synthesised")]


def test_detection_compares_with_works_by_itself(marked: RGB, work: Reference, key: CreatorKey) -> None:
    thumbnail = scaled(marked, 0.11)
    found = detect(thumbnail, key=key, serials=SERIALS, references=[work])
    assert [finding.serial for finding in found] == [SERIAL]
    assert found[0].level in ("informed", "synthesised")


def test_findings_are_joined_by_serial() -> None:
    unknown = Finding(None, Verdict.CERTAIN, 1e-12, 9.0)
    weak, strong = Finding(5, Verdict.PROBABLE, 1e-5, 6.0), Finding(5, Verdict.CERTAIN, 1e-40, 14.0, level="informed")
    assert joined([unknown], []) == (unknown,)
    assert joined([weak], [strong]) == (strong,)
    assert joined([unknown], [strong]) == (strong,)
    assert joined([unknown], [weak]) == (unknown, weak)


@pytest.mark.slow
def test_all_serials_can_be_candidates(marked: RGB, work: Reference, key: CreatorKey) -> None:
    found = detect_informed(saved(marked, 20)[0], key=key, serials=None, references=[work])
    assert [finding.serial for finding in found] == [SERIAL]
    assert found[0].candidates == 2**20


@pytest.mark.parametrize("damage", [d if d in QUICK[:2] else pytest.param(d, marks=pytest.mark.slow) for d in DAMAGE])
def test_an_unmarked_picture_shows_nothing(damage: str, original: RGB, work: Reference, key: CreatorKey) -> None:
    damaged, _ = DAMAGE[damage]
    assert detect_informed(damaged(original), key=key, serials=SERIALS, references=[work]) == ()


@pytest.mark.slow
def test_another_key_shows_nothing(marked: RGB, work: Reference, other_key: CreatorKey) -> None:
    assert detect_informed(marked, key=other_key, serials=SERIALS, references=[work]) == ()


def test_a_missing_serial_accuses_nobody(marked: RGB, work: Reference, key: CreatorKey) -> None:
    others = np.setdiff1d(SERIALS, [SERIAL])
    assert detect_informed(marked, key=key, serials=others, references=[work]) == ()
    assert detect_informed(marked, key=key, serials=[], references=[work]) == ()


@pytest.mark.slow
def test_the_outline_is_the_works(marked: RGB, work: Reference, key: CreatorKey) -> None:
    (found,) = detect_informed(pasted(marked, 0.4), key=key, serials=SERIALS, references=[work])
    for got, wanted in zip(found.where, ((300, 70), (660, 70), (660, 310), (300, 310)), strict=True):
        assert got == pytest.approx(wanted, abs=1)


def test_at_most_so_many_vectors_reach_the_codebook(
    original: RGB, work: Reference, key: CreatorKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspect = Suspect(original[..., 1].astype(np.float32))
    search = Comparison(suspect, Pattern.of(key), SERIALS)
    kept = decoded(work.signal)
    shown = registered(suspect, kept, lambda _: features_of(suspect.luma))
    assert shown is not None
    monkeypatch.setattr(informed, "registered", lambda *_: shown)
    monkeypatch.setattr(informed, "synthesised", lambda *_: (shown[0].plane,))
    rows: list[int] = []
    monkeypatch.setattr(Codebook, "row", lambda self, serial: rows.append(serial) or np.ones(self.length, np.int8))
    for _ in range(PARAMETERS.informed // 8 + 2):
        search.with_work(kept)
    assert search.count == len(rows) == PARAMETERS.informed
    assert PARAMETERS.informed + PARAMETERS.blind <= PARAMETERS.hypotheses


def test_works_without_a_signal_are_left_out(marked: RGB, reference: Reference, key: CreatorKey) -> None:
    sound = Reference(2, Kind.AUDIO, seconds=3.0, rate=48000, signal=b"x")
    assert detect_informed(marked, key=key, serials=SERIALS, references=[reference, sound]) == ()


def test_a_damaged_signal_is_named(marked: RGB, work: Reference, key: CreatorKey) -> None:
    with pytest.raises(ValueError, match="reference"):
        detect_informed(marked, key=key, serials=SERIALS, references=[replace(work, signal=work.signal[:-5])])


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (1, 5000), (40, 40, 4), (9, 900), (70, 70)])
def test_odd_suspects_hold_nothing(shape: tuple[int, ...], work: Reference, key: CreatorKey) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    for suspect in (noise, np.zeros(shape, np.uint8)):
        assert detect_informed(suspect, key=key, serials=SERIALS, references=[work]) == ()
