from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from app.samples import sample_picture
from core.image import detect, reference_signal, shows_work
from core.image.channels import Layout
from core.keys import CreatorKey
from core.model import Reference
from tests.core.image.conftest import SERIAL
from tests.core.image.test_informed import DAMAGE, QUICK, RGB


@pytest.fixture(scope="module")
def work(original: RGB, reference: Reference) -> Reference:
    return replace(reference, signal=reference_signal(original))


@pytest.mark.parametrize("damage", [d if d in QUICK[:2] else pytest.param(d, marks=pytest.mark.slow) for d in DAMAGE])
def test_the_work_is_shown_after(damage: str, original: RGB, work: Reference) -> None:
    assert shows_work(DAMAGE[damage][0](original), work) is True


@pytest.mark.slow
def test_another_picture_does_not_show_it(work: Reference) -> None:
    for seed in (20, 21):
        assert shows_work(sample_picture(900, 600, seed=seed), work) is not True


def test_a_copied_mark_does_not_make_the_work(original: RGB, marked: RGB, work: Reference, key: CreatorKey) -> None:
    layout = Layout.of(original, None)
    mark = layout.luma(marked) - layout.luma(original)
    other = sample_picture(900, 600, seed=33)
    victim = np.clip(np.rint(other + 1.5 * mark[..., None]), 0, 255).astype(np.uint8)
    assert [finding.serial for finding in detect(victim, key=key, serials=np.arange(1000))] == [SERIAL]
    assert shows_work(victim, work) is False


def test_what_cannot_be_compared_is_left_open(original: RGB, reference: Reference) -> None:
    assert shows_work(original, reference) is None  # no signal
    assert shows_work(original[:5, :5], replace(reference, signal=reference_signal(original))) is None


def test_an_even_plane_shows_nothing(work: Reference) -> None:
    plane: npt.NDArray[np.uint8] = np.full((600, 900), 128, np.uint8)
    assert shows_work(plane, work) is not True
