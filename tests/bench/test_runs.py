"""The runs themselves on small files and a pretended core: every attack is tried, nothing is hidden."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture, sample_recording
from bench import files, material, negatives, robustness
from bench.attacks.images import ATTACKS as IMAGE_ATTACKS
from bench.attacks.sounds import ATTACKS as SOUND_ATTACKS
from bench.results import found
from core.errors import RefusedError, UnreadableError
from core.model import Embedded, Finding, Kind, Verdict
from core.spread import Codebook

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
    monkeypatch.setattr(robustness, "_read_image", lambda path: picture)
    return mark


def test_a_picture_meets_every_attack(pretended: PretendedImage) -> None:
    row = robustness.picture_row(Path("photo_x.png"), robustness.Plan())
    assert list(row["checks"]) == [attack.name for attack in IMAGE_ATTACKS]
    assert row["parameters"] == 3
    assert row["class"] == "photo-like"
    assert found(row["checks"]["jpeg_50"])
    assert not found(row["checks"]["scale_50"])
    assert material.CANDIDATES in pretended.asked


def test_a_plan_can_be_small(pretended: PretendedImage) -> None:
    row = robustness.picture_row(Path("photo_x.png"), robustness.Plan(attacks=frozenset({"none"})))
    assert list(row["checks"]) == ["none"]


def test_one_file_of_four_is_read_among_all_serials(pretended: PretendedImage) -> None:
    plan = robustness.Plan(attacks=frozenset({"jpeg_50"}))
    wide = [bool(robustness.picture_row(Path(f"photo_{n}.png"), plan)["every"]) for n in range(40)]
    assert 3 <= sum(wide) <= 20
    assert pretended.asked.count(None) == sum(wide)


def test_a_refusal_is_kept_with_its_sentence(pretended: PretendedImage, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import image

    def refuse(*_: object, **__: object) -> Embedded:
        raise RefusedError("The picture is too small.", "Use a larger one.")

    monkeypatch.setattr(image, "embed", refuse)
    row = robustness.picture_row(Path("tiny_x.png"), robustness.Plan())
    assert row["refused"] == "The picture is too small. Use a larger one."
    assert "checks" not in row


def test_a_recording_meets_every_attack_and_cuts_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from core import audio

    held: dict[str, int] = {}

    def embed(samples: Any, rate: int, *, key: Any, serial: int) -> Embedded:
        held["serial"] = serial
        return Embedded({}, Finding(serial, **CERTAIN), 2, samples=samples)

    def detect(samples: Any, rate: int, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        assert samples.dtype == np.float32
        return (Finding(held["serial"], **CERTAIN),)

    monkeypatch.setattr(audio, "embed", embed)
    monkeypatch.setattr(audio, "detect", detect)
    sound = SimpleNamespace(samples=sample_recording(11.0, 16000), rate=16000)
    monkeypatch.setattr(robustness, "_read_sound", lambda path: sound)
    row = robustness.recording_row(Path("voice_x.wav"), robustness.Plan())
    tried = set(row["checks"]) | set(row["skipped"])
    assert {attack.name for attack in SOUND_ATTACKS} <= tried
    assert {f"{attack.name}#2" for attack in SOUND_ATTACKS if attack.cut} <= tried
    assert row["seconds"] == 11.0
    assert 4 < row["active"] <= 11


def test_unreadable_works_are_not_in_the_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> Any:
        if path.stem == "bad":
            raise UnreadableError("bad.png is empty.")
        return SimpleNamespace(pixels=np.zeros((20, 30, 3), np.uint8))

    monkeypatch.setattr(robustness, "_read_image", read)
    known = robustness.references([Path("a.png"), Path("bad.png"), Path("c.png")], Kind.IMAGE)
    assert [(r.work, r.width, r.height) for r in known] == [(1, 30, 20), (3, 30, 20)]


def test_the_bench_hears_what_a_check_hides() -> None:
    book = Codebook(bytes(32), 128)
    with negatives.listening() as heard:
        book.best(np.stack([book.row(5), -book.row(5)]), [5, 6])
    assert heard.vectors == 2
    assert heard.score == pytest.approx(128**0.5)
    book.best(book.row(5), [5])
    assert heard.vectors == 2, "it still listens"


def test_what_a_copy_did_not_keep_is_named(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    source, copy = tmp_path / "images" / "a.png", tmp_path / "b.png"
    picture = Image.fromarray(sample_picture(60, 40))
    picture.save(source, icc_profile=b"profile of some kind")
    picture.save(copy, icc_profile=b"profile of some kind")
    assert files.differences(source, copy) == []
    picture.resize((30, 20)).convert("L").save(copy)
    assert files.differences(source, copy) == ["size", "mode", "colour profile"]


def test_pictures_open_upright_over_white(tmp_path: Path) -> None:
    clear = np.zeros((4, 6, 4), np.uint8)
    Image.fromarray(clear).save(tmp_path / "clear.png")
    assert (files.opened(tmp_path / "clear.png") == 255).all()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(sample_picture(60, 40)).save(tmp_path / "turned.jpg", exif=exif)
    assert files.opened(tmp_path / "turned.jpg").shape == (60, 40, 3)
