from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from core.image import detect, detect_informed, embed, reference_signal, shows_work
from core.keys import CreatorKey
from core.model import Kind, Reference, Verdict
from tests.core.image.conftest import SERIAL

RGB = npt.NDArray[np.uint8]


def _sprites() -> RGB:
    """Return a sheet of hard-edged sprites on a transparent ground, each drawn pixel 2x2 pixels: uint8 (h, w, 4)."""
    generator = np.random.default_rng(11)
    sheet = np.zeros((264, 420, 4), np.uint8)
    for top in range(4, 240, 30):
        for left in range(4, 396, 32):
            rows, columns = np.indices((24, 24)) - 11.5
            inside = np.hypot(rows, columns) < 8 + 3 * generator.random((24, 24))
            colours = generator.integers(20, 236, (4, 3))
            tones = generator.integers(0, 4, (12, 12)).repeat(2, 0).repeat(2, 1)
            sheet[top : top + 24, left : left + 24, :3][inside] = colours[tones][inside]
            sheet[top : top + 24, left : left + 24, 3][inside] = 255
    return sheet.repeat(2, 0).repeat(2, 1)


@pytest.fixture(scope="module", name="sprites")
def _fixture() -> RGB:
    return _sprites()


@pytest.fixture(scope="module", name="shown")
def _shown(sprites: RGB, key: CreatorKey) -> RGB:
    """Return the marked sheet as it is seen on a white page and in a JPEG file."""
    marked = embed(sprites, key=key, serial=SERIAL).pixels
    assert marked is not None
    assert np.array_equal(marked[..., 3], sprites[..., 3])
    assert np.array_equal(marked[sprites[..., 3] == 0], sprites[sprites[..., 3] == 0])
    page = np.where(marked[..., 3:] > 0, marked[..., :3], 255).astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(page).save(data, "JPEG", quality=60)
    return np.asarray(Image.open(data))


@pytest.fixture(scope="module", name="known")
def _known(sprites: RGB) -> Reference:
    return Reference(1, Kind.IMAGE, sprites.shape[1], sprites.shape[0], signal=reference_signal(sprites))


def test_sprites_are_found_on_a_page_beside_the_work(shown: RGB, known: Reference, key: CreatorKey) -> None:
    for page in (shown, shown[60:400, 100:700], shown[:, ::-1]):
        found = detect_informed(page, key=key, serials=np.arange(1000), references=(known,))
        assert [(f.serial, f.verdict) for f in found] == [(SERIAL, Verdict.CERTAIN)]
        assert shows_work(page, known) is True


def test_unmarked_sprites_hold_nothing(sprites: RGB, known: Reference, key: CreatorKey) -> None:
    page = np.where(sprites[..., 3:] > 0, sprites[..., :3], 255).astype(np.uint8)
    assert detect(page, key=key, serials=np.arange(1000), references=(known,)) == ()
