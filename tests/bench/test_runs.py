"""What the runs share: listening to the codebook, comparing copies with their sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture
from bench import files, negatives
from core.spread import Codebook


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
