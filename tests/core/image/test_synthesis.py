from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from scipy import ndimage

from app.samples import sample_picture
from core.image import reference_signal
from core.image.overlay import Fit, Suspect
from core.image.reference import original
from core.image.registration import whole
from core.image.synthesis import _holds, _scaled_table, _table, expected, quantised, synthesised

Plane = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def grey() -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(sample_picture(300, 200, seed=5)[..., 1])


def saved(grey: npt.NDArray[np.uint8], quality: int) -> tuple[Plane, list[int]]:
    data = io.BytesIO()
    Image.fromarray(grey).save(data, "JPEG", quality=quality)
    image = Image.open(data)
    return np.asarray(image, np.float32), list(image.quantization[0])


@pytest.mark.parametrize("quality", [5, 30, 75])
def test_quantising_gives_what_the_file_gives(grey: npt.NDArray[np.uint8], quality: int) -> None:
    got, table = saved(grey, quality)
    assert np.array_equal(_scaled_table(quality), _table(table))
    off = np.abs(quantised(grey.astype(np.float32), _table(table)) - got)
    assert np.median(off) < 0.6  # the encoder's transform works with whole numbers: a few values round otherwise
    assert np.mean(off > 3) < 0.03


@pytest.mark.parametrize("quality", [5, 30, 75])
def test_a_file_holds_its_own_table_alone(grey: npt.NDArray[np.uint8], quality: int) -> None:
    got, table = saved(grey, quality)
    assert _holds(got, _table(table))
    assert not _holds(grey.astype(np.float32), _table(table))
    assert not _holds(np.roll(got, 3, axis=1), _table(table))


def test_the_interval_tells_more_than_the_difference(grey: npt.NDArray[np.uint8]) -> None:
    generator = np.random.default_rng(6)
    mark = ndimage.gaussian_filter(generator.normal(0, 1.0, grey.shape), 1.5)
    mark *= 1.5 / mark.std()
    marked = np.clip(np.rint(grey + mark), 0, 255).astype(np.uint8)
    got, table = saved(marked, 20)
    host = grey.astype(np.float32)
    told = expected(got, host, _table(table))
    plain = got - quantised(host, _table(table))

    def likeness(plane: Plane) -> float:
        return float(np.corrcoef(plane.ravel(), mark.ravel())[0, 1])

    assert likeness(told) > 1.15 * likeness(plain) > 0.05


def test_nothing_is_made_of_an_undamaged_work(grey: npt.NDArray[np.uint8]) -> None:
    work = original(reference_signal(grey))
    suspect = Suspect(grey.astype(np.float32))
    fit: Fit = next(iter(whole(suspect, work)))
    view = suspect.on(work.luma, fit)
    assert view is not None
    assert synthesised(suspect, view) == ()


def test_odd_tables_are_refused(grey: npt.NDArray[np.uint8]) -> None:
    for table in ([16] * 63, [0] * 64):
        with pytest.raises(ValueError, match="table"):
            _table(table)
