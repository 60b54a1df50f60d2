"""The run on pictures with a pretended core: every attack is tried, nothing is hidden."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.samples import sample_picture
from bench import material, pictures
from bench.attacks.images import ATTACKS
from bench.results import found
from bench.robustness import Plan
from core.errors import RefusedError, UnreadableError
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}


class PretendedImage:
    """A mark that is found while the picture is large enough and not a negative."""

    def __init__(self) -> None:
        self.serial = -1
        self.asked: list[int | None] = []

    def embed(self, pixels: Any, *, key: Any, serial: int, space: str | None = None) -> Embedded:
        self.serial = serial
        return Embedded({"psnr": 42.5}, Finding(serial, **CERTAIN), 3, pixels=pixels)

    def detect(self, pixels: Any, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        self.asked.append(None if serials is None else len(serials))
        if pixels.shape[0] < 80:
            return ()
        return (Finding(self.serial if pixels.mean() > 60 else self.serial + 1, **CERTAIN),)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> PretendedImage:
    from core import image

    mark = PretendedImage()
    monkeypatch.setattr(image, "embed", mark.embed)
    monkeypatch.setattr(image, "detect", mark.detect)
    picture = SimpleNamespace(pixels=sample_picture(150, 100), space="rgb")
    monkeypatch.setattr(pictures, "_read", lambda path: picture)
    return mark


def test_a_picture_meets_every_attack(pretended: PretendedImage) -> None:
    row = pictures.picture_row(Path("photo_x.png"), Plan())
    assert list(row["checks"]) == [attack.name for attack in ATTACKS]
    assert row["parameters"] == 3
    assert row["class"] == "photo-like"
    assert found(row["checks"]["jpeg_50"])
    assert not found(row["checks"]["scale_50"])
    assert material.CANDIDATES in pretended.asked


def test_a_plan_can_be_small(pretended: PretendedImage) -> None:
    row = pictures.picture_row(Path("photo_x.png"), Plan(attacks=frozenset({"none"})))
    assert list(row["checks"]) == ["none"]


def test_one_file_of_four_is_read_among_all_serials(pretended: PretendedImage) -> None:
    plan = Plan(attacks=frozenset({"jpeg_50"}))
    wide = [bool(pictures.picture_row(Path(f"photo_{n}.png"), plan)["every"]) for n in range(40)]
    assert 3 <= sum(wide) <= 20
    assert pretended.asked.count(None) == sum(wide)


def test_a_refusal_is_kept_with_its_sentence(pretended: PretendedImage, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import image

    def refuse(*_: object, **__: object) -> Embedded:
        raise RefusedError("The picture is too small.", "Use a larger one.")

    monkeypatch.setattr(image, "embed", refuse)
    row = pictures.picture_row(Path("tiny_x.png"), Plan())
    assert row["refused"] == "The picture is too small. Use a larger one."
    assert "checks" not in row


def test_unreadable_works_are_not_in_the_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> Any:
        if path.stem == "bad":
            raise UnreadableError("bad.png is empty.")
        return SimpleNamespace(pixels=np.zeros((20, 30, 3), np.uint8))

    monkeypatch.setattr(pictures, "_read", read)
    known = pictures.references([Path("a.png"), Path("bad.png"), Path("c.png")])
    assert [(r.work, r.width, r.height) for r in known] == [(1, 30, 20), (3, 30, 20)]
