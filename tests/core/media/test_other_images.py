"""Formats that are examined and not written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import RefusedError, UnreadableError
from core.media.images import read_image, require_writable

from .conftest import colours


@pytest.mark.parametrize(
    ("name", "suffix", "options", "error"),
    [
        ("BMP", ".bmp", {}, 0.0),
        ("JPEG2000", ".jp2", {"irreversible": False}, 0.0),
        ("PPM", ".ppm", {}, 0.0),
    ],
)
def test_they_are_read_and_refused(folder: Path, name: str, suffix: str, options: dict[str, Any], error: float) -> None:
    path = folder / f"art{suffix}"
    Image.fromarray(colours()).save(path, name, **options)
    picture = read_image(path)
    assert picture.space == "rgb" and picture.suffix == suffix and not picture.notes
    assert np.abs(picture.pixels.astype(int) - colours()).mean() <= error
    with pytest.raises(RefusedError, match="checked but not protected"):
        require_writable(picture)


@pytest.mark.parametrize("size", [(40000, 40000), (0, 5)])
def test_bomb_is_refused_before_decoding(folder: Path, size: tuple[int, int]) -> None:
    path = folder / "art.bmp"
    Image.fromarray(colours()).save(path)
    data = bytearray(path.read_bytes())
    data[18:26] = size[0].to_bytes(4, "little") + size[1].to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"art\.bmp"):
        read_image(path)


def test_a_recording_is_no_picture(folder: Path) -> None:
    path = folder / "art.png"
    path.write_bytes(b"fLaC" + bytes(100))
    with pytest.raises(UnreadableError, match="is a recording"):
        read_image(path)
