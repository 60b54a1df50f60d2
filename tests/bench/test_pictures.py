"""The run on pictures with a pretended core: every attack is tried, nothing is hidden, informed where it is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture
from bench import goals, material, pictures, sample
from bench.attacks.images import ATTACKS
from bench.results import found
from core.errors import RefusedError
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}


class PretendedImage:
    """A mark that is found while the picture is large enough and not dark; informed, in half that size too."""

    def __init__(self) -> None:
        self.serial = -1
        self.asked: list[int | None] = []
        self.tables: list[Any] = []

    def embed(self, pixels: Any, *, key: Any, serial: int, space: str | None = None) -> Embedded:
        self.serial = serial
        return Embedded({"psnr": 42.5}, Finding(serial, **CERTAIN), 3, pixels=pixels)

    def detect(self, pixels: Any, *, key: Any, serials: Any, references: Any = ()) -> tuple[Finding, ...]:
        assert all(not reference.signal for reference in references), "the blind search was given the originals"
        self.asked.append(None if serials is None else len(serials))
        if pixels.shape[0] < 400:
            return ()
        return (Finding(self.serial if pixels.mean() > 60 else self.serial + 1, **CERTAIN),)

    def detect_informed(self, pixels: Any, *, references: Any, jpeg_tables: Any, **_: Any) -> tuple[Finding, ...]:
        assert [reference.signal for reference in references] == [b"signal"]
        self.tables.append(jpeg_tables)
        return (Finding(self.serial, **CERTAIN, level="synthesised"),) if pixels.shape[0] >= 200 else ()

    def reference_signal(self, pixels: Any, *, space: str | None = None) -> bytes:
        return b"signal"


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> PretendedImage:
    from core import image

    mark = PretendedImage()
    for name in ("embed", "detect", "detect_informed", "reference_signal"):
        monkeypatch.setattr(image, name, getattr(mark, name), raising=False)
    return mark


@pytest.fixture(scope="module")
def photo() -> sample.Picture:
    return sample.Picture("photo_x.png", goals.PHOTO, sample_picture(800, 500), None, True)


def test_a_picture_meets_every_attack(pretended: PretendedImage, photo: sample.Picture) -> None:
    row = pictures.row_of(photo, pictures.Plan())
    assert list(row["checks"]) == [attack.name for attack in ATTACKS]
    assert row["parameters"] == 3
    assert (row["group"], row["megapixels"]) == (goals.PHOTO, 0.4)
    assert found(row["checks"]["jpeg_50"])
    assert not found(row["checks"]["scale_50"])
    assert material.CANDIDATES in pretended.asked
    assert set(row["informed"]) >= {*goals.REGISTERED, *goals.REMADE}, "a goal was not measured"
    assert row["informed"]["scale_50"][-1] == "synthesised"
    assert row["informed"]["scale_20"][0] == "n"
    assert sum(name not in goals.wanted_of(row, "informed") for name in row["informed"]) <= pictures.RESCUES
    assert any(tables and max(tables[0]) > 1 for tables in pretended.tables)


def test_of_other_pictures_only_what_the_goals_speak_of(pretended: PretendedImage, photo: sample.Picture) -> None:
    names = [attack.name for attack in pictures.Plan().of(photo.about, 1)]
    assert set(names) == goals.wanted_of(photo.about, "blind") | goals.wanted_of(photo.about, "informed")
    assert "sepia" not in names


def test_a_plan_can_be_small(pretended: PretendedImage, photo: sample.Picture) -> None:
    row = pictures.row_of(photo, pictures.Plan(attacks=frozenset({"none"})))
    assert list(row["checks"]) == ["none"]


def test_one_file_of_four_is_read_among_all_serials(pretended: PretendedImage) -> None:
    plan = pictures.Plan(attacks=frozenset({"jpeg_50"}))
    tiny = np.full((32, 48, 3), 99, np.uint8)
    named = [sample.Picture(f"photo_{n}.png", goals.CUTOUT, tiny, None, True) for n in range(40)]
    wide = [bool(pictures.row_of(picture, plan)["every"]) for picture in named]
    assert 3 <= sum(wide) <= 20
    assert pretended.asked.count(None) == sum(wide)


def test_a_refusal_is_kept_with_its_sentence(
    pretended: PretendedImage, photo: sample.Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import image

    def refuse(*_: object, **__: object) -> Embedded:
        raise RefusedError("The picture is too small.", "Use a larger one.")

    monkeypatch.setattr(image, "embed", refuse)
    row = pictures.row_of(photo, pictures.Plan())
    assert row["refused"] == "The picture is too small. Use a larger one."
    assert "checks" not in row


def test_a_run_goes_on_where_it_was_cut_off(pretended: PretendedImage, tmp_path: Path) -> None:
    for name, seed in (("kodak_1.png", 1), ("kodak_2.png", 2), ("kodak_3.png", 2)):  # the last two are the same
        Image.fromarray(sample_picture(600, 400, seed=seed)).save(tmp_path / name)
    (tmp_path / "kodak_4.png").write_bytes(b"no picture")
    files = sorted(tmp_path.iterdir())
    kept = {"kodak_2.png": {"file": "kodak_2.png", "kept": True}}
    rows = {row["file"]: row for row in pictures.rows(files, attacks=frozenset({"none"}), done=kept)}
    assert set(rows) == {"kodak_1.png", "kodak_2.png", "kodak_4.png"}
    assert rows["kodak_2.png"]["kept"]
    assert "refused" in rows["kodak_4.png"]
    assert list(pictures.rows(files[:1], attacks=frozenset({"none"}), minutes=1e-9)) == []


def test_every_goal_names_known_damage() -> None:
    names = {attack.name for attack in ATTACKS}
    for goal in goals.GOALS:
        assert set(goal.attacks) <= names, set(goal.attacks) - names
        assert len(set(goal.attacks)) == len(goal.attacks)
    assert len(ATTACKS) >= 80


def test_the_sample_is_mixed_and_always_the_same() -> None:
    names = [f"kodak_{n}.png" for n in range(9)] + [f"photo_{n}.jpg" for n in range(9)]
    names += ["flat_a.png", "alpha_b.png", "tiny_c.png"]
    files = [Path(name) for name in names]
    first = sample.chosen(files, photos=6)
    assert first == sample.chosen(files, photos=6)
    assert [p.name for p in first if p.name.startswith(("flat", "alpha", "tiny"))] == ["flat_a.png", "alpha_b.png"]
    assert sum(p.name.startswith("kodak") for p in first) == sum(p.name.startswith("photo") for p in first) == 3


def test_classes_and_sizes_of_the_sample(tmp_path: Path) -> None:
    def group(name: str, pixels: Any) -> Any:
        Image.fromarray(pixels).save(tmp_path / name)
        picture = sample.opened(tmp_path / name)
        return picture and (picture.group, picture.native, picture.megapixels <= sample.SHRINK_ABOVE)

    white = np.full((400, 500, 3), 255, np.uint8)
    assert group("flat_text.png", white) == (goals.WHITE, True, True)
    assert group("flat_art.png", white // 2) == (goals.FLAT, True, True)
    assert group("alpha_art.png", white) == (goals.CUTOUT, True, True)
    assert group("photo_large.png", np.zeros((1500, 2000, 3), np.uint8)) == (goals.PHOTO, False, True)
    assert group("photo_small.png", white[:100]) is None
    path = tmp_path / "photo_large.png"
    kept = sample.opened(path, sample.natives([path]))
    assert kept is not None and kept.native and kept.pixels.shape == (1500, 2000, 3)
