"""Attacks by those who know do what they say, and their cases count what is found on a pretended core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture
from bench import report, security_images
from bench.attacks.security import common_frequencies, copied, notched, residue, without_frequencies
from bench.pages import security
from bench.results import Results
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}
PICTURE = sample_picture(300, 200)


def _waves(height: int, width: int, places: Any) -> Any:
    y, x = np.mgrid[0:height, 0:width]
    return sum(np.cos(2 * np.pi * (v * y + u * x) + number) for number, (v, u) in enumerate(places))


def test_a_residue_is_small_and_holds_what_is_like_noise() -> None:
    quiet = np.full((120, 160, 3), 128, np.uint8)
    noisy = np.clip(quiet + np.random.default_rng(1).normal(0, 2, (120, 160, 1)), 0, 255).astype(np.uint8)
    assert np.abs(residue(quiet)).max() < 1e-3
    assert 1.5 < residue(noisy).std() < 2.2


def test_a_copied_mark_is_laid_over_the_victim() -> None:
    noisy = np.clip(128 + np.random.default_rng(1).normal(0, 2, (200, 300, 1)), 0, 255)
    noisy = np.repeat(noisy, 3, axis=2).astype(np.uint8)
    change = copied(noisy, PICTURE).astype(float) - PICTURE
    assert np.corrcoef(change[:, :, 1].ravel(), residue(noisy).ravel())[0, 1] > 0.8


def test_a_notch_takes_a_sinusoid_out() -> None:
    wave = 4 * _waves(256, 256, [(20 / 256, 30 / 256)])
    soft = np.clip(128 + np.random.default_rng(1).normal(0, 1, (256, 256)) + wave, 0, 255)
    hurt = notched(np.repeat(soft[:, :, None], 3, axis=2).astype(np.uint8), 3)
    before, after = (np.abs(np.fft.fft2(plane))[20, 30] for plane in (soft, hurt[:, :, 0].astype(float)))
    assert after < 0.1 * before


def test_frequencies_common_to_many_works_are_seen_and_taken_out() -> None:
    places = [(0.1, 0.08), (-0.05, 0.12), (0.12, -0.06)]
    wave = _waves(600, 700, places)  # 0.42 MP, so that frequencies are those of the scaled picture
    works = []
    for seed in range(2):
        noise = np.random.default_rng(seed).normal(0, 1.5, (600, 700))
        works.append(np.repeat((128 + noise + wave)[:, :, None], 3, axis=2).astype(np.uint8))
    seen = common_frequencies(works, 3)
    for v, u in places:
        apart = [np.abs(seen - sign * np.array([v, u])).max(axis=1).min() for sign in (1, -1)]
        assert min(apart) < 0.004
    cleaned = without_frequencies(works[0], seen)[:, :, 0].astype(float)
    assert np.corrcoef(cleaned.ravel(), wave.ravel())[0, 1] < 0.3
    assert np.corrcoef(works[0][:, :, 0].ravel(), wave.ravel())[0, 1] > 0.5


class PretendedImage:
    """A mark that is found in everything with the right key; the second of two copies only informed."""

    def __init__(self) -> None:
        self.serials: list[int] = []

    def embed(self, pixels: Any, *, key: Any, serial: int, **_: Any) -> Embedded:
        self.serials.append(serial)
        return Embedded({}, Finding(serial, **CERTAIN), 1, pixels=pixels)

    def detect(self, pixels: Any, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        if key.id != security_images.material.bench_key().id:
            return ()
        known = [serial for serial in self.serials if serial in serials]
        return tuple(Finding(serial, **CERTAIN) for serial in known[:1]) or (Finding(None, **CERTAIN),)

    def detect_informed(self, pixels: Any, *, key: Any, serials: Any, references: Any, **_: Any) -> Any:
        if key.id != security_images.material.bench_key().id:
            return ()
        known = dict.fromkeys(serial for serial in self.serials if serial in serials)
        return tuple(Finding(serial, **CERTAIN, level="informed") for serial in known)

    def shows_work(self, pixels: Any, reference: Any, **_: Any) -> bool:
        return False


def test_every_case_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import image

    for number in range(2):
        picture = sample_picture(520, 400, seed=number)
        Image.fromarray(picture).save(tmp_path / f"photo_{number}.png")
    marks = PretendedImage()
    for name in ("embed", "detect", "detect_informed", "shows_work"):
        monkeypatch.setattr(image, name, getattr(marks, name))
    monkeypatch.setattr(image, "reference_signal", lambda pixels: b"signal")
    monkeypatch.setattr(security_images, "NOTCHES", (5,))
    rows = list(security_images.rows(sorted(tmp_path.iterdir()), quick=True))
    cases = {row["case"] for row in rows}
    assert cases == set(security.CASES)
    assert all(row["certain"] == 0 and row["tries"] > 0 for row in rows if row["case"] == "wrong keys")
    again = list(security_images.rows(sorted(tmp_path.iterdir()), quick=True, done={row["file"]: row for row in rows}))
    assert again == rows, "a run that goes on does not keep what is done"
    about = {"date": "today", "seed": 1, "candidates": 1000, "libraries": {}, "python": "3"}
    page = " ".join(report.render({"security": Results(about, tuple(rows))}).split())
    assert "0 `certain` and 0 `probable`" in page
    assert "that the picture shown is not the work is said in 2, left open in 0" in page


def test_a_wrong_recipient_is_seen() -> None:
    said = security_images._named((Finding(5, **CERTAIN), Finding(9, **CERTAIN)), {5, 6})
    assert (said["right"], said["wrong"]) == (1, 1)
    assert security_images._without_serial((Finding(5, **CERTAIN),))[3] == 0
    assert security_images._without_serial((Finding(None, **CERTAIN),))[3] is None
    assert security_images._without_serial(())[3] is None
